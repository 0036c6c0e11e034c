"""Reading a JSON body by hand: dates, whole numbers and choices, each refusal with a pointer and a sentence."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from gipdocs.errors import Fault, InvalidInput, token

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True)
class Reader:
    """Takes values out of one object and collects the faults; `base` is the object's own JSON pointer."""

    body: Mapping[str, object]
    base: str = ""
    faults: list[Fault] = field(default_factory=list)

    def fault(self, key: str, code: str, detail: str) -> None:
        """Note what is wrong with `key`."""
        self.faults.append(Fault(f"{self.base}/{token(key)}", code, detail))

    def refuse_unknown(self, known: Collection[str]) -> None:
        """A fault for every key that the object must not have."""
        detail = f"没有这一项，可用的是{'、'.join(known)}。"
        for key in self.body:
            if key not in known:
                self.fault(str(key), "unknown", detail)

    def given(self, key: str) -> bool:
        """Whether the key has a value that says something: not null, not an empty list, not 0, not "none"."""
        value = self.body.get(key)
        return not (value is None or value == [] or value == "none" or (value == 0 and type(value) is int))

    def day(self, key: str, label: str, *, required: bool = False) -> date | None:
        """A date as YYYY-MM-DD; None where it is null or absent, with a fault when it is required."""
        value = self.body.get(key)
        if value is None:
            if required:
                self.fault(key, "required", f"请填写{label}，例如2026-03-02。")
            return None
        day = _day(value)
        if day is None:
            self.fault(key, "format", f"{label}应当是按“年-月-日”写的真实日期，例如2026-03-02。")
        elif not EARLIEST <= day <= LATEST:
            self.fault(key, "range", f"{label}应当在{EARLIEST.year}年至{LATEST.year}年之间，请核对。")
            return None
        return day

    def number(self, key: str, label: str, *, required: bool = False) -> int | None:
        """A whole number; None where it is null or absent, with a fault when it is required or no whole number."""
        value = self.body.get(key)
        if type(value) is int:
            return value
        if value is not None:
            self.fault(key, "type", f"{label}应当是整数，不加引号。")
        elif required:
            self.fault(key, "required", f"请填写{label}。")
        return None

    def choice(self, key: str, label: str, choices: Mapping[str, str], *, required: bool = False) -> str | None:
        """One of `choices` (value -> its Chinese name); None where it is null or absent."""
        value = self.body.get(key)
        if isinstance(value, str) and value in choices:
            return value
        if value is not None or required:
            listed = "、".join(f"{one}（{name}）" for one, name in choices.items())
            self.fault(key, "option" if value is not None else "required", f"{label}应当是{listed}中的一个。")
        return None

    def stop_if_faulty(self) -> None:
        """Raise InvalidInput with everything noted so far."""
        if self.faults:
            raise InvalidInput(self.faults)


def read_object(body: object, example: str) -> Reader:
    """A reader of a JSON object; InvalidInput when the body is something else."""
    if not isinstance(body, Mapping):
        raise InvalidInput([Fault("", "type", f"内容应当是一个JSON对象，例如{example}。")])
    return Reader(body)


def _day(value: object) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
