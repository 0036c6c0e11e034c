"""What a typed day is understood as: said beside its field, at once and again after every round trip."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, jsonify, request

from gipdocs.faces import Public, needs, service
from gipdocs.law.calendar import Calendar
from gipdocs.questions.days import NotADay, read_day
from gipdocs.web.errors import answer_errors
from gipdocs.web.pages import POLICY, closed
from gipdocs.writing import WEEKDAYS, chinese_date

days = Blueprint("days", __name__, url_prefix="/reading")


@days.get("/day")
@needs(Public.EVERYBODY)
def read() -> Response:
    """What the text in the query is read as: `{"day": "2026-03-02", "said": …}`, the day null if it can't be read."""
    text, today = request.args.get("text", ""), service().office().today
    try:
        day = read_day(text, today).day.isoformat()
    except NotADay:
        day = None
    return closed(jsonify(day=day, said=tell_day(text)), POLICY)


def tell_day(text: str | None) -> str:
    """A typed day as it is understood, or why it isn't, in Chinese; "" if nothing is typed: the templates' filter `understood`."""
    if not text or not text.strip():
        return ""
    office = service().office()
    try:
        found = read_day(text, office.today)
    except NotADay as unclear:
        return f"{unclear}。"
    told = f"{chinese_date(found.day)}，周{WEEKDAYS[found.day.weekday()]}，{_kind(found.day, office.law.calendar)}"
    return f"{told}（{found.assumed}）" if found.assumed else told


def _kind(day: date, calendar: Calendar) -> str:
    """工作日, 休息日, 国庆节假期, 调休上班（国庆节）, or that it is not known yet."""
    if day > calendar.ends_on:
        return f"还不知道是不是工作日（{day.year}年放假安排尚未录入）"
    if day < calendar.first:
        return f"不知道是不是工作日（工作日历从{calendar.first.year}年起）"
    found = calendar.day(day)
    return found.reason if found.working or day in calendar.rests else "休息日"


answer_errors(days)
