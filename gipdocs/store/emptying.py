"""Takes what was typed, and the files that were made of it, out of rows of batches."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, delete, select, tuple_, update
from sqlalchemy.orm import Session

from gipdocs.store.tables import BatchFileRow, BatchItemRow

EMPTY: dict[str, Any] = {"answers": {}, "name": "", "case_number": None, "findings": [], "faults": [], "filename": ""}
"""What a row holds that has been emptied; state, hash, size and moments stay."""


def empty_rows(session: Session, *which: ColumnElement[bool]) -> None:
    """Empty the rows of batches for which all conditions hold, and delete their files; what wasn't made is cancelled."""
    places = select(BatchItemRow.batch_id, BatchItemRow.place).where(*which)
    session.execute(delete(BatchFileRow).where(tuple_(BatchFileRow.batch_id, BatchFileRow.place).in_(places)))
    unmade = (*which, BatchItemRow.state.in_(("unchecked", "waiting", "working")))
    session.execute(update(BatchItemRow).where(*unmade).values(state="cancelled", lease_until=None))
    session.execute(update(BatchItemRow).where(*which).values(**EMPTY))
