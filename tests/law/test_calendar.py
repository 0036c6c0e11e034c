"""The calendar: known days with reasons, an independent count, and no guess past the end."""

from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gipdocs.law.calendar import Calendar, UnknownDay, load_packaged_calendar

pytestmark = pytest.mark.slow

CALENDAR = load_packaged_calendar().until(date(2026, 12, 31))
YEARS = range(2010, 2027)
"""From 2010 on the second library carries the 调休 of every year."""


def independent_working_day(day: date) -> bool:
    """A working day by the `holidays` library: not a weekend unless 调休, not a holiday."""
    china = holidays.country_holidays("CN", years=[day.year - 1, day.year, day.year + 1])
    return china.is_working_day(day)


@pytest.mark.parametrize(
    ("day", "working", "reason"),
    [
        (date(2025, 3, 3), True, "工作日"),
        (date(2025, 3, 8), False, "周末"),
        (date(2025, 1, 29), False, "春节假期"),
        (date(2025, 2, 4), False, "春节假期"),
        (date(2025, 2, 8), True, "调休上班（春节）"),
        (date(2025, 10, 11), True, "调休上班（国庆节）"),
        (date(2025, 5, 5), False, "劳动节假期"),
        (date(2024, 2, 9), True, "工作日"),
        (date(2024, 2, 18), True, "调休上班（春节）"),
        (date(2026, 6, 19), False, "端午节假期"),
        (date(2026, 9, 25), False, "中秋节假期"),
        (date(2026, 4, 6), False, "清明节假期"),
        (date(2026, 1, 1), False, "元旦假期"),
        (date(2015, 9, 3), False, "抗战胜利70周年纪念日假期"),
    ],
)
def test_every_day_says_why_it_counts_or_not(day: date, working: bool, reason: str) -> None:
    told = CALENDAR.day(day)
    assert (told.working, told.reason) == (working, reason)


@pytest.mark.parametrize("year", YEARS)
def test_every_day_of_a_known_year_agrees_with_a_second_library(year: int) -> None:
    first = date(year, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    assert [d for d in days if CALENDAR.is_working(d) != independent_working_day(d)] == []


@pytest.mark.parametrize("day", [date(2027, 1, 1), date(2030, 6, 3)])
def test_a_day_past_the_end_is_unknown_and_names_the_missing_year(day: date) -> None:
    with pytest.raises(UnknownDay) as refusal:
        CALENDAR.day(day)
    assert refusal.value.day == day
    assert f"{day.year}年的放假安排尚未录入" in refusal.value.reason
    assert "2026年12月31日" in refusal.value.reason


def test_a_day_before_the_first_known_year_is_unknown() -> None:
    with pytest.raises(UnknownDay, match="工作日历自2004年1月1日起"):
        CALENDAR.day(date(2003, 12, 31))


def test_adding_and_counting_agree_across_national_day() -> None:
    assert CALENDAR.add(date(2022, 9, 30), 20) == date(2022, 11, 2)
    assert CALENDAR.count(date(2022, 9, 30), date(2022, 11, 2)) == 20


def test_adding_nothing_stays_and_counting_backwards_is_nothing() -> None:
    assert CALENDAR.add(date(2025, 3, 8), 0) == date(2025, 3, 8)
    assert CALENDAR.count(date(2025, 3, 8), date(2025, 3, 1)) == 0
    with pytest.raises(ValueError, match="forward"):
        CALENDAR.add(date(2025, 3, 8), -1)


def test_adding_past_the_end_is_refused() -> None:
    with pytest.raises(UnknownDay) as refusal:
        CALENDAR.add(date(2026, 12, 20), 20)
    assert refusal.value.day == date(2027, 1, 1)


@given(st.dates(date(2010, 1, 1), date(2026, 10, 1)), st.integers(1, 40))
def test_as_many_days_as_were_added_are_counted_back(start: date, days: int) -> None:
    end = CALENDAR.add(start, days)
    assert CALENDAR.count(start, end) == days
    assert CALENDAR.is_working(end)


@pytest.mark.parametrize(
    ("today", "warned"),
    [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), True),
        (date(2026, 11, 23), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), True),
    ],
)
def test_the_calendar_warns_sixty_days_before_it_ends(today: date, warned: bool) -> None:
    warning = CALENDAR.warning(today)
    assert bool(warning) is warned
    if warned:
        assert "2026年12月31日" in warning
        assert "2027年放假安排" in warning


def test_the_warning_says_how_many_days_are_left_or_that_none_are() -> None:
    assert "将在38天后用完" in CALENDAR.warning(date(2026, 11, 23))
    assert "今天用完" in CALENDAR.warning(date(2026, 12, 31))
    assert "已经用完" in CALENDAR.warning(date(2027, 3, 1))


def test_only_the_last_days_of_the_last_year_may_still_change() -> None:
    assert not CALENDAR.may_still_change(date(2026, 12, 24))
    assert CALENDAR.may_still_change(date(2026, 12, 28))
    assert not CALENDAR.may_still_change(date(2025, 12, 28))


def test_the_calendar_names_the_package_it_came_from() -> None:
    assert CALENDAR.versions["calendar"].startswith("chinesecalendar ")


def test_a_calendar_cannot_be_pinned_beyond_its_end() -> None:
    assert isinstance(CALENDAR, Calendar)
    assert CALENDAR.until(date(2099, 12, 31)).ends_on == date(2026, 12, 31)
