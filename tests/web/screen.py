"""What can be read on the pages: the words of the templates, and the labels that are declared elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from jinja2 import Environment, nodes

from gipdocs.access.key_checks import KINDS as KEY_KINDS
from gipdocs.access.permissions import ROLES as ACCOUNT_ROLES
from gipdocs.documents.registry import Registry
from gipdocs.findings import GRADES
from gipdocs.law import Office
from gipdocs.law.clock import KIND
from gipdocs.law.judgement import load_judgement
from gipdocs.questions import Questions
from gipdocs.register.due import GROUPS
from gipdocs.register.events import KINDS
from gipdocs.register.ledger import COLUMNS
from gipdocs.register.letters import STATES as LETTER_STATES
from gipdocs.register.opening import OpeningQuestions
from gipdocs.register.papers import ROLES
from gipdocs.register.recording import RECORDABLE, event_questions
from gipdocs.register.standing import DUE, STATES
from gipdocs.register.steps import ROWS
from gipdocs.web.case_letters import DEEDS
from gipdocs.web.navigation import WAYS

ANY, BREAK = "\0", "\1"
"""What a template fills in, and where one of its statements stands."""
READ_ALOUD = {"aria-label", "title", "value"}
HAN = re.compile("[\u4e00-\u9fff]")
TAIL = re.compile(f"(?:[：:].*|（{ANY}.*)$", re.DOTALL)
"""What follows a label: the colon, or a number in brackets."""


class Texts(HTMLParser):
    """Collects the texts of a page, and those of its attributes that are shown or read aloud."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [text for name, text in attrs if name in READ_ALOUD and text]


@dataclass(frozen=True, kw_only=True)
class Screen:
    """`words` are whole labels; `patterns` are labels with gaps, each of which another label must fill."""

    words: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]

    def shows(self, label: str) -> bool:
        """Whether a page can show this label."""
        return label in self.words or any(self._fills(pattern.fullmatch(label)) for pattern in self.patterns)

    def _fills(self, match: re.Match[str] | None) -> bool:
        return match is not None and set(match.groups()) <= self.words


def read_screen(templates: Environment, registry: Registry, office: Office) -> Screen:
    """Everything that the templates and the declarations can put on a page."""
    texts = {text for name in templates.list_templates() for text in _written(templates, name)}
    declared = {*_labels(registry), *_judged(office), *(text for text in texts if ANY not in text)}
    patterns = (text for text in texts if ANY in text and HAN.search(text))
    words = frozenset(text for text in declared if re.search(r"\w", text))
    return Screen(words=words, patterns=tuple(map(_as_pattern, patterns)))


def _written(templates: Environment, name: str) -> Iterator[str]:
    """The texts of a template: those between its tags, and those within its expressions."""
    assert templates.loader is not None
    source, _, _ = templates.loader.get_source(templates, name)
    without = re.sub(r"{#.*?#}", "", source, flags=re.DOTALL)
    html = re.sub(r"{{.*?}}", ANY, re.sub(r"{%.*?%}", BREAK, without, flags=re.DOTALL), flags=re.DOTALL)
    within = templates.parse(source)
    constants = (str(one.value) for one in within.find_all(nodes.Const) if isinstance(one.value, str))
    joined = ("".join(map(_constant, one.nodes)) for one in within.find_all(nodes.Concat))
    pieces = (piece for text in Texts(html).found for piece in text.split(BREAK))
    for text in (*pieces, *constants, *joined):
        if bare := text.strip():
            yield bare
            yield TAIL.sub("", bare)


def _constant(node: nodes.Expr) -> str:
    return str(node.value) if isinstance(node, nodes.Const) else ANY


def _as_pattern(text: str) -> re.Pattern[str]:
    return re.compile("(.+)".join(map(re.escape, re.split(f"{ANY}+", text))))


def _labels(registry: Registry) -> Iterator[str]:
    """The labels that the code and the documents declare."""
    documents = [entry.document for entry in registry.values()]
    for document in documents:
        yield from (document.title, document.group, *(format.upper() for format in document.formats))
    yield from (kind.label for kind in KINDS.values())
    yield from (row.label for row in ROWS)
    yield from (deed.label for deed in DEEDS.values())
    yield from (column.heading for column in COLUMNS)
    yield from (grade.name for grade in GRADES.values())
    yield from (role.label for role in ACCOUNT_ROLES.values())
    yield from (label for _, label in WAYS)
    for labels in (STATES, DUE, GROUPS, ROLES, LETTER_STATES, KIND.options, KEY_KINDS):
        yield from labels.values()
    asked = (OpeningQuestions, *map(event_questions, RECORDABLE), *(document.schema for document in documents))
    yield from _asked(asked)
    for document in documents:
        yield from (part.label for part in document.parts)


def _asked(schemas: Iterable[type[Questions]]) -> Iterator[str]:
    for schema in schemas:
        for _, question in schema().walk():
            yield from (question.label, question.step, question.aside, *getattr(question, "options", {}).values())


def _judged(office: Office) -> Iterator[str]:
    """What the wizard asks and answers."""
    judgement = load_judgement()
    yield from (stage.label for stage in judgement.stages.values())
    for inquiry in judgement.inquiries.values():
        yield from (inquiry.text, *(answer.label for answer in inquiry.answers.values()))
    for outcome in office.today_law.outcomes.values():
        yield from (outcome.name, outcome.short)
