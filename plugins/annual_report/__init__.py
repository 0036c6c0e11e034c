"""政府信息公开工作年度报告: both official forms, filled from one record (条例第四十九条、第五十条)."""

from __future__ import annotations

from gipdocs.documents.document import Document, Part

from .contents import context
from .findings import check_report
from .questions import ReportQuestions
from .report import NARRATIVE
from .workbook import xlsx

PARTS = (
    Part(
        label="基本情况",
        asks=("year", "previous", "format", "agency", "agency_kind", "level", "title", "preamble"),
    ),
    Part(
        label="一、总体情况",
        asks=(
            "channels",
            "interpretations",
            *(f"narrative/{key}" for key in NARRATIVE[1]),
            "charts",
        ),
    ),
    Part(label="表二　主动公开", asks=("table2",)),
    Part(label="表三　申请办理", asks=("table3",)),
    Part(label="表四　复议诉讼", asks=("table4",)),
    Part(label="五、问题及改进", asks=tuple(f"narrative/{key}" for key in NARRATIVE[5])),
    Part(
        label="六、其他和落款",
        asks=("processing_fee", *(f"narrative/{key}" for key in NARRATIVE[6]), "signature", "date"),
    ),
    Part(label="附注和自写的部分", asks=("remarks", "sections", "claims", "schema"), optional=True),
)
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
    formats=("docx", "pdf", "html", "xlsx"),
    renderers={"xlsx": xlsx},
    parts=PARTS,
)
