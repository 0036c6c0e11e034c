"""Reads answers from a table file: rows of an XLSX under headings that are the questions' labels, or TOML."""

from __future__ import annotations

import tomllib
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from gipdocs.documents.fields import OverrideQuestions, Question, Questions, Rows
from gipdocs.errors import Fault, InvalidInput

SUFFIXES = (".xlsx", ".toml")
LARGEST = 8 * 1024 * 1024
"""The most bytes of XML that an XLSX may unpack to."""
MOST_ROWS, MOST_COLUMNS, MOST_ABOVE = 5000, 100, 20
"""How much of a sheet is looked at, and in how many rows at its top the headings are looked for."""
NUMBERING = ("序号", "编号")
"""Headings of columns that only number the rows."""
Cells = list[list[str]]


def is_table(name: str, data: bytes) -> bool:
    """Whether a file is one of these, by its name or its first bytes."""
    return name.lower().endswith(SUFFIXES) or data.startswith(b"PK")


def read_table(data: bytes, schema: type[Questions]) -> dict[str, Any]:
    """The payload in a table file; InvalidInput says in Chinese what is wrong with the file."""
    return _xlsx(data, schema) if data.startswith(b"PK") else _toml(data)


def _fault(code: str, detail: str) -> InvalidInput:
    return InvalidInput([Fault("", code, detail)])


def _toml(data: bytes) -> dict[str, Any]:
    try:
        return {key: _plain(value) for key, value in tomllib.loads(data.decode("utf-8-sig")).items()}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        detail = f"表格文件读不出来：{error}。TOML文件应为UTF-8编码，请检查引号和方括号。"
        raise _fault("toml", detail) from None


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
    """The texts of each sheet, every cell of a merged range with the range's text."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            if sum(info.file_size for info in packed.infolist() if info.filename.endswith(".xml")) > LARGEST:
                raise _fault("too-large", "表格文件解压后过大，请删去多余的行、列和工作表。")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that openpyxl doesn't know and we don't need
            book = load_workbook(BytesIO(data), data_only=True)
    except InvalidInput:
        raise
    except Exception as error:  # openpyxl fails in any way on a damaged file
        raise _fault("xlsx", "表格文件读不出来，请用Excel或者WPS另存为XLSX后再试。") from error
    yield from (_cells(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible")


def _cells(sheet: Worksheet) -> Cells:
    if sheet.max_row > MOST_ROWS or sheet.max_column > MOST_COLUMNS:
        detail = f"工作表“{sheet.title}”超过{MOST_ROWS}行或者{MOST_COLUMNS}列，请删去多余的行和列。"
        raise _fault("too-many-cells", detail)
    cells = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    for merged in sheet.merged_cells.ranges:
        text = cells[merged.min_row - 1][merged.min_col - 1]
        for row in range(merged.min_row - 1, min(merged.max_row, len(cells))):
            for column in range(merged.min_col - 1, min(merged.max_col, len(cells[row]))):
                cells[row][column] = text
    return cells


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
        detail = f"表头“{'”“'.join(strange)}”不是这份文书的栏目，请删去这些列，或者改成：{'、'.join(labels.values())}。"
        raise _fault("strange-heading", detail)
    known = [key for key in keys if key]
    if twice := {labels[key] for key in known if known.count(key) > 1}:
        raise _fault("heading-twice", f"表头“{'”“'.join(sorted(twice))}”出现了两次，请保留一列。")
    return keys


def _answer(text: str, question: Question) -> Any:
    whole = text.removeprefix("-")
    return int(text) if question.kind == "number" and whole.isascii() and whole.isdigit() else text
