"""When a clock ends: the last day, how it was reached, what it rests on; pending where nobody can know yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from gipdocs.errors import InvalidInput
from gipdocs.law.acts import Article, cites
from gipdocs.law.calendar import UnknownDay
from gipdocs.law.clock import CHANNELS, CONFIRMED_CHANNELS, KINDS, Consultation, Facts, read_facts
from gipdocs.law.counting import (
    Count,
    Exclusion,
    Step,
    count_days,
    count_months,
    count_working_days,
    excluded_days,
)
from gipdocs.law.limits import Limit
from gipdocs.law.order import order_faults
from gipdocs.writing import chinese_date, weekday

if TYPE_CHECKING:
    from gipdocs.law.rules import Law


@dataclass(frozen=True, kw_only=True)
class Event:
    """What moved the clock, and when."""

    date: date
    event: str
    text: str

    def as_json(self) -> dict[str, str]:
        """The event as the API prints it."""
        return {"date": self.date.isoformat(), "event": self.event, "text": self.text}


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """The end of one clock.

    `last_day` is None while `pending`; `reason` then says why and `first_unknown_day` from which day on nobody can
    count (None where an open consultation stopped the clock). `late` compares `posted` with the last day, None where
    it can't be said. `starts` is the day after which counting begins, `received` 收到申请之日. `extension_notice_by`
    is the last day on which an extension may be told. `rules` are the versions of the data used.
    """

    kind: str
    label: str
    period: str
    starts: date | None
    received: date | None
    last_day: date | None
    late: bool | None
    derivation: tuple[Step, ...]
    events: tuple[Event, ...]
    basis: tuple[str, ...]
    rules: Mapping[str, str]
    extension_notice_by: date | None = None
    natural_last_day: date | None = None
    first_unknown_day: date | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()
    posted: date | None = None

    @property
    def pending(self) -> bool:
        """Whether the last day can't be known yet."""
        return self.last_day is None

    @property
    def counted(self) -> int:
        """How many days (or months) of the derivation count."""
        return sum(step.counted for step in self.derivation)

    def as_json(self) -> dict[str, Any]:
        """The body of the API's answer; dates as YYYY-MM-DD."""
        return {
            "kind": self.kind,
            "label": self.label,
            "period": self.period,
            "starts": _iso(self.starts),
            "received": _iso(self.received),
            "last_day": _iso(self.last_day),
            "pending": self.pending,
            "late": self.late,
            "first_unknown_day": _iso(self.first_unknown_day),
            "reason": self.reason or None,
            "natural_last_day": _iso(self.natural_last_day),
            "extension_notice_by": _iso(self.extension_notice_by),
            "events": [event.as_json() for event in self.events],
            "derivation": [step.as_json() for step in self.derivation],
            "basis": list(self.basis),
            "notes": list(self.notes),
            "rules": dict(self.rules),
        }

    def explain(self) -> str:
        """The answer for a person, in Chinese: result, basis, events, then day by day."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"{self.label}（{self.period}）：{self._result()}"
        if self.extension_notice_by:
            yield f"需要延长的，最迟在{chinese_date(self.extension_notice_by)}告知申请人。"
        if self.late is not None and self.posted:
            yield f"{chinese_date(self.posted)}送出：{'已经逾期' if self.late else '没有逾期'}。"
        yield f"依据：{'；'.join(self.basis)}"
        if self.events:
            yield "经过："
            yield from (f"  {chinese_date(event.date)}  {event.text}" for event in self.events)
        if self.derivation:
            yield "逐日计算："
            yield from (f"  {_line(step, self.period)}" for step in self.derivation)
        yield from (f"注意：{note}" for note in self.notes)
        yield "规则数据版本：" + "，".join(f"{key} {version}" for key, version in self.rules.items())

    def _result(self) -> str:
        if self.last_day:
            return f"最后一日为{chinese_date(self.last_day)}（{weekday(self.last_day)}）"
        return f"待定。{self.reason}"


def reckon(body: object, law: Law) -> Deadline:
    """The deadline for a body of the API (see `clock.CLOCK`); InvalidInput names every fault with its article."""
    return deadline(read_facts(body, law), law)


def deadline(facts: Facts, law: Law) -> Deadline:
    """The deadline for typed facts of any kind."""
    faults = order_faults(facts, law)
    if faults:
        raise InvalidInput(faults)
    if facts.kind == "answer":
        return _answer(facts, law)
    if facts.kind == "annual_report":
        return _annual_report(facts, law)
    return _simple(facts, law)


def answer_deadline(
    *,
    received: date,
    law: Law,
    channel: str = "none",
    confirmed: date | None = None,
    corrected: date | None = None,
    paid: date | None = None,
    consultations: Iterable[Consultation] = (),
    extension: int = 0,
    posted: date | None = None,
) -> Deadline:
    """答复期限 (条例第三十三条): `extension` in working days; `channel` is a key of `clock.CHANNELS`."""
    facts = Facts(
        kind="answer",
        received=received,
        channel=channel,
        confirmed=confirmed,
        corrected=corrected,
        paid=paid,
        consultations=tuple(consultations),
        extension=extension,
        posted=posted,
    )
    return deadline(facts, law)


def period_deadline(kind: str, received: date, *, law: Law, posted: date | None = None) -> Deadline:
    """The end of a clock that only one day starts: a kind of `clock.KINDS` other than answer, suit, annual_report."""
    return deadline(Facts(kind=kind, received=received, posted=posted), law)


def suit_deadline(received: date, *, after: str, law: Law, posted: date | None = None) -> Deadline:
    """起诉期限, `after` the letter (行政诉讼法第四十六条) or after the reconsideration decision (第四十五条)."""
    return deadline(Facts(kind="suit", received=received, after=after, posted=posted), law)


def annual_report_deadline(year: int, agency_kind: str, *, law: Law, posted: date | None = None) -> Deadline:
    """年度报告 of `year` (条例第四十九条); `agency_kind` as in the office profile, or department, government."""
    return deadline(Facts(kind="annual_report", year=year, agency_kind=agency_kind, posted=posted), law)


def _answer(facts: Facts, law: Law) -> Deadline:
    starts = _known(facts.starts)
    limit = law.limit("answer", starts)
    exclusions = [_exclusion(one, law) for one in facts.consultations]
    count = count_working_days(
        law.calendar, starts, limit.length + facts.extension, began=_began(facts), exclusions=exclusions
    )
    period = limit.text + (f"，延长{facts.extension}个工作日" if facts.extension else "")
    rules = [*limit.articles, *_receipt_articles(facts, law), *_restart_articles(facts, law)]
    if facts.consultations:
        rules += law.counting("consultation_excluded", starts)
    made = _made(facts, law, limit=limit, count=count, articles=rules)
    return replace(
        made,
        period=period,
        extension_notice_by=count.nth(limit.length),
        events=tuple(sorted((*made.events, *_answer_events(facts, count, exclusions)), key=lambda one: one.date)),
        notes=(*_answer_notes(facts, law, count), *made.notes),
    )


def _simple(facts: Facts, law: Law) -> Deadline:
    starts = _known(facts.starts)
    limit = law.limit(limit_key(facts), starts)
    began = KINDS[facts.kind].received
    counters = {"working_day": count_working_days, "day": count_days, "month": count_months}
    count = counters[limit.unit](law.calendar, starts, limit.length, began=began)
    made = _made(
        facts, law, limit=limit, count=count, articles=[*limit.articles, *_natural_articles(facts, law, count)]
    )
    if facts.kind != "correction_notice":
        return made
    return replace(
        made,
        events=(*_receipt_events(facts), *made.events),
        basis=cites([*limit.articles, *_receipt_articles(facts, law)]),
        notes=(*_receipt_notes(facts), *made.notes),
    )


def _annual_report(facts: Facts, law: Law) -> Deadline:
    assert facts.year is not None  # order_faults has refused it
    limit = law.limit(limit_key(facts, law), date(facts.year + 1, 1, 1))
    day = date(facts.year + 1, limit.month, limit.day)
    steps = (
        Step(date=date(facts.year, 12, 31), counted=False, reason="报告年度的最后一日"),
        Step(date=day, counted=False, reason=f"条例规定的日期：每年{limit.text}前公布上一年度报告"),
    )
    made = _made(facts, law, limit=limit, count=Count(steps=steps, floor=day, last_day=day), articles=limit.articles)
    return replace(made, period=f"每年{limit.text}前", notes=_report_notes(day, law))


def _made(facts: Facts, law: Law, *, limit: Limit, count: Count, articles: Iterable[Article]) -> Deadline:
    """What every clock's answer has in common."""
    posted = (_posted_event(facts, facts.posted),) if facts.posted else ()
    rules = [*articles, *(law.counting("service", facts.posted) if facts.posted and facts.kind == "answer" else ())]
    moving = count.last_day is not None and limit.unit != "date" and law.calendar.may_still_change(count.last_day)
    return Deadline(
        kind=facts.kind,
        label=limit.label,
        period=limit.text,
        starts=facts.starts,
        received=facts.receipt,
        last_day=count.last_day,
        late=_late(facts.posted, count),
        derivation=count.steps,
        events=posted,
        basis=cites(rules),
        rules=law.rules("limits", "acts", "calendar"),
        natural_last_day=count.natural_last_day,
        first_unknown_day=count.first_unknown_day,
        reason=count.reason,
        notes=(_YEAR_END,) if moving else (),
        posted=facts.posted,
    )


_YEAR_END = "下一年度的放假安排可能调整本年末几日的上班、休息，公布后请重新计算。"


def limit_key(facts: Facts, law: Law | None = None) -> str:
    """Which limit of the law's data the facts are about."""
    if facts.kind == "suit":
        return f"suit_{facts.after}"
    if facts.kind == "annual_report":
        kind = law.agencies.get(facts.agency_kind or "") if law else None
        return f"annual_report_{kind.report if kind else facts.agency_kind}"
    return facts.kind


def _exclusion(one: Consultation, law: Law) -> Exclusion:
    """Days after sending, up to the opinion, at most until the time for giving it has passed."""
    ends = [day for day in (one.answered, _opinion_due(one, law)) if day]
    reason = f"征求意见期间（{chinese_date(one.sent)}发出），不计入答复期限"
    if not ends:
        reason = (
            f"{chinese_date(one.sent)}发出的征求意见书尚未收到意见，也没有填写对方收到日期，"
            "不计入答复期限的时间还不能确定。请在收到意见或者得知对方收到日期后填写，再计算。"
        )
    return Exclusion(after=one.sent, until=min(ends, default=None), reason=reason)


def _opinion_due(one: Consultation, law: Law) -> date | None:
    """The last day for the opinion (条例第三十二条、第三十四条); date.max beyond the calendar, None without a start."""
    if one.delivered is None:
        return None
    limit = law.limit_or_none("third_party", one.delivered)
    if limit is None:
        return None
    try:
        return law.calendar.add(one.delivered, limit.length)
    except UnknownDay:
        return date.max


def _late(posted: date | None, count: Count) -> bool | None:
    if posted is None:
        return None
    if count.last_day is not None:
        return posted > count.last_day
    return False if posted <= count.floor else None


def _began(facts: Facts) -> str:
    if facts.starts == facts.paid:
        return "缴费完成之日，期限重新计算"
    return "收到补正之日，期限重新计算" if facts.starts == facts.corrected else KINDS["answer"].received


def _receipt_articles(facts: Facts, law: Law) -> tuple[Article, ...]:
    received = _known(facts.received)
    return law.counting(f"receipt_{facts.channel}", received) if facts.channel != "none" else ()


def _restart_articles(facts: Facts, law: Law) -> Iterator[Article]:
    if facts.corrected:
        yield from law.counting("correction_restart", facts.corrected)
    if facts.paid:
        yield from law.counting("payment_restart", facts.paid)


def _natural_articles(facts: Facts, law: Law, count: Count) -> Iterator[Article]:
    if count.natural_last_day is None:
        return
    starts = _known(facts.starts)
    if count.last_day != count.natural_last_day:
        yield from law.counting(f"rest_day_{facts.kind}", starts)
    if limit_key(facts) == "suit_letter" and count.natural_last_day.day != starts.day:
        yield from law.counting("month_end", starts)


def _receipt_events(facts: Facts) -> Iterator[Event]:
    received = _known(facts.received)
    channel = f"（{CHANNELS[facts.channel]}）" if facts.channel != "none" else ""
    if facts.receipt == received:
        yield Event(date=received, event="received", text=f"收到申请{channel}，以当日为收到申请之日")
        return
    yield Event(date=received, event="received", text=f"申请到达{channel}，待与申请人确认")
    yield Event(date=_known(facts.confirmed), event="confirmed", text="与申请人确认，以确认之日为收到申请之日")


def _answer_events(facts: Facts, count: Count, exclusions: Iterable[Exclusion]) -> Iterator[Event]:
    yield from _receipt_events(facts)
    if facts.corrected:
        yield Event(date=facts.corrected, event="corrected", text="收到补正，答复期限自当日起重新计算")
    if facts.paid:
        yield Event(date=facts.paid, event="paid", text="缴费完成，答复期限自次日起重新计算")
    for one, exclusion in zip(facts.consultations, exclusions, strict=True):
        yield from _consultation_events(one, exclusion, excluded_days(count, exclusion))
    limit_day = count.nth(len([step for step in count.steps if step.counted]) - facts.extension)
    if facts.extension and limit_day:
        text = f"答复期限延长{facts.extension}个工作日，最迟在当日告知申请人"
        yield Event(date=limit_day, event="extension", text=text)


def _consultation_events(one: Consultation, exclusion: Exclusion, days: int) -> Iterator[Event]:
    yield Event(date=one.sent, event="consultation_sent", text="发出征求意见书，次日起的工作日不计入答复期限")
    if one.delivered:
        yield Event(date=one.delivered, event="consultation_delivered", text="对方收到征求意见书")
    if one.answered:
        yield Event(date=one.answered, event="consultation_answered", text="收到意见")
    if exclusion.until and exclusion.until != date.max:
        text = f"{chinese_date(one.sent)}发出的征求意见至此结束，其间{days}个工作日不计入答复期限"
        yield Event(date=exclusion.until, event="consultation_ended", text=text)


def _receipt_notes(facts: Facts) -> Iterator[str]:
    if facts.channel in CONFIRMED_CHANNELS and facts.confirmed is None:
        yield f"{CHANNELS[facts.channel]}提交的，以确认之日为收到申请之日；没有填写确认日期，暂按收到日期计算。"
    if facts.channel not in CONFIRMED_CHANNELS and facts.confirmed and facts.confirmed != facts.received:
        yield f"收到渠道为{CHANNELS[facts.channel]}，收到申请之日不因确认而推迟，确认日期未计入。"


def _answer_notes(facts: Facts, law: Law, count: Count) -> Iterator[str]:
    yield from _receipt_notes(facts)
    for one in facts.consultations:
        sent, due = chinese_date(one.sent), _opinion_due(one, law)
        if count.last_day and one.sent >= count.last_day:
            yield f"{sent}发出征求意见书时答复期限已经届满，征求意见的时间不再扣除。"
        if one.answered and due is None:
            yield f"{sent}发出的征求意见没有填写对方收到日期，无法核对意见是否按期提出，扣除至收到意见之日。"
        if one.answered and due and due < one.answered:
            yield f"{sent}发出的征求意见，对方逾期提出意见，扣除至提出意见的期限届满之日{chinese_date(due)}。"


def _report_notes(day: date, law: Law) -> tuple[str, ...]:
    try:
        rest = law.calendar.day(day)
    except UnknownDay:
        return ()
    if rest.working:
        return ()
    return (f"{chinese_date(day)}是休息日（{rest.reason}），条例规定的是固定日期，不顺延，请提前公布。",)


def _posted_event(facts: Facts, posted: date) -> Event:
    return Event(date=posted, event="posted", text=KINDS[facts.kind].posted)


def _known(day: date | None) -> date:
    """A day that `order_faults` has made sure of."""
    if day is None:
        raise ValueError("a clock needs the day on which it starts")
    return day


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _line(step: Step, period: str) -> str:
    unit = "个月" if period.endswith("个月") else "日"
    number = f"第{step.n}{unit}" if step.n else "不计"
    return f"{chinese_date(step.date)} {weekday(step.date)}  {number}  {step.reason}"
