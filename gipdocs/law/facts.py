"""The typed facts of one case from which a deadline is computed, read from an API body or from a letter's answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from gipdocs.law.clock import CONFIRMED_CHANNELS, deadline_questions
from gipdocs.law.rules import Law


@dataclass(frozen=True, kw_only=True)
class Consultation:
    """One consultation of a third party or another agency: when it was sent, and delivered and answered, or returned."""

    sent: date
    delivered: date | None = None
    answered: date | None = None
    returned: date | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The days of one case that a clock needs; `KINDS[kind].received` says what `received` means."""

    kind: str
    received: date | None = None
    channel: str = "none"
    confirmed: date | None = None
    corrected: date | None = None
    paid: date | None = None
    consultations: tuple[Consultation, ...] = ()
    extension: int = 0
    posted: date | None = None
    after: str | None = None
    year: int | None = None
    agency_kind: str | None = None
    procedure: str = ""
    by: str = ""
    ordered: int = 0
    ordered_unit: Literal["working_day", "day"] = "working_day"

    @property
    def receipt(self) -> date | None:
        """收到申请之日 (条例第三十一条): the day of confirmation if the channel requires one."""
        if self.confirmed is not None and self.channel in CONFIRMED_CHANNELS:
            return self.confirmed
        return self.received

    @property
    def starts(self) -> date | None:
        """The day after which counting begins: receipt, or the later restart by correction or payment."""
        return max((day for day in (self.receipt, self.corrected, self.paid) if day), default=None)


def read_facts(body: object, law: Law) -> Facts:
    """The facts of a body of the API, dates as text; InvalidInput names every fault with its pointer."""
    kind, answers = deadline_questions(law).load(body)
    return answered_facts(kind, answers)


def answered_facts(kind: str, answers: Mapping[str, Any]) -> Facts:
    """The facts of loaded answers; absent keys and None mean that a fact isn't known."""
    known = {key: value for key, value in answers.items() if value is not None}
    rows = tuple(Consultation(**row) for row in known.pop("consultations", ()))
    return Facts(kind=kind, consultations=rows, **known)
