"""A sheet of a workbook while it is written: texts, figures, formulas with their results, and how it is printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from typing import Literal

from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.worksheet import Worksheet

from gipdocs.reports.expressions import Number
from gipdocs.spreadsheets.formulas import Result
from gipdocs.spreadsheets.sheets import A4, BORDER, CELL, put_text

EXACT = 15
"""The most digits of a number that a spreadsheet stores exactly."""
SHOWN = 11
"""The most digits of a number that a cell without a format shows."""
LINE = 15.0  # points
CHARACTER = 2.1
"""The width of a Chinese character, in digits."""
Side = Literal["left", "center", "right"]


@dataclass(frozen=True)
class ReportSheet:
    """A sheet and the results of its formulas by address; rows and columns are counted from 1."""

    page: Worksheet
    results: dict[str, Result] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    """The addresses of a record's figures by path."""

    def text(self, row: int, column: int, text: str, *, font: Font = CELL, side: Side = "center") -> Cell:
        """Write a text, which stays text whatever it begins with."""
        cell = self._styled(row, column, font, side)
        put_text(cell, text)
        return cell

    def number(self, row: int, column: int, value: Number, unit: str = "") -> Cell:
        """Write a number so that all its digits are seen, with its unit behind it; one with too many digits is a text."""
        digits = len(Decimal(value).as_tuple().digits)
        if digits > EXACT:
            return self.text(row, column, f"{value}{unit}")
        cell = self._styled(row, column, CELL, "center")
        cell.value = value
        cell.number_format = number_format(value) + (f'"{unit}"' if unit else "")
        return cell

    def formula(self, row: int, column: int, formula: str, result: Result, *, format: str = "General") -> Cell:
        """Write a formula, without its =, and what it gives now."""
        cell = self._styled(row, column, CELL, "center")
        cell.value, cell.number_format = f"={formula}", format
        self.results[cell.coordinate] = result
        return cell

    def _styled(self, row: int, column: int, font: Font, side: Side) -> Cell:
        cell = self.page.cell(row, column)
        assert isinstance(cell, Cell)
        cell.font = font
        cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
        return cell

    def merge(self, row: int, column: int, *, rows: int = 1, columns: int = 1) -> None:
        """Merge cells into one."""
        if rows > 1 or columns > 1:
            self.page.merge_cells(
                start_row=row, end_row=row + rows - 1, start_column=column, end_column=column + columns - 1
            )

    def frame(self, rows: Iterable[int], columns: Iterable[int]) -> None:
        """Draw lines around each of these cells."""
        across = list(columns)
        for row in rows:
            for column in across:
                self.page.cell(row, column).border = BORDER

    def widths(self, widths: Iterable[float]) -> None:
        """Set the widths of the columns, in digits."""
        for column, width in enumerate(widths, 1):
            self.page.column_dimensions[get_column_letter(column)].width = width

    def height(self, row: int, points: float) -> None:
        """Set the height of a row."""
        self.page.row_dimensions[row].height = points

    def print_on(self, orientation: Literal["portrait", "landscape"], area: str, *, pages: int = 1) -> None:
        """Print an area on A4 as wide as the page, on so many pages; 0 for as many as it takes."""
        page = self.page
        page.print_area = area
        page.page_setup.orientation, page.page_setup.paperSize = orientation, A4
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, pages
        page.sheet_properties.pageSetUpPr.fitToPage = True
        page.print_options.horizontalCentered = True
        page.page_margins = PageMargins(left=0.6, right=0.6, top=0.75, bottom=0.75)


def number_format(value: Number) -> str:
    """General, unless it would round the number."""
    number = Decimal(value).normalize()
    if len(number.as_tuple().digits) <= SHOWN and abs(number) < 10**SHOWN:
        return "General"
    return "0." + "0" * -int(number.as_tuple().exponent) if number != number.to_integral_value() else "0"


def address(row: int, column: int) -> str:
    """A cell as formulas name it."""
    return f"{get_column_letter(column)}{row}"


def count_lines(text: str, width: float) -> int:
    """How many lines a text of Chinese takes in a column of this width, in digits; a character is as wide as two of them."""
    return max(1, ceil(len(text) / max(1, (width - 1) // CHARACTER)))
