"""The report as a workbook: its tables, last year's figures beside them, and its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gipdocs.documents.document import Answers
from gipdocs.docx.wording import PLACE
from gipdocs.law import Office
from gipdocs.reports.workbook import write_book

from .contents import contents
from .findings import fill_wording
from .report import Report


def xlsx(answers: Answers, office: Office) -> bytes:
    """The report as a workbook, which can be read in again."""
    report = Report(answers, office)
    return write_book(
        replace(report.record, title=report.title),
        author=office.author,
        created=office.day_of(answers),
        words=[*_words(report)],
        draft=bool(answers.get("draft")),
    )


def _words(report: Report) -> Iterator[str]:
    """Everything that the report says outside its tables, below the title."""
    names = contents(report)
    yield from (paragraph.text for paragraph in fill_wording(names) if paragraph.style != PLACE)
    yield from (text for text in (report.signature, names["date"]) if text)
