"""Renders every page, with headers that keep it private and isolated."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Response, g, render_template

from gipdocs.access.actors import NOBODY
from gipdocs.access.permissions import Permission
from gipdocs.cookies import signed_in
from gipdocs.faces import may, needs_sign_in, service
from gipdocs.questions import Question
from gipdocs.service import ZONE
from gipdocs.settings import NO_DATABASE, OWN_ACCOUNTS, STAFF
from gipdocs.web.navigation import find_home, is_at_desk, list_ways
from gipdocs.writing import chinese_date, weekday

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
LETTER_POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; frame-ancestors 'self'; "
    "sandbox allow-same-origin"
)
"""A letter contains its own styles; it may not run, load or send anything."""


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page of the service; the browser must not store it."""
    ours = service()
    has_register = ours.settings.database != NO_DATABASE
    doors = ours.settings.doors
    who = g.get("actor", NOBODY) if needs_sign_in() else None
    at_desk = is_at_desk() and STAFF in doors
    ways = list_ways() if at_desk and who is not NOBODY else ()
    shared = {"profile": ours.profile, "has_register": has_register, "at_desk": at_desk, "ways": ways}
    shared |= {"who": who, "can_leave": signed_in() is not None, "own_passwords": ours.settings.access == OWN_ACCOUNTS}
    shared |= {"doors": doors, "home_url": find_home(at_desk=at_desk)}
    shared |= {"sees_cases": has_register and may(Permission.READ_CASES)}
    html = render_template(f"web/{template}.html", **shared, **values)
    return closed(Response(html, status=status, content_type="text/html; charset=utf-8"), POLICY)


def help_text(question: Question) -> str:
    """A question's help as the office of the running service reads it: the templates' filter `help`."""
    help, shortest = question.help_for(service().office()), getattr(question, "shortest", 1)
    return f"{help}至少{shortest}个字。" if shortest > 1 and "至少" not in help else help


def day_text(day: date) -> str:
    """2026年3月2日（周一）: the templates' filter `day`."""
    return f"{chinese_date(day)}（{weekday(day)}）"


def moment_text(moment: datetime) -> str:
    """3月2日 14:05 in China: the templates' filter `moment`."""
    local = moment.astimezone(ZONE)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def instant_text(moment: datetime) -> str:
    """2026-03-02 14:05:33 in China: the templates' filter `instant`."""
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M:%S}"


def letter(html: bytes | str, status: int = 200) -> Response:
    """A page for the preview frame."""
    return closed(Response(html, status=status, content_type="text/html; charset=utf-8"), LETTER_POLICY)


def closed(response: Response, policy: str) -> Response:
    """Add headers that forbid storing the page, framing it from elsewhere and guessing its type."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = policy
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
