"""Lines end where those of LibreOffice end; the lines here are what it drew of 12 pt type, in columns of about 11 characters."""

from __future__ import annotations

import pytest

from gipdocs.drawing.faces import find, find_usual
from gipdocs.drawing.placed import Unsupported
from gipdocs.typeset.lines import break_lines
from gipdocs.typeset.reading import TextFormat, TextSpan

FORMAT = TextFormat(line=400, font="仿宋_GB2312", size=12)
COLUMN = 2650
FULL = "国家国家国家国家国国家"


def broken(text: str, width: int = COLUMN) -> list[str]:
    lines = break_lines([TextSpan(text, FORMAT)], FORMAT, width).lines
    return [text[line.start : line.end] for line in lines]


@pytest.mark.parametrize(
    "lines",
    [
        [FULL, "wang.xm@example.com", "国"],
        [FULL, "wang.xm@example.co", "m，国"],
        [FULL, "wang.xm@example.c", "o，，，"],
        ["国家国家国家国家国国", "wang.xm@example.com", "'，可以"],
    ],
    ids=["room", "one", "several", "quoted"],
)
def test_a_word_that_fills_a_line_gives_its_last_letter_to_a_comma(lines: list[str]) -> None:
    assert broken("".join(lines)) == lines


def test_a_character_stands_alone_before_a_quoted_word_that_fills_a_line() -> None:
    lines = [FULL, "家", "'wang.xm@example.com", "，可以"]
    assert broken("".join(lines)) == lines


def test_a_quotation_mark_behind_a_line_break_belongs_to_the_word_that_follows() -> None:
    text = "国家\n“https://example.gov.cn/a?b=1第三方"
    assert broken(text) == ["国家", "“https://example.gov.c", "n/a?b=1第三方"]


def test_a_blank_before_a_sign_that_begins_no_line_is_dropped() -> None:
    assert broken("国家国家国家国家国国= ：“第三方") == ["国家国家国家国家国国=", "：“第三方"]


@pytest.mark.parametrize(
    "lines",
    [
        ["行政机关家公开信息", "￥5}¥100℃"],
        ["?家，″￥5家", "℃3.5%{100%国B—+"],
        ["/″0635-", "606881", "0〔2026〕±〔2026〕行", "政机关+"],
    ],
)
def test_a_number_keeps_its_signs_and_brackets(lines: list[str]) -> None:
    assert broken("".join(lines), 2700) == lines


@pytest.mark.parametrize(("width", "lines"), [(914, 1), (913, 2)])
def test_letters_between_characters_are_as_wide_as_whole_twips(width: int, lines: int) -> None:
    assert len(broken("国k国i国", width)) == lines


def test_signs_with_which_a_paragraph_begins_are_apart_from_its_characters() -> None:
    lines = ["″", '、～、",》', "公开信息]公", "开信息国 家", "公开信息"]
    assert broken("".join(lines), 1300) == lines


@pytest.mark.parametrize("char", ["\u00a0", "ˊ", "ⁿ", "ₐ", "Ⅎ"], ids=lambda char: f"U+{ord(char):04X}")
def test_beside_what_libreoffice_breaks_by_other_rules_no_line_is_broken(char: str) -> None:
    with pytest.raises(Unsupported, match=f"line breaks beside U\\+{ord(char):04X}"):
        broken(f"公开{char}信息", 2000)


def test_characters_that_two_other_faces_draw_are_left_to_libreoffice_which_looks_for_one_that_has_both() -> None:
    by_face = {find(FORMAT.font, char)[0]: char for char in "堃☑𠀀𫝀"} | {find_usual(FORMAT.font): "公"}
    assert len(by_face) > 2
    one, other, *_ = (char for char in by_face.values() if char != "公")
    assert broken(f"{one}公开", 2000) and broken(f"{other}公开", 2000)
    with pytest.raises(Unsupported, match="several other faces"):
        broken(f"{one}公开{other}", 2000)
