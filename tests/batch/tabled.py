"""A document with every kind of question that a table asks, and tables of it as people change them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from gipdocs.batch.orders import OrderedRow
from gipdocs.batch.reading import read_table
from gipdocs.batch.table import NAMED, SHEET
from gipdocs.documents.document import Document
from gipdocs.documents.registry import Entry
from gipdocs.questions import (
    Block,
    Choice,
    Choices,
    Date,
    Lines,
    LongText,
    Money,
    Number,
    Phone,
    Questions,
    Rows,
    StaffQuestions,
    Text,
    YesNo,
)
from tests.offices import TODAY

KINDS = {"letter": "信函", "visit": "当面、现场", "web": "网络"}


class PersonQuestions(Questions):
    name = Text("姓名", example="张三", required=True)
    phone = Phone("电话", example="0635-8888888")


class OpinionQuestions(Questions):
    sent = Date("发出日期", example="2026-03-02", required=True)
    ways = Choices("方式", options=KINDS, example=["letter"])
    papers = Lines("材料", example=["一份"])


class TabledQuestions(StaffQuestions):
    person = Block("申请", PersonQuestions, required=True)
    title = Text("标题", example="关于印发的通知", required=True)
    text = LongText("正文", example="第一段\n第二段")
    day = Date("日期", example="2026-03-01")
    count = Number("份数", example=3)
    sum = Money("金额", example="380.50")
    open = YesNo("公开", example=True)
    kind = Choice("渠道", options=KINDS, example="visit")
    ways = Choices("可用渠道", options=KINDS, example=["letter", "visit"])
    papers = Lines("附件", example=["甲", "乙"])
    opinions = Rows("征求意见", OpinionQuestions, most=20)


def entry_of(schema: Any = TabledQuestions) -> Entry:
    """A found document with these questions."""
    document = Document(
        id="tabled", title="试件", group="试", schema=schema, template="none.docx", context=lambda answers, office: {}
    )
    return Entry(document=document, source="tests", homes=())


ENTRY = entry_of()


def read(data: bytes, name: str = "table.xlsx", **more: Any) -> list[OrderedRow]:
    """The rows of a table of the document."""
    return read_table(ENTRY, data, name, today=TODAY, **more)


def changed(table: bytes, change: Callable[[Worksheet], None]) -> bytes:
    """A table after somebody has changed its sheet."""
    book = load_workbook(BytesIO(table))
    change(book[SHEET])
    return saved(book)


def saved(book: Workbook) -> bytes:
    """A workbook as bytes."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def rearranged(table: bytes, order: Sequence[int], labels: Mapping[int, str]) -> bytes:
    """A table with only the columns in `order`, as they are moved in a spreadsheet, some of them with other headings."""
    book = load_workbook(BytesIO(table))
    sheet = book[SHEET]
    columns = [[cell.value for cell in column] for column in sheet.iter_cols()]
    formats = [[cell.number_format for cell in column] for column in sheet.iter_cols()]
    place = list(book.sheetnames).index(SHEET)
    book.remove(sheet)
    fresh = book.create_sheet(SHEET, place)
    for new, old in enumerate(order, 1):
        for row, (value, format) in enumerate(zip(columns[old - 1], formats[old - 1], strict=True), 1):
            cell = fresh.cell(row, new, value)
            cell.number_format = format
            if isinstance(value, str):
                cell.data_type = "s"
        if old in labels:
            fresh.cell(1, new).value = labels[old]
    for number in range(1, len(columns) + 1):
        name = book.defined_names[NAMED.format(number)]
        where = order.index(number) + 1 if number in order else None
        name.attr_text = f"'{SHEET}'!${get_column_letter(where)}$1" if where else "#REF!"
    return saved(book)


def plain_table(*rows: Sequence[Any]) -> bytes:
    """A workbook that somebody made without ours."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def csv_of(*rows: Sequence[str], delimiter: str = ",") -> str:
    """Rows as CSV."""
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()
