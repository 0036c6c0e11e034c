"""What can happen in a case: the kinds of event, the facts that each of them holds, and what must have happened before.

The facts of an event are questions like those of a document, so that page, API and import ask and check them alike. A
question's `case` is the name under which a letter finds the fact, and under which the fact is read from the letter that
causes the event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gipdocs.access.permissions import Permission
from gipdocs.law.clock import CHANNELS, LONGEST_EXTENSION, LONGEST_ORDER, ORDERED_UNITS, PROCEDURES, YEARS
from gipdocs.law.outcomes import load_outcomes
from gipdocs.questions import Choice, Choices, Date, DocumentNumber, Lines, Money, Name, Number, Questions, Text
from gipdocs.questions.identity import ID_KINDS

MOST_REFS = 50
"""The most consultations, or challenges, of one case."""
LONGEST_PERIOD = 250
MOST_JUDGED = 60
"""The most questions of one judgement."""
JUDGEMENT_CODE = r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*"
OUTCOMES = {id: one.short for id, one in load_outcomes().items()}
"""Every outcome that an answer can have, and what it is called."""
CONSULTED = {"third_party": "第三方", "agency": "其他行政机关"}
STANCES = {"agrees": "同意公开", "objects": "不同意公开", "partly": "同意部分公开"}
CONFIRMED_BY = {"phone": "电话", "email": "电子邮件", "in_person": "当面", "other": "其他方式"}
WAYS = {
    "mail": "邮政邮寄",
    "in_person": "直接送达",
    "left": "留置送达",
    "entrusted": "委托其他行政机关送达",
    "online": "互联网渠道",
}
UNDELIVERED = {
    "refused": "拒收",
    "moved": "迁移新址不明",
    "unknown": "查无此人",
    "unclaimed": "逾期未领取",
    "other": "其他原因",
}
CHALLENGES = {
    "reconsideration": "申请行政复议",
    "suit_direct": "未经复议直接起诉",
    "suit_after": "复议后起诉",
}
"""The ways of challenging an answer, as table four of the annual report distinguishes them."""
RESULTS = {"upheld": "结果维持", "corrected": "结果纠正", "other": "其他结果"}
OVER = ("answered", "withdrawn")
"""The kinds with which an application comes to its end."""
JUDGED = ("returned", "approved")
"""Kinds that are about a letter before it was issued."""
ORDERS = {"none": "没有责令", "redo": "责令重新答复、责令履行或者判决公开"}


def _day(label: str, case: str = "") -> Date:
    return Date(label, example="2026-04-10", in_sample=False, years=YEARS, case=case)


def _period(label: str, case: str) -> Number:
    help = "不填的，按机关概况中的补正期限。"
    return Number(label, help=help, example=15, in_sample=False, least=1, most=LONGEST_PERIOD, case=case)


def _ref(label: str) -> Number:
    return Number(label, help="同一案件里的第几次，从1起编。", example=1, least=1, most=MOST_REFS, required=True)


class JudgementCode(Text):
    """An answer in the judgement of a case, by the codes of the law's data: correction.clear."""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, pattern=JUDGEMENT_CODE, cure="应为问题和回答的代号，例如correction.clear", **more)


def _outcome(case: str, *, required: bool = True) -> Choice:
    return Choice("办理结果", options=OUTCOMES, example="reply-granted", required=required, case=case)


class NoFacts(Questions):
    """For events whose day says everything."""


class ReceivedFacts(Questions):
    """How the application arrived."""

    channel = Choice("收到渠道", options=CHANNELS, example="online", required=True)


class ConfirmedFacts(Questions):
    """How the receipt was confirmed with the applicant."""

    by = Choice("确认方式", options=CONFIRMED_BY, example="phone")


class VerifiedFacts(Questions):
    """The paper by which the applicant's identity was verified; its number is not kept (个人信息保护法第六条)."""

    id_kind = Choice("核对的证件", options=ID_KINDS, example="resident")


class RegisteredFacts(Questions):
    """The number that the case was given."""

    number = Text("申请编号", example="2026-0012", longest=40, required=True, case="case.number")


class AssignedFacts(Questions):
    """Who handles the case."""

    department = Text("承办部门", example="资产管理科", longest=60, case="case.department")
    officer = Name("承办人", example="孙静", longest=50, case="case.officer")


class CorrectionAskedFacts(Questions):
    """How long the applicant may take to correct the application, and from when."""

    period = _period("补正期限（工作日）", "correction.period")
    received = _day("申请人收到补正告知书之日", "correction.received")


class ReasonsAskedFacts(Questions):
    """How long the applicant may take to give reasons, and from when."""

    period = _period("说明理由的期限（工作日）", "reasons.period")
    received = _day("申请人收到告知书之日", "reasons.received")


class FeeAskedFacts(Questions):
    """The fee that was asked, and when the applicant learnt of it."""

    yuan = Money("应缴金额", example="350.00", in_sample=False, case="fee.yuan")
    received = _day("申请人收到收费通知之日", "fee.received")


class PaidFacts(Questions):
    """The fee that was paid; without an amount, the one that was asked."""

    yuan = Money("实缴金额", example="350.00", in_sample=False, help="与应缴金额相同的不填。")


class ConsultedFacts(Questions):
    """Who is consulted."""

    ref = _ref("第几次征求意见")
    whom = Choice("征求谁的意见", options=CONSULTED, example="third_party", required=True, case="consultation.whom")


class DeliveredFacts(Questions):
    """Which letter of consultation arrived."""

    ref = _ref("第几次征求意见")


class OpinionFacts(Questions):
    """What the consulted party says."""

    ref = _ref("第几次征求意见")
    stance = Choice("意见", options=STANCES, example="agrees")


class ExtendedFacts(Questions):
    """By how many working days the term was extended, and who approved it (条例第三十三条第二款)."""

    working_days = Number(
        "延长的工作日数", least=1, most=LONGEST_EXTENSION, example=15, required=True, case="extension.working_days"
    )
    approved_by = Name("同意延期的负责人", example="李卫东", longest=50, case="extension.approved_by")


class DelayedFacts(Questions):
    """The day of the delayed answer (条例第三十五条)."""

    until = Date("确定的答复日期", example="2026-05-15", required=True, years=YEARS, case="delay.until")


class JudgedFacts(Questions):
    """Where the judgement of the case led, and by which answers; no outcome yet if something has to be done first."""

    outcome = _outcome("judgement.outcome", required=False)
    path = Lines(
        "研判过程",
        help="在研判页逐题回答时记下：一题一行，写问题和回答的代号。",
        example=["withdrawn.no", "correction.clear"],
        in_sample=False,
        most=MOST_JUDGED,
        longest=60,
        of=JudgementCode,
        case="judgement.path",
    )


class AnsweredFacts(Questions):
    """The outcome, and those of further items in the same letter, by document id."""

    outcome = _outcome("answer.outcome")
    items = Choices(
        "其他各项的办理结果",
        options=OUTCOMES,
        help="一份答复书答复几项的，选择其他各项的办理结果。",
        example=["reply-not-existing"],
        in_sample=False,
        case="answer.items",
    )
    number = DocumentNumber(
        "答复文号",
        help="不是用本系统签发的答复填写，签发的由系统记下。",
        example=lambda office: f"{office.profile.document_code}〔2025〕8号",
        in_sample=False,
        longest=60,
    )


class PostedFacts(Questions):
    """How the answer was served."""

    way = Choice("送达方式", options=WAYS, example="mail", required=True, case="service.way")
    mail_number = Text("邮件号码", example="1234567890123", in_sample=False, longest=40, case="service.mail_number")


class UndeliveredFacts(Questions):
    """What came back: a letter of consultation if `ref` says which, else the answer."""

    ref = Number(
        "第几次征求意见",
        help="退回的是征求意见书的填写，退回的是答复文书的不填。",
        example=1,
        in_sample=False,
        least=1,
        most=MOST_REFS,
    )
    reason = Choice("退回、拒收的原因", options=UNDELIVERED, example="refused", required=True)


class ChallengedFacts(Questions):
    """Who was asked to review the answer."""

    ref = _ref("第几次复议、诉讼")
    kind = Choice("复议或者诉讼", options=CHALLENGES, example="reconsideration", required=True)
    organ = Name("复议机关或者人民法院", example="云岭县人民政府", longest=60, case="challenge.organ")
    procedure = Choice(
        "复议程序",
        options=PROCEDURES,
        help="复议答复通知书写明适用简易程序的选择简易程序。",
        example="ordinary",
        in_sample=False,
        case="challenge.procedure",
    )


class DefendedFacts(Questions):
    """Which challenge was answered."""

    ref = _ref("第几次复议、诉讼")


class DecidedFacts(Questions):
    """How a challenge ended, and what the decision or judgment orders."""

    ref = _ref("第几次复议、诉讼")
    result = Choice("结果", options=RESULTS, example="upheld", required=True)
    orders = Choice("是否责令重新办理", options=ORDERS, example="none", in_sample=False)
    ordered = Number("写明的期限", example=20, in_sample=False, least=1, most=LONGEST_ORDER)
    ordered_unit = Choice("写明的期限以什么计", options=ORDERED_UNITS, example="working_day", in_sample=False)


class ArchivedFacts(Questions):
    """How large the file is."""

    pages = Number("卷内页数", example=23, least=1, most=100_000, case="archive.pages")


class HeldFacts(Questions):
    """Until when the personal data are kept although their time has passed."""

    until = Date("保留至", example="2037-12-31", required=True, years=YEARS)


@dataclass(frozen=True, kw_only=True)
class EventKind:
    """One kind of event: `facts` are its questions, `says` tells in one sentence when to record it.

    `needs` are kinds of which one must have happened by then. `once`: a second one contradicts the first. `while_open`:
    it can't happen after the case was closed, unless an order has it handled anew. `elsewhere`: where to do that of which it is only the trace, for kinds that
    nobody records as such. `letter`: the prefix of the names by which later letters find the number, the day and the title
    of the letter that caused it (correction.number, correction.dated, correction.title). `day`: the name by which they
    find the day of the event itself. `decides`: whoever may issue letters decides it, or corrects its record.
    """

    key: str
    label: str
    facts: type[Questions] = NoFacts
    says: str = ""
    needs: tuple[str, ...] = ("received",)
    once: bool = False
    while_open: bool = True
    elsewhere: str = ""
    letter: str = ""
    day: str = ""
    decides: bool = False


KINDS: Mapping[str, EventKind] = {
    kind.key: kind
    for kind in (
        EventKind(key="received", label="收到申请", facts=ReceivedFacts, needs=(), once=True),
        EventKind(key="confirmed", label="与申请人确认", facts=ConfirmedFacts, once=True),
        EventKind(key="verified", label="核对身份证明", facts=VerifiedFacts),
        EventKind(
            key="registered",
            label="登记",
            facts=RegisteredFacts,
            needs=(),
            once=True,
            while_open=False,  # a case may be entered after its end
            elsewhere="登记在新建案件时完成",
        ),
        EventKind(key="assigned", label="交办", facts=AssignedFacts, while_open=False),
        EventKind(key="correction_asked", label="告知补正", facts=CorrectionAskedFacts, letter="correction"),
        EventKind(key="corrected", label="收到补正", needs=("correction_asked",)),
        EventKind(key="reasons_asked", label="要求说明理由", facts=ReasonsAskedFacts, letter="reasons"),
        EventKind(key="reasons_given", label="收到说明的理由", needs=("reasons_asked",), day="reasons.given"),
        EventKind(key="fee_asked", label="发出收费通知", facts=FeeAskedFacts, letter="fee"),
        EventKind(key="paid", label="缴费完成", facts=PaidFacts, needs=("fee_asked",)),
        EventKind(
            key="consulted", label="征求意见", facts=ConsultedFacts, letter="consultation", day="consultation.sent"
        ),
        EventKind(
            key="delivered",
            label="对方收到征求意见书",
            facts=DeliveredFacts,
            needs=("consulted",),
            while_open=False,  # what a consulted party does may become known after the answer
            day="consultation.delivered",
        ),
        EventKind(
            key="opinion",
            label="收到意见",
            facts=OpinionFacts,
            needs=("consulted",),
            while_open=False,
            day="consultation.opinion",
        ),
        EventKind(key="extended", label="延期", facts=ExtendedFacts, letter="extension", decides=True),
        EventKind(key="delayed", label="延迟答复", facts=DelayedFacts, letter="delay", decides=True),
        EventKind(key="judged", label="研判", facts=JudgedFacts),
        EventKind(
            key="returned",
            label="退回修改",
            while_open=False,
            elsewhere="退回修改，请在提请签发的文书上办理",
            decides=True,
        ),
        EventKind(
            key="approved",
            label="同意签发",
            while_open=False,
            elsewhere="同意签发，请在提请签发的文书上办理",
            decides=True,
        ),
        EventKind(key="answered", label="答复", facts=AnsweredFacts, once=True, letter="answer"),
        EventKind(
            key="reanswered",
            label="重新答复",
            facts=AnsweredFacts,
            needs=("answered",),
            while_open=False,
            letter="answer",
        ),
        EventKind(
            key="posted",
            label="送达",
            facts=PostedFacts,
            needs=("answered",),
            while_open=False,
            day="service.posted",
            says="邮寄的以交邮之日、直接送达的以签收之日为准；当面拒收的，选择留置送达，并另记“退回、拒收”。",
        ),
        EventKind(
            key="undelivered",
            label="退回、拒收",
            facts=UndeliveredFacts,
            needs=("answered", "consulted"),
            while_open=False,
        ),
        EventKind(key="withdrawn", label="申请人撤回申请", once=True, day="withdrawn"),
        EventKind(
            key="challenged",
            label="收到复议、诉讼材料",
            facts=ChallengedFacts,
            while_open=False,
            day="challenge.received",
        ),
        EventKind(key="defended", label="提交答复、答辩", facts=DefendedFacts, needs=("challenged",), while_open=False),
        EventKind(key="decided", label="复议、诉讼审结", facts=DecidedFacts, needs=("challenged",), while_open=False),
        EventKind(key="archived", label="归档", facts=ArchivedFacts, while_open=False, day="archive.day"),
        EventKind(key="held", label="暂缓删除", facts=HeldFacts, needs=OVER, while_open=False, decides=True),
        EventKind(
            key="erased",
            label="删除个人信息",
            needs=OVER,
            while_open=False,
            once=True,
            elsewhere="删除个人信息须两人办理，请在案件页提出",
            decides=True,
        ),
        EventKind(key="noted", label="备注", needs=(), while_open=False),
        EventKind(
            key="cancelled",
            label="更正记录",
            needs=(),
            while_open=False,
            elsewhere="更正某一条记录，请在那一条上办理",
        ),
    )
}
"""Every kind of event by key, in the usual order of a case, which is their order within one day too."""


def permission_for(kind: str) -> Permission:
    """What recording an event of a kind needs, or correcting its record."""
    return Permission.ISSUE if KINDS[kind].decides else Permission.WRITE_CASES
