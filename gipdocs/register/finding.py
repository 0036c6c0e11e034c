"""Finds cases by number, applicant, subject and state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from gipdocs.register.applications import search_form
from gipdocs.register.register import Register
from gipdocs.store.tables import CaseRow, LetterRow

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


MOST_WORDS = 8
BRACKET, CLOSING = re.compile("[\\[［【（(]"), re.compile("[\\]］】）)]")


@dataclass(frozen=True, kw_only=True)
class FoundCase:
    """A case that a search has found: `why` is what matched, "" if its number or its subject shows it."""

    number: str
    applicant: str
    subject: str
    state: str
    due_on: date | None
    why: str


def search_cases(register: Register, text: str, *, most: int) -> tuple[list[FoundCase], bool]:
    """The cases in which every word of a text occurs, the best first, and whether there are more than `most`.

    A word may be part of the number, the applicant, the subject or the 文号 of a letter, whose brackets may be typed in
    any way. A whole number comes before a part of one, then letters, then applicants; the most urgent case comes first.
    """
    text = text.replace("\0", " ")  # which PostgreSQL refuses
    words = [word for word in text.split()[:MOST_WORDS] if search_form(word)]
    if not words:
        return [], False
    query = select(CaseRow).where(and_(*map(_has_word, words)))
    ordered = query.order_by(_rank(search_form(text)), CaseRow.due_on.is_(None), CaseRow.due_on, CaseRow.id.desc())
    with register.store.reading() as session:
        rows = session.scalars(ordered.limit(most + 1)).all()
        letters = _matching_letters(session, [row.id for row in rows], words)
    return [_found(row, letters.get(row.id, ""), words) for row in rows[:most]], len(rows) > most


def _has_word(word: str) -> ColumnElement[bool]:
    plain = search_form(word)
    places = [
        (CaseRow.number, plain),
        (CaseRow.applicant, plain),
        *((CaseRow.subject, one) for one in dict.fromkeys((word, plain))),
    ]
    return or_(*(column.icontains(one, autoescape=True) for column, one in places), CaseRow.id.in_(_with_letter(plain)))


def _with_letter(word: str) -> Select[int]:
    return select(LetterRow.case_id).where(LetterRow.number.icontains(_official(word), autoescape=True))


def _official(word: str) -> str:
    """A word with the brackets that a 文号 has."""
    return CLOSING.sub("〕", BRACKET.sub("〔", word))


def _rank(whole: str) -> ColumnElement[int]:
    return case(
        (CaseRow.number == whole, 0),
        (CaseRow.number.istartswith(whole, autoescape=True), 1),
        (CaseRow.id.in_(_with_letter(whole)), 2),
        (CaseRow.applicant == whole, 3),
        (CaseRow.applicant.icontains(whole, autoescape=True), 4),
        else_=5,
    )


def _matching_letters(session: Session, ids: Sequence[int], words: Sequence[str]) -> dict[int, str]:
    """The first 文号 of each of these cases that has one of the words, by the id of the case."""
    has = or_(*(LetterRow.number.icontains(_official(search_form(word)), autoescape=True) for word in words))
    wanted = select(LetterRow.case_id, LetterRow.number).where(LetterRow.case_id.in_(ids), has)
    found: dict[int, str] = {}
    for case_id, number in session.execute(wanted.order_by(LetterRow.id)):
        found.setdefault(case_id, number or "")
    return found


def _found(row: CaseRow, letter: str, words: Sequence[str]) -> FoundCase:
    shown = f"{row.number} {row.applicant} {row.subject}".lower()
    seen = all(word.lower() in shown or search_form(word).lower() in shown for word in words)
    told = f"文号：{letter}" if letter and not seen else ""
    return FoundCase(
        number=row.number or "",
        applicant=row.applicant or "",
        subject=row.subject,
        state=row.state,
        due_on=row.due_on,
        why=told,
    )
