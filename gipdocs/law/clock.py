"""The questions from which a deadline is computed: the clock in letters, and the clock of each kind of deadline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gipdocs.law.acts import cite
from gipdocs.law.citations import Cited
from gipdocs.questions import Choice, Date, Number, Question, Questions, Rows
from gipdocs.questions.alternatives import Alternatives

if TYPE_CHECKING:
    from gipdocs.law.rules import Law

CHANNELS = {
    "in_person": "当面提交",
    "signed_mail": "邮寄，由本机关签收",
    "ordinary_mail": "平常信函等无需签收的邮寄",
    "online": "互联网渠道",
    "fax": "政府信息公开工作机构的传真",
    "none": "不区分渠道",
}
AFTER = {"letter": "收到答复书后直接起诉", "decision": "收到行政复议决定书后起诉"}
PROCEDURES = {"ordinary": "普通程序", "simple": "简易程序"}
ORDERED_BY = {"decision": "行政复议决定书", "judgment": "人民法院的判决"}
ORDERED_UNITS = {"working_day": "工作日", "day": "日（自然日）"}
REPORTERS = {"department": "政府部门", "government": "政府"}
CONFIRMED_CHANNELS = {"ordinary_mail", "online", "fax"}
"""Channels for which 条例第三十一条 makes the day of confirmation the day of receipt."""
FIRST_REPORT, LAST_REPORT = 2008, 2198
YEARS = (1990, 2199)
MOST_CONSULTATIONS = 50
LONGEST_EXTENSION = 20
"""The most working days that a form accepts; how many are allowed is up to the law of the day."""
LONGEST_ORDER = 365
"""The most days that a decision or a judgment is believed to give for answering anew."""
WRITTEN = "例如2026-03-02"


class ConsultationQuestions(Questions):
    """One consultation of a third party or another agency: when it was sent, delivered and answered."""

    sent = Date(
        "征求意见书发出日期",
        help="自发出次日起的工作日不计入答复期限。",
        example="2026-03-12",
        in_sample=False,
        required=True,
        years=YEARS,
    )
    delivered = Date(
        "对方收到日期",
        help=Cited(
            "没有收到意见的，自对方收到之日起，提出意见的法定期限届满后恢复计算（{third_party.short}、{joint_agencies.place}）。"
        ),
        example="2026-03-13",
        in_sample=False,
        years=YEARS,
    )
    answered = Date(
        "收到意见日期",
        help="至收到意见的当日止不计入答复期限；没有收到的不填。",
        example="2026-03-16",
        in_sample=False,
        years=YEARS,
    )
    returned = Date(
        "征求意见书退回日期",
        help="征求意见书无法送达、被退回的，填退回之日，至当日止不计入答复期限；已经送达的不填。",
        example="2026-03-20",
        in_sample=False,
        years=YEARS,
    )


class ClockQuestions(Questions):
    """The questions for the clock of an answer, as letters ask them."""

    channel = Choice(
        "收到渠道",
        options=CHANNELS,
        help=Cited("渠道决定哪一天是收到申请之日（{receipt.short}）。"),
        example="online",
    )
    received = Date(
        "收到日期",
        help="当面提交的为提交之日，邮寄的为本机关签收之日，其他渠道为申请到达之日。",
        example="2026-03-02",
        years=YEARS,
    )
    confirmed = Date(
        "与申请人确认日期",
        help="平常信函、互联网、传真提交的，确认之日为收到申请之日；没有确认的不填，按收到日期计算。",
        example="2026-03-03",
        years=YEARS,
    )
    corrected = Date(
        "收到补正日期",
        needed="补正改变了内容的必填",
        help=Cited("答复期限自收到补正之日起重新计算（{correction.short}）。"),
        example="2026-03-09",
        in_sample=False,
        years=YEARS,
    )
    paid = Date(
        "缴费完成日期",
        help=Cited("缴纳信息处理费的，自缴费完成次日起重新计算（{fee_payment.short}）。"),
        example="2026-03-12",
        in_sample=False,
        years=YEARS,
    )
    consultations = Rows(
        "征求意见",
        ConsultationQuestions,
        most=MOST_CONSULTATIONS,
        help=Cited(
            "征求第三方和其他机关意见的时间不计入答复期限（{consultation_time.short}）；几处同时征求的，重叠的日子只扣除一次。"
        ),
        example=[
            {"sent": "2026-03-12", "delivered": "2026-03-13", "answered": "2026-03-16"},
            {"sent": "2026-03-12", "returned": "2026-03-20"},
        ],
        in_sample=False,
    )
    extension = Number(
        "延长的工作日数",
        most=LONGEST_EXTENSION,
        help=Cited(
            "经政府信息公开工作机构负责人同意并告知申请人，不超过{answer_in_time.short}规定的最长期限；没有延长的填0。"
        ),
        example=5,
        in_sample=False,
        case="extension.working_days",
    )
    posted = Date(
        "交邮或者签收日期",
        help=Cited(
            "邮寄的填交邮日期，直接送达的填签收日期，据此判断是否逾期（{service_rule.number}）；尚未送出的不填。"
        ),
        example="2026-03-20",
        in_sample=False,
        years=YEARS,
        case="service.posted",
    )


@dataclass(frozen=True, kw_only=True)
class ClockKind:
    """One kind of clock: what it measures, what `received` and `posted` mean for it, and its questions.

    `rest_day` is the counting rule by which a last day of rest moves on; empty if its days are working days. `caution`
    says what follows if the last day passes.
    """

    key: str
    label: str
    received: str
    posted: str
    questions: Mapping[str, Question]
    rest_day: str = ""
    caution: str = ""


def _kind(
    key: str,
    label: str,
    received: str,
    posted: str,
    *,
    asked: tuple[str, ...] = (),
    received_help: str = "",
    rest_day: str = "",
    caution: str = "",
    **more: Question,
) -> ClockKind:
    """A kind of clock that begins on one day; it shares the questions `asked` with the answer's, and has `more` of its own."""
    shared = {name: question for name, question in ClockQuestions().questions() if name in asked}
    begins = {"received": _begins(received, received_help)} if received else {}
    ends = {
        "posted": Date(
            posted, help="据此判断是否逾期；还没有的不填。", example="2026-03-20", in_sample=False, years=YEARS
        )
    }
    questions = {**begins, **shared, **more, **ends}
    return ClockKind(
        key=key,
        label=label,
        received=received,
        posted=posted,
        questions=questions,
        rest_day=rest_day,
        caution=caution,
    )


def _begins(label: str, help: str) -> Date:
    return Date(
        label, help=help, example="2026-03-02", required=True, missing=f"请填写{label}，{WRITTEN}。", years=YEARS
    )


KINDS = {
    kind.key: kind
    for kind in (
        _kind(
            "answer",
            "答复申请",
            "收到申请之日",
            "答复送达之日",
            asked=("channel", "confirmed", "corrected", "paid", "consultations", "extension"),
        ),
        _kind("correction_notice", "告知补正", "收到申请之日", "补正告知书送达之日", asked=("channel", "confirmed")),
        _kind("third_party", "第三方提出意见", "第三方收到征求意见书之日", "第三方提出意见之日"),
        _kind(
            "agency_consultation",
            "被征求意见机关提出意见",
            "被征求意见机关收到征求意见函之日",
            "被征求意见机关提出意见之日",
        ),
        _kind("fee_payment", "缴纳信息处理费", "申请人收到收费通知之日", "缴费完成之日"),
        _kind("proactive", "主动公开", "政府信息形成或者变更之日", "公开之日"),
        _kind(
            "reconsideration",
            "申请行政复议",
            "申请人收到文书之日",
            "提出行政复议申请之日",
            rest_day="rest_day_reconsideration",
        ),
        _kind(
            "suit",
            "提起行政诉讼",
            "收到文书之日",
            "提起诉讼之日",
            rest_day="rest_day_suit",
            after=Choice(
                "起诉的起算",
                options=AFTER,
                help="直接起诉的自收到答复书起算，经过复议的自收到行政复议决定书起算。",
                example="letter",
                required=True,
                missing="请写明“起诉的起算”：直接起诉（letter）或者经过行政复议（decision）。",
            ),
        ),
        _kind(
            "reconsideration_answer",
            "提出行政复议答复",
            "收到行政复议申请书副本或者申请笔录复印件之日",
            "提交行政复议答复书和证据、依据之日",
            rest_day="rest_day_reconsideration",
            caution="逾期不提出书面答复、不提交证据和依据的，视为没有证据、依据（{reconsideration_no_answer.short}）。",
            procedure=Choice(
                "复议程序",
                options=PROCEDURES,
                help=Cited(
                    "见行政复议机构的答复通知书；适用简易程序的，期限较短（{reconsideration_simple_answer.short}）。"
                ),
                example="ordinary",
                required=True,
                missing="请写明“复议程序”：普通程序（ordinary）或者简易程序（simple），见行政复议机构的答复通知书。",
            ),
        ),
        _kind(
            "redo",
            "重新答复",
            "收到行政复议决定书之日或者判决生效之日",
            "重新答复送达之日",
            received_help=(
                "复议决定书一经送达即发生法律效力，填收到之日；第一审判决填上诉期满、没有人上诉而生效之日，"
                "第二审判决填收到之日。决定书、判决书另行写明起算日的，按其写明的填。"
            ),
            by=Choice(
                "依据",
                options=ORDERED_BY,
                help="责令重新答复、责令履行或者判决公开的，是复议决定还是判决。",
                example="decision",
                required=True,
                missing="请写明“依据”：行政复议决定书（decision）或者人民法院的判决（judgment）。",
            ),
            ordered=Number(
                "写明的期限",
                least=1,
                most=LONGEST_ORDER,
                help="决定书、判决书写明的天数，例如“20个工作日内”填20；没有写明的不填。",
                example=20,
            ),
            ordered_unit=Choice(
                "写明的期限以什么计",
                options=ORDERED_UNITS,
                help="写“个工作日”的选工作日，只写“日”的选日；不填的按工作日计算。",
                example="working_day",
            ),
        ),
        _kind(
            "suit_answer",
            "提出行政诉讼答辩",
            "收到起诉状副本之日",
            "提交答辩状和证据、依据之日",
            rest_day="rest_day_suit",
            caution="无正当理由逾期提供证据的，视为没有相应证据（{suit_evidence_late.short}）。",
        ),
        _kind(
            "annual_report",
            "公布年度报告",
            "",
            "公布之日",
            year=Number(
                "报告年度",
                least=FIRST_REPORT,
                most=LAST_REPORT,
                help="年度报告所报告的年份。",
                example=2025,
                required=True,
                missing="请填写报告年度。",
            ),
            agency_kind=Choice(
                "机关类别",
                options=REPORTERS,
                help="政府部门、政府，或者机关概况中的机关类别。",
                example="department",
                required=True,
                missing="请写明“机关类别”：政府部门（department）或者政府（government）。",
            ),
        ),
    )
}
KIND = Choice(
    "期限种类",
    options={key: kind.label for key, kind in KINDS.items()},
    help="计算哪一种期限。",
    example="answer",
    required=True,
    missing=f"请写明期限种类：{'、'.join(f'{key}（{kind.label}）' for key, kind in KINDS.items())}。",
)


def deadline_questions(law: Law) -> Alternatives:
    """The questions for each kind of deadline; the limits they name come with the articles of the newest law."""
    extension = law.limits["extension"][-1]
    return _deadline_questions(
        f"延长答复的期限不得超过{extension.text}（{cite(extension.articles)}）",
        tuple((key, rows[-1].label) for key, rows in law.agencies.items()),
    )


@lru_cache(maxsize=8)
def _deadline_questions(extension: str, agencies: tuple[tuple[str, str], ...]) -> Alternatives:
    rules = {"extension": extension}
    return Alternatives(
        key="kind",
        choice=KIND,
        schemas={key: _schema(kind, rules, dict(agencies)) for key, kind in KINDS.items()},
        nothing=([], 0, "none"),
    )


def _schema(kind: ClockKind, rules: Mapping[str, str], agencies: Mapping[str, str]) -> type[Questions]:
    """The questions of a kind with the reason for each limit, and with all kinds of agency that the law knows."""
    questions: dict[str, Any] = dict(Questions.from_dict(dict(kind.questions))().fields)  # copies, to be completed
    for key, question in questions.items():
        question.rule = rules.get(key, "")
        if key == "agency_kind":
            question.options = {**REPORTERS, **agencies}
    return type(f"{kind.key}_questions", (Questions,), questions)
