"""Finds which documents use which rule, by making each one with a law that records what is looked up in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, TypeVar

from gipdocs.documents.build import examine
from gipdocs.documents.registry import Entry
from gipdocs.law.office import Office
from gipdocs.law.rules import Law
from gipdocs.law.tariffs import FeeRules
from gipdocs.questions import fullest_sample

Place = tuple[str, str]
"""The name of a table in `Law` and a key of that table; fees have no key."""
Uses = Mapping[Place, tuple[str, ...]]
"""The ids of the documents that use a rule."""
LAW = "law"
"""The name by which wordings and layouts cite the law."""
Row = TypeVar("Row")


@dataclass(frozen=True)
class _Noting(Mapping[str, Row]):
    """A table that records which of its keys are looked up."""

    name: str
    rows: Mapping[str, Row]
    seen: set[Place] = field(repr=False)

    def __getitem__(self, key: str) -> Row:
        self.seen.add((self.name, key))
        return self.rows[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


class _NotingFees(tuple[FeeRules, ...]):
    """The tariffs; they record that they were looked at."""

    seen: set[Place]

    def __iter__(self) -> Iterator[FeeRules]:
        self.seen.add(("fees", ""))
        return super().__iter__()


def find_uses(entries: Iterable[Entry], office: Office) -> Uses:
    """The documents that use each rule, in the order of the documents.

    A rule is used if making the document from its sample, or from its fullest answers, looks it up, or if its wording,
    its layout or a help text cites it.
    """
    found: dict[Place, list[str]] = {}
    for entry in entries:
        for place in sorted(_used(entry, office)):
            found.setdefault(place, []).append(entry.document.id)
    return {place: tuple(ids) for place, ids in found.items()}


def _used(entry: Entry, office: Office) -> set[Place]:
    seen: set[Place] = set()
    watched = replace(office, law=_watched(office.law, seen))
    seen.clear()
    schema = entry.document.schema()
    for payload in (schema.sample(office), fullest_sample(schema, office)):
        try:
            answers, _ = examine(entry, payload, watched)
            entry.context(answers, watched)
        except Exception:  # whatever a plugin, or a missing program, may raise: the look-ups before it are recorded
            continue
    for _, question in schema.walk():
        question.help_for(watched)
    parts = chain(entry.wording.parts if entry.wording else (), *(one.parts for one in entry.templates))
    seen |= {("citations", part[1]) for part in parts if part[0] == LAW and len(part) > 1}
    if entry.document.id in office.law.outcomes:
        seen.add(("outcomes", entry.document.id))
    return seen


def _watched(law: Law, seen: set[Place]) -> Law:
    """The law with tables that record what is looked up in them; outcomes are recorded by document id."""
    names = ("limits", "counting_rules", "citations", "quotations")
    tables: dict[str, Any] = {name: _Noting(name, getattr(law, name), seen) for name in names}
    fees = _NotingFees(law.fees)
    fees.seen = seen
    remedies = replace(law.remedies, texts=_Noting("texts", law.remedies.texts, seen))
    watched = replace(law, fees=fees, remedies=remedies, **tables)
    _ = watched.turns  # looks at every row once
    return watched
