"""Arranges a citizens' form in steps, and reads its answers back in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from gipdocs.forms.controls import Chosen
from gipdocs.forms.forms import Group, QuestionsForm, Repeated, everything
from gipdocs.web.pages import day_text
from gipdocs.web.remarks import Remarks

UNREADABLE = ("grid", "brought", "open")
"""The kinds of question whose answers are no texts."""


@dataclass(frozen=True, kw_only=True)
class StepPart:
    """Neighbouring fields of a step; `title` is the question behind which they are folded, "" if they are in sight.

    `filled` is the number of those with an answer; `unfolded`: one has an answer or a remark.
    """

    title: str
    fields: tuple[Any, ...]
    filled: int
    unfolded: bool


@dataclass(frozen=True, kw_only=True)
class FormStep:
    """A step of a form: `pending` has the id and label of each question with a remark, `answers` the rest in words."""

    id: str
    title: str
    parts: tuple[StepPart, ...]
    pending: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, tuple[str, ...]], ...]


def has_steps(form: QuestionsForm) -> bool:
    """Whether a question of the form begins a step."""
    return any(field.question.step for _, field in form.named())


def arrange_steps(form: QuestionsForm, remarks: Remarks, touched: str = "") -> list[FormStep]:
    """The steps of a form in its order; what comes before the first named step belongs to it.

    `touched`: the id of the rows or lines whose button was pressed last.
    """
    steps: list[tuple[str, list[Any]]] = []
    for _, field in form.named():
        if not steps or (field.question.step and steps[-1][0]):
            steps.append((field.question.step, []))
        elif field.question.step:
            steps[-1] = field.question.step, steps[-1][1]
        steps[-1][1].append(field)
    return [
        FormStep(
            id=f"step-{number}",
            title=title,
            parts=tuple(_parts(fields, remarks, touched)),
            pending=tuple(_pending(fields, remarks)),
            answers=tuple(_answers(fields)),
        )
        for number, (title, fields) in enumerate(steps, 1)
    ]


def is_stray(form: QuestionsForm, field: Any) -> bool:
    """Whether a field is filled in although another answer says that it doesn't apply."""
    condition = form.condition(field)
    if condition is None or field.answer() is None:
        return False
    other, values = condition
    return bool(other.data) and not set(other.data) & set(values)


def _parts(fields: list[Any], remarks: Remarks, touched: str) -> Iterator[StepPart]:
    for title, group in groupby(fields, key=lambda field: field.question.aside):
        found = tuple(group)
        filled = sum(field.answer() is not None for field in found)
        noted = any(one.id == touched or remarks.at(one.id) for one in everything(found))
        yield StepPart(title=title, fields=found, filled=filled, unfolded=bool(filled) or noted)


def _pending(fields: list[Any], remarks: Remarks) -> Iterator[tuple[str, str]]:
    for field in fields:
        if place := next((one.id for one in everything([field]) if remarks.at(one.id)), ""):
            yield place, field.label.text


def _answers(fields: Any) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Label and texts of each answered question; those of a group one by one."""
    for field in fields:
        if isinstance(field, Group):
            yield from _answers(field.fields())
        elif texts := tuple(_texts(field)):
            yield field.label.text, texts


def _texts(field: Any) -> Iterator[str]:
    if field.answer() is None:
        return
    if isinstance(field, Chosen):
        yield from (label for value, label, chosen in field.options() if chosen and value)
    elif isinstance(field, Repeated):
        for entry in field.entries:
            told = "；".join(f"{label}：{'、'.join(texts)}" for label, texts in _answers([entry]))
            yield from ([told] if told else []) if isinstance(entry, Group) else _texts(entry)
    elif field.question.kind == "date":
        yield _day(field.answer())
    else:
        yield "已填写" if field.question.kind in UNREADABLE else field.data.strip()


def _day(answer: str) -> str:
    try:
        return day_text(date.fromisoformat(answer))
    except ValueError:
        return answer
