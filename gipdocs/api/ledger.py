"""The routes over all cases: what is due, and the figures of a year."""

from __future__ import annotations

from flask import Response, jsonify

from gipdocs.api.case_answers import show_due, show_year
from gipdocs.api.cases import cases
from gipdocs.faces import register
from gipdocs.register.due import list_due
from gipdocs.register.feed import calendar_text
from gipdocs.register.statistics import count_year

LAST_YEAR = 9999


@cases.get("/due")
def due() -> Response:
    """The most urgent day of every case."""
    return jsonify(show_due(list_due(register())))


@cases.get("/due.ics")
def due_feed() -> Response:
    """The same as a calendar to subscribe to, without names and subjects."""
    return Response(calendar_text(register()), content_type="text/calendar; charset=utf-8")


@cases.get(f"/statistics/<int(max={LAST_YEAR}):year>")
def statistics(year: int) -> Response:
    """Tables three and four of the annual report, and the fees of a year."""
    return jsonify(show_year(count_year(register(), year)))
