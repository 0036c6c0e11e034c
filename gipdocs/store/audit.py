"""The audit trail: rows in a chain of hashes, so that one that was changed, removed or put in is found.

The hash of a row is SHA-256 of the hash before it and of the row as canonical JSON. Whoever can rewrite the whole chain,
or takes away its end, is found only by a hash that was noted elsewhere.

Old rows can be cut from the start of the chain. A row at its end, the seal, says up to which one and keeps its hash, so
that the first row that is left still follows from something; the database lets no row go that no seal covers.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from gipdocs.store.tables import AuditRow
from gipdocs.store.types import now

FIRST = "0" * 64
"""What the first row holds as the hash before it."""
ONE_AT_A_TIME = 0x6769_7002
"""The key of PostgreSQL's advisory lock under which the chain grows; SQLite's write lock is enough."""
CUT = "audit.cut"
"""The action of a seal; its detail has `last_id`, `last_hash`, `rows` and `before`."""
KEPT_AT_LEAST = timedelta(days=184)
"""So long the database itself keeps every row, whatever is sealed (网络安全法: six months)."""
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
    _take_turn(session)
    last = read_head(session) or ChainLink(id=0, hash=FIRST)
    id, previous = last.id, last.hash
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


@dataclass(frozen=True, kw_only=True)
class ChainLink:
    """A row of the chain by its id and hash, as they may be noted elsewhere."""

    id: int
    hash: str


def read_head(session: Session) -> ChainLink | None:
    """The last row of the chain, None if nothing has been noted yet."""
    last = session.execute(select(AuditRow.id, AuditRow.hash).order_by(AuditRow.id.desc()).limit(1)).first()
    return ChainLink(id=last.id, hash=last.hash) if last else None


def _find_start(session: Session) -> ChainLink:
    """What the first row that is there has to follow: the last one that was cut, or nothing."""
    seals = select(AuditRow.detail).where(AuditRow.action == CUT).order_by(AuditRow.id.desc())
    detail = session.scalar(seals.limit(1))
    return ChainLink(id=detail["last_id"], hash=detail["last_hash"]) if detail else ChainLink(id=0, hash=FIRST)


def read_rows(session: Session) -> Generator[AuditRow]:
    """All rows in their order, one after the other, however many there are."""
    statement = select(AuditRow).order_by(AuditRow.id).execution_options(yield_per=1000)
    with closing(session.scalars(statement)) as rows:
        for row in rows:
            yield row
            session.expunge(row)  # else the session would hold all of them


def verify(session: Session) -> int | None:
    """The id of the first row that doesn't follow from the one before it, None if the whole chain holds."""
    last = _find_start(session)
    with closing(read_rows(session)) as rows:
        for row in rows:
            if row.id != last.id + 1 or row.previous != last.hash or row.hash != _hash(row):
                return row.id
            last = ChainLink(id=row.id, hash=row.hash)
    return None


def holds(session: Session, noted: ChainLink) -> bool:
    """Whether the chain, which has been verified, still has a row that was noted elsewhere, or was cut up to it."""
    hash = session.scalar(select(AuditRow.hash).where(AuditRow.id == noted.id))
    start = _find_start(session)
    return hash == noted.hash if hash else noted == start or noted.id < start.id


def cut(session: Session, *, before: datetime, actor: str) -> int:
    """Cut the rows that were noted before a moment from the start of the chain, and seal it; how many they were.

    The chain has to hold. ValueError if the moment is less than KEPT_AT_LEAST ago.
    """
    if before > now() - KEPT_AT_LEAST:
        raise ValueError("rows are kept for at least half a year")
    _take_turn(session)
    start = _find_start(session)
    # Up to the first row that stays: a clock that was set back may have left older ones behind it.
    stays = session.scalar(select(AuditRow.id).where(AuditRow.at >= before).order_by(AuditRow.id).limit(1))
    gone = select(AuditRow.id, AuditRow.hash).order_by(AuditRow.id.desc()).limit(1)
    last = session.execute(gone if stays is None else gone.where(AuditRow.id < stays)).first()
    if last is None:
        return 0
    count: int = last.id - start.id
    detail = {"last_id": last.id, "last_hash": last.hash, "rows": count, "before": before.date().isoformat()}
    note(session, actor=actor, action=CUT, subject_kind="audit", subject_id=str(last.id), detail=detail)
    session.execute(delete(AuditRow).where(AuditRow.id <= last.id))
    return count


def _take_turn(session: Session) -> None:
    """Wait until nobody else lengthens the chain; on SQLite the transaction has seen to that."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})


def _hash(row: AuditRow) -> str:
    shown = {name: getattr(row, name) for name in HASHED} | {"at": row.at.astimezone(UTC).isoformat()}
    canonical = json.dumps(shown, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256((row.previous + canonical).encode()).hexdigest()
