"""Notes in the audit trail that somebody took files out of a batch."""

from __future__ import annotations

from gipdocs.access.actors import Actor
from gipdocs.register.reading import this_morning
from gipdocs.register.register import Register
from gipdocs.store import audit
from gipdocs.store.tables import BatchRow


def note_download(register: Register, row: BatchRow, *, by: Actor) -> None:
    """Keep in the audit trail that a person took files out of a batch: once a person, batch and day."""
    morning = this_morning()
    with register.store.reading() as session:
        if audit.is_noted(session, actor=by.name, action="batch.downloaded", subject_id=row.id, since=morning):
            return
    with register.store.writing() as session:
        audit.note(
            session,
            actor=by.name,
            action="batch.downloaded",
            subject_kind="batch",
            subject_id=row.id,
            document=row.document,
            detail={"purpose": row.purpose, "format": row.format} | ({"key": by.key} if by.key else {}),
            address=by.address,
        )
