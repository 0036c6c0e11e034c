"""关于修改年度报告的函 (条例第四十七条第一款、第四十九条): what a body that sent its annual report is to mend, and by when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt
from gipdocs.law import Office
from gipdocs.law.calendar import UnknownDay
from gipdocs.law.citations import Cited
from gipdocs.letters import (
    LAYOUT,
    add_mark,
    check_number,
    check_regulation,
    check_rest_day,
    in_order,
    of_region,
    plain_letter_questions,
    to_others,
    typed_checks,
)
from gipdocs.questions import Choice, Date, Lines, LongText, Name, Number, Question, Questions, Rows, Text, Title
from gipdocs.writing import chinese_date

TITLE = "关于修改政府信息公开工作年度报告的函"
KINDS = {"must": "需要改正", "ask": "需要核实"}
BODIES = {
    "department": "县级以上人民政府的部门",
    "government": "下级人民政府（县级以上）",
    "other": "其他单位（乡镇、街道、派出机构等）",
}
LIMITS = {"department": "annual_report_department", "government": "annual_report_government"}
"""The limit of the law by which a body of each kind publishes its report; for the others there is none."""
PARAGRAPHS = {"department": "annual_report_departments", "government": "annual_report_governments"}
"""The citations of these limits."""


class ReturnedItemQuestions(Questions):
    """One thing in a report that is wrong or doubtful: the part in which it stands, and what is to be done."""

    kind = Choice(
        "改正还是核实",
        options=KINDS,
        help="确定有错的，请对方改正；可能无误的，请对方核实、说明情况。",
        example="must",
        required=True,
    )
    place = Text(
        "在报告的哪一部分",
        help="同一部分的写法相同，函中排在一起。",
        example="第三部分（收到和处理政府信息公开申请情况）",
        required=True,
        longest=60,
    )
    text = LongText(
        "存在的问题和要求",
        help="写明在什么位置、写的是什么、应当是什么或者请核对什么。",
        example="表三“（一）予以公开”一行：六类申请人合计24，总计写为25，不相等。请核对各数后改正。",
        required=True,
        shortest=4,
        longest=6000,
    )


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The report, what is wrong in it and what is doubtful, each by part, and by when it is to be sent again."""
    must, ask = ([row for row in answers["findings"] if row["kind"] == kind] for kind in KINDS)
    year, on = answers["year"], answers.get("received_on")
    letter = to_others(
        answers,
        office,
        title=_title(year, mend=bool(must)),
        addressee=answers["body"],
        attachments=answers.get("enclosed", []),
    )
    return {
        **letter,
        "received": f"于{chinese_date(on)}" if on else "",
        "report": f"《{year}年政府信息公开工作年度报告》",
        "must": _by_place(must),
        "ask": _by_place(ask),
        "return_by": chinese_date(answers["return_by"]),
        **_publication(answers, office),
    }


def _title(year: int, *, mend: bool) -> str:
    if mend:
        return f"关于修改{year}年政府信息公开工作年度报告的函"
    return f"关于核实{year}年政府信息公开工作年度报告有关内容的函"


def _by_place(rows: Iterable[Answers]) -> list[Mapping[str, Any]]:
    """The findings under the parts in which they stand, parts and findings in the order in which they were given."""
    places: dict[str, list[str]] = {}
    for row in rows:
        places.setdefault(row["place"], []).append(add_mark(row["text"]))
    return [{"name": place, "texts": texts, "several": len(texts) > 1} for place, texts in places.items()]


def _publication(answers: Answers, office: Office) -> dict[str, Any]:
    """What the law says of the day of publication: `publish_rule` is empty for a body of which it says nothing."""
    last = publication_day(answers, office)
    dated = office.day_of(answers)
    return {
        "publish_rule": office.cite(PARAGRAPHS[answers["body_kind"]], of=answers) if last else "",
        "publish_by": chinese_date(last) if last else "",
        "publish_passed": last is not None and dated > last,
    }


def publication_day(answers: Answers, office: Office) -> date | None:
    """The last day on which the body may publish its report; None if the law names none for its kind."""
    key = LIMITS.get(answers["body_kind"])
    if key is None:
        return None
    limit = office.law.limit(key, office.day_of(answers))
    return date(answers["year"] + 1, limit.month, limit.day)


def check_return_day(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the report is expected on a working day, and early enough to be published in time."""
    by, last, dated = answers["return_by"], publication_day(answers, office), office.day_of(answers)
    found = []
    try:
        day = office.law.calendar.day(by)
        if not day.working:
            found.append(doubt("return-rest-day", f"报送的最后日期不是工作日（{day.reason}），请核对。", "/return_by"))
    except UnknownDay:
        pass
    if last and dated <= last < by:
        message = f"报送的最后日期晚于年度报告公布的最后日期（{chinese_date(last)}），对方来不及按期公布，请提前。"
        basis = office.cite(PARAGRAPHS[answers["body_kind"]], of=answers)
        found.append(doubt("return-after-publication", message, "/return_by", basis=basis))
    return found


def check_year(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the reported year is over, as it is for every report but one that is looked at beforehand."""
    dated = office.day_of(answers)
    if answers["year"] < dated.year:
        return []
    message = f"报告的年度是{answers['year']}年，成文日期是{chinese_date(dated)}，这一年还没有结束，请核对。"
    return [doubt("report-year-running", message, "/year")]


def check_repeated(answers: Answers, office: Office) -> list[Finding]:
    """Checks that nothing is told twice."""
    told = [row["text"].strip() for row in answers["findings"]]
    message = "这一条与前面的内容相同，请删去一条。"
    return [doubt("row-repeated", message, f"/findings/{i}/text") for i, text in enumerate(told) if text in told[:i]]


QUESTIONS: dict[str, Question] = {
    "body": Name("报送单位", help="填全称。", example=of_region("教育局"), required=True, longest=100),
    "body_kind": Choice(
        "报送单位的类别",
        options=BODIES,
        help=Cited("决定函中写明的公布期限（{annual_report.short}）。"),
        example="department",
        required=True,
    ),
    "year": Number("报告的年度", example=2025, least=2019, most=2099, required=True),
    "received_on": Date("收到报告的日期", example="2026-01-12"),
    "findings": Rows(
        "需要改正、核实的内容", ReturnedItemQuestions, help="一行一处。", least=1, most=200, required=True
    ),
    "return_by": Date(
        "报送的最后日期",
        help=Cited("给对方留出修改的时间，也要赶得上公布的期限（{annual_report.short}）。"),
        example="2026-01-23",
        required=True,
    ),
    "enclosed": Lines("附件", help="随函附送的材料。", example=["年度报告核对表"], in_sample=False, of=Title),
}

REPORT_RETURN = Document(
    id="report-return",
    title=TITLE,
    group="监督",
    summary="政府信息公开工作主管部门核对各单位报送的年度报告，把需要改正、核实的内容逐处写明，请其修改后按期重新报送。",
    schema=plain_letter_questions("ReportReturnQuestions", QUESTIONS, date="2026-01-16"),
    template=LAYOUT,
    wording="report-return.txt",
    context=context,
    checks=(
        check_regulation,
        check_number,
        check_rest_day,
        *typed_checks(QUESTIONS),
        in_order(
            "dates-out-of-order",
            ("received_on", "收到报告的日期"),
            ("date", "成文日期"),
            ("return_by", "报送的最后日期"),
        ),
        check_return_day,
        check_year,
        check_repeated,
    ),
)
