"""投诉举报处理答复书 (条例第五十一条、第四十七条第二款): what was found on a complaint about an agency, and what was done."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.citations import Cited
from gipdocs.letters import (
    LAYOUT,
    add_mark,
    address_form,
    check_number,
    check_regulation,
    check_rest_day,
    in_order,
    items,
    lines_question,
    of_region,
    plain_letter_questions,
    to_others,
    typed_checks,
)
from gipdocs.questions import Choice, Date, DocumentNumber, LongText, Name, Question, Text
from gipdocs.writing import chinese_date

TITLE = "政府信息公开投诉举报处理答复书"
BASIS = "complaint"
KINDS = {"citizen": "公民", "organisation": "法人或者其他组织"}
OUTCOMES = {
    "founded": "反映的问题属实",
    "partly": "反映的问题部分属实",
    "unfounded": "反映的问题不属实",
    "not_ours": "不属于本机关处理",
}


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The complaint, what was found, what was done, and the ways that remain open against the agency itself."""
    outcome, number, on = answers["outcome"], answers.get("notice_number", ""), answers.get("notice_on")
    letter = to_others(answers, office, title=TITLE, addressee=answers["complainant"], attachments=[])
    return {
        **letter,
        "you": address_form({"applicant_kind": answers["complainant_kind"]}),
        "received_on": chinese_date(answers["received"]),
        "agency": answers["agency"],
        "matters": items(answers["matters"]),
        "findings": add_mark(answers["findings"]),
        **{key: key == outcome for key in OUTCOMES},
        "urged": bool(number or on),
        "notice_on": f"于{chinese_date(on)}" if on else "",
        "notice_number": f"（{number}）" if number else "",
        "result": add_mark(answers["result"]) if "result" in answers else "",
        "competent": add_mark(answers["competent"]) if "competent" in answers else "",
    }


def check_done(answers: Answers, office: Office) -> list[Finding]:
    """Checks that something was done about what is true, and that the competent body is named if it is another."""
    outcome, basis = answers["outcome"], office.cite("supervision", of=answers)
    urged = [key for key in ("notice_on", "notice_number") if key in answers]
    found = []
    if outcome in ("founded", "partly") and not urged and "result" not in answers:
        message = "查证属实的，应当督促整改或者通报批评，请填写督促整改通知书的日期、文号，或者写明处理结果。"
        found.append(fault("complaint-undone", message, "/result", basis=basis))
    if outcome in ("unfounded", "not_ours") and urged:
        message = f"处理结论是“{OUTCOMES[outcome]}”，又填写了督促整改通知书，请核对。"
        found += [fault("complaint-contradictory", message, f"/{key}", basis=basis) for key in urged]
    if outcome == "not_ours" and "competent" not in answers:
        message = "不属于本机关处理的，请写明可以向哪个机关提出；不能确定的，写明理由后照常出具。"
        found.append(doubt("competent-unnamed", message, "/competent", basis=office.cite(BASIS, of=answers)))
    return found


def check_parties(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the complaint is not answered by the agency complained of."""
    if answers["agency"].strip() != office.profile.name:
        return []
    message = "投诉、举报针对本机关的，由上一级行政机关或者政府信息公开工作主管部门处理，请转送。"
    basis = office.cite(BASIS, of=answers)
    return [fault("complaint-about-us", message, "/agency", basis=basis, overridable=True)]


QUESTIONS: dict[str, Question] = {
    "complainant_kind": Choice(
        "投诉、举报人类别",
        options=KINDS,
        help="决定文书称“你”还是“你单位”。",
        example="citizen",
        required=True,
    ),
    "complainant": Name("投诉、举报人的姓名或者名称", help="填全称。", example="刘海燕", required=True, longest=100),
    "received": Date("收到投诉、举报的日期", example="2026-03-16", required=True),
    "agency": Name("被投诉、举报的机关", help="填全称。", example=of_region("某某局"), required=True, longest=100),
    "matters": lines_question(
        "反映的问题",
        ["某某局收到政府信息公开申请后逾期没有答复"],
        help="照投诉、举报的内容概括，一行一件。",
        longest=300,
    ),
    "findings": LongText(
        "调查核实的情况",
        help="接在“经核查，”之后，逐件写明事实和依据。",
        example="某某局于2026年1月5日收到申请，至2026年3月20日没有答复，也没有告知延长答复期限。",
        required=True,
        shortest=10,
        longest=5000,
    ),
    "outcome": Choice("处理结论", options=OUTCOMES, example="founded", required=True),
    "notice_on": Date(
        "督促整改通知书的日期",
        help=Cited("查证属实的，督促整改或者通报批评（{supervision.short}）。"),
        example="2026-03-27",
        only_if=("outcome", ("founded", "partly")),
    ),
    "notice_number": DocumentNumber(
        "督促整改通知书的文号",
        example=lambda office: f"{office.profile.document_code}〔2026〕9号",
        only_if=("outcome", ("founded", "partly")),
        longest=60,
    ),
    "result": LongText(
        "处理结果",
        help="被投诉、举报的机关怎样改正；还没有结果的不填。",
        example="该局已于2026年4月3日对申请作出答复。",
        longest=3000,
    ),
    "competent": Text(
        "可以向哪个机关提出",
        help="不属于本机关处理的，写明机关的名称、联系方式。",
        example=of_region("某某局"),
        in_sample=False,
        only_if=("outcome", ("not_ours",)),
        longest=200,
    ),
}

COMPLAINT_REPLY = Document(
    id="complaint-reply",
    title=TITLE,
    group="监督",
    summary="上一级行政机关、政府信息公开工作主管部门收到投诉、举报的，调查核实后，把结论和处理情况答复投诉、举报人。",
    schema=plain_letter_questions("ComplaintReplyQuestions", QUESTIONS, date="2026-04-10"),
    template=LAYOUT,
    wording="complaint-reply.txt",
    context=context,
    checks=(
        check_regulation,
        check_number,
        check_rest_day,
        *typed_checks(QUESTIONS),
        in_order(
            "dates-out-of-order",
            ("received", "收到投诉、举报的日期"),
            ("notice_on", "督促整改通知书的日期"),
            ("date", "成文日期"),
        ),
        check_done,
        check_parties,
    ),
)
