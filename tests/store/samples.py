"""Rows with everything that must be filled in, for tests to change."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from gipdocs.store.tables import CaseRow, EventRow, FileRow, LetterRow, NoteRow

DAY = date(2026, 11, 23)
MOMENT = datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC)
HASH = "a" * 64


def add_case(session: Session, **columns: Any) -> CaseRow:
    row = CaseRow(**{"application": {}, "column_key": "natural_person", "created_by": "甲", **columns})
    session.add(row)
    session.flush()
    return row


def add_event(session: Session, case: CaseRow, **columns: Any) -> EventRow:
    usual = {"case_id": case.id, "place": 1, "kind": "received", "day": DAY, "facts": {}, "made_by": "甲"}
    row = EventRow(**{**usual, **columns})
    session.add(row)
    session.flush()
    return row


def add_note(session: Session, event: EventRow, text: str = "来电说明") -> NoteRow:
    row = NoteRow(event_id=event.id, text=text)
    session.add(row)
    session.flush()
    return row


def add_file(session: Session, case: CaseRow, **columns: Any) -> FileRow:
    usual = {"case_id": case.id, "sha256": HASH, "role": "issued", "name": "a.docx", "media_type": "x/y", "size": 1}
    row = FileRow(**{**usual, "content": b"1", "added_by": "甲", **columns})
    session.add(row)
    session.flush()
    return row


def add_letter(session: Session, case: CaseRow, **columns: Any) -> LetterRow:
    usual = {"case_id": case.id, "document": "reply-granted", "title": "答复书", "made_by": "甲"}
    row = LetterRow(**{**usual, "answers": {"a": 1}, "findings": [{"code": "x"}], **columns})
    session.add(row)
    session.flush()
    return row


def add_issued(session: Session, case: CaseRow, **columns: Any) -> LetterRow:
    """An issued letter with its file."""
    add_file(session, case)
    return add_letter(session, case, **{"state": "issued", "docx_hash": HASH, "issued_at": MOMENT, **columns})
