"""What is due: the days that run in all cases, by urgency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from gipdocs.law import Office
from gipdocs.register.register import Register
from gipdocs.register.retention import is_expired
from gipdocs.register.standing import DUE
from gipdocs.register.working_days import count_left, tell_left
from gipdocs.store.tables import CaseRow, LetterRow

SOON, WEEK = 3, 7
"""So many working days ahead a day is pressing, or comes up next."""
OLD_DRAFT = timedelta(days=30)
DRAFT_STATES = ("draft", "submitted")
COLUMNS = (CaseRow.number, CaseRow.subject, CaseRow.officer, CaseRow.due_what, CaseRow.due_on, CaseRow.due_why)


@dataclass(frozen=True, kw_only=True)
class DueItem:
    """Something due in a case: `what` is a stable word of `standing.DUE`, `label` the same for readers.

    `left` are the working days up to `day`, below 0 for a past one, None where they can't be counted. `why` is a
    sentence.
    """

    number: str
    subject: str
    officer: str
    what: str
    label: str
    day: date | None
    left: int | None
    why: str

    def as_json(self) -> dict[str, Any]:
        """The item as plain data; the day as YYYY-MM-DD."""
        return asdict(self) | {"day": self.day.isoformat() if self.day else None}


@dataclass(frozen=True, kw_only=True)
class OldDraft:
    """A letter that has been a draft for long: `since` is the day on which it was begun."""

    number: str
    title: str
    officer: str
    since: date


@dataclass(frozen=True, kw_only=True)
class SubmittedLetter:
    """A letter that waits for its issue: the numbers of letter and case, who asks, and who has agreed, "" if nobody."""

    letter: int
    case: str
    document: str
    title: str
    submitted_by: str
    approved_by: str


@dataclass(frozen=True, kw_only=True)
class DueList:
    """The most urgent day of every case, in groups of rising days; `pending` are those whose day isn't known.

    `soon` is within 3 working days, `week` within 7. `expired` is how many cases have personal data whose time is over,
    which have to be dealt with by the end of the month, `expired_by`.
    """

    overdue: tuple[DueItem, ...]
    today: tuple[DueItem, ...]
    soon: tuple[DueItem, ...]
    week: tuple[DueItem, ...]
    later: tuple[DueItem, ...]
    pending: tuple[DueItem, ...]
    drafts: tuple[OldDraft, ...] = ()
    expired: int = 0
    expired_by: date | None = None

    @property
    def groups(self) -> dict[str, tuple[DueItem, ...]]:
        """The groups by name, the most urgent first."""
        return {name: getattr(self, name) for name in GROUPS}

    def as_json(self) -> dict[str, Any]:
        """The list as plain data."""
        groups = {name: [item.as_json() for item in items] for name, items in self.groups.items()}
        drafts = [asdict(one) | {"since": one.since.isoformat()} for one in self.drafts]
        by = self.expired_by.isoformat() if self.expired_by else None
        return {**groups, "drafts": drafts, "expired": self.expired, "expired_by": by}


GROUPS = {
    "overdue": "已经逾期",
    "today": "今天到期",
    "soon": f"{SOON}个工作日内",
    "week": f"{WEEK}个工作日内",
    "later": "以后",
    "pending": "日期待定",
}
"""The groups of a list, for readers."""


def list_due(register: Register, *, until: date | None = None) -> DueList:
    """What is due in all cases; days after `until` are left out."""
    office = register.office()
    with register.store.reading() as session:
        known, unknown = _read_rows(session, until)
        pending = tuple(_item(row, left=None, why=row.due_why or "日期还不能确定。") for row in unknown)
        drafts = tuple(_old_drafts(session, office.today))
        expired = session.scalar(select(func.count()).select_from(CaseRow).where(is_expired(office))) or 0
    groups: dict[str, list[DueItem]] = {name: [] for name in GROUPS}
    for item in _count_days(known, office):
        groups[_group(item, office.today)].append(item)
    sorted_groups = {name: tuple(items) for name, items in groups.items()} | {"pending": pending}
    by = _month_end(office.today) if expired else None
    return DueList(**sorted_groups, drafts=drafts, expired=expired, expired_by=by)


def _read_rows(session: Session, until: date | None) -> tuple[list[Any], list[Any]]:
    """The columns of cases with something due: those with a day, in order, and those without."""
    rows = select(*COLUMNS).where(CaseRow.due_what.is_not(None))
    dated = rows.where(CaseRow.due_on.is_not(None)).order_by(CaseRow.due_on, CaseRow.id)
    known = session.execute(dated if until is None else dated.where(CaseRow.due_on <= until)).all()
    return list(known), list(session.execute(rows.where(CaseRow.due_on.is_(None)).order_by(CaseRow.id)).all())


def _count_days(rows: Iterable[Any], office: Office) -> Iterator[DueItem]:
    """The items of rows with a day; each day is counted once."""

    @cache
    def count(day: date) -> tuple[int | None, str]:
        return count_left(day, office), f"{tell_left(day, office)}。"

    for row in rows:
        left, why = count(row.due_on)
        yield _item(row, left=left, why=why)


def _item(row: Any, *, left: int | None, why: str) -> DueItem:
    return DueItem(
        number=row.number or "",
        subject=row.subject,
        officer=row.officer or "",
        what=row.due_what,
        label=DUE.get(row.due_what, row.due_what),
        day=row.due_on,
        left=left,
        why=why,
    )


def _group(item: DueItem, today: date) -> str:
    if item.day is None or item.day <= today:
        return "today" if item.day == today else "overdue"
    if item.left is None or item.left > WEEK:
        return "later"
    return "soon" if item.left <= SOON else "week"


def _old_drafts(session: Session, today: date) -> Iterator[OldDraft]:
    before = datetime.combine(today - OLD_DRAFT, time.min, UTC)
    wanted = (
        select(CaseRow.number, LetterRow.title, CaseRow.officer, LetterRow.made_at)
        .join(CaseRow, CaseRow.id == LetterRow.case_id)
        .where(LetterRow.state.in_(DRAFT_STATES), LetterRow.made_at < before)
        .order_by(LetterRow.made_at, LetterRow.id)
    )
    for number, title, officer, made_at in session.execute(wanted):
        yield OldDraft(number=number or "", title=title, officer=officer or "", since=made_at.date())


def list_submitted(register: Register) -> tuple[SubmittedLetter, ...]:
    """The letters that wait for whoever issues them, the longest waiting first as far as their numbers tell."""
    return _list_letters(register, LetterRow.state == "submitted")


def list_sent_back(register: Register, submitted_by: str) -> tuple[SubmittedLetter, ...]:
    """The letters that somebody submitted and that came back to be changed, in the order of their numbers."""
    return _list_letters(register, LetterRow.state == "draft", LetterRow.submitted_by == submitted_by)


def _list_letters(register: Register, *conditions: ColumnElement[bool]) -> tuple[SubmittedLetter, ...]:
    wanted = (
        select(
            LetterRow.id,
            CaseRow.number,
            LetterRow.document,
            LetterRow.title,
            LetterRow.submitted_by,
            LetterRow.approved_by,
        )
        .join(CaseRow, CaseRow.id == LetterRow.case_id)
        .where(*conditions)
        .order_by(LetterRow.id)
    )
    with register.store.reading() as session:
        return tuple(
            SubmittedLetter(
                letter=id,
                case=number or "",
                document=document,
                title=title,
                submitted_by=submitted_by or "",
                approved_by=approved_by or "",
            )
            for id, number, document, title, submitted_by, approved_by in session.execute(wanted)
        )


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
