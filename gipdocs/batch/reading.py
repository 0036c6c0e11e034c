"""Reads the rows of a batch from a table (XLSX or CSV) or from lines of JSON.

A fault of the whole table raises InvalidInput; a cell that can't be read is a fault of its row. What a cell says is
judged later, by the schema.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Any

from openpyxl.utils import get_column_letter

from gipdocs.batch.cells import read_cell, show_answer
from gipdocs.batch.columns import (
    ALSO,
    CASE,
    COUNT,
    HEADINGS,
    NAME,
    PROBLEM,
    TableColumn,
    fold_heading,
    known_columns,
)
from gipdocs.batch.orders import MOST_BYTES, MOST_ROWS, MOST_VALUES, OrderedRow
from gipdocs.batch.table import EXAMPLE, KEYS, NAMED, RULES, answer_at, refuse_table
from gipdocs.documents.registry import Entry
from gipdocs.errors import Fault, InvalidInput
from gipdocs.filekinds import explain_refusal
from gipdocs.questions import Block, Questions, Rows, YesNo, prepare_questions
from gipdocs.spreadsheets.books import ReadSheet, read_sheets
from gipdocs.spreadsheets.counting import BookLimits, BookRefused, Place
from gipdocs.spreadsheets.plain import read_csv
from gipdocs.strictjson import NotJson, read_json

LIMITS = BookLimits(
    rows=MOST_ROWS + 50, columns=1000, cells=2_000_000, numbers=1_000_000, characters=20_000_000, unpacked=64 << 20
)
SEPARATORS = ",;\t"
MOST_ABOVE = 20
"""The number of rows at the top of a sheet in which the headings are looked for."""
MOST_NAMED, LONGEST_HEADING = 10, 40
"""How many columns a message names, and how many characters of each."""
LONGEST_NAME, LONGEST_CASE = 200, 40
LINES = (".ndjson", ".jsonl")
"""Endings of the names of files with lines of JSON."""
UNKEPT = re.compile("[\x00\ud800-\udfff]")
"""Characters that no database keeps; the schema refuses what is put in their place."""


def read_table(
    entry: Entry,
    data: bytes,
    name: str,
    *,
    today: date,
    base: Mapping[str, Any] | None = None,
    office: Any = None,  # the real office, which documents know
) -> list[OrderedRow]:
    """The rows of a table called `name`; InvalidInput if it can't be read as a whole, FormatNotOffered without tables.

    `base` has the answers that all documents share: what it answers, the table needs no column for. The `office` tells
    what the example of a CSV says; that of a workbook is told by the workbook.
    """
    if len(data) > MOST_BYTES:
        raise _fault("too-large", f"表格超过{MOST_BYTES >> 20} MB，请分成几份。")
    if name.lower().endswith(LINES) or data.lstrip()[:1] == b"{":
        return read_ndjson(data)
    refuse_table(entry)
    if words := explain_refusal(data, ("xlsx",), "“Excel 工作簿(*.xlsx)”"):
        raise _fault("file", words)
    sheet, keys = _sheet(data)
    table = _Table(entry, sheet, keys, today, office=office)
    table.refuse(base or {})
    rows = [*table.rows()]
    if not rows:
        raise _fault("empty", "表格里没有填写内容，请在表头下面每件填写一行（没有改动的示例行不算）。")
    if len(rows) > MOST_ROWS:
        raise _fault("too-many", f"表格里有{len(rows)}行，一个批次最多{MOST_ROWS}行，请分成几份。")
    return rows


def _fault(code: str, detail: str) -> InvalidInput:
    return InvalidInput([Fault("", code, detail)])


@dataclass(frozen=True, kw_only=True)
class _Keys:
    """What a workbook of ours says of its columns when it was made, in their order: keys, headings, the example's texts."""

    keys: Sequence[str] = ()
    headings: Sequence[str] = ()
    examples: Sequence[str] = ()


def _sheet(data: bytes) -> tuple[ReadSheet, _Keys]:
    """The only sheet with a table, and what the workbook says of its columns."""
    try:
        if not data.startswith(b"PK"):
            sheets = [read_csv(data, most_rows=LIMITS.rows, separators=SEPARATORS, exact=True)]
        else:
            sheets = [*read_sheets(data, limits=LIMITS, exact=True)]
    except BookRefused as error:
        raise _fault(error.code, str(error)) from error
    filled = [sheet for sheet in sheets if not sheet.hidden and sheet.name != RULES and any(map(any, sheet.rows))]
    if len(filled) > 1:
        named = "”“".join(sheet.name for sheet in filled[:MOST_NAMED])
        raise _fault(
            "several-sheets", f"工作表“{named}”都有内容，一次只能读一张，请把各行并到一张，删去或者隐藏其他的。"
        )
    if not filled:
        raise _fault("empty", "表格里没有内容，请填写后再上传。")
    return filled[0], _keys(next((sheet for sheet in sheets if sheet.hidden and sheet.name == KEYS), None))


def _keys(sheet: ReadSheet | None) -> _Keys:
    rows = [*sheet.rows, [], [], []][:3] if sheet is not None else [[], [], []]
    width = len(rows[0])
    keys, headings, examples = ([*row, *[""] * (width - len(row))][:width] for row in rows)
    return _Keys(keys=keys, headings=headings, examples=examples)


class _Table:
    """A sheet, with what each of its columns means."""

    def __init__(self, entry: Entry, sheet: ReadSheet, keys: _Keys, today: date, *, office: Any) -> None:
        self.entry, self.sheet, self.made, self.today, self.office = entry, sheet, keys, today, office
        self.known = known_columns(entry.document.schema)
        told = {fold_heading(heading): key for heading, key in ALSO.items()}
        told |= {fold_heading(heading): key for key, heading in HEADINGS.items()}
        told |= {fold_heading(one.heading): key for key, one in self.known.items()}
        told |= {
            fold_heading(heading): key
            for heading, key in zip(keys.headings, keys.keys, strict=True)
            if key in self.known or key in HEADINGS
        }
        self.meanings: Mapping[str, str] = told

    @cached_property
    def head(self) -> int:
        """The index of the row with the headings: the one that the workbook knows, or that with the most known ones."""
        rows = Counter(row for row, _ in self._named.values())
        if rows:
            return rows.most_common(1)[0][0] - 1
        above = self.sheet.rows[:MOST_ABOVE]
        found = [sum(fold_heading(text) in self.meanings for text in row if text) for row in above]
        if not any(found):
            listed = "、".join(column.heading for column in self.known.values() if column.owed) or "填写说明里的各栏"
            raise _fault("no-headings", f"表格里没有找到表头，请用下载的表格填写；表头应当有：{listed}。")
        return found.index(max(found))

    @cached_property
    def headings(self) -> list[str]:
        """The texts of the headings, from the first column on."""
        return self.sheet.rows[self.head]

    @cached_property
    def columns(self) -> dict[int, str]:
        """The key of each column that means something, by its number from 1.

        A heading that is known says what its column is. Any other heading was changed: its column is the one that the
        workbook knows it by, or the one that stood there if no column was moved.
        """
        found = {number: key for number, text in enumerate(self.headings, 1) if (key := self._meant(text))}
        traced = self._traced(found)
        taken = set(found.values())
        for number, text in enumerate(self.headings, 1):
            key = traced.get(number)
            if text.strip() and number not in found and key and key not in taken:
                found[number] = key
        return found

    def _meant(self, heading: str) -> str | None:
        return self.meanings.get(fold_heading(heading)) if heading.strip() else None

    def _traced(self, found: Mapping[int, str]) -> dict[int, str]:
        """The key of each column as the workbook knows it, by its number."""
        if self._named:
            return {column: key for key, (_, column) in self._named.items()}
        known = {number: key for number, key in enumerate(self.made.keys, 1) if key in self.known or key in HEADINGS}
        return known if all(known.get(number) == key for number, key in found.items()) else {}

    @cached_property
    def _named(self) -> Mapping[str, Place]:
        """Where the workbook has the heading of each key; empty if it has lost the names of its cells."""
        found = ((key, self.sheet.named.get(NAMED.format(number))) for number, key in enumerate(self.made.keys, 1))
        return {
            key: place
            for key, place in found
            if place and place[0] <= len(self.sheet.rows) and (key in self.known or key in HEADINGS)
        }

    def refuse(self, base: Mapping[str, Any]) -> None:
        """InvalidInput with everything that is wrong with the columns."""
        if faults := [*self._strange(), *self._twice(), *self._missing(base), *self._stray(), *self._merged()]:
            raise InvalidInput(faults)

    def _strange(self) -> Iterator[Fault]:
        strange = [(n, text) for n, text in enumerate(self.headings, 1) if text.strip() and n not in self.columns]
        if strange:
            named = "、".join(f"{get_column_letter(n)}列“{_short(text)}”" for n, text in strange[:MOST_NAMED])
            more = f"等{len(strange)}列" if len(strange) > MOST_NAMED else ""
            cure = "请按下载的表格改正表头，不用的列请删去"
            yield Fault("", "strange-heading", f"{named}{more}不是这份文书的栏目，{cure}。")

    def _twice(self) -> Iterator[Fault]:
        for key, count in Counter(self.columns.values()).items():
            if count > 1:
                letters = "、".join(get_column_letter(n) for n, one in self.columns.items() if one == key)
                detail = f"表头“{self._heading(key)}”出现了{count}次（{letters}列），请保留一列。"
                yield Fault("", "heading-twice", detail)

    def _missing(self, base: Mapping[str, Any]) -> Iterator[Fault]:
        present = {re.sub(r"/\d+/", "/0/", key) for key in self.columns.values()}
        drafted = "/draft" in present or base.get("draft") is True
        missing = [
            column.heading
            for column in self.known.values()
            if column.owed
            and re.sub(r"/\d+/", "/0/", column.key) not in present
            and answer_at(base, column.key) in (None, "")
            and not (drafted and column.question and column.question.open_in_draft)
        ]
        if missing:
            named = "”“".join(missing[:MOST_NAMED])
            detail = f"表头缺少必填的“{named}”，请补上这些列；各件都相同的，也可以填在各件相同的内容里。"
            yield Fault("", "heading-missing", detail)

    def _stray(self) -> Iterator[Fault]:
        """Cells to the right of the headings, or under an empty one."""
        bare = [number for number, text in enumerate(self.headings, 1) if not text.strip()]
        for number in bare:
            for line, row in enumerate(self.sheet.rows[self.head + 1 :], self.head + 2):
                if row[number - 1].strip() or (line, number) in self.sheet.faults:
                    where = f"{get_column_letter(number)}{line}"
                    yield Fault("", "no-heading", f"单元格{where}有内容，上面没有表头，请补上表头，或者删去内容。")
                    break

    def _merged(self) -> Iterator[Fault]:
        for left, top, right, bottom in self.sheet.merged:
            if right > left and bottom > self.head and any(left <= number <= right for number in self.columns):
                where = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
                yield Fault("", "merged", f"{where}合并了不同栏目的单元格，请取消合并，分别填写。")

    def _heading(self, key: str) -> str:
        return self.known[key].heading if key in self.known else HEADINGS[key]

    def rows(self) -> Iterator[OrderedRow]:
        """The rows in which something is filled in, without the example."""
        read = _RowReader(self.entry.document.schema, self.sheet, self._readers(), self.today)
        count = next((number for number, key in self.columns.items() if key == COUNT), 0)
        for line, row in enumerate(self.sheet.rows[self.head + 1 :], self.head + 2):
            marked = bool(count) and row[count - 1].strip() == EXAMPLE
            if (marked or line == self.head + 2) and self._is_example(row):
                continue
            if (found := read.row(line, row)) is not None:
                yield _with_mark(found, count) if marked and not self.made.keys else found

    def _readers(self) -> list[tuple[int, TableColumn]]:
        """Number and column of what is read, from left to right."""
        told = {key: TableColumn(key=key, heading=HEADINGS[key]) for key in (CASE, NAME)}
        return [
            (number, self.known.get(key) or told[key])
            for number, key in sorted(self.columns.items())
            if key not in (COUNT, PROBLEM)
        ]

    def _is_example(self, row: Sequence[str]) -> bool:
        """Whether a row says in every column what the example says."""
        asked = [(number, key) for number, key in self.columns.items() if key in self.known]
        return bool(self._examples) and all(
            _plain(row[number - 1]) == _plain(self._examples.get(key, "")) for number, key in asked
        )

    @cached_property
    def _examples(self) -> Mapping[str, str]:
        """What the example says in each column; nothing if nobody knows."""
        if self.made.keys:
            return dict(zip(self.made.keys, self.made.examples, strict=True))
        if self.office is None:
            return {}
        sample = self.entry.document.schema().sample(self.office)
        return {
            key: str(show_answer(one.question, answer_at(sample, key)))
            for key, one in self.known.items()
            if one.question
        }


def _with_mark(row: OrderedRow, count: int) -> OrderedRow:
    """A row that is marked as the example and differs from it, with a fault: nobody knows which of both is meant."""
    detail = f"{get_column_letter(count)}{row.line}：这一行标着“{EXAMPLE}”，是示例的请删去整行，不是的请删去“{EXAMPLE}”二字。"
    fault = _told(Fault("", "example-row", detail), HEADINGS[COUNT])
    return OrderedRow(answers=row.answers, name=row.name, case=row.case, line=row.line, faults=[*row.faults, fault])


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _short(text: str) -> str:
    return UNKEPT.sub("\ufffd", " ".join(text.split()))[:LONGEST_HEADING]


Path = tuple[str | int, ...]
"""The tokens of a pointer: keys of blocks, numbers of groups."""


@dataclass(frozen=True, kw_only=True)
class _Cell:
    """What one cell says, and what is wrong with it: a code and a sentence, both "" if nothing is."""

    column: TableColumn
    path: Path
    answer: Any
    code: str = ""
    detail: str = ""


class _RowReader:
    """Reads one row after the other of a sheet whose columns are known."""

    def __init__(
        self, schema: type[Questions], sheet: ReadSheet, columns: Sequence[tuple[int, TableColumn]], today: date
    ) -> None:
        self.questions, self.sheet, self.today = prepare_questions(schema), sheet, today
        self.columns = [(number, column, _path(column.key)) for number, column in columns]

    def row(self, line: int, texts: Sequence[str]) -> OrderedRow | None:
        """The row at a line; None if nothing is filled in."""
        cells = [*self._cells(line, texts)]
        if not cells:
            return None
        tree: dict[Any, Any] = {}
        for cell in cells:
            if cell.column.question and cell.answer not in (None, ""):
                _put(tree, cell.path, keepable(cell.answer))
        answers = _pack(tree)
        _add_owed(answers, self.questions)
        told = {cell.column.key: cell.answer for cell in cells if not cell.column.question}
        return OrderedRow(
            answers=answers,
            name=keepable(told.get(NAME, ""))[:LONGEST_NAME],
            case=keepable(told.get(CASE, ""))[:LONGEST_CASE] or None,
            line=line,
            faults=[*(_as_fault(cell, tree) for cell in cells if cell.code), *self._of_row(line)],
        )

    def _cells(self, line: int, texts: Sequence[str]) -> Iterator[_Cell]:
        """The cells in which something is filled in."""
        faults, values = self.sheet.faults, self.sheet.values
        for number, column, path in self.columns:
            text = texts[number - 1]
            if faults and (fault := faults.get((line, number))):
                shown = text or str(values.get((line, number), ""))
                detail = f"{get_column_letter(number)}{line}：{fault}。"
                yield _Cell(column=column, path=path, answer=shown, code="cell", detail=detail)
            elif text and not text.isspace():
                yield self._cell(column, path, text, (line, number))

    def _cell(self, column: TableColumn, path: Path, text: str, place: tuple[int, int]) -> _Cell:
        where = f"{get_column_letter(place[1])}{place[0]}"
        if column.question is None:
            longest = LONGEST_NAME if column.key == NAME else LONGEST_CASE
            detail = f"{where}：“{column.heading}”最多{longest}个字，请缩短。" if len(text.strip()) > longest else ""
            return _Cell(column=column, path=path, answer=text.strip(), code="too-long" * bool(detail), detail=detail)
        answer = read_cell(column.question, text, self.sheet.values.get(place), self.today)
        if isinstance(column.question, YesNo) and not isinstance(answer, bool):
            detail = f"{where}：“{column.question.label}”请写“是”或者“否”。"
            return _Cell(column=column, path=path, answer=answer, code="option", detail=detail)
        return _Cell(column=column, path=path, answer=answer)

    def _of_row(self, line: int) -> Iterator[Mapping[str, str]]:
        """What is wrong with a row as a whole."""
        if line in self.sheet.hidden_rows:
            detail = f"第{line}行是隐藏的，要生成的请取消隐藏或者筛选，不要的请删去。"
            yield _told(Fault("", "hidden", detail))


def _as_fault(cell: _Cell, tree: Mapping[Any, Any]) -> Mapping[str, str]:
    pointer = _pointer(cell.path, tree) if cell.column.question else ""
    return _told(Fault(pointer, cell.code, cell.detail), cell.column.heading)


def _told(fault: Fault, column: str = "") -> Mapping[str, str]:
    """A fault of a row, with the heading of its column."""
    return {**asdict(fault), "column": column}


def _path(pointer: str) -> Path:
    return tuple(int(token) if token.isdecimal() else token for token in pointer.split("/")[1:])


def _put(tree: dict[Any, Any], path: Path, answer: Any) -> None:
    """Put an answer into its place; groups stand under their numbers."""
    for token in path[:-1]:
        tree = tree.setdefault(token, {})
    tree[path[-1]] = answer


def _pack(tree: Any) -> Any:
    """The answers, with groups as lists: those in which nothing is filled in are left out."""
    if not isinstance(tree, dict):
        return tree
    if any(isinstance(key, int) for key in tree):
        return [_pack(tree[number]) for number in sorted(tree)]
    return {key: _pack(below) for key, below in tree.items()}


def _pointer(path: Path, tree: Any) -> str:
    """The pointer of an answer after groups in which nothing is filled in were left out."""
    tokens = list[str]()
    for token in path:
        here = tree if isinstance(tree, Mapping) else {}
        tokens.append(str(sum(one < token for one in here)) if isinstance(token, int) else token)
        tree = here.get(token)
    return "".join(f"/{token}" for token in tokens)


def _add_owed(answers: dict[str, Any], questions: Questions) -> None:
    """Add a required group that is missing, so that its own questions say what is missing."""
    for key, question in questions.questions():
        if isinstance(question, Block) and not isinstance(question, Rows):
            if question.required:
                answers.setdefault(key, {})
            if isinstance(answers.get(key), dict):
                _add_owed(answers[key], question.questions())


def keepable(value: Any) -> Any:
    """JSON data without what no database keeps, characters or endless numbers; in its place stands what the schema refuses."""
    if isinstance(value, str):
        return UNKEPT.sub("\ufffd", value)
    if isinstance(value, float) and not math.isfinite(value):
        return "\ufffd"
    if isinstance(value, list):
        return [keepable(one) for one in value]
    if isinstance(value, dict):
        return {keepable(key): keepable(one) for key, one in value.items()}
    return value


LINE_KEYS = frozenset(("answers", "name", "case"))


def read_ndjson(data: bytes) -> list[OrderedRow]:
    """The rows of a file with a JSON object a line; InvalidInput with a fault for each line that is wrong.

    A line is {"answers": {…}}, perhaps with "name" and "case".
    """
    lines = [(number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    if not lines:
        raise _fault("empty", "文件里没有内容，请每件写一行。")
    if len(lines) > MOST_ROWS:
        raise _fault("too-many", f"文件里有{len(lines)}行，一个批次最多{MOST_ROWS}行，请分成几份。")
    if sum(map(data.count, (b",", b"[", b"{"))) > MOST_VALUES:
        raise _fault("too-large", f"文件里的内容超过{MOST_VALUES}项，请分成几份。")
    rows, faults = list[OrderedRow](), list[Fault]()
    for number, line in lines:
        try:
            rows.append(_from_json(read_json(line), number))
        except NotJson as error:
            faults.append(Fault("", "json", f"第{number}行读不出来：{error}。"))
    if faults:
        raise InvalidInput(faults)
    return rows


def _from_json(value: Any, line: int) -> OrderedRow:
    """One line as a row; NotJson says what is wrong with it."""
    if not isinstance(value, dict) or not isinstance(value.get("answers"), dict):
        raise NotJson("应为JSON对象，answers是这一件的填写项")
    if unknown := value.keys() - LINE_KEYS:
        raise NotJson(f"有{len(unknown)}项不认识，只写answers、name、case")
    name, case = value.get("name") or "", value.get("case")
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        raise NotJson(f"name应为文字，最多{LONGEST_NAME}个字")
    if case is not None and (not isinstance(case, str) or len(case) > LONGEST_CASE):
        raise NotJson(f"case应为文字，最多{LONGEST_CASE}个字")
    if UNKEPT.search(f"{name}{case}"):
        raise NotJson("name或者case里有不能保存的字符")
    return OrderedRow(answers=keepable(value["answers"]), name=name, case=case or None, line=line)
