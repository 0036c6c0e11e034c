"""Puts faults and findings beside the questions that they concern."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gipdocs.errors import Fault
from gipdocs.findings import GRADES, Finding, Severity
from gipdocs.forms.controls import format_value
from gipdocs.forms.forms import QuestionsForm, Repeated


@dataclass(kw_only=True)
class Remark:
    """A fault of the schema or a finding of a check.

    `place` is the id of its field, "" for the top of the form; `reason` is the field for a clerk's reason to issue the
    document anyway.
    """

    severity: Severity
    code: str
    message: str
    pointer: str
    basis: str = ""
    overridable: bool = False
    override_reason: str = ""
    place: str = ""
    reason: Any = None

    @property
    def grade(self) -> str:
        """What its severity is called."""
        return GRADES[self.severity].name

    @property
    def mark(self) -> str:
        """Identifies the remark; a changed warning counts as unseen."""
        digest = hashlib.blake2s(f"{self.pointer} {self.message}".encode(), digest_size=6)
        return f"{self.code}-{digest.hexdigest()}"


@dataclass(kw_only=True)
class Remarks:
    """All remarks in form order, general ones first; `offered` names the rows for reasons."""

    every: tuple[Remark, ...] = ()
    offered: tuple[str, ...] = ()

    @cached_property
    def beside(self) -> Mapping[str, list[Remark]]:
        """The remarks of each field, by its id."""
        places = defaultdict[str, list[Remark]](list)
        for remark in self.every:
            places[remark.place].append(remark)
        return places

    def at(self, place: str) -> list[Remark]:
        """The remarks of the field with this id."""
        return self.beside.get(place, [])

    def is_wrong(self, place: str) -> bool:
        """Whether the answer in this field is refused."""
        return any(remark.severity == "error" for remark in self.at(place))

    def is_doubtful(self, place: str) -> bool:
        """Whether the answer in this field is refused, or should be looked at."""
        return any(remark.severity != "info" for remark in self.at(place))

    def of(self, *severities: str) -> list[Remark]:
        """The remarks of these severities."""
        return [remark for remark in self.every if remark.severity in severities]


def attach(form: QuestionsForm, said: Iterable[Fault | Finding]) -> Remarks:
    """Find the question of each fault or finding by its pointer; an overridable finding gets a row for a reason."""
    remarks = [_remark(one, form) for one in said]
    offered = _offer_reasons(form, remarks)
    order = {"": -1} | {one.id: place for place, one in enumerate(form.everything())}
    remarks.sort(key=lambda remark: order[remark.place])
    return Remarks(every=tuple(remarks), offered=tuple(offered))


def _remark(said: Fault | Finding, form: QuestionsForm) -> Remark:
    place, row = _find(form, said.pointer)
    if isinstance(said, Fault):
        return Remark(
            severity="error",
            code=said.code,
            message=_in_row(row, format_value(said.detail)),
            pointer=format_value(said.pointer),
            place=place,
        )
    return Remark(
        severity=said.severity,
        code=said.code,
        message=_in_row(row, format_value(said.message)),
        pointer=format_value(said.pointer),
        basis=said.basis,
        overridable=said.overridable,
        override_reason=format_value(said.override_reason),
        place=place,
    )


def _in_row(row: tuple[str, str], message: str) -> str:
    """The message with the row that it is about, unless it says so itself."""
    label, number = row
    return message if number in message else f"{label}{number}：{message}"


def _find(form: QuestionsForm, pointer: str) -> tuple[str, tuple[str, str]]:
    """The id of the deepest field along the pointer, and the last list on the way to it: its label and 第2项."""
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    found = deepest = form.find(tokens[0]) if tokens else None
    row = ("", "")
    for token in tokens[1:]:
        below = found.below(token) if found is not None else None
        if isinstance(found, Repeated) and below in found.entries:
            unit = "行" if found.question.kind == "lines" else "项"
            row = (str(found.label.text), f"第{found.entries.index(below) + 1}{unit}")
        found = below
        deepest = found if found is not None else deepest
    return (deepest.id if deepest is not None else ""), row


def _offer_reasons(form: QuestionsForm, remarks: Iterable[Remark]) -> dict[str, None]:
    """Give each overridable code a row in the form for the reason; returns the names of these rows."""
    rows, offered = form.find("overrides"), dict[str, None]()
    for remark in remarks:
        if remark.overridable and isinstance(rows, Repeated):
            row = _row(rows, remark.code)
            remark.reason = row if row.name not in offered else None
            offered[row.name] = None
    return offered


def _row(rows: Repeated, code: str) -> Any:
    row = next((row for row in rows.entries if row.form.find("code").data == code), None)
    if row is None:
        row = rows.append_entry()
        row.form.find("code").show(code)
    return row
