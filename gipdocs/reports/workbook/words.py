"""Writes the paragraphs of a report into a sheet, one a row."""

from __future__ import annotations

from collections.abc import Sequence

from gipdocs.reports.workbook.sheet import ReportSheet
from gipdocs.spreadsheets.sheets import CELL, TITLE

WIDTH, LINE = 96.0, 18.0  # digits, points
ACROSS = 44
"""About how many characters a line holds."""


def write_words(sheet: ReportSheet, words: Sequence[str], *, draft: bool = False) -> ReportSheet:
    """Write the title, which comes first, and the other paragraphs."""
    sheet.widths([WIDTH])
    lines = [line for text in words for line in text.split("\n") if line.strip()]
    for row, line in enumerate([*lines, *(["（草稿）"] if draft else [])], 1):
        sheet.text(row, 1, line, font=TITLE if row == 1 else CELL, side="center" if row == 1 else "left")
        sheet.height(row, LINE * (1 + len(line) // ACROSS) + (LINE if row == 1 else 0))
    sheet.print_on("portrait", f"A1:A{len(lines) + draft}", pages=0)
    return sheet
