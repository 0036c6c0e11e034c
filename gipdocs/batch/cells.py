"""What a cell of a table says, as an answer, and an answer as a cell says it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from gipdocs.forms.reading import read_answer, read_text
from gipdocs.questions import LINE, Choice, Choices, Lines, Question, YesNo
from gipdocs.questions.days import is_relative
from gipdocs.spreadsheets.number_formats import MOST_DIGITS, Value, format_general

FIRST_YEAR = 1901
"""Spreadsheets count days from 1900 on, and the first weeks of that year wrongly."""
TRUTHS = {
    **dict.fromkeys(("是", "true", "y", "yes", "√", "对"), True),
    **dict.fromkeys(("否", "false", "n", "no", "×", "不是"), False),
}
BETWEEN = re.compile(r"[\s、,;]*")
"""What may stand between several choices."""
FIGURES = ("number", "decimal", "money")


def show_answer(question: Question, answer: Any) -> str | int | date:
    """An answer, right or wrong, as the value of a cell; "" if there is none."""
    if answer is None:
        return ""
    if isinstance(question, YesNo) and isinstance(answer, bool):
        return "是" if answer else "否"
    if isinstance(answer, list) and isinstance(question, Choices | Lines):
        return "\n".join(_shown(question, one) for one in answer)
    if question.kind == "number" and type(answer) is int and abs(answer) < 10**MOST_DIGITS:
        return answer
    if question.kind == "date" and (day := _day(answer)):
        return day
    return _shown(question, answer)


def _shown(question: Question, answer: Any) -> str:
    """One answer, or one of several, as text."""
    if not isinstance(answer, str):
        return json.dumps(answer, ensure_ascii=False)
    return _labels(question).get(answer, answer) if isinstance(question, Choice) else answer


def _labels(question: Choice) -> Mapping[str, str]:
    """The label of each option, or its value if another has the same label."""
    labels = list(question.options.values())
    return {value: label if labels.count(label) == 1 else value for value, label in question.options.items()}


def list_labels(question: Question) -> list[str]:
    """What a person chooses from; empty if the question has no options."""
    if isinstance(question, YesNo):
        return ["是", "否"]
    return list(_labels(question).values()) if isinstance(question, Choice) else []


def name_options(question: Question, detail: str) -> str:
    """What is wrong with a choice, with the options as a table offers them, by their labels alone."""
    return (
        detail.replace(question.listed(), "、".join(list_labels(question))) if isinstance(question, Choice) else detail
    )


def _day(answer: Any) -> date | None:
    """The day that a spreadsheet can hold as a day."""
    try:
        day = date.fromisoformat(answer)
    except (TypeError, ValueError):
        return None
    return day if day.isoformat() == answer and day.year >= FIRST_YEAR else None


def read_cell(question: Question, text: str, value: Value | None, today: date) -> Any:
    """The answer in a cell whose text isn't blank; `value` is the number or day behind it.

    A text that isn't clear stays as it is: only the schema refuses.
    """
    if isinstance(question, Choice):
        return _read_choice(question, text)
    if isinstance(question, YesNo):
        return TRUTHS.get(_fold(text), text)
    if isinstance(question, Lines):
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return [_read(question.line, line, today) for line in lines if line.strip()]
    if value is not None:
        text = _plain(question, value) or text
    return _read(question, text, today)


def _read(question: Question, text: str, today: date) -> Any:
    """A text as the control of a form reads it, except 昨天 and the like: a table isn't read on the day it is filled in."""
    if question.kind == "date" and is_relative(text):
        return text.strip()
    return read_answer(question, read_text(question, text, today) if len(text.strip()) <= LINE else text)


def _plain(question: Question, value: Value) -> str | None:
    """The number or day behind a cell if the question asks for one, however the cell shows it."""
    if question.kind in FIGURES and isinstance(value, int | float):
        return format_general(value)
    if question.kind == "date" and isinstance(value, date):
        if not isinstance(value, datetime):
            return value.isoformat()
        return value.date().isoformat() if value.time() == time() else None
    return None


def _read_choice(question: Choice, text: str) -> Any:
    """The value of an option, or the text as it is; several as a list, for a question that takes several."""
    known = _options(tuple(question.options.items()))
    if isinstance(question, Choices):
        return _read_several(_fold(text), known) or text
    return known.get(_fold(text), text)


@lru_cache(maxsize=1000)
def _options(options: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """The value of each option by what a person may write for it, the longest first."""
    labels = [_fold(label) for _, label in options]
    found = {_fold(label): value for value, label in options if labels.count(_fold(label)) == 1}
    found |= {_fold(value): value for value, _ in options}
    return dict(sorted(found.items(), key=lambda pair: -len(pair[0])))


def _read_several(text: str, known: Mapping[str, str]) -> list[str] | None:
    """The values of several options written one after the other; None if anything else is written."""
    found, place = [], 0
    while (place := _after(BETWEEN, text, place)) < len(text):
        name = next((name for name in known if text.startswith(name, place) and _ends(text, place + len(name))), None)
        if name is None:
            return None
        found.append(known[name])
        place += len(name)
    return found


def _ends(text: str, place: int) -> bool:
    """Whether a name can end here: at the end of the text, or before a mark that stands between names."""
    return place == len(text) or _after(BETWEEN, text, place) > place


def _after(mark: re.Pattern[str], text: str, place: int) -> int:
    found = mark.match(text, place)
    return found.end() if found else place


def _fold(text: str) -> str:
    """A choice without that in which people differ: width, case, blanks at the ends of its lines."""
    lines = unicodedata.normalize("NFKC", text).casefold().splitlines()
    return "\n".join(line.strip() for line in lines if line.strip())


def describe_kind(question: Question) -> str:
    """What to write into the cell, in a clause."""
    if isinstance(question, Choices):
        return "从列表中选；选几项的，每项写一行，或者用顿号隔开"
    if isinstance(question, Choice | YesNo):
        return "从列表中选一项"
    rules = {
        "date": "日期，写作2026-03-01",
        "number": "整数",
        "money": "金额，单位元，最多两位小数",
        "lines": "一行一项，在单元格内按Alt+Enter换行",
        "longtext": "文字，可以分段，在单元格内按Alt+Enter换行",
        "tel": "电话，手机号或者“区号-号码”",
    }
    longest = getattr(question, "longest", None)
    told = rules.get(question.kind, question.kind_label)
    return f"{told}，最多{longest}个字" if question.kind in ("text", "longtext") and longest else told
