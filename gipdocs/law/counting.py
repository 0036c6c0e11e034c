"""Counts a term day by day and gives a reason for every day that counts and every day that doesn't."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from gipdocs.law.calendar import SATURDAY, Calendar, UnknownDay

NOT_FIRST = "期间开始的当日不计算在内"


@dataclass(frozen=True, kw_only=True)
class Step:
    """One day of a derivation: `n` is its number within the term if it counts.

    `excluded` is a working day that an exclusion took out.
    """

    date: date
    counted: bool
    reason: str
    n: int | None = None
    excluded: bool = False

    def as_json(self) -> dict[str, Any]:
        """The step as the API prints it."""
        return {"date": self.date.isoformat(), "counted": self.counted, "n": self.n, "reason": self.reason}


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """Days that don't count: after `after`, up to and including `until`; None if the end isn't known yet."""

    after: date
    until: date | None
    reason: str

    def covers(self, day: date) -> bool:
        """Whether `day` is excluded."""
        return self.after < day and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True)
class Count:
    """A finished count has a `last_day`; a pending one says which day stopped it and why.

    `floor`: the earliest possible last day, even while the count is pending.
    """

    steps: tuple[Step, ...]
    floor: date
    last_day: date | None = None
    natural_last_day: date | None = None
    first_unknown_day: date | None = None
    reason: str = ""

    def nth(self, n: int) -> date | None:
        """The day that was counted as number `n`."""
        return next((step.date for step in self.steps if step.n == n), None)


def count_working_days(
    calendar: Calendar, start: date, length: int, *, began: str, exclusions: Iterable[Exclusion] = ()
) -> Count:
    """Count `length` working days after `start`; `began` says what happened on that day.

    Days within `exclusions` are skipped, each once however many exclusions cover it.
    """
    exclusions = tuple(exclusions)
    steps = [Step(date=start, counted=False, reason=f"{began}，{NOT_FIRST}")]
    day, n = start, 0
    while n < length:
        day += timedelta(days=1)
        covering = next((one for one in _open_first(exclusions) if one.covers(day)), None)
        if covering and covering.until is None:
            return Count(steps=tuple(steps), floor=day, reason=covering.reason)
        try:
            today = calendar.day(day)
        except UnknownDay as unknown:
            return Count(steps=tuple(steps), floor=day, first_unknown_day=day, reason=unknown.reason)
        if today.working and covering:
            steps.append(Step(date=day, counted=False, reason=covering.reason, excluded=True))
            continue
        n += today.working
        steps.append(Step(date=day, counted=today.working, reason=today.reason, n=n if today.working else None))
    return Count(steps=tuple(steps), floor=day, last_day=day)


def count_days(calendar: Calendar, start: date, length: int, *, began: str) -> Count:
    """Count `length` calendar days after `start`; if the last is a rest day, the term ends on the next working day."""
    steps = [Step(date=start, counted=False, reason=f"{began}，{NOT_FIRST}")]
    steps += [
        Step(date=start + timedelta(days=n), counted=True, n=n, reason="自然日，休息日包括在内")
        for n in range(1, length + 1)
    ]
    return _run_on(calendar, steps)


def count_months(calendar: Calendar, start: date, length: int, *, began: str) -> Count:
    """Count `length` months after `start`: to the same day of the month, or to its last day if it has no such day."""
    steps = [Step(date=start, counted=False, reason=f"{began}，{NOT_FIRST}")]
    for n in range(1, length + 1):
        day = add_months(start, n)
        short = f"，当月没有{start.day}日，以月末日为准" if day.day != start.day else ""
        steps.append(Step(date=day, counted=True, n=n, reason=f"满{n}个月{short}"))
    return _run_on(calendar, steps)


def add_months(start: date, number: int) -> date:
    """The same day `number` months later, or the month's last day if it has no such day (民法典第二百零二条)."""
    year, month = divmod(start.year * 12 + start.month - 1 + number, 12)
    return date(year, month + 1, min(start.day, months.monthrange(year, month + 1)[1]))


def _run_on(calendar: Calendar, steps: list[Step]) -> Count:
    """The count that ends on the last step's day if that is a working day, otherwise on the next one."""
    natural = day = steps[-1].date
    try:
        while not (today := calendar.day(day)).working:
            _note_rest(steps, day, today.reason)
            day += timedelta(days=1)
    except UnknownDay as unknown:
        reason = f"{unknown.reason}期间届满的最后一日是休息日的，顺延至其后第一个工作日。"
        return Count(steps=tuple(steps), floor=day, natural_last_day=natural, first_unknown_day=day, reason=reason)
    if day == natural and today.date.weekday() >= SATURDAY:
        last = steps.pop()
        steps.append(replace(last, reason=f"{last.reason}；期间届满的最后一日{today.reason}，不是休息日，不顺延"))
    if day != natural:
        steps.append(Step(date=day, counted=False, reason=f"{today.reason}，顺延后的最后一日"))
    return Count(steps=tuple(steps), floor=day, last_day=day, natural_last_day=natural)


def _note_rest(steps: list[Step], day: date, rest: str) -> None:
    if steps[-1].date == day:
        last = steps.pop()
        reason = f"{last.reason}；期间届满的最后一日是休息日（{rest}），顺延"
        steps.append(Step(date=day, counted=True, n=last.n, reason=reason))
    else:
        steps.append(Step(date=day, counted=False, reason=f"{rest}，顺延"))


def _open_first(exclusions: Iterable[Exclusion]) -> list[Exclusion]:
    return sorted(exclusions, key=lambda one: one.until is not None)


def count_excluded(count: Count, exclusion: Exclusion) -> int:
    """The working days of `count` that `exclusion` covers; a day covered by several exclusions belongs to each."""
    return sum(step.excluded and exclusion.covers(step.date) for step in count.steps)
