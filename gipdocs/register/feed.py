"""The days that are due as a feed that calendar programs subscribe to (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from gipdocs.law import Office
from gipdocs.register.due import DueItem, list_due
from gipdocs.register.register import Register

LONGEST_LINE = 75
"""In octets, without the line's end."""


def calendar_text(register: Register) -> str:
    """The known days of all cases: case number and step, never a person's name or a subject."""
    due, office = list_due(register), register.office()
    items = [item for items in due.groups.values() for item in items if item.day]
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//gipdocs//register//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escape(f'{office.profile.name}政府信息公开办理期限')}",
    ]
    events = [line for item in items for line in _event(item, office)]
    return "".join(_fold(line) for line in [*head, *events, "END:VCALENDAR"])


def _event(item: DueItem, office: Office) -> Iterator[str]:
    """One all-day event; its UID stays the same for the step of a case, so that a calendar moves it with the day."""
    assert item.day  # only known days are given
    yield "BEGIN:VEVENT"
    yield f"UID:{uuid5(NAMESPACE_URL, f'gipdocs:{office.profile.name}/{item.number}/{item.what}')}"
    yield f"DTSTAMP:{office.today:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{item.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{item.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escape(f'{item.number} {item.label}')}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _escape(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _fold(line: str) -> str:
    """The line with its end, broken between characters so that no part is longer than 75 octets."""
    parts, size = [""], 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LONGEST_LINE:
            parts.append(" ")
            size = 1
        parts[-1] += sign
        size += octets
    return "\r\n".join(parts) + "\r\n"
