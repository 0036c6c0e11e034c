"""政府信息公开申请接收回执: number, day of receipt, and when the answer is due (条例第三十一条、第三十三条)."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document
from gipdocs.law import Office
from gipdocs.law.acts import cite
from gipdocs.law.deadline import Deadline
from gipdocs.law.deadlines import reckon_answers
from gipdocs.letters.letter import LAYOUT, application_block, clock_block, layout, opening
from gipdocs.letters.notices import APPLICANT_CHECKS, add_numbers
from gipdocs.questions import Date, Lines, StaffQuestions, Text, Title
from gipdocs.writing import chinese_date

TITLE = "政府信息公开申请接收回执"


class ReceiptQuestions(StaffQuestions):
    """A receipt is handed out at once, so it has no 文号: its number is that of the application."""

    application = application_block()
    application_no = Text(
        "申请编号",
        help="登记时的编号，即本回执的编号。",
        example="20260302001",
        required=True,
        longest=40,
        case="case.number",
    )
    clock = clock_block()
    materials = Lines(
        "收到的材料",
        help="一行一份，写明是原件还是复印件。",
        example=["政府信息公开申请表1份", "居民身份证复印件1份"],
        of=Title,
    )
    date = Date("出具日期", example="2026-03-03", required=True, open_in_draft=True, case="letter.date")


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The names of the receipt, with the last day if it can be counted; otherwise the receipt says that it is open."""
    end = _term(answers, office)
    assert end.starts is not None  # `received` is required
    limit, extension = (office.law.limit(key, end.starts) for key in ("answer", "extension"))
    materials = answers.get("materials", [])
    return {
        **layout(answers, office, title=TITLE),
        **opening(answers, office),
        "number": f"收件编号：{answers['application_no']}",
        "application_no": "",
        "articles": cite(limit.articles),
        "term": limit.text,
        "extension": extension.text,
        "counted": end.last_day is not None,
        "uncounted": end.last_day is None,
        "last_day": chinese_date(end.last_day) if end.last_day else "",
        "with_materials": bool(materials),
        "materials": "；".join(add_numbers(materials)),
    }


def _term(answers: Answers, office: Office) -> Deadline:
    """The answer's term from receipt, correction or payment on, without consultations and extensions that come later."""
    keys = ("channel", "received", "confirmed", "corrected", "paid")
    return reckon_answers("answer", {key: answers["clock"].get(key) for key in keys}, office.law)


RECEIPT = Document(
    id="receipt",
    title=TITLE,
    group="程序",
    summary="收到申请、登记后出具给申请人：收件编号、收到申请之日、收到的材料和答复期限。",
    schema=ReceiptQuestions,
    template=LAYOUT,
    wording="receipt.txt",
    context=context,
    checks=APPLICANT_CHECKS,
)
