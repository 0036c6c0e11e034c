"""The working days of every year whose 放假安排 is known, each with the reason why it counts or not; never a guess."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

from chinese_calendar import constants

from gipdocs.errors import SetupError
from gipdocs.law.overlay import Overlay, read_overlays
from gipdocs.writing import chinese_date, weekday

ONE_DAY = timedelta(days=1)
SATURDAY = 5
HOLIDAYS = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}
WARNING_DAYS = 60
YEAR_END = (12, 25)
"""The notice for the next year has sometimes moved working days of the old year from this day on."""


class UnknownDay(Exception):
    """Whether this day is a working day is unknown, since the calendar does not cover it; `reason` says so in Chinese."""

    def __init__(self, day: date, reason: str) -> None:
        self.day, self.reason = day, reason
        super().__init__(reason)


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day: a working day or not, and why."""

    date: date
    working: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """Working days from `first` to `ends_on`: `rests` are holidays (including weekends), `works` are 调休 working days."""

    first: date
    ends_on: date
    rests: Mapping[date, str] = field(repr=False)
    works: Mapping[date, str] = field(repr=False)
    versions: Mapping[str, str]

    def day(self, day: date) -> Day:
        """Whether `day` is a working day, and why; UnknownDay outside the known years."""
        if not self.first <= day <= self.ends_on:
            raise UnknownDay(day, self._unknown(day))
        if day in self.works:
            return Day(date=day, working=True, reason=f"调休上班（{self.works[day]}）")
        if day in self.rests:
            return Day(date=day, working=False, reason=f"{self.rests[day]}假期")
        if day.weekday() >= SATURDAY:
            return Day(date=day, working=False, reason="周末")
        return Day(date=day, working=True, reason="工作日")

    def after(self, day: date) -> Iterator[Day]:
        """The days after `day`, one by one; UnknownDay past the end of the calendar."""
        while True:
            day += ONE_DAY
            yield self.day(day)

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day; UnknownDay outside the known years."""
        return self.day(day).working

    def add(self, start: date, working_days: int) -> date:
        """The `working_days`-th working day after `start`, which itself does not count; UnknownDay past the end."""
        if working_days < 0:
            raise ValueError(f"only forward counting is meant: {working_days}")
        left, days = working_days, self.after(start)
        last = start
        while left:
            today = next(days)
            left, last = left - today.working, today.date
        return last

    def count(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; 0 when `end` is not later. UnknownDay past the end."""
        return sum(self.is_working(start + ONE_DAY * n) for n in range(1, (end - start).days + 1))

    def until(self, ends_on: date) -> Calendar:
        """The same calendar, ending on `ends_on` at the latest."""
        return replace(self, ends_on=min(ends_on, self.ends_on))

    def may_still_change(self, day: date) -> bool:
        """Whether `day` is one of the last days of the last known year, which the next notice may still change."""
        return (self.ends_on.month, self.ends_on.day) == (12, 31) and date(self.ends_on.year, *YEAR_END) <= day

    def warning(self, today: date) -> str:
        """A Chinese sentence if the calendar has ended or ends within 60 days of `today`; otherwise empty."""
        left = (self.ends_on - today).days
        if left > WARNING_DAYS:
            return ""
        state = f"将在{left}天后用完" if left > 0 else "已经用完" if left else "今天用完"
        return (
            f"工作日历只到{chinese_date(self.ends_on)}，{state}。"
            f"请在国务院办公厅发布{self.ends_on.year + 1}年放假安排后录入，或者更新本系统；"
            "在此之前，跨过这一天的期限不作推算。"
        )

    def _unknown(self, day: date) -> str:
        if day < self.first:
            return (
                f"工作日历自{chinese_date(self.first)}起，无法确定{chinese_date(day)}（{weekday(day)}）是否为工作日。"
            )
        return (
            f"{day.year}年的放假安排尚未录入，工作日历只到{chinese_date(self.ends_on)}，"
            f"无法确定{chinese_date(day)}（{weekday(day)}）是否为工作日。"
        )


def load_calendar(overlays: Path | None = None) -> Calendar:
    """The package's years, completed by the overlay files in the folder `overlays`; SetupError names a bad file."""
    calendar = load_packaged_calendar()
    for overlay in read_overlays(overlays) if overlays else ():
        calendar = lay_over(calendar, overlay)
    return calendar


def load_packaged_calendar() -> Calendar:
    """The years that chinesecalendar carries from the State Council's notices."""
    rests = {day: HOLIDAYS[name] for day, name in constants.holidays.items()}
    works = {day: HOLIDAYS[name] for day, name in constants.workdays.items()}
    return Calendar(
        first=date(min(rests).year, 1, 1),
        ends_on=date(max(rests).year, 12, 31),
        rests=rests,
        works=works,
        versions={"calendar": f"chinesecalendar {version('chinesecalendar')}"},
    )


def lay_over(calendar: Calendar, overlay: Overlay) -> Calendar:
    """`calendar` with the year of `overlay` added or replaced; SetupError if a year in between would be missing."""
    start, end = date(overlay.year, 1, 1), date(overlay.year, 12, 31)
    if start > calendar.ends_on + ONE_DAY:
        raise SetupError(
            f"工作日历只到{chinese_date(calendar.ends_on)}，不能直接录入{overlay.year}年，请先录入{calendar.ends_on.year + 1}年。"
        )
    moved = overlay.rests.keys() | overlay.works.keys()

    def kept(days: Mapping[date, str]) -> dict[date, str]:
        return {day: name for day, name in days.items() if not start <= day <= end and day not in moved}

    return replace(
        calendar,
        ends_on=max(calendar.ends_on, end),
        rests=kept(calendar.rests) | dict(overlay.rests),
        works=kept(calendar.works) | dict(overlay.works),
        versions={**calendar.versions, f"calendar-{overlay.year}": overlay.document_number},
    )
