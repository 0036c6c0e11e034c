"""Groups and lists of questions, the schema that they form, and load(), the only reader of answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from datetime import date
from functools import cache
from typing import Any

import marshmallow as ma

from gipdocs.errors import Fault, InvalidInput, token
from gipdocs.findings import Finding
from gipdocs.questions.question import NOTHING, Message, Question, refuse
from gipdocs.questions.text import LINE, Text


class Block(Question):
    """A group of questions with one label.

    `printed` names the questions that this document prints (None: all), `needs` those that it requires.
    """

    kind, kind_label = "block", "一组"

    def __init__(
        self,
        label: str,
        schema: type[Questions],
        *,
        printed: Sequence[str] | None = None,
        needs: Sequence[str] = (),
        **more: Any,
    ) -> None:
        super().__init__(label, **more)
        self.schema, self.printed, self.needs = schema, printed, needs
        self._meant: Questions | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        fresh = copy(self)
        fresh._meant = None  # a copy may be put on file later
        return fresh

    def questions(self) -> Questions:
        """The group's questions as this block uses them: required if in `needs`, on file unless `printed`."""
        if self._meant is None:
            self._meant = self._mean()
        return self._meant

    def _mean(self) -> Questions:
        schema = self.schema()
        for key, question in schema.questions():
            question.required = question.required or key in self.needs
            if self.on_file or (self.printed is not None and key not in self.printed):
                question.on_file = True
        return schema

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, Mapping):
            raise self.wrong_type("一组填写项")
        return self.questions().load(value)

    def remarks(self, typed: Any, value: Any, pointer: str) -> Iterator[Finding]:
        yield from self.questions().all_remarks(typed, value, pointer)

    def doubts(self, value: Any, beside: Mapping[str, Any], today: date, pointer: str) -> Iterator[Finding]:
        yield from self.questions().all_doubts(value, today, pointer)

    def printed_texts(self, value: Any, names: Collection[str]) -> Iterator[tuple[Question, str]]:
        yield from self.questions().all_printed_texts(value, names)

    def sample(self, office: Any, *, full: bool = False) -> Any:
        if self.example is not None or not (self.in_sample or full):
            return super().sample(office, full=full)
        return self.questions().sample(office, full=full) or None

    def json_type(self) -> dict[str, Any]:
        return self.questions().json_schema()


class Rows(Block):
    """A list of groups, one to a row, with `least` to `most` rows."""

    kind, kind_label = "rows", "一行一组"

    def __init__(self, label: str, schema: type[Questions], *, least: int = 0, most: int = 100, **more: Any) -> None:
        super().__init__(label, schema, **more)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, list):
            raise self.wrong_type("列表，每项是一组填写项")
        if not self.least <= len(value) <= self.most:
            raise refuse("rows", f"“{self.label}”应有{self.least}至{self.most}项，现在是{len(value)}项。")
        rows, faults = [], {}
        for i, one in enumerate(value):
            try:
                rows.append(super()._deserialize(one, attr, data, **kwargs))
            except ma.ValidationError as error:
                faults[i] = error.messages
        if faults:
            raise ma.ValidationError(faults)  # nested like the data
        return rows

    def remarks(self, typed: Any, value: Any, pointer: str) -> Iterator[Finding]:
        for i, (sent, row) in enumerate(zip(typed, value, strict=True)):
            yield from super().remarks(sent, row, f"{pointer}/{i}")

    def doubts(self, value: Any, beside: Mapping[str, Any], today: date, pointer: str) -> Iterator[Finding]:
        for i, row in enumerate(value):
            yield from super().doubts(row, beside, today, f"{pointer}/{i}")

    def printed_texts(self, value: Any, names: Collection[str]) -> Iterator[tuple[Question, str]]:
        for row in value:
            yield from super().printed_texts(row, names)

    def sample(self, office: Any, *, full: bool = False) -> Any:
        if self.example is not None:
            return super(Block, self).sample(office, full=full)
        row = super().sample(office, full=full)
        return [row] if row else None

    def json_type(self) -> dict[str, Any]:
        return {"type": "array", "items": super().json_type(), "minItems": self.least, "maxItems": self.most}


class Lines(Question):
    """A list of one-line texts, each of the kind `of`."""

    kind, kind_label = "lines", "一行一项"

    def __init__(
        self,
        label: str,
        *,
        least: int = 0,
        most: int = 50,
        longest: int = LINE,
        of: type[Text] = Text,
        **more: Any,
    ) -> None:
        super().__init__(label, **more)
        self.least, self.most = least, most
        self.line = of(label, longest=longest)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str]:
        if not isinstance(value, list):
            raise self.wrong_type("列表，每项是一行文字")
        if not self.least <= len(value) <= self.most:
            raise refuse("rows", f"“{self.label}”应有{self.least}至{self.most}项，现在是{len(value)}项。")
        lines, faults = [], {}
        for i, one in enumerate(value):
            try:
                lines.append(self.line.deserialize(one))
            except ma.ValidationError as error:
                faults[i] = error.messages
        if faults:
            raise ma.ValidationError(faults)  # nested like the data
        return lines

    def remarks(self, typed: Any, value: Any, pointer: str) -> Iterator[Finding]:
        for i, (one, line) in enumerate(zip(typed, value, strict=True)):
            yield from self.line.remarks(one, line, f"{pointer}/{i}")

    def printed_texts(self, value: Any, names: Collection[str]) -> Iterator[tuple[Question, str]]:
        yield from ((self.line, line) for line in value)

    def json_type(self) -> dict[str, Any]:
        return {"type": "array", "items": self.line.json_type(), "minItems": self.least, "maxItems": self.most}


class Questions(ma.Schema):
    """The questions of a document or of one of its blocks. Null and "" mean that nothing was answered."""

    class Meta:
        unknown = ma.RAISE

    error_messages = {  # noqa: RUF012  # as marshmallow types it
        "unknown": Message("unknown", "没有这一项，请对照填写说明核对名称。"),
        "type": Message("type", "应为一组填写项（JSON对象）。"),
    }

    @ma.pre_load
    def leave_out_unanswered(self, data: Any, **kwargs: Any) -> Any:
        """Drop null and empty values of known questions, so that absent, null and "" mean the same.

        Questions that allow null keep theirs.
        """
        if not isinstance(data, Mapping):
            return data
        return {key: value for key, value in data.items() if value not in NOTHING or not self._may_drop(key)}

    def _may_drop(self, key: Any) -> bool:
        return key in self.fields and not self.fields[key].allow_none

    def questions(self) -> Iterator[tuple[str, Question]]:
        """Key and question, in the order of declaration."""
        for key, question in self.fields.items():
            if isinstance(question, Question):
                yield key, question

    def walk(self, sample: Any = None, pointer: str = "") -> Iterator[tuple[str, Question]]:
        """Pointer and question of each, a group before its questions; with a sample, only of those that it answers.

        Of rows the first one is walked: /items/0/request.
        """
        for key, question in self.questions():
            if sample is not None and key not in sample:
                continue
            place = f"{pointer}/{key}"
            yield place, question
            if isinstance(question, Block):
                below = sample[key] if sample is not None else None
                if isinstance(question, Rows):
                    place, below = f"{place}/0", below[0] if below else below
                if sample is None or below:
                    yield from question.questions().walk(below, place)

    def sample(self, office: Any, *, full: bool = False) -> dict[str, Any]:
        """The examples as one valid payload; `full` includes those of questions with in_sample=False."""
        samples = ((key, question.sample(office, full=full)) for key, question in self.questions())
        return {key: sample for key, sample in samples if sample is not None}

    def all_remarks(self, typed: Mapping[str, Any], answers: Mapping[str, Any], pointer: str = "") -> Iterator[Finding]:
        """The questions' remarks on accepted answers, which may differ from what was typed."""
        for key, question in self.questions():
            value, sent = answers.get(key), typed.get(key)
            if value is not None and sent is not None:
                yield from question.remarks(sent, value, f"{pointer}/{key}")

    def all_doubts(self, answers: Mapping[str, Any], today: date, pointer: str = "") -> Iterator[Finding]:
        """The questions' doubts about values that were accepted leniently."""
        for key, question in self.questions():
            if (value := answers.get(key)) is not None:
                yield from question.doubts(value, answers, today, f"{pointer}/{key}")

    def all_printed_texts(
        self, answers: Mapping[str, Any], names: Collection[str] = ()
    ) -> Iterator[tuple[Question, str]]:
        """The text answers that a document whose layout uses `names` must print, each with its question."""
        for key, question in self.questions():
            if (value := answers.get(key)) is not None and not question.unprinted(names):
                yield from question.printed_texts(value, names)

    def compute(self, payload: dict[str, Any]) -> dict[str, Any]:
        """The answers, right or wrong, with whatever can be computed from them filled in; by default nothing is."""
        return payload

    def read_book(self, data: bytes) -> dict[str, Any] | None:
        """The answers in a workbook or CSV laid out in a way of its own; None, the default, if its rows are answers.

        Raises InvalidInput.
        """
        return None

    def json_schema(self) -> dict[str, Any]:
        """The questions as JSON Schema 2020-12."""
        questions = list(self.questions())
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {
                key: question.json_schema() if question.required else question.json_schema_or_nothing()
                for key, question in questions
            },
            "additionalProperties": False,
        }
        if required := [key for key, question in questions if question.required]:
            schema["required"] = required
        return schema


@cache
def prepare_questions(schema: type[Questions], *, draft: bool = False) -> Questions:
    """The questions of a schema, made once, so callers must not change them; a draft may leave some of them open."""
    questions = schema()
    for _, question in questions.questions():
        question.required = question.required and not (draft and question.open_in_draft)
    return questions


def load(schema: type[Questions], payload: Any) -> dict[str, Any]:
    """The answers of a payload; InvalidInput names every fault with its pointer."""
    questions = prepare_questions(schema, draft=isinstance(payload, Mapping) and payload.get("draft") is True)
    try:
        return dict(questions.load(payload))
    except ma.ValidationError as error:
        raise InvalidInput(_flat(error.messages)) from None


def _flat(messages: Any, pointer: str = "") -> Iterator[Fault]:
    if isinstance(messages, Mapping):
        for key, below in messages.items():
            yield from _flat(below, pointer if key == "_schema" else f"{pointer}/{token(key)}")
        return
    for message in messages if isinstance(messages, list) else [messages]:
        if isinstance(message, Mapping):
            yield from _flat(message, pointer)
        else:
            yield Fault(pointer, getattr(message, "code", "invalid"), str(message))
