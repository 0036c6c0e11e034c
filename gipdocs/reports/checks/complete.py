"""Checks that tables and narrative were read completely; nothing is claimed about a part that could not be read."""

from __future__ import annotations

from collections.abc import Iterator

from gipdocs.reports.grids import TABLE_NAMES, FormTable
from gipdocs.reports.kinds import has_tables, reporter_kind
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
    told = {}
    for table in _owed(record):
        if lost := [label for label, paths in _rows_of(table).items() if not record.hidden.isdisjoint(paths)]:
            listed = "、".join(map(quote, lost[:MOST_NAMED])) + ("等" if len(lost) > MOST_NAMED else "")
            told[table.key] = f"{_count_read(table, record)}，没有读到{listed}"
    if record.source_kind and record.preamble and not record.sections:
        parts = "各个部分" if reporter_kind(record) else "六个部分"
        told[SECTIONS] = f"没有读出叙述的{parts}，文字都没有核对"
    return told


def describe_read(record: Record) -> list[str]:
    """How many rows and cells were read of each table, and are due; nothing about a record that was typed."""
    return [_count_read(table, record) for table in _owed(record)] if record.source_kind else []


def _owed(record: Record) -> tuple[FormTable, ...]:
    return () if reporter_kind(record) and not has_tables(record) else record.tables


def _count_read(table: FormTable, record: Record) -> str:
    """The rows and the cells that were read, and those due: 表三读出25行175格，应有25行175格."""
    rows, unit = _rows_of(table), "组" if table.key == "table4" else "行"
    whole = sum(record.hidden.isdisjoint(paths) for paths in rows.values())
    cells = [path for paths in rows.values() for path in paths]
    read = sum(path not in record.unread for path in cells)
    return f"{TABLE_NAMES[table.key]}读出{whole}{unit}{read}格，应有{len(rows)}{unit}{len(cells)}格"


def _rows_of(table: FormTable) -> dict[str, list[str]]:
    """The paths of the figures of each row, by its label."""
    rows: dict[str, list[str]] = {}
    for figure in table.figures:
        rows.setdefault(figure.row_label, []).append(figure.path)
    return rows
