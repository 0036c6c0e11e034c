"""A comparison as the clerk reads it: table by table, the rows that say something, and how many others there are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from gipdocs.reports.changes import say_difference, say_percent
from gipdocs.reports.collecting.comparison import MARKS, ComparedFigure, Comparison
from gipdocs.reports.expressions import Number
from gipdocs.reports.record import Record
from gipdocs.reports.shapes import AMOUNT
from gipdocs.writing import plain_number

TABLES = {"table2": 2, "table3": 3, "table4": 4}
"""The part of the report in which each table stands."""
NO_SUCH, NOT_READ, BLANK, APART = "无此项", "未读出", "空白", "不能对照"
"""Why there is no number: the form has none, the source could not be read, it was left blank, or its unit is unknown."""


@dataclass(frozen=True, kw_only=True)
class ComparedRow:
    """One figure as a line of the sheet: every cell as text, the numbers also as numbers where there are any."""

    compared: ComparedFigure
    item: str
    column: str
    before: str
    now: str
    difference: str
    percent: str
    marks: str
    explanation: str


@dataclass(frozen=True, kw_only=True)
class ComparedTable:
    """One table: its official name, its rows in groups by item, and a sentence for the figures that are not listed."""

    key: str
    title: str
    groups: tuple[tuple[ComparedRow, ...], ...]
    folded: str = ""

    @property
    def rows(self) -> tuple[ComparedRow, ...]:
        """Every row of all groups."""
        return tuple(row for group in self.groups for row in group)


def lay_out(comparison: Comparison) -> tuple[ComparedTable, ...]:
    """The three tables; a figure is listed if it is marked, explained, or not 0 in one of the years."""
    return tuple(_table(comparison, key, no) for key, no in TABLES.items())


def _table(comparison: Comparison, key: str, no: int) -> ComparedTable:
    own = [one for one in comparison.figures if one.figure.path.startswith(f"{key}.")]
    listed = [one for one in own if _says_something(one)]
    groups = (tuple(found) for _, found in groupby(listed, key=lambda one: one.figure.path.split(".")[1]))
    return ComparedTable(
        key=key,
        title=comparison.record.form.headings[no - 1],
        groups=tuple(tuple(_row(one, comparison) for one in _total_first(group)) for group in groups),
        folded=_fold([one for one in own if not _says_something(one)], shown=bool(listed)),
    )


def _says_something(one: ComparedFigure) -> bool:
    return bool(one.before or one.now or one.marks or one.explanation)


def _total_first(group: Sequence[ComparedFigure]) -> list[ComparedFigure]:
    """The total before what it is made of, since it is read first."""
    return sorted(group, key=lambda one: not one.figure.path.endswith(".total"))


def _fold(left: Sequence[ComparedFigure], *, shown: bool) -> str:
    """A sentence for the figures that are 0 in both years, and one for those that a year lacks."""
    zero = sum(one.before == 0 and one.now == 0 for one in left)
    lacking = len(left) - zero
    others = "其余" if shown else ""
    told = [f"{others}{zero}项两年均为0"] if zero else []
    told += [f"{lacking}项至少一年没有数（空白、没有读出或者格式没有这一项），另一年也没有或者为0"] if lacking else []
    return "；".join(told) + ("，不逐一列出。" if told else "")


def _row(one: ComparedFigure, comparison: Comparison) -> ComparedRow:
    figure, record, previous = one.figure, comparison.record, comparison.previous
    unit = f"（{record.amount_unit}）" if figure.path == AMOUNT and record.amount_unit else ""
    return ComparedRow(
        compared=one,
        item=figure.row_label,
        column=figure.column_label + unit,
        before=_say(one.before, previous, figure.path),
        now=_say(one.now, record, figure.path),
        difference=say_difference(one.before, one.now),
        percent=say_percent(one.before, one.now),
        marks="、".join(MARKS[mark] for mark in one.marks),
        explanation=one.explanation,
    )


def _say(value: Number | None, record: Record, path: str) -> str:
    if value is not None:
        return plain_number(value)
    if path in record.unread:
        return NOT_READ
    if path not in record.cells:
        return NO_SUCH
    return BLANK if record.cells[path] is None else APART


def list_asked(comparison: Comparison) -> Iterator[str]:
    """What is to be explained, each thing once, in the order of the form; then what concerns the whole report."""
    yield from dict.fromkeys(one.asked for one in comparison.asked)
    yield from (one.message for one in comparison.of_the_whole)
