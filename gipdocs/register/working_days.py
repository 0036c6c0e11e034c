"""How far a day is from today, in working days, and how a sentence tells it."""

from __future__ import annotations

from datetime import date

from gipdocs.law import Office
from gipdocs.law.calendar import UnknownDay
from gipdocs.writing import chinese_date


def count_left(day: date, office: Office) -> int | None:
    """Working days from today up to a day, which itself counts; below 0 since a past one; None past the known calendar."""
    calendar, today = office.law.calendar, office.today
    try:
        return calendar.count(today, day) if day >= today else -calendar.count(day, today)
    except UnknownDay:
        return None


def tell_left(day: date, office: Office) -> str:
    """还有3个工作日, 今天是最后一日, 已超过2个工作日: a clause without full stop; of past rest days only, 已超过."""
    left = count_left(day, office)
    if day == office.today:
        return "今天是最后一日"
    if day < office.today:
        return f"已超过{-left}个工作日" if left else "已超过"
    if left is None:
        return f"最后一日是{chinese_date(day)}"
    return f"还有{left}个工作日" if left else "此前没有工作日了"


def short_date(day: date, office: Office) -> str:
    """3月31日 in the present year, 2027年3月31日 in another."""
    return f"{day.month}月{day.day}日" if day.year == office.today.year else chinese_date(day)
