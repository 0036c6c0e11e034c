"""Writes the paragraphs of a report into a sheet, one a row."""

from __future__ import annotations

from collections.abc import Sequence

from gipdocs.reports.reading.story import HEADING
from gipdocs.reports.workbook.sheet import LINE, ReportSheet, count_lines
from gipdocs.spreadsheets.sheets import CELL, HEAD, TITLE

WIDTH, PADDING = 96.0, 4.0  # digits, points


def write_words(sheet: ReportSheet, title: str, words: Sequence[str]) -> ReportSheet:
    """Write the title, and the paragraphs below it; headings are those of parts."""
    sheet.widths([WIDTH])
    sheet.text(1, 1, title, font=TITLE)
    sheet.height(1, 2 * LINE)
    lines = [line for text in words for line in text.split("\n") if line.strip()]
    for row, line in enumerate(lines, 2):
        sheet.text(row, 1, line, font=HEAD if HEADING.match(line) else CELL, side="left")
        sheet.height(row, LINE * count_lines(line, WIDTH) + PADDING)
    sheet.print_on("portrait", f"A1:A{len(lines) + 1}", pages=0)
    return sheet
