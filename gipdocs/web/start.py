"""What the desk's first page says of the cases: what is pressing, with the step that comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import url_for

from gipdocs.register.due import SOON, DueItem, list_due
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
    """What is overdue, due today or within SOON working days, the most urgent first; `more` are those not listed."""

    pressing: tuple[Pressing, ...]
    more: int
    soon: int = SOON


def list_today(register: Register) -> Today:
    """The pressing cases of today."""
    due = list_due(register, until=register.today + AHEAD)
    every = (*due.overdue, *due.today, *due.soon)
    items = every[:MOST]
    steps = first_steps(register, [item.number for item in items])
    pressing = tuple(_pressing(item, steps.get(item.number), register) for item in items)
    return Today(pressing=pressing, more=len(every) - len(items))


def _pressing(item: DueItem, step: NextStep | None, register: Register) -> Pressing:
    day, today = item.day, register.today
    return Pressing(
        item=item,
        is_late=day is not None and day < today,
        is_today=day == today,
        step=step.label if step else "",
        url=step_url(item.number, step) if step else "",
    )


def step_url(number: str, step: NextStep) -> str:
    """Where a step of a case is done: its only document, a choice of them, or the form of its event."""
    if step.document:
        return url_for("letters.write_letter", number=number, id=step.document)
    if step.documents:
        return url_for("letters.choose_letter", number=number, kind=step.kind)
    if step.kind in ("erased", "held"):
        return url_for("keeping.decide", number=number)
    return url_for("cases.show_event", number=number, kind=step.kind)
