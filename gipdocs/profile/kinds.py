"""The kinds of question that only the office profile uses, besides those of all documents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import marshmallow as ma
from marshmallow import validate

from gipdocs.findings import Finding
from gipdocs.questions import Block, Date, Message, Question, Text, refuse
from gipdocs.questions.characters import find_forbidden, normalise, visible

CLOCK = "([01]?[0-9]|2[0-3]):[0-5][0-9]"
URL = validate.URL(schemes={"http", "https"})
USUAL_URL = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,6}(?:/[!-~]*)?")
"""Addresses as most are written, all of which `URL` accepts; its own pattern takes longer to compile than all else of a profile."""
PLACEHOLDER = re.compile(r"\{(year|code|serial)(?:(?<=serial):0[1-9])?\}")
STRAY = re.compile(r"[{}/\\]")
LEAP_YEAR = 2000
"""A leap year, so that 29 February is accepted as a day of the year."""


class OfficePhone(Text):
    """An office's telephone or fax number; unlike a person's, it may be a short number or have an extension."""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(
            label, pattern="[0-9()（）+\\- 转]{5,30}", cure="应写作“区号-号码”，分机写作“转801”，请核对", **more
        )


class WebAddress(Text):
    """The address of a web page."""

    def fault(self, text: str) -> str | None:
        try:
            if not USUAL_URL.fullmatch(text):
                URL(text)
        except ma.ValidationError:
            return "网址应以http://或者https://开头，请核对"
        return None


class Period(Text):
    """A period of a day, written 8:30-12:00."""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, pattern=f"{CLOCK}-{CLOCK}", cure="时间应写作“8:30-12:00”，请核对", **more)

    def fault(self, text: str) -> str | None:
        return super().fault(text) or ("结束的时间应在开始的时间之后，请核对" if _ends_first(text) else None)


def _ends_first(period: str) -> bool:
    """Whether a period, written 8:30-12:00, ends before it has begun."""
    start, end = (tuple(map(int, clock.split(":"))) for clock in period.split("-"))
    return end <= start


class NumberPattern(Text):
    """How numbers are written: {year}, {serial} or {serial:04} (padded with zeros), and {code} for the 机关代字."""

    def fault(self, text: str) -> str | None:
        placed = {"year", "serial"} <= set(PLACEHOLDER.findall(text))
        if placed and not STRAY.search(PLACEHOLDER.sub("", text)):
            return super().fault(text)
        return "应写有{year}和{serial}，序号补零的写作{serial:04}，机关代字写作{code}，不含斜线，请核对"


class DayOfYear(Text):
    """A day of any year, written 05-01; its value is (month, day)."""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, pattern="[0-9]{2}-[0-9]{2}", cure="日期应写作“05-01”，请核对", **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        month, day = map(int, super()._deserialize(value, attr, data, **kwargs).split("-"))
        try:
            date(LEAP_YEAR, month, day)
        except ValueError:
            raise refuse("no-such-day", f"“{self.label}”：没有{value}这一天，请核对。") from None
        return month, day


class BareDay(Date):
    """A day, with or without quotation marks, since TOML has a type for dates."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        return value if type(value) is date else super()._deserialize(value, attr, data, **kwargs)


class Millimetres(Question):
    """A length on paper, a whole number or a decimal."""

    kind, kind_label = "decimal", "数"

    def __init__(self, label: str, *, least: float, most: float, **more: Any) -> None:
        super().__init__(label, **more)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong_type("数字")
        if not self.least <= value <= self.most:
            raise refuse("range", f"“{self.label}”应为{self.least}至{self.most}毫米，请改正。")
        return float(value)

    def json_type(self) -> dict[str, Any]:
        return {"type": "number", "minimum": self.least, "maximum": self.most}


class Named(Block):
    """Groups of the same questions, each under a name that the office chooses; `name` is the name in the sample."""

    kind, kind_label = "named", "若干组"

    def __init__(self, label: str, schema: Any, *, name: str, **more: Any) -> None:
        super().__init__(label, schema, **more)
        self.name, self.least = name, int(self.required)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            raise self.wrong_type("若干组填写项，每组有自己的名称")
        groups, faults = dict[str, Any](), dict[str, Any]()
        for name, group in value.items():
            if fault := self._name_fault(name, groups):
                faults[name] = [fault]
                continue
            try:
                groups[normalise(name)] = super()._deserialize(group, attr, data, **kwargs)
            except ma.ValidationError as error:
                faults[name] = error.messages
        if faults:
            raise ma.ValidationError(faults)  # nested like the data
        return groups

    def _name_fault(self, name: str, taken: Mapping[str, Any]) -> Message | None:
        text = normalise(name)
        if bad := find_forbidden(text):
            return Message("character", f"“{self.label}”的名称里有不能印在文书上的字符（{bad}），请删除后重新填写。")
        if not visible(text) or "\n" in text or "\t" in text:
            return Message("blank", f"“{self.label}”的名称应为一行文字，请重新填写。")
        return Message("repeated", f"“{self.label}”中有两组名称相同，请改名。") if text in taken else None

    def remarks(self, typed: Any, value: Any, pointer: str) -> Iterator[Finding]:
        for name, group in typed.items():
            yield from super().remarks(group, value[normalise(name)], f"{pointer}/{name}")

    def sample(self, office: Any, *, full: bool = False) -> Any:
        group = super().sample(office, full=full)
        return {self.name: group} if group else None

    def json_type(self) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": super().json_type()}
