"""年度报告上下年度数据对比表: the clerk's sheet of every figure beside last year's, with room for what explains it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import count
from typing import Any

import marshmallow as ma

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.docx.values import Format
from gipdocs.errors import InvalidInput
from gipdocs.law import Office
from gipdocs.questions import StaffQuestions
from gipdocs.questions.figures import Brought, refuse_all
from gipdocs.reports import report_read, samples
from gipdocs.reports.collecting.comparison import Comparison
from gipdocs.reports.collecting.comparison_questions import ask_explanations, compare_answers, sample_record
from gipdocs.reports.collecting.comparison_tables import ComparedRow, ComparedTable, lay_out, list_asked
from gipdocs.reports.record_questions import ACCEPTED, READABLE, YearQuestions
from gipdocs.spreadsheets.sheets import Column, Sheet, SheetValue

TITLE = "年度报告上下年度数据对比表"
ALL = "全份报告"


def _told(record: Any) -> str:
    year = record.get("year") if isinstance(record, Mapping) else None
    return f"{year}年度的报告" if isinstance(year, int) else "一份看不出年度的报告"


def _brought(label: str, example: Any, help: str) -> Brought:
    """A report that comes from a file."""
    return Brought(
        label,
        shape={"type": "object"},
        schema=YearQuestions,
        read=report_read,
        told=_told,
        accept=ACCEPTED,
        example=example,
        required=True,
        help=help,
    )


class ComparisonQuestions(StaffQuestions):
    """The two reports, and what the office has to say of single figures."""

    record = _brought("本年报告", sample_record, f"已经编好的报告（{READABLE}）或者记录（JSON）。")
    previous = _brought("上年报告", samples.previous, "同一机关上一年度的报告或者记录。")
    explanations = ask_explanations()

    @ma.validates_schema(skip_on_field_errors=True)
    def compare_two_years(self, answers: dict[str, Any], **kwargs: Any) -> None:
        """Refuse a report that isn't that of the year before, and an explanation of no figure."""
        try:
            compare_answers(answers)
        except InvalidInput as error:
            raise refuse_all(error.faults) from None


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The names that report-comparison.docx uses."""
    comparison = compare_answers(answers)
    asked = list(list_asked(comparison))
    year, numbers = comparison.record.year, count(1)
    return {
        "agency": comparison.record.agency or office.profile.name,
        "title": TITLE,
        "year": f"{year}年度",
        "year_before": f"{year - 1}年度",
        "apart": comparison.apart,
        "lead": f"核对提示（{len(asked)}条）",
        "asked": [f"{number}．{words}" for number, words in enumerate(asked, 1)],
        "tables": [_table(table, numbers) for table in lay_out(comparison)],
    }


def _table(table: ComparedTable, numbers: Iterator[int]) -> dict[str, Any]:
    groups = [[_row(row, next(numbers), row is not group[-1]) for row in group] for group in table.groups]
    return {"title": table.title, "groups": groups, "folded": table.folded}


def _row(row: ComparedRow, number: int, goes_on: bool) -> dict[str, Any]:
    """A row of the layout; the figures of one item stay on one page."""
    names = ("item", "column", "before", "now", "difference", "percent", "marks", "explanation")
    return {name: getattr(row, name) for name in names} | {"number": number, "keep": Format(keep_next=goes_on)}


def xlsx(answers: Answers, office: Office) -> bytes:
    """The same as a sheet whose numbers can be reckoned with."""
    comparison = compare_answers(answers)
    year, draft = comparison.record.year, "（草稿）" if answers.get("draft") else ""
    columns = (
        Column(heading="表", width=11),
        Column(heading="项目", width=18),
        Column(heading="栏目", width=9, centred=True),
        Column(heading=f"{year - 1}年度", width=8, centred=True),
        Column(heading=f"{year}年度", width=8, centred=True),
        Column(heading="增减", width=8, centred=True),
        Column(heading="增减幅度", width=6, centred=True, number_format="0.0%"),
        Column(heading="提示", width=24),
        Column(heading="情况说明", width=18),
    )
    title = (comparison.record.agency or office.profile.name) + TITLE + draft
    sheet = Sheet(name=TITLE, title=title, columns=columns, rows=list(_lines(comparison)))
    return sheet.xlsx(author=office.author, created=office.today)


def _lines(comparison: Comparison) -> Iterator[list[SheetValue]]:
    """Every row of the sheet: what concerns the whole report, then the figures, a line for those not listed."""
    for words in (*comparison.apart, *(one.message for one in comparison.of_the_whole)):
        yield [ALL, "", "", "", "", "", "", words, ""]
    for table in lay_out(comparison):
        yield from (_line(table, row) for row in table.rows)
        if table.folded:
            yield [table.title, table.folded, "", "", "", "", "", "", ""]


def _line(table: ComparedTable, row: ComparedRow) -> list[SheetValue]:
    one = row.compared
    percent: SheetValue = row.percent if one.percent is None else one.percent / Decimal(100)
    words = f"{row.marks}。{one.asked}" if row.marks else ""
    numbers = ((one.before, row.before), (one.now, row.now), (one.difference, row.difference))
    return [
        table.title,
        row.item,
        row.column,
        *(text if value is None else value for value, text in numbers),
        percent,
        words,
        row.explanation,
    ]


def check_years(answers: Answers, office: Office) -> list[Finding]:
    """What is to be explained; the answer to all of it are explanations."""
    return [
        Finding(code=one.code, severity=one.severity, message=one.message, pointer="/explanations", basis=one.basis)
        for one in compare_answers(answers).findings
    ]


REPORT_COMPARISON = Document(
    id="report-comparison",
    title=TITLE,
    group="公开",
    summary="两年年度报告的每个数字逐一对照：增减、幅度，需要核实、说明的地方和情况说明；可以生成表格。",
    schema=ComparisonQuestions,
    template="report-comparison.docx",
    context=context,
    checks=(check_years,),
    formats=("docx", "pdf", "html", "xlsx"),
    renderers={"xlsx": xlsx},
)
