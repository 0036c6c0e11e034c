"""Which face draws a character, how wide the character is in it, and the part of a face that a PDF needs.

A face is known by its PostScript name, such as "FandolFang-Regular". Files are mapped into memory and read where
needed, so that a font of 60,000 glyphs costs no more than a small one.
"""

from __future__ import annotations

import struct
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count
from pathlib import Path

import uharfbuzz as harfbuzz  # type: ignore[import-untyped]  # has no types

from gipdocs.drawing.placed import Unsupported
from gipdocs.errors import SetupError
from gipdocs.pdf import fonts

FORMAT = "%{postscriptname}|%{index}|%{file}\n"

KNOWN = 1 << 15
"""So many characters in a font stay known."""

SHAPED = (range(0x0590, 0x1D00), range(0xA800, 0xE000), range(0x11000, 0x16000))
"""Scripts whose characters change with their neighbours or whose words stay together: Arabic, Thai, Tibetan, Hangul and others."""

EMOJI = range(0x1F000, 0x20000)

CLOSED = {"Cc", "Cf", "Cn", "Co", "Cs", "Mc", "Me", "Mn", "Zl", "Zp"}
"""The categories of what isn't a character of its own: control, format and combining characters, private use."""

NONBREAKING_HYPHEN = "\u2011"

KEPT_TABLES = {"glyf", "loca", "head", "hhea", "hmtx", "maxp", "CFF "}

FLAGS = (
    harfbuzz.SubsetFlags.NO_HINTING
    | harfbuzz.SubsetFlags.NOTDEF_OUTLINE
    | harfbuzz.SubsetFlags.NO_LAYOUT_CLOSURE
    | harfbuzz.SubsetFlags.CFF_IDENTITY_CHARSET
)
"""No hints, which these faces have few of; the empty box, by which `verify` knows missing characters; in CFF outlines the
numbers of glyphs as their codes."""


@dataclass(frozen=True, slots=True)
class Subset:
    """The part of a face that draws some characters.

    `outlines` is a TrueType file, and `glyphs` the number of the glyph for each code; in a CFF table, which has no
    `glyphs`, they are the same. `codes` and `widths`, in thousandths of an em, are those of the characters; box (left,
    lower, right and upper edge), ascent and descent are in thousandths, too.
    """

    name: str
    outlines: bytes
    glyphs: tuple[int, ...]
    codes: dict[str, int]
    widths: dict[str, int]
    box: tuple[int, ...]
    ascent: int
    descent: int


def find(font: str, char: str) -> tuple[str, float]:
    """The name of the face that draws a character in an official font such as 仿宋_GB2312, and its advance in ems.

    It is the face that LibreOffice takes for a character alone. For several characters on a line that the font lacks
    LibreOffice prefers a face with all of them. Raises Unsupported if no face draws the character or if it needs shaping.
    """
    return _find(font, char)


@lru_cache(KNOWN)
def _find(font: str, char: str) -> tuple[str, float]:
    if _needs_shaping(char):
        raise Unsupported(f"character U+{ord(char):04X} that needs shaping")
    for name in _rank(font):
        face = _open(name)
        if (glyph := face.glyph(char)) is not None:
            return name, face.advance(glyph)
        if face.composes(char):
            break
    raise Unsupported(f"character U+{ord(char):04X} that no face draws as it is")


def find_usual(font: str) -> str:
    """The name of the face that draws most characters of an official font."""
    return _rank(font)[0]


def _needs_shaping(char: str) -> bool:
    point = ord(char)
    return (
        unicodedata.category(char) in CLOSED
        or unicodedata.bidirectional(char) in {"R", "AL", "AN"}
        or point in EMOJI
        or any(point in script for script in SHAPED)
    )


def subset(name: str, chars: Iterable[str]) -> Subset:
    """What a PDF needs of a face to draw these characters, all of which `find` has said it draws.

    The same characters give the same bytes.
    """
    return _open(name).subset(sorted(set(chars)))


@cache
def _rank(font: str) -> tuple[str, ...]:
    """The names of the faces that draw an official font, best first."""
    if not any(font in chain.names for chain in fonts.CHAINS):
        raise Unsupported(f"font {font}")
    places = [line.split("|", 2) for line in fonts.rank_fonts(font, FORMAT).splitlines()]
    _PLACES.update((name, (Path(file), int(index))) for name, index, file in places)
    return tuple(name for name, _, _ in places)


_PLACES: dict[str, tuple[Path, int]] = {}
"""The file of each face, and its number in the file."""


class _Face:
    """An opened face."""

    def __init__(self, name: str) -> None:
        file, index = _PLACES[name]
        try:
            self._face = harfbuzz.Face(harfbuzz.Blob.from_file_path(file), index)
        except (OSError, harfbuzz.HarfBuzzError) as error:
            raise SetupError(f"字体文件 {file} 读不出来：请重新安装提供它的软件包。") from error
        self.name = name
        self._font = harfbuzz.Font(self._face)
        self._tables = set(self._face.table_tags)
        self._measures = self._read_measures()
        self._known: dict[str, tuple[int, int]] = {}

    def glyph(self, char: str) -> int | None:
        """The number of the glyph that draws a character, None if none does."""
        return self._font.get_nominal_glyph(ord(char)) or None

    def advance(self, glyph: int) -> float:
        """How far the next character begins after it, in ems."""
        return float(self._font.get_glyph_h_advance(glyph) / self._face.upem)

    def composes(self, char: str) -> bool:
        """Whether LibreOffice would make up a missing character from others of this face."""
        if unicodedata.category(char) == "Zs" or char == NONBREAKING_HYPHEN:
            return True
        parts = unicodedata.normalize("NFD", char)
        return parts != char and all(self.glyph(part) is not None for part in parts)

    def subset(self, chars: list[str]) -> Subset:
        """See `subset`."""
        for char in set(chars) - self._known.keys():
            glyph = self._font.get_nominal_glyph(ord(char))
            self._known[char] = glyph, round(1000 * self.advance(glyph))
        known = [self._known[char] for char in chars]
        wanted = harfbuzz.SubsetInput()
        wanted.flags = FLAGS
        wanted.unicode_set.update(map(ord, chars))  # by glyphs it would look through all characters of the face
        wanted.drop_table_tag_set.update(map(_tag, self._tables - KEPT_TABLES))
        plan = harfbuzz.SubsetPlan(self._face, wanted)
        small, numbers = plan.execute(), plan.old_to_new_glyph_mapping
        kept = [numbers[glyph] for glyph, _ in known]
        compact = "CFF " in self._tables
        if compact and len(set(kept)) < len(kept):
            raise Unsupported("two characters of one glyph")
        return Subset(
            name=f"{_mark(chars)}+{self.name}",
            outlines=bytes(small.reference_table("CFF ").data if compact else small.blob.data),
            glyphs=() if compact else (0, *kept),
            codes=dict(zip(chars, kept if compact else count(1), strict=False)),
            widths={char: width for char, (_, width) in zip(chars, known, strict=True)},
            box=self._measures[:4],
            ascent=self._measures[4],
            descent=self._measures[5],
        )

    def _read_measures(self) -> tuple[int, ...]:
        """Left, lower, right and upper edge of the box round all glyphs, ascent and descent, in thousandths of an em."""
        box = struct.unpack_from("!4h", self._face.reference_table("head").data, 36)
        ascent, descent = struct.unpack_from("!2h", self._face.reference_table("hhea").data, 4)
        return tuple(round(1000 * value / self._face.upem) for value in (*box, ascent, -abs(descent)))


@cache
def _open(name: str) -> _Face:
    return _Face(name)


def _tag(table: str) -> int:
    return int.from_bytes(table.encode(), "big")


def _mark(chars: list[str]) -> str:
    """Six capital letters that tell this subset from others of the same face."""
    number = zlib.crc32("".join(chars).encode())
    return "".join(chr(ord("A") + number // 26**place % 26) for place in range(6))
