"""What the desk's first page says of the cases: what is pressing, with the step that comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import url_for

from gipdocs.access.permissions import Permission
from gipdocs.faces import actor
from gipdocs.register.due import SOON, DueItem, SubmittedLetter, list_due, list_sent_back, list_submitted
from gipdocs.register.events import permission_for
from gipdocs.register.register import Register
from gipdocs.register.steps import NextStep, first_steps

MOST = 5
"""So many cases are listed; the others are counted."""
AHEAD = timedelta(days=31)
"""No SOON working days lie further apart, whatever holidays there are."""


@dataclass(frozen=True, kw_only=True)
class Pressing:
    """A case with something due: the item, and the label and address of its next step, "" if there is none."""

    item: DueItem
    is_late: bool
    is_today: bool
    step: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Today:
    """What is overdue, due today or within SOON working days, the most urgent first; `more` are those not listed.

    `submitted` are the letters that wait for whoever issues them, `sent_back` those that the reader has to change.
    """

    pressing: tuple[Pressing, ...]
    more: int
    submitted: tuple[SubmittedLetter, ...] = ()
    sent_back: tuple[SubmittedLetter, ...] = ()
    soon: int = SOON


def list_today(register: Register) -> Today:
    """The pressing cases of today."""
    due = list_due(register, until=register.today + AHEAD)
    every = (*due.overdue, *due.today, *due.soon)
    items = every[:MOST]
    steps = first_steps(register, [item.number for item in items])
    pressing = tuple(_pressing(item, steps.get(item.number), register) for item in items)
    submitted = list_submitted(register) if actor().may(Permission.ISSUE) else ()
    back = list_sent_back(register, actor().name) if actor().may(Permission.WRITE_CASES) else ()
    return Today(pressing=pressing, more=len(every) - len(items), submitted=submitted, sent_back=back)


def _pressing(item: DueItem, step: NextStep | None, register: Register) -> Pressing:
    day, today = item.day, register.today
    offered = step if step and may_do(step) else None
    return Pressing(
        item=item,
        is_late=day is not None and day < today,
        is_today=day == today,
        step=offered.label if offered else "",
        url=step_url(item.number, offered) if offered else "",
    )


def may_do(step: NextStep) -> bool:
    """Whether whoever looks at a page may do a step: write its letter, or record its event."""
    return actor().may(Permission.WRITE_CASES if step.documents else permission_for(step.kind))


def step_url(number: str, step: NextStep) -> str:
    """Where a step of a case is done: its only document, a choice of them, or the form of its event."""
    if step.document:
        return url_for("letters.write_letter", number=number, id=step.document)
    if step.documents:
        return url_for("letters.choose_letter", number=number, kind=step.kind)
    if step.kind in ("erased", "held"):
        return url_for("keeping.decide", number=number)
    return url_for("cases.show_event", number=number, kind=step.kind)
