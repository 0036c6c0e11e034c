"""Automatic numbers are read as they are printed."""

from __future__ import annotations

import pytest

from gipdocs.published.docx import read_docx
from gipdocs.published.html import read_page
from gipdocs.published.numerals import WRITTEN, write_number
from tests.published.word import paragraph, table, word


def level(depth: int, format: str, text: str, more: str = "", *, start: int = 1, suff: str = "nothing") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{format}"/>{more}'
        f'<w:suff w:val="{suff}"/><w:lvlText w:val="{text}"/></w:lvl>'
    )


def abstract(key: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{key}">{"".join(levels)}</w:abstractNum>'


def num(key: int, counted: int, more: str = "") -> str:
    return f'<w:num w:numId="{key}"><w:abstractNumId w:val="{counted}"/>{more}</w:num>'


def numbered(text: str, key: int, depth: int = 0) -> str:
    return paragraph(text, reference(key, depth))


def reference(key: int, depth: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{key}"/></w:numPr>'


REPORT = abstract(
    0,
    level(0, "chineseCountingThousand", "%1、"),
    level(1, "chineseCounting", "（%2）"),
    level(2, "decimal", "%3.", suff="tab"),
    level(3, "decimal", "%1.%4", "<w:isLgl/>", suff="tab"),
)


def test_levels_are_counted_each_under_the_one_above() -> None:
    depths = (0, 1, 1, 2, 2, 1, 2, 0, 1, 3)
    body = "".join(numbered("文", 1, depth) for depth in depths)
    given = read_docx(word(body, numbering=REPORT + num(1, 0)))
    assert given == [
        "一、文",
        "（一）文",
        "（二）文",
        "1.文",
        "2.文",
        "（三）文",
        "1.文",
        "二、文",
        "（一）文",
        "2.1 文",
    ]


def test_lists_of_one_kind_go_on_and_start_anew_where_they_say_so() -> None:
    anew = num(3, 0, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>')
    body = "".join(numbered("文", key) for key in (1, 2, 3, 3, 1))
    given = read_docx(word(body, numbering=REPORT + num(1, 0) + num(2, 0) + anew))
    assert given == ["一、文", "二、文", "一、文", "二、文", "三、文"]


def test_a_level_that_a_list_words_itself_counts() -> None:
    own = f'<w:lvlOverride w:ilvl="0">{level(0, "upperRoman", "%1.", start=4)}</w:lvlOverride>'
    assert read_docx(word(numbered("文", 1), numbering=REPORT + num(1, 0, own))) == ["IV.文"]


@pytest.mark.parametrize(
    ("more", "labels"),
    [("", ["1.1", "2.1", "2.2"]), ('<w:lvlRestart w:val="0"/>', ["1.1", "2.2", "2.3"])],
    ids=["restarts", "goes-on"],
)
def test_a_level_restarts_unless_it_says_otherwise(more: str, labels: list[str]) -> None:
    levels = abstract(0, level(0, "decimal", "%1、"), level(1, "decimal", "%1.%2", more, suff="space"))
    body = "".join(numbered("文", 1, depth) for depth in (0, 1, 0, 1, 1))
    given = read_docx(word(body, numbering=levels + num(1, 0)))
    assert [text for text in given if "、" not in text] == [f"{label} 文" for label in labels]


STYLES = f"""
<w:style w:type="paragraph" w:styleId="One"><w:pPr>{reference(1)}</w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Own"><w:basedOn w:val="One"/></w:style>
<w:style w:type="paragraph" w:styleId="Two"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
"""


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ('<w:pStyle w:val="One"/>', "一、文"),
        ('<w:pStyle w:val="Own"/>', "一、文"),
        ('<w:pStyle w:val="Two"/>', "（一）文"),
        ('<w:pStyle w:val="One"/><w:numPr><w:ilvl w:val="1"/></w:numPr>', "（一）文"),
        ('<w:pStyle w:val="One"/><w:numPr><w:numId w:val="0"/></w:numPr>', "文"),
        (reference(1) * 2, "一、文"),
        (reference(9) + reference(1, 1), "（一）文"),
        (reference(9), "文"),
        (reference(1, 8), "文"),
    ],
    ids=[
        "style",
        "based-on",
        "linked-level",
        "own-level",
        "switched-off",
        "twice",
        "last-counts",
        "no-list",
        "no-level",
    ],
)
def test_a_number_comes_from_the_paragraph_or_its_style(properties: str, text: str) -> None:
    lists = abstract(
        0, level(0, "chineseCounting", "%1、"), level(1, "chineseCounting", "（%2）", '<w:pStyle w:val="Two"/>')
    )
    assert read_docx(word(paragraph("文", properties), styles=STYLES, numbering=lists + num(1, 0))) == [text]


def test_a_list_may_be_kept_in_a_style_of_lists() -> None:
    kept = f'<w:abstractNum w:abstractNumId="5"><w:styleLink w:val="L"/>{level(0, "chineseCounting", "%1、")}</w:abstractNum>'
    named = '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="L"/></w:abstractNum>'
    assert read_docx(word(numbered("文", 1), numbering=kept + named + num(1, 0))) == ["一、文"]


def test_bullets_are_no_numbers_and_empty_paragraphs_count() -> None:
    lists = REPORT + abstract(1, level(0, "bullet", "")) + num(1, 0) + num(2, 1)
    body = numbered("文", 2) + numbered("甲", 1) + numbered("", 1) + numbered("乙", 1)
    assert read_docx(word(body, numbering=lists)) == ["文", "一、甲", "三、乙"]


def test_numbers_in_a_table_count_too() -> None:
    body = numbered("甲", 1) + table((numbered("乙", 1), "")) + numbered("丙", 1)
    first, grid, last = read_docx(word(body, numbering=REPORT + num(1, 0)))
    assert (first, grid.rows, last) == ("一、甲", (("二、乙", ""),), "三、丙")  # type: ignore[union-attr]  # a Grid


@pytest.mark.parametrize(
    ("format", "three", "twelve"),
    [
        ("chineseCounting", "三", "十二"),
        ("chineseCountingThousand", "三", "十二"),
        ("ideographDigital", "三", "一二"),
        ("chineseLegalSimplified", "叁", "壹拾贰"),
        ("ideographTraditional", "丙", "12"),
        ("ideographZodiac", "寅", "亥"),
        ("decimal", "3", "12"),
        ("decimalZero", "03", "12"),
        ("decimalFullWidth", "３", "１２"),
        ("decimalEnclosedCircleChinese", "③", "⑫"),
        ("decimalEnclosedParen", "⑶", "⑿"),
        ("decimalEnclosedFullstop", "⒊", "⒓"),
        ("lowerLetter", "c", "l"),
        ("upperLetter", "C", "L"),
        ("lowerRoman", "iii", "xii"),
        ("upperRoman", "III", "XII"),
        ("ordinalText", "3", "12"),
    ],
)
def test_each_way_to_write_a_number(format: str, three: str, twelve: str) -> None:
    for start, label in ((3, three), (12, twelve)):
        lists = abstract(0, level(0, format, "%1、", start=start)) + num(1, 0)
        assert read_docx(word(numbered("文", 1), numbering=lists)) == [f"{label}、文"]


@pytest.mark.parametrize("way", WRITTEN)
def test_no_number_is_too_large_or_too_small_to_write(way: str) -> None:
    assert all(write_number(number, way) for number in (0, 1, 27, 99, 9999, 10000))


@pytest.mark.parametrize(
    ("attributes", "labels"),
    [
        ("", ["1.", "2."]),
        ('start="3"', ["3.", "4."]),
        ('type="A"', ["A.", "B."]),
        ('type="i"', ["i.", "ii."]),
        ("reversed", ["2.", "1."]),
        ('style="list-style-type: cjk-ideographic"', ["一、", "二、"]),
        ('style="list-style:simp-chinese-informal inside" start="5"', ["五、", "六、"]),
        ('style="list-style: none"', ["", ""]),
        ('class="bare"', ["", ""]),
    ],
)
def test_lists_of_a_page_are_numbered_as_the_browser_does(attributes: str, labels: list[str]) -> None:
    items = "<li>甲</li>\n<li style='display:none'>丙</li><li> <p><b>乙</b></p></li>"
    page = f"<style>.bare{{list-style:none}}</style><ol {attributes}>{items}</ol><ul><li>丁</li></ul>"
    assert read_page(page)[0] == [f"{labels[0]}甲", f"{labels[1]}乙", "丁"]


def test_items_give_their_own_number_and_inner_lists_theirs() -> None:
    inner = '<ol type="a"><li>乙</li></ol>'
    assert read_page(f'<ol><li value="4">甲</li><li>{inner}</li></ol>')[0] == ["4.甲", "5.a.乙"]
