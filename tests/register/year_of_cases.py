"""A year of cases as a small office has them: carried in, closed with all kinds of results, withdrawn, disputed, charged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from gipdocs.access.actors import HERE
from gipdocs.register import cases
from gipdocs.register.history import CaseEvent
from gipdocs.register.register import Register
from gipdocs.service import Service
from tests.register.making import event

Step = tuple[str, str, dict[str, Any]]
FIRM = {"applicant_kind": "organisation", "organisation_type": "business", "name": "某商贸有限公司"}


def answered(day: str, outcome: str = "reply-granted", **facts: Any) -> tuple[Step, Step]:
    """An answer that was posted on the day that it bears."""
    return ("answered", day, {"outcome": outcome, **facts}), ("posted", day, {"way": "mail"})


def happened(kind: str, day: str, facts: dict[str, Any]) -> CaseEvent:
    """An event to be recorded."""
    return CaseEvent(place=0, kind=kind, day=date.fromisoformat(day), facts=facts)


def enter(
    register: Register,
    service: Service,
    received: str,
    steps: Iterable[Step] = (),
    *,
    channel: str = "in_person",
    **application: Any,
) -> str:
    """The number of a case that was received on a day, with what followed."""
    arrival = [event("received", received, channel=channel)]
    if channel in ("online", "ordinary_mail", "fax"):
        arrival.append(event("confirmed", received))
    number = cases.open_case(register, service.sample("application-form") | application, arrival, by=HERE)
    for kind, day, facts in steps:
        cases.record(register, number, happened(kind, day, facts), by=HERE)
    return number


def enter_2025(register: Register, service: Service) -> None:
    """The cases of 2025: everything in time, one left at the end, disputes upheld, corrected and pending, one fee."""
    suit: Step = ("challenged", "2025-11-20", {"ref": 2, "kind": "suit_after"})
    rows: tuple[tuple[str, tuple[Step, ...], dict[str, Any]], ...] = (
        ("2024-12-20", (*answered("2025-01-10"), ("challenged", "2025-03-03", {"ref": 1, "kind": "reconsideration"}),
                        ("decided", "2025-04-28", {"ref": 1, "result": "upheld"})), {}),
        ("2024-11-04", (*answered("2024-11-20", "reply-not-existing"),
                        ("challenged", "2024-12-16", {"ref": 1, "kind": "reconsideration"}),
                        ("decided", "2025-02-10", {"ref": 1, "result": "corrected"})), {}),
        ("2025-01-06", answered("2025-01-24"), {"channel": "online"}),
        ("2025-02-10", answered("2025-02-28", "reply-partial"), {"channel": "online", **FIRM}),
        ("2025-03-03", answered("2025-03-14", "reply-withheld-third-party"), {"channel": "signed_mail"}),
        ("2025-03-10", (("fee_asked", "2025-03-14", {"yuan": "400.00", "received": date(2025, 3, 17)}),
                        ("paid", "2025-03-18", {}), *answered("2025-03-31")), {}),
        ("2025-04-07", (("withdrawn", "2025-04-10", {}),), {"channel": "ordinary_mail"}),
        ("2025-05-12", (("correction_asked", "2025-05-15", {"received": date(2025, 5, 16)}),
                        *answered("2025-06-20", "reply-uncorrected")), {"channel": "online"}),
        ("2025-06-09", (*answered("2025-06-27", "reply-not-existing"),
                        ("challenged", "2025-08-04", {"ref": 1, "kind": "reconsideration"}),
                        ("decided", "2025-10-09", {"ref": 1, "result": "upheld"}), suit), FIRM),
        ("2025-12-22", (), {"channel": "online"}),
    )  # fmt: skip
    for received, steps, more in rows:
        enter(register, service, received, steps, **more)
