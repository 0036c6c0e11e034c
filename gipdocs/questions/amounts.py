"""Questions that are answered by a day, a whole number or a sum of money."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from gipdocs.questions.days import FORM, NotADay, read_day
from gipdocs.questions.question import Question, refuse


class Date(Question):
    """A day, written 2026-03-01; `years`, the first and the last year accepted, catch typing errors."""

    kind, kind_label = "date", "日期"

    def __init__(self, label: str, *, years: tuple[int, int] | None = None, **more: Any) -> None:
        super().__init__(label, **more)
        self.years = years

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str):
            raise self.wrong_type("日期，写作2026-03-01")
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            raise refuse("format", f"“{self.label}”{_cure(value)}。")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise refuse("no-such-day", f"“{self.label}”：没有{value}这一天，请核对。") from None
        if self.years and not self.years[0] <= day.year <= self.years[1]:
            raise refuse("range", f"“{self.label}”应在{self.years[0]}年至{self.years[1]}年之间，请核对。")
        return day

    def json_type(self) -> dict[str, Any]:
        year = _year_pattern(*map(str, self.years)) if self.years else "[0-9]{4}"
        return {"type": "string", "format": "date", "pattern": f"^{year}-[0-9]{{2}}-[0-9]{{2}}$"}


def _year_pattern(first: str, last: str) -> str:
    """A regular expression for the numbers between two that have the same number of digits."""
    if first == last:
        return first
    if not first.strip("0") and not last.strip("9"):
        return "[0-9]" * len(first)
    if first[0] == last[0]:
        return first[0] + _year_pattern(first[1:], last[1:])
    parts = []
    for digit in range(int(first[0]), int(last[0]) + 1):
        least = first[1:] if digit == int(first[0]) else "0" * len(first[1:])
        most = last[1:] if digit == int(last[0]) else "9" * len(last[1:])
        parts.append(f"{digit}{_year_pattern(least, most)}")
    return f"({'|'.join(parts)})"


def _cure(text: str) -> str:
    """What to do about a text that isn't a day as data give it: in another form if it is clear, or else what is unclear."""
    try:
        read_day(text)
    except NotADay as unclear:
        return f"：{unclear}"
    return FORM


class Number(Question):
    """A whole number."""

    kind, kind_label = "number", "整数"

    def __init__(self, label: str, *, least: int = 0, most: int = 10**9, **more: Any) -> None:
        super().__init__(label, **more)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.wrong_type("整数")
        if not self.least <= value <= self.most:
            rule = f"：{self.rule}" if self.rule else ""
            raise refuse("range", f"“{self.label}”应在{self.least}和{self.most}之间{rule}。")
        return value

    def json_type(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


class Money(Question):
    """An amount of yuan with at most two decimals, as text ("380.50") or a whole number."""

    kind, kind_label = "money", "金额"
    form = re.compile(r"(0|[1-9][0-9]{0,9})(\.[0-9]{1,2})?")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise self.wrong_type("金额，写作文字，例如“380.50”")
        if not self.form.fullmatch(str(value)):
            raise refuse("format", f"“{self.label}”应为不小于0、最多两位小数的金额，例如380.50。")
        return Decimal(str(value))

    def json_type(self) -> dict[str, Any]:
        return {
            "type": ["string", "integer"],
            "pattern": f"^{self.form.pattern}$",
            "minimum": 0,
            "maximum": 9_999_999_999,
        }
