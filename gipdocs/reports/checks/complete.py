"""Judges whether all rows of the tables are known: nothing is said of a report of which a part could not be read."""

from __future__ import annotations

from collections.abc import Iterator

from gipdocs.reports.grids import Table
from gipdocs.reports.record import Record
from gipdocs.reports.rules import Test, breach
from gipdocs.writing import quoted

NAMES = {"table2": ("表二", "行"), "table3": ("表三", "行"), "table4": ("表四", "组")}
MOST_NAMED = 3


def check_complete(record: Record, previous: Record | None) -> Iterator[Test]:
    """A test for each table of which rows could not be read, in this report and in last year's."""
    yield from _incomplete(record)
    if previous:
        yield from _incomplete(previous, "上年报告", "/previous")


def _incomplete(record: Record, report: str = "", at: str = "") -> Iterator[Test]:
    cure = "请核对来源文件的表格是否完整，没有读到的请补录后再核对。"
    for key, told in unread(record).items():
        yield breach("T-READ", f"{report}{told}。{cure}", f"{at}/{key}")


def unread(record: Record) -> dict[str, str]:
    """By table, how many of its rows were read and which were not; a row counts only with all its figures."""
    return {table.key: told for table in record.tables if (told := _told(table, record))}


def _told(table: Table, record: Record) -> str | None:
    rows: dict[str, list[str]] = {}
    for figure in table.figures:
        rows.setdefault(figure.row_label, []).append(figure.path)
    lost = [label for label, paths in rows.items() if not record.hidden.isdisjoint(paths)]
    if not lost:
        return None
    name, unit = NAMES[table.key]
    listed = "、".join(map(quoted, lost[:MOST_NAMED])) + ("等" if len(lost) > MOST_NAMED else "")
    return f"{name}读出{len(rows) - len(lost)}{unit}，应有{len(rows)}{unit}，没有读到{listed}"
