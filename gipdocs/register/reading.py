"""Cases as they stand in the database: rows, events, records, and who looked at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from gipdocs.access.actors import Actor
from gipdocs.access.permissions import Permission
from gipdocs.errors import StaleEdit, UnknownCase, show_key
from gipdocs.law import Office
from gipdocs.questions import load
from gipdocs.register.events import KINDS
from gipdocs.register.history import CaseEvent
from gipdocs.register.register import Register
from gipdocs.register.standing import Standing, stand
from gipdocs.store import audit
from gipdocs.store.tables import CaseRow, EventRow, NoteRow

CHUNK = 500
"""How many cases are read with one query."""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One record of a case as it stands in the register, with who made it and when; `cancelled` if it was corrected."""

    event: CaseEvent
    note: str
    made_by: str
    made_at: datetime
    cancelled: bool


@dataclass(frozen=True, kw_only=True)
class Case:
    """A case as it was read: `version` must be sent back with a change, so that nobody overwrites another's."""

    id: int
    number: str
    version: int
    application: Mapping[str, Any]
    subject: str
    department: str
    officer: str
    records: tuple[Recorded, ...]
    standing: Standing
    erased_on: date | None

    @property
    def events(self) -> tuple[CaseEvent, ...]:
        """The events, in the order of recording."""
        return tuple(one.event for one in self.records)


def read_case(register: Register, number: str, *, by: Actor) -> Case:
    """A case with everything that was recorded; UnknownCase. That somebody looked at it is kept in the audit trail."""
    demand_reading(by)
    note_reading(register, number, by)
    with register.store.reading() as session:
        return view_case(session, find_row(session, number), register.office())


def demand_reading(by: Actor) -> None:
    """Forbidden for those who may not read cases. Whoever may change them is shown what has become of a case."""
    if not by.may(Permission.WRITE_CASES):
        by.demand(Permission.READ_CASES)


def find_record(case: Case, place: int) -> Recorded:
    """The record at a place; UnknownCase."""
    found = next((one for one in case.records if one.event.place == place), None)
    if found is None:
        raise UnknownCase(no_record(case.number, place))
    return found


def no_record(number: str, place: int) -> str:
    return f"案件{number}没有第{place}条记录，请核对。"


def view_case(session: Session, row: CaseRow, office: Office) -> Case:
    """A row of the table as a case."""
    records = load_records(session, row.id)
    return Case(
        id=row.id,
        number=row.number or "",
        version=row.version,
        application=row.application,
        subject=row.subject,
        department=row.department or "",
        officer=row.officer or "",
        records=records,
        standing=stand([one.event for one in records], office),
        erased_on=row.erased_on,
    )


def find_row(session: Session, number: str, *, version: int | None = None, hold: bool = False) -> CaseRow:
    """The row of a case; UnknownCase, or StaleEdit if it has changed since the caller read it.

    If it is held, others who want to change the case wait until the transaction ends; on SQLite they do anyway.
    """
    found = select(CaseRow).where(CaseRow.number == number)
    if hold:
        found = found.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(found)
    if row is None:
        raise UnknownCase(f"没有编号为“{show_key(number)}”的案件，请核对编号。")
    if version is not None and version != row.version:
        raise StaleEdit("这个案件在您打开以后已经有别人改动。请重新打开案件，看过新的记录再办理；刚才填写的没有保存。")
    return row


def require_version(register: Register, number: str, version: int | None) -> None:
    """Refuse, with StaleEdit, what rests on another version of a case than the present one; UnknownCase."""
    with register.store.reading() as session:
        find_row(session, number, version=version)


def load_events(session: Session, case_id: int) -> list[CaseEvent]:
    """The events of a case in the order of recording."""
    return load_all_events(session, [case_id]).get(case_id, [])


def load_all_events(session: Session, case_ids: Iterable[int]) -> dict[int, list[CaseEvent]]:
    """The events of many cases, each in the order of recording."""
    return {id: as_events(rows) for id, rows in load_event_rows(session, case_ids).items()}


def load_event_rows(session: Session, case_ids: Iterable[int]) -> dict[int, list[EventRow]]:
    """The rows of the events of many cases, by case and in the order of recording."""
    found: dict[int, list[EventRow]] = {}
    ids = list(case_ids)
    for start in range(0, len(ids), CHUNK):
        for row in session.scalars(_events_of(ids[start : start + CHUNK])):
            found.setdefault(row.case_id, []).append(row)
    return found


def as_events(rows: Sequence[EventRow]) -> list[CaseEvent]:
    """The rows of one case as events."""
    places = {row.id: row.place for row in rows}
    return [_as_event(row, places) for row in rows]


def _events_of(case_ids: Iterable[int]) -> Select[EventRow]:
    return select(EventRow).where(EventRow.case_id.in_(tuple(case_ids))).order_by(EventRow.case_id, EventRow.place)


def _as_event(row: EventRow, places: Mapping[int, int]) -> CaseEvent:
    return CaseEvent(
        place=row.place,
        kind=row.kind,
        day=row.day,
        facts=load(KINDS[row.kind].facts, row.facts),
        letter=row.letter_id,
        cancels=places[row.cancels] if row.cancels is not None else None,
    )


def load_records(session: Session, case_id: int) -> tuple[Recorded, ...]:
    """The records of a case in the order of recording, with their remarks."""
    rows = session.scalars(_events_of([case_id])).all()
    noted = select(NoteRow).where(NoteRow.event_id.in_([row.id for row in rows]))
    texts = {one.event_id: one.text for one in session.scalars(noted)}
    places, gone = {row.id: row.place for row in rows}, {row.cancels for row in rows}
    return tuple(
        Recorded(
            event=_as_event(row, places),
            note=texts.get(row.id, ""),
            made_by=row.made_by or "",
            made_at=row.made_at,
            cancelled=row.id in gone,
        )
        for row in rows
    )


def note(session: Session, by: Actor, action: str, row: CaseRow, **detail: Any) -> None:
    """Keep in the audit trail what was done to a case; never a name or a text."""
    audit.note(
        session,
        actor=by.name,
        action=action,
        subject_kind="case",
        subject_id=name_of(row),
        detail=detail,
        address=by.address,
    )


def note_reading(register: Register, number: str, by: Actor) -> None:
    """Keep in the audit trail that a person looked at a case: once a person, case and day."""
    note_readings(register, [number], by)


def note_readings(register: Register, numbers: Iterable[str], by: Actor) -> None:
    """Keep in the audit trail that a person looked at several cases at once."""
    morning = this_morning()
    with register.store.reading() as session:
        found = [find_row(session, number).number or "" for number in numbers]
        fresh = [
            number
            for number in found
            if not audit.is_noted(session, actor=by.name, action="case.read", subject_id=number, since=morning)
        ]
    if fresh:
        with register.store.writing() as session:
            for number in fresh:
                note(session, by, "case.read", find_row(session, number))


def this_morning() -> datetime:
    """The moment since which something counts as already noted today."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def name_of(row: CaseRow) -> str:
    """How messages call a case: by its number."""
    return row.number or str(row.id)
