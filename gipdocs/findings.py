"""Findings: what a check has to say about a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeVar

Severity = Literal["error", "warning", "info"]


class Grade(NamedTuple):
    """The name of a severity, and what it asks the reader to do."""

    name: str
    demand: str


GRADES: Mapping[Severity, Grade] = {
    "error": Grade("错误", "必须改正"),
    "warning": Grade("警告", "请核实"),
    "info": Grade("提示", "供参考"),
}
"""Every severity, most severe first."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check has to say about one document: an `error` refuses it, other findings go out with it.

    `pointer` is the JSON pointer of the answer concerned, `basis` the legal source. A finding that is
    `overridable` becomes information once the clerk gives a reason in `overrides`.
    """

    code: str
    severity: Severity
    message: str
    pointer: str = ""
    basis: str = ""
    overridable: bool = False
    override_reason: str = ""

    def as_json(self) -> dict[str, Any]:
        """The finding as the API prints it."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "pointer": self.pointer,
            "basis": self.basis,
            "overridable": self.overridable,
            "override_reason": self.override_reason,
        }


def fault(code: str, message: str, pointer: str = "", *, basis: str = "", overridable: bool = False) -> Finding:
    """A finding that refuses the document, unless the clerk may insist (`overridable`) and says why."""
    return Finding(code=code, severity="error", message=message, pointer=pointer, basis=basis, overridable=overridable)


def doubt(code: str, message: str, pointer: str = "", *, basis: str = "") -> Finding:
    """A warning that goes out with the document."""
    return Finding(code=code, severity="warning", message=message, pointer=pointer, basis=basis)


def note(code: str, message: str, pointer: str = "", *, basis: str = "") -> Finding:
    """Information for the author of the document."""
    return Finding(code=code, severity="info", message=message, pointer=pointer, basis=basis)


Found = TypeVar("Found", bound=Finding)


def order_by_gravity(found: Iterable[Found]) -> list[Found]:
    """The findings, most severe first; within a severity the order is kept."""
    order = list(GRADES)
    return sorted(found, key=lambda one: order.index(one.severity))


def count_by_gravity(found: Iterable[Finding]) -> str:
    """How many findings of each severity there are: 必须改正1处，请核实0处，供参考2处."""
    counts = Counter(finding.severity for finding in found)
    return "，".join(f"{grade.demand}{counts[severity]}处" for severity, grade in GRADES.items())


def explain(found: Sequence[Finding], place: Callable[[Finding], str] = lambda finding: "") -> str:
    """The findings for a clerk to read, numbered in a block for each severity; `place` begins a line."""
    return "\n\n".join(_blocks(found, place)) or "没有发现问题。"


def _blocks(found: Sequence[Finding], place: Callable[[Finding], str]) -> Iterator[str]:
    for severity, grade in GRADES.items():
        if alike := [finding for finding in found if finding.severity == severity]:
            lines = (f"{number}. {_line(finding, place(finding))}" for number, finding in enumerate(alike, 1))
            yield "\n".join([f"【{grade.demand}】{len(alike)}处", *lines])


def _line(finding: Finding, place: str) -> str:
    basis = f"（依据：{finding.basis}）" if finding.basis else ""
    return f"[{finding.code}] {place}{finding.message}{basis}"
