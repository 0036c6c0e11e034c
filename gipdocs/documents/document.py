"""Document: what one official document declares about itself."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from gipdocs.findings import Finding, Severity
from gipdocs.questions import Questions

Answers = Mapping[str, Any]
"""Loaded answers: dates are `date`, money is `Decimal`, rows are lists of mappings; an unanswered question is absent."""

__all__ = ["Answers", "Check", "Document", "Finding", "Office", "Severity"]
FORMATS = ("docx", "pdf", "html")
"""What the machine makes of a filled layout."""
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""All formats that are known; those beyond FORMATS need a renderer of the document's own."""
ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Office(Protocol):
    """All that the machine asks of the office; documents get the real one, with profile and law."""

    @property
    def today(self) -> date:
        """The day on which the document is written."""

    @property
    def author(self) -> str:
        """The name that goes into the file's properties."""

    @property
    def versions(self) -> Mapping[str, str]:
        """Versions of the rules that computed text rests on."""

    @property
    def facts(self) -> Mapping[str, str]:
        """Names, addresses, numbers and hours of the office, each with the place where it is kept."""


# A document's functions are declared for the real office, which the machine doesn't know: hence `Any`.
Check = Callable[[Answers, Any], "list[Finding]"]
Renderer = Callable[[Answers, Any], bytes]
"""Makes a file of a format that the machine can't make, from answers and office."""


@dataclass(frozen=True, kw_only=True)
class Layouts:
    """Several layouts of one document: `choose(answers, office)` names the one of `files` to fill.

    A file that needs other names than the document's context gives, or other values, has them in `contexts`.
    """

    files: tuple[str, ...]
    choose: Callable[[Answers, Any], str]
    contexts: Mapping[str, Callable[[Answers, Any], dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if unknown := set(self.contexts) - set(self.files):
            raise ValueError(f"names are given for {', '.join(sorted(unknown))}, which is none of the layouts")


@dataclass(frozen=True, kw_only=True)
class Document:
    """One official document, declared as a value.

    `schema` is the only definition of the input. `template` is a file of `doc_templates/` or a choice of several,
    `wording` one of `doc_templates/wording/`. `context(answers, office)` gives exactly the names that both use, with
    what the chosen layout adds.
    `checks` say what the law asks beyond the rules of single fields. `formats` are offered in their order, the first
    where nobody says which; `renderers` make those that don't come out of the filled layout (svg, xlsx). `programs`
    are called to make it and must be installed. `public` documents are offered to citizens without an account.
    """

    id: str
    title: str
    group: str
    schema: type[Questions]
    template: str | Layouts
    context: Callable[[Answers, Any], dict[str, Any]]
    wording: str | None = None
    checks: tuple[Check, ...] = ()
    formats: tuple[str, ...] = FORMATS
    renderers: Mapping[str, Renderer] = field(default_factory=dict)
    programs: tuple[str, ...] = ()
    public: bool = False
    summary: str = ""

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.id):
            raise ValueError(f"the id {self.id!r} must be lower-case words joined by hyphens")
        if not (isinstance(self.schema, type) and issubclass(self.schema, Questions)):
            raise ValueError(f"the schema of {self.id} must be a class of questions")
        if not callable(self.context):
            raise ValueError(f"the context of {self.id} must be a function of answers and office")
        if not (isinstance(self.checks, tuple) and all(map(callable, self.checks))):
            raise ValueError(f"the checks of {self.id} must be a tuple of functions: (check,) has a comma")
        if not self.formats:
            raise ValueError(f"{self.id} offers no format")
        if unmade := set(self.formats) - {*FORMATS, *self.renderers}:
            raise ValueError(f"{self.id} offers {', '.join(sorted(unmade))} without a renderer")
        if unknown := set(self.formats) - set(MEDIA_TYPES):
            raise ValueError(f"{self.id} offers {', '.join(sorted(unknown))}; known are {', '.join(MEDIA_TYPES)}")

    @property
    def missing_programs(self) -> tuple[str, ...]:
        """Those of its programs that are not installed here."""
        return tuple(program for program in self.programs if shutil.which(program) is None)

    @property
    def templates(self) -> tuple[str, ...]:
        """The files of its layouts."""
        return self.template.files if isinstance(self.template, Layouts) else (self.template,)
