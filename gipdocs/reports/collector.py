"""Reads plain data piece by piece and collects every fault with its pointer, so that all are told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from gipdocs.errors import Fault, named, token
from gipdocs.questions.characters import forbidden, normal
from gipdocs.reports.expressions import Number

LARGEST = 10**12
FINEST = 12  # decimals
LONGEST = 50_000
"""The longest text, in characters, and all of a report's texts together."""
MOST = 500
"""The longest list."""


class Collector:
    """The faults found so far; each method returns what it could read of one value."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def refuse(self, at: str, code: str, detail: str) -> None:
        self.faults.append(Fault(at, code, detail))

    def group(self, raw: Any, at: str, keys: Iterable[str]) -> Mapping[str, Any]:
        if raw is None and at.count("/"):
            return {}
        if not isinstance(raw, Mapping):
            self.refuse(at, "type", "此处应为一组填写项（JSON对象）。")
            return {}
        known = set(keys)
        for key in raw:
            if key not in known:
                self.refuse(f"{at}/{token(key)}", "unknown", f"没有“{named(key)}”这一项，请核对名称或者删去。")
        return raw

    def each(self, raw: Any, at: str, one: Callable[[Any, str], Any]) -> list[Any]:
        if raw is None:
            return []
        if not isinstance(raw, list | tuple):
            self.refuse(at, "type", "此处应为列表。")
            return []
        if len(raw) > MOST:
            self.refuse(at, "rows", f"最多{MOST}项，现在是{len(raw)}项，请核对。")
            return []
        found = [one(value, f"{at}/{i}") for i, value in enumerate(raw)]
        return [value for value in found if value is not None]

    def text(self, raw: Any, at: str) -> str | None:
        if not isinstance(raw, str):
            self.refuse(at, "type", "此处应为文字。")
            return None
        text = normal(raw)
        if bad := forbidden(text):
            self.refuse(at, "character", f"文字里有不能印在报告上的字符（{bad}），请删除。")
            return None
        if len(text) > LONGEST:
            self.refuse(at, "too-long", f"文字超过{LONGEST}个字，请分开填写。")
            return None
        return text

    def mapping(self, raw: Any, at: str) -> dict[str, str]:
        data = raw if isinstance(raw, Mapping) else self.group(raw, at, ())
        if len(data) > MOST:
            self.refuse(at, "rows", f"最多{MOST}项，现在是{len(data)}项，请核对。")
            return {}
        found = {str(key): self.text(value, f"{at}/{token(key)}") for key, value in data.items()}
        return {key: value for key, value in found.items() if value is not None}


def amount(raw: Any) -> Number | None:
    """A number with decimals from JSON (number or text), or None when it is not one."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal | str):
        return None
    if isinstance(raw, str) and "_" in raw:  # Python reads 1_000 as 1000
        return None
    try:
        value = Decimal(raw if isinstance(raw, int) else str(raw))
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) > LARGEST or -int(value.as_tuple().exponent) > FINEST:
        return None
    return int(value) if value == value.to_integral_value() else value
