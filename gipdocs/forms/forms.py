"""Questions as a web form: WTForms fields that translate between what a person types and JSON, and decide nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, ClassVar

from wtforms import Field, FieldList
from wtforms.form import BaseForm

from gipdocs.forms.controls import OWN_KEYS, Chosen, FormMeta, Typed, format_value
from gipdocs.forms.figure_controls import Carried, Figures
from gipdocs.questions import (
    Block,
    Choice,
    Lines,
    OverrideQuestions,
    Question,
    Questions,
    Rows,
    Text,
)
from gipdocs.questions.figures import Notes

INDEX = re.compile(r"\d{1,4}", re.ASCII)
ROW = re.compile(rf"-({INDEX.pattern})(?=-|\Z)", re.ASCII)
LONGEST_NAME, LONGEST_GROUP_NAME = 200, 40


class Sent:
    """What a browser sent: a mapping with getlist; `rows` has the row numbers that follow each name."""

    def __init__(self, formdata: Any) -> None:
        self.getlist = formdata.getlist
        self.names = {name: None for name in formdata if len(name) <= LONGEST_NAME}
        self.rows = defaultdict[str, set[int]](set)
        for name in self.names:
            for row in ROW.finditer(name):
                self.rows[name[: row.start()]].add(int(row[1]))

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __contains__(self, name: str) -> bool:
        return name in self.names

    def __len__(self) -> int:
        return len(self.names)


class QuestionsForm(BaseForm):  # type: ignore[misc]  # WTForms has no types
    """The fields of all questions by key; `made_of` has the questions, `examples` their sample answers.

    `today` completes days that are typed without a year.
    """

    made_of: ClassVar[Questions]
    examples: ClassVar[Mapping[str, Any]] = {}
    today: ClassVar[date | None] = None

    def __init__(self, formdata: Any = None, prefix: str = "", *, today: date | None = None) -> None:
        """`formdata`: what a browser sent, a mapping with getlist; None for an empty form."""
        questions = sorted(self.made_of.questions(), key=lambda pair: not prefix and pair[0] in OWN_KEYS)
        fields = {key: _field(question, self.examples.get(key)) for key, question in questions}
        super().__init__(fields, prefix=prefix, meta=FormMeta(today or self.today))
        self.process(formdata if formdata is None or isinstance(formdata, Sent) else Sent(formdata))

        for _, field in self.named():
            if isinstance(field, Figures):
                field.beside = self

    def find(self, key: str) -> Any:
        """The field with this key; None if there is none."""
        return self._fields.get(key)

    def named(self) -> Iterator[tuple[str, Any]]:
        """Key and field, in the order of the form."""
        yield from self._fields.items()

    def condition(self, field: Any) -> tuple[Any, tuple[str, ...]] | None:
        """The field on which `field` depends, and the values that make `field` relevant; None if it doesn't depend."""
        key, values = field.question.only_if or ("", ())
        other = self.find(key)
        return (other, tuple(map(format_value, values))) if other is not None else None

    def need(self, field: Any) -> tuple[str, Any, tuple[str, ...]] | None:
        """When a check asks for an answer that may be left out: a clause, and a field with the values that it needs.

        None if no check asks; the field is None if it is asked always, or as the clause says.
        """
        needed = field.question.needed
        if isinstance(needed, tuple):
            return "必填", self.find(needed[0]), tuple(map(format_value, needed[1]))
        return (needed if isinstance(needed, str) else "必填", None, ()) if needed else None

    def fitting(self, field: Any, value: str) -> tuple[Any, list[str]] | None:
        """The field on which the options of `field` depend, and its values to which an option fits; None without one."""
        key, fits = getattr(field.question, "fits", None) or ("", {})
        other = self.find(key)
        return (other, [answer for answer, values in fits.items() if value in values]) if other is not None else None

    def payload(self, *, needed: bool = True) -> dict[str, Any]:
        """The answers as JSON data, ready for the schema; blank fields and completely blank rows are left out.

        A required group is included even if it is empty, so that its own questions say what is missing; if not
        `needed`, only if the form has any answer.
        """
        answers = {key: answer for key, field in self.named() if (answer := field.answer()) is not None}
        if answers or needed:
            for key, field in self.named():
                if isinstance(field, Group) and field.question.required and key not in answers:
                    answers[key] = field.form.payload()
        return answers

    def prefill(self, answers: Mapping[str, Any]) -> None:
        """Put answers into an empty form, whether they are right or wrong; keys without a question are ignored."""
        for key, value in answers.items():
            if (field := self.find(key)) is not None and value is not None:
                field.show(value)

    def everything(self) -> Iterator[Any]:
        """The fields and all their sub-fields, in the order of the form."""
        return everything(self)

    def offer_entries(self) -> None:
        """Add a blank entry to lines without entries, and to rows that need at least one."""
        for field in list(self._repeated()):
            if not field.entries and (field.question.kind == "lines" or field.question.least):
                field.append_entry()

    def add_row(self, name: str) -> Any:
        """Add a blank entry to the rows or lines with this name; returns the entry, or None if there are no such rows."""
        rows = next((field for field in self._repeated() if field.name == name), None)
        return rows.append_entry() if rows is not None else None

    def remove_row(self, name: str) -> Any:
        """Remove the entry with this name; returns the rows or lines that it was in, or None if there is no such entry."""
        for field in self._repeated():
            for i, entry in enumerate(field.entries):
                if entry.name == name:
                    field.pop_entry(i)
                    return field
        return None

    def _repeated(self) -> Iterator[Any]:
        return (field for field in self.everything() if isinstance(field, Repeated))


def form_class(schema: type[Questions], office: Any = None) -> type[QuestionsForm]:
    """The form of a schema; the examples of its questions, and today, are those for the office, if one is given."""
    questions = schema()
    made = _class(questions, questions.sample(office, full=True) if office is not None else {})
    made.today = getattr(office, "today", None)
    return made


def _class(questions: Questions, examples: Any) -> type[QuestionsForm]:
    known = examples if isinstance(examples, Mapping) else {}
    return type("AnswersForm", (QuestionsForm,), {"made_of": questions, "examples": known})


class Group(Field):  # type: ignore[misc]  # WTForms has no types
    """The fields of a block or of one row."""

    def __init__(self, *, question: Block, form: type[QuestionsForm], **more: Any) -> None:
        super().__init__(question.label, **more)
        self.question, self.form_class = question, form

    @property
    def is_optional(self) -> bool:
        """Whether the group may stay empty although some of its questions are required; a row is removed instead."""
        needs = any(question.required for _, question in self.form_class.made_of.questions())
        return self.question.kind == "block" and not self.question.required and needs

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.form = self.form_class(formdata, prefix=f"{self.name}-", today=self.meta.today)
        for field in self.fields():
            if isinstance(field, Chosen):
                field.clearable = self.is_optional

    def answer(self) -> dict[str, Any] | None:
        """The group's answers; None if nothing is typed."""
        return self.form.payload(needed=False) or None

    def show(self, value: Any) -> None:
        """Put the answers of the group into its fields."""
        if isinstance(value, Mapping):
            self.form.prefill(value)

    def below(self, token: str) -> Any:
        """The field with this key."""
        return self.form.find(token)

    def fields(self) -> Iterator[Any]:
        """The fields of the group."""
        yield from self.form


class Repeated(FieldList):  # type: ignore[misc]  # WTForms has no types
    """Any number of rows or lines; `kept` has the index of the entry of each answer, since blank entries give none."""

    def __init__(self, *, question: Rows | Lines | Notes, entry: Any, first: str = "", **more: Any) -> None:
        super().__init__(entry, question.label, **more)
        self.question, self.first, self.kept = question, first, list[int]()

    @property
    def next_id(self) -> str:
        """The id that the first field of the next entry will have."""
        return f"{self.id}-{len(self.entries)}{self.first}"

    def _extract_indices(self, prefix: str, formdata: Sent) -> Iterable[int]:
        # WTForms' own method searches all names for every list, accepts any Unicode digit, and fails on some of them.
        return formdata.rows[prefix]

    def answer(self) -> Any:
        """The answers of the entries that are not blank; None if all are."""
        answers = [(i, entry.answer()) for i, entry in enumerate(self.entries)]
        given = [(i, answer) for i, answer in answers if answer is not None and not self._only_offered(answer)]
        self.kept = [i for i, _ in given]
        return [answer for _, answer in given] or None

    def _only_offered(self, answer: Any) -> bool:
        """Whether the row was only offered for a reason, and none was typed."""
        return getattr(self.question, "schema", None) is OverrideQuestions and "reason" not in answer

    def show(self, value: Any) -> None:
        """Add an entry for each answer of a list."""
        for one in value if isinstance(value, list) else []:
            self.append_entry().show(one)
        self.kept = list(range(len(self.entries)))

    def below(self, token: str) -> Any:
        """The entry of the answer with this index."""
        known = INDEX.fullmatch(token) and int(token) < len(self.kept)
        return self.entries[self.kept[int(token)]] if known else None

    def fields(self) -> Iterator[Any]:
        """The entries."""
        yield from self.entries


class NoteRows(Repeated):
    """Notes by key: a row for each, with the key to choose and the text to type."""

    def answer(self) -> Any:
        """The texts by key; a list if a key occurs twice, which the schema will refuse."""
        answers: dict[str, Any] = {}
        for row in super().answer() or []:
            key, text = format_value(row.get("key")), row.get("text")
            answers[key] = [answers[key], text] if key in answers else text
        return answers or None

    def show(self, value: Any) -> None:
        """Add a row for each text, with its key."""
        given = value.items() if isinstance(value, Mapping) else ()
        super().show([{"key": key, "text": text} for key, text in given])

    def below(self, token: str) -> Any:
        """The first row with this key."""
        return next((row for row in self.entries if format_value(row.form.find("key").answer()) == token), None)


class NamedRows(Repeated):
    """Groups of the same questions by name: a row for each, with the name to type and the group."""

    def answer(self) -> Any:
        """The groups by name, in which a name without a group has an empty one; a list if two names are the same or missing."""
        rows = super().answer() or []
        names = [row.get("key") for row in rows]
        if None in names or len(set(names)) < len(names):
            return rows
        return {row["key"]: row.get("group", {}) for row in rows} or None

    def show(self, value: Any) -> None:
        """Add a row for each group, with its name."""
        given = value.items() if isinstance(value, Mapping) else ()
        super().show([{"key": name, "group": group} for name, group in given])

    def below(self, token: str) -> Any:
        """The fields of the group with this name."""
        rows = (row.form for row in self.entries)
        return next((form.find("group") for form in rows if format_value(form.find("key").answer()) == token), None)


def _group(question: Block, example: Any) -> Any:
    return Group(question=question, form=_class(question.questions(), example))


def _rows(question: Rows, example: Any) -> Any:
    first = next((f"-{key}" for key, _ in question.questions().questions()), "")
    return Repeated(question=question, entry=_group(question, _first(example)), first=first)


def _lines(question: Lines, example: Any) -> Any:
    return Repeated(question=question, entry=Typed(question=question.line, example=_first(example)))


def _notes(question: Notes, example: Any) -> Any:
    key, text = next(iter(example.items())) if isinstance(example, Mapping) and example else ("", "")
    questions = {
        "key": Choice("哪个数字", options=question.options, example=key, required=True),
        "text": Text("说明", longest=question.line.longest, example=text, required=True),
    }
    row = Block(question.label, type("NoteQuestions", (Questions,), dict(questions)))
    return NoteRows(question=question, entry=_group(row, {"key": key, "text": text}), first="-key")


def _named(question: Any, example: Any) -> Any:
    name, group = next(iter(example.items())) if isinstance(example, Mapping) and example else (question.name, {})
    questions = {
        "key": Text(f"这一组{question.label}的名称", longest=LONGEST_GROUP_NAME, example=name, required=True),
        "group": Block(question.label, question.schema, needs=question.needs, required=True),
    }
    row = Block(question.label, type("NamedQuestions", (Questions,), dict(questions)))
    return NamedRows(question=question, entry=_group(row, {"key": name, "group": group}), first="-key")


def _chosen(question: Question, example: Any) -> Any:
    return Chosen(question=question)


def _figures(question: Question, example: Any) -> Any:
    return Figures(question=question)


def _carried(question: Question, example: Any) -> Any:
    return Carried(question=question)


FIELDS: dict[str, Callable[..., Any]] = {
    "choice": _chosen,
    "choices": _chosen,
    "yesno": _chosen,
    "block": _group,
    "rows": _rows,
    "lines": _lines,
    "notes": _notes,
    "named": _named,
    "grid": _figures,
    "open": _carried,
    "brought": _carried,
}


def _field(question: Question, example: Any) -> Any:
    if (make := FIELDS.get(question.kind)) is not None:
        return make(question, example)
    return Typed(question=question, example=example)


def _first(example: Any) -> Any:
    return example[0] if isinstance(example, list) and example else None


def everything(fields: Iterable[Any]) -> Iterator[Any]:
    """The fields and all their sub-fields, in the order of the form."""
    for field in fields:
        yield field
        yield from everything(field.fields())
