"""政府信息更正告知书 (条例第四十一条): corrected, not corrected, passed on, or referred to the responsible agency."""

from __future__ import annotations

from functools import partial
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import fault
from gipdocs.law import Office
from gipdocs.law.remedies import remedy_paragraphs
from gipdocs.letters.again import again_words, check_again
from gipdocs.letters.case import address_form, case_number, channel_words, receipt_day
from gipdocs.letters.joint import check_applicants
from gipdocs.letters.letter import (
    LAYOUT,
    application_block,
    check_date,
    check_name,
    check_number,
    clock_block,
    layout,
    letter_questions,
)
from gipdocs.letters.notices import add_mark, check_facts, remedies_check
from gipdocs.letters.typed import check_unfilled
from gipdocs.questions import Choice, Lines, LongText, Question, Title
from gipdocs.writing import chinese_date

ID = "rectification-reply"
BASIS = "record_correction"
OUTCOMES = {
    "corrected": "审核属实，予以更正",
    "refused": "不予更正",
    "transferred": "转送有权更正的行政机关",
    "directed": "告知向有权更正的行政机关提出",
}
TITLES = {
    "corrected": "政府信息更正告知书",
    "refused": "政府信息不予更正告知书",
    "transferred": "政府信息更正申请转送告知书",
    "directed": "政府信息更正申请告知书",
}
# What `result` asks for, by outcome; 不予更正 does not have it.
RESULTS = {
    "corrected": "更正后的记录",
    "transferred": "接受转送的行政机关的名称、联系方式",
    "directed": "有权更正的行政机关的名称、联系方式",
}


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The request, what the review found, its result, and the remedies; the title names the outcome."""
    application, clock, outcome = answers["application"], answers["clock"], answers["outcome"]
    received, evidence = receipt_day(clock), answers.get("evidence", [])
    assert received is not None  # `received` is required
    remedies = remedy_paragraphs(
        ID, on=office.day_of(answers), office=office, served_online=answers["service"] == "online"
    )
    return {
        **layout(answers, office, title=TITLES[outcome]),
        "law": office.law_of(answers).citations,
        "you": address_form(application),
        "confirmed_later": received != clock["received"],
        "received_at_once": received == clock["received"],
        "submitted_on": chinese_date(clock["received"]),
        "received_on": chinese_date(received),
        "by_channel": channel_words(clock),
        "application_no": case_number(answers),
        "record": add_mark(answers["record"]),
        "claim": add_mark(answers["claim"]),
        "with_evidence": bool(evidence),
        "evidence": "、".join(evidence),
        "findings": add_mark(answers["findings"]),
        **{key: key == outcome for key in OUTCOMES},
        "result": add_mark(answers["result"]) if "result" in answers else "",
        "again": again_words(answers, reply=True),
        "remedies": "\n".join(remedies),
    }


def check_result(answers: Answers, office: Office) -> list[Finding]:
    """Checks that each outcome has the answer that it needs, and none that it does not print."""
    outcome, given = answers["outcome"], "result" in answers
    if outcome in RESULTS and not given:
        message = f"选择了“{OUTCOMES[outcome]}”，请填写{RESULTS[outcome]}。"
        return [fault("result-missing", message, "/result", basis=office.cite(BASIS, of=answers))]
    if outcome not in RESULTS and given:
        return [
            fault(
                "result-unused",
                "不予更正的没有处理内容，请清空这一项，理由写在审核情况里。",
                "/result",
                basis=office.cite(BASIS, of=answers),
            )
        ]
    return []


QUESTIONS: dict[str, Question] = {
    "record": LongText(
        "要求更正的政府信息记录",
        help="原样引用本机关提供的记录，写明出处。",
        example="《2025年市级机关车位分配表》第12行，车牌号码记作“鲁P00001”",
        required=True,
        longest=3000,
    ),
    "claim": LongText("申请人的要求", example="将车牌号码更正为“鲁P00010”", required=True, longest=3000),
    "evidence": Lines("申请人提供的证据", help="一行一份。", example=["机动车行驶证复印件"], of=Title),
    "outcome": Choice("处理结果", options=OUTCOMES, example="corrected", required=True),
    "findings": LongText(
        "审核情况",
        help="写明核对了什么、结论是什么；不予更正的写明理由，转送、告知的写明为什么不属于本机关职能范围。",
        example="经核对车位分配原始登记，该记录录入有误，情况属实。",
        required=True,
        shortest=8,
        longest=3000,
    ),
    "result": LongText(
        "处理内容",
        help="予以更正的，填更正后的记录；转送或者告知的，填有权更正的行政机关的名称、联系方式；不予更正的不填。",
        example="《2025年市级机关车位分配表》第12行，车牌号码为“鲁P00010”",
        needed=True,
        only_if=("outcome", tuple(RESULTS)),
        longest=3000,
    ),
}

RECTIFICATION_REPLY = Document(
    id=ID,
    title="政府信息更正申请答复",
    group="程序",
    summary="有证据证明本机关提供的与其自身相关的政府信息记录不准确，要求更正的，答复予以更正、不予更正、转送或者告知。",
    schema=letter_questions(
        "RectificationReplyQuestions",
        QUESTIONS,
        application=application_block(printed=("applicant_kind", "name", "others")),
        clock=clock_block(printed=("channel", "received", "confirmed")),
        tells=("again",),
    ),
    template=LAYOUT,
    wording=f"{ID}.txt",
    context=context,
    checks=(
        check_name,
        check_applicants,
        check_again,
        check_number,
        check_date,
        check_facts,
        partial(check_unfilled, QUESTIONS),
        check_result,
        remedies_check(ID),
    ),
)
