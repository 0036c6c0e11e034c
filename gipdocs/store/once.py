"""Requests that a program may send again, not knowing whether they arrived: done once, answered alike.

Neither key nor content is kept, only their hashes, and these for a week.
"""

from __future__ import annotations

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gipdocs.errors import Fault, InvalidInput
from gipdocs.store.tables import IdempotencyRow
from gipdocs.store.types import now

KEPT = timedelta(days=7)
OTHER_CONTENT = "这个Idempotency-Key已经用于内容不同的请求，这次没有办理；新的请求请换一个新的值。"


def recall(session: Session, key: str, payload: Any, *, by: str) -> str:
    """The answer to the same request under the same key, "" if it is the first; InvalidInput if the content is another.

    Somebody who sends the first one at this moment is waited for. `by` is who sends it: others' keys are others.
    """
    session.execute(delete(IdempotencyRow).where(IdempotencyRow.made_at < now() - KEPT))
    key_hash, request_hash = _hash(by, key), _hash(payload)
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    added = insert(IdempotencyRow).values(key_hash=key_hash, request_hash=request_hash).on_conflict_do_nothing()
    session.execute(added)
    row = session.get_one(IdempotencyRow, key_hash, populate_existing=True)
    if row.request_hash != request_hash:
        raise InvalidInput([Fault("", "mismatch", OTHER_CONTENT)])
    return row.answer


def remember(session: Session, key: str, answer: str, *, by: str) -> None:
    """Keep the answer to a request that `recall` didn't know, in the same transaction."""
    session.execute(update(IdempotencyRow).where(IdempotencyRow.key_hash == _hash(by, key)).values(answer=answer))


def _hash(*parts: Any) -> str:
    """The hash of plain JSON data, whatever the order of keys."""
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
