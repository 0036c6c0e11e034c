"""Reads the sheets of a workbook, or a CSV, as grids of printed cells, each of which knows its place in the file."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO

from openpyxl.utils.cell import get_column_letter

from gipdocs.filekinds import explain_refusal, recognise
from gipdocs.published.blocks import PrintedTable, Taken, refuse_file
from gipdocs.spreadsheets.books import SHOWS_NOTHING, UNCOMPUTED, ReadSheet, read_sheets
from gipdocs.spreadsheets.counting import BookRefused
from gipdocs.spreadsheets.number_formats import format_general
from gipdocs.spreadsheets.plain import CSV

WANTED = "“Excel 工作簿(*.xlsx)”"
WITHOUT_VALUE = "=?"
"""What stands for a formula whose result the file doesn't have."""
SHOWN = re.compile(r"[+-]?[\d,]+(?:\.(?P<decimals>\d+))?(?P<unit>[^\d%]*)")
MOST_DECIMALS = 6
"""The decimals of a sum in 万元 to the 分."""
FEWEST_ROWS, FEWEST_COLUMNS = 3, 3
"""A text with fewer lines, or fewer cells in each, is not taken for a CSV."""


class CellText(str):
    """The text of a cell, which keeps its place.

    `fault` says in Chinese why the cell can't be read, "" if it can; `among_figures` whether its column has figures.
    """

    sheet: str
    row: int
    column: int
    fault: str
    among_figures: bool = False

    @classmethod
    def at(cls, text: str, sheet: str, row: int, column: int, fault: str = "") -> CellText:
        """A text at a row and a column, both counted from 1."""
        cell = cls(text)
        cell.sheet, cell.row, cell.column, cell.fault = sheet, row, column, fault
        return cell

    def strip(self, chars: str | None = None, /) -> CellText:
        """The text without blanks at its ends, still in its place."""
        return self.with_text(super().strip(chars))

    def with_text(self, text: str) -> CellText:
        """Another text in the same place."""
        cell = self.at(text, self.sheet, self.row, self.column, self.fault)
        cell.among_figures = self.among_figures
        return cell

    @property
    def address(self) -> str:
        """The cell as a spreadsheet names it: D7."""
        return f"{get_column_letter(self.column)}{self.row}"

    @property
    def place(self) -> str:
        """The cell in a clerk's words."""
        file = "CSV文件" if self.sheet == CSV else f"工作表“{self.sheet}”"
        return f"{file}的{self.address}"


def is_book(data: bytes) -> bool:
    """Whether a file is a workbook, also one of a kind that can't be read."""
    kind = recognise(data)
    return kind is not None and kind.key in ("xlsx", "xls", "ods")


def read_book(data: bytes) -> list[PrintedTable]:
    """The visible cells of each visible sheet, one table a sheet; InvalidInput for a file that can't be read."""
    if words := explain_refusal(data, ("xlsx",), WANTED):
        raise refuse_file("file", words)
    taken = Taken()
    try:
        sheets = list(read_sheets(data))
        tables = [_table(sheet, taken) for sheet in sheets if not sheet.hidden]
    except BookRefused as error:
        raise refuse_file(error.code, str(error)) from error
    hidden = next((sheet.name for sheet in sheets if sheet.hidden and sheet.rows), "")
    if hidden and not any(table.rows for table in tables):
        raise refuse_file("hidden", f"看得见的工作表都是空的，“{hidden}”表是隐藏的，要读取的请取消隐藏。")
    return tables


def read_csv_text(text: str) -> list[PrintedTable]:
    """The table in a text that is a CSV; none for any other text."""
    if text.count(",") < FEWEST_ROWS * (FEWEST_COLUMNS - 1) or "\t" in text:
        return []
    try:
        rows = [row for row in csv.reader(StringIO(text, newline=""), strict=True) if row]
    except csv.Error:
        return []
    if len(rows) < FEWEST_ROWS or {len(row) for row in rows} != {len(rows[0])} or len(rows[0]) < FEWEST_COLUMNS:
        return []
    return [_table(ReadSheet(name=CSV, rows=[[cell.strip() for cell in row] for row in rows]), Taken())]


def _table(sheet: ReadSheet, taken: Taken) -> PrintedTable:
    covered = {
        (row, column)
        for left, top, right, bottom in sheet.merged
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
        if (row, column) != (top, left)
    }
    rows = [tuple(_cells(sheet, row, covered)) for row in range(1, len(sheet.rows) + 1) if row not in sheet.hidden_rows]
    texts = [tuple(cell.with_text(taken.text(cell)) for cell in row) for row in rows if any(row)]
    return PrintedTable(tuple(taken.row(row) for row in without_blank_columns(texts)))


def without_blank_columns(rows: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Rows of cells without the columns in which none of them has a text."""
    cells = [[cell for cell in row if isinstance(cell, CellText)] for row in rows]
    filled = {cell.column for row in cells for cell in row if cell}
    return [tuple(cell for cell in row if cell.column in filled) for row in cells]


def _cells(sheet: ReadSheet, row: int, covered: set[tuple[int, int]]) -> Iterator[CellText]:
    """The row's own cells: those that no merged cell covers, up to the last one with a text in the sheet."""
    for column, text in enumerate(sheet.rows[row - 1], 1):
        if (row, column) not in covered and column not in sheet.hidden_columns:
            shown, fault = _shown(sheet, row, column, text)
            yield CellText.at(shown, sheet.name, row, column, fault)


def _shown(sheet: ReadSheet, row: int, column: int, text: str) -> tuple[str, str]:
    """A cell's text and fault; a number that its format hides, as some hide zeros, is shown, and none is rounded."""
    fault, value = sheet.faults.get((row, column), ""), sheet.values.get((row, column))
    if fault == SHOWS_NOTHING and value is not None and (shown := format_general(value)):
        return shown, ""
    if not fault and isinstance(value, int | float):
        return _unrounded(text, value), ""
    return (WITHOUT_VALUE if fault == UNCOMPUTED else text), fault


def _unrounded(text: str, value: float) -> str:
    """The text of a number with just its own decimals, if the format shows fewer or more zeros; no endless fraction."""
    shown, exact = SHOWN.fullmatch(text), format_general(value)
    if shown is None or exact is None:
        return text
    decimals, own = shown["decimals"] or "", exact.partition(".")[2]
    zeros = not own and not decimals.strip("0")
    return f"{exact}{shown['unit']}" if (decimals and zeros) or len(decimals) < len(own) <= MOST_DECIMALS else text
