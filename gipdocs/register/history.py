"""The events of one case in an order that doesn't depend on when they were recorded, without those that were cancelled."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from gipdocs.register.events import KINDS

RANKS = {kind: rank for rank, kind in enumerate(KINDS)}


@dataclass(frozen=True, kw_only=True)
class CaseEvent:
    """Something that happened in a case on a day.

    `place` counts the records of the case from 1. `facts` are loaded answers to the questions of the kind. `letter` is
    the id of the letter that it is about, `cancels` the place of the record that it corrects.
    """

    place: int
    kind: str
    day: date
    facts: Mapping[str, Any] = field(default_factory=dict)
    letter: int | None = None
    cancels: int | None = None


class History:
    """What counts of a case's events, in the order of their days; those of one day in the usual order of a case."""

    def __init__(self, events: Iterable[CaseEvent]) -> None:
        every = tuple(events)
        gone = {event.cancels for event in every if event.cancels is not None}
        self.events = tuple(sorted((one for one in every if one.place not in gone and one.cancels is None), key=_order))

    def of(self, *kinds: str) -> tuple[CaseEvent, ...]:
        """The events of some kinds."""
        return tuple(event for event in self.events if event.kind in kinds)

    def first(self, kind: str) -> CaseEvent | None:
        """The first event of a kind, if there is one."""
        return next(iter(self.of(kind)), None)

    def last(self, *kinds: str) -> CaseEvent | None:
        """The last event of some kinds, if there is one."""
        return next(reversed(self.of(*kinds)), None)

    def about(self, kind: str, ref: int) -> CaseEvent | None:
        """The first event of a kind with this reference."""
        return next((event for event in self.of(kind) if event.facts.get("ref") == ref), None)

    def next_ref(self, kind: str) -> int:
        """The reference of the next consultation or challenge."""
        return max((event.facts["ref"] for event in self.of(kind)), default=0) + 1

    def is_waiting(self, asked: str, given: str) -> CaseEvent | None:
        """The last event that asked for something, if what it asked for hasn't been given since.

        Asked and given on one day, the answer is to that request, unless one more was asked for than was given.
        """
        last, answer = self.last(asked), self.last(given)
        if not last or (answer and answer.day > last.day):
            return None
        return last if not answer or answer.day < last.day or self._counts(asked) > self._counts(given) else None

    def _counts(self, kind: str) -> int:
        return len(self.of(kind))

    def until(self, day: date) -> History:
        """The history as it was at the end of a day."""
        return History(event for event in self.events if event.day <= day)

    def days_before(self, kinds: Iterable[str], event: CaseEvent) -> Iterator[date]:
        """The days of the events of some kinds up to the day of an event."""
        return (one.day for one in self.of(*kinds) if one.day <= event.day)


def _order(event: CaseEvent) -> tuple[date, int, str]:
    return event.day, RANKS.get(event.kind, len(RANKS)), json.dumps(event.facts, sort_keys=True, default=str)
