"""Reads answers from a table file: rows of an XLSX or CSV under headings that are the questions' labels, or TOML.

Every visible sheet of a workbook that holds the table is read, in order. Anything that cannot be read correctly, or
would be silently left out, is refused with its sheet, row and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Any

from openpyxl.utils.cell import get_column_letter

from gipdocs.errors import Fault, InvalidInput
from gipdocs.filekinds import BOOKS, explain_refusal
from gipdocs.questions import OverrideQuestions, Question, Questions, Rows, prepare_questions
from gipdocs.spreadsheets.books import ReadSheet, read_sheets
from gipdocs.spreadsheets.counting import BookRefused
from gipdocs.spreadsheets.number_formats import Value, format_general
from gipdocs.spreadsheets.plain import read_csv
from gipdocs.stricttoml import NotToml, read_toml

MOST_ABOVE = 20
"""The number of rows at the top of a sheet in which headings are looked for."""
MOST_NAMED, LONGEST_HEADING = 10, 20
"""How many unknown headings a message names, and how many characters of each."""
NUMBERING = ("序号", "编号")
"""Headings of columns that only number the rows."""
NUMBER = re.compile(r"[(（]?[\d.、一二三四五六七八九十百]*[)）]?")


def read_table(data: bytes, schema: type[Questions], name: str = "") -> dict[str, Any]:
    """The payload in a table file called `name`; InvalidInput says in Chinese, with its place, what is wrong."""
    if words := explain_refusal(data, ("xlsx",), "“Excel 工作簿(*.xlsx)”"):
        raise _fault("file", words)
    if data.startswith(b"PK"):
        return _own(data, schema) or _rows(_sheets(data), schema)
    if name.lower().endswith((*BOOKS, ".csv")):
        return _own(data, schema) or _rows([_csv(data)], schema)
    return _toml(data)


def _own(data: bytes, schema: type[Questions]) -> dict[str, Any] | None:
    return prepare_questions(schema).read_book(data)


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


def _sheets(data: bytes) -> Iterator[ReadSheet]:
    try:
        yield from read_sheets(data)
    except BookRefused as error:
        raise _fault(error.code, str(error)) from error


def _csv(data: bytes) -> ReadSheet:
    try:
        return read_csv(data)
    except BookRefused as error:
        raise _fault(error.code, str(error)) from None


def _rows(sheets: Iterable[ReadSheet], schema: type[Questions]) -> dict[str, Any]:
    key, rows = _rows_question(schema)
    tables = _tables(sheets, dict(rows.questions().questions()))
    faults = [fault for table in tables for fault in table.faults()]
    if faults:
        raise InvalidInput(faults)
    return {key: [answers for table in tables for answers in table.answers()]}


def _rows_question(schema: type[Questions]) -> tuple[str, Rows]:
    for key, question in schema().questions():
        if isinstance(question, Rows) and question.schema is not OverrideQuestions:
            return key, question
    raise _fault("no-rows", "这份文书没有可以用表格填写的内容，请用JSON文件。")


def _tables(sheets: Iterable[ReadSheet], questions: Mapping[str, Question]) -> list[Table]:
    """The sheets that hold the table; InvalidInput if there is none, or if another sheet seems to continue it."""
    tables, others = [], []
    labels = {name: question.label for name, question in questions.items()}
    for sheet in sheets:
        head = _head(sheet.rows, labels)
        table = Table(sheet, head or 0, questions)
        if head is None or table.missing:
            others.append((table, head is not None))
        elif sheet.hidden:
            cure = "要公开的请取消隐藏，不公开的请删去这张工作表"
            raise _fault("hidden", f"“{sheet.name}”表是隐藏的，里面也有这样的表格，{cure}。")
        else:
            tables.append(table)
    if not tables:
        raise _no_headings([table for table, begun in others if begun], labels)
    _refuse_rest([table.sheet for table, _ in others], min(len(table.columns) for table in tables))
    return tables


def _no_headings(begun: Sequence[Table], labels: Mapping[str, str]) -> InvalidInput:
    """What is missing in the first sheet that has some of the headings, or that no sheet has any."""
    if begun and begun[0].columns:  # raises for an unknown heading first: it may be the missing one, misspelt
        missing = "”“".join(begun[0].missing)
        return _fault("heading-missing", f"“{begun[0].sheet.name}”表的表头缺少“{missing}”，请补上这些栏目。")
    listed = "、".join(labels.values())
    return _fault("no-headings", f"表格里没有找到表头，表头应当有这些栏目：{listed}。")


def _refuse_rest(others: Sequence[ReadSheet], columns: int) -> None:
    """Refuse visible sheets without the headings that have a row of more than half as many cells as the table."""
    wide = [sheet for sheet in others if not sheet.hidden and _widest(sheet) > max(1, columns // 2)]
    if wide:
        named = "”“".join(sheet.name for sheet in wide[:MOST_NAMED])
        cure = "是这份表格的，请补上同样的表头，不是的，请删去或者隐藏这些工作表"
        raise _fault("sheet-without-headings", f"工作表“{named}”没有完整的表头，没有读入；{cure}。")


def _widest(sheet: ReadSheet) -> int:
    """The largest number of filled cells in a row, a merged range counted once."""
    inside = {
        (row, column)
        for left, top, right, low in sheet.merged
        for row in range(top, low + 1)
        for column in range(left + 1, right + 1)
    }
    return max(
        (
            sum(bool(text) and (number, column) not in inside for column, text in enumerate(row, 1))
            for number, row in enumerate(sheet.rows, 1)
        ),
        default=0,
    )


def _head(cells: Sequence[Sequence[str]], labels: Mapping[str, str]) -> int | None:
    """The index of the row with the headings: the one among the first rows with the most labels, at least two."""
    found = [sum(_key(cell, labels) is not None for cell in set(row)) for row in cells[:MOST_ABOVE]]
    most = max(found, default=0)
    return found.index(most) if most >= min(2, len(labels)) else None


def _key(heading: str, labels: Mapping[str, str]) -> str | None:
    """The key of the question that a heading means: 公开渠道和载体 means 公开渠道, 依据 means 公开依据."""
    bare = "".join(heading.split())
    for name, label in labels.items():
        if bare and (bare == label or bare.startswith(label) or (len(bare) > 1 and label.endswith(bare))):
            return name
    return None


@dataclass(frozen=True)
class Table:
    """A sheet whose row `head`, counted from 0, holds the headings of the questions."""

    sheet: ReadSheet
    head: int
    questions: Mapping[str, Question]

    @cached_property
    def labels(self) -> dict[str, str]:
        return {name: question.label for name, question in self.questions.items()}

    @cached_property
    def missing(self) -> list[str]:
        """The labels of required questions that are not among the headings."""
        found = {_key(cell, self.labels) for cell in self.sheet.rows[self.head]} if self.sheet.rows else set()
        return [question.label for key, question in self.questions.items() if question.required and key not in found]

    @cached_property
    def columns(self) -> dict[int, str]:
        """The question of each column, from 1; InvalidInput for a heading that is unknown or occurs twice."""
        headings = dict(enumerate(self.sheet.rows[self.head], 1))
        keys = {column: _key(heading, self.labels) for column, heading in headings.items()}
        strange = [text for column, text in headings.items() if text and not keys[column] and text not in NUMBERING]
        if strange:
            named = "”“".join(heading[:LONGEST_HEADING] for heading in strange[:MOST_NAMED])
            cure = f"请删去这些列，或者改成：{'、'.join(self.labels.values())}"
            raise _fault("strange-heading", f"“{self.sheet.name}”表的表头“{named}”不是这份文书的栏目，{cure}。")
        known = [key for key in keys.values() if key]
        if twice := {self.labels[key] for key in known if known.count(key) > 1}:
            detail = f"“{self.sheet.name}”表的表头“{'”“'.join(sorted(twice))}”出现了两次，请保留一列。"
            raise _fault("heading-twice", detail)
        return {column: key for column, key in keys.items() if key}

    @cached_property
    def numbers(self) -> set[int]:
        """The columns that only number the rows."""
        above = self.sheet.rows[: self.head + 1]
        return {column for row in above for column, text in enumerate(row, 1) if text in NUMBERING}

    @cached_property
    def across(self) -> dict[tuple[int, int], list[int]]:
        """The cells of merged ranges to the right of their first column, each with the question columns of its range."""
        found = {}
        for left, top, right, low in self.sheet.merged:
            covered = [column for column in self.columns if left <= column <= right]
            for row in range(max(top, self.head + 2), low + 1):
                found.update({(row, column): covered for column in range(left + 1, right + 1)})
        return found

    def answers(self) -> Iterator[dict[str, Any]]:
        """The answers of each row that is not empty."""
        for number, texts in self._lines():
            if answers := {self.columns[column]: self._answer(number, column, text) for column, text in texts.items()}:
                yield answers

    def faults(self) -> Iterator[Fault]:
        """What in the sheet cannot be read correctly, with its place and the cure."""
        lines = list(self._lines())
        for column in sorted(self.sheet.hidden_columns & self.columns.keys()):
            if any(column in texts for _, texts in lines):
                what = f"{get_column_letter(column)}列“{self.labels[self.columns[column]]}”是隐藏的"
                yield self._refused("hidden", f"{what}，要公开的请取消隐藏，不公开的请删去这一列")
        for number, texts in lines:
            yield from self._line_faults(number, texts)

    def _lines(self) -> Iterator[tuple[int, dict[int, str]]]:
        """Number and texts, by question column, of each row below the headings that does not repeat them."""
        for number, row in enumerate(self.sheet.rows[self.head + 1 :], self.head + 2):
            texts = {
                column: row[column - 1]
                for column in self.columns
                if row[column - 1] and (number, column) not in self.across
            }
            if len(texts) < 2 or any(_key(text, self.labels) != self.columns[column] for column, text in texts.items()):
                yield number, texts

    def _line_faults(self, number: int, texts: Mapping[int, str]) -> Iterator[Fault]:
        row = self.sheet.rows[number - 1]
        covered: list[int] = max((self.across.get((number, column), []) for column in self.columns), key=len)
        if number in self.sheet.hidden_rows:
            if any(row):
                yield self._refused("hidden", f"第{number}行是隐藏的，要公开的请取消隐藏，不公开的请删去这一行")
        elif len(covered) > 2 or (any(row) and self._is_note(row, texts)):
            text = next(filter(None, row), "")
            what = f"第{number}行“{text[:LONGEST_HEADING]}”不是表格的一行"
            yield self._refused("note-row", f"{what}，请删去，或者移到表头上面、其他工作表里")
        elif len(covered) == 2 and covered[0] != min(self.columns):
            both = "”“".join(self.labels[self.columns[column]] for column in covered)
            yield self._refused("merged", f"第{number}行的“{both}”合并成了一格，请拆分单元格，分别填写")
        else:
            yield from self._cell_faults(number, row)

    def _is_note(self, row: Sequence[str], texts: Mapping[int, str]) -> bool:
        """Whether the row has words in the numbering column and nothing under the questions."""
        return not texts and any(not NUMBER.fullmatch(row[column - 1]) for column in self.numbers)

    def _cell_faults(self, number: int, row: Sequence[str]) -> Iterator[Fault]:
        for column, text in enumerate(row, 1):
            fault = self.sheet.faults.get((number, column))
            if column in self.columns and fault:
                yield self._refused("cell", f"第{number}行“{self.labels[self.columns[column]]}”：{fault}")
            elif text and column not in self.columns and column not in self.numbers:
                what = f"第{number}行{get_column_letter(column)}列“{text[:LONGEST_HEADING]}”不在表头的任何一栏下面"
                yield self._refused("no-heading", f"{what}，请移到有表头的列，或者删去")

    def _refused(self, code: str, detail: str) -> Fault:
        return Fault("", code, f"“{self.sheet.name}”表{detail}。")

    def _answer(self, number: int, column: int, text: str) -> Any:
        question, value = self.questions[self.columns[column]], self.sheet.values.get((number, column))
        if value is not None and question.kind not in ("text", "longtext"):
            return _plain_value(value, text)
        whole = text.removeprefix("-")
        return int(text) if question.kind == "number" and whole.isascii() and whole.isdigit() else text


def _plain_value(value: Value, text: str) -> int | str:
    """The value of a cell as the answer to a question for a number or day, however the cell displays it."""
    if isinstance(value, int | float):
        return int(value) if value == int(value) else format_general(value) or text
    return (
        value.date().isoformat()
        if isinstance(value, datetime)
        else value.isoformat()
        if isinstance(value, date)
        else text
    )
