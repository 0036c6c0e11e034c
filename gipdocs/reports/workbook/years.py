"""Writes last year's figures beside this year's, which are taken from the sheets of the tables."""

from __future__ import annotations

from collections.abc import Sequence

from gipdocs.reports.expressions import Number
from gipdocs.reports.grids import Figure, FormTable
from gipdocs.reports.record import Record
from gipdocs.reports.workbook.sheet import LINE, ReportSheet, address, count_lines
from gipdocs.spreadsheets.formulas import Result
from gipdocs.spreadsheets.sheets import GROUND, HEAD, TITLE

WIDTHS = (8.0, 52.0, 30.0, 14.0, 14.0, 14.0, 12.0)
PADDING = 3.0  # points
FIRST = 3
PERCENT = "0.0%"


def write_years(sheet: ReportSheet, record: Record, previous: Record, tables: Sequence[ReportSheet]) -> ReportSheet:
    """Write a line for each figure: last year's, this year's, the difference, and the change in per cent."""
    sheet.widths(WIDTHS)
    sheet.text(1, 1, f"{record.agency or ''}{record.year}年与上年对照", font=TITLE)
    sheet.merge(1, 1, columns=len(WIDTHS))
    sheet.height(1, 2 * LINE)
    sheet.height(FIRST - 1, 2 * LINE + PADDING)
    heads = ("表", "项目", "栏目", f"上年（{previous.year}年）", f"本年（{record.year}年）", "增减", "增减幅度")
    for column, head in enumerate(heads, 1):
        sheet.text(FIRST - 1, column, head, font=HEAD).fill = GROUND
    row = FIRST
    for table, own in zip(record.tables, tables, strict=True):
        row = _write_figures(sheet, row, table, own, (record, previous))
    sheet.frame(range(FIRST - 1, row), range(1, len(WIDTHS) + 1))
    sheet.page.freeze_panes = sheet.page.cell(FIRST, 1)
    sheet.page.auto_filter.ref = f"A{FIRST - 1}:{address(row - 1, len(WIDTHS))}"
    sheet.page.print_title_rows = f"1:{FIRST - 1}"
    sheet.print_on("portrait", f"A1:{address(row - 1, len(WIDTHS))}", pages=0)
    return sheet


def _write_figures(
    sheet: ReportSheet, row: int, table: FormTable, own: ReportSheet, years: tuple[Record, Record]
) -> int:
    """Write the figures of a table from a row on; returns the next row."""
    record, previous = years
    for figure in table.figures:
        before, now = previous.cells.get(figure.path), record.cells[figure.path]
        _write_names(sheet, row, own.page.title, figure)
        if before is not None:
            sheet.number(row, 4, before)
        source = f"'{own.page.title}'!{own.cells[figure.path]}"
        sheet.formula(row, 5, f'IF({source}="","",{source})', "" if now is None else now)
        _write_change(sheet, row, before, now)
        row += 1
    return row


def _write_names(sheet: ReportSheet, row: int, table: str, figure: Figure) -> None:
    for column, text in enumerate((table, figure.row_label, figure.column_label), 1):
        sheet.text(row, column, text, side="center" if column == 1 else "left")
    sheet.height(row, LINE * count_lines(figure.row_label, WIDTHS[1]) + PADDING)


def _write_change(sheet: ReportSheet, row: int, before: Number | None, now: Number | None) -> None:
    change: Result = "" if before is None or now is None else now - before
    share: Result = "" if before is None or now is None or not before else float((now - before) / before)
    sheet.formula(row, 6, f'IF(COUNT(D{row}:E{row})<2,"",E{row}-D{row})', change)
    sheet.formula(row, 7, f'IF(COUNT(D{row}:E{row})<2,"",IF(D{row}=0,"",F{row}/D{row}))', share, format=PERCENT)
