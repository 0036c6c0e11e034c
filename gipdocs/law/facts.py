"""The facts of one case that a clock is set by: typed, and read from a body of the API or an answered form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from gipdocs.errors import Fault
from gipdocs.law.body import Reader, read_object
from gipdocs.law.clock import (
    AFTER,
    BODY_KEYS,
    CHANNELS,
    CLOCK,
    CONFIRMED_CHANNELS,
    CONSULTATION,
    KINDS,
    OTHER_KEYS,
    REPORTERS,
    ClockKind,
)

if TYPE_CHECKING:
    from gipdocs.law.rules import Law

MOST_CONSULTATIONS = 50
LABELS = {key.key: key.label for key in (*CLOCK, *OTHER_KEYS)}
EXAMPLE = '{"kind": "answer", "received": "2026-03-02"}'


@dataclass(frozen=True, kw_only=True)
class Consultation:
    """Asking a third party or another agency: sent, delivered to it, its opinion received."""

    sent: date
    delivered: date | None = None
    answered: date | None = None


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The days of one case, as a clock needs them; `received` is meant as `KINDS[kind].received` says."""

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

    @property
    def receipt(self) -> date | None:
        """收到申请之日 as 条例第三十一条 fixes it: the day of confirmation where the channel asks for one."""
        if self.confirmed is not None and self.channel in CONFIRMED_CHANNELS:
            return self.confirmed
        return self.received

    @property
    def starts(self) -> date | None:
        """The day after which counting begins: receipt, or the later restart by correction or payment."""
        return max((day for day in (self.receipt, self.corrected, self.paid) if day), default=None)


def read_facts(body: object, law: Law) -> Facts:
    """The facts of a body of the API (or of an answered `clock` block with `kind`), dates as text or `date`.

    InvalidInput with every fault of form: unknown key, wrong type, wrong date, a key that this clock doesn't know.
    """
    reader = read_object(body, EXAMPLE)
    reader.refuse_unknown(BODY_KEYS)
    kind = reader.choice("kind", "期限种类", {key: one.label for key, one in KINDS.items()}, required=True)
    if kind is None:
        reader.stop_if_faulty()
    assert kind is not None  # or the reader has stopped
    _refuse_foreign_keys(reader, KINDS[kind])
    facts = _facts(reader, KINDS[kind], law)
    reader.stop_if_faulty()
    return facts


def _refuse_foreign_keys(reader: Reader, kind: ClockKind) -> None:
    for key in BODY_KEYS[1:]:
        if key not in kind.keys and reader.given(key):
            reader.fault(key, "not-for-kind", f"“{kind.label}”的期限与{LABELS[key]}无关，请不填这一项。")


def _facts(reader: Reader, kind: ClockKind, law: Law) -> Facts:
    labels = LABELS | {"received": kind.received, "posted": kind.posted}

    def day(key: str, *, required: bool = False) -> date | None:
        return reader.day(key, labels[key], required=required) if key in kind.keys else None

    yearly = "year" in kind.keys
    channel = reader.choice("channel", labels["channel"], CHANNELS) if "channel" in kind.keys else None
    reporters = REPORTERS | {key: one.label for key, one in law.agencies.items()}
    return Facts(
        kind=kind.key,
        received=day("received", required=not yearly),
        channel=channel or "none",
        confirmed=day("confirmed"),
        corrected=day("corrected"),
        paid=day("paid"),
        consultations=_consultations(reader) if "consultations" in kind.keys else (),
        extension=(reader.number("extension", labels["extension"]) or 0) if "extension" in kind.keys else 0,
        posted=day("posted"),
        after=reader.choice("after", labels["after"], AFTER, required=True) if "after" in kind.keys else None,
        year=reader.number("year", labels["year"], required=True) if yearly else None,
        agency_kind=reader.choice("agency_kind", labels["agency_kind"], reporters, required=True) if yearly else None,
    )


def _consultations(reader: Reader) -> tuple[Consultation, ...]:
    rows = reader.body.get("consultations")
    if rows is None:
        return ()
    if not isinstance(rows, list | tuple):
        reader.faults.append(Fault("/consultations", "type", "征求意见应当是一组记录，每次征求意见一条。"))
        return ()
    if len(rows) > MOST_CONSULTATIONS:
        detail = f"一件申请的征求意见超过{MOST_CONSULTATIONS}次，请核对。"
        reader.faults.append(Fault("/consultations", "rows", detail))
        return ()
    read = [_consultation(reader, index, row) for index, row in enumerate(rows)]
    return tuple(one for one in read if one is not None)


def _consultation(reader: Reader, index: int, row: object) -> Consultation | None:
    if not isinstance(row, Mapping):
        detail = "一次征求意见应当是一条记录，写明sent、delivered、answered。"
        reader.faults.append(Fault(f"/consultations/{index}", "type", detail))
        return None
    part = Reader(row, f"/consultations/{index}", reader.faults)
    labels = {key.key: key.label for key in CONSULTATION}
    part.refuse_unknown(tuple(labels))
    sent = part.day("sent", labels["sent"], required=True)
    delivered, answered = part.day("delivered", labels["delivered"]), part.day("answered", labels["answered"])
    return Consultation(sent=sent, delivered=delivered, answered=answered) if sent else None
