"""Reads answers from a table file: rows of an XLSX under headings that are the questions' labels, or TOML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from gipdocs.documents.books import BookRefused, read_sheets
from gipdocs.documents.fields import OverrideQuestions, Question, Questions, Rows
from gipdocs.errors import Fault, InvalidInput
from gipdocs.filekinds import refusal
from gipdocs.stricttoml import NotToml, read_toml

SUFFIXES = (".xlsx", ".toml")
MOST_ABOVE = 20
"""In so many rows at the top of a sheet the headings are looked for."""
MOST_NAMED, LONGEST_HEADING = 10, 20
"""So many strange headings are named, and so much of each."""
NUMBERING = ("序号", "编号")
"""Headings of columns that only number the rows."""
Cells = list[list[str]]


def is_table(name: str, data: bytes) -> bool:
    """Whether a file is one of these, by its name or its first bytes."""
    return name.lower().endswith(SUFFIXES) or data.startswith(b"PK")


def read_table(data: bytes, schema: type[Questions]) -> dict[str, Any]:
    """The payload in a table file; InvalidInput says in Chinese what is wrong with the file."""
    if words := refusal(data, ("xlsx",), "“Excel 工作簿(*.xlsx)”"):
        raise _fault("file", words)
    return _xlsx(data, schema) if data.startswith(b"PK") else _toml(data)


def _fault(code: str, detail: str) -> InvalidInput:
    return InvalidInput([Fault("", code, detail)])


def _toml(data: bytes) -> dict[str, Any]:
    try:
        return {key: _plain(value) for key, value in read_toml(data).items()}
    except NotToml as error:
        raise _fault("toml", f"表格文件读不出来：{error}") from None


def _plain(value: Any) -> Any:
    """JSON data: days and times as text."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _xlsx(data: bytes, schema: type[Questions]) -> dict[str, Any]:
    key, rows = _rows_question(schema)
    labels = {name: question.label for name, question in rows.questions().questions()}
    for cells in _sheets(data):
        if (head := _head(cells, labels)) is not None:
            return {key: list(_answers(cells, head, dict(rows.questions().questions())))}
    listed = "、".join(labels.values())
    raise _fault("no-headings", f"表格里没有找到表头，表头应当有这些栏目：{listed}。")


def _rows_question(schema: type[Questions]) -> tuple[str, Rows]:
    for key, question in schema().questions():
        if isinstance(question, Rows) and question.schema is not OverrideQuestions:
            return key, question
    raise _fault("no-rows", "这份文书没有可以用表格填写的内容，请用JSON文件。")


def _sheets(data: bytes) -> Iterator[Cells]:
    """The texts of each visible sheet."""
    try:
        for rows in read_sheets(data):
            yield [[_text(value) for value in row] for row in rows]
    except BookRefused as error:
        raise _fault(error.code, str(error)) from error


def _text(value: Any) -> str:
    """A cell as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _head(cells: Cells, labels: dict[str, str]) -> int | None:
    """The row with the headings: of the first rows the one in which the most labels stand, and at least two."""
    found = [sum(_key(cell, labels) is not None for cell in set(row)) for row in cells[:MOST_ABOVE]]
    most = max(found, default=0)
    return found.index(most) if most >= min(2, len(labels)) else None


def _key(heading: str, labels: dict[str, str]) -> str | None:
    """The question of a heading: 公开渠道和载体 is 公开渠道, 依据 is 公开依据."""
    bare = "".join(heading.split())
    for name, label in labels.items():
        if bare and (bare == label or bare.startswith(label) or (len(bare) > 1 and label.endswith(bare))):
            return name
    return None


def _answers(cells: Cells, head: int, questions: dict[str, Question]) -> Iterator[dict[str, Any]]:
    keys = _keys(cells[head], {name: question.label for name, question in questions.items()})
    for row in cells[head + 1 :]:
        answers = {key: _answer(text, questions[key]) for key, text in zip(keys, row, strict=True) if key and text}
        if answers:
            yield answers


def _keys(headings: Sequence[str], labels: dict[str, str]) -> list[str | None]:
    """The question of each column; InvalidInput for a heading that is none, or twice the same."""
    keys = [_key(heading, labels) for heading in headings]
    strange = [
        heading for heading, key in zip(headings, keys, strict=True) if heading and not key and heading not in NUMBERING
    ]
    if strange:
        named = "”“".join(heading[:LONGEST_HEADING] for heading in strange[:MOST_NAMED])
        detail = f"表头“{named}”不是这份文书的栏目，请删去这些列，或者改成：{'、'.join(labels.values())}。"
        raise _fault("strange-heading", detail)
    known = [key for key in keys if key]
    if twice := {labels[key] for key in known if known.count(key) > 1}:
        raise _fault("heading-twice", f"表头“{'”“'.join(sorted(twice))}”出现了两次，请保留一列。")
    return keys


def _answer(text: str, question: Question) -> Any:
    whole = text.removeprefix("-")
    return int(text) if question.kind == "number" and whole.isascii() and whole.isdigit() else text
