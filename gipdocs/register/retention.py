"""The end of personal data: cases whose time is over are erased by two people, or held back for a reason.

What is erased are application, applicant, subject, notes, the letters' answers, findings and reasons for voiding, and the
content of files, whose names give way to what they are for; and what batches still hold of the case. Number, days, outcome, row of
the report, letter numbers and hashes stay.
A letter that was issued for several cases is erased with the last of them: until then the others need it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.orm import Session

from gipdocs.access.actors import HERE, Actor
from gipdocs.access.permissions import Permission
from gipdocs.errors import StepForbidden
from gipdocs.law import Office
from gipdocs.register.allowed import allowed_kinds
from gipdocs.register.cases import add_events
from gipdocs.register.history import CaseEvent
from gipdocs.register.joining import cases_of, hold_cases, letters_of
from gipdocs.register.papers import ROLES
from gipdocs.register.reading import find_row, load_events, note
from gipdocs.register.register import Register
from gipdocs.store.emptying import empty_rows
from gipdocs.store.scrubbing import scrub
from gipdocs.store.tables import BatchItemRow, CaseRow, EventRow, FileRow, LetterRow, NoteRow
from gipdocs.store.types import now
from gipdocs.writing import chinese_date

HASHES = (LetterRow.docx_hash, LetterRow.pdf_hash)


@dataclass(frozen=True, kw_only=True)
class Expired:
    """A case whose personal data need not be kept any longer; `proposed_by` is who wants them erased, "" if nobody yet."""

    number: str
    closed_on: date
    proposed_by: str


def kept_since(office: Office) -> date:
    """The day of closing from which on cases are still kept as they are."""
    years = office.profile.register.keep_years
    try:
        return office.today.replace(year=office.today.year - years)
    except ValueError:  # on 29 February
        return office.today.replace(year=office.today.year - years, day=28)


def is_expired(office: Office) -> ColumnElement[bool]:
    """The condition on a row of `cases`: closed for long, nothing due, neither erased nor held back."""
    return and_(
        CaseRow.state == "closed",
        CaseRow.closed_on < kept_since(office),
        CaseRow.due_what.is_(None),
        CaseRow.erased_on.is_(None),
        or_(CaseRow.held_until.is_(None), CaseRow.held_until < office.today),
    )


def list_expired(register: Register) -> tuple[Expired, ...]:
    """The cases whose personal data have to be erased or held back, the oldest first."""
    office = register.office()
    wanted = select(CaseRow.number, CaseRow.closed_on, CaseRow.erasure_proposed_by).where(is_expired(office))
    with register.store.reading() as session:
        rows = session.execute(wanted.order_by(CaseRow.closed_on, CaseRow.id)).all()
    return tuple(
        Expired(number=number or "", closed_on=closed, proposed_by=by or "") for number, closed, by in rows if closed
    )


def propose_erasure(register: Register, number: str, *, by: Actor) -> None:
    """Propose to erase the personal data of a case. StepForbidden if their time isn't over, UnknownCase."""
    by.demand(Permission.ISSUE)
    with register.store.writing() as session:
        row = _find_expired(session, number, register.office())
        row.erasure_proposed_by, row.erasure_proposed_at = by.name, now()
        note(session, by, "case.erasure-proposed", row)


def confirm_erasure(register: Register, number: str, *, by: Actor) -> bool:
    """Erase the personal data of a case as somebody else has proposed; whether the bytes are gone from the file too.

    They stay there until the next erasure if the database is in use the whole time. Only the machine itself confirms what
    it has proposed: an installation without accounts has nobody else. StepForbidden if nobody else has proposed it or its
    time isn't over, Forbidden, UnknownCase.
    """
    by.demand(Permission.ISSUE)
    office = register.office()
    with register.store.writing() as session:
        hold_cases(session, cases_of(letters_of(find_row(session, number).id)))
        row = _find_expired(session, number, office)
        same = row.erasure_proposed_by == by.name
        if row.erasure_proposed_by is None or (same and by != HERE):
            raise StepForbidden(f"案件{number}的删除应当由一人提出、另一人确认：请先由另一人提出。")
        _empty(session, row)
        erased = CaseEvent(place=0, kind="erased", day=office.today)
        add_events(session, row, [erased], office, by=by)
        note(session, by, "case.erased", row, proposed_by=row.erasure_proposed_by, alone=same)
    return scrub(register.store)


def hold(register: Register, number: str, until: date, *, by: Actor, text: str) -> None:
    """Keep the personal data of a closed case until a day, for a reason. StepForbidden, InvalidInput, UnknownCase."""
    by.demand(Permission.ISSUE)
    office = register.office()
    with register.store.writing() as session:
        row = find_row(session, number, hold=True)
        if row.state != "closed" or row.erased_on:
            raise _forbidden(session, row, office, f"案件{number}还没有办结，或者个人信息已经删除，不能暂缓删除。")
        held = CaseEvent(place=0, kind="held", day=office.today, facts={"until": until})
        add_events(session, row, [held], office, by=by, text=text)
        row.erasure_proposed_by = row.erasure_proposed_at = None
        note(session, by, "case.held", row, until=until.isoformat())


def _find_expired(session: Session, number: str, office: Office) -> CaseRow:
    row = find_row(session, number, hold=True)
    if session.scalar(select(CaseRow.id).where(CaseRow.id == row.id, is_expired(office))) is None:
        raise _forbidden(session, row, office, _refusal(row, office))
    return row


def _refusal(row: CaseRow, office: Office) -> str:
    if row.erased_on:
        return f"案件{row.number}的个人信息已于{chinese_date(row.erased_on)}删除。"
    if row.held_until and row.held_until >= office.today:
        return f"案件{row.number}已经暂缓删除，保留至{chinese_date(row.held_until)}。"
    if row.state != "closed" or row.due_what:
        return f"案件{row.number}还没有办结，或者复议、诉讼还没有办结，不能删除个人信息。"
    years = office.profile.register.keep_years
    return f"案件{row.number}办结后还没有满{years}年的保存年限，不能删除个人信息。"


def _forbidden(session: Session, row: CaseRow, office: Office, message: str) -> StepForbidden:
    return StepForbidden(message, allowed=allowed_kinds(load_events(session, row.id), office))


def _empty(session: Session, row: CaseRow) -> None:
    """Empty everything that may tell who applied, or what for; an issued letter's row permits just that."""
    row.application, row.applicant, row.subject = {}, None, ""
    of_case = select(EventRow.id).where(EventRow.case_id == row.id)
    session.execute(update(NoteRow).where(NoteRow.event_id.in_(of_case)).values(text=""))
    written = session.execute(select(LetterRow.id, LetterRow.case_id, *HASHES).where(letters_of(row.id))).all()
    needed = needed_letters(session, row)
    over, kept = ([one for one in written if (one.id in needed) == is_kept] for is_kept in (False, True))
    letters = update(LetterRow).where(LetterRow.id.in_([one.id for one in over]))
    session.execute(letters.values(answers=None, findings=None, filename=None))
    session.execute(letters.where(LetterRow.void_reason.is_not(None)).values(void_reason=""))
    stay = {hash for one in kept if one.case_id == row.id for hash in (one.docx_hash, one.pdf_hash) if hash}
    files = update(FileRow).values(content=None, name=case(ROLES, value=FileRow.role))
    session.execute(files.where(FileRow.case_id == row.id, FileRow.sha256.not_in(stay)))
    for one in over:
        if one.case_id != row.id:
            session.execute(
                files.where(FileRow.case_id == one.case_id, FileRow.sha256.in_((one.docx_hash, one.pdf_hash)))
            )
    empty_rows(
        session, or_(BatchItemRow.case_number == row.number, BatchItemRow.letter_id.in_([one.id for one in over]))
    )


def needed_letters(session: Session, row: CaseRow) -> set[int]:
    """The ids of the letters of a case that another case needs, whose personal data are still kept."""
    others = select(CaseRow.id).where(CaseRow.id != row.id, CaseRow.erased_on.is_(None))
    told = select(EventRow.letter_id).where(EventRow.case_id.in_(others), EventRow.letter_id.is_not(None))
    needed = or_(LetterRow.case_id.in_(others), LetterRow.id.in_(told))
    return {*session.scalars(select(LetterRow.id).where(letters_of(row.id), needed))}
