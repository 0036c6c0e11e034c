"""The store opens, gives transactions, and survives forks, threads and what databases suffer."""

from __future__ import annotations

from sqlalchemy import select

from gipdocs.store.engine import Store
from gipdocs.store.tables import SequenceRow


def test_what_is_written_is_read(store: Store) -> None:
    with store.writing() as session:
        session.add(SequenceRow(series="x", year=2026, last=1))
    with store.reading() as session:
        assert session.scalars(select(SequenceRow.last)).all() == [1]
