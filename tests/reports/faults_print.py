"""Faults of the printed page: cells that are no numbers, labels that differ from the form's, rows that slipped."""

from __future__ import annotations

import re
from random import Random

from tests.reports.sowing import Fault, Spoil

NUMBER = re.compile(r"(?<=<p>)\d+(?=</p>)")
ROW = re.compile(r"<tr>(?:(?!<tr>).)*?</tr>")


def _cell(printed: str) -> Spoil:
    """Print something else in place of one of the figures of table 3."""

    def spoil(page: str, random: Random) -> str | None:
        start, end = page.index("申请人情况"), page.rindex("<table>")
        return _put(page, random.choice(list(NUMBER.finditer(page, start, end))), printed)

    return spoil


def _signed(page: str, random: Random) -> str | None:
    """A sign before a number of items of last year."""
    row = next((row for row in ROW.finditer(page) if "行政处罚" in row[0] and row[0].count("<td") == 4), None)
    return row and _put(page, next(NUMBER.finditer(page, *row.span())), f"+{random.randrange(1, 40)}")


def _put(page: str, found: re.Match[str], printed: str) -> str:
    return page[: found.start()] + printed + page[found.end() :]


def _shifted(page: str, random: Random) -> str | None:
    """The figures of a row of table 3 moved by one column."""
    rows = [row for row in ROW.finditer(page) if "年新收" in row[0] or "（七）总计" in row[0]]
    row = random.choice(rows)
    cells = re.findall(r'<td rowspan="1" colspan="1"><p>\d+</p></td>', row[0])
    if len(cells) != 7 or len(set(cells)) == 1:
        return None
    return page.replace(row[0], row[0].replace("".join(cells), "".join([cells[-1], *cells[:-1]])), 1)


def _shifted_suits(page: str, random: Random) -> str | None:
    """The figures of table 4 moved by one column."""
    row = max(ROW.finditer(page, page.rindex("复议后起诉")), key=lambda one: len(NUMBER.findall(one[0])))
    numbers = NUMBER.findall(row[0])
    moved = iter([numbers[-1], *numbers[:-1]])
    spoiled = NUMBER.sub(lambda _: next(moved), row[0])
    return page.replace(row[0], spoiled) if len(numbers) == 15 and len(set(numbers)) > 2 else None


def _label(*pairs: tuple[str, str]) -> Spoil:
    """Print one of the labels with a misprint."""

    def spoil(page: str, random: Random) -> str | None:
        old, new = random.choice(pairs)
        return page.replace(f"<p>{old}</p>", f"<p>{new}</p>", 1) if f"<p>{old}</p>" in page else None

    return spoil


def _more_row(page: str, random: Random) -> str | None:
    row = next((row for row in ROW.finditer(page) if "规范性文件" in row[0]), None)
    name = random.choice(("其他主动公开文件", "政策解读材料"))
    return row and page.replace(row[0], row[0] + re.sub(r"(?:行政)?规范性文件", name, row[0]), 1)


PRINT: tuple[Fault, ...] = tuple(
    Fault(name=name, rules=(rule,), spoil=spoil)
    for name, rule, spoil in (
        ("a negative number", "T3-INT", _cell("-2")),
        ("a decimal", "T3-INT", _cell("2.5")),
        ("a sign printed twice", "T3-INT", _cell("--253")),
        ("words in place of a number", "T3-INT", _cell("若干件")),
        ("a stroke for a number", "T3-BLANK", _cell("/")),
        ("a dash for a number", "T3-BLANK", _cell("—")),
        ("a sign before items", "T2-SHIFT", _signed),
        ("a row moved by a column", "T3-ROW", _shifted),
        ("table 4 moved by a column", "T4-SUM", _shifted_suits),
        (
            "a misprinted label",
            "F-LABEL",
            _label(
                ("2.其他法律行政法规禁止公开", "2.其他法律行政止公开"),
                ("6.属于四类过程性信息", "6.属于四类过程性性信息"),
                ("行政强制", "行政强制措施"),
                ("8.属于行政查询事项", "8.属于行政查询事"),
            ),
        ),
        (
            "lost words of a head",
            "F-LABEL",
            _label(
                ("本年制发件数", "本年"),
                ("现行有效件数", "现行有效件"),
                ("本年新公开数量", "本年新"),
                ("对外公开总数量", "对外公开"),
                ("上一年项目数量", "上一年项目"),
            ),
        ),
        (
            "lost words of the head of table 3",
            "F-LABEL",
            _label(("社会公益组织", "社会公益组"), ("科研机构", "科研构")),
        ),
        (
            "lost words of the head of table 4",
            "F-LABEL",
            _label(("未经复议直接起诉", "未经复议直接起"), ("尚未审结", "尚未审")),
        ),
        ("a row more", "F-ROWS", _more_row),
    )
)
