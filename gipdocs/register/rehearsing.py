"""Rehearsal of an issue: everything that would refuse a letter, found without writing anything."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gipdocs.documents.build import examine
from gipdocs.documents.document import Document
from gipdocs.errors import Fault, InvalidInput, NumberTaken, Refused, StepForbidden
from gipdocs.findings import Finding
from gipdocs.law import Office
from gipdocs.law.outcomes import WITHDRAWN
from gipdocs.register.cases import read_facts, try_events
from gipdocs.register.drafts import OPEN
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.issuing import NUMBER, own_answers, own_key, pointing_to_answers, read_unnumbered, typed_number
from gipdocs.register.letters import plain_answers
from gipdocs.register.numbers import find_taken_letter, next_number
from gipdocs.register.prefill import event_of
from gipdocs.register.reading import find_row, load_events
from gipdocs.register.register import Register
from gipdocs.register.standing import stand
from gipdocs.store.tables import CaseRow, LetterRow


@dataclass(frozen=True, kw_only=True)
class Rehearsed:
    """What the issue of a letter would find now, and the version of the case for which that is so."""

    findings: tuple[Finding, ...]
    version: int


def rehearse(
    register: Register, number: str, document: str, answers: Any, *, first: bool = False, unnumbered: bool = False
) -> Rehearsed:
    """Find what issuing a letter would find; raises what `issuing.issue` would raise, and writes nothing.

    With `unnumbered`, somebody else will number it, and a number that has to be typed may still be open. With `first` it
    must be the first of its kind in the case: no letter of this document is issued or drafted there, and an application
    that was answered or withdrawn isn't answered, unless that was ordered.
    """
    given, entry, office = plain_answers(answers), register.registry[document], register.office()
    with register.store.reading() as session:
        case = find_row(session, number)
        if case.erased_on:
            raise StepForbidden("案件的个人信息已经删除，不能再办理文书。")
        if first:
            _refuse_second(session, case, entry.document, office)
        loaded, dated = read_unnumbered(entry.document, given, office)
        typed = str(loaded.get(own_key(entry.document, NUMBER), ""))
        number = typed if unnumbered else typed_number(entry.document, loaded, office)
        filled = _fill(session, entry.document, number, dated, office)
        _, findings = examine(entry, given | {key: f"{value}" for key, value in filled.items()}, office)
        if any(finding.severity == "error" for finding in findings):
            raise Refused(findings)
        _try_event(session, case, entry.document, {**loaded, **filled, "draft": False}, dated, office)
        return Rehearsed(findings=findings, version=case.version)


def _fill(session: Session, document: Document, typed: str, dated: date, office: Office) -> dict[str, Any]:
    """Date and number as the issue would give them; NumberTaken if the number that was typed is used already."""
    if typed and find_taken_letter(session, office.profile, document.id, typed):
        raise NumberTaken(f"文号{typed}已经使用，请核对；作废的文号也不再使用。")
    number = typed or next_number(session, office.profile, document.id, dated=dated)
    return own_answers(document, number=number, dated=dated)


def _try_event(session: Session, case: CaseRow, document: Document, answers: Any, dated: date, office: Office) -> None:
    """Raise the InvalidInput by which the case would refuse the event of the letter."""
    kind, facts = event_of(document, answers, History(load_events(session, case.id)), office)
    if kind:
        with pointing_to_answers(document, kind):
            event = CaseEvent(place=0, kind=kind, day=dated, facts=read_facts(kind, facts))
            try_events(session, case, [event], office)


def _refuse_second(session: Session, case: CaseRow, document: Document, office: Office) -> None:
    same = (LetterRow.case_id == case.id, LetterRow.document == document.id)
    states, history = session.scalars(select(LetterRow.state).where(*same)), History(load_events(session, case.id))
    if (said := tell_second({*states}, history, document, office)) is not None:
        code, detail = said
        raise InvalidInput([Fault("/case", code, detail)])


def tell_second(
    states: Collection[str], history: History, document: Document, office: Office
) -> tuple[str, str] | None:
    """Why a document wouldn't be the first of its kind in a case, as code and sentence; None if it would.

    `states` are those of the letters of this document that the case has already.
    """
    if "issued" in states:
        return "repeated", f"案件里已经签发过《{document.title}》，这里不再签发一份。"
    if {*states} & {*OPEN}:
        return "repeated", f"案件里已经有《{document.title}》的草稿，请先在案件里签发或者删除那份草稿。"
    if document.event != "answered" or any(due.what == "redo" for due in stand(history.events, office).due):
        return None
    if history.first("answered"):
        return "closed", "案件已经答复；需要改正答复的，请在案件里单独办理。"
    if history.first("withdrawn") and document.id != WITHDRAWN:
        return "closed", "申请已经撤回；还要作出这一答复的，请在案件里单独办理。"
    return None
