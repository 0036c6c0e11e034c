"""Finds cases by number, applicant, subject and state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from sqlalchemy import Select, func, or_, select

from gipdocs.register.applications import search_form
from gipdocs.register.register import Register
from gipdocs.store.tables import CaseRow

PAGE = 50

MOST_COMPARED, SIMILAR = 200, 0.7


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which cases a list shows; `text` is searched in number, applicant and subject, `year` is that of receipt."""

    state: str = ""
    officer: str = ""
    outcome: str = ""
    text: str = ""
    year: int | None = None
    overdue: bool = False
    due_before: date | None = None


def find_cases(register: Register, wanted: Filter, *, page: int = 1, size: int = PAGE) -> tuple[list[CaseRow], int]:
    """One page of the cases that a filter lets through, the most urgent first, and how many there are in all."""
    query = narrow(select(CaseRow), wanted, register.today)
    with register.store.reading() as session:
        total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
        ordered = query.order_by(CaseRow.due_on.is_(None), CaseRow.due_on, CaseRow.id.desc())
        rows = session.scalars(ordered.offset((page - 1) * size).limit(size)).all()
        session.expunge_all()
    return list(rows), total


def narrow(query: Select[CaseRow], wanted: Filter, today: date) -> Select[CaseRow]:
    """The query with the conditions of a filter."""
    for column, value in (
        (CaseRow.state, wanted.state),
        (CaseRow.officer, wanted.officer),
        (CaseRow.outcome, wanted.outcome),
    ):
        if value:
            query = query.where(column == value)
    if wanted.year is not None:
        query = query.where(CaseRow.received_on.between(date(wanted.year, 1, 1), date(wanted.year, 12, 31)))
    if wanted.overdue:
        query = query.where(CaseRow.due_on < today)
    if wanted.due_before is not None:
        query = query.where(CaseRow.due_on < wanted.due_before)
    if text := search_form(wanted.text):
        found = [column.contains(text, autoescape=True) for column in (CaseRow.number, CaseRow.applicant)]
        query = query.where(or_(*found, CaseRow.subject.contains(wanted.text.strip(), autoescape=True)))
    return query


def find_similar(register: Register, applicant: str, subject: str) -> list[CaseRow]:
    """Earlier cases of the same name with a similar subject; that shows what a clerk should look at, and decides nothing."""
    with register.store.reading() as session:
        same = (
            select(CaseRow)
            .where(CaseRow.applicant == search_form(applicant))
            .order_by(CaseRow.id.desc())
            .limit(MOST_COMPARED)
        )
        rows = session.scalars(same).all()
        session.expunge_all()
    return [row for row in rows if SequenceMatcher(None, row.subject, subject).ratio() >= SIMILAR]
