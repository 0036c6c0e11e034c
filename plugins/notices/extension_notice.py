"""政府信息公开申请延期答复告知书 (条例第三十三条第二款)."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.errors import InvalidInput
from gipdocs.findings import fault
from gipdocs.law import Office
from gipdocs.letters.again import check_not_prolonged, unmet_term
from gipdocs.letters.letter import (
    LAYOUT,
    LETTER_CHECKS,
    PRINTED_CLOCK,
    answer_deadline,
    check_regulation,
    clock_block,
    layout,
    letter_questions,
    opening,
)
from gipdocs.letters.notices import add_mark
from gipdocs.letters.typed import typed_checks
from gipdocs.questions import Date, LongText, Question, Text, YesNo
from gipdocs.writing import chinese_date, quantity

TITLE = "政府信息公开申请延期答复告知书"
BASIS = "answer_in_time"


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The names of the letter, always with the number of days, and with the new last day if it can be counted."""
    end = answer_deadline(answers, office)
    assert end.starts is not None  # `received` is required
    counted = end.last_day is not None and "again" not in answers and "applications" not in answers
    return {
        **layout(answers, office, title=TITLE),
        **opening(answers, office),
        "reason": add_mark(answers["reason"]),
        "term": unmet_term(answers, office, quantity(office.law.limit("answer", end.starts).length, "个工作日")),
        "extension": quantity(answers["clock"]["extension"], "个工作日"),
        "counted": counted,
        "uncounted": not counted,
        "last_day": chinese_date(end.last_day) if counted and end.last_day else "",
    }


def check_extension(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the extension is at least one day, and that notice of it is given before the first term ends."""
    dated, days = answers.get("date"), answers["clock"]["extension"]
    if days == 0:
        return [
            fault(
                "extension-none",
                "延期答复的，请填写延长的工作日数。",
                "/clock/extension",
                basis=office.cite(BASIS, of=answers),
            )
        ]
    if "again" in answers:
        return check_not_prolonged(answers, office)
    try:
        end = answer_deadline(answers, office)
    except InvalidInput:
        return []
    if not (dated and end.extension_notice_by and dated > end.extension_notice_by):
        return []
    message = (
        f"延长答复期限应当在原答复期限届满前告知申请人，最迟是{chinese_date(end.extension_notice_by)}；"
        "逾期后不能再延长，请尽快答复。"
    )
    return [fault("extension-late", message, "/date", basis=office.cite(BASIS, of=answers), overridable=True)]


def check_approval(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the extension was approved before the notice, and that it is the first one."""
    dated, found = answers.get("date"), []
    if dated and dated < answers["approved_on"]:
        message = "成文日期早于负责人同意延期的日期，请核对。"
        found.append(fault("extension-before-approval", message, "/date", basis=office.cite(BASIS, of=answers)))
    if answers.get("extended_before"):
        message = "同一答复期限只能延长一次，此前已经延长的，不能再次延长，请尽快答复。"
        found.append(
            fault(
                "extension-twice", message, "/extended_before", basis=office.cite(BASIS, of=answers), overridable=True
            )
        )
    return found


QUESTIONS: dict[str, Question] = {
    "reason": LongText(
        "延期的原因",
        help="写明具体原因，例如需要查找的档案数量、跨年度等；不写“工作需要”。",
        example="所申请的信息涉及多个年度的档案，检索和审查工作量较大",
        required=True,
        shortest=8,
        longest=1000,
    ),
    "approved_by": Text(
        "同意延期的负责人",
        help="政府信息公开工作机构负责人；留存备查，不印在文书上。",
        example="李卫东",
        required=True,
        on_file=True,
        longest=50,
        case="extension.approved_by",
    ),
    "approved_on": Date("同意的日期", example="2026-03-20", required=True, on_file=True),
    "extended_before": YesNo(
        "此前已经延长过答复期限",
        help="同一答复期限只能延长一次；补正、缴费后期限重新计算的，另当别论。",
        example=True,
        in_sample=False,
        on_file=True,
    ),
}

EXTENSION_NOTICE = Document(
    id="extension-notice",
    title=TITLE,
    group="程序",
    summary="不能在法定期限内答复的，经工作机构负责人同意，在期限届满前告知申请人延长答复期限。",
    schema=letter_questions(
        "ExtensionNoticeQuestions",
        QUESTIONS,
        clock=clock_block(
            printed=(*PRINTED_CLOCK, "extension"),
            needs=("channel", "received", "extension"),
            example={"channel": "online", "received": "2026-03-02", "confirmed": "2026-03-03", "extension": 15},
        ),
        remedies=False,
    ),
    template=LAYOUT,
    wording="extension-notice.txt",
    event="extended",
    context=context,
    checks=(*LETTER_CHECKS, check_regulation, *typed_checks(QUESTIONS), check_extension, check_approval),
)
