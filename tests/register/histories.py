"""Random histories of cases: valid ones, of real events, with corrections, further answers and challenges."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from gipdocs.law import Office
from gipdocs.register.conflicts import find_conflicts
from gipdocs.register.events import CHALLENGES, RESULTS
from gipdocs.register.history import CaseEvent

FIRST, LAST = date(2021, 1, 1), date(2024, 6, 30)
OUTCOMES = (
    "reply-granted",
    "reply-partial",
    "reply-withheld-process",
    "reply-not-existing",
    "reply-repeat",
    "reply-other",
)
Steps = list[tuple[str, date, dict[str, Any]]]


def histories(office: Office) -> st.SearchStrategy[list[CaseEvent]]:
    """The events of one case in the order of their days, without contradictions.

    The strategy doesn't hold the office itself: Hypothesis would print all of it beside every draw that it gives up.
    """
    return _histories(lambda events: not find_conflicts(events, office))


@st.composite
def _histories(draw: st.DrawFn, holds: Callable[[list[CaseEvent]], bool]) -> list[CaseEvent]:
    day = draw(st.dates(FIRST, LAST))

    def later(most: int) -> date:
        nonlocal day
        day += timedelta(days=draw(st.integers(0, most)))
        return day

    channel = draw(st.sampled_from(["in_person", "online"]))
    steps: Steps = [("received", day, {"channel": channel})]
    if channel == "online" and draw(st.booleans()):
        steps.append(("confirmed", later(5), {}))
    steps.append(("registered", later(2), {"number": "1"}))
    steps += [
        step for part in draw(st.lists(st.sampled_from(PARTS), max_size=3, unique=True)) for step in part(draw, later)
    ]
    ending = draw(st.sampled_from(["open", "withdrawn", "answered", "posted", "posted"]))
    if ending == "withdrawn":
        steps.append(("withdrawn", later(200), {}))
    elif ending != "open":
        steps.append(("answered", later(200), {"outcome": draw(st.sampled_from(OUTCOMES))}))
    if ending == "posted":
        steps += [("posted", later(60), {"way": "mail"}), *_afterwards(draw, later)]
    events = [
        CaseEvent(place=place, kind=kind, day=on, facts=facts) for place, (kind, on, facts) in enumerate(steps, 1)
    ]
    assume(holds(events))
    return events


def _correction(draw: st.DrawFn, later: Any) -> Steps:
    asked: Steps = [("correction_asked", later(7), {})]
    return asked + ([("corrected", later(20), {})] if draw(st.booleans()) else [])


def _consultation(draw: st.DrawFn, later: Any) -> Steps:
    steps: Steps = [("consulted", later(10), {"ref": 1, "whom": draw(st.sampled_from(["third_party", "agency"]))})]
    if draw(st.booleans()):
        steps.append(("delivered", later(5), {"ref": 1}))
        if draw(st.booleans()):
            steps.append(("opinion", later(20), {"ref": 1, "stance": "agrees"}))
    return steps


def _fee(draw: st.DrawFn, later: Any) -> Steps:
    asked: Steps = [("fee_asked", later(10), {"yuan": "100.00"})]
    return asked + ([("paid", later(20), {})] if draw(st.booleans()) else [])


def _extension(draw: st.DrawFn, later: Any) -> Steps:
    return [("extended", later(5), {"working_days": draw(st.integers(1, 20))})]


PARTS = (_correction, _consultation, _fee, _extension)


def _afterwards(draw: st.DrawFn, later: Any) -> Steps:
    steps: Steps = []
    if draw(st.booleans()):
        steps.append(("reanswered", later(400), {"outcome": draw(st.sampled_from(OUTCOMES))}))
    for ref in range(1, draw(st.integers(1, 3))):
        steps.append(("challenged", later(100), {"ref": ref, "kind": draw(st.sampled_from(list(CHALLENGES)))}))
        if draw(st.booleans()):
            steps.append(("decided", later(300), {"ref": ref, "result": draw(st.sampled_from(list(RESULTS)))}))
    return steps


def with_mistake(events: list[CaseEvent], wrong: CaseEvent) -> list[CaseEvent]:
    """The same history with an event that was recorded after all others, and then cancelled."""
    place = len(events) + 1
    cancelled = CaseEvent(place=place + 1, kind="cancelled", day=wrong.day, cancels=place)
    return [*events, replace(wrong, place=place), cancelled]


def placed_anew(events: list[CaseEvent], order: list[int]) -> list[CaseEvent]:
    """The same events recorded in another order; a correction names its event by the new place."""
    places = {old: new for new, old in enumerate(order, 1)}
    moved = (
        replace(one, place=places[one.place], cancels=places[one.cancels] if one.cancels is not None else None)
        for one in events
    )
    return sorted(moved, key=lambda one: one.place)
