"""Builds, once at set-up, what makes workers start fast and PDFs small and reproducible.

`python -m gipdocs.pdf.bake` converts the Fandol fonts to TrueType outlines, fills the font cache and starts LibreOffice
for the first time. The converter also works without it, but makes larger files and takes longer to finish them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any  # fontTools has no types

from fontTools.pens.cu2quPen import Cu2QuPen  # type: ignore[import-untyped]  # has no types
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]  # has no types
from fontTools.ttLib import TTFont, newTable  # type: ignore[import-untyped]  # has no types

from gipdocs.errors import SetupError
from gipdocs.pdf import fonts
from gipdocs.pdf.pool import libreoffice_profile

ERROR_UNITS = 1.0
"""How far a curve may move, in thousandths of the type size; on a screen, a fiftieth of a pixel."""

ASCII = range(0x21, 0x7F)

MAXIMA = (
    "maxZones",
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxPoints",
    "maxContours",
    "maxCompositePoints",
    "maxCompositeContours",
    "maxComponentElements",
    "maxComponentDepth",
)


def bake() -> None:
    """Build everything that is not there yet."""
    convert_fonts()
    environment = {**os.environ, **libreoffice_profile.fonts_environment()}
    subprocess.run(["fc-cache"], env=environment, check=True)
    libreoffice_profile.ensure_baked()


def convert_fonts() -> None:
    """Convert the Fandol fonts to TrueType outlines.

    LibreOffice embeds the original outlines as Type 1 fonts with a running number in each, so no two PDFs are alike.
    """
    target = fonts.converted_folder()
    if target.is_dir():
        return
    absent = [name for name in fonts.FANDOL if not (fonts.folder() / name).is_file()]
    if absent:
        raise SetupError(f"{fonts.folder()} 里缺少字体 {'、'.join(absent)}：请先运行 make fonts。")
    sys.stdout.write("准备公文字体 / preparing the fonts for PDF\n")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="fonts-") as scratch:
        draft = Path(scratch) / target.name
        draft.mkdir()
        with ProcessPoolExecutor() as pool:
            list(pool.map(partial(_convert, draft), fonts.FANDOL))
        if not target.is_dir():
            draft.rename(target)


def _convert(target: Path, name: str) -> None:
    font = TTFont(fonts.folder() / name)
    order = font.getGlyphOrder()
    drawings = {**font.getGlyphSet(), **_latin(font, name)}
    outlines = newTable("glyf")
    outlines.glyphOrder = order
    outlines.glyphs = {}
    for glyph in order:
        pen = TTGlyphPen(None)
        drawings[glyph].draw(Cu2QuPen(pen, ERROR_UNITS, reverse_direction=True))
        outlines.glyphs[glyph] = pen.glyph()
    font["glyf"], font["loca"] = outlines, newTable("loca")
    for table in {"CFF ", "VORG"} & set(font.keys()):
        del font[table]
    _declare_truetype(font)
    font.save(target / f"{Path(name).stem}.ttf")


def _latin(font: TTFont, name: str) -> dict[str, Any]:
    """The ASCII glyphs that a font takes from a lighter one; sets their widths as well."""
    if name not in fonts.LATIN:
        return {}
    lender = TTFont(fonts.folder() / fonts.LATIN[name])
    drawn, own, lent = lender.getGlyphSet(), font.getBestCmap(), lender.getBestCmap()
    glyphs = {own[point]: lent[point] for point in ASCII if point in own and point in lent}
    for glyph, other in glyphs.items():
        font["hmtx"][glyph] = lender["hmtx"][other]
    return {glyph: drawn[other] for glyph, other in glyphs.items()}


def _declare_truetype(font: TTFont) -> None:
    font.sfntVersion = "\x00\x01\x00\x00"
    font["maxp"].tableVersion = 0x00010000
    for name in MAXIMA:
        setattr(font["maxp"], name, int(name == "maxZones"))
    font["post"].formatType = 3.0


def main() -> None:
    """Bake; on failure exit with a Chinese sentence that says what is missing."""
    try:
        bake()
    except SetupError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
