"""The comparison finds everything that a reader could see, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.typeset.comparison import compare, compare_versions, tell_kind, worst
from tests.typeset.lines import Page, read
from tests.typeset.sheets import Sheet, Written, codes, letter, make

TEXTS = (
    "聊城市公开〔2026〕1号",
    "张祎玥：",
    "你单位申请公开的信息，本机关已经主动公开。",
    "第一页",
    "联系人：张祎玥",
    "2026年1月1日",
    "第二页",
    "第三页",
)
SHEETS = letter(TEXTS, pages=2)
FIRST, SECOND = SHEETS


def pages(*sheets: Sheet) -> list[Page]:
    return read(make(*sheets))


def with_line(number: int, change: Callable[[Written], Written]) -> list[Sheet]:
    """The sheets with one line of the first changed."""
    changed = tuple(change(line) if i == number else line for i, line in enumerate(FIRST.lines))
    return [replace(FIRST, lines=changed), SECOND]


def with_bar(number: int, bar: tuple[float, float, float, float]) -> list[Sheet]:
    return [replace(FIRST, bars=tuple(bar if i == number else one for i, one in enumerate(FIRST.bars))), SECOND]


ONE_LINE_LATER = [
    replace(FIRST, lines=FIRST.lines[:-1]),
    replace(
        SECOND,
        lines=(replace(FIRST.lines[-1], y=FIRST.lines[0].y), *(line.moved(y=-29.0) for line in SECOND.lines)),
    ),
]
"""The last line of the first page begins the second one."""


@pytest.mark.parametrize(
    "sheets",
    [
        SHEETS,
        with_line(2, lambda line: line.moved(x=0.6, y=-0.3)),
        with_line(2, lambda line: replace(line, size=16.02)),
        with_line(2, lambda line: replace(line, text=line.text + " 　")),
        [replace(one, lines=one.lines[::-1], bars=one.bars[::-1]) for one in SHEETS],
        with_bar(0, (59.9, 701.7, 482.0, 2.1)),
    ],
    ids=["same", "hardly moved", "hardly larger", "blanks at the end", "drawn in another order", "bar hardly moved"],
)
def test_what_no_reader_sees_is_no_difference(sheets: list[Sheet]) -> None:
    assert compare(pages(*SHEETS), pages(*sheets)) == []


@pytest.mark.parametrize(
    ("sheets", "kind", "page", "line", "words"),
    [
        (with_line(2, lambda line: line.moved(y=0.5)), "place", 1, 3, "y 592.50"),
        (with_line(2, lambda line: line.moved(x=1.0)), "place", 1, 3, "x 80.50"),
        (with_line(2, lambda line: replace(line, text="")), "text", 1, 3, "你单位申请"),
        (with_line(2, lambda line: replace(line, text=line.text.replace("申请", "请申"))), "text", 1, 3, "你单位请申"),
        (with_line(2, lambda line: replace(line, text=line.text[:-1])), "text", 1, 3, "主动公开"),
        (with_line(2, lambda line: replace(line, text=line.text + "。")), "text", 1, 3, "。。"),
        (with_line(2, lambda line: replace(line, text=line.text.replace("，", "， "))), "place", 1, 3, "本 at 263.50"),
        (with_line(2, lambda line: replace(line, font="F2")), "look", 1, 3, "FandolKai"),
        (with_line(2, lambda line: replace(line, color="1 0 0")), "look", 1, 3, "ff0000"),
        (with_line(1, lambda line: replace(line, size=15.7)), "look", 1, 2, "15.7"),
        (letter(TEXTS, pages=3), "pages", 3, 0, "3 pages"),
        (letter(TEXTS, pages=1), "pages", 2, 0, "1 pages"),
        (ONE_LINE_LATER, "text", 1, 4, "第一页"),
        (with_bar(0, (59.5, 702.8, 482.0, 2.0)), "box", 1, 0, "y 702.80–704.80"),
        (with_bar(0, (59.5, 702.0, 481.0, 2.0)), "box", 1, 0, "x 59.50–540.50"),
        ([replace(FIRST, bars=FIRST.bars[:1]), SECOND], "box", 1, 0, "y 56.70–57.70"),
        ([replace(FIRST, content=b"1 0 0 rg 60 300 480 1 re f\n"), SECOND], "box", 1, 0, "ff0000"),
    ],
    ids=[
        "line moved up", "line moved aside", "line lost", "characters swapped", "character lost", "character doubled", "gap in a line",
        "other font", "other colour", "other size", "a page more", "a page less", "other page break", "bar moved", "bar shorter",
        "bar lost", "bar added",
    ],
)  # fmt: skip
def test_what_a_reader_could_see_is_found_with_its_place(
    sheets: list[Sheet], kind: str, page: int, line: int, words: str
) -> None:
    found = compare(pages(*SHEETS), pages(*sheets))
    assert worst(found) == kind
    told = next(one for one in found if one.kind == kind)
    assert (told.page, told.line) == (page, line)
    assert words in str(told) or words in "".join(map(str, found))


FULL = "你单位申请公开的信息，本机关已经主动公开的信息，本机关已"


@pytest.mark.parametrize(
    ("text", "spread", "alike"),
    [(FULL, 0.05, True), (FULL, 0.2, False), (FULL[:5], 0.8, True), (FULL[:10], 0.8, False)],
)
def test_a_full_line_may_be_spread_a_little_more(text: str, spread: float, alike: bool) -> None:
    shown = f"BT /F1 16 Tf {spread} Tc 79.5 650 Td <{codes(text)}> Tj ET"
    plain, spread_out = pages(Sheet((Written(79.5, 650.0, text),))), pages(Sheet(content=shown.encode()))
    assert (compare(plain, spread_out) == []) is alike


def test_a_rare_character_is_drawn_after_its_line_and_is_spread_with_it() -> None:
    line, rare = Written(79.5, 650.0, FULL), Written(79.5 + 16 * len(FULL), 650.0, "祎", font="F2")
    wanted = pages(Sheet((line, Written(79.5, 300.0, "第一页"), rare)))
    assert compare(wanted, pages(Sheet((line, Written(79.5, 300.0, "第一页"), rare.moved(x=1.3))))) == []
    assert compare(wanted, pages(Sheet((line, Written(79.5, 300.0, "第一页"), rare.moved(x=4.5)))))


ONE_SHEETS = letter(("你单位申请公开的", "信息，本机关已经", "主动公开。", "第一页"))
OTHER_SHEETS = letter(("你单位申请公开", "的信息，本机关已", "经主动公开。", "第一页"))
ONE, OTHER = pages(*ONE_SHEETS), pages(*OTHER_SHEETS)


def test_a_document_may_be_as_another_version_draws_it() -> None:
    assert compare_versions(ONE, [OTHER], ONE) == (False, [])
    assert compare_versions(ONE, [OTHER], OTHER) == (True, [])


def test_another_version_may_have_another_font_for_a_character() -> None:
    rare = [replace(one, lines=(*one.lines, Written(79.5, 200.0, "祎"))) for one in (*ONE_SHEETS, *OTHER_SHEETS)]
    fallback = [replace(one, lines=(*one.lines[:-1], replace(one.lines[-1], font="F2"))) for one in rare]
    assert compare_versions(pages(rare[0]), [pages(fallback[1])], pages(rare[1])) == (True, [])
    assert compare_versions(pages(rare[0]), [pages(rare[1])], pages(fallback[1]))[1]


def test_a_character_on_another_page_alone_has_the_font_that_it_has_there() -> None:
    number = Written(79.5, 200.0, "1", font="F2")
    with_page = pages(*(replace(one, lines=(*one.lines, number)) for one in OTHER_SHEETS))
    without = pages(*(replace(one, lines=(*one.lines, replace(number, font="F1"))) for one in ONE_SHEETS))
    assert compare_versions(without, [with_page], with_page) == (True, [])


def test_no_document_may_be_half_as_each_version_draws_it() -> None:
    torn = pages(*letter(("你单位申请公开的", "的信息，本机关已", "经主动公开。", "第一页")))
    assert compare_versions(ONE, [OTHER], torn) == (False, compare(ONE, torn))
    assert compare_versions(OTHER, [ONE], torn) == (False, compare(OTHER, torn))


def test_without_another_version_everything_counts() -> None:
    assert compare_versions(ONE, [], OTHER) == (False, compare(ONE, OTHER))


@pytest.mark.parametrize(
    ("sheets", "kind"),
    [
        (OTHER_SHEETS, "breaks"),
        (letter(("你单位申请公开", "信息，本机关已经", "主动公开。", "第一页")), "text"),
        (letter(("你单位申请公开", "的信息，本机关已", "经主动公开。", "第一页"), pages=2), "pages"),
        ([replace(one, bars=one.bars[1:]) for one in OTHER_SHEETS], "text"),
        ([replace(one, lines=tuple(replace(line, font="F2") for line in one.lines)) for one in OTHER_SHEETS], "text"),
        ([replace(one, lines=tuple(line.moved(x=5) for line in one.lines)) for one in ONE_SHEETS], "place"),
    ],
    ids=["lines end elsewhere", "character lost", "a page more", "bar lost", "other font", "lines moved aside"],
)
def test_lines_that_only_end_elsewhere_are_told_from_another_text(sheets: list[Sheet], kind: str) -> None:
    assert tell_kind(ONE, pages(*sheets)) == kind
