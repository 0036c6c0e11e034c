"""依申请公开告知书 to a third party whose information is disclosed for the public interest (条例第三十二条)."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.errors import InvalidInput
from gipdocs.findings import fault
from gipdocs.law import Office
from gipdocs.law.deadlines import period_deadline
from gipdocs.law.remedies import remedy_paragraphs
from gipdocs.letters.case import address_form, case_number
from gipdocs.letters.letter import (
    LAYOUT,
    application_block,
    check_date,
    check_number,
    clock_block,
    letter_questions,
)
from gipdocs.letters.notices import (
    add_mark,
    check_facts,
    check_third_party,
    in_order,
    items,
    lines_question,
    remedies_check,
    third_party_questions,
    to_others,
)
from gipdocs.letters.typed import check_unfilled
from gipdocs.questions import Choice, Date, LongText, Question, Text, Title
from gipdocs.writing import chinese_date

ID = "third-party-disclosure-notice"
BASIS = "third_party"
OPINIONS = {"objected": "不同意公开", "partly": "不同意公开其中一部分", "silent": "逾期未提出意见"}
SAID_BY_THE_LAW = re.compile(
    "不公开|可能|会|对|公共利益|造成|重大|影响|根据|依照|条例|第[一二三四五六七八九十]+条|[，。、；：“”《》的]"
)
LEAST_REASON = 12  # characters, not counting the words of the article itself


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The consultation and its answer, what is disclosed and why, and the remedies."""
    number, opinion = answers.get("consulted_number", ""), answers["opinion"]
    delivered, told = answers["delivered_on"], answers.get("opinion_on")
    on = office.day_of(answers)
    letter = to_others(
        answers, office, title="政府信息依申请公开告知书", addressee=answers["third_party"], attachments=[]
    )
    remedies = remedy_paragraphs(ID, on=on, office=office, served_online=answers["service"] == "online")
    return {
        **letter,
        "you": address_form({"applicant_kind": answers["third_party_kind"]}),
        "application_no": case_number(answers),
        "consulted_on": chinese_date(answers["consulted_on"]),
        "consulted_by": f"以征求意见书（{number}）" if number else "",
        "delivered_on": chinese_date(delivered),
        "objected": opinion == "objected",
        "partly": opinion == "partly",
        "silent": opinion == "silent",
        "opinion_on": f"于{chinese_date(told)}" if told else "",
        "term": office.law.limit("third_party", delivered).text,
        "reason": add_mark(answers["public_interest"]),
        "information": items(answers["information"]),
        "remedies": "\n".join(remedies),
    }


def check_heard(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the third party has given its opinion, or that its time for doing so has passed."""
    if answers["opinion"] != "silent":
        if "opinion_on" in answers:
            return []
        return [
            fault(
                "opinion-day-missing",
                "第三方提出了意见的，请填写收到意见的日期。",
                "/opinion_on",
                basis=office.cite(BASIS, of=answers),
            )
        ]
    try:
        due = period_deadline("third_party", answers["delivered_on"], law=office.law).last_day
    except InvalidInput as error:
        return [
            fault(one.code, one.detail, "/delivered_on", basis=office.cite(BASIS, of=answers)) for one in error.faults
        ]
    if due is not None and office.day_of(answers) > due:
        return []
    until = f"至{chinese_date(due)}" if due else "还不能确定何日"
    message = f"第三方提出意见的期限{until}届满，此前不能以其逾期未提出意见为由决定公开。"
    return [
        fault(
            "third-party-term-running",
            message,
            "/opinion",
            basis=office.cite(BASIS, of=answers),
            overridable=due is None,
        )
    ]


def check_reason(answers: Answers, office: Office) -> list[Finding]:
    """Checks that the reason names a public interest instead of repeating the words of the article."""
    if len(SAID_BY_THE_LAW.sub("", answers["public_interest"])) >= LEAST_REASON:
        return []
    message = "理由只是重复条文的文字，请写明具体涉及什么公共利益、不公开会造成什么影响。"
    return [fault("reason-bare", message, "/public_interest", basis=office.cite(BASIS, of=answers), overridable=True)]


QUESTIONS: dict[str, Question] = {
    **third_party_questions(),
    "consulted_on": Date("征求意见书发出日期", example="2026-03-05", required=True),
    "consulted_number": Text(
        "征求意见书的文号",
        example=lambda office: f"{office.profile.document_code}〔2026〕10号",
        longest=60,
    ),
    "delivered_on": Date(
        "第三方收到征求意见书的日期",
        help="提出意见的期限自这一天起计算。",
        example="2026-03-06",
        required=True,
    ),
    "opinion": Choice("第三方的意见", options=OPINIONS, example="objected", required=True),
    "opinion_on": Date("收到意见的日期", example="2026-03-12", only_if=("opinion", ("objected", "partly"))),
    "information": lines_question(
        "决定公开的政府信息",
        ["2025年市级公务用车租赁服务合同（联系人的姓名、电话已作处理）"],
        help="写明公开的内容，一行一件；作了区分处理的，写明不公开哪些部分。",
        of=Title,
    ),
    "public_interest": LongText(
        "公共利益的理由",
        help="写明不公开可能对什么公共利益造成怎样的重大影响；只重复条文的，不能出具。",
        example="该合同使用财政资金，租赁单价和总额关系到公众对公务用车支出的监督，不公开将使这项支出无法受到社会监督",
        required=True,
        shortest=15,
        longest=2000,
    ),
}

THIRD_PARTY_DISCLOSURE_NOTICE = Document(
    id=ID,
    title="政府信息依申请公开告知书（第三方）",
    group="程序",
    summary="不公开可能对公共利益造成重大影响，决定公开的，把公开的内容和理由书面告知第三方。公开前先送达。",
    schema=letter_questions(
        "ThirdPartyDisclosureNoticeQuestions",
        QUESTIONS,
        application=application_block(printed=(), needs=(), required=False),
        clock=clock_block(printed=()),
    ),
    template=LAYOUT,
    wording=f"{ID}.txt",
    context=context,
    checks=(
        check_number,
        check_date,
        check_facts,
        partial(check_unfilled, QUESTIONS),
        in_order(
            "dates-out-of-order",
            ("consulted_on", "征求意见书发出日期"),
            ("delivered_on", "第三方收到征求意见书的日期"),
            ("opinion_on", "收到意见的日期"),
            ("date", "成文日期"),
        ),
        check_heard,
        check_third_party,
        check_reason,
        remedies_check(ID),
    ),
)
