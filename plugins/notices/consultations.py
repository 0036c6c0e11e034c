"""Consultations before a decision: letters to a third party (with a reply slip), to a co-author and to the applicant."""

from __future__ import annotations

from functools import partial
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.letters.case import address_form, case_number, list_labels, of_region, quote_request
from gipdocs.letters.letter import (
    LAYOUT,
    application_block,
    check_date,
    check_number,
    check_request,
    clock_block,
    layout,
    letter_questions,
    opening,
)
from gipdocs.letters.notices import (
    APPLICANT_CHECKS,
    add_mark,
    add_numbers,
    agency_letter_questions,
    check_facts,
    check_third_party,
    in_order,
    in_term,
    items,
    lines_question,
    return_address,
    third_party_questions,
    to_others,
)
from gipdocs.letters.typed import check_unfilled, typed_checks
from gipdocs.questions import (
    Choice,
    Choices,
    Date,
    Lines,
    LongText,
    Name,
    Question,
    Questions,
    Rows,
    Title,
)
from gipdocs.writing import chinese_date

INTERESTS = {"trade_secret": "商业秘密", "privacy": "个人隐私", "other": "其他合法权益"}
SLIP = "征求意见回执"
LATE = "此后征求意见的时间不能从答复期限中扣除，请尽快答复。"
NOT_COUNTED = "consultation_time"

in_time = in_term("consultation-late", LATE, cites=(NOT_COUNTED,))


class InformationQuestions(Questions):
    """One piece of information that concerns the third party."""

    title = Title("政府信息的名称", example="2025年市级公务用车租赁服务合同", required=True)
    part = LongText(
        "涉及第三方的内容",
        help="写明哪些内容涉及第三方，本机关拟怎样公开。",
        example="合同中的租赁单价、结算账户和联系人信息",
        required=True,
        shortest=2,
        longest=2000,
    )


def third_party_context(answers: Answers, office: Office) -> dict[str, Any]:
    """The letter, and the parts of it that the slip on its last page repeats."""
    rows, enclosed = answers["information"], answers.get("enclosed", [])
    titles = [row["title"] for row in rows]
    attachments = [*enclosed, SLIP]
    letter = to_others(
        answers,
        office,
        title="政府信息公开征求意见书",
        addressee=answers["third_party"],
        attachments=attachments,
    )
    return {
        **letter,
        "you": address_form({"applicant_kind": answers["third_party_kind"]}),
        "application_no": case_number(answers),
        "information": [
            {"title": head, "part": add_mark(row["part"])} for head, row in zip(add_numbers(titles), rows, strict=True)
        ],
        "interests": list_labels(answers["interests"], INTERESTS),
        "term": office.law.limit("third_party", office.day_of(answers)).text,
        "returned_to": return_address(office),
        "slip_label": f"附件{len(attachments)}" if enclosed else "附件",
        "slip_to": office.profile.name,
        "slip_from": answers["third_party"],
        "slip_titles": add_numbers(titles),
    }


THIRD_PARTY_QUESTIONS: dict[str, Question] = {
    **third_party_questions(),
    "information": Rows(
        "涉及第三方的政府信息", InformationQuestions, help="逐件写明。", least=1, most=30, required=True
    ),
    "interests": Choices("可能涉及的权益", options=INTERESTS, example=["trade_secret", "privacy"], required=True),
    "enclosed": Lines(
        "附件",
        help="随信附送的材料，例如信息的复印件；回执由系统加在最后，不必填写。",
        example=["2025年市级公务用车租赁服务合同（复印件）"],
        of=Title,
    ),
}

THIRD_PARTY_CONSULTATION = Document(
    id="third-party-consultation",
    title="政府信息公开征求意见书（第三方）",
    group="程序",
    summary="公开可能损害第三方合法权益的，书面征求第三方的意见，附回执；逾期未提出意见的，由本机关依法决定。",
    schema=letter_questions(
        "ThirdPartyConsultationQuestions",
        THIRD_PARTY_QUESTIONS,
        application=application_block(printed=(), needs=(), required=False),
        clock=clock_block(printed=()),
        remedies=False,
        tells=(),
    ),
    template="consultation.docx",
    wording="third-party-consultation.txt",
    event="consulted",
    event_facts={"whom": "third_party"},
    context=third_party_context,
    checks=(
        check_number,
        check_date,
        check_facts,
        in_time,
        check_third_party,
        partial(check_unfilled, THIRD_PARTY_QUESTIONS),
    ),
)


def applicant_context(answers: Answers, office: Office) -> dict[str, Any]:
    """Who is consulted, and why; the applicant is not told the third party's name."""
    asked, opened = answers["asked"], opening(answers, office)
    before = ("consultation", "consultation_before")  # the letter's own end says for all that their time is not counted
    told = [one | {before[0]: False, before[1]: any(one[key] for key in before)} for one in opened["told"]]
    return {
        **layout(answers, office, title="政府信息公开征求意见告知书"),
        **opened,
        "told": told,
        "third_party_asked": asked == "third_party",
        "agency_asked": asked == "agency",
        "both_asked": asked == "both",
        "agencies": "、".join(answers.get("agencies", [])) or "相关行政机关",
        "asked_on": chinese_date(answers["asked_on"]),
    }


def check_asked_on(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the consultation date in the letter is one of those in the clock."""
    sent = [row["sent"] for row in answers["clock"].get("consultations", [])]
    if not sent or answers["asked_on"] in sent:
        return []
    message = f"办理时间中登记的征求意见书发出日期是{'、'.join(map(chinese_date, sent))}，与这里不一致，请核对。"
    return [doubt("consultation-other-date", message, "/asked_on", basis=office.cite(NOT_COUNTED, of=answers))]


def check_agencies(answers: Answers, office: Office) -> list[Finding]:
    """Checks that agencies are named only if agencies are consulted."""
    if answers["asked"] != "third_party" or "agencies" not in answers:
        return []
    message = "只征求第三方意见的，不写其他行政机关的名称；第三方的姓名、名称也不告知申请人，请清空这一项。"
    return [fault("agencies-unused", message, "/agencies", basis=office.cite("third_party", of=answers))]


NOTICE_QUESTIONS: dict[str, Question] = {
    "asked": Choice(
        "征求谁的意见",
        options={"third_party": "第三方", "agency": "共同制作的其他行政机关", "both": "第三方和其他行政机关"},
        example="agency",
        required=True,
        case="consultation.whom",
    ),
    "agencies": Lines(
        "其他行政机关的名称",
        help="可以告知申请人的填写；第三方的姓名、名称不告知申请人。",
        example=lambda office: [f"{office.profile.region}财政局"],
        of=Name,
    ),
    "asked_on": Date("征求意见书发出日期", example="2026-03-19", required=True, case="consultation.sent"),
}

CONSULTATION_NOTICE = Document(
    id="consultation-notice",
    title="政府信息公开征求意见告知书",
    group="程序",
    summary="征求第三方或者其他机关意见的，告知申请人：征求意见所需时间不计算在答复期限内。",
    schema=letter_questions(
        "ConsultationNoticeQuestions",
        NOTICE_QUESTIONS,
        remedies=False,
    ),
    template=LAYOUT,
    wording="consultation-notice.txt",
    context=applicant_context,
    checks=(
        *APPLICANT_CHECKS,
        in_time,
        in_order(
            "dates-out-of-order",
            ("receipt", "收到申请的日期"),
            ("asked_on", "征求意见书发出日期"),
            ("date", "成文日期"),
        ),
        check_asked_on,
        check_agencies,
        *typed_checks(NOTICE_QUESTIONS),
    ),
)


def agency_context(answers: Answers, office: Office) -> dict[str, Any]:
    """The applicant's request, the information that both agencies produced, and what this agency intends to do."""
    enclosed = answers.get("enclosed", [])
    letter = to_others(
        answers, office, title="政府信息公开征求意见函", addressee=answers["agency"], attachments=enclosed
    )
    return {
        **letter,
        "application_no": case_number(answers),
        "request": quote_request(answers["application"]),
        "information": items(answers["information"]),
        "proposal": add_mark(answers["proposal"]),
        "term": office.law.limit("agency_consultation", office.day_of(answers)).text,
        "returned_to": return_address(office),
    }


AGENCY_QUESTIONS: dict[str, Question] = {
    "agency": Name(
        "被征求意见的行政机关",
        help="填全称。只用于共同制作信息的机关；请其他机关协助的，用协办函。",
        example=of_region("财政局"),
        required=True,
        longest=100,
    ),
    "information": lines_question(
        "共同制作的政府信息",
        ["《2025年市级党政机关公务用车调配更新计划》（某发〔2025〕8号）"],
        help="写明名称和文号，一行一件。",
        of=Title,
    ),
    "proposal": LongText(
        "拟处理意见",
        help="公开、部分公开或者不予公开，并写明理由。",
        example="拟全文公开。该文件不涉及国家秘密、商业秘密、个人隐私，已经印发执行。",
        required=True,
        shortest=4,
        longest=2000,
    ),
    "enclosed": Lines(
        "附件", help="随函附送的材料。", example=["2025年市级党政机关公务用车调配更新计划（复印件）"], of=Title
    ),
}

AGENCY_CONSULTATION = Document(
    id="agency-consultation",
    title="政府信息公开征求意见函（共同制作机关）",
    group="程序",
    summary="信息由几个行政机关共同制作的，征求其他制作机关的意见；逾期未提出意见的，视为同意公开。",
    schema=agency_letter_questions("AgencyConsultationQuestions", AGENCY_QUESTIONS),
    template=LAYOUT,
    wording="agency-consultation.txt",
    event="consulted",
    event_facts={"whom": "agency"},
    context=agency_context,
    checks=(check_request, check_number, check_date, check_facts, in_time, partial(check_unfilled, AGENCY_QUESTIONS)),
)
