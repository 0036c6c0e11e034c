"""What holds for every deadline: order, exclusion, counting, and agreement with a second calendar library."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import holidays
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gipdocs.errors import InvalidInput
from gipdocs.law import Law
from gipdocs.law.calendar import load_packaged_calendar
from gipdocs.law.deadline import Deadline
from gipdocs.law.deadlines import period_deadline, reckon
from gipdocs.law.facts import Consultation
from gipdocs.law.rules import load_law
from tests.law.terms import answer_deadline, suit_deadline

pytestmark = pytest.mark.slow

LAW = load_law()
FIRST, LAST = date(2010, 1, 2), date(2026, 12, 31)
DAYS = st.dates(FIRST, LAST)
NEW_LAW_DAYS = st.dates(date(2019, 5, 15), LAST)
FAR = date.max
CHINA = holidays.country_holidays("CN", years=range(2009, 2028))
WINDOW = 45
"""Calendar days before a festival from which twenty working days reach across it."""


def end(found: Deadline) -> date:
    """The last day, or the far future while it is pending."""
    return found.last_day or FAR


@st.composite
def consultations(draw: st.DrawFn, received: date) -> list[Consultation]:
    rows = []
    for _ in range(draw(st.integers(0, 3))):
        sent = received + timedelta(days=draw(st.integers(0, 60)))
        delivered = draw(st.none() | st.integers(0, 20).map(lambda n, sent=sent: sent + timedelta(days=n)))
        first = delivered or sent
        answered = draw(st.none() | st.integers(0, 40).map(lambda n, first=first: first + timedelta(days=n)))
        rows.append(Consultation(sent=sent, delivered=delivered, answered=answered))
    return rows


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    received = draw(NEW_LAW_DAYS)
    later = st.integers(0, 40).map(lambda n: received + timedelta(days=n))
    return {
        "received": received,
        "channel": draw(st.sampled_from(["none", "in_person", "signed_mail", "ordinary_mail", "online", "fax"])),
        "confirmed": draw(st.none() | st.integers(0, 5).map(lambda n: received + timedelta(days=n))),
        "corrected": draw(st.none() | later.map(lambda day: day + timedelta(days=5))),
        "paid": draw(st.none() | later.map(lambda day: max(day + timedelta(days=5), date(2021, 1, 1)))),
        "consultations": draw(consultations(received)),
        "extension": draw(st.integers(0, 20)),
    }


@given(DAYS, DAYS, st.integers(0, 15))
def test_a_later_receipt_never_gives_an_earlier_last_day(one: date, other: date, extension: int) -> None:
    early, late = sorted((one, other))
    ends = [end(answer_deadline(received=day, law=LAW, extension=extension)) for day in (early, late)]
    assert ends[0] <= ends[1]


@given(DAYS, DAYS)
def test_the_same_holds_for_reconsideration_and_suit(one: date, other: date) -> None:
    early, late = sorted((one, other))
    for clock in (
        lambda day: period_deadline("reconsideration", day, law=LAW),
        lambda day: suit_deadline(day, after="letter", law=LAW),
        lambda day: suit_deadline(day, after="decision", law=LAW),
    ):
        assert end(clock(early)) <= end(clock(late))


@given(cases(), st.data())
def test_a_consultation_never_shortens(case: dict[str, Any], data: st.DataObject) -> None:
    rows = case["consultations"]
    fewer = {**case, "consultations": data.draw(st.lists(st.sampled_from(rows), unique=True)) if rows else []}
    assert end(answer_deadline(**case, law=LAW)) >= end(answer_deadline(**fewer, law=LAW))


@given(cases())
def test_the_counted_days_are_the_clock(case: dict[str, Any]) -> None:
    found = answer_deadline(**case, law=LAW)
    counted = [step for step in found.derivation if step.counted]
    assert [step.n for step in counted] == list(range(1, len(counted) + 1))
    assert all(LAW.calendar.is_working(step.date) for step in counted)
    if found.last_day:
        assert len(counted) == 20 + case["extension"]
        assert counted[-1].date == found.last_day
    else:
        assert found.reason


@given(cases())
def test_every_day_between_start_and_end_is_accounted_for_once(case: dict[str, Any]) -> None:
    found = answer_deadline(**case, law=LAW)
    days = [step.date for step in found.derivation]
    assert found.starts is not None
    assert days == [found.starts + timedelta(days=n) for n in range(len(days))]
    assert all(step.reason for step in found.derivation)


@given(cases())
def test_an_exclusion_is_the_only_reason_for_leaving_out_a_working_day(case: dict[str, Any]) -> None:
    found = answer_deadline(**case, law=LAW)
    left_out = [step for step in found.derivation[1:] if not step.counted and LAW.calendar.is_working(step.date)]
    assert all("征求意见期间" in step.reason for step in left_out)
    for step in left_out:
        assert any(row.sent < step.date for row in case["consultations"])


@given(cases(), st.integers(0, 90))
def test_late_means_after_the_last_day(case: dict[str, Any], days: int) -> None:
    starts = answer_deadline(**case, law=LAW).starts
    assert starts is not None
    posted = starts + timedelta(days=days)
    found = answer_deadline(**case, posted=posted, law=LAW)
    if found.last_day:
        assert found.late is (posted > found.last_day)
    else:
        assert found.late in (None, False)


@given(DAYS)
def test_sixty_days_end_on_a_working_day_not_before_the_sixtieth(received: date) -> None:
    found = period_deadline("reconsideration", received, law=LAW)
    assert found.natural_last_day == received + timedelta(days=60)
    assume(found.last_day)
    assert found.last_day is not None
    assert LAW.calendar.is_working(found.last_day)
    assert LAW.calendar.count(found.natural_last_day - timedelta(days=1), found.last_day) == 1


@given(st.dictionaries(st.text(max_size=8), st.none() | st.booleans() | st.integers() | st.text(max_size=12)))
def test_whatever_is_sent_is_answered_or_refused(body: dict[str, Any]) -> None:
    for kind in ("answer", "suit", "annual_report"):
        try:
            reckon({"received": "2025-03-03", **body, "kind": kind}, LAW)
        except InvalidInput as refusal:
            assert refusal.faults


def festivals() -> list[date]:
    """The first days off of 春节 and 国庆 in every year that both libraries know."""
    calendar = load_packaged_calendar()
    found = []
    for year in range(2010, 2027):
        for name in ("春节", "国庆节"):
            found.append(min(day for day, rest in calendar.rests.items() if rest == name and day.year == year))
    return found


def independent_end(received: date, length: int) -> date:
    day = received
    while length:
        day += timedelta(days=1)
        length -= CHINA.is_working_day(day)
    return day


@pytest.mark.parametrize("festival", festivals(), ids=str)
def test_crossing_a_festival_agrees_with_an_independent_count(festival: date, law: Law) -> None:
    for back in range(WINDOW):
        received = festival - timedelta(days=back)
        found = answer_deadline(received=received, law=law)
        length = 20 if received >= date(2019, 5, 15) else 15
        assert found.last_day == independent_end(received, length), received
        if found.derivation[-1].date >= festival > received:
            assert any("假期" in step.reason for step in found.derivation)
