"""Decides which questions are visible, which are optional and folded away, and which a case has answered already."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from gipdocs.forms.controls import Chosen, format_value
from gipdocs.forms.forms import Group, QuestionsForm, everything
from gipdocs.web.remarks import Remarks
from gipdocs.writing import chinese_date

WORTH_FOLDING = 3
MOST_TOLD, LONGEST_TOLD = 4, 24
"""The answers that a folded line tells, and the characters of each."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """Neighbouring fields, by key; with a `line` they are folded to it unless `unfolded`."""

    fields: list[tuple[str, Any]] = field(default_factory=list)
    line: str = ""
    unfolded: bool = False


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """The fields of a group: `asked` are visible, `aside` are folded away unless `unfolded`; `filled` of these have answers.

    `known` are those that the case has answered.
    """

    asked: list[Any]
    aside: list[Any]
    filled: int = 0
    unfolded: bool = False
    known: Run


def arrange(group: Any, remarks: Remarks, touched: str = "", known: Collection[str] = ()) -> Arrangement:
    """Fold away optional questions that are only kept on file, unless one has a remark or was just changed.

    `touched`: the id of the rows or lines whose button was pressed last. `known`: the ids of the fields that the case
    has answered; a group that the case knows as a whole is folded but for what still has to be answered.
    """
    folded = [one for one in group.fields() if _is_known(one, group, known)]
    if not any(_is_answered(one, known) for one in folded):
        folded = []
    run = _fold([(one.short_name, one) for one in folded], remarks, touched) if folded else Run()
    fields = [one for one in group.fields() if one not in folded]
    aside = [one for one in fields if one.question.on_file and not one.question.required]
    if not WORTH_FOLDING <= len(aside) < len(fields):
        return Arrangement(asked=fields, aside=[], known=run)
    return Arrangement(
        known=run,
        asked=[one for one in fields if one not in aside],
        aside=aside,
        filled=sum(one.answer() is not None for one in aside),
        unfolded=_is_touched(aside, remarks, touched),
    )


def unfolds(group: Any, remarks: Remarks, touched: str = "") -> bool:
    """Whether an optional group has an answer or a remark in it, or was just changed."""
    return group.answer() is not None or _is_touched(group.fields(), remarks, touched)


def _is_touched(fields: Iterable[Any], remarks: Remarks, touched: str) -> bool:
    return any(one.id == touched or remarks.at(one.id) for one in everything(fields))


def runs(
    named: Iterable[tuple[str, Any]], remarks: Remarks, touched: str = "", known: Collection[str] = ()
) -> Iterator[Run]:
    """Fields by their keys, in their order; neighbours that the case has answered are folded to one line."""

    def is_folded(pair: tuple[str, Any]) -> bool:
        return not isinstance(pair[1], Group) and _is_answered(pair[1], known)

    for folded, pairs in groupby(named, is_folded):
        fields = [*pairs]
        yield _fold(fields, remarks, touched) if folded else Run(fields=fields)


def known_ids(form: QuestionsForm, answers: Mapping[str, Any]) -> frozenset[str]:
    """The ids of the fields for which there is an answer; of rows and lines, that of the whole list."""
    return frozenset(_ids(form, answers))


def _ids(form: QuestionsForm, answers: Mapping[str, Any]) -> Iterator[str]:
    for key, answer in answers.items():
        if (found := form.find(key)) is None:
            continue
        yield str(found.id)
        if isinstance(found, Group) and isinstance(answer, Mapping):
            yield from _ids(found.form, answer)


def _is_known(one: Any, group: Any, known: Collection[str]) -> bool:
    """Whether a field of a group needs nobody's attention, because the case has answered it, or all that it knows of it."""
    if one.answer() is not None:
        return one.id in known
    return bool(getattr(group.question, "case", "")) and group.id in known and not one.question.required


def _is_answered(one: Any, known: Collection[str]) -> bool:
    return one.id in known and one.answer() is not None


def _fold(fields: list[tuple[str, Any]], remarks: Remarks, touched: str) -> Run:
    found = [one for _, one in fields]
    wrong = any(remarks.is_doubtful(one.id) or one.id == touched for one in everything(found))
    return Run(fields=fields, line=_line(found), unfolded=wrong)


def _line(fields: Iterable[Any]) -> str:
    """The answers that are most worth telling: what is required and printed, and rather what was typed than chosen."""
    answered = [one for one in fields if one.answer() is not None]
    ranked = sorted(answered, key=_rank)
    chosen = [one for one in answered if one in ranked[:MOST_TOLD]]
    more = f"；等{len(answered)}项" if len(answered) > len(chosen) else ""
    return "；".join(f"{one.label.text}：{_tell(one)}" for one in chosen) + more


def _rank(one: Any) -> tuple[bool, ...]:
    return not one.question.required, one.question.on_file, isinstance(one, Chosen)


def _tell(one: Any) -> str:
    """An answer as somebody reads it in a line."""
    answer = one.answer()
    if isinstance(one, Chosen):
        text = "、".join(label for value, label, chosen in one.options() if chosen and value)
    elif isinstance(answer, list):
        text = "、".join(answer) if all(isinstance(part, str) for part in answer) else f"{len(answer)}项"
    elif isinstance(answer, Mapping):
        text = f"{len(answer)}项"
    else:
        text = _day(answer) if one.question.kind == "date" else format_value(answer)
    plain = " ".join(text.split())
    return plain if len(plain) <= LONGEST_TOLD else f"{plain[: LONGEST_TOLD - 2]}……"


def _day(answer: Any) -> str:
    try:
        return chinese_date(date.fromisoformat(answer))
    except ValueError:
        return format_value(answer)
