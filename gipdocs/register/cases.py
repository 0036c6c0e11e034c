"""Cases: opened with an application, changed by recording what happened, corrected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from gipdocs.access.actors import Actor
from gipdocs.access.permissions import Permission
from gipdocs.errors import Fault, InvalidInput, StepForbidden, UnknownCase
from gipdocs.law import Office
from gipdocs.questions import load
from gipdocs.register.allowed import allowed_kinds
from gipdocs.register.applications import describe_application, keep, load_application
from gipdocs.register.conflicts import find_conflicts
from gipdocs.register.events import JUDGED, KINDS, permission_for
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.numbers import number_case, numbers_kept_unique
from gipdocs.register.reading import as_events, find_row, load_event_rows, load_events, no_record, note
from gipdocs.register.register import Register
from gipdocs.register.settling import settle
from gipdocs.store.tables import LONGEST_NOTE, CaseRow, EventRow, LetterRow, NoteRow
from gipdocs.writing import chinese_date

NEVER_CANCELLED = ("registered", "cancelled", "erased")
ORDER_CODES = {"order", "closed", "repeated"}
"""The codes of faults that come from what happened before, not from what was typed."""


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
    by.demand(Permission.WRITE_CASES)
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
        try:
            (added,) = add_events(session, row, [event], office, by=by, text=text)
        except InvalidInput as error:
            _refuse_step(session, row, event.kind, office, error)
            raise
        if also is not None:
            also(session, row)
        note(session, by, "case.event", row, kind=event.kind, place=added.place)


def _refuse_step(session: Session, row: CaseRow, kind: str, office: Office, error: InvalidInput) -> None:
    """StepForbidden, saying why, for a kind that the state of the case rules out today."""
    if not {fault.code for fault in error.faults} <= ORDER_CODES:
        return
    if kind not in (allowed := allowed_kinds(load_events(session, row.id), office)):
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
        raise UnknownCase(no_record(row.number or "", place))
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
    caused = (EventRow.letter_id == wrong.letter_id, EventRow.kind == wrong.kind, EventRow.case_id == wrong.case_id)
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

    Their places are given here. The remark belongs to the first one. Forbidden unless `by` may record all of them, or
    correct those that they cancel.
    """
    before = load_event_rows(session, [row.id]).get(row.id, [])
    earlier, ids = as_events(before), {one.place: one.id for one in before}
    added = _placed(earlier, events)
    _demand(by, earlier, added)
    _refuse_conflicts(earlier, added, office)
    rows = [
        event_row(row, event, by, cancels=ids[event.cancels] if event.cancels is not None else None) for event in added
    ]
    session.add_all(rows)
    session.flush()
    _add_note(session, row.id, added[0].place, text)
    settle(row, [*earlier, *added], office)
    flag_modified(row, "state")  # the case has another version now, even if its standing is the same
    return added


def try_events(session: Session, row: CaseRow, events: Iterable[CaseEvent], office: Office) -> None:
    """Raise the InvalidInput that `add_events` would raise, and add nothing."""
    earlier = load_events(session, row.id)
    _refuse_conflicts(earlier, _placed(earlier, events), office)


def _placed(earlier: Sequence[CaseEvent], events: Iterable[CaseEvent]) -> list[CaseEvent]:
    return [replace(event, place=place) for place, event in enumerate(events, len(earlier) + 1)]


def _demand(by: Actor, earlier: Iterable[CaseEvent], added: Iterable[CaseEvent]) -> None:
    """Forbidden unless somebody may record these events, and correct those that are cancelled by them."""
    kinds = {event.place: event.kind for event in earlier}
    for event in added:
        by.demand(permission_for(event.kind if event.cancels is None else kinds[event.cancels]))


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


def event_row(row: CaseRow, event: CaseEvent, by: Actor, *, cancels: int | None = None) -> EventRow:
    """The row of an event of a case; `cancels` is the id of the one that it corrects."""
    return EventRow(
        case_id=row.id,
        place=event.place,
        kind=event.kind,
        day=event.day,
        facts=to_json(event.facts),
        letter_id=event.letter,
        cancels=cancels,
        made_by=by.name,
        made_key=by.key,
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
