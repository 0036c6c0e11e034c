"""The face that draws a character is the one that LibreOffice takes, and what is cut from it draws the same."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from io import BytesIO

import pdfplumber
import pytest
import uharfbuzz  # type: ignore[import-untyped]  # has no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # has no types

from gipdocs.drawing import faces
from gipdocs.drawing.placed import Unsupported
from gipdocs.pdf import fonts
from gipdocs.pdf.pool.client import PoolClient
from tests.pdf import samples
from tests.pdf.conftest import end, own_options

OFFICIAL = [chain.names[0] for chain in fonts.CHAINS]

CHARACTERS = "公䶮㛃𬭊堃祎玥𠀀𫝀☐☑①②·“”—…〔〕〇ＡＢAbg019%-+/.,()√℃×Ⅳ㎡￥éǎЖ々《」，。ﾀ﹏"

FALLBACKS = {
    "LXGWWenKai-Light": ("仿宋_GB2312", "䶮"),
    "NotoSerifCJKsc-Regular": ("宋体", "䶮"),
    "NotoSerifCJKsc-Bold": ("方正小标宋简体", "䶮"),
    "NotoSansCJKsc-Regular": ("黑体", "䶮"),
    "HanaMinA": ("仿宋_GB2312", "𠀀"),
    "HanaMinB": ("仿宋_GB2312", "𫝀"),
}
"""A character for each fallback."""

NEAREST = 0.11
"""LibreOffice puts characters on tenths of a point."""

SIZE = 20


@pytest.fixture(scope="module")
def pool() -> Iterator[PoolClient]:
    """A pool of one worker."""
    pool = PoolClient(own_options())
    yield pool
    end(pool)


@pytest.fixture(scope="module")
def drawn(pool: PoolClient) -> Iterator[tuple[str, str, str, float]]:
    """What LibreOffice does with each character in each font: font, character, face and advance in points."""
    document = samples._blank("字")
    for font in OFFICIAL:
        for char in CHARACTERS:
            samples._write(document, char * 3, font, SIZE)
    with pdfplumber.open(BytesIO(pool.send(samples._bytes(document), "faces").pdf)) as pdf:
        lines = [line for page in pdf.pages for line in _lines(page.chars)]
    wanted = [(font, char) for font in OFFICIAL for char in CHARACTERS]
    return [
        (font, char, line[0]["fontname"].partition("+")[2], line[1]["matrix"][4] - line[0]["matrix"][4])
        for (font, char), line in zip(wanted, lines, strict=True)
    ]  # type: ignore[return-value]


def _lines(chars: list[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    """The three characters of each line."""
    heights = list(dict.fromkeys(round(one["matrix"][5], 1) for one in chars))  # type: ignore[index]
    for height in heights:
        yield [one for one in chars if round(one["matrix"][5], 1) == height]  # type: ignore[index]


@pytest.mark.converter
def test_each_character_is_drawn_by_the_face_that_libreoffice_takes_and_as_wide(
    drawn: list[tuple[str, str, str, float]],
) -> None:
    assert len(drawn) == len(OFFICIAL) * len(CHARACTERS)
    for font, char, face, advance in drawn:
        name, width = faces.find(font, char)
        assert _plain(name) == _plain(face), (font, char)
        assert width * SIZE == pytest.approx(advance, abs=NEAREST), (font, char)


def _plain(face: str) -> str:
    """The name of a face without the language of Noto's fonts, which LibreOffice confuses."""
    return face.replace("CJKsc", "CJK").replace("CJKjp", "CJK").removesuffix("-VKana")


def test_latin_letters_and_digits_of_the_body_are_drawn_by_the_body_font_and_digits_are_half_as_wide() -> None:
    assert {faces.find(fonts.BODY, char)[0] for char in "0Aa公，“"} == {"FandolFang-Regular"}
    assert {faces.find(fonts.BODY, char)[1] for char in "0123456789"} == {0.5}


def test_small_headings_are_drawn_bold() -> None:
    assert faces.find("方正小标宋_GBK", "公") == ("FandolSong-Bold", 1.0)
    assert faces.find("FZXiaoBiaoSong-B05S", "公") == (
        "FandolSong-Bold",
        1.0,
    )  # the hyphen means something to fontconfig


@pytest.mark.parametrize("font", OFFICIAL)
def test_whatever_the_admission_lets_pass_is_found_or_left_to_libreoffice(font: str) -> None:
    for char in map(chr, range(0x20, 0x3400)):
        if unicodedata.category(char) != "Cn" and not fonts.missing_characters(char, font=font):
            try:
                face, advance = faces.find(font, char)
            except Unsupported:
                continue
            assert face and 0 <= advance <= 3, (font, char)


@pytest.mark.parametrize(
    "char",
    [
        "\u0301",
        "\ufe00",
        "\U000e0100",
        "\u200d",
        "\u200b",
        "\t",
        "\n",
        "\u00ad",
        "א",
        "ا",
        "ก",
        "ᄀ",
        "한",
        "😀",
        "\ue000",
        "\u2029",
    ],
    ids=lambda char: f"U+{ord(char):04X}",
)
def test_what_needs_shaping_is_left_to_libreoffice(char: str) -> None:
    with pytest.raises(Unsupported, match=f"U\\+{ord(char):04X}"):
        faces.find(fonts.BODY, char)


@pytest.mark.parametrize("char", ["\u2003", "\u2011"], ids=["em space", "hyphen"])
def test_what_libreoffice_takes_from_other_characters_of_the_font_is_left_to_it(char: str) -> None:
    with pytest.raises(Unsupported):
        faces.find(fonts.BODY, char)


def test_an_unknown_font_and_a_character_of_no_face_are_left_to_libreoffice() -> None:
    with pytest.raises(Unsupported, match="隶书"):
        faces.find("隶书", "公")
    with pytest.raises(Unsupported, match=r"U\+0378"):
        faces.find(fonts.BODY, "\u0378")


@pytest.mark.parametrize(("face", "found"), FALLBACKS.items(), ids=FALLBACKS)
def test_shaping_alone_changes_no_character_that_a_fallback_draws(face: str, found: tuple[str, str]) -> None:
    font, char = found
    assert faces.find(font, char)[0] == face
    opened = faces._open(face)
    buffer = uharfbuzz.Buffer()
    buffer.add_str(char)
    buffer.guess_segment_properties()
    buffer.language = "zh-cn"
    uharfbuzz.shape(opened._font, buffer)
    (shaped,) = buffer.glyph_infos
    assert shaped.codepoint == opened.glyph(char)


def test_a_subset_has_the_wanted_glyphs_with_their_outlines_and_no_others() -> None:
    faces.find(fonts.BODY, "公")
    cut = faces.subset("FandolFang-Regular", "文公A公")
    small = TTFont(BytesIO(cut.outlines))
    whole = TTFont(fonts.drawn_folder() / "FandolFang-Regular.ttf")
    assert list(cut.codes) == ["A", "公", "文"]
    assert small["maxp"].numGlyphs == 4
    for char, code in cut.codes.items():
        outline = small["glyf"][small.getGlyphName(cut.glyphs[code])]
        assert outline == whole["glyf"][whole.getBestCmap()[ord(char)]]
        assert cut.widths[char] == whole["hmtx"][whole.getBestCmap()[ord(char)]][0]


def test_the_same_characters_give_the_same_subset_in_whatever_order_and_others_another_name() -> None:
    faces.find(fonts.BODY, "公")
    first, second = faces.subset("FandolFang-Regular", "公文"), faces.subset("FandolFang-Regular", "文公公")
    assert first == second
    assert first.name.endswith("+FandolFang-Regular")
    assert first.name != faces.subset("FandolFang-Regular", "公开").name


def test_two_characters_of_one_glyph_keep_their_own_codes() -> None:
    faces.find(fonts.BODY, "·")
    cut = faces.subset("FandolFang-Regular", "·•")
    assert len(set(cut.codes.values())) == 2
    assert len({cut.glyphs[code] for code in cut.codes.values()}) == 1
