"""Checks the numbering of the headings and items of a guide (GB/T 9704-2012 7.3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gipdocs.findings import Finding
from gipdocs.guide.reading import Guide, GuideLine
from gipdocs.guide.remarks import remark
from gipdocs.writing import numeral, read_number

HAN = "([一二三四五六七八九十]{1,3})"
MARKS = (rf"{HAN}、", rf"\({HAN}\)", r"(?:附件:?)?(\d{1,2})[.、](?!\d)", r"\((\d{1,2})\)")
FORMS = ("{}、", "（{}）", "{}.", "（{}）")


@dataclass(frozen=True)
class Numbered:
    """A paragraph with a number: `level` counts from 0 for 一、 to 3 for （1）."""

    line: GuideLine
    level: int
    number: int


def find_numbered(guide: Guide) -> Iterator[Numbered]:
    """Every paragraph that begins with a number of one of the four levels."""
    for line in guide.lines:
        for level, mark in enumerate(MARKS):
            found = re.match(mark, line.plain)
            if found and (number := read_number(found[1])):
                yield Numbered(line, level, number)


def check_numbers(guide: Guide) -> Iterator[Finding]:
    """Checks that each number follows the previous one of its level; lists of the lower levels may restart."""
    counts = [0] * len(MARKS)
    for one in find_numbered(guide):
        level = one.level
        begins = one.number == 1 and (level > 1 or not counts[level])
        if not begins and one.number != counts[level] + 1:
            level = _meant(one, counts)
            yield _broken(one, counts, level)
        counts[level:] = [one.number, *([0] * (len(counts) - level - 1))]


def _meant(one: Numbered, counts: list[int]) -> int:
    """The level that a number was meant for.

    It is the level above if the number is the next one there and is not a repetition on its own level.
    """
    above = counts[one.level - 1] if one.level else 0
    next_above = bool(above) and one.number == above + 1
    return one.level - 1 if next_above and one.number != counts[one.level] else one.level


def _broken(one: Numbered, counts: list[int], level: int) -> Finding:
    before = f"接在“{_form(one.level, counts[one.level])}”之后" if counts[one.level] else "前面没有同一层次的序号"
    wanted = _form(level, one.number if level != one.level else counts[level] + 1)
    return remark(
        "number-broken",
        f"序号“{_form(one.level, one.number)}”{before}，层次或者次序有误，疑为“{wanted}”。",
        one.line,
        severity="warning",
        basis="GB/T 9704-2012 7.3.3",
    )


def _form(level: int, number: int) -> str:
    return FORMS[level].format(numeral(number) if level < 2 else number)
