"""Numbers of a series, year by year: drawn in the transaction that uses them, so that none is lost or given twice."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from gipdocs.store.tables import SequenceRow


def draw(session: Session, series: str, year: int) -> int:
    """The next number of a series, from 1; it is free again if the transaction is undone.

    Others who draw from the same series wait until the transaction has ended.
    """
    added = _insert(session, series=series, year=year, last=1)
    statement = added.on_conflict_do_update(
        index_elements=["series", "year"], set_={"last": SequenceRow.last + 1}
    ).returning(SequenceRow.last)
    return int(session.execute(statement).scalar_one())


def raise_to(session: Session, series: str, year: int, serial: int) -> None:
    """Have the next number be above one that was given elsewhere; nothing changes if it is already."""
    added = _insert(session, series=series, year=year, last=serial)
    session.execute(
        added.on_conflict_do_update(
            index_elements=["series", "year"],
            set_={"last": added.excluded.last},
            where=SequenceRow.last < added.excluded.last,
        )
    )


def last(session: Session, series: str, year: int) -> int:
    """The last number that was drawn in a series; 0 if none was."""
    found = session.get(SequenceRow, (series, year))
    return found.last if found else 0


def _insert(session: Session, **values: Any) -> postgresql.Insert | sqlite.Insert:
    """Both engines know "on conflict", each by its own word in SQLAlchemy; values are a key, a year and a number."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(SequenceRow).values(**values)
    return postgresql.insert(SequenceRow).values(**values)
