"""Cases: opened with an application, changed by recording what happened, found again by number, name and state."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from gipdocs.errors import Fault, InvalidInput, StaleEdit, StepForbidden, UnknownCase, locate, show_key
from gipdocs.law import Office
from gipdocs.letters.case import ORGANISATION, CaseApplicationQuestions, request
from gipdocs.questions import load
from gipdocs.register.allowed import allowed_kinds
from gipdocs.register.conflicts import find_conflicts
from gipdocs.register.events import JUDGED, KINDS
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.numbers import number_case, numbers_kept_unique
from gipdocs.register.register import Actor, Register
from gipdocs.register.standing import Standing, stand
from gipdocs.store import audit
from gipdocs.store.tables import CaseRow, EventRow, LetterRow, NoteRow
from gipdocs.store.turns import SETTLING, take_turn
from gipdocs.writing import chinese_date

VERIFIED_NOT_KEPT = ("id_kind", "id_number", "agent_id_kind", "agent_id_number")
"""Identity papers are looked at, not kept (个人信息保护法第六条)."""
COLUMNS = {
    "business": "enterprise",
    "research": "research",
    "public_interest": "public_welfare",
    "legal_service": "legal_service",
    "other": "other_org",
}
"""The columns of table three by type of organisation."""
LONGEST_NOTE = 5000
LONGEST_SUBJECT, LONGEST_APPLICANT, LONGEST_WHY = 200, 100, 200
NO_SUBJECT = "未写明申请内容"
NEVER_CANCELLED = ("registered", "cancelled", "erased")
SYSTEM = Actor(name="系统")
CHUNK = 500
"""How many cases are read with one query."""
PAGE = 50
MOST_COMPARED, SIMILAR = 200, 0.7
ORDER_CODES = {"order", "closed", "repeated"}
"""The codes of faults that come from what happened before, not from what was typed."""
OVER = ("closed",)
"""States in which no clock of the application runs."""


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


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which cases a list shows; `text` is searched in number, applicant and subject, `year` is that of receipt."""

    state: str = ""
    officer: str = ""
    outcome: str = ""
    text: str = ""
    year: int | None = None
    overdue: bool = False
    due_before: date | None = None


def open_case(
    register: Register,
    application: Any,
    arrival: Iterable[CaseEvent],
    *,
    by: Actor,
    number: str = "",
    parent: str = "",
) -> str:
    """Open a case in a transaction of its own; see `add_case`."""
    with register.store.writing() as session:
        return add_case(session, register.office(), application, arrival, by=by, number=number, parent=parent)


def add_case(
    session: Session,
    office: Office,
    application: Any,
    arrival: Iterable[CaseEvent],
    *,
    by: Actor,
    number: str = "",
    parent: str = "",
) -> str:
    """Open a case within a transaction and give it its number, which is returned.

    `application` has the answers to `application-form`; `arrival` are the events `received` and, where the channel
    requires one, `confirmed`. `number` is one that was given elsewhere, `parent` the number of the case from which this
    one was split. Raises InvalidInput, NumberTaken, UnknownCase.
    """
    answers, arrived = load_application(application), tuple(arrival)
    if not (received := History(arrived).first("received")):
        raise InvalidInput([Fault("/received", "required", "请填写收到日期。")])
    drawn = number_case(session, office.profile, received=received.day, typed=number)
    row = CaseRow(
        number=drawn.text,
        series=drawn.series,
        year=drawn.year,
        serial=drawn.serial,
        application=keep(application),
        **describe_application(answers),
        parent_id=find_row(session, parent).id if parent else None,
        created_by=by.name,
    )
    session.add(row)
    with numbers_kept_unique(f"申请编号{drawn.text}刚刚被另一件案件使用，这次没有登记，请核对。"):
        session.flush()
    registered = CaseEvent(place=0, kind="registered", day=office.today, facts={"number": drawn.text})
    add_events(session, row, [*arrived, registered], office, by=by)
    note(session, by, "case.opened", row)
    return drawn.text


def load_application(application: Any) -> dict[str, Any]:
    """The answers of an application; InvalidInput if one is wrong, or if nobody is named."""
    answers = load(CaseApplicationQuestions, application)
    missing = {"applicant_kind": "申请人类别", "name": "姓名或者名称"}
    faults = [
        Fault(f"/{key}", "required", f"请填写“{label}”。") for key, label in missing.items() if key not in answers
    ]
    if faults:
        raise InvalidInput(faults)
    return answers


def describe_application(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The columns by which a case is found and counted, from the answers of its application."""
    return {
        "applicant": search_form(answers["name"]),
        "column_key": column_of(answers),
        "subject": (request(answers) or NO_SUBJECT)[:LONGEST_SUBJECT],
    }


def keep(application: Mapping[str, Any]) -> dict[str, Any]:
    """The part of an application that the register keeps: everything but the numbers of identity papers."""
    kept = {key: value for key, value in application.items() if key not in VERIFIED_NOT_KEPT}
    if "others" in kept:
        kept["others"] = [keep(one) for one in kept["others"] or ()]
    return kept


def column_of(application: Mapping[str, Any]) -> str:
    """The column of table three; of several applicants the first one counts."""
    if application.get("applicant_kind") == ORGANISATION:
        return COLUMNS.get(application.get("organisation_type", ""), "other_org")
    return "natural_person"


def search_form(name: str) -> str:
    """A name as it is searched: in the compatibility form of Unicode, without spaces."""
    return "".join(unicodedata.normalize("NFKC", name).split())[:LONGEST_APPLICANT]


def record(
    register: Register,
    number: str,
    event: CaseEvent,
    *,
    by: Actor,
    text: str = "",
    version: int | None = None,
    also: Callable[[Session, CaseRow], None] | None = None,
) -> None:
    """Record that something happened in a case; `text` is a remark of up to 5,000 characters.

    `also` does what belongs to it in the same transaction. `version` is that of the case as the caller read it. Raises
    InvalidInput for facts that contradict others (pointers as in the facts of the API: /day, /facts/ref), StepForbidden
    for a kind that can't be recorded now whatever its facts, StaleEdit, UnknownCase.
    """
    office = register.office()
    with register.store.writing() as session:
        row = find_row(session, number, version=version, hold=True)
        earlier = load_events(session, row.id)
        try:
            (added,) = add_events(session, row, [event], office, by=by, text=text)
        except InvalidInput as error:
            _refuse_step(event.kind, earlier, office, error)
            raise
        if also is not None:
            also(session, row)
        note(session, by, "case.event", row, kind=event.kind, place=added.place)


def _refuse_step(kind: str, earlier: list[CaseEvent], office: Office, error: InvalidInput) -> None:
    """StepForbidden, saying why, for a kind that the state of the case rules out today."""
    if {fault.code for fault in error.faults} <= ORDER_CODES and kind not in (
        allowed := allowed_kinds(earlier, office)
    ):
        raise StepForbidden(str(error), allowed=allowed) from error


def cancel(register: Register, number: str, place: int, *, by: Actor, text: str, version: int | None = None) -> None:
    """Correct a record of a case: it stays in the history and no longer counts. `text` says why.

    Raises what `record` raises; InvalidInput if later records rest on this one, or if an issued letter caused it, which
    then has to be declared void.
    """
    with register.store.writing() as session:
        row, office = find_row(session, number, version=version, hold=True), register.office()
        _refuse_issued(session, _find_wrong(session, row, place))
        add_events(session, row, [_correction(place, office)], office, by=by, text=text)
        note(session, by, "case.cancelled", row, place=place)


def replace_record(
    register: Register,
    number: str,
    place: int,
    event: CaseEvent,
    *,
    by: Actor,
    reason: str,
    text: str = "",
    version: int | None = None,
    also: Callable[[Session, CaseRow], None] | None = None,
) -> None:
    """Correct a record by another of its kind in one step, so that what rests on it stays: another day, a missing fact.

    `reason` is kept with the correction, `text` with the new record, which is about the same letter. Raises what `record`
    and `cancel` raise; InvalidInput for another kind.
    """
    with register.store.writing() as session:
        row, office = find_row(session, number, version=version, hold=True), register.office()
        wrong = _find_wrong(session, row, place)
        if event.kind != wrong.kind:
            detail = (
                f"第{place}条记录是“{KINDS[wrong.kind].label}”，只能改为同一种记录；记错种类的，先更正，再另行记录。"
            )
            raise InvalidInput([Fault("/kind", "mismatch", detail)])
        _refuse_unsaid(session, wrong, event)
        instead = replace(event, letter=wrong.letter_id)
        _, added = add_events(session, row, [_correction(place, office), instead], office, by=by, text=reason)
        _add_note(session, row.id, added.place, text)
        if also is not None:
            also(session, row)
        note(session, by, "case.corrected", row, place=place, instead=added.place)


def _find_wrong(session: Session, row: CaseRow, place: int) -> EventRow:
    """The record that is corrected; UnknownCase, InvalidInput if it can't be."""
    wrong = session.scalar(select(EventRow).where(EventRow.case_id == row.id, EventRow.place == place))
    if wrong is None:
        raise UnknownCase(_no_record(row.number or "", place))
    if wrong.kind in NEVER_CANCELLED or session.scalar(select(EventRow.id).where(EventRow.cancels == wrong.id)):
        raise InvalidInput([Fault("/place", "repeated", f"第{place}条记录已经更正过，或者是不能更正的记录。")])
    return wrong


def _correction(place: int, office: Office) -> CaseEvent:
    return CaseEvent(place=0, kind="cancelled", day=office.today, cancels=place)


def _refuse_issued(session: Session, wrong: EventRow) -> None:
    """InvalidInput for what was recorded by issuing a letter: record and letter must not contradict each other."""
    if named := _name_cause(session, wrong):
        detail = f"第{wrong.place}条记录是签发{named}时记下的，不能单独更正。文书有误的，请将它作废，这条记录随之更正。"
        raise InvalidInput([Fault("/place", "order", detail)])


def _refuse_unsaid(session: Session, wrong: EventRow, event: CaseEvent) -> None:
    """InvalidInput for a correction by which a record would say something else than the issued letter that caused it.

    What the letter doesn't say may be added, and the day changed where it isn't that of the letter, as that of sending.
    """
    if not (named := _name_cause(session, wrong)):
        return
    caused = (EventRow.letter_id == wrong.letter_id, EventRow.kind == wrong.kind)
    first = session.scalars(select(EventRow).where(*caused).order_by(EventRow.place)).first() or wrong
    facts, moved = to_json(event.facts), event.day != first.day and not KINDS[event.kind].day
    if moved or any(facts.get(key) != value for key, value in first.facts.items()):
        detail = (
            f"第{wrong.place}条记录是签发{named}时记下的，文书写明的日期和内容不能另改，没有写明的可以补充。"
            "文书有误的，请将它作废，这条记录随之更正。"
        )
        raise InvalidInput([Fault("/place", "order", detail)])


def _name_cause(session: Session, record: EventRow) -> str:
    """The issued letter that caused a record, as a sentence names it; "" if there is none."""
    letter = session.get(LetterRow, record.letter_id) if record.letter_id and record.kind not in JUDGED else None
    if letter is None or letter.state != "issued":
        return ""
    return f"《{letter.title}》" + (f"（{letter.number}）" if letter.number else "")


def add_events(
    session: Session, row: CaseRow, events: Iterable[CaseEvent], office: Office, *, by: Actor, text: str = ""
) -> list[CaseEvent]:
    """Add events to a case within a transaction and derive its standing anew; InvalidInput if they contradict others.

    Their places are given here. The remark belongs to the first one.
    """
    earlier = load_events(session, row.id)
    added = [replace(event, place=place) for place, event in enumerate(events, len(earlier) + 1)]
    _refuse_conflicts(earlier, added, office)
    ids = {event.place: id for event, id in zip(earlier, event_ids(session, row.id), strict=True)}
    rows = [_event_row(row, event, ids, by) for event in added]
    session.add_all(rows)
    session.flush()
    _add_note(session, row.id, added[0].place, text)
    settle(row, [*earlier, *added], office)
    return added


def _add_note(session: Session, case_id: int, place: int, text: str) -> None:
    """Add a remark to a record; InvalidInput if it is too long."""
    if len(text) > LONGEST_NOTE:
        raise InvalidInput([Fault("/note", "too-long", f"备注最多{LONGEST_NOTE}个字，请缩短。")])
    if text:
        id = session.scalars(select(EventRow.id).where(EventRow.case_id == case_id, EventRow.place == place)).one()
        session.add(NoteRow(event_id=id, text=text))


def _refuse_conflicts(earlier: list[CaseEvent], added: list[CaseEvent], office: Office) -> None:
    """InvalidInput for contradictions that were not there before; pointers of a single event begin at its own."""
    known = {(fault.pointer, fault.code) for fault in find_conflicts(earlier, office)}
    faults = [one for one in find_conflicts([*earlier, *added], office) if (one.pointer, one.code) not in known]
    if not faults:
        return
    new = [event for event in added if event.cancels is None]
    if not new:
        detail = _tell_dependents(earlier, faults) or "；".join(fault.detail.rstrip("。") for fault in faults)
        cure = "只是日期、内容有误的，请改为正确的内容；确实没有发生的，请先更正这些记录。"
        raise InvalidInput([Fault("/place", "order", f"更正这一条以后，其他记录前后矛盾：{detail}。{cure}")])
    begins = {f"/{event.place}": "" if len(new) == 1 else f"/{event.kind}" for event in new}
    raise InvalidInput([replace(fault, pointer=_own_pointer(fault.pointer, begins)) for fault in faults])


def _tell_dependents(earlier: list[CaseEvent], faults: list[Fault]) -> str:
    """The records with which something is wrong, by name and day; "" if they aren't known."""
    places = {fault.pointer.split("/")[1] for fault in faults if fault.pointer}
    wrong = [event for event in earlier if str(event.place) in places]
    return "、".join(f"“{KINDS[event.kind].label}”（{chinese_date(event.day)}）" for event in wrong)


def _own_pointer(pointer: str, begins: Mapping[str, str]) -> str:
    place, slash, rest = pointer[1:].partition("/")
    return begins.get(f"/{place}", "") + slash + rest if f"/{place}" in begins else "/day"


def _event_row(row: CaseRow, event: CaseEvent, ids: Mapping[int, int], by: Actor) -> EventRow:
    return EventRow(
        case_id=row.id,
        place=event.place,
        kind=event.kind,
        day=event.day,
        facts=to_json(event.facts),
        letter_id=event.letter,
        cancels=ids[event.cancels] if event.cancels is not None else None,
        made_by=by.name,
        made_key=by.key,
    )


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
            return Settled(moved=(), failed={_name(rows[0]): _tell(error)})
    return _join([_settle_some(session, [row], office) for row in rows])


def _settle_rows(session: Session, rows: Sequence[CaseRow], office: Office) -> Settled:
    moved, failed = dict[str, dict[str, str | None]](), dict[str, str]()
    events = _load_event_rows(session, [row.id for row in rows])
    for row in rows:
        before = (row.due_on, row.answer_by)
        try:
            settle(row, _as_events(events.get(row.id, [])), office)
        except Exception as error:  # whatever is wrong with one case, the others must have their days
            failed[_name(row)] = _tell(error)
            continue
        if (row.due_on, row.answer_by) != before:
            moved[_name(row)] = {"before": _iso(before[1]), "after": _iso(row.answer_by)}
    session.flush()
    audit.note_each(session, moved, actor=SYSTEM.name, action="case.moved", subject_kind="case")
    return Settled(moved=tuple(moved), failed=failed)


def _name(row: CaseRow) -> str:
    return row.number or str(row.id)


def _tell(error: Exception) -> str:
    """Kind and place of an error; its text may repeat what somebody typed."""
    return f"{type(error).__name__}，{locate(error)}"


def read_case(register: Register, number: str, *, by: Actor) -> Case:
    """A case with everything that was recorded; UnknownCase. That somebody looked at it is kept in the audit trail."""
    note_reading(register, number, by)
    with register.store.reading() as session:
        return view_case(session, find_row(session, number), register.office())


def find_record(case: Case, place: int) -> Recorded:
    """The record at a place; UnknownCase."""
    found = next((one for one in case.records if one.event.place == place), None)
    if found is None:
        raise UnknownCase(_no_record(case.number, place))
    return found


def _no_record(number: str, place: int) -> str:
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
    return {id: _as_events(rows) for id, rows in _load_event_rows(session, case_ids).items()}


def _load_event_rows(session: Session, case_ids: Iterable[int]) -> dict[int, list[EventRow]]:
    found: dict[int, list[EventRow]] = {}
    ids = list(case_ids)
    for start in range(0, len(ids), CHUNK):
        for row in session.scalars(_events_of(ids[start : start + CHUNK])):
            found.setdefault(row.case_id, []).append(row)
    return found


def _as_events(rows: Sequence[EventRow]) -> list[CaseEvent]:
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


def event_ids(session: Session, case_id: int) -> list[int]:
    """The ids of a case's events in the order of recording."""
    return list(session.scalars(select(EventRow.id).where(EventRow.case_id == case_id).order_by(EventRow.place)))


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


def read_facts(kind: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an event as they were typed; InvalidInput with pointers below /facts."""
    try:
        return load(KINDS[kind].facts, dict(facts))
    except InvalidInput as error:
        raise InvalidInput([replace(fault, pointer=f"/facts{fault.pointer}") for fault in error.faults]) from None


def to_json(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Loaded facts as the plain data from which they are loaded again."""
    return {
        key: value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, Decimal) else value
        for key, value in facts.items()
    }


def find_cases(register: Register, wanted: Filter, *, page: int = 1, size: int = PAGE) -> tuple[list[CaseRow], int]:
    """One page of the cases that a filter lets through, the most urgent first, and how many there are in all."""
    query = narrow(select(CaseRow), wanted, register.today)
    with register.store.reading() as session:
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        ordered = query.order_by(CaseRow.due_on.is_(None), CaseRow.due_on, CaseRow.id.desc())
        rows = session.scalars(ordered.offset((page - 1) * size).limit(size)).all()
        session.expunge_all()
    return list(rows), total


def narrow(query: Select[CaseRow], wanted: Filter, today: date) -> Select[CaseRow]:
    """The query with the conditions of a filter."""
    for column, value in (
        (CaseRow.state, wanted.state),
        (CaseRow.officer, wanted.officer),
        (CaseRow.outcome, wanted.outcome),
    ):
        if value:
            query = query.where(column == value)
    if wanted.year is not None:
        query = query.where(CaseRow.received_on.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31)))
    if wanted.overdue:
        query = query.where(CaseRow.due_on < today)
    if wanted.due_before is not None:
        query = query.where(CaseRow.due_on < wanted.due_before)
    if text := search_form(wanted.text):
        found = [column.contains(text, autoescape=True) for column in (CaseRow.number, CaseRow.applicant)]
        query = query.where(or_(*found, CaseRow.subject.contains(wanted.text.strip(), autoescape=True)))
    return query


def find_similar(register: Register, applicant: str, subject: str) -> list[CaseRow]:
    """Earlier cases of the same name with a similar subject; that shows what a clerk should look at, and decides nothing."""
    with register.store.reading() as session:
        same = (
            select(CaseRow)
            .where(CaseRow.applicant == search_form(applicant))
            .order_by(CaseRow.id.desc())
            .limit(MOST_COMPARED)
        )
        rows = session.scalars(same).all()
        session.expunge_all()
    return [row for row in rows if SequenceMatcher(None, row.subject, subject).ratio() >= SIMILAR]


def next_ref(history: History, kind: str) -> int:
    """The reference of the next consultation or challenge of a case."""
    return max((event.facts["ref"] for event in history.of(kind)), default=0) + 1


def note(session: Session, by: Actor, action: str, row: CaseRow, **detail: Any) -> None:
    """Keep in the audit trail what was done to a case; never a name or a text."""
    audit.note(
        session,
        actor=by.name,
        action=action,
        subject_kind="case",
        subject_id=_name(row),
        detail=detail,
        address=by.address,
    )


def note_reading(register: Register, number: str, by: Actor) -> None:
    """Keep in the audit trail that a person looked at a case: once a person, case and day."""
    with register.store.reading() as session:
        row = find_row(session, number)
        if audit.is_noted(
            session, actor=by.name, action="case.read", subject_id=row.number or "", since=_this_morning()
        ):
            return
    with register.store.writing() as session:
        note(session, by, "case.read", find_row(session, number))


def _this_morning() -> datetime:
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
