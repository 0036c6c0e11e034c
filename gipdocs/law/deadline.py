"""Deadline: the end of one clock and how it was computed, as JSON and as a Chinese text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gipdocs.law.counting import Step
from gipdocs.writing import chinese_date, weekday


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that affected the clock, and when; `event` is a stable word, `text` is Chinese."""

    date: date
    event: str
    text: str

    def as_json(self) -> dict[str, str]:
        """The event as the API prints it."""
        return {"date": self.date.isoformat(), "event": self.event, "text": self.text}


@dataclass(frozen=True, kw_only=True)
class Deadline:
    """The end of one clock.

    `last_day` is None while `pending`; then `reason` says why, and `first_unknown_day` is the first day that cannot be
    counted (None if an open consultation stopped the clock). `late` compares `posted` with the last day; None if that
    cannot be decided. `starts` is the day after which counting begins, `received` is 收到申请之日.
    `extension_notice_by` is the last day for giving notice of an extension. `natural_last_day` is the last day before
    it was moved past rest days. `rules` are the versions of the data used.
    """

    kind: str
    label: str
    period: str
    starts: date | None
    received: date | None
    last_day: date | None
    late: bool | None
    derivation: tuple[Step, ...]
    events: tuple[Event, ...]
    basis: tuple[str, ...]
    rules: Mapping[str, str]
    extension_notice_by: date | None = None
    natural_last_day: date | None = None
    first_unknown_day: date | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()
    posted: date | None = None

    @property
    def pending(self) -> bool:
        """Whether the last day is not known yet."""
        return self.last_day is None

    @property
    def counted(self) -> int:
        """How many days (or months) of the derivation count."""
        return sum(step.counted for step in self.derivation)

    def as_json(self) -> dict[str, Any]:
        """The body of the API's answer; dates as YYYY-MM-DD."""
        return {
            "kind": self.kind,
            "label": self.label,
            "period": self.period,
            "starts": _iso(self.starts),
            "received": _iso(self.received),
            "last_day": _iso(self.last_day),
            "pending": self.pending,
            "late": self.late,
            "first_unknown_day": _iso(self.first_unknown_day),
            "reason": self.reason or None,
            "natural_last_day": _iso(self.natural_last_day),
            "extension_notice_by": _iso(self.extension_notice_by),
            "events": [event.as_json() for event in self.events],
            "derivation": [step.as_json() for step in self.derivation],
            "basis": list(self.basis),
            "notes": list(self.notes),
            "rules": dict(self.rules),
        }

    def explain(self) -> str:
        """The answer for a person, in Chinese: result, basis, events, then day by day."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"{self.label}（{self.period}）：{self._result()}"
        if self.extension_notice_by:
            yield f"需要延长的，最迟在{chinese_date(self.extension_notice_by)}告知申请人。"
        if self.late is not None and self.posted:
            yield f"{chinese_date(self.posted)}送达或者交邮：{'已经逾期' if self.late else '没有逾期'}。"
        yield f"依据：{'；'.join(self.basis)}"
        if self.events:
            yield "经过："
            yield from (f"  {chinese_date(event.date)}  {event.text}" for event in self.events)
        yield "逐日计算："
        yield from (f"  {self._line(step)}" for step in self.derivation)
        if self.pending:
            yield f"  到此为止：{self.reason}"
        yield from (f"注意：{note}" for note in self.notes)
        yield "规则数据版本：" + "，".join(f"{key} {version}" for key, version in self.rules.items())

    def _result(self) -> str:
        if self.last_day:
            return f"最后一日为{chinese_date(self.last_day)}（{weekday(self.last_day)}）"
        return "最后一日待定"

    def _line(self, step: Step) -> str:
        unit = "个月" if "个月" in self.period else "日"
        number = f"第{step.n}{unit}" if step.n else "不计"
        return f"{chinese_date(step.date)} {weekday(step.date)}  {number}  {step.reason}"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
