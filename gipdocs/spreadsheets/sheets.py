"""Writes a table as XLSX: a title, a header row that repeats on each printed page, and cells with texts and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import groupby

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from gipdocs import packing

TITLE, HEAD, CELL = Font(name="方正小标宋简体", size=16), Font(name="黑体", size=11), Font(name="宋体", size=10.5)
GROUND = PatternFill("solid", fgColor="F2F2F2")
THIN = Side(style="thin", color="000000")
BORDER = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
A4 = 9  # the number of the paper size in SpreadsheetML
SheetValue = str | int | Decimal
"""What a cell holds: a text stays text, whatever it begins with; a number can be reckoned with."""
ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""An underscore that spreadsheets would take for the beginning of a character's number."""
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
FORMULA = ("=", "+", "-", "@")
"""Beginnings that a program may take for a formula when somebody edits the cell."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column: its heading, its width in characters, and whether equal neighbours are merged into one cell.

    `number_format` is that of its numbers, as spreadsheets write it.
    """

    heading: str
    width: float
    merged: bool = False
    centred: bool = False
    number_format: str = "General"


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A table of texts and numbers under a title, with `note` between them; `name` is on the tab. It is printed across the page."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[SheetValue]]
    note: str = ""

    def xlsx(self, *, author: str, created: date) -> bytes:
        """The file; the same table gives the same bytes."""
        return write_book([self], author=author, created=created)

    def _write(self, sheet: Worksheet) -> int:
        """Fill the sheet; returns the number of the header row."""
        across = len(self.columns)
        lines = [(self.title, TITLE, "center"), *([(self.note, CELL, "right")] if self.note else [])]
        for row, (text, font, side) in enumerate(lines, 1):
            _put(sheet, row, 1, text, font=font, side=side, framed=False)
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=across)
        head = len(lines) + 1
        for number, column in enumerate(self.columns, 1):
            _put(sheet, head, number, column.heading, font=HEAD, side="center")
            sheet.cell(head, number).fill = GROUND
            sheet.column_dimensions[get_column_letter(number)].width = 2 * column.width
            for row, cells in enumerate(self.rows, head + 1):
                side = "center" if column.merged or column.centred else "left"
                _put(sheet, row, number, cells[number - 1], font=CELL, side=side)
                sheet.cell(row, number).number_format = column.number_format
            if column.merged:
                for first, last in _runs([cells[number - 1] for cells in self.rows], head + 1):
                    sheet.merge_cells(start_row=first, end_row=last, start_column=number, end_column=number)
        return head


def write_book(sheets: Sequence[Sheet], *, author: str, created: date) -> bytes:
    """A workbook of several tables, titled like the first; the same tables give the same bytes."""
    book = Workbook()
    for number, table in enumerate(sheets):
        sheet = book.active if number == 0 else book.create_sheet()
        assert isinstance(sheet, Worksheet)
        sheet.title = table.name
        _prepare_print(sheet, head=table._write(sheet), columns=len(table.columns))
    book.properties.creator, book.properties.title = author, sheets[0].title
    out = BytesIO()
    book.save(out)
    return packing.redate(out.getvalue(), created)


def _runs(texts: Sequence[SheetValue], start: int) -> Iterator[tuple[int, int]]:
    """The first and last row of each run of two or more equal texts."""
    for _, run in groupby(enumerate(texts, start), key=lambda pair: pair[1]):
        rows = [row for row, _ in run]
        if len(rows) > 1:
            yield rows[0], rows[-1]


def put_text(cell: Cell, text: str) -> None:
    """Write a text into a cell; it stays text, whatever it begins with, and characters that no sheet can hold are U+FFFD."""
    cell.value = ESCAPE.sub("_x005F_", UNWRITABLE.sub("\ufffd", text)) or None
    if text:
        cell.data_type = "s"
    cell.quotePrefix = text.startswith(FORMULA)


def _put(
    sheet: Worksheet, row: int, column: int, value: SheetValue, *, font: Font, side: str, framed: bool = True
) -> None:
    """Write a cell; a text stays text, whatever it begins with."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        put_text(cell, value)
    else:
        cell.value = value
    cell.font = font
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
    if framed:
        cell.border = BORDER


def _prepare_print(sheet: Worksheet, *, head: int, columns: int) -> None:
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    sheet.print_title_rows = f"1:{head}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_options.horizontalCentered = True
    sheet.page_margins = PageMargins(left=0.5, right=0.5, top=0.6, bottom=0.6)
    sheet.oddFooter.center.text = "— &P —"
