"""What the register can say of a year: its figures, what else is known of its cases, and the sentences made from both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gipdocs.law import Office
from gipdocs.register.history import History
from gipdocs.register.reading import load_all_events
from gipdocs.register.register import Register
from gipdocs.register.standing import Standing, stand
from gipdocs.register.statistics import (
    CARRIED_OUT,
    CLOSED,
    NEW,
    Challenged,
    Span,
    YearFigures,
    as_record,
    challenges,
    count,
    flow,
    stands,
)
from gipdocs.reports import load
from gipdocs.reports.sentences import YearCourse, YearSentences, tell_year
from gipdocs.store.tables import CaseRow, EventRow

WAYS = {
    "in_person": "当面提交",
    "signed_mail": "邮寄提交",
    "ordinary_mail": "邮寄提交",
    "online": "通过互联网提交",
    "fax": "传真提交",
}
"""How the report calls the channels; a ledger that was imported may not tell the channel of a case."""


IN_TIME, LATE, TERMLESS, UNCLEAR = "in time", "late", "termless", "unclear"


@dataclass(frozen=True, kw_only=True)
class YearAccount:
    """The figures of a year, and what else the register knows of it, as of the day `until`.

    It `is_known` if the register has any case of that year or of an earlier one. There are sentences about a known year
    that `is_over`.
    """

    figures: YearFigures
    course: YearCourse
    until: date
    is_known: bool
    is_over: bool
    sentences: YearSentences


def account_for(register: Register, year: int) -> YearAccount:
    """Everything about a year from 2019 on; UnknownCase for an earlier one."""
    office = register.office()
    with register.store.reading() as session:
        return account(session, year, office)


def account(session: Session, year: int, office: Office) -> YearAccount:
    """Everything about a year within a transaction."""
    figures, span = count(session, year), Span(year)
    course, is_over = follow(session, span, office), office.today > span.last
    is_known = session.scalar(select(CaseRow.id).where(CaseRow.received_on <= span.last).limit(1)) is not None
    told = tell_year(load(as_record(figures)), office.law, office.today, course) if is_over and is_known else None
    return YearAccount(
        figures=figures,
        course=course,
        until=min(office.today, span.last),
        is_known=is_known,
        is_over=is_over,
        sentences=told or YearSentences(),
    )


def follow(session: Session, span: Span, office: Office) -> YearCourse:
    """What is known of the cases of a year besides the figures of the tables."""
    closed, left = Counter(_closed(session, span, office)), Counter(_left(session, span, office))
    notices = _notices(session, span)
    return YearCourse(
        channels=_channels(session, span),
        closed_late=None if closed[UNCLEAR] else closed[LATE],
        left_late=None if left[UNCLEAR] else left[LATE],
        termless=bool(closed[TERMLESS]),
        left_termless=bool(left[TERMLESS]),
        earlier=_earlier(session, span),
        notices=len(notices),
        noticed_yuan=sum((yuan for yuan in notices.values() if yuan is not None), Decimal(0))
        if None not in notices.values()
        else None,
    )


def _channels(session: Session, span: Span) -> dict[str, int]:
    """The cases received in a year by how they came, in the usual order; empty if a channel isn't known."""
    channel = EventRow.facts["channel"].as_string()
    query = select(channel, func.count()).join(CaseRow, CaseRow.id == EventRow.case_id)
    query = query.where(flow(NEW, span), EventRow.kind == "received", stands(EventRow)).group_by(channel)
    found: Counter[str] = Counter()
    for way, cases in session.execute(query):
        found[WAYS.get(way, "")] += cases
    return {} if "" in found else {way: found[way] for way in dict.fromkeys(WAYS.values()) if way in found}


def _closed(session: Session, span: Span, office: Office) -> Iterator[str]:
    """For each case closed in a year whether it was closed in time."""
    rows = session.execute(select(CaseRow.id, CaseRow.closed_on, CaseRow.answer_by).where(flow(CLOSED, span))).all()
    events = load_all_events(session, [id for id, _, by in rows if by is None])
    for id, closed_on, by in rows:
        if by is None:
            yield _without_day(stand(events[id], office))
        else:
            yield LATE if closed_on is None or closed_on > by else IN_TIME


def _left(session: Session, span: Span, office: Office) -> Iterator[str]:
    """For each case carried over whether it was still in time at the end of the year, as it stood then."""
    ids = session.scalars(select(CaseRow.id).where(flow(CARRIED_OUT, span))).all()
    for events in load_all_events(session, ids).values():
        standing = stand(History(events).until(span.last).events, office)
        if standing.answer_by is None:
            yield _without_day(standing)
        else:
            yield LATE if standing.answer_by <= span.last else IN_TIME


def _without_day(standing: Standing) -> str:
    """Whether no term runs in a case without a last day, since the applicant was asked for something; else it is unclear."""
    return TERMLESS if standing.answer and standing.answer.last_day else UNCLEAR


def _earlier(session: Session, span: Span) -> dict[str, int]:
    """The disputes of a year's table four that were begun before it."""
    kind = Challenged.facts["kind"].as_string()
    query = challenges(select(kind, func.count()), span).where(Challenged.day < span.first).group_by(kind)
    found: Counter[str] = Counter()
    for challenge, disputes in session.execute(query):
        found["reconsideration" if challenge == "reconsideration" else "suit"] += disputes
    return dict(found)


def _notices(session: Session, span: Span) -> dict[int, Decimal | None]:
    """The fee that was last asked in a year, by case; None if the amount wasn't recorded."""
    query = select(EventRow.case_id, EventRow.facts["yuan"].as_string())
    query = query.where(EventRow.kind == "fee_asked", EventRow.day.between(span.first, span.last), stands(EventRow))
    asked = session.execute(query.order_by(EventRow.day, EventRow.place))
    return {case: None if yuan is None else Decimal(yuan) for case, yuan in asked}
