"""The audit trail: rows in a chain of hashes, so that one that was changed, removed or put in is found.

The hash of a row is SHA-256 of the hash before it and of the row as canonical JSON. Whoever can rewrite the whole chain
is found only by a hash that was noted elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from gipdocs.store.tables import AuditRow
from gipdocs.store.types import now

FIRST = "0" * 64
"""What the first row holds as the hash before it."""
ONE_AT_A_TIME = 0x6769_7002
"""The key of PostgreSQL's advisory lock under which the chain grows; SQLite's write lock is enough."""
HASHED = ("id", "actor", "action", "subject_kind", "subject_id", "document", "detail", "address")


def note(
    session: Session,
    *,
    actor: str,
    action: str,
    subject_kind: str,
    subject_id: str,
    document: str | None = None,
    detail: Mapping[str, Any] | None = None,  # plain data: codes, hashes, numbers
    address: str | None = None,
) -> None:
    """Append what was done, in the transaction that does it. No name, no answer: a row is never erased."""
    note_each(
        session,
        {subject_id: detail or {}},
        actor=actor,
        action=action,
        subject_kind=subject_kind,
        document=document,
        address=address,
    )


def note_each(session: Session, details: Mapping[str, Mapping[str, Any]], **same: str | None) -> None:
    """Append that the same was done to several subjects, each with its own detail by its id; otherwise as `note`."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    last = session.execute(select(AuditRow.id, AuditRow.hash).order_by(AuditRow.id.desc()).limit(1)).first()
    id, previous = (last.id, last.hash) if last else (0, FIRST)
    for subject_id, detail in details.items():
        id += 1
        row = AuditRow(id=id, at=now(), subject_id=subject_id, detail=dict(detail), previous=previous, **same)
        row.hash = previous = _hash(row)
        session.add(row)
    session.flush()


def is_noted(session: Session, *, actor: str, action: str, subject_id: str, since: datetime) -> bool:
    """Whether somebody has already done this to a subject since a moment."""
    same = (AuditRow.actor == actor, AuditRow.action == action, AuditRow.subject_id == subject_id)
    return session.scalar(select(AuditRow.id).where(*same, AuditRow.at >= since).limit(1)) is not None


def verify(session: Session) -> int | None:
    """The id of the first row that doesn't follow from the one before it, None if the whole chain holds."""
    previous = FIRST
    statement = select(AuditRow).order_by(AuditRow.id).execution_options(yield_per=1000)
    with closing(session.scalars(statement)) as rows:
        for row in rows:
            if row.previous != previous or row.hash != _hash(row):
                return row.id
            previous = row.hash
            session.expunge(row)  # else the session would hold all of them
    return None


def _hash(row: AuditRow) -> str:
    shown = {name: getattr(row, name) for name in HASHED} | {"at": row.at.astimezone(UTC).isoformat()}
    canonical = json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256((row.previous + canonical).encode()).hexdigest()
