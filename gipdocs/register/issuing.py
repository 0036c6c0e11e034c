"""Issue of letters: number, date, file, event and audit in one transaction, so that a letter is whole or doesn't exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from gipdocs.access.actors import Actor
from gipdocs.access.permissions import Permission
from gipdocs.documents.build import Built, as_draft, build
from gipdocs.documents.document import Document
from gipdocs.errors import Fault, InvalidInput
from gipdocs.findings import Finding
from gipdocs.law import Office
from gipdocs.questions import Money, load, prepare_questions
from gipdocs.register import reading
from gipdocs.register.cases import add_events, read_facts
from gipdocs.register.drafts import find_own_draft, take_draft
from gipdocs.register.events import JUDGED, KINDS
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.joining import cases_of, find_joined, hold_cases, named_cases, refuse_other_stage, which
from gipdocs.register.letters import (
    find_letter,
    hash_answers,
    hold_case,
    hold_letter,
    note,
    plain_answers,
    refuse_unless_allowed,
    without_identity,
)
from gipdocs.register.numbers import SeriesNumber, next_number, number_letter, numbers_kept_unique
from gipdocs.register.papers import keep_file
from gipdocs.register.prefill import event_of
from gipdocs.register.reading import load_events
from gipdocs.register.register import Register
from gipdocs.store.tables import CaseRow, EventRow, LetterRow
from gipdocs.store.types import now

NUMBER, DATE = "letter.number", "letter.date"
"""The names of the questions that are answered by issuing the letter."""
LONGEST_REASON = 500
NOBODY: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A letter that was issued; `number` is empty for documents that ask for none. `joined` are the further cases."""

    letter: int
    number: str
    joined: tuple[str, ...]
    filename: str
    findings: tuple[Finding, ...]
    docx_hash: str


@dataclass(frozen=True, kw_only=True)
class _Written:
    """A letter as it goes out: its payload with number and date, the loaded answers, the file."""

    payload: dict[str, Any]
    answers: Mapping[str, Any]
    number: SeriesNumber | None
    dated: date
    built: Built


def issue(
    register: Register,
    number: str,
    document: str,
    answers: Any,
    *,
    by: Actor,
    letter: int | None = None,
    version: int | None = None,
    of_case: int | None = None,
    replaces: int | None = None,
    own_draft: bool = False,
    joined: Mapping[str, int] = NOBODY,
    today: date | None = None,
    within: Callable[[Session, LetterRow], None] | None = None,
) -> Issued:
    """Issue a letter of a case, wholly or not at all: its number is given back if anything is refused.

    What it records in its case, it records in every case of the register that its rows name, in the same transaction;
    `joined` are the versions of such cases as the caller read them, by number.

    `letter` is the draft that becomes the letter, `version` the draft's, or the case's if there is no draft; `of_case`
    is the case's beside a draft's. `replaces` is the id of a void letter. With `own_draft`, a draft that this person
    has begun meanwhile becomes the letter. `within` does what belongs to the issue in the same transaction. Pointers of
    faults are those of the answers. Raises InvalidInput, Refused, FormatNotOffered, TextLost, NumberTaken, StaleEdit,
    StepForbidden, StoreBusy, StoreFull, UnknownCase, UnknownDocument.
    """
    by.demand(Permission.ISSUE)
    given, entry, office = plain_answers(answers), register.registry[document], register.office()
    office = replace(office, today=today) if today else office
    questions = prepare_questions(entry.document.schema)
    named = named_cases(entry.document, given)
    with register.store.writing() as session:
        held = hold_cases(session, CaseRow.number.in_({number, *named.values()}))
        case = hold_case(session, number, version=version if letter is None else of_case)
        others = [*find_joined(held, case, named, versions=joined)]
        if letter is None and own_draft:
            letter, version = find_own_draft(session, case, document, by), None
        row = take_draft(
            session, case, entry.document, by=by, letter=letter, version=version, replaces=replaces, step="issue"
        )
        approver = row.approved_by if row.answers == without_identity(questions, given) else None
        written = _write(session, register, document, given, office)
        hash = _freeze(session, case, row, written, without_identity(questions, written.payload), by=by)
        row.approved_by = approver or by.name
        with numbers_kept_unique(f"文号{row.number}刚刚被另一份文书使用，这次没有签发，请核对。"):
            session.flush()
        _record_with_others(session, case, others, row, entry.document, written, office, by=by)
        note(session, by, "letter.issued", row, docx_hash=hash, number=row.number)
        if within is not None:
            within(session, row)
        return Issued(
            letter=row.id,
            number=row.number or "",
            joined=tuple(other.number or "" for _, other in others),
            filename=written.built.filename,
            findings=written.built.findings,
            docx_hash=hash,
        )


def _write(session: Session, register: Register, document: str, given: dict[str, Any], office: Office) -> _Written:
    """Number, date and build a letter; raises what `build` raises, NumberTaken."""
    entry = register.registry[document]
    answers, dated = read_unnumbered(entry.document, given, office)
    typed, number = typed_number(entry.document, answers, office), None
    if own_key(entry.document, NUMBER):
        number = number_letter(session, office.profile, document, dated=dated, typed=typed)
    filled = own_answers(entry.document, number=number.text if number else "", dated=dated)
    payload = given | {key: f"{value}" for key, value in filled.items()}
    built = build(entry, payload, office)
    return _Written(
        payload=payload, answers={**answers, **filled, "draft": False}, number=number, dated=dated, built=built
    )


def read_unnumbered(document: Document, given: dict[str, Any], office: Office) -> tuple[Mapping[str, Any], date]:
    """The loaded answers, in which number and date may be open, and the date that the letter will have; InvalidInput."""
    if given.get("draft"):
        raise InvalidInput([Fault("/draft", "draft", "草稿不能签发，请去掉“按草稿生成”以后再签发。")])
    answers = load(document.schema, as_draft(document, given))
    return answers, answers.get(own_key(document, DATE), office.today)


def own_answers(document: Document, *, number: str, dated: date) -> dict[str, Any]:
    """The answers that issuing a letter gives, by their keys, as far as its document asks for them."""
    named = {own_key(document, DATE): dated, own_key(document, NUMBER): number}
    return {key: value for key, value in named.items() if key}


def typed_number(document: Document, answers: Mapping[str, Any], office: Office) -> str:
    """The number that was typed, "" if it is to be drawn; InvalidInput if this office's numbers are all typed."""
    key = own_key(document, NUMBER)
    typed = str(answers.get(key, ""))
    if key and not typed and office.profile.numbering.mode == "typed":
        raise InvalidInput([Fault(f"/{key}", "required", "请填写文书室编的文号；本机关的文号不由系统编排。")])
    return typed


def offer_number(register: Register, document: str, dated: date) -> str:
    """The number that a letter of this date would be given now; "" if the document asks for none. Nothing is reserved."""
    if not own_key(register.registry[document].document, NUMBER):
        return ""
    with register.store.reading() as session:
        return next_number(session, register.office().profile, document, dated=dated)


def own_key(document: Document, name: str) -> str:
    """The key of the top-level question with this name; "" if the document asks none. Rows tell of other letters."""
    questions = prepare_questions(document.schema).questions()
    return next((key for key, question in questions if question.case == name), "")


def _freeze(
    session: Session, case: CaseRow, row: LetterRow, written: _Written, kept: dict[str, Any], *, by: Actor
) -> str:
    """Make the draft an issued letter with the answers that are kept, and keep its file, whose hash is returned."""
    built, number = written.built, written.number
    hash = keep_file(
        session, case, built.content, role="issued", name=built.filename, media_type=built.media_type, by=by
    )
    if number:
        row.number, row.series, row.year, row.serial = number.text, number.series, number.year, number.serial
    row.dated, row.filename = written.dated, built.filename
    row.answers, row.answers_hash = kept, hash_answers(kept)
    row.findings = [finding.as_json() for finding in built.findings]
    row.provenance, row.docx_hash = dict(built.provenance), hash
    row.state, row.issued_at = "issued", now()
    return hash


def _record_with_others(
    session: Session,
    case: CaseRow,
    others: Sequence[tuple[str, CaseRow]],
    row: LetterRow,
    document: Document,
    written: _Written,
    office: Office,
    *,
    by: Actor,
) -> None:
    """Record the letter in its case, and the same in each further one; faults of these point to their rows."""
    histories = {one.id: History(load_events(session, one.id)) for one in (case, *(other for _, other in others))}
    _record_event(session, case, row, document, written, office, by=by)
    for pointer, other in others:
        refuse_other_stage(pointer, other, histories[case.id], histories[other.id])
        try:
            _record_event(session, other, row, document, written, office, by=by, joined=True)
        except InvalidInput as error:
            why = f"{which(pointer)}的案件{other.number}不能一并办理：{error.faults[0].detail}"
            raise InvalidInput([replace(error.faults[0], pointer=pointer, detail=why)]) from None
        reading.note(session, by, "case.joined", other, letter=row.id)
    for one in (case, *(other for _, other in others)):
        flag_modified(one, "state")  # its version counts every letter, whether or not an event moves the case


def _record_event(
    session: Session,
    case: CaseRow,
    row: LetterRow,
    document: Document,
    written: _Written,
    office: Office,
    *,
    by: Actor,
    joined: bool = False,
) -> None:
    """Record what issuing the document means for the case, if anything; InvalidInput with pointers into the answers.

    A sum of money is asked once: it isn't recorded in cases that are `joined`.
    """
    kind, facts = event_of(document, written.answers, History(load_events(session, case.id)), office)
    if not kind:
        return
    if joined:
        questions = KINDS[kind].facts().fields
        facts = {key: fact for key, fact in facts.items() if not isinstance(questions[key], Money)}
    with pointing_to_answers(document, kind):
        event = CaseEvent(place=0, kind=kind, day=written.dated, facts=read_facts(kind, facts), letter=row.id)
        add_events(session, case, [event], office, by=by)


@contextmanager
def pointing_to_answers(document: Document, kind: str) -> Iterator[None]:
    """Have the faults of an event point to the answers of the document that records it."""
    try:
        yield
    except InvalidInput as error:
        raise InvalidInput(
            [replace(fault, pointer=_pointer(document, kind, fault)) for fault in error.faults]
        ) from None


def _pointer(document: Document, kind: str, fault: Fault) -> str:
    """The answer from which an event took the day or the fact that is refused; "" if it was not asked."""
    fact = fault.pointer.removeprefix("/facts/")
    question = KINDS[kind].facts().fields.get(fact)
    name = DATE if fault.pointer == "/day" else getattr(question, "case", "")
    return next((place for place, one in document.schema().walk() if name and one.case == name), "")


def void(register: Register, letter: int, *, by: Actor, reason: str, version: int | None = None) -> None:
    """Declare an issued letter void: its number is never used again, and what it recorded no longer counts.

    Raises InvalidInput without a reason, or if later records of the case rest on the letter; StaleEdit, StepForbidden.
    """
    by.demand(Permission.ISSUE)
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise InvalidInput([Fault("/reason", "required", f"请写明作废的原因，最多{LONGEST_REASON}个字。")])
    office = register.office()
    with register.store.writing() as session:
        find_letter(session, letter)
        held = hold_cases(session, cases_of(LetterRow.id == letter))
        _, row = hold_letter(session, letter, version=version)
        refuse_unless_allowed(row, "void")
        row.state, row.void_reason = "void", reason.strip()
        session.flush()
        for one in held:
            corrections = [
                CaseEvent(place=0, kind="cancelled", day=office.today, letter=row.id, cancels=place)
                for place in live_places(session, row, one)
            ]
            if corrections:
                with _explaining_void(f"案件{one.number}里" if len(held) > 1 else ""):
                    add_events(session, one, corrections, office, by=by, text=reason.strip())
            flag_modified(one, "state")
        note(session, by, "letter.void", row)


@contextmanager
def _explaining_void(where: str) -> Iterator[None]:
    """Tell what to do with a letter that has taken effect, if later records rest on it."""
    try:
        yield
    except InvalidInput:
        detail = (
            f"这份文书已经发生作用，{where}后面的记录以它为前提，不能直接作废：确已发出的答复需要改正的，请签发新的答复，"
            "系统记为重新答复；并没有发出的，请先更正案件里后面的记录，再作废。"
        )
        raise InvalidInput([Fault("", "order", detail)]) from None


def live_places(session: Session, row: LetterRow, case: CaseRow) -> list[int]:
    """The places of the records that the letter caused in a case by being issued and that still count."""
    gone = select(EventRow.cancels).where(EventRow.cancels.is_not(None), EventRow.case_id == case.id)
    caused = (
        EventRow.letter_id == row.id,
        EventRow.case_id == case.id,
        EventRow.cancels.is_(None),
        EventRow.kind.not_in(JUDGED),
    )
    return list(
        session.scalars(select(EventRow.place).where(*caused, EventRow.id.not_in(gone)).order_by(EventRow.place))
    )
