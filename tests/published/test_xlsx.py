"""Sheets are read as grids of cells that know their place; a text is a CSV only if all its rows are as wide."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from gipdocs.errors import InvalidInput
from gipdocs.published.blocks import MOST_CELLS
from gipdocs.published.xlsx import CellText, read_book, read_csv_text


def sheet_of(*rows: list[object]) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "报送"
    for row in rows:
        sheet.append(row)
    return book, sheet


def saved(book: Workbook) -> bytes:
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_cell_knows_its_place_and_keeps_it_when_stripped() -> None:
    book, _ = sheet_of(["甲", 1], [None, " 二 "])
    (table,) = read_book(saved(book))
    cell = table.rows[1][1]
    assert isinstance(cell, CellText)
    assert (cell, cell.place) == ("二", "工作表“报送”的B2")
    assert cell.strip().place == cell.place


def test_merged_cells_are_read_once_and_blank_rows_and_columns_not_at_all() -> None:
    book, sheet = sheet_of(["甲", None, None, "乙"], [None] * 4, ["丙", "丁", None, "戊"])
    sheet.merge_cells("A1:B1")
    (table,) = read_book(saved(book))
    assert table.rows == (("甲", "乙"), ("丙", "丁", "戊"))


def test_hidden_sheets_rows_and_columns_are_not_read() -> None:
    book, sheet = sheet_of(["甲", "乙", "丙"], ["一", "二", "三"], ["四", "五", "六"])
    sheet.row_dimensions[2].hidden = True
    sheet.column_dimensions["B"].hidden = True
    book.create_sheet("草稿").append(["不公开"])
    book["草稿"].sheet_state = "hidden"
    assert [table.rows for table in read_book(saved(book))] == [(("甲", "丙"), ("四", "六"))]


def test_a_book_that_shows_nothing_names_the_sheet_that_it_hides() -> None:
    book, sheet = sheet_of(["甲", "乙"])
    book.create_sheet("空白")
    sheet.sheet_state = "hidden"
    book.active = 1
    with pytest.raises(InvalidInput, match="“报送”表是隐藏的，要读取的请取消隐藏"):
        read_book(saved(book))


def test_a_book_with_too_many_cells_is_refused() -> None:
    book, _ = sheet_of(*([1] * 50 for _ in range(MOST_CELLS // 50 + 1)))
    with pytest.raises(InvalidInput, match="单元格"):
        read_book(saved(book))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("甲,乙,丙\n1,2,3\n4,5,6\n", 3),
        ('甲,"乙\n丙",丁\r\n1,2,3\r\n"1,234",5,6', 3),
        ("甲,乙,丙\n1,2\n4,5,6\n", 0),
        ("甲,乙\n1,2\n3,4\n", 0),
        ("本局1,234件、5,678件，共6,912件。\n另有1,000件、2,000件、3,000件。\n完", 0),
        ('甲,"乙,丙\n1,2,3\n4,5,6', 0),
        ("甲\t1,2,3\n乙\t1,2,3\n丙\t1,2,3", 0),
        ("", 0),
    ],
    ids=["even", "quoted", "uneven", "narrow", "prose", "unclosed", "tabs", "empty"],
)
def test_a_text_is_a_csv_only_if_its_rows_are_equally_wide(text: str, rows: int) -> None:
    assert sum(len(table.rows) for table in read_csv_text(text)) == rows
