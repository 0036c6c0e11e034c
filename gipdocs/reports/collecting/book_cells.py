"""Writes the cells of a workbook for clerks: framed, in the fonts of an office, ready to be printed across."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from gipdocs.reports.expressions import Number
from gipdocs.spreadsheets.sheets import BORDER, CELL, TITLE, put_text


def put_head(sheet: Worksheet, title: str, note: str, width: int) -> None:
    """Write the title and a note into the first two rows, across so many columns."""
    for row, words, font in ((1, title, TITLE), (2, note, CELL)):
        put_across(sheet, row, words, width, font=font, side="center" if row == 1 else "left")


def put_across(sheet: Worksheet, row: int, words: str, width: int, *, font: Font = CELL, side: str = "left") -> None:
    """Write a text across so many columns."""
    put(sheet, row, 1, words, font=font, side=side, framed=False)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)


def put(
    sheet: Worksheet,
    row: int,
    column: int,
    value: Number | str,
    *,
    font: Font = CELL,
    side: str = "center",
    ground: PatternFill | None = None,
    framed: bool = True,
) -> None:
    """Write a number or a text; a text stays one, whatever it begins with."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    if isinstance(value, str):
        put_text(cell, value)
    else:
        cell.value = value
    cell.font = font
    cell.alignment = _aligned(side)
    if framed:
        cell.border = BORDER
    if ground:
        cell.fill = ground


def merge_alike(sheet: Worksheet, row: int, words: Sequence[str], *, first: int) -> None:
    """Merge neighbours with the same heading."""
    start = 0
    for i in range(1, len(words) + 1):
        if i == len(words) or words[i] != words[start]:
            if i - start > 1:
                sheet.merge_cells(start_row=row, end_row=row, start_column=first + start, end_column=first + i - 1)
            start = i


def set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Set the widths of the columns in characters."""
    for k, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(k)].width = width


def prepare_print(sheet: Worksheet, *, head: int, paper: int, columns: int = 1) -> None:
    """Freeze the head and the first columns, and have the head repeated on every page."""
    sheet.freeze_panes = sheet.cell(head + 1, columns + 1)
    sheet.print_title_rows = f"1:{head}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "— &P —"


@cache
def _aligned(side: str) -> Alignment:
    return Alignment(horizontal=side, vertical="center", wrap_text=True)
