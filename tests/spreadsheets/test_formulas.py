"""Results are kept with their formulas, so that readers that compute nothing see them."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from gipdocs.spreadsheets.books import read_sheets
from gipdocs.spreadsheets.formulas import keep_results


def book(*formulas: str) -> bytes:
    made = Workbook()
    made.calculation.fullCalcOnLoad = False
    for number, formula in enumerate(formulas, 1):
        made.worksheets[0].cell(number, 1, formula)
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def test_numbers_and_texts_are_kept_as_results() -> None:
    kept = keep_results(book("=1+2", '="<甲&乙>"', '=""'), [{"A1": 3, "A2": "<甲&乙>", "A3": ""}])
    (sheet,) = read_sheets(kept)
    assert [row[0] for row in sheet.rows] == ["3", "<甲&乙>"]
    assert sheet.faults == {}
    assert load_workbook(BytesIO(kept)).worksheets[0]["A1"].value == "=1+2"


def test_a_formula_without_a_result_is_no_file() -> None:
    with pytest.raises(KeyError):
        keep_results(book("=1+2"), [{}])
