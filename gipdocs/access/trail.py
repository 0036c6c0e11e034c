"""The audit trail for its readers: found by who, what, about what and when, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from gipdocs.store.engine import Store
from gipdocs.store.tables import AuditRow

OF_ADMINISTRATION = ("account", "key", "profile", "store", "audit")
"""The kinds of subject that administrators deal with; the others are about cases."""
PAGE = 100


@dataclass(frozen=True, kw_only=True)
class TrailFilter:
    """Which rows are wanted: by actor, action and subject, each "" for any, from `since` up to before `until`.

    `below` is the id that the rows stay below: that of the last one on the page before.
    """

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    below: int | None = None


def find_rows(store: Store, wanted: TrailFilter, *, everything: bool) -> tuple[list[AuditRow], bool]:
    """One page of rows and whether there are older ones; without `everything`, only those about administration."""
    query = _narrow(select(AuditRow), wanted)
    if not everything:
        query = query.where(AuditRow.subject_kind.in_(OF_ADMINISTRATION))
    with store.reading() as session:
        rows = session.scalars(query.order_by(AuditRow.id.desc()).limit(PAGE + 1)).all()
        session.expunge_all()
    return list(rows[:PAGE]), len(rows) > PAGE


def _narrow(query: Select[AuditRow], wanted: TrailFilter) -> Select[AuditRow]:
    for column, value in (
        (AuditRow.actor, wanted.actor),
        (AuditRow.action, wanted.action),
        (AuditRow.subject_id, wanted.subject),
    ):
        if value:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(AuditRow.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditRow.at < wanted.until)
    return query if wanted.below is None else query.where(AuditRow.id < wanted.below)
