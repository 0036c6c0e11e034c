"""Pure functions from the facts of a case and the law to a deadline, which is pending if the day cannot be known yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from gipdocs.errors import InvalidInput
from gipdocs.law.acts import Article, cites
from gipdocs.law.calendar import UnknownDay
from gipdocs.law.clock import CHANNELS, CONFIRMED_CHANNELS, KINDS
from gipdocs.law.consultations import consultation_events, consultation_notes, exclusion
from gipdocs.law.counting import Count, Step, count_days, count_months, count_working_days
from gipdocs.law.deadline import Deadline, Event
from gipdocs.law.facts import Consultation, Facts, answered_facts, read_facts
from gipdocs.law.limits import Limit
from gipdocs.law.order import find_contradictions, limit_key
from gipdocs.law.redo import BEGAN, REST_DAYS, UNSET, redo_limit, redo_notes, unset_count
from gipdocs.law.rules import Law
from gipdocs.writing import chinese_date

__all__ = [
    "Consultation",
    "Deadline",
    "deadline",
    "period_deadline",
    "reckon",
    "reckon_answers",
]
COUNTERS = {"working_day": count_working_days, "day": count_days, "month": count_months}
DECISIONS = {"answer", "correction_notice", "redo"}
"""Clocks that end with the service of a 处理决定, for which 国办公开办函〔2016〕235号 names the day that decides."""
YEAR_END = "下一年度的放假安排可能调整本年末几日的上班、休息，公布后请重新计算。"


def reckon(body: object, law: Law) -> Deadline:
    """The deadline for a body of the API (see `clock.KINDS`); InvalidInput names every fault with its article."""
    return deadline(read_facts(body, law), law)


def reckon_answers(kind: str, clock: Mapping[str, Any], law: Law) -> Deadline:
    """The deadline of a kind for the answers to a letter's `clock`; InvalidInput if they contradict each other."""
    return deadline(answered_facts(kind, clock), law)


def deadline(facts: Facts, law: Law) -> Deadline:
    """The deadline for typed facts of any kind; InvalidInput if they contradict each other or the law."""
    faults = find_contradictions(facts, law)
    if faults:
        raise InvalidInput(faults)
    if facts.kind == "answer":
        return _answer(facts, law)
    if facts.kind == "annual_report":
        return _annual_report(facts, law)
    if facts.kind == "redo":
        return _redo(facts, law)
    return _period(facts, law)


def period_deadline(kind: str, received: date, *, law: Law) -> Deadline:
    """The end of a clock that depends on one day only: a kind of `clock.KINDS` other than answer, suit, annual_report."""
    return deadline(Facts(kind=kind, received=received), law)


def _answer(facts: Facts, law: Law) -> Deadline:
    starts = _known(facts.starts)
    limit = law.limit("answer", starts)
    exclusions = [exclusion(one, law) for one in facts.consultations]
    length = limit.length + facts.extension
    count = count_working_days(law.calendar, starts, length, began=_began(facts), exclusions=exclusions)
    articles = [*limit.articles, *_receipt_articles(facts, law), *_restart_articles(facts, law)]
    if facts.consultations:
        articles += law.counting("consultation_excluded", starts)
    made = _made(facts, law, limit=limit, count=count, articles=articles)
    tell_by = count.nth(limit.length)
    notes = [note for one in facts.consultations for note in consultation_notes(one, law, count)]
    return replace(
        made,
        period=limit.text + (f"，延长{facts.extension}个工作日" if facts.extension else ""),
        extension_notice_by=tell_by,
        events=_sorted([*_answer_events(facts, law, count), *_extension_events(facts, tell_by), *made.events]),
        notes=(*_receipt_notes(facts), *notes, *made.notes),
    )


def _period(facts: Facts, law: Law) -> Deadline:
    starts = _known(facts.starts)
    limit = law.limit(limit_key(facts, law), starts)
    count = COUNTERS[limit.unit](law.calendar, starts, limit.length, began=KINDS[facts.kind].received)
    articles = [*limit.articles, *_receipt_articles(facts, law), *_natural_articles(facts, law, count)]
    made = _made(facts, law, limit=limit, count=count, articles=articles)
    if facts.kind != "correction_notice":
        caution = KINDS[facts.kind].caution.format_map(law.on(starts).citations)
        return replace(made, notes=(*([caution] if caution else ()), *made.notes))
    events = _sorted([*_receipt_events(facts), *made.events])
    return replace(made, events=events, notes=(*_receipt_notes(facts), *made.notes))


def _redo(facts: Facts, law: Law) -> Deadline:
    starts = _known(facts.starts)
    limit = redo_limit(facts, law, starts)
    if not limit.length:
        made = _made(facts, law, limit=limit, count=unset_count(facts, starts), articles=limit.articles)
        return replace(made, period=UNSET)
    count = COUNTERS[limit.unit](law.calendar, starts, limit.length, began=BEGAN[facts.by])
    articles = [*limit.articles, *_natural_articles(facts, law, count)]
    made = _made(facts, law, limit=limit, count=count, articles=articles)
    return replace(made, notes=(*redo_notes(facts, limit), *made.notes))


def _annual_report(facts: Facts, law: Law) -> Deadline:
    assert facts.year is not None  # find_contradictions has refused it
    limit = law.limit(limit_key(facts, law), date(facts.year + 1, 1, 1))
    day = date(facts.year + 1, limit.month, limit.day)
    steps = (
        Step(date=date(facts.year, 12, 31), counted=False, reason="报告年度的最后一日"),
        Step(date=day, counted=False, reason=f"条例规定的日期：每年{limit.text}前公布上一年度报告"),
    )
    made = _made(facts, law, limit=limit, count=Count(steps=steps, floor=day, last_day=day), articles=limit.articles)
    return replace(made, period=f"每年{limit.text}前", notes=_report_notes(day, law))


def _made(facts: Facts, law: Law, *, limit: Limit, count: Count, articles: Iterable[Article]) -> Deadline:
    """The deadline from the parts that every kind of clock has."""
    posted = facts.posted
    service = law.counting("service", posted) if posted and facts.kind in DECISIONS else ()
    moving = (
        count.last_day is not None and limit.unit == "working_day" and law.calendar.may_still_change(count.last_day)
    )
    return Deadline(
        kind=facts.kind,
        label=limit.label,
        period=limit.text,
        starts=facts.starts,
        received=facts.receipt,
        last_day=count.last_day,
        late=_late(posted, count),
        derivation=count.steps,
        events=(Event(date=posted, event="posted", text=KINDS[facts.kind].posted),) if posted else (),
        basis=cites([*articles, *service]),
        rules=law.rules("limits", "acts", "calendar"),
        natural_last_day=count.natural_last_day,
        first_unknown_day=count.first_unknown_day,
        reason=count.reason,
        notes=(YEAR_END,) if moving else (),
        posted=posted,
    )


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
    return law.counting(f"receipt_{facts.channel}", _known(facts.received)) if facts.channel != "none" else ()


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
        rest_day = REST_DAYS[facts.by] if facts.kind == "redo" else KINDS[facts.kind].rest_day
        yield from law.counting(rest_day, starts)
    if facts.after == "letter" and count.natural_last_day.day != starts.day:
        yield from law.counting("month_end", starts)


def _answer_events(facts: Facts, law: Law, count: Count) -> Iterator[Event]:
    yield from _receipt_events(facts)
    if facts.corrected:
        yield Event(date=facts.corrected, event="corrected", text="收到补正，答复期限自当日起重新计算")
    if facts.paid:
        yield Event(date=facts.paid, event="paid", text="缴费完成，答复期限自次日起重新计算")
    for one in facts.consultations:
        yield from consultation_events(one, law, count)


def _receipt_events(facts: Facts) -> Iterator[Event]:
    received = _known(facts.received)
    channel = f"（{CHANNELS[facts.channel]}）" if facts.channel != "none" else ""
    if facts.receipt == received:
        yield Event(date=received, event="received", text=f"收到申请{channel}，以当日为收到申请之日")
        return
    yield Event(date=received, event="received", text=f"申请到达{channel}，待与申请人确认")
    yield Event(date=_known(facts.confirmed), event="confirmed", text="与申请人确认，以确认之日为收到申请之日")


def _extension_events(facts: Facts, tell_by: date | None) -> Iterator[Event]:
    if facts.extension and tell_by:
        text = f"原答复期限届满，延长{facts.extension}个工作日的，最迟在当日告知申请人"
        yield Event(date=tell_by, event="extension", text=text)


def _receipt_notes(facts: Facts) -> Iterator[str]:
    if facts.channel in CONFIRMED_CHANNELS and facts.confirmed is None:
        yield f"{CHANNELS[facts.channel]}提交的，以确认之日为收到申请之日；没有填写确认日期，暂按收到日期计算。"
    if facts.channel not in CONFIRMED_CHANNELS and facts.confirmed and facts.confirmed != facts.received:
        yield f"收到渠道为“{CHANNELS[facts.channel]}”，收到申请之日不因确认而推迟，没有按确认日期计算。"


def _report_notes(day: date, law: Law) -> tuple[str, ...]:
    try:
        rest = law.calendar.day(day)
    except UnknownDay:
        return ()
    if rest.working:
        return ()
    return (f"{chinese_date(day)}是休息日（{rest.reason}），条例规定的是固定日期，不顺延，请提前公布。",)


def _sorted(events: Iterable[Event]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda event: event.date))


def _known(day: date | None) -> date:
    """A day that is known, since `find_contradictions` would have refused the facts without it."""
    if day is None:
        raise ValueError("a clock needs the day on which it starts")
    return day
