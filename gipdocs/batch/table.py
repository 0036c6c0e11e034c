"""The table of a document: a workbook made from its questions, with a row for each document that is to be made."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from gipdocs import packing
from gipdocs.batch.cells import FIRST_YEAR, describe_kind, list_labels, show_answer
from gipdocs.batch.columns import (
    CASE,
    COUNT,
    FIRST_GROUPS,
    HEADINGS,
    NAME,
    PROBLEM,
    TableColumn,
    find_columns,
    offers_table,
)
from gipdocs.batch.orders import MOST_ROWS, OrderedRow
from gipdocs.documents.registry import Entry
from gipdocs.errors import FormatNotOffered
from gipdocs.questions import Choices, Question, Rows
from gipdocs.spreadsheets.sheets import BORDER, CELL, GROUND, HEAD, TITLE, put_text

__all__ = ["EXAMPLE", "KEYS", "NAMED", "RULES", "make_table", "offers_table", "refuse_table"]
SHEET, RULES, KEYS, LISTS = "填写", "填写说明", "_keys", "_lists"
"""The sheets: to fill in, to read, and two hidden ones, for this program and for the lists of choices."""
EXAMPLE = "示例"
"""What stands in the first column of the example."""
NAMED = "key_{}"
"""The name of the n-th column's heading, which a spreadsheet keeps when the column is moved."""
FIRST_ROW, LAST_ROW = 2, MOST_ROWS + 2
OWED = PatternFill("solid", fgColor="FFE699")
BAD = PatternFill("solid", fgColor="FFC7CE")
GREY = Font(name="宋体", size=10.5, italic=True, color="808080")
LINE_HEIGHT = 15
MOST_LINES = 4
"""So many lines of the example are shown at once."""
WIDTHS: Mapping[str, int] = {
    "date": 14,
    "number": 10,
    "money": 12,
    "yesno": 9,
    "tel": 18,
    "postcode": 10,
    "email": 24,
    "longtext": 40,
    "lines": 34,
}
"""The widths of columns, in narrow characters, by the kind of their questions."""
NARROWEST, USUAL_WIDTH, WIDEST_LIST = 12, 24, 30
FORMATS: Mapping[str, str] = {"date": "yyyy-mm-dd", "number": "0"}
TEXT_FORMAT = "@"
LONGEST_TEXT = 32_767
"""The most characters of a cell."""
LONGEST_TITLE, LONGEST_PROMPT = 32, 255
"""The most characters of the two parts of an input message."""
IN_CELL = re.compile(r"[A-Z]{1,3}[0-9]+：")
"""The cell that a fault names first; in another table it would be another cell."""
CUT = f"“{{}}”超过一个单元格能写的{LONGEST_TEXT}个字，后面的没有写进表格。"
NOTES = (
    f"在“{SHEET}”表里填写，一行生成一件，最多{MOST_ROWS}行。表头带*的必填；各件都相同的内容可以不在表里填，上传时填一次。",
    "灰色的第2行是示例，没有改动的不会读入，也可以删去。",
    "表头的文字可以改写，列可以移动，用不着的列可以删去。没有填写的单元格，按各件相同的内容生成。",
    "有几组的内容（表头带1、2、3），点表头上方的“+”展开；还不够的，复制一组列，把表头里的数字接着往下编。",
    f"“{HEADINGS[NAME]}”一列写生成的文件叫什么名称，不写的，自动取名。",
)


def refuse_table(entry: Entry) -> None:
    """FormatNotOffered if a document offers no table."""
    if not offers_table(entry.document):
        detail = (
            f"“{entry.document.title}”的内容本身就是成组的表格，不能用一行填一件，请逐件生成，或者用接口按JSON提交。"
        )
        raise FormatNotOffered(detail)


def make_table(
    entry: Entry,
    office: Any,  # the real office, which documents know
    *,
    filled: Sequence[OrderedRow] = (),
    with_problems: bool = False,
    cases: bool = False,
) -> bytes:
    """The table as XLSX; the same rows give the same bytes. FormatNotOffered if the document offers none.

    `filled` rows are written into it; `with_problems`, a last column says what to correct in them, and their wrong cells
    are red. With `cases`, a column asks for the number of each row's case.
    """
    refuse_table(entry)
    return _Book(entry, office, filled, with_problems=with_problems, cases=cases).xlsx()


class _Book:
    """A workbook in the making: what its columns are, and what stands in them."""

    def __init__(
        self, entry: Entry, office: Any, filled: Sequence[OrderedRow], *, with_problems: bool, cases: bool
    ) -> None:
        self.entry, self.office, self.filled = entry, office, filled
        self.sample = entry.document.schema().sample(office)
        self.with_problems, self.cases = with_problems, cases

    @cached_property
    def columns(self) -> list[TableColumn]:
        """The columns from left to right."""
        before = [COUNT, CASE] if self.cases or any(row.case for row in self.filled) else [COUNT]
        after = [NAME, PROBLEM] if self.with_problems else [NAME]
        told = {key: TableColumn(key=key, heading=HEADINGS[key], owed=key == CASE and self.cases) for key in HEADINGS}
        asked = find_columns(self.entry.document.schema, self._groups)
        return [*(told[key] for key in before), *asked, *(told[key] for key in after)]

    def _groups(self, rows: Rows, pointer: str) -> int:
        """How many groups a question with rows has in this table."""
        given = (answer_at(row, pointer) for row in (self.sample, *(row.answers for row in self.filled)))
        longest = max((len(answer) for answer in given if isinstance(answer, list)), default=0)
        return min(rows.most, max(FIRST_GROUPS, longest))

    def xlsx(self) -> bytes:
        """The file."""
        book = Workbook()
        sheet = book.active
        assert isinstance(sheet, Worksheet)
        sheet.title = SHEET
        self._write_heads(sheet)
        self._write_example(sheet)
        used = self._write_rows(sheet)
        self._shape(sheet, used)
        _write_rules(book.create_sheet(RULES), self.entry, self.columns, self.office)
        self._write_keys(book)
        self._offer(book, sheet)
        book.properties.creator, book.properties.title = self.office.author, f"{self.entry.document.title}（批量填写）"
        out = BytesIO()
        book.save(out)
        return packing.redate(out.getvalue(), self.office.today)

    def _write_heads(self, sheet: Worksheet) -> None:
        for number, column in enumerate(self.columns, 1):
            cell = _put(sheet, 1, number, column.heading + "*" * column.owed, font=HEAD, side="center")
            cell.fill = BAD if column.key == PROBLEM else OWED if column.owed else GROUND
            cell.border = BORDER

    @cached_property
    def example(self) -> list[str | int | date]:
        """The example's cells."""
        told: Mapping[str, str] = {COUNT: EXAMPLE}
        return [
            show_answer(one.question, answer_at(self.sample, one.key)) if one.question else told.get(one.key, "")
            for one in self.columns
        ]

    def _write_example(self, sheet: Worksheet) -> None:
        for number, (column, value) in enumerate(zip(self.columns, self.example, strict=True), 1):
            _put(sheet, FIRST_ROW, number, value, font=GREY, format=_format(column))
        lines = [_lines(value, _width(column)) for column, value in zip(self.columns, self.example, strict=True)]
        sheet.row_dimensions[FIRST_ROW].height = LINE_HEIGHT * min(MOST_LINES, max(lines))

    def _write_rows(self, sheet: Worksheet) -> set[int]:
        """Write the rows; returns the columns in which there is anything."""
        used = {number for number, value in enumerate(self.example, 1) if value != ""}
        paths = [_tokens(column.key) for column in self.columns]
        for place, row in enumerate(self.filled, 1):
            bad = self._bad(row)
            told: Mapping[str, str | int] = {COUNT: place, CASE: row.case or "", NAME: row.name}
            cut = list[str]()
            for number, (column, path) in enumerate(zip(self.columns, paths, strict=True), 1):
                value: str | int | date = (
                    show_answer(column.question, _answer(row.answers, path))
                    if column.question
                    else "\n".join([*self._problems(row), *cut])
                    if column.key == PROBLEM
                    else told[column.key]
                )
                if isinstance(value, str) and len(value) > LONGEST_TEXT:
                    value = value[:LONGEST_TEXT]
                    cut.append(CUT.format(column.heading))
                if value != "" or column.key in bad:
                    used.add(number)
                    cell = _put(sheet, FIRST_ROW + place, number, value, format=_format(column))
                    if column.key in bad:
                        cell.fill = BAD
        return used

    def _bad(self, row: OrderedRow) -> set[str]:
        """The columns of a row in which something is wrong."""
        if not self.with_problems:
            return set()
        return {column.key for fault in row.faults if (column := self._column(str(fault.get("pointer", ""))))}

    def _column(self, pointer: str) -> TableColumn | None:
        """The column of an answer, or the first of a group's; None if a fault isn't about one."""
        exact = self._by_key.get(pointer)
        return exact or next(
            (one for key, one in self._by_key.items() if pointer and key.startswith(f"{pointer}/")), None
        )

    @cached_property
    def _by_key(self) -> Mapping[str, TableColumn]:
        return {column.key: column for column in self.columns}

    def _problems(self, row: OrderedRow) -> Iterator[str]:
        """What to correct in a row, each with its column if it doesn't name it."""
        for fault in row.faults:
            detail = IN_CELL.sub("", str(fault.get("detail", "")), count=1)
            column = self._column(str(fault.get("pointer", "")))
            named = column is None or (not column.group and column.question and column.question.label in detail)
            yield detail if named or column is None else f"{column.heading}：{detail}"

    def _shape(self, sheet: Worksheet, used: set[int]) -> None:
        """Widths and formats; further groups without anything, and the machine's own questions, are folded away."""
        for number, column in enumerate(self.columns, 1):
            letter = get_column_letter(number)
            shape = sheet.column_dimensions[letter]
            shape.width, shape.number_format, shape.font = _width(column), _format(column), CELL
            shape.alignment = Alignment(vertical="top", wrap_text=True)
            if column.group > 1 or column.is_own:
                shape.outlineLevel, shape.hidden = 1, number not in used
        shown = [
            one
            for number, one in enumerate(self.columns, 1)
            if not sheet.column_dimensions[get_column_letter(number)].hidden
        ]
        lines = max(_lines(one.heading + "*" * one.owed, _width(one) - 2) for one in shown)
        sheet.row_dimensions[1].height = (LINE_HEIGHT + 1) * lines + 6
        sheet.sheet_properties.outlinePr.summaryRight = False
        sheet.freeze_panes = "B2"
        sheet.sheet_view.zoomScale = 100
        sheet.page_setup.orientation = "landscape"
        sheet.print_title_rows = "1:1"

    def _write_keys(self, book: Workbook) -> None:
        """Write what each column is, and give its heading a name."""
        keys = book.create_sheet(KEYS)
        keys.sheet_state = "hidden"
        for number, (column, value) in enumerate(zip(self.columns, self.example, strict=True), 1):
            for row, text in enumerate((column.key, column.heading, str(value)), 1):
                put_text(_cell(keys, row, number), text)
            place = f"{quote_sheetname(SHEET)}!${get_column_letter(number)}$1"
            name = NAMED.format(number)
            book.defined_names[name] = DefinedName(name, attr_text=place, hidden=True)

    def _offer(self, book: Workbook, sheet: Worksheet) -> None:
        """Offer choices as lists, and say at each cell what belongs into it."""
        lists = book.create_sheet(LISTS)
        lists.sheet_state = "hidden"
        known: dict[tuple[str, ...], str] = {}
        for number, column in enumerate(self.columns, 1):
            if column.question is None:
                continue
            labels = tuple(list_labels(column.question))
            if labels and labels not in known:
                known[labels] = _write_list(lists, len(known) + 1, labels)
            rule = _validation(column.question, known.get(labels, ""))
            rule.promptTitle = column.heading[:LONGEST_TITLE]
            rule.prompt = _prompt(column, self.office)
            letter = get_column_letter(number)
            rule.add(f"{letter}{FIRST_ROW}:{letter}{LAST_ROW}")
            sheet.add_data_validation(rule)


def answer_at(answers: Any, pointer: str) -> Any:
    """The answer at a pointer; None if there is none."""
    return _answer(answers, _tokens(pointer))


def _tokens(pointer: str) -> tuple[str | int, ...]:
    return tuple(int(token) if token.isdecimal() else token for token in pointer.split("/")[1:])


def _answer(answers: Any, path: Sequence[str | int]) -> Any:
    for token in path:
        if isinstance(token, int):
            answers = answers[token] if isinstance(answers, list) and token < len(answers) else None
        else:
            answers = answers.get(token) if isinstance(answers, Mapping) else None
        if answers is None:
            return None
    return answers


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)  # no cells are merged here
    return cell


def _put(
    sheet: Worksheet,
    row: int,
    column: int,
    value: str | int | date,
    *,
    font: Font = CELL,
    side: str | None = None,
    format: str = TEXT_FORMAT,
) -> Cell:
    cell = _cell(sheet, row, column)
    if isinstance(value, str):
        put_text(cell, value)
    else:
        cell.value = value
    cell.number_format = format
    cell.font = font
    cell.alignment = Alignment(horizontal=side, vertical="center" if side else "top", wrap_text=True)
    return cell


def _format(column: TableColumn) -> str:
    return FORMATS.get(column.question.kind, TEXT_FORMAT) if column.question else TEXT_FORMAT


def _width(column: TableColumn) -> int:
    """The width of a column, in narrow characters; a Chinese one is twice as wide."""
    if column.question is None:
        return {COUNT: 7, PROBLEM: 60}.get(column.key, USUAL_WIDTH)
    longest = max((2 * len(label) for label in list_labels(column.question)), default=0)
    usual = min(WIDEST_LIST, longest + 4) if longest else USUAL_WIDTH
    return max(NARROWEST, WIDTHS.get(column.question.kind, usual))


def _lines(value: str | int | date, width: int) -> int:
    """How many lines a value takes in a column."""
    texts = str(value).split("\n")
    return sum(max(1, math.ceil(sum(2 if one > "\u2e7f" else 1 for one in text) / max(1, width))) for text in texts)


def _write_list(lists: Worksheet, number: int, labels: Sequence[str]) -> str:
    """Write a list of choices; returns its place, as formulas name it."""
    for row, label in enumerate(labels, 1):
        put_text(_cell(lists, row, number), label)
    letter = get_column_letter(number)
    return f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${len(labels)}"


def _validation(question: Question, choices: str) -> DataValidation:
    """What a spreadsheet says about what is typed: it warns and forbids nothing."""
    if choices:
        several = isinstance(question, Choices)
        rule = DataValidation(type="list", formula1=choices, allow_blank=True, showErrorMessage=not several)
        rule.errorTitle, rule.error = "没有这个选项", "请从列表中选择。"
    elif question.kind == "date":
        first = f"DATE({FIRST_YEAR},1,1)"
        rule = DataValidation(type="date", operator="greaterThanOrEqual", formula1=first, allow_blank=True)
        rule.showErrorMessage, rule.errorTitle, rule.error = True, "看不出是哪一天", "日期请写作2026-03-01的形式。"
    else:
        rule = DataValidation(allow_blank=True)
    rule.errorStyle, rule.showInputMessage = "warning", True
    return rule


def _prompt(column: TableColumn, office: Any) -> str:
    """The input message: what is meant, and how it is written."""
    question = column.question
    assert question is not None
    need = "必填。" if column.owed else f"有第{column.group}组的必填。" if column.group and column.within else ""
    text = f"{need}{_sentence(question.help_for(office))}{describe_kind(question)}。"
    return text if len(text) <= LONGEST_PROMPT else f"{text[: LONGEST_PROMPT - 1]}…"


def _sentence(text: str) -> str:
    return text if not text or text.endswith(("。", "！", "？", "）")) else f"{text}。"


RULE_COLUMNS = (("栏目", 34), ("填什么", 56), ("怎么填", 44), ("示例", 40))
"""Headings and widths of the sheet with the rules."""


def _write_rules(sheet: Worksheet, entry: Entry, columns: Sequence[TableColumn], office: Any) -> None:
    """Write what each column means, its rule and an example; of several groups the first stands for all."""
    _put(sheet, 1, 1, f"{entry.document.title}：{RULES}", font=TITLE)
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(RULE_COLUMNS))
    sheet.row_dimensions[1].height = 2 * LINE_HEIGHT
    for row, note in enumerate(NOTES, 2):
        _put(sheet, row, 1, f"{row - 1}. {note}")
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(RULE_COLUMNS))
        sheet.row_dimensions[row].height = LINE_HEIGHT * _lines(note, sum(width for _, width in RULE_COLUMNS))
    head = len(NOTES) + 3
    for number, (heading, width) in enumerate(RULE_COLUMNS, 1):
        cell = _put(sheet, head, number, heading, font=HEAD, side="center")
        cell.fill, cell.border = GROUND, BORDER
        sheet.column_dimensions[get_column_letter(number)].width = width
    sample = entry.document.schema().sample(office, full=True)
    asked = [column for column in columns if column.question and column.group < 2]
    for row, column in enumerate(asked, head + 1):
        texts = _rule(column, sample, office)
        for number, text in enumerate(texts, 1):
            _put(sheet, row, number, text).border = BORDER
        lines = (_lines(text, width - 2) for text, (_, width) in zip(texts, RULE_COLUMNS, strict=True))
        sheet.row_dimensions[row].height = (LINE_HEIGHT + 1) * max(lines)
        if column.owed:
            sheet.cell(row, 1).fill = OWED
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _rule(column: TableColumn, sample: Any, office: Any) -> tuple[str, str, str, str]:
    question = column.question
    assert question is not None
    need = "必填。" if column.owed else "有这一组的必填。" if column.group and column.within else ""
    choices = list_labels(question)
    listed = "选项：" + "、".join(choices) + "。" if choices else ""
    example = show_answer(question, answer_at(sample, column.key))
    heading = column.heading + "*" * column.owed
    return heading, question.help_for(office), f"{need}{describe_kind(question)}。{listed}", str(example)
