"""Consultations: days that don't count towards the term of an answer while a third party or another agency is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from gipdocs.law.calendar import UnknownDay
from gipdocs.law.counting import Count, Exclusion, count_excluded
from gipdocs.law.deadline import Event
from gipdocs.law.facts import Consultation
from gipdocs.law.rules import Law
from gipdocs.writing import chinese_date


def exclusion(one: Consultation, law: Law) -> Exclusion:
    """The days after sending until the opinion arrives or the time for giving it has passed (条例第三十三条第三款).

    A letter that couldn't be delivered ends them on the day on which it came back.
    """
    ends = [day for day in (one.answered, one.returned, opinion_due(one, law)) if day]
    reason = f"征求意见期间（{chinese_date(one.sent)}发出），不计入答复期限"
    if not ends:
        reason = (
            f"{chinese_date(one.sent)}发出的征求意见书尚未收到意见，也没有填写对方收到日期，"
            "不计入答复期限的时间还不能确定，请在收到意见、得知对方收到日期或者征求意见书退回后填写。"
        )
    return Exclusion(after=one.sent, until=min(ends, default=None), reason=reason)


def opinion_due(one: Consultation, law: Law) -> date | None:
    """The last day for the opinion (条例第三十二条、第三十四条).

    None if the day of delivery isn't known or no such limit was in force; date.max past the end of the calendar.
    """
    limit = law.limit_or_none("third_party", one.delivered) if one.delivered else None
    if limit is None or one.delivered is None:
        return None
    try:
        return law.calendar.add(one.delivered, limit.length)
    except UnknownDay:
        return date.max


def consultation_events(one: Consultation, law: Law, count: Count) -> Iterator[Event]:
    """The events of a consultation: sent, delivered, answered or returned, and how many working days it took out of the count."""
    yield Event(date=one.sent, event="consultation_sent", text="发出征求意见书，自次日起的工作日不计入答复期限")
    if one.delivered:
        yield Event(date=one.delivered, event="consultation_delivered", text="对方收到征求意见书")
    if one.answered:
        yield Event(date=one.answered, event="consultation_answered", text="收到意见")
    if one.returned:
        yield Event(date=one.returned, event="consultation_returned", text="征求意见书无法送达，退回本机关")
    out = exclusion(one, law)
    if out.until and out.until != date.max:
        days = count_excluded(count, out)
        text = f"{chinese_date(one.sent)}开始的征求意见至此结束，其间{days}个工作日不计入答复期限"
        yield Event(date=out.until, event="consultation_ended", text=text)


def consultation_notes(one: Consultation, law: Law, count: Count) -> Iterator[str]:
    """What the clerk should check about one consultation."""
    sent, due = chinese_date(one.sent), opinion_due(one, law)
    if count.last_day and one.sent >= count.last_day:
        ended = chinese_date(count.last_day)
        yield f"{sent}发出的征求意见自次日起才不计入，而答复期限至{ended}已经届满，征求意见的时间不再扣除。"
    if one.returned:
        yield (
            f"{sent}发出的征求意见书于{chinese_date(one.returned)}退回，对方没有收到，不能视为逾期未提出意见；"
            "改用其他地址或者方式再次征求的，另填一次征求意见。"
        )
    if one.answered and due is None:
        yield f"{sent}发出的征求意见没有填写对方收到日期，无法核对意见是否按期提出，扣除至收到意见之日。"
    if one.answered and due and due < one.answered:
        yield f"{sent}发出的征求意见，对方逾期提出意见，只扣除至提出意见的期限届满之日（{chinese_date(due)}）。"
