"""Deadlines of typed facts, as the tests ask for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from gipdocs.law import Law
from gipdocs.law.deadlines import Deadline, deadline
from gipdocs.law.facts import Consultation, Facts


def answer_deadline(*, law: Law, consultations: Iterable[Consultation] = (), **facts: Any) -> Deadline:
    """答复期限; `facts` as Facts has them."""
    return deadline(Facts(kind="answer", consultations=tuple(consultations), **facts), law)


def suit_deadline(received: date, *, after: str, law: Law) -> Deadline:
    """起诉期限 after a "letter", or after a "decision" on reconsideration."""
    return deadline(Facts(kind="suit", received=received, after=after), law)


def annual_report_deadline(year: int, agency_kind: str, *, law: Law, posted: date | None = None) -> Deadline:
    """The deadline of the annual report of `year`."""
    return deadline(Facts(kind="annual_report", year=year, agency_kind=agency_kind, posted=posted), law)
