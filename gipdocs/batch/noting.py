"""Notes in the audit trail of what was done with a batch; never a name or an answer."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from gipdocs.access.actors import Actor
from gipdocs.register.reading import this_morning
from gipdocs.register.register import Register
from gipdocs.store import audit
from gipdocs.store.tables import BatchRow


def note(session: Session, by: Actor, action: str, row: BatchRow, **detail: Any) -> None:
    """Keep in the audit trail what was done with a batch, in the transaction that does it."""
    audit.note(
        session,
        actor=by.name,
        action=action,
        subject_kind="batch",
        subject_id=row.id,
        document=row.document,
        detail={"purpose": row.purpose, "format": row.format, **detail} | ({"key": by.key} if by.key else {}),
        address=by.address,
    )


def note_download(register: Register, row: BatchRow, *, by: Actor) -> None:
    """Keep in the audit trail that a person took files out of a batch: once a person, batch and day."""
    morning = this_morning()
    with register.store.reading() as session:
        if audit.is_noted(session, actor=by.name, action="batch.downloaded", subject_id=row.id, since=morning):
            return
    with register.store.writing() as session:
        note(session, by, "batch.downloaded", row)
