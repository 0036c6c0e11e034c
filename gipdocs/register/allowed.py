"""The kinds of event that may be recorded in a case today: tried out against everything that contradicts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from gipdocs.errors import Fault
from gipdocs.law import Office
from gipdocs.questions import load
from gipdocs.register.conflicts import REFS, find_conflicts
from gipdocs.register.events import KINDS, EventKind
from gipdocs.register.history import CaseEvent, History


def allowed_kinds(events: Iterable[CaseEvent], office: Office) -> tuple[str, ...]:
    """The kinds that contradict nothing if they happen today, in their usual order.

    Kinds that are only the trace of other deeds (registration, correction, erasure) are left out.
    """
    earlier = tuple(events)
    known = _marks(find_conflicts(earlier, office))
    history, place = History(earlier), max((event.place for event in earlier), default=0) + 1

    def fits(kind: EventKind) -> bool:
        tried = (
            CaseEvent(place=place, kind=kind.key, day=office.today, facts=facts)
            for facts in _facts(kind, history, office)
        )
        return any(_marks(find_conflicts([*earlier, event], office)) <= known for event in tried)

    return tuple(kind.key for kind in KINDS.values() if not kind.elsewhere and fits(kind))


def _marks(faults: Iterable[Fault]) -> set[tuple[str, str]]:
    return {(fault.pointer, fault.code) for fault in faults}


def _facts(kind: EventKind, history: History, office: Office) -> Iterator[dict[str, Any]]:
    """Facts with which a kind may be tried: for each consultation or challenge that it may be about, the least of them."""
    facts = load(kind.facts, kind.facts().sample(office))
    facts |= {"working_days": 1} if "working_days" in facts else {}
    facts |= {"outcome": next(iter(office.law.on(office.today).outcomes), "")} if "outcome" in facts else {}
    if "ref" not in facts:
        yield facts
    elif begun := REFS.get(kind.key):
        yield from (facts | {"ref": event.facts["ref"]} for event in history.of(begun))
    else:
        yield facts | {"ref": history.next_ref(kind.key)}
