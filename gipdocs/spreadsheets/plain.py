"""Reads tables that are plain text: CSV as spreadsheets save it in China."""

from __future__ import annotations

import csv
from io import StringIO

from gipdocs.spreadsheets.books import ReadSheet
from gipdocs.spreadsheets.counting import MOST_ROWS, BookRefused

CSV = "CSV文件"
NEITHER = "这个文件不是XLSX或者CSV表格，请用Excel或者WPS打开，另存为XLSX后再试。"


def read_csv(data: bytes, *, most_rows: int = MOST_ROWS, separators: str = ",", exact: bool = False) -> ReadSheet:
    """The cells of a CSV in UTF-8, or in GB18030 if it is not UTF-8; BookRefused.

    Of the `separators` the one is used that occurs most in the first line; `exact` texts keep the blanks at their ends.
    """
    try:
        text = _decoded(data)
        is_page = text.lstrip().startswith("<") and "<table" in text.lower()  # as some systems "export to Excel"
        first = text.partition("\n")[0]
        reader = csv.reader(StringIO(text, newline=""), strict=True, delimiter=max(separators, key=first.count))
        rows = [row if exact else [cell.strip() for cell in row] for row in reader]
    except (UnicodeDecodeError, csv.Error):
        raise BookRefused("csv", NEITHER) from None
    if len(rows) > most_rows or "\0" in text or is_page:
        raise BookRefused("csv", NEITHER if len(rows) <= most_rows else f"CSV文件超过{most_rows}行，请删去多余的行。")
    width = max(map(len, rows), default=0)
    return ReadSheet(name=CSV, rows=[[*row, *[""] * (width - len(row))] for row in rows])


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")
