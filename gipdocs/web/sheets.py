"""A form with everything that its page shows, and the door through which it was reached."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Response, request, url_for

from gipdocs.documents.document import Document, Finding
from gipdocs.documents.registry import Entry
from gipdocs.errors import MOST_TOLD, Fault, mention_limit
from gipdocs.forms.forms import QuestionsForm
from gipdocs.questions import Question, Questions
from gipdocs.web.arrangement import Arrangement, Run, arrange, known_ids, runs, unfolds
from gipdocs.web.form_parts import Parts, lay_out
from gipdocs.web.pages import page
from gipdocs.web.remarks import Remarks, attach


@dataclass(frozen=True, kw_only=True)
class FigureSource:
    """A figure that a counter has counted, with the page of what it counts, "" for 0.

    `typed` is what the form has, if it differs.
    """

    label: str
    number: int
    url: str
    typed: str = ""


@dataclass(frozen=True, kw_only=True)
class OfferedText:
    """Sentences that may be written into a field, and what is to be said of them, or why there are none."""

    lines: tuple[str, ...] = ()
    told: str = ""


@dataclass(frozen=True, kw_only=True)
class Door:
    """The counter that serves a form; `staff` see warnings before they get the file.

    `case` is the number of the case that the document belongs to, "" for one on its own.
    """

    staff: bool
    case: str = ""

    def url(self, name: str, **values: Any) -> str:
        """The URL of one of this counter's routes."""
        return url_for(f"{'staff' if self.staff else 'citizen'}.{name}", **values)

    def template(self, sheet: CounterSheet) -> str:
        """The name of the page that shows the form."""
        return "form"

    def batch_url(self, document: Document) -> str:
        """Where many of a document are made at once; "" if this counter doesn't make them."""
        return ""

    def counted(self, sheet: CounterSheet, keys: Collection[str]) -> str:
        """What this counter has counted for any of these questions, in a sentence; "" for nothing."""
        return ""

    def bring(self, sheet: CounterSheet, key: str, *, replace: bool) -> bool:
        """Fill the questions of a part with what this counter has counted; whether it has anything for them."""
        return False

    def sources(self, sheet: CounterSheet, keys: Collection[str]) -> Iterable[tuple[str, Sequence[FigureSource]]]:
        """The figures that this counter has counted for these questions, by rows."""
        return ()

    def text_for(self, sheet: CounterSheet, name: str) -> OfferedText | None:
        """Sentences for the field with this name."""
        return None

    def write(self, sheet: CounterSheet, name: str) -> bool:
        """Write these sentences into the field; whether there are any."""
        return False

    def known(self, document: Document) -> Mapping[str, Any]:
        """The answers to a document that are known before anybody types."""
        return {}

    def mark(self, question: Question) -> str:
        """What stands beside the label of a question that must be answered."""
        return "必填，草稿可以不填" if question.open_in_draft else "必填"

    def offer(self, key: str, sheet: CounterSheet) -> str:
        """A sentence below a question about what this counter will answer there; "" if nothing is to be said."""
        return ""

    def begin(self, sheet: CounterSheet) -> Notice | None:
        """Put what is already known into an empty form; returns what the page says about it."""
        return None

    def complete(self, document: Document, payload: dict[str, Any]) -> dict[str, Any]:
        """The answers to a document with what this counter adds to them before they are checked or previewed."""
        return payload

    def act(self, sheet: CounterSheet, do: str) -> Response | None:
        """Do what the pressed button says, if it is one that only this counter has."""
        return None


@dataclass(kw_only=True)
class Notice:
    """A sentence at the top of the page; `tone` is good, calm or bad."""

    tone: str
    text: str


@dataclass(kw_only=True)
class FormSheet:
    """A form as its page shows it, with remarks beside the questions; `url` is where it is sent.

    `told` maps a question's id to a sentence about what its button has just done.
    """

    door: Door
    form: QuestionsForm
    url: str = ""
    remarks: Remarks = field(default_factory=Remarks)
    touched: str = ""
    fresh: str = ""
    told: dict[str, str] = field(default_factory=dict)

    @property
    def payload(self) -> dict[str, Any]:
        """The answers as JSON data."""
        return self.form.payload()

    @property
    def known(self) -> frozenset[str]:
        """The ids of the fields that were answered before anybody typed."""
        return frozenset()

    @property
    def takes_books(self) -> bool:
        """Whether the grids of figures can be filled from a table file."""
        return False

    def arrange(self, group: Any) -> Arrangement:
        """The fields of a group, visible and folded away."""
        return arrange(group, self.remarks, self.touched, self.known)

    def runs(self, named: Iterable[tuple[str, Any]] | None = None) -> Iterator[Run]:
        """Fields by their keys, by default all of the form; those that were answered before anybody typed are folded."""
        return runs(self.form.named() if named is None else named, self.remarks, self.touched, self.known)

    def unfolds(self, group: Any) -> bool:
        """Whether an optional group is shown unfolded."""
        return unfolds(group, self.remarks, self.touched)

    def say(self, said: Iterable[Fault | Finding]) -> None:
        """Put faults and findings beside their questions."""
        self.remarks = attach(self.form, said)

    def change(self, do: str, what: str) -> bool:
        """Add or remove a row; whether there was one to be changed."""
        changed = self.form.add_row(what) if do == "add" else self.form.remove_row(what)
        if changed is None:
            return False
        self.touched = what if do == "add" else changed.id
        if do == "add":
            self.fresh = next((one.id for one in changed.fields()), changed.id)
        return True


@dataclass(kw_only=True)
class CounterSheet(FormSheet):
    """The form of a document; `seen` are the marks of the warnings that its page has already shown.

    `version` is that of the draft, or of the case, which the form began with. `part` is the key of the wanted
    part, `turned` whether somebody has just turned to it; `contested` is the id of the part in which something typed
    differs from what was brought.
    """

    entry: Entry
    seen: set[str] = field(default_factory=set)
    version: int | None = None
    part: str = ""
    turned: bool = False
    contested: str = ""

    def __post_init__(self) -> None:
        self.url = self.url or self.door.url("form", id=self.entry.document.id)

    @cached_property
    def known(self) -> frozenset[str]:
        """The ids of the fields that the case has answered."""
        return known_ids(self.form, self.door.known(self.entry.document))

    @property
    def takes_books(self) -> bool:
        """Whether the grids of figures can be filled from a table file, which the document's questions read themselves."""
        return self.entry.document.schema.read_book is not Questions.read_book

    @property
    def takes_tables(self) -> bool:
        """Whether answers can be loaded from a table file, which is so if the document is offered as one."""
        return "xlsx" in self.entry.document.formats

    @property
    def parts(self) -> Parts:
        """The form's parts, and which of them is visible."""
        pressed = next(iter(self.told), self.touched)
        return lay_out(
            self.form, self.entry.document.parts, self.remarks, self.part, pressed=pressed, turned=self.turned
        )

    @property
    def has_unseen_warnings(self) -> bool:
        """Whether there are warnings that the clerk hasn't seen yet."""
        return not {remark.mark for remark in self.remarks.of("warning")} <= self.seen

    def page(self, notice: Notice | None = None, status: int = 200) -> Response:
        """The page with all input as it was typed."""
        self.form.offer_entries()
        seen = self.seen | {remark.mark for remark in self.remarks.of("warning")}
        errors = self.remarks.of("error")
        return page(
            self.door.template(self),
            status,
            sheet=self,
            notice=notice,
            seen=sorted(seen),
            document=self.entry.document,
            parts=self.parts,
            unsaved=request.method == "POST",
            errors=errors[:MOST_TOLD],
            wrong=f"有{len(errors)}处需要改正{mention_limit(len(errors))}，文书还没有生成",
        )
