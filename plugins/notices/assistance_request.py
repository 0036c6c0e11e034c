"""政府信息公开申请协办函 (条例第十一条第一款): what another agency is asked to do, and by when."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt
from gipdocs.law import Office
from gipdocs.letters.case import case_number, of_region, request
from gipdocs.letters.letter import LAYOUT, check_date, check_number, check_request
from gipdocs.letters.notices import (
    agency_letter_questions,
    answer_end,
    check_facts,
    in_order,
    items,
    lines_question,
    to_others,
)
from gipdocs.letters.typed import typed_checks
from gipdocs.questions import Date, Lines, Name, Question, Title
from gipdocs.writing import chinese_date

TITLE = "政府信息公开申请协办函"
BASIS = "coordination"


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The applicant's request, and what the other agency is asked for, as numbered paragraphs."""
    letter = to_others(
        answers, office, title=TITLE, addressee=answers["agency"], attachments=answers.get("enclosed", [])
    )
    return {
        **letter,
        "application_no": case_number(answers),
        "request": request(answers["application"]),
        "matters": items(answers["matters"]),
        "reply_by": chinese_date(answers["reply_by"]),
    }


def check_reply_by(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the other agency's reply is expected before the answer is due."""
    end, asked = answer_end(answers, office), answers["reply_by"]
    if end is None or asked < end:
        return []
    message = f"答复期限至{chinese_date(end)}止，要求函复的日期不早于这一天，来不及据以答复，请提前。"
    return [doubt("assistance-too-late", message, "/reply_by", basis=office.cite("answer_in_time", of=answers))]


QUESTIONS: dict[str, Question] = {
    "agency": Name("协办机关", help="填全称。", example=of_region("财政局"), required=True, longest=100),
    "matters": lines_question(
        "请求协助的事项",
        [
            "查找2025年公务用车更新经费批复文件，提供复印件",
            "核实该批复是否已经主动公开，告知公开的网址",
        ],
        help="一行一项，写明要查找、提供、核实什么。",
    ),
    "reply_by": Date("请对方函复的最后日期", help="给答复留出时间。", example="2026-03-26", required=True),
    "enclosed": Lines("附件", help="随函附送的材料。", example=["需要查找的文件清单"], in_sample=False, of=Title),
}

ASSISTANCE_REQUEST = Document(
    id="assistance-request",
    title=TITLE,
    group="程序",
    summary="办理申请需要其他机关查找、提供或者核实信息的，请其协助。请求协助的时间计入答复期限。",
    schema=agency_letter_questions("AssistanceRequestQuestions", QUESTIONS),
    template=LAYOUT,
    wording="assistance-request.txt",
    context=context,
    checks=(
        check_request,
        check_number,
        check_date,
        check_facts,
        *typed_checks(QUESTIONS),
        in_order("dates-out-of-order", ("date", "成文日期"), ("reply_by", "请对方函复的最后日期")),
        check_reply_by,
    ),
)
