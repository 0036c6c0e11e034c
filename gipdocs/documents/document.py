"""Document: what one official document declares about itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from marshmallow import Schema

Answers = Mapping[str, Any]
"""Loaded answers: dates are `date`, money is `Decimal`, rows are lists of mappings; an unanswered question is absent."""

Severity = Literal["error", "warning", "info"]
FORMATS = ("docx", "pdf", "html")
ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Office(Protocol):
    """All that the machine asks of the office; documents get the real one, with profile, law and today."""

    @property
    def author(self) -> str:
        """The name that goes into the file's properties."""

    @property
    def versions(self) -> Mapping[str, str]:
        """Versions of the rules that computed text rests on."""


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


Check = Callable[[Answers, Any], "list[Finding]"]


@dataclass(frozen=True, kw_only=True)
class Document:
    """One official document, declared as a value.

    `schema` is the only definition of the input. `template` is a file of `doc_templates/`, `wording` one of
    `doc_templates/wording/`. `context(answers, office)` gives exactly the names that both use. `checks` say what
    the law asks beyond the rules of single fields. `public` documents are offered to citizens without an account.
    """

    id: str
    title: str
    group: str
    schema: type[Schema]
    template: str
    context: Callable[[Answers, Any], dict[str, Any]]
    wording: str | None = None
    checks: tuple[Check, ...] = ()
    formats: tuple[str, ...] = FORMATS
    public: bool = False
    summary: str = ""

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.id):
            raise ValueError(f"the id {self.id!r} must be lower-case words joined by hyphens")
        if not self.formats:
            raise ValueError(f"{self.id} offers no format")
