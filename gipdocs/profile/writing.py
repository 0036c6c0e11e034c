"""Writes agency.toml: the answers of the profile's questions as TOML, each with its label beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any

from gipdocs.profile.kinds import Named
from gipdocs.profile.questions import ProfileQuestions
from gipdocs.questions import Block, Question, Questions, Rows, prepare_questions

HEAD = "# 机关概况：文书里出现的名称、地址、电话、时间都只写在这里，改一处，所有文书随之改变。"
BLANK_HEAD = (
    f"{HEAD}\n"
    "# 以#开头的行不起作用：需要填写的，删去行首的#，改为本机关的内容；不需要的，留着不动。写有“必填”的都要填写。\n"
    "# 填写后运行gipdocs profile check核对。"
)
BARE = re.compile(r"[A-Za-z0-9_-]+")
Keys = tuple[str, ...]


def write_profile(answers: Mapping[str, Any]) -> str:
    """The TOML text of a profile's answers, which are JSON data in the shape of ProfileQuestions; read back, they are equal."""
    lines = _table(prepare_questions(ProfileQuestions), answers, ())
    return "\n".join([HEAD, *lines]) + "\n"


def order_like(answers: Mapping[str, Any], former: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with their keys in the order of a former file, at every depth; new ones follow."""
    keys = [*(key for key in former if key in answers), *(key for key in answers if key not in former)]
    return {key: _order_value(answers[key], former.get(key)) for key in keys}


def _order_value(value: Any, former: Any) -> Any:
    return order_like(value, former) if isinstance(value, Mapping) and isinstance(former, Mapping) else value


def write_blank_profile() -> str:
    """A profile to be filled in: every key with label, help and example, the required ones empty, the others behind a #."""
    lines = _blank_table(prepare_questions(ProfileQuestions), (), needed=True)
    return "\n".join([BLANK_HEAD, *lines]) + "\n"


def _table(questions: Questions, answers: Mapping[str, Any], path: Keys) -> Iterator[str]:
    """The lines of a table's own keys, then those of the tables below it, as TOML wants them."""
    asked = dict(questions.questions())
    for key, value in answers.items():
        if not _is_table(asked.get(key), value):
            yield f"{_key(key)} = {_value(value)}{_beside(asked.get(key))}"
    for key, value in answers.items():
        if isinstance(question := asked.get(key), Block) and _is_table(question, value):
            yield from _tables(question, value, (*path, key))


def _is_table(question: Question | None, value: Any) -> bool:
    """Whether a value has the shape that its group asks for; any other is written in one line, and refused by its reader."""
    if isinstance(question, Named):
        return isinstance(value, Mapping) and all(isinstance(group, Mapping) for group in value.values())
    if isinstance(question, Rows):
        return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)
    return isinstance(question, Block) and isinstance(value, Mapping)


def _tables(question: Block, value: Any, path: Keys) -> Iterator[str]:
    if isinstance(question, Named):
        for name, group in value.items():
            yield from _one_table(question, group, (*path, name), "[{}]")
    elif isinstance(question, Rows):
        for row in value:
            yield from _one_table(question, row, path, "[[{}]]")
    else:
        yield from _one_table(question, value, path, "[{}]")


def _one_table(question: Block, answers: Mapping[str, Any], path: Keys, brackets: str) -> Iterator[str]:
    yield from ("", f"# {question.label}", brackets.format(".".join(map(_key, path))))
    yield from _table(question.questions(), answers, path)


def _blank_table(questions: Questions, path: Keys, *, needed: bool) -> Iterator[str]:
    """All keys of a table; behind a # if the table isn't `needed`."""
    asked = list(questions.questions())
    for key, question in asked:
        if not isinstance(question, Block):
            yield from _blank_key(key, question, needed=needed)
    for key, question in asked:
        if isinstance(question, Block):
            name = question.name if isinstance(question, Named) else None
            place = (*path, key) if name is None else (*path, key, name)
            brackets = "[[{}]]" if isinstance(question, Rows) else "[{}]"
            owed = needed and question.required
            yield from ("", f"# {_told(question)}")
            yield ("" if owed else "# ") + brackets.format(".".join(map(_key, place)))
            yield from _blank_table(question.questions(), place, needed=owed)


def _blank_key(key: str, question: Question, *, needed: bool) -> Iterator[str]:
    yield f"# {_told(question)}"
    empty = {"lines": [], "yesno": True}.get(question.kind, "")
    if needed and question.required:
        yield f"{_key(key)} = {_value(empty)}"
    else:
        yield f"# {_key(key)} = {_value(question.example)}"


def _told(question: Question) -> str:
    """机关名称（必填）。help 可以填写：…。例如：…"""
    options = getattr(question, "options", {})
    choice = f"可以填写：{'、'.join(f'{value}（{label}）' for value, label in options.items())}。" if options else ""
    example = (
        "" if isinstance(question, Block) or options or not question.required else f"例如：{_value(question.example)}"
    )
    must = "（必填）" if question.required else ""
    return " ".join(filter(None, (f"{question.label}{must}", question.help_for(None), choice, example)))


def _beside(question: Question | None) -> str:
    return f"  # {question.label}" if question else ""


def _key(key: str) -> str:
    return key if BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, str | date | time):
        return _text(str(value))
    if isinstance(value, Sequence):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):  # in a place where no table is expected; the reader will say so
        return f"{{{', '.join(f'{_key(key)} = {_value(part)}' for key, part in value.items())}}}"
    return json.dumps(value)


def _text(text: str) -> str:
    """A basic string: JSON escapes what TOML does, except DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
