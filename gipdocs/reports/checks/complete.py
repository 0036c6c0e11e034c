"""Checks that tables and narrative were read completely; nothing is claimed about a part that could not be read."""

from __future__ import annotations

from collections.abc import Iterator

from gipdocs.reports.grids import TABLE_NAMES, FormTable
from gipdocs.reports.record import Record
from gipdocs.reports.rules import Test, breach
from gipdocs.writing import quote

MOST_NAMED = 3
SECTIONS = "sections"


def check_complete(record: Record, previous: Record | None) -> Iterator[Test]:
    """A test for each table with unreadable rows and for an unread narrative, also in last year's report."""
    yield from _incomplete(record)
    if previous:
        yield from _incomplete(previous, "上年报告", "/previous")


def _incomplete(record: Record, report: str = "", at: str = "") -> Iterator[Test]:
    cures = {SECTIONS: "请按格式书写各部分的标题，例如“一、总体情况”。"}
    for key, told in list_unread(record).items():
        cure = cures.get(key, "请核对表格是否完整、行名是否与格式一致。")
        yield breach("N-READ" if key == SECTIONS else "T-READ", f"{report}{told}。{cure}", f"{at}/{key}")


def list_unread(record: Record) -> dict[str, str]:
    """By table, how many of its rows were read and which were not; `sections` is a key if no heading was found.

    A row counts only if all its figures were read. A record that was typed instead of read is complete.
    """
    told = {table.key: words for table in record.tables if (words := _told(table, record))}
    if record.source_kind and record.preamble and not record.sections:
        told[SECTIONS] = "没有读出叙述的六个部分，文字都没有核对"
    return told


def _told(table: FormTable, record: Record) -> str | None:
    rows: dict[str, list[str]] = {}
    for figure in table.figures:
        rows.setdefault(figure.row_label, []).append(figure.path)
    lost = [label for label, paths in rows.items() if not record.hidden.isdisjoint(paths)]
    if not lost:
        return None
    name, unit = TABLE_NAMES[table.key], "组" if table.key == "table4" else "行"
    listed = "、".join(map(quote, lost[:MOST_NAMED])) + ("等" if len(lost) > MOST_NAMED else "")
    return f"{name}读出{len(rows) - len(lost)}{unit}，应有{len(rows)}{unit}，没有读到{listed}"
