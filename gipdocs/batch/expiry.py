"""The end of batches: when their time is over, their files and what was typed for them are deleted."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from gipdocs.batch.noting import note
from gipdocs.batch.states import KEPT_DAYS
from gipdocs.register.register import Register
from gipdocs.register.settling import SYSTEM
from gipdocs.store.emptying import empty_rows
from gipdocs.store.scrubbing import scrub
from gipdocs.store.tables import BatchItemRow, BatchRow
from gipdocs.store.types import now

SOME = 500
"""So many rows are emptied in one transaction, so that nobody waits for long."""
AT_WORK = ("running", "cancelling")
NOTHING_LEFT: dict[str, object] = {}
"""The options of a batch that has been emptied to the last row; those of others name something, be it an empty list."""


def keep_until() -> datetime:
    """Until when a batch is kept that was ordered, or ended, just now."""
    return now() + timedelta(days=KEPT_DAYS)


def expire(register: Register) -> bool:
    """Empty the batch whose time was over first, or one that was not emptied to the end; False if there is none.

    Files and texts of rows, base, title and name of the table are deleted; how many rows became what, hashes and moments
    stay. After the last one the database is freed of remnants.
    """
    with register.store.writing() as session:
        row = session.scalar(_due().with_for_update())
        if row is None:
            return False
        if row.state != "expired":
            row.state = "expired"
            note(session, SYSTEM, "batch.expired", row)
    empty(register, row.id)
    with register.store.reading() as session:
        is_last = session.scalar(_due()) is None
    if is_last:
        scrub(register.store)
    return True


def is_expiring(session: Session) -> bool:
    """Whether there is a batch for `expire`."""
    return session.scalar(_due()) is not None


def empty(register: Register, id: str) -> None:
    """Delete what an expired batch still holds, some rows at a time."""
    with register.store.writing() as session:
        row = session.get_one(BatchRow, id)
        row.base, row.faults, row.source, row.title, row.source_name = {}, [], None, "", ""
        row.webhook_url, row.webhook_next, row.wanted = None, None, False
    place: int | None = 0
    while place is not None:
        with register.store.writing() as session:
            later = select(BatchItemRow.place).where(BatchItemRow.batch_id == id, BatchItemRow.place > place)
            places = session.scalars(later.order_by(BatchItemRow.place).limit(SOME)).all()
            place = places[-1] if places else None
            if place is not None:
                empty_rows(session, BatchItemRow.batch_id == id, BatchItemRow.place.between(places[0], place))
    with register.store.writing() as session:
        session.get_one(BatchRow, id).options = NOTHING_LEFT


def _due() -> Select[BatchRow]:
    over = and_(BatchRow.expires_at <= now(), BatchRow.state.not_in((*AT_WORK, "expired")))
    begun = and_(BatchRow.state == "expired", BatchRow.options != NOTHING_LEFT)
    return select(BatchRow).where(or_(over, begun)).order_by(BatchRow.expires_at).limit(1)
