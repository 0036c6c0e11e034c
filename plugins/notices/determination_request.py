"""报请确定函 (条例第十七条第三款): a competent agency is asked whether information may be disclosed."""

from __future__ import annotations

import re
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt
from gipdocs.law import Office
from gipdocs.letters.case import case_number, of_region, request
from gipdocs.letters.letter import LAYOUT, check_date, check_number, check_regulation, check_request
from gipdocs.letters.notices import (
    add_mark,
    agency_letter_questions,
    answer_end,
    check_facts,
    in_order,
    items,
    lines_question,
    return_address,
    to_others,
)
from gipdocs.letters.typed import typed_checks
from gipdocs.questions import Choice, Date, Lines, LongText, Name, Question, Title
from gipdocs.writing import chinese_date

TITLE = "关于报请确定政府信息是否可以公开的函"
SECRECY = "secrecy"
ORGANS = {"department": "有关主管部门", SECRECY: "保密行政管理部门"}
COMPETENT = re.compile("国家保密|(中共)?([^省市州县]{2,12}(省|自治区)|(北京|天津|上海|重庆)市?)委?(国家)?保密")
"""Names of the national organ and of those of provinces: nothing stands between the province and 保密."""


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The request, the information, what cannot be decided and why, and what this agency would do."""
    letter = to_others(
        answers, office, title=TITLE, addressee=answers["organ"], attachments=answers.get("enclosed", [])
    )
    secret = answers["organ_kind"] == SECRECY
    return {
        **letter,
        "application_no": case_number(answers),
        "request": request(answers["application"]),
        "information": items(answers["information"]),
        "question": add_mark(answers["question"]),
        "proposal": add_mark(answers["proposal"]),
        "of_secrecy": secret,
        "of_department": not secret,
        "reply_by": chinese_date(answers["reply_by"]),
        "returned_to": return_address(office),
    }


def check_reply_by(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the determination is expected before the answer is due."""
    end, asked = answer_end(answers, office), answers["reply_by"]
    if end is None or asked < end:
        return []
    message = (
        f"答复期限至{chinese_date(end)}止，要求函复的日期不早于这一天，来不及据以答复。"
        "请提前，或者在期限内办理延长答复期限的手续。"
    )
    return [doubt("determination-too-late", message, "/reply_by", basis=office.cite("answer_in_time", of=answers))]


def check_organ(answers: Answers, office: Office) -> list[Finding]:
    """Checks that doubts whether something is a state secret go to a national or provincial organ."""
    if answers["organ_kind"] != SECRECY or COMPETENT.match(answers["organ"]):
        return []
    message = (
        "是否属于国家秘密不明确的，由国家或者省、自治区、直辖市保密行政管理部门确定。"
        "向其他保密行政管理部门报送的，请确认由其逐级报请确定，并给答复留出时间。"
    )
    return [doubt("determination-organ", message, "/organ", basis=office.cite("secrecy_unclear", of=answers))]


def check_carriers(answers: Answers, office: Office) -> list[Finding]:
    """Reminds of the ways in which papers that may be secret are sent."""
    if answers["organ_kind"] != SECRECY or "enclosed" not in answers:
        return []
    message = "可能属于国家秘密的附件，应当通过机要渠道送达，不得通过普通邮政、快递或者互联网传递。"
    return [doubt("determination-carriers", message, "/enclosed", basis=office.cite("secrecy_carriers", of=answers))]


QUESTIONS: dict[str, Question] = {
    "organ_kind": Choice(
        "向谁报请",
        options=ORGANS,
        help="不能确定是否属于国家秘密的，报保密行政管理部门；其他不能确定的，报业务上的主管部门。",
        example="department",
        required=True,
    ),
    "organ": Name("受文机关", help="填全称。", example=of_region("公安局"), required=True, longest=100),
    "information": lines_question(
        "不能确定是否可以公开的政府信息",
        ["《2025年市级党政机关公务用车调配更新计划》（某发〔2025〕8号）"],
        help="写明名称和文号，一行一件；本身涉密的，名称也要经过处理。",
        of=Title,
    ),
    "question": LongText(
        "不能确定的问题和原因",
        help="写明哪些内容不能确定、涉及哪一条规定、有哪些不同的理解。",
        example="文件附表列有执法执勤用车的数量和配备单位，公开后是否影响公安机关的工作，现行规定没有写明",
        required=True,
        shortest=8,
        longest=3000,
    ),
    "proposal": LongText(
        "本机关的初步意见",
        help="公开、部分公开或者不予公开，并写明理由。",
        example="除附表中执法执勤用车的部分外，其余内容可以公开",
        required=True,
        shortest=4,
        longest=2000,
    ),
    "reply_by": Date(
        "请对方函复的最后日期",
        help="报请确定的时间能否从答复期限中扣除，没有明文规定，请按不扣除安排；来不及的，办理延期。",
        example="2026-03-26",
        required=True,
    ),
    "enclosed": Lines(
        "附件",
        help="随函附送的材料。可能涉密的，走机要渠道。",
        example=["2025年市级党政机关公务用车调配更新计划（复印件）"],
        of=Title,
    ),
}

DETERMINATION_REQUEST = Document(
    id="determination-request",
    title="政府信息公开报请确定函",
    group="程序",
    summary="不能确定政府信息是否可以公开的，报有关主管部门或者保密行政管理部门确定，写明不能确定的问题和初步意见。",
    schema=agency_letter_questions("DeterminationRequestQuestions", QUESTIONS),
    template=LAYOUT,
    wording="determination-request.txt",
    context=context,
    checks=(
        check_regulation,
        check_request,
        check_number,
        check_date,
        check_facts,
        *typed_checks(QUESTIONS),
        in_order("dates-out-of-order", ("date", "成文日期"), ("reply_by", "请对方函复的最后日期")),
        check_reply_by,
        check_organ,
        check_carriers,
    ),
)
