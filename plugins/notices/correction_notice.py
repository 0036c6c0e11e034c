"""政府信息公开申请补正告知书 (条例第三十条): all points at once, with guidance and a reasonable period."""

from __future__ import annotations

import re
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.errors import InvalidInput
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.citations import Cited
from gipdocs.law.deadlines import reckon_answers
from gipdocs.letters.letter import LAYOUT, clock_block, layout, letter_questions, opening
from gipdocs.letters.notices import (
    APPLICANT_CHECKS,
    add_mark,
    add_numbers,
    handed_over,
    handing_question,
    in_order,
    period,
    period_question,
    return_address,
    working_days,
)
from gipdocs.letters.typed import typed_checks
from gipdocs.questions import Choice, LongText, Question, Questions, Rows, YesNo
from gipdocs.writing import chinese_date

from ..replies.asking import ELEMENTS

TITLE = "政府信息公开申请补正告知书"
BASIS = "correction"
# The rule that requires the subject of a point.
RULES = {"identity": "application_identity", "content": "application_description", "form": "application_form"}
PURPOSE = re.compile("用途|使用目的|申请目的|特殊需要|三需要")


class PointQuestions(Questions):
    """One point that the applicant should correct."""

    element = Choice(
        "补正的方面",
        options=ELEMENTS,
        help=Cited("{application.short}要求的三项内容；由代理人申请的还有代理手续。"),
        example="content",
        required=True,
    )
    matter = LongText(
        "需要补正的事项",
        help="写明哪一处不明确、缺什么。",
        example="申请没有写明所需的是计划文本，还是各单位的车辆明细，无法确定申请的范围。",
        required=True,
        shortest=6,
        longest=2000,
    )
    guidance = LongText(
        "指导和释明",
        help="告诉申请人怎样补正，例如可以补充哪些特征、从哪里查到名称和文号。",
        example="可以写明所需的具体内容，例如全市汇总情况、某一单位的车辆明细，或者该计划的某一部分。",
        required=True,
        shortest=6,
        longest=2000,
    )


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The points as numbered paragraphs, each with guidance, and the period for all of them."""
    days, rows = period(answers, office), answers["points"]
    heads = add_numbers([f"{ELEMENTS[row['element']]}：{add_mark(row['matter'])}" for row in rows])
    return {
        **layout(answers, office, title=TITLE),
        **opening(answers, office),
        **handed_over(answers, office, days),
        "articles": _articles(answers, office),
        "points": [
            {"matter": head, "guidance": add_mark(row["guidance"])} for head, row in zip(heads, rows, strict=True)
        ],
        "period": working_days(days),
        "returned_to": return_address(office),
        "paper": "告知书",
    }


def _articles(answers: Answers, office: Office) -> str:
    """《…条例》第二十九条第二款第二项、第三十条: the provisions on the points' subjects, and the article on the notice."""
    asked = {row["element"] for row in answers["points"]}
    rules = [rule for key, rule in RULES.items() if key in asked]
    return office.cite(*rules, BASIS, of=answers)


def check_in_time(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the notice keeps the term of 条例第三十条; if late, it is irregular, but the applicant still needs it.

    The term runs from the first receipt, so it says nothing about a notice in a case that is handled anew.
    """
    dated = answers.get("date")
    facts = {key: answers["clock"][key] for key in ("received", "channel", "confirmed") if key in answers["clock"]}
    try:
        end = reckon_answers("correction_notice", facts, office.law)
    except InvalidInput:
        return []
    if dated is None or end.last_day is None or dated <= end.last_day or "again" in answers:
        return []
    message = (
        f"告知补正应当自收到申请之日起{end.period}内作出，最后一日是{chinese_date(end.last_day)}，已经逾期。"
        "内容能够确定的，不要再告知补正，直接办理。"
    )
    return [doubt("correction-late", message, "/date", basis="；".join(end.basis))]


def check_once(answers: Answers, office: Office) -> list[Finding]:
    """Checks that no correction notice went before: all points must be raised at once."""
    earlier = answers.get("notified_before", False)
    if not earlier and "corrected" not in answers["clock"]:
        return []
    message = "补正应当一次性告知，同一申请已经告知过补正的，不能再次告知；补正后仍不明确的，请依法答复。"
    pointer = "/notified_before" if earlier else "/clock/corrected"
    return [fault("correction-twice", message, pointer, basis=office.cite(BASIS, of=answers), overridable=True)]


def check_purpose(answers: Answers, office: Office) -> list[Finding]:
    """Checks that no point asks what the information is wanted for: the regulation of 2019 no longer requires that."""
    return [
        doubt(
            "correction-purpose",
            "条例不要求申请人说明所需信息的用途，不能以没有说明用途为由要求补正，请删去这一项。",
            f"/points/{i}/matter",
            basis=office.cite("application", of=answers),
        )
        for i, row in enumerate(answers["points"])
        if PURPOSE.search(row["matter"])
    ]


QUESTIONS: dict[str, Question] = {
    "points": Rows("需要补正的事项", PointQuestions, help="一次列全，不能分次告知。", least=1, most=20, required=True),
    "period": period_question(
        "补正期限（工作日）",
        "条例只要求期限合理，没有规定天数。",
        "correction.period",
    ),
    "handed_on": handing_question("correction.received"),
    "notified_before": YesNo(
        "此前已就同一申请告知补正",
        help="补正只能告知一次。",
        example=True,
        in_sample=False,
        on_file=True,
    ),
}

CORRECTION_NOTICE = Document(
    id="correction-notice",
    title=TITLE,
    group="程序",
    summary="申请内容不明确或者缺少必要内容的，自收到申请之日起的法定期限内一次性告知补正；答复期限自收到补正之日起计算。",
    schema=letter_questions(
        "CorrectionNoticeQuestions",
        QUESTIONS,
        clock=clock_block(example={"channel": "online", "received": "2026-03-16", "confirmed": "2026-03-17"}),
        remedies=False,
    ),
    template=LAYOUT,
    wording="correction-notice.txt",
    event="correction_asked",
    context=context,
    checks=(
        *APPLICANT_CHECKS,
        *typed_checks(QUESTIONS),
        check_in_time,
        check_once,
        check_purpose,
        in_order("dates-out-of-order", ("date", "成文日期"), ("handed_on", "当面送达日期")),
    ),
)
