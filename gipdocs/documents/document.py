"""Document: what one official document declares about itself."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from gipdocs.documents.parts import Part, find_misplaced
from gipdocs.errors import LONGEST_KEY, PluginError
from gipdocs.findings import Finding, Severity
from gipdocs.questions import Questions

Answers = Mapping[str, Any]
"""Loaded answers: dates are `date`, money is `Decimal`, rows are lists of mappings; an unanswered question is absent."""

__all__ = ["Answers", "Check", "Document", "Finding", "Part", "Severity"]
FORMATS = ("docx", "pdf", "html")
"""The formats that the machine makes from a filled layout."""
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
"""All known formats; a document needs a renderer of its own for those that are not in FORMATS."""
ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
BODY = "paragraphs"
"""The name by which a layout prints the paragraphs of the wording."""
LONGEST_ID = LONGEST_KEY
"""The most characters of an id, which is the name of files too."""


class AnyOffice(Protocol):
    """Everything that the machine needs of the office; documents get the real one, with profile and law."""

    @property
    def today(self) -> date:
        """The day on which the document is written."""

    @property
    def author(self) -> str:
        """The author's name in the file's properties."""

    @property
    def versions(self) -> Mapping[str, str]:
        """The versions of the rules from which text is computed."""

    @property
    def facts(self) -> Mapping[str, str]:
        """Names, addresses, numbers and hours of the office, each with the key where it is kept."""


# A document's functions are declared for the real office, which the machine doesn't know: hence `Any`.
Check = Callable[[Answers, Any], "list[Finding]"]
Renderer = Callable[[Answers, Any], bytes]
"""Makes a file, from answers and office, in a format that the machine can't make."""


@dataclass(frozen=True, kw_only=True)
class Layouts:
    """Several layouts of one document: `choose(answers, office)` names the one of `files` to fill.

    `contexts` gives, by file, the names or values in which that file differs from the document's context.
    """

    files: tuple[str, ...]
    choose: Callable[[Answers, Any], str]
    contexts: Mapping[str, Callable[[Answers, Any], dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if unknown := set(self.contexts) - set(self.files):
            raise PluginError(f"contexts里的{'、'.join(sorted(unknown))}不在files里，请补上或者改正文件名。")


@dataclass(frozen=True, kw_only=True)
class HandIn:
    """What a citizen does with a downloaded document `before` it is sent, and what comes `after`: a sentence a step.

    `ways` are the kinds of channels that take it, as far as the office has them open.
    """

    before: tuple[str, ...]
    after: tuple[str, ...] = ()
    ways: tuple[str, ...] = ("in_person", "mail", "online", "fax", "email")


@dataclass(frozen=True, kw_only=True)
class Document:
    """One official document, declared as a value.

    `schema` is the only definition of the input. `template` is a file of `doc_templates/` or a choice of several,
    `wording` is a file of `doc_templates/wording/`. `context(answers, office)` gives exactly the names that both use,
    apart from those that the chosen layout adds.
    `checks` hold what the law requires beyond the rules of single fields. `formats` are offered in this order, and the
    first is the default; `renderers` make those that are not made from the filled layout (svg, xlsx). `programs` are
    called to make the document and must be installed. `event` is the event that a register of cases records when the
    document is issued, "" for none, and `event_facts` are facts of it that are not asked: values, or functions of
    answers and office. `public` documents are offered to citizens without an account: as a form to fill in or, if
    `to_read`, as they are, without answers. `parts` are the pages of a long form; without any it is one page.
    `hand_in(office)` tells a citizen what to do with the file, `enclosures` are the public documents that may go with
    it, filled from the same answers. PluginError says in Chinese what is impossible in the declaration, and the cure.
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
    to_read: bool = False
    hand_in: Callable[[Any], HandIn] | None = None
    enclosures: tuple[str, ...] = ()
    event: str = ""
    event_facts: Mapping[str, Any] = field(default_factory=dict)
    summary: str = ""
    parts: tuple[Part, ...] = ()

    def __post_init__(self) -> None:
        if fault := next(self._faults(), None):
            raise PluginError(f"文书“{self.id}”的声明：{fault}。")

    def _faults(self) -> Iterator[str]:
        """What is impossible in the declaration, each with its cure; in a plugin that isn't type-checked, anything may be."""
        schema: object = self.schema
        context: object = self.context
        checks: object = self.checks
        if not ID.fullmatch(self.id):
            yield "id由小写字母、数字组成，词之间用连字符，例如loan-slip，请改写"
        if len(self.id) > LONGEST_ID:
            yield f"id有{len(self.id)}个字符，最多{LONGEST_ID}个，请改短"
        if not (isinstance(schema, type) and issubclass(schema, Questions)):
            yield "schema应当是一个填写项的类：class …(Questions)或者class …(StaffQuestions)"
        if not callable(context):
            yield "context应当是一个函数：def context(answers, office)"
        if not (isinstance(checks, tuple) and all(map(callable, checks))):
            yield "checks应当是函数的元组，只有一个函数的写成(check,)，带逗号"
        if not self.formats:
            yield "formats是空的，至少写一种格式，或者删去这一项"
        if unmade := sorted(set(self.formats) - {*FORMATS, *self.renderers}):
            yield f"formats里的{'、'.join(unmade)}要在renderers里给出生成它的函数，或者删去"
        if unknown := sorted(set(self.formats) - set(MEDIA_TYPES)):
            yield f"formats里的{'、'.join(unknown)}不认识，可用的是{'、'.join(MEDIA_TYPES)}"
        if self.to_read and not self.public:
            yield "写了to_read=True的，还要写public=True"
        if self.parts:
            yield from find_misplaced(self.parts, self.schema)
        if (self.hand_in or self.enclosures) and not self.public:
            yield "写了hand_in、enclosures的，还要写public=True"

    @property
    def missing_programs(self) -> tuple[str, ...]:
        """The programs it needs that are not installed here."""
        return tuple(program for program in self.programs if shutil.which(program) is None)

    @property
    def comes_back(self) -> bool:
        """Whether citizens fill it in, so that it may be handed in and read."""
        return self.public and not self.to_read

    @property
    def templates(self) -> tuple[str, ...]:
        """The files of its layouts."""
        return self.template.files if isinstance(self.template, Layouts) else (self.template,)
