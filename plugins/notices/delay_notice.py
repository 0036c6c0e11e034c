"""政府信息公开申请延迟答复告知书 (条例第三十五条): the applicant's reasons are reasonable, but the term is too short."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.calendar import UnknownDay
from gipdocs.letters.again import check_not_prolonged, unmet_term
from gipdocs.letters.letter import LAYOUT, layout, letter_questions, opening
from gipdocs.letters.notices import (
    APPLICANT_CHECKS,
    add_mark,
    answer_end,
    in_order,
    in_term,
)
from gipdocs.letters.typed import typed_checks
from gipdocs.questions import Date, DocumentNumber, LongText, Question
from gipdocs.writing import chinese_date

TITLE = "政府信息公开申请延迟答复告知书"
BASIS = "excessive"


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The names of the letter; the day of the answer is not computed, it is what the office promises."""
    asked = answers.get("asked_number", "")
    return {
        **layout(answers, office, title=TITLE),
        **opening(answers, office),
        "asked": f"按照{asked}告知书的要求，" if asked else "",
        "explained_on": chinese_date(answers["explained_on"]),
        "reason": add_mark(answers["reason"]),
        "term": unmet_term(answers, office, office.law.limit("answer", office.day_of(answers)).text),
        "answer_by": chinese_date(answers["answer_by"]),
    }


def check_needed(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the promised day is after the answer's term; otherwise there is no delay."""
    end, promised = answer_end(answers, office), answers["answer_by"]
    if end is None or promised > end:
        return []
    message = f"答复期限至{chinese_date(end)}止，确定的答复日期没有超过这一天，不需要延迟答复。"
    return [fault("delay-needless", message, "/answer_by", basis=office.cite(BASIS, of=answers), overridable=True)]


def check_working_day(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the promised day is a working day; a rest day is probably a typing error."""
    promised = answers["answer_by"]
    try:
        day = office.law.calendar.day(promised)
    except UnknownDay:
        return []
    if day.working:
        return []
    message = f"确定的答复日期{chinese_date(promised)}不是工作日（{day.reason}），请核对。"
    return [doubt("delay-rest-day", message, "/answer_by")]


QUESTIONS: dict[str, Question] = {
    "asked_number": DocumentNumber(
        "说明理由告知书的文号",
        help="此前要求申请人说明理由的文书；没有文号的不填。",
        example=lambda office: f"{office.profile.document_code}〔2026〕9号",
        in_sample=False,
        longest=60,
        case="reasons.number",
    ),
    "explained_on": Date("收到说明的日期", example="2026-03-16", required=True, case="reasons.given"),
    "reason": LongText(
        "无法按期答复的原因",
        help="写明数量和工作量，不写“工作需要”。",
        example="42件申请涉及文件三百余份，近半数需要与其他机关核对",
        required=True,
        shortest=8,
        longest=1000,
    ),
    "answer_by": Date(
        "确定的答复日期",
        help="最迟在这一天答复；条例要求期限合理，没有规定天数。",
        example="2026-05-15",
        required=True,
        case="delay.until",
    ),
}

DELAY_NOTICE = Document(
    id="delay-notice",
    title=TITLE,
    group="程序",
    summary="申请的数量、频次明显超过合理范围而理由合理，但是无法在法定期限内答复的，确定延迟答复的合理期限并告知申请人。",
    schema=letter_questions(
        "DelayNoticeQuestions",
        QUESTIONS,
        remedies=False,
    ),
    template=LAYOUT,
    wording="delay-notice.txt",
    event="delayed",
    context=context,
    checks=(
        *APPLICANT_CHECKS,
        *typed_checks(QUESTIONS),
        in_term("delay-late", "仍应告知，并请尽快答复。", cites=(BASIS,)),
        in_order(
            "dates-out-of-order",
            ("receipt", "收到申请的日期"),
            ("explained_on", "收到说明的日期"),
            ("date", "成文日期"),
            ("answer_by", "确定的答复日期"),
        ),
        check_needed,
        check_working_day,
        check_not_prolonged,
    ),
)
