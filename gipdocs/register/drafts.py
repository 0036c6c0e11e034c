"""Letters before they are issued: drafts filled in from the case, saved as they are, submitted, sent back, approved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gipdocs.access.actors import Actor
from gipdocs.access.permissions import Permission
from gipdocs.documents.build import as_draft, examine
from gipdocs.documents.document import Document
from gipdocs.documents.registry import Entry
from gipdocs.errors import Fault, InvalidInput, Refused, StaleEdit, StepForbidden
from gipdocs.findings import Finding
from gipdocs.law import Office
from gipdocs.letters.case import CaseApplicationQuestions
from gipdocs.questions import load, prepare_questions
from gipdocs.questions.merging import merge
from gipdocs.register.cases import add_events
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.joining import add_rows, join
from gipdocs.register.judging import tell_judgement
from gipdocs.register.letters import (
    STEPS,
    find_letter,
    hold_case,
    hold_letter,
    issued_letters,
    note,
    plain_answers,
    refuse_unless_allowed,
    without_identity,
)
from gipdocs.register.names import JOINED, names_asked
from gipdocs.register.prefill import collect, prefill, prefill_facts
from gipdocs.register.reading import demand_reading, find_row, load_events, note_readings, this_morning
from gipdocs.register.register import Register
from gipdocs.register.standing import stand
from gipdocs.store import audit
from gipdocs.store.tables import CaseRow, EventRow, LetterRow

OPEN = ("draft", "submitted")


def prefilled(
    register: Register,
    number: str,
    document: str,
    *,
    by: Actor,
    letter: int | None = None,
    joined: Collection[str] = (),
) -> dict[str, Any]:
    """The answers with which a document's form begins: what the case knows, and over it what the draft holds.

    `letter` is the draft; by default the last open one of this document, if there is one. `joined` are the numbers of
    cases that the letter answers too, which the draft's rows may lack. Raises UnknownCase, UnknownDocument, StepForbidden.
    """
    demand_reading(by)
    entry, office = register.registry[document], register.office()
    with register.store.reading() as session:
        row = find_row(session, number)
        if row.erased_on:
            raise StepForbidden("案件的个人信息已经删除，不能再办理文书。")
        known = prefill(entry.document, _collect_joined(session, row, entry.document, joined, office))
        draft = _draft_of(session, row, document, letter)
        filled = merge(known, draft.answers) if draft and draft.answers else known
        if joined and draft and draft.answers:
            filled = add_rows(entry.document, filled, known)
    note_readings(register, [number, *joined], by)
    return filled


def known_answers(register: Register, number: str, document: str, *, joined: Collection[str] = ()) -> dict[str, Any]:
    """The answers to a document that the case, and those `joined` with it, know by themselves, whatever a draft holds.

    Raises UnknownCase, UnknownDocument.
    """
    entry, office = register.registry[document], register.office()
    with register.store.reading() as session:
        known = _collect_joined(session, find_row(session, number), entry.document, joined, office)
        return prefill(entry.document, known)


def known_facts(register: Register, number: str, kind: str) -> dict[str, Any]:
    """The facts of an event that the case already knows, as JSON data: how the applicant wants to be served."""
    with register.store.reading() as session:
        known = _collect(session, find_row(session, number), register.office())
    return prefill_facts(kind, known)


def _collect_joined(
    session: Session, row: CaseRow, document: Document, joined: Collection[str], office: Office
) -> dict[str, Any]:
    """What is known of a case, and of those that are answered with it if the document asks for any."""
    known = _collect(session, row, office)
    if not joined or JOINED not in names_asked(document.schema):
        return known
    return join(known, [_collect_row(session, find_row(session, one), office) for one in joined])


def _collect_row(session: Session, row: CaseRow, office: Office) -> dict[str, Any]:
    """The part of what is known of a case that a row of another one's letter asks for."""
    clock = stand(load_events(session, row.id), office).clock
    return {"application": load(CaseApplicationQuestions, row.application), "clock": clock, "case.number": row.number}


def _collect(session: Session, row: CaseRow, office: Office, *, parent: bool = True) -> dict[str, Any]:
    """What is known of a case, with the reply of its parent."""
    history = History(load_events(session, row.id))
    standing = stand(history.events, office)
    above = session.get_one(CaseRow, row.parent_id) if parent and row.parent_id else None
    return collect(
        load(CaseApplicationQuestions, row.application),
        history,
        standing,
        number=row.number or "",
        department=row.department or "",
        officer=row.officer or "",
        letters=issued_letters(session, row.id),
        reasoning=tell_judgement(history, standing, office),
        earlier=_collect(session, above, office, parent=False) if above and not above.erased_on else None,
    )


def _draft_of(session: Session, case: CaseRow, document: str, letter: int | None) -> LetterRow | None:
    if letter is not None:
        row = find_letter(session, letter)
        require_letter_of(case, document, row)
        refuse_unless_allowed(row, "save")
        return row
    same = (LetterRow.case_id == case.id, LetterRow.document == document, LetterRow.state.in_(OPEN))
    return session.scalar(select(LetterRow).where(*same).order_by(LetterRow.id.desc()).limit(1))


def save_draft(
    register: Register,
    number: str,
    document: str,
    answers: Any,
    *,
    by: Actor,
    letter: int | None = None,
    version: int | None = None,
    replaces: int | None = None,
) -> int:
    """Keep answers as they are, right or wrong, as a letter of a case; its id is returned.

    Only identity numbers that the document doesn't print are left out.
    `letter` and `version` are those of a draft that is changed, `replaces` is the id of a void letter. Raises InvalidInput
    (too large, or no JSON), StaleEdit, StepForbidden, UnknownCase, UnknownDocument.
    """
    by.demand(Permission.WRITE_CASES)
    kept, entry = plain_answers(answers), register.registry[document]
    with register.store.writing() as session:
        row = take_draft(
            session,
            hold_case(session, number),
            entry.document,
            by=by,
            letter=letter,
            version=version,
            replaces=replaces,
        )
        _write(session, row, entry.document, kept)
        note(session, by, "letter.saved", row)
        return row.id


def keep_draft(
    register: Register,
    number: str,
    document: str,
    answers: Any,
    *,
    by: Actor,
    letter: int | None = None,
    version: int | None = None,
    replaces: int | None = None,
) -> tuple[int, int]:
    """Keep a draft that keeps itself while it is written; its id and new version are returned.

    Unlike `save_draft` this begins no draft beside another, nor in a case that has moved since `version` (the draft's, or
    the case's if there is none yet), so that one which comes late leaves nothing beside an issued letter; and it never
    takes back what was submitted. It is noted once a person and day. Raises what `save_draft` raises.
    """
    by.demand(Permission.WRITE_CASES)
    kept, entry = plain_answers(answers), register.registry[document]
    with register.store.writing() as session:
        case = hold_case(session, number, version=version if letter is None else None)
        if letter is None and _draft_of(session, case, document, None) is not None:
            raise StaleEdit("这份文书已经另有草稿，这里填写的没有保存。请回到案件，打开那份草稿核对。")
        row = take_draft(session, case, entry.document, by=by, letter=letter, version=version, replaces=replaces)
        if row.state == "submitted":
            raise StepForbidden("这份文书已经提请签发，不自动保存改动。请点“保存草稿”。", allowed=STEPS[row.state])
        _write(session, row, entry.document, kept)
        if not audit.is_noted(
            session, actor=by.name, action="letter.saved", subject_id=str(row.id), since=this_morning()
        ):
            note(session, by, "letter.saved", row)
        return row.id, row.version


def _write(session: Session, row: LetterRow, document: Document, answers: Any) -> None:
    """Put answers into a draft, without identity numbers that the document doesn't print; nobody has approved them."""
    row.answers = without_identity(prepare_questions(document.schema), answers)
    row.approved_by = None
    session.flush()


def find_own_draft(session: Session, case: CaseRow, document: str, by: Actor) -> int | None:
    """The open draft of a document that somebody has begun in a case; the last one if there are several."""
    row = _draft_of(session, case, document, None)
    return row.id if row is not None and row.made_by == by.name else None


def take_draft(
    session: Session,
    case: CaseRow,
    document: Document,
    *,
    by: Actor,
    letter: int | None,
    version: int | None,
    replaces: int | None,
    step: str = "save",
) -> LetterRow:
    """The draft that is changed or issued, or a new one; raises what `save_draft` raises."""
    if letter is None:
        row = LetterRow(case_id=case.id, document=document.id, title=document.title, made_by=by.name)
        session.add(row)
    else:
        _, row = hold_letter(session, letter, version=version)
        require_letter_of(case, document.id, row)
        refuse_unless_allowed(row, step)
    if replaces is not None:
        row.replaces_id = _void_letter(session, case, replaces)
    return row


def require_letter_of(case: CaseRow, document: str, row: LetterRow) -> None:
    """InvalidInput if a letter belongs to another case or is another document."""
    if (row.case_id, row.document) != (case.id, document):
        raise InvalidInput([Fault("/letter", "other-letter", "这份草稿属于别的案件或者别的文书，请回到案件重新选择。")])


def _void_letter(session: Session, case: CaseRow, letter: int) -> int:
    row = find_letter(session, letter)
    if row.case_id != case.id:
        raise InvalidInput([Fault("/replaces", "other-letter", "所代替的文书属于别的案件，请回到案件重新选择。")])
    if row.state != "void":
        raise StepForbidden("所代替的文书还没有作废，请先作废，再重新签发。", allowed=STEPS[row.state])
    return row.id


def discard(register: Register, letter: int, *, by: Actor, version: int | None = None) -> None:
    """Delete a draft that was never issued; one that was sent back or approved stays. StaleEdit, StepForbidden."""
    by.demand(Permission.WRITE_CASES)
    with register.store.writing() as session:
        _, row = hold_letter(session, letter, version=version)
        refuse_unless_allowed(row, "discard")
        if session.scalar(select(EventRow.id).where(EventRow.letter_id == row.id).limit(1)) is not None:
            raise StepForbidden("这份草稿已经有审核记录，应当随案保存，不能删除。", allowed=("save", "submit", "issue"))
        note(session, by, "letter.discarded", row)
        session.delete(row)


def submit(register: Register, letter: int, *, by: Actor, version: int | None = None) -> tuple[Finding, ...]:
    """Submit a draft for approval (提请签发) and return what its check found; number and date may still be open.

    Raises InvalidInput, Refused (a finding of severity error), StaleEdit, StepForbidden.
    """
    by.demand(Permission.WRITE_CASES)
    with register.store.writing() as session:
        _, row = hold_letter(session, letter, version=version)
        refuse_unless_allowed(row, "submit")
        findings = _examine_draft(register.registry[row.document], row.answers or {}, register.office())
        row.state, row.submitted_by, row.approved_by = "submitted", by.name, None
        session.flush()
        note(session, by, "letter.submitted", row)
    return findings


def submit_new(
    register: Register,
    number: str,
    document: str,
    answers: Any,
    *,
    by: Actor,
    version: int | None = None,
    within: Callable[[Session, LetterRow], None] | None = None,
) -> int:
    """Write a letter of a case and submit it for approval in one step; its id is returned.

    `version` is that of the case, `within` does what belongs to it in the same transaction. Raises what `save_draft` and
    `submit` raise.
    """
    by.demand(Permission.WRITE_CASES)
    kept, entry = plain_answers(answers), register.registry[document]
    _examine_draft(entry, kept, register.office())
    with register.store.writing() as session:
        case = hold_case(session, number, version=version)
        row = take_draft(session, case, entry.document, by=by, letter=None, version=None, replaces=None)
        _write(session, row, entry.document, kept)
        row.state, row.submitted_by = "submitted", by.name
        session.flush()
        note(session, by, "letter.saved", row)
        note(session, by, "letter.submitted", row)
        if within is not None:
            within(session, row)
        return row.id


def _examine_draft(entry: Entry, answers: Mapping[str, Any], office: Office) -> tuple[Finding, ...]:
    _, findings = examine(entry, as_draft(entry.document, answers), office)
    if any(finding.severity == "error" for finding in findings):
        raise Refused(findings)
    return findings


def send_back(register: Register, letter: int, *, by: Actor, text: str, version: int | None = None) -> None:
    """Send a submitted letter back with a remark, which is kept with the case; it is a draft again.

    Raises InvalidInput if the remark is missing or too long, StaleEdit, StepForbidden.
    """
    by.demand(Permission.ISSUE)
    if not text.strip():
        raise InvalidInput([Fault("/note", "required", "请写明退回修改的意见。")])
    with register.store.writing() as session:
        case, row = hold_letter(session, letter, version=version)
        refuse_unless_allowed(row, "send_back")
        row.state, row.approved_by = "draft", None
        _record(session, case, row, "returned", register.office(), by=by, text=text.strip())
        note(session, by, "letter.returned", row)


def approve(register: Register, letter: int, *, by: Actor, text: str = "", version: int | None = None) -> None:
    """Approve a submitted letter, which whoever numbers it then issues; StaleEdit, StepForbidden."""
    by.demand(Permission.ISSUE)
    with register.store.writing() as session:
        case, row = hold_letter(session, letter, version=version)
        refuse_unless_allowed(row, "approve")
        row.approved_by = by.name
        _record(session, case, row, "approved", register.office(), by=by, text=text.strip())
        note(session, by, "letter.approved", row)


def _record(
    session: Session, case: CaseRow, row: LetterRow, kind: str, office: Office, *, by: Actor, text: str
) -> None:
    session.flush()
    event = CaseEvent(place=0, kind=kind, day=office.today, letter=row.id)
    add_events(session, case, [event], office, by=by, text=text)
