"""Document: what one official document declares about itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from marshmallow import Schema

from gipdocs.findings import Finding, Severity

Answers = Mapping[str, Any]
"""Loaded answers: dates are `date`, money is `Decimal`, rows are lists of mappings; an unanswered question is absent."""

__all__ = ["Answers", "Check", "Document", "Finding", "Office", "Severity"]
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
