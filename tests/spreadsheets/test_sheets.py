"""A table becomes a workbook that says what was typed, repeats its headings on paper and merges equal neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from gipdocs.spreadsheets.sheets import Column, Sheet

COLUMNS = (Column(heading="类别", width=6, merged=True), Column(heading="内容", width=20))
DAY = date(2026, 1, 5)


def written(*rows: Sequence[str], note: str = "", title: str = "一览") -> Any:
    sheet = Sheet(name="表", title=title, columns=COLUMNS, rows=rows, note=note)
    return load_workbook(BytesIO(sheet.xlsx(author="某机关", created=DAY)))["表"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "007", "<select> & {{7*7}}", "一\n二", " 两边 ", "䶮㛃𬭊"])
def test_text_stays_text_whatever_it_begins_with(text: str) -> None:
    cell = written(("甲", text))["B3"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix == text.startswith(("=", "+", "-", "@"))


def test_equal_neighbours_of_a_merged_column_become_one_cell() -> None:
    sheet = written(("甲", "一"), ("甲", "二"), ("乙", "三"), ("甲", "四"))
    assert {str(merged) for merged in sheet.merged_cells.ranges} == {"A1:B1", "A3:A4"}
    assert [sheet.cell(row, 2).value for row in range(3, 7)] == ["一", "二", "三", "四"]


def test_the_headings_repeat_on_paper_and_stay_on_the_screen() -> None:
    sheet = written(("甲", "一"), note="更新日期")
    assert (sheet["A1"].value, sheet["A2"].value, sheet["A3"].value) == ("一览", "更新日期", "类别")
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$3", "A4")


def test_it_is_printed_across_on_a4_as_wide_as_the_page() -> None:
    sheet = written(("甲", "一"))
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (
        1,
        0,
    ) and sheet.sheet_properties.pageSetUpPr.fitToPage


def test_the_same_table_gives_the_same_bytes() -> None:
    sheet = Sheet(name="表", title="一览", columns=COLUMNS, rows=[("甲", "一")])
    assert sheet.xlsx(author="某机关", created=DAY) == sheet.xlsx(author="某机关", created=DAY)
    assert b"2026-01-05" in b"".join(_parts(sheet.xlsx(author="某机关", created=DAY)))


def _parts(xlsx: bytes) -> list[bytes]:
    import zipfile

    with zipfile.ZipFile(BytesIO(xlsx)) as packed:
        return [packed.read(name) for name in packed.namelist()]
