"""依申请公开告知书 to a third party whose information is disclosed without its consent (条例第三十二条)."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

from gipdocs.documents.document import Answers, Document, Finding
from gipdocs.errors import InvalidInput
from gipdocs.findings import doubt, fault
from gipdocs.law import Office
from gipdocs.law.citations import Cited
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
from gipdocs.questions import Choice, Date, DocumentNumber, LongText, Question, Title
from gipdocs.writing import chinese_date

ID = "third-party-disclosure-notice"
BASIS = "third_party"
OPINIONS = {"objected": "不同意公开", "partly": "不同意公开其中一部分", "silent": "逾期未提出意见"}
GROUNDS = {
    "harmless": "公开不会损害其合法权益；不同意的，没有提出合理理由",
    "public_interest": "不公开会对公共利益造成重大影响",
}
SAID_BY_THE_LAW = re.compile(
    "不公开|公开|不会|可能|会|对|公共利益|造成|重大|影响|损害|第三方|你单位|你|合法权益|没有|提出|合理|理由|不成立|根据|依照|条例|第[一二三四五六七八九十]+条|[，。、；：“”《》的]"
)
LEAST_REASON = 12  # characters, not counting the words of the article itself


def context(answers: Answers, office: Office) -> dict[str, Any]:
    """The consultation and its answer, what is disclosed and why, and the remedies."""
    number, opinion, ground = answers.get("consulted_number", ""), answers["opinion"], answers["ground"]
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
        "unfounded": ground == "harmless" and opinion != "silent",
        "harmless": ground == "harmless" and opinion == "silent",
        "public_interest": ground == "public_interest",
        "reason": add_mark(answers["reason"]),
        "disclosed_later": "disclose_from" in answers,
        "disclose_from": chinese_date(answers["disclose_from"]) if "disclose_from" in answers else "",
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
    """Checks that the reason states facts instead of repeating the words of the article."""
    if len(SAID_BY_THE_LAW.sub("", answers["reason"])) >= LEAST_REASON:
        return []
    message = "理由只是重复条文的文字，请写明为什么不会损害其合法权益，或者具体涉及什么公共利益、不公开会造成什么影响。"
    return [fault("reason-bare", message, "/reason", basis=office.cite(BASIS, of=answers), overridable=True)]


def check_disclosure_day(answers: Answers, office: Office) -> list[Finding]:
    """Doubts a disclosure that leaves the third party no time to bring a suit against it (法释〔2025〕8号第十三条第一款)."""
    day = answers.get("disclose_from")
    if day is None or day > office.day_of(answers):
        return []
    message = "提供信息的日期不晚于告知书的日期。公开前第三方可以起诉，请先送达告知书，隔一段合理的时间再提供。"
    return [
        doubt("disclosed-before-notice", message, "/disclose_from", basis=office.cite("third_party_suit", of=answers))
    ]


QUESTIONS: dict[str, Question] = {
    **third_party_questions(),
    "consulted_on": Date("征求意见书发出日期", example="2026-03-05", required=True, case="consultation.sent"),
    "consulted_number": DocumentNumber(
        "征求意见书的文号",
        example=lambda office: f"{office.profile.document_code}〔2026〕10号",
        longest=60,
        case="consultation.number",
    ),
    "delivered_on": Date(
        "第三方收到征求意见书的日期",
        help="提出意见的期限自这一天起计算。",
        example="2026-03-06",
        required=True,
        case="consultation.delivered",
    ),
    "opinion": Choice("第三方的意见", options=OPINIONS, example="objected", required=True),
    "opinion_on": Date(
        "收到意见的日期",
        example="2026-03-12",
        needed=True,
        only_if=("opinion", ("objected", "partly")),
        case="consultation.opinion",
    ),
    "information": lines_question(
        "决定公开的政府信息",
        ["2025年市级公务用车租赁服务合同（联系人的姓名、电话已作处理）"],
        help="写明公开的内容，一行一件；作了区分处理的，写明不公开哪些部分。",
        of=Title,
    ),
    "ground": Choice(
        "决定公开的根据",
        options=GROUNDS,
        help=Cited(
            "第三方有合理理由的，只有不公开会对公共利益造成重大影响才可以公开，且由本机关举证"
            "（{third_party_harm.short}、{third_party.place}，{interest_proof.number}{interest_proof.place}）；"
            "没有提出合理理由的，不必以公共利益为根据。"
        ),
        example="harmless",
        required=True,
    ),
    "reason": LongText(
        "决定公开的理由",
        help="第三方提出了什么理由、为什么不成立，公开为什么不会损害其合法权益；或者不公开对什么公共利益造成怎样的重大影响。",
        example="该合同由财政资金支付，租赁单价和总额已经随成交结果公告，不具备不为公众所知悉的特征，不属于商业秘密",
        required=True,
        shortest=15,
        longest=2000,
    ),
    "disclose_from": Date(
        "向申请人提供信息的日期",
        help=Cited(
            "公开前第三方可以起诉（{third_party_suit.number}{third_party_suit.place}），"
            "应当在告知书送达后隔一段合理的时间；不填的，告知书不写。"
        ),
        example="2026-03-30",
    ),
}

THIRD_PARTY_DISCLOSURE_NOTICE = Document(
    id=ID,
    title="政府信息依申请公开告知书（第三方）",
    group="程序",
    summary="第三方没有同意而决定公开的，把公开的内容和理由书面告知第三方；送达之后再向申请人提供。",
    schema=letter_questions(
        "ThirdPartyDisclosureNoticeQuestions",
        QUESTIONS,
        application=application_block(printed=(), needs=(), required=False),
        clock=clock_block(printed=()),
        tells=(),
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
        check_disclosure_day,
        remedies_check(ID),
    ),
)
