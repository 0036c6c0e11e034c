"""Lists of cases for programs: page by page, each beginning after the last case of the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from gipdocs.register.finding import PAGE, Filter, narrow
from gipdocs.register.register import Register
from gipdocs.store.tables import CaseRow


@dataclass(frozen=True, kw_only=True)
class PageMark:
    """Where a page ended: the day that is due in its last case, if any is, and the id of the case."""

    due_on: date | None
    id: int


def list_cases(
    register: Register, wanted: Filter, *, after: PageMark | None = None, size: int = PAGE
) -> tuple[list[CaseRow], PageMark | None]:
    """The next cases that a filter lets through, the most urgent first, and the mark of the page if more follow it.

    Cases that are opened or closed meanwhile move no other from one page to the next.
    """
    query = narrow(select(CaseRow), wanted, register.today)
    if after:
        query = query.where(_follows(after))
    with register.store.reading() as session:
        ordered = query.order_by(CaseRow.due_on.is_(None), CaseRow.due_on, CaseRow.id.desc())
        rows = session.scalars(ordered.limit(size + 1)).all()
        session.expunge_all()
    page = list(rows[:size])
    return page, PageMark(due_on=page[-1].due_on, id=page[-1].id) if len(rows) > size else None


def _follows(mark: PageMark) -> ColumnElement[bool]:
    if mark.due_on is None:
        return and_(CaseRow.due_on.is_(None), CaseRow.id < mark.id)
    same_day = and_(CaseRow.due_on == mark.due_on, CaseRow.id < mark.id)
    return or_(CaseRow.due_on.is_(None), CaseRow.due_on > mark.due_on, same_day)
