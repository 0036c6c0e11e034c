"""政府信息公开工作年度报告: both official forms, filled from one record (条例第四十九条、第五十条)."""

from __future__ import annotations

from gipdocs.documents.document import Document

from .contents import context
from .findings import check_report
from .questions import ReportQuestions

ANNUAL_REPORT = Document(
    id="annual-report",
    title="政府信息公开工作年度报告",
    group="公开",
    summary="填写一年的数字和叙述，核对表格、文字和上下年度，按统一格式生成报告。",
    schema=ReportQuestions,
    template="annual-report.docx",
    wording="annual-report.txt",
    context=context,
    checks=(check_report,),
)
