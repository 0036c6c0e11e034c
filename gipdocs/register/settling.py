"""Derives the columns of cases from their events, anew when law, calendar or profile change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from gipdocs.access.actors import Actor
from gipdocs.errors import locate
from gipdocs.law import Office
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.reading import CHUNK, as_events, load_event_rows, name_of
from gipdocs.register.register import Register
from gipdocs.register.standing import Standing, stand
from gipdocs.store import audit
from gipdocs.store.tables import CaseRow
from gipdocs.store.turns import SETTLING, take_turn

SYSTEM = Actor(name="系统")

LONGEST_WHY = 200
OVER = ("closed",)
"""States in which no clock of the application runs."""


def settle(row: CaseRow, events: Iterable[CaseEvent], office: Office) -> Standing:
    """Derive the columns of a case from its events."""
    history = tuple(events)
    standing = stand(history, office)
    derived = derive_columns(history, standing) | {"law_versions": name_versions(office)}
    for key, value in derived.items():
        if getattr(row, key) != value:
            setattr(row, key, value)
    return standing


def derive_columns(events: Iterable[CaseEvent], standing: Standing) -> dict[str, Any]:
    """What the columns of a case must hold that follow from its events, but for the versions of the law."""
    history = History(events)
    urgent = standing.due[0] if standing.due else None
    held, erased = history.last("held"), history.first("erased")
    return {
        "state": standing.state,
        "received_on": standing.received_on,
        "answer_by": standing.answer_by,
        "due_on": urgent.day if urgent else None,
        "due_what": urgent.what if urgent else None,
        "due_why": urgent.why[:LONGEST_WHY] or None if urgent and not urgent.day else None,
        "closed_on": standing.closed_on,
        "outcome": standing.outcome or None,
        "row": "".join(standing.row) or None,
        "held_until": held.facts["until"] if held else None,
        "erased_on": erased.day if erased else None,
        **_handlers(history),
    }


def _handlers(history: History) -> dict[str, str | None]:
    """Who handles the case: department and officer of the last assignment that names one."""
    assigned = history.of("assigned")
    return {
        key: next((event.facts[key] for event in reversed(assigned) if key in event.facts), None)
        for key in ("department", "officer")
    }


def name_versions(office: Office) -> str:
    """The versions of law, calendar and profile by which a standing was derived, as one word."""
    return sha256(json.dumps(dict(office.versions), sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The numbers of the cases whose days have moved, and of those that couldn't be settled, each with the reason."""

    moved: tuple[str, ...]
    failed: Mapping[str, str]


def settle_all(register: Register, *, every: bool = False) -> Settled:
    """Derive open cases anew whose law, calendar or profile has changed since; with `every`, all cases there are.

    A case that can't be settled stays as it is and stops no other. Others may work meanwhile: the cases are settled in
    transactions of a few hundred.
    """
    office, settled = register.office(), list[Settled]()
    wanted = select(CaseRow).order_by(CaseRow.id)
    if not every:
        former = or_(CaseRow.law_versions.is_(None), CaseRow.law_versions != name_versions(office))
        wanted = wanted.where(former, CaseRow.state.not_in(OVER))
    with register.store.reading() as session:
        ids = session.scalars(wanted.with_only_columns(CaseRow.id)).all()
    for start in range(0, len(ids), CHUNK):
        with register.store.writing() as session:
            take_turn(session, SETTLING)
            some = wanted.where(CaseRow.id.in_(ids[start : start + CHUNK])).with_for_update()
            settled.append(_settle_some(session, session.scalars(some).all(), office))
    return _join(settled)


def _join(parts: Sequence[Settled]) -> Settled:
    return Settled(
        moved=tuple(number for part in parts for number in part.moved),
        failed={number: why for part in parts for number, why in part.failed.items()},
    )


def _settle_some(session: Session, rows: Sequence[CaseRow], office: Office) -> Settled:
    """Settle cases all at once, which is quick, or one by one if the database refuses what one of them would become."""
    try:
        with session.begin_nested():
            return _settle_rows(session, rows, office)
    except (IntegrityError, DataError) as error:
        if len(rows) == 1:
            return Settled(moved=(), failed={name_of(rows[0]): _tell(error)})
    return _join([_settle_some(session, [row], office) for row in rows])


def _settle_rows(session: Session, rows: Sequence[CaseRow], office: Office) -> Settled:
    moved, failed = dict[str, dict[str, str | None]](), dict[str, str]()
    events = load_event_rows(session, [row.id for row in rows])
    for row in rows:
        before = (row.due_on, row.answer_by)
        try:
            settle(row, as_events(events.get(row.id, [])), office)
        except Exception as error:  # whatever is wrong with one case, the others must have their days
            failed[name_of(row)] = _tell(error)
            continue
        if (row.due_on, row.answer_by) != before:
            moved[name_of(row)] = {"before": _iso(before[1]), "after": _iso(row.answer_by)}
    session.flush()
    audit.note_each(session, moved, actor=SYSTEM.name, action="case.moved", subject_kind="case")
    return Settled(moved=tuple(moved), failed=failed)


def _tell(error: Exception) -> str:
    """Kind and place of an error; its text may repeat what somebody typed."""
    return f"{type(error).__name__}，{locate(error)}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
