"""Writes a report as a workbook: a sheet for each official table, one beside last year's, one with the words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.workbook.properties import CalcProperties

from gipdocs import packing
from gipdocs.reports.grids import TABLE_NAMES
from gipdocs.reports.reading.additions import DRAFT
from gipdocs.reports.reading.sheets import YEARS
from gipdocs.reports.record import Record
from gipdocs.reports.workbook.official import write_table
from gipdocs.reports.workbook.sheet import ReportSheet
from gipdocs.reports.workbook.words import write_words
from gipdocs.reports.workbook.years import write_years
from gipdocs.spreadsheets.formulas import keep_results

WORDS = "报告文字"


def write_book(record: Record, *, author: str, created: date, words: Sequence[str] = (), draft: bool = False) -> bytes:
    """An XLSX with tables 2 to 4, last year's figures beside them if the record has them, and the report's `words` if given.

    A total is a formula wherever the record's total is the sum of its parts; any other is written as it was given.
    The file reads back as the same record, and the same record gives the same bytes.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    title = (record.title or _name(record)) + (DRAFT if draft else "")
    sheets = [write_table(_sheet(book, TABLE_NAMES[table.key]), record, table, title) for table in record.tables]
    if record.previous:
        sheets.append(write_years(_sheet(book, YEARS), record, record.previous, sheets[: len(record.tables)]))
    if words:
        sheets.append(write_words(_sheet(book, WORDS), title, words))
    book.calculation = CalcProperties(fullCalcOnLoad=False)
    book.properties.creator, book.properties.title, book.properties.subject = author, title, _name(record)
    out = BytesIO()
    book.save(out)
    return packing.redate(keep_results(out.getvalue(), [sheet.results for sheet in sheets]), created)


def _name(record: Record) -> str:
    """A title with agency and year."""
    return f"{record.agency or ''}{record.year}年政府信息公开工作年度报告"


def _sheet(book: Workbook, name: str) -> ReportSheet:
    return ReportSheet(page=book.create_sheet(name))
