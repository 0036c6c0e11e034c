"""What every question is: a strict marshmallow field that carries its label, help and example.

Nothing is coerced: a number is a number, a date is written 2026-03-01, an unknown key is refused.
Every message is a Chinese sentence that says how to correct the answer; `Message.code` is its stable word.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from copy import deepcopy
from datetime import date
from typing import Any, ClassVar

import marshmallow as ma

from gipdocs.findings import Finding

Example = Any | Callable[[Any], Any]
"""A question's example: plain JSON data, or a function of the office that gives it."""
Needed = bool | str | tuple[str, tuple[Any, ...]]
"""When a check refuses a document without an answer: always (if the question is relevant), as a clause says, or if an
earlier question has one of some answers."""
Help = str | Callable[[Any], str]
"""A question's help: a text, or a function of the office that gives it."""
NOTHING = (None, "")
"""The values that say that a question was not answered."""


class Message(str):
    """A Chinese sentence with a stable code for programs."""

    code: str

    def __new__(cls, code: str, detail: str) -> Message:
        message = super().__new__(cls, detail)
        message.code = code
        return message


def refuse(code: str, detail: str) -> ma.ValidationError:
    """The error that a field or a schema raises."""
    return ma.ValidationError([Message(code, detail)])


class Question(ma.fields.Field[Any]):
    """What all questions share.

    `label`: what the clerk reads. `help`: answers what a clerk would ask. `example`: a right answer, part of the sample
    unless `in_sample` is false. `on_file`: kept as evidence, never printed. `open_in_draft`: a draft may leave it empty.
    `lenient`: a doubtful number is reported, not refused. `only_if`: (key, values) of an earlier question; this one is
    relevant only if that has one of these answers (affects the form's layout only). `printed_by`: the name by which
    layouts print it; if the chosen layout doesn't use that name, the answer stays on file and a warning says so.
    `missing`: the message for a required answer that is missing. `rule`: why the answer has its limits, a clause that
    ends the message for any other answer. `needed`: when a check refuses the document without this answer, which its
    label then says: True, a clause such as “有几项的必填”, or (key, values) of an earlier question (affects the form's
    layout only). `case`: the name under which a register of cases finds the answer.
    `step`: the heading of the step that begins with this question on the citizens' page. `aside`: a yes-or-no question
    behind which that page folds this one and its neighbours with the same words. `autocomplete`: the HTML token by which
    a citizen's browser offers its owner's own data, "" for that of the kind. None of the three changes an answer.
    """

    kind: ClassVar[str] = "text"
    kind_label: ClassVar[str] = "文字"
    """The kind for the person who fills it in."""
    own_data: ClassVar[str] = ""
    """The `autocomplete` of this kind."""
    is_private: ClassVar[bool] = False
    """Whether an answer is never kept in a browser, whatever its owner consents to."""

    def __init__(
        self,
        label: str,
        *,
        example: Example = None,
        in_sample: bool = True,
        help: Help = "",
        required: bool = False,
        on_file: bool = False,
        open_in_draft: bool = False,
        lenient: bool = False,
        only_if: tuple[str, tuple[Any, ...]] | None = None,
        printed_by: str | None = None,
        missing: str = "",
        rule: str = "",
        needed: Needed = False,
        case: str = "",
        step: str = "",
        aside: str = "",
        autocomplete: str = "",
    ) -> None:
        messages: dict[str, Any] = {
            "required": Message("required", missing or f"请填写“{label}”。"),
            "null": Message("null", f"“{label}”不能是null，没有内容时请不要填写此项。"),
        }
        super().__init__(required=required, error_messages=messages, metadata={"label": label, "help": help})
        self.label, self.help, self.example, self.in_sample = label, help, example, in_sample
        self.on_file, self.open_in_draft, self.lenient, self.only_if = on_file, open_in_draft, lenient, only_if
        self.printed_by, self.rule, self.needed, self.case = printed_by, rule, needed, case
        self.step, self.aside, self.autocomplete = step, aside, autocomplete or self.own_data

    def unprinted(self, names: Collection[str]) -> bool:
        """Whether a layout that uses only these names leaves the answer on file."""
        return self.on_file or (self.printed_by is not None and self.printed_by not in names)

    def sample(self, office: Any, *, full: bool = False) -> Any:
        """The example as JSON data; None omits the question. `full` includes questions with in_sample=False."""
        if not (self.in_sample or full):
            return None
        return self.example(office) if callable(self.example) else deepcopy(self.example)

    def help_for(self, office: Any) -> str:
        """The help as this office reads it."""
        return self.help(office) if callable(self.help) else self.help

    def json_schema(self) -> dict[str, Any]:
        """The question as JSON Schema 2020-12; its description may be a function of the office (see `Help`)."""
        schema = {**self.json_type(), "title": self.label}
        if self.help:
            schema["description"] = self.help
        return schema

    def json_schema_or_nothing(self) -> dict[str, Any]:
        """The same, accepting null and "" too, which say that an optional question was not answered."""
        schema = self.json_schema()
        if self.allow_none:
            return schema
        about: dict[str, Any] = {key: schema.pop(key) for key in ("title", "description") if key in schema}
        return {"anyOf": [schema, {"enum": list(NOTHING)}], **about}

    def json_type(self) -> dict[str, Any]:
        """The part of the JSON Schema that says which values are accepted."""
        return {"type": "string"}

    def doubt(self, value: Any, beside: Mapping[str, Any], today: date) -> str | None:
        """What looks wrong with a value that was accepted leniently; `beside` has the answers next to it."""
        return None

    def doubts(self, value: Any, beside: Mapping[str, Any], today: date, pointer: str) -> Iterator[Finding]:
        """The doubt about a value that was accepted leniently, as information for the person who typed it."""
        if self.lenient and (doubt := self.doubt(value, beside, today)):
            message = f"“{self.label}”：{doubt}。"
            yield Finding(code="doubtful-value", severity="info", message=message, pointer=pointer)

    def printed_texts(self, value: Any, names: Collection[str]) -> Iterator[tuple[Question, str]]:
        """The texts of an answer that a layout which uses `names` must print, each with its question."""
        yield from ()

    def remarks(self, typed: Any, value: Any, pointer: str) -> Iterator[Finding]:
        """Remarks on a value that was accepted; `typed` is what was sent for it."""
        yield from ()

    def wrong_type(self, wanted: str) -> ma.ValidationError:
        """The error for a value of another JSON type."""
        return refuse("type", f"“{self.label}”应为{wanted}。")
