"""The facts that make a clock run: one table of their keys, from which forms, schemas and the API's check are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from gipdocs.law.citations import Cited

CHANNELS = {
    "in_person": "当面提交",
    "signed_mail": "邮寄，由本机关签收",
    "ordinary_mail": "平常信函等无需签收的邮寄",
    "online": "互联网渠道",
    "fax": "政府信息公开工作机构的传真",
    "none": "不区分渠道",
}
AFTER = {"letter": "收到答复书后直接起诉", "decision": "收到行政复议决定书后起诉"}
REPORTERS = {"department": "政府部门", "government": "政府"}
CONFIRMED_CHANNELS = {"ordinary_mail", "online", "fax"}
"""Channels for which 条例第三十一条 lets the day of confirmation be the day of receipt."""


@dataclass(frozen=True, kw_only=True)
class ClockKey:
    """One question of the block `clock`: JSON key, kind of value, words for a clerk, an example as JSON has it."""

    key: str
    kind: Literal["date", "integer", "choice", "rows"]
    label: str
    help: str | Cited
    example: Any = None
    choices: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[ClockKey, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClockKind:
    """One clock: what it measures, what `received` means for it, and the keys that move it."""

    key: str
    label: str
    received: str
    posted: str
    keys: frozenset[str]


CONSULTATION = (
    ClockKey(
        key="sent",
        kind="date",
        label="征求意见书发出日期",
        help="自发出次日起的工作日不计入答复期限。",
        example="2025-03-07",
    ),
    ClockKey(
        key="delivered",
        kind="date",
        label="对方收到日期",
        help=Cited(
            "没有收到意见的，自对方收到之日起，提出意见的法定期限届满后恢复计算（{third_party.short}、{joint_agencies.place}）。"
        ),
    ),
    ClockKey(
        key="answered",
        kind="date",
        label="收到意见日期",
        help="至收到意见的当日止不计入答复期限；没有收到的不填。",
        example="2025-03-20",
    ),
)
CLOCK = (
    ClockKey(
        key="channel",
        kind="choice",
        label="收到渠道",
        help=Cited("渠道决定哪一天是收到申请之日（{receipt.short}）。"),
        example="online",
        choices=CHANNELS,
    ),
    ClockKey(
        key="received",
        kind="date",
        label="收到日期",
        help="当面提交的为提交之日，邮寄的为本机关签收之日，其他渠道为申请到达之日。",
        example="2025-03-03",
    ),
    ClockKey(
        key="confirmed",
        kind="date",
        label="与申请人确认日期",
        help="平常信函、互联网、传真提交的，确认之日为收到申请之日；没有确认的不填，按收到日期计算。",
    ),
    ClockKey(
        key="corrected",
        kind="date",
        label="收到补正日期",
        help=Cited("答复期限自收到补正之日起重新计算（{correction.short}）。"),
    ),
    ClockKey(
        key="paid",
        kind="date",
        label="缴费完成日期",
        help=Cited("缴纳信息处理费的，自缴费完成次日起重新计算（{fee_payment.short}）。"),
    ),
    ClockKey(
        key="consultations",
        kind="rows",
        label="征求意见",
        help=Cited(
            "征求第三方和其他机关意见的时间不计入答复期限（{consultation_time.short}）；几处同时征求的，重叠的日子只扣除一次。"
        ),
        example=[{"sent": "2025-03-07", "delivered": None, "answered": "2025-03-20"}],
        rows=CONSULTATION,
    ),
    ClockKey(
        key="extension",
        kind="integer",
        label="延长的工作日数",
        help=Cited(
            "经政府信息公开工作机构负责人同意并告知申请人，不超过{answer_in_time.short}规定的最长期限；没有延长的填0。"
        ),
        example=0,
    ),
    ClockKey(
        key="posted",
        kind="date",
        label="交邮或者签收日期",
        help=Cited(
            "邮寄的填交邮日期，直接送达的填签收日期，据此判断是否逾期（{service_rule.number}）；尚未送出的不填。"
        ),
    ),
)
_PAPER = frozenset({"received", "posted"})
KINDS = {
    kind.key: kind
    for kind in (
        ClockKind(
            key="answer",
            label="答复申请",
            received="收到申请之日",
            posted="答复送达之日",
            keys=frozenset(key.key for key in CLOCK),
        ),
        ClockKind(
            key="correction_notice",
            label="告知补正",
            received="收到申请之日",
            posted="补正告知书送达之日",
            keys=_PAPER | {"channel", "confirmed"},
        ),
        ClockKind(
            key="third_party",
            label="第三方提出意见",
            received="第三方收到征求意见书之日",
            posted="第三方提出意见之日",
            keys=_PAPER,
        ),
        ClockKind(
            key="agency_consultation",
            label="被征求意见机关提出意见",
            received="被征求意见机关收到征求意见函之日",
            posted="被征求意见机关提出意见之日",
            keys=_PAPER,
        ),
        ClockKind(
            key="fee_payment",
            label="缴纳信息处理费",
            received="申请人收到收费通知之日",
            posted="缴费完成之日",
            keys=_PAPER,
        ),
        ClockKind(
            key="proactive",
            label="主动公开",
            received="政府信息形成或者变更之日",
            posted="公开之日",
            keys=_PAPER,
        ),
        ClockKind(
            key="reconsideration",
            label="申请行政复议",
            received="申请人收到文书之日",
            posted="提出行政复议申请之日",
            keys=_PAPER,
        ),
        ClockKind(
            key="suit",
            label="提起行政诉讼",
            received="收到文书之日",
            posted="提起诉讼之日",
            keys=_PAPER | {"after"},
        ),
        ClockKind(
            key="annual_report",
            label="公布年度报告",
            received="",
            posted="公布之日",
            keys=frozenset({"year", "agency_kind", "posted"}),
        ),
    )
}
OTHER_KEYS = (
    ClockKey(
        key="kind",
        kind="choice",
        label="期限种类",
        help="计算哪一种期限。",
        example="answer",
        choices={key: one.label for key, one in KINDS.items()},
    ),
    ClockKey(
        key="after",
        kind="choice",
        label="起诉的起算",
        help="直接起诉的自收到答复书起算，经过复议的自收到行政复议决定书起算。",
        example="letter",
        choices=AFTER,
    ),
    ClockKey(key="year", kind="integer", label="报告年度", help="年度报告所报告的年份。", example=2025),
    ClockKey(
        key="agency_kind",
        kind="choice",
        label="机关类别",
        help="department（政府部门）、government（政府），或者机关概况中的机关类别。",
        example="department",
    ),
)
BODY_KEYS = tuple(key.key for key in (OTHER_KEYS[0], *CLOCK, *OTHER_KEYS[1:]))
