"""The page on which a batch is ordered: a document's form for what all letters share, a table for what differs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from flask import Response, request, url_for
from werkzeug.datastructures import MultiDict

from gipdocs.batch.columns import TableColumn, find_heading, known_columns
from gipdocs.batch.orders import MOST_BYTES, MOST_ROWS, Order
from gipdocs.documents.document import Document
from gipdocs.documents.registry import Entry
from gipdocs.errors import MOST_TOLD, Fault, InvalidInput
from gipdocs.faces import service
from gipdocs.forms.forms import QuestionsForm, form_class
from gipdocs.questions import Block, Name, Questions, Rows
from gipdocs.register.letters import hash_answers
from gipdocs.web.pages import page
from gipdocs.web.sheets import Door, FormSheet, Notice

MOST_NAMES = 3
"""So many answers may name a file."""
NAMING = frozenset(("text", "date", "number", "choice", "tel", "postcode", "money"))
"""The kinds of question whose answers may name a file."""
LONGEST_MARK = 60
INDEX = re.compile(r"/\d+(?=/|$)")


@dataclass(kw_only=True)
class BatchSheet(FormSheet):
    """The order of a batch as its page shows it.

    `names` are the pointers of the answers that files are named by, `mark` is by what a repeated order is known.
    """

    entry: Entry
    format: str
    names: tuple[str, ...]
    mark: str = field(default_factory=token_urlsafe)

    @property
    def document(self) -> Document:
        """The document that is made."""
        return self.entry.document

    @property
    def is_shared(self) -> bool:
        """Whether anything is filled in that all letters share, or something is said about it."""
        return bool(self.payload or self.touched or self.remarks.every)

    def find_faults(self) -> list[Fault]:
        """What is wrong with the shared answers as they stand; what is missing may still be in the table."""
        try:
            service().check(self.entry, self.payload)
        except InvalidInput as error:
            return [fault for fault in error.faults if fault.code != "required" or INDEX.search(fault.pointer)]
        return []

    def order(self, source: bytes, name: str) -> Order:
        """The order with a table; it is checked, and starts when somebody has seen the outcome."""
        return Order(
            document=self.document.id,
            format=self.format,
            title=self.document.title,
            base=self.payload,
            source=source,
            source_name=name,
            names=self.names,
            start=False,
        )

    def once(self, wanted: Order) -> str:
        """By what the same order is known, however often its button is pressed."""
        table = sha256(wanted.source or b"").hexdigest()
        return f"{self.mark} {hash_answers({**asdict(wanted), 'source': table})}"

    def page(self, notice: Notice | None = None, status: int = 200) -> Response:
        """The page with everything as it was typed; a file has to be chosen again."""
        self.form.offer_entries()
        return page(
            "batch_order",
            status,
            sheet=self,
            document=self.document,
            notice=notice,
            errors=self.remarks.of("error")[:MOST_TOLD],
            formats=made_formats(self.document),
            naming=offer_names(self.document.schema),
            places=range(MOST_NAMES),
            lost=bool(request.files.get("file") or request.form.get("file")),
            most_rows=MOST_ROWS,
            most_bytes=MOST_BYTES,
        )


def read_sheet(entry: Entry, sent: MultiDict[str, str] | None = None) -> BatchSheet:
    """The order of a batch of a document, blank or as a browser sent it."""
    given: MultiDict[str, str] = sent if sent is not None else MultiDict()
    formats, offered = made_formats(entry.document), offer_names(entry.document.schema)
    format = given.get(".format", "")
    names = [pointer for pointer in given.getlist(".name") if pointer in offered]
    return BatchSheet(
        entry=entry,
        door=Door(staff=True),
        form=shared_form(entry.document.schema)(sent),
        url=url_for("batches.receive", id=entry.document.id),
        format=format if format in formats else ("pdf" if "pdf" in formats else formats[0]),
        names=tuple(dict.fromkeys(names)) if ".name" in given else _usual_names(entry.document.schema),
        mark=given.get(".page", "")[:LONGEST_MARK] or token_urlsafe(),
    )


def made_formats(document: Document) -> list[str]:
    """The formats of files in which a document can be made."""
    return [format for format in document.formats if format != "html"]


def shared_form(schema: type[Questions]) -> type[QuestionsForm]:
    """The form of a document in which nothing must be answered."""

    class SharedQuestions(schema):  # type: ignore[misc, valid-type]  # a class that is only known now
        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            _relax(self)

    return form_class(SharedQuestions, service().office())


def _relax(questions: Questions) -> None:
    """Let every question be left open, except those in the rows of a list."""
    for _, question in questions.questions():
        question.required, question.needed = False, False
        if isinstance(question, Rows):
            question.least = 0
        elif isinstance(question, Block):
            _relax(question.questions())


def offer_names(schema: type[Questions]) -> Mapping[str, str]:
    """The answers by which files may be named, pointer -> heading of its column; names of people come first."""
    columns = [column for column in known_columns(schema).values() if _names_files(column)]
    return {column.key: column.heading for column in sorted(columns, key=lambda one: not _is_name(one))}


def _usual_names(schema: type[Questions]) -> tuple[str, ...]:
    """The answer that names files unless another is chosen: the first name of somebody."""
    return tuple(key for key, column in known_columns(schema).items() if _names_files(column) and _is_name(column))[:1]


def _names_files(column: TableColumn) -> bool:
    return column.question is not None and column.question.kind in NAMING and not (column.group or column.is_own)


def _is_name(column: TableColumn) -> bool:
    return isinstance(column.question, Name)


def name_place(schema: type[Questions], pointer: str) -> str:
    """The heading of the column of an answer, or of the list that it stands in; "" if there is none."""
    above = pointer.rpartition("/")[0]
    return (pointer and find_heading(schema, pointer)) or (above and find_heading(schema, above))
