"""Batches that have been made, as rows, without making them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from gipdocs.batch.expiry import keep_until
from gipdocs.register.register import Register
from gipdocs.store.tables import BatchFileRow, BatchItemRow, BatchRow

ENDED = datetime(2026, 11, 30, 18, 5, 6, tzinfo=UTC)  # on 1 December in China
SECRET = "金丝雀"
"""What stands in everything that was typed."""


def add_finished(
    register: Register,
    contents: Sequence[bytes | None],
    *,
    rows: Mapping[int, Mapping[str, Any]] | None = None,
    id: str = "a" * 32,
    **columns: Any,
) -> str:
    """The id of a batch of receipts, done unless told otherwise; its rows have these files, None for one that was refused.

    `rows` are further columns by place.
    """
    usual: dict[str, Any] = {"document": "receipt", "format": "pdf", "purpose": "files", "state": "done", "base": {}}
    usual |= {
        "options": {"names": []},
        "wanted": True,
        "skip_invalid": False,
        "created_by": "本机",
        "drafts_only": False,
    }
    usual |= {"created_at": ENDED, "started_at": ENDED, "ended_at": ENDED, "expires_at": keep_until()}
    with register.store.writing() as session:
        session.add(BatchRow(**usual | {"id": id} | columns))
        session.flush()
        for place, content in enumerate(contents, 1):
            session.add(BatchItemRow(**_row(id, place, content) | dict((rows or {}).get(place, {}))))
        session.flush()
        session.add_all(
            BatchFileRow(batch_id=id, place=place, content=content)
            for place, content in enumerate(contents, 1)
            if content is not None
        )
    return id


def _row(id: str, place: int, content: bytes | None) -> dict[str, Any]:
    plain = {
        "batch_id": id,
        "place": place,
        "line": place + 1,
        "answers": {"application": {"name": f"{SECRET}{place}"}},
    }
    if content is None:
        faults = [{"pointer": "/date", "code": "required", "detail": f"请填写“日期”（{SECRET}）。"}]
        return plain | {"state": "refused", "faults": faults, "finished_at": ENDED}
    made = {"state": "done", "filename": f"接收回执（{SECRET}）.pdf", "finished_at": ENDED}
    return plain | made | {"sha256": sha256(content).hexdigest(), "size": len(content)}
