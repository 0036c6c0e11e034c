"""Events and cases as tests write them."""

from __future__ import annotations

from datetime import date
from typing import Any

from gipdocs.access.actors import HERE
from gipdocs.register.cases import open_case
from gipdocs.register.history import CaseEvent
from gipdocs.register.register import Register
from gipdocs.service import Service


def event(kind: str, day: str, /, *, place: int = 0, cancels: int | None = None, **facts: Any) -> CaseEvent:
    """An event on a day, written 2026-03-02."""
    return CaseEvent(place=place, kind=kind, day=date.fromisoformat(day), facts=facts, cancels=cancels)


def events(*rows: tuple[str, str, dict[str, Any]]) -> list[CaseEvent]:
    """Events in the order of recording: (kind, day, facts)."""
    return [event(kind, day, place=place, **facts) for place, (kind, day, facts) in enumerate(rows, 1)]


def open_sample(register: Register, service: Service, **changes: Any) -> str:
    """The number of a case opened with the sample application, received on 2 March 2026 and confirmed on the 3rd."""
    application = service.sample("application-form") | changes
    arrival = [event("received", "2026-03-02", channel="online"), event("confirmed", "2026-03-03")]
    return open_case(register, application, arrival, by=HERE)
