"""What a check has to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check has to say about one document: an `error` refuses it, the others go out with it.

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
    """Information for whoever writes the document."""
    return Finding(code=code, severity="info", message=message, pointer=pointer, basis=basis)
