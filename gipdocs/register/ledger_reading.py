"""Reads a ledger that an office has kept so far: its headings, and its rows under them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gipdocs.errors import Fault, InvalidInput
from gipdocs.filekinds import explain_refusal
from gipdocs.register.ledger import COLUMNS
from gipdocs.register.ledger_cells import IN_BRACKETS, Cell, plain
from gipdocs.spreadsheets.books import ReadSheet, read_sheets
from gipdocs.spreadsheets.counting import BookLimits, BookRefused
from gipdocs.spreadsheets.plain import read_csv

LIMITS = BookLimits(rows=10_050, unpacked=32 << 20)
"""An office's ledger of many years."""
MOST_ABOVE = 20
"""In so many rows at the top of a sheet the headings are looked for."""
LEAST_KNOWN = 2
NUMBERING = frozenset(("序号", "行号", "No."))
LEFT_OUT = "-"
"""What a mapping says of a heading that isn't read."""


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """A row: where it stands in the clerk's words (第12行), its cells by heading, and why some of them can't be read."""

    place: str
    cells: Mapping[str, Cell]
    faults: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class LedgerTable:
    """What a ledger holds: its headings in their order, and every row that isn't empty."""

    headings: tuple[str, ...]
    rows: tuple[LedgerRow, ...]


@dataclass(frozen=True, kw_only=True)
class Mapped:
    """Which heading is which column: by the keys of `ledger.COLUMNS`. `unknown` headings aren't read."""

    columns: Mapping[str, str]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]


def read_ledger(content: bytes, filename: str = "") -> LedgerTable:
    """The table in an XLSX or CSV file; InvalidInput says in Chinese why it can't be read."""
    if words := explain_refusal(content, ("xlsx",), "“Excel 工作簿(*.xlsx)”"):
        raise InvalidInput([Fault("", "file", words)])
    try:
        sheets = _sheets(content)
    except BookRefused as error:
        raise InvalidInput([Fault("", error.code, str(error))]) from error
    shown = [sheet for sheet in sheets if not sheet.hidden and any(any(row) for row in sheet.rows)]
    if not shown:
        raise InvalidInput([Fault("", "no-rows", f"“{filename}”里没有可以读入的表格，请核对文件。")])
    headings = dict.fromkeys(name for sheet in shown for name in _headings(sheet).values())
    return LedgerTable(headings=tuple(headings), rows=tuple(_rows(shown)))


def _sheets(content: bytes) -> list[ReadSheet]:
    if content.startswith(b"PK"):
        return [*read_sheets(content, limits=LIMITS)]
    return [read_csv(content, most_rows=LIMITS.rows)]


def map_headings(headings: Iterable[str], given: Mapping[str, str]) -> Mapped:
    """Find the column of each heading: as given by the clerk, else by its own name or a usual one.

    `given` has the key or the heading of our column for a heading of theirs, or "-" for one that isn't to be read.
    InvalidInput if it names no column of ours, or one column twice.
    """
    chosen = {heading: _given(heading, given[heading]) for heading in headings if heading in given}
    found = {heading: key for heading, key in chosen.items() if key}
    for heading in headings:
        key = _known(heading)
        if heading not in chosen and key and key not in found.values():
            found[heading] = key
    if twice := {key for key in found.values() if list(found.values()).count(key) > 1}:
        named = "”“".join(column.heading for column in COLUMNS if column.key in twice)
        raise InvalidInput([Fault("/mapping", "heading-twice", f"有几列都对应“{named}”，请只选一列。")])
    unknown = [heading for heading in headings if heading not in (*found, *chosen) and heading not in NUMBERING]
    missing = [column.heading for column in COLUMNS if column.required and column.key not in found.values()]
    return Mapped(columns=found, unknown=tuple(unknown), missing=tuple(missing))


def _given(heading: str, wanted: str) -> str:
    """The key that the clerk gave, "" for a heading that is left out."""
    if wanted == LEFT_OUT:
        return ""
    key = next((column.key for column in COLUMNS if wanted in (column.key, column.heading)), None)
    if key is None:
        listed = "、".join(column.heading for column in COLUMNS)
        raise InvalidInput([Fault("/mapping", "option", f"没有这样的栏目可以对应“{heading}”，可用的是：{listed}。")])
    return key


def _bare(heading: str) -> str:
    return re.sub(r"[\s/、*:：]", "", IN_BRACKETS.sub("", plain(heading)))


HEADINGS = {_bare(name): column.key for column in reversed(COLUMNS) for name in (*column.also, column.heading)}
HEADINGS |= {_bare(column.heading): column.key for column in COLUMNS}


def _known(heading: str) -> str | None:
    return HEADINGS.get(_bare(heading))


def _head(sheet: ReadSheet) -> int:
    """The index of the row with the headings: that with the most known ones, else the one with the most cells."""
    above = sheet.rows[:MOST_ABOVE]
    known = [len({key for cell in row if cell and (key := _known(cell))}) for row in above]
    filled = [len(set(filter(None, row))) for row in above]
    best = known if max(known) >= LEAST_KNOWN else filled
    return best.index(max(best))


def _headings(sheet: ReadSheet) -> dict[int, str]:
    """The heading of each column, counted from 1; of two equal ones the second is numbered."""
    found: dict[int, str] = {}
    for column, text in enumerate(sheet.rows[_head(sheet)], 1):
        name, count = " ".join(text.split()), 1
        while name and name in found.values():
            count += 1
            name = f"{' '.join(text.split())}（{count}）"
        if name:
            found[column] = name
    return found


def _rows(sheets: Sequence[ReadSheet]) -> Iterator[LedgerRow]:
    for sheet in sheets:
        of = f"“{sheet.name}”表" if len(sheets) > 1 else ""
        head, headings = _head(sheet), _headings(sheet)
        for number, row in enumerate(sheet.rows[head + 1 :], head + 2):
            cells = {headings[column]: _cell(sheet, number, column, row[column - 1]) for column in headings}
            faults = {name: fault for column, name in headings.items() if (fault := sheet.faults.get((number, column)))}
            if faults or any(cell.text for name, cell in cells.items() if name not in NUMBERING):
                yield LedgerRow(place=f"{of}第{number}行", cells=cells, faults=faults)


def _cell(sheet: ReadSheet, number: int, column: int, text: str) -> Cell:
    value = sheet.values.get((number, column))
    day = value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None
    return Cell(text=text.strip(), day=day)
