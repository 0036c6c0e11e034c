"""撤回申请书: the applicant withdraws an application, in whole or in part, for all or for some of those who applied."""

from __future__ import annotations

from typing import Any

from gipdocs.documents.document import Answers, Document, Finding, HandIn
from gipdocs.findings import note
from gipdocs.law import Office
from gipdocs.letters.case import request
from gipdocs.letters.handing_in import signed_and_proven
from gipdocs.letters.notices import in_order
from gipdocs.questions import Choice, Date, Lines, LongText, Name, Question, Questions, Text
from gipdocs.writing import chinese_date

from ..case_file.course import asked, boxes, paragraphs
from .person import BLANK_DAY, BY_LETTER, find_gaps, pick_questions, print_person

WHOLE, PART = "whole", "part"
EXTENTS = {WHOLE: "撤回全部申请", PART: "只撤回下列内容，其余继续办理"}
ALL, SOME = "all", "some"
SCOPES = {ALL: "全体申请人撤回", SOME: "只有下列申请人撤回，其他申请人的申请继续办理"}
TOGETHER = "原来是几个人共同申请的吗？"
QUESTIONS: dict[str, Question] = {
    **pick_questions(
        "applicant_kind",
        "name",
        "id_kind",
        "id_number",
        "uscc",
        "phone",
        "address",
        "agent_name",
        "agent_phone",
        step="谁申请",
    ),
    "application_no": Text(
        "申请编号",
        help="见接收回执；没有的不填。",
        example="20260302001",
        longest=40,
        step="撤回什么",
        case="case.number",
    ),
    **pick_questions("info_title", "info_number", "info_description", "applied_on"),
    "extent": Choice("撤回的范围", options=EXTENTS, example=WHOLE),
    "part": LongText(
        "撤回哪些内容",
        help="逐项写明，与申请书的写法一致。",
        example="2025年市级公务用车租赁服务合同",
        in_sample=False,
        longest=2000,
        only_if=("extent", (PART,)),
    ),
    "joint": Choice(
        "几个人共同申请的，由谁撤回",
        options=SCOPES,
        help="一个人申请的不填。",
        example=SOME,
        in_sample=False,
        aside=TOGETHER,
    ),
    "withdrawing": Lines(
        "撤回申请的人",
        help="一行一人，都要签名。",
        example=["张晓彤", "李明"],
        in_sample=False,
        of=Name,
        most=50,
        aside=TOGETHER,
        only_if=("joint", (ALL, SOME)),
    ),
    "reason": LongText(
        "理由", help="可以不填。", example="所需信息已经在政府网站上找到。", in_sample=False, longest=1000
    ),
    "date": Date("撤回日期", example="2026-03-09"),
}
WithdrawalQuestions = type("WithdrawalQuestions", (Questions,), QUESTIONS)


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The names of the form; whatever was not answered is left to be filled in by hand."""
    return {
        **print_person(answers, office),
        "reference": answers.get("application_no", ""),
        "applied_on": chinese_date(answers["applied_on"]) if "applied_on" in answers else BLANK_DAY,
        "asked": asked(answers),
        "extents": boxes(EXTENTS, [answers.get("extent", "")]),
        "part": paragraphs(answers.get("part", "")),
        "scopes": boxes(SCOPES, [answers.get("joint", "")]),
        "withdrawing": "、".join(answers.get("withdrawing", [])),
        "reason": paragraphs(answers.get("reason", "")),
    }


def check_gaps(answers: Answers, office: Office) -> list[Finding]:
    """Notes on what the agency needs in order to know who withdraws what."""
    named, withdrawing = "application_no" in answers or bool(request(answers)), answers.get("withdrawing", [])
    gaps = [
        (not named, "/application_no", "没有写明撤回的是哪一件申请，请填写申请编号，或者写明申请的内容。"),
        ("extent" not in answers, "/extent", "没有选择撤回的范围。"),
        (answers.get("extent") == PART and "part" not in answers, "/part", "只撤回部分内容的，请逐项写明。"),
        ("joint" in answers and not withdrawing, "/withdrawing", "请写明撤回申请的人，并由其签名。"),
        (len(set(withdrawing)) < len(withdrawing), "/withdrawing", "撤回申请的人有重复的，请核对。"),
    ]
    return find_gaps(answers, office, gaps, basis="application")


def check_agent(answers: Answers, office: Office) -> list[Finding]:
    """Reminds that an agent withdraws only with authority to do so."""
    if "agent_name" not in answers:
        return []
    message = "代理人撤回申请的，请附授权委托书；委托书要写明代理人可以撤回申请，由委托人签名或者盖章。"
    return [note("withdrawal-agent", message, "/agent_name", basis=office.cite("agent_authority", of=answers))]


def hand_in(office: Office) -> HandIn:
    """The signed form ends the case, or a part of it."""
    after = ("收到后终止办理，并书面告知你；只撤回一部分的，其余的继续办理。",)
    return signed_and_proven(after=after, ways=BY_LETTER)


WITHDRAWAL_APPLICATION = Document(
    id="withdrawal-application",
    title="撤回政府信息公开申请书",
    group="申请",
    summary="提出申请以后不再需要的，用它撤回全部或者部分申请；可以下载空白表，也可以先填写再下载。",
    schema=WithdrawalQuestions,
    template="withdrawal-application.docx",
    context=context,
    checks=(
        in_order("dates-out-of-order", ("applied_on", "提出申请的日期"), ("date", "撤回日期")),
        check_gaps,
        check_agent,
    ),
    public=True,
    hand_in=hand_in,
    enclosures=("envelope",),
)
