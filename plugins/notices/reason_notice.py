"""政府信息公开申请说明理由告知书 (条例第三十五条): number and frequency of applications, what to explain, and by when."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt
from gipdocs.law import Office
from gipdocs.letters.letter import LAYOUT, layout, letter_questions, opening
from gipdocs.letters.notices import (
    APPLICANT_CHECKS,
    add_mark,
    handed_over,
    handing_question,
    in_order,
    in_term,
    items,
    lines_question,
    period,
    period_question,
    return_address,
    working_days,
)
from gipdocs.letters.typed import typed_checks
from gipdocs.questions import Date, LongText, Number, Question
from gipdocs.writing import chinese_date, quantity

TITLE = "政府信息公开申请说明理由告知书"
BASIS = "excessive"


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The facts in the office's words, and the questions as numbered paragraphs."""
    days = period(answers, office)
    return {
        **layout(answers, office, title=TITLE),
        **opening(answers, office),
        **handed_over(answers, office, days),
        "since": chinese_date(answers["since"]),
        "until": chinese_date(answers["until"]),
        "count": quantity(answers["count"], "件"),
        "facts": add_mark(answers["facts"]),
        "questions": items(answers["questions"]),
        "period": working_days(days),
        "returned_to": return_address(office),
        "paper": "告知书",
    }


def check_number_of_applications(answers: Answers, office: Office) -> list[Finding]:
    """Checks that there are more applications than are free in a month; fewer are hardly 明显超过合理范围."""
    fees = office.law_of(answers).fees
    free = (fees.tariffs["piece"].tiers[0].last if fees else None) or 0
    if answers["count"] > free:
        return []
    message = (
        f"申请只有{quantity(answers['count'], '件')}，在收费办法规定的一个月免费件数（{quantity(free, '件')}）以内，"
        "认定数量、频次明显超过合理范围的依据不足，请核对件数，并在事实中写明其他情形。"
    )
    return [doubt("reason-few", message, "/count", basis=office.cite(BASIS, "fee_by_piece", of=answers))]


QUESTIONS: dict[str, Question] = {
    "since": Date("统计的起始日期", example="2025-12-10", required=True),
    "until": Date("统计的截止日期", example="2026-03-13", required=True),
    "count": Number("这一期间的申请件数", help="含本件。", example=42, least=1, most=100_000, required=True),
    "facts": LongText(
        "数量、频次的事实",
        help="写明频次、内容的重复情况和对正常工作的影响，不写结论。",
        example="其中38件就同一批公务用车的调配、更新、维修、保险事项反复提出，最多的一日提出9件。",
        required=True,
        shortest=15,
        longest=2000,
    ),
    "questions": lines_question(
        "要求说明的事项",
        [
            "就同一批公务用车事项多次提出申请的理由",
            "已经收到的答复不能满足需要的，具体是哪些内容",
        ],
        help="一行一项。条例不要求说明所需信息的用途，要求说明的是数量、频次为何合理。",
    ),
    "period": period_question(
        "说明理由的期限（工作日）",
        "条例没有规定天数，应当合理。答复期限不因要求说明理由而停止计算。",
        "reasons.period",
    ),
    "handed_on": handing_question("reasons.received"),
}

REASON_NOTICE = Document(
    id="reason-notice",
    title=TITLE,
    group="程序",
    summary="申请的数量、频次明显超过合理范围的，要求申请人说明理由，再决定不予处理、延迟答复或者照常答复。",
    schema=letter_questions(
        "ReasonNoticeQuestions",
        QUESTIONS,
        remedies=False,
    ),
    template=LAYOUT,
    wording="reason-notice.txt",
    event="reasons_asked",
    context=context,
    checks=(
        *APPLICANT_CHECKS,
        *typed_checks(QUESTIONS),
        in_term("reason-late", "请尽快答复，不要再要求说明理由。", cites=(BASIS,)),
        in_order(
            "dates-out-of-order",
            ("since", "统计的起始日期"),
            ("until", "统计的截止日期"),
            ("date", "成文日期"),
            ("handed_on", "当面送达日期"),
        ),
        check_number_of_applications,
    ),
)
