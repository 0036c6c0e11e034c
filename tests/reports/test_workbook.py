"""A report as a workbook reads back, whatever an office has done to it, and its totals are formulas."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from gipdocs.errors import InvalidInput
from gipdocs.reports import judge, read
from gipdocs.reports.collecting.gaps import find_gaps
from gipdocs.reports.record import Record
from gipdocs.reports.workbook import write_book
from tests.reports.clean import clean, scaled
from tests.reports.samples import EXAMPLES, SEEDS, record
from tests.spreadsheets.calc import save_again

pytestmark = pytest.mark.slow
MADE = [*((name, 1) for name in (*SEEDS, *EXAMPLES)), *((name, 7) for name in EXAMPLES)]


def written(report: Record, **more: Any) -> bytes:
    return write_book(report, author="某机关", created=date(2025, 1, 6), **more)


def opened(report: Record) -> Workbook:
    return load_workbook(BytesIO(written(report)))


def saved(book: Workbook) -> bytes:
    """The book with the figures of its formulas, as a program saves it that has computed them."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def valued(report: Record) -> Workbook:
    """The written book with values in place of formulas, free to change."""
    return load_workbook(BytesIO(written(report)), data_only=True)


def same(again: Record, report: Record) -> None:
    assert {path: again.cells[path] for path in report.cells} == dict(report.cells)
    assert (again.year, again.agency, again.format, again.form_rows) == (
        report.year,
        report.agency,
        report.format,
        report.form_rows,
    )
    assert again.amount_unit == report.amount_unit
    assert dict(again.remarks) == dict(report.remarks)


@pytest.mark.parametrize("name", SEEDS + EXAMPLES)
def test_a_given_record_is_read_back(name: str) -> None:
    report = record(name)
    again = read(written(report))
    same(again, report)
    assert set(again.hidden) <= set(report.hidden)
    assert all(key.endswith("_heading") for key in again.described["labels_as_printed"])
    assert again.described["extra_rows"] == []


@pytest.mark.parametrize(("name", "factor"), MADE, ids=[f"{name}-{factor}" for name, factor in MADE])
def test_a_right_report_is_read_back_with_last_years_beside_it(name: str, factor: int) -> None:
    report = scaled(clean(name), factor) if factor > 1 else clean(name)
    again = read(written(report))
    same(again, report)
    assert again.described["anomalies"] == []
    assert again.not_visible == ()


@pytest.mark.parametrize(
    ("name", "path"),
    [("2023", "table2.fee.amount_wan"), ("2023", "table2.licence.decisions"), ("2019", "table2.licence.decisions")],
)
def test_remarks_stand_below_their_table_and_come_back(name: str, path: str) -> None:
    remarks = {"table3.granted.total": "其中3件<涉及>“多个”部门：乙", path: "=含罚没"}
    remarked = replace(clean(name), remarks=remarks)
    same(read(written(remarked)), remarked)


@pytest.mark.parametrize(
    "amount", ["160.5964", "0.1", "727012578.123456", "12345678901.25", "0.000001", "123456789012"]
)
def test_every_digit_of_a_fee_comes_back(amount: str) -> None:
    report = clean("2023").with_cells({"table2.fee.amount_wan": Decimal(amount)})
    assert read(written(report)).cells["table2.fee.amount_wan"] == Decimal(amount)


def test_what_was_printed_instead_of_a_figure_is_written_as_it_was() -> None:
    report = clean("2023")
    path = "table3.granted.total"
    odd = replace(report.with_cells({path: None}), raw={path: "--253"})
    again = read(written(odd))
    assert again.cells[path] is None
    assert again.raw == {path: "--253"}


def test_a_total_is_a_formula_only_where_it_is_the_sum() -> None:
    report = clean("2023")
    wrong = report.with_cells({"table3.granted.total": 99})
    right, kept = (opened(one)["表三"]["J8"].value for one in (report, wrong))
    assert right == '=IF(COUNT(D8:I8)=0,"",SUM(D8:I8))'
    assert kept == 99
    assert read(written(wrong)).cells["table3.granted.total"] == 99


def test_the_line_of_the_forms_rule_says_which_column_differs() -> None:
    report = clean("2023").with_cells({"table3.carried_out.natural_person": 98})
    book = load_workbook(BytesIO(written(report)), data_only=True)
    [line] = [row for row in book["表三"].iter_rows(values_only=True) if str(row[0]).startswith("核对")]
    assert line[3:] == ("不符", *["相符"] * 6)


def test_a_workbook_is_the_same_whenever_it_is_written() -> None:
    assert written(clean("2023")) == written(clean("2023"))


def insert_columns(sheet: Worksheet) -> None:
    unmerge(sheet)
    sheet.insert_cols(1)
    sheet.insert_cols(5)


def unmerge(sheet: Worksheet) -> None:
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))


def insert_rows(sheet: Worksheet) -> None:
    unmerge(sheet)
    sheet.insert_rows(4 if sheet.title != "表二" else 6)
    sheet.insert_rows(1, 3)
    sheet["A1"] = "附件3"
    sheet["B3"] = "单位：件"


def add_remark_column(sheet: Worksheet) -> None:
    last = sheet.max_column + 1
    sheet.cell(3, last, "备注")
    sheet.cell(8, last, "含上年")


def as_texts(sheet: Worksheet) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, int | float):
                cell.value = f"{cell.value:,}"


def rename(sheet: Worksheet) -> None:
    sheet.title = f"Sheet{sheet.title[-1]}"


def add_serial_column(sheet: Worksheet) -> None:
    unmerge(sheet)
    sheet.insert_cols(1)
    sheet.cell(3, 1, "序号")
    for number, row in enumerate(range(6, sheet.max_row), 1):
        sheet.cell(row, 1, number)


CHANGES = [insert_rows, insert_columns, unmerge, add_remark_column, as_texts, rename, add_serial_column]


@pytest.mark.parametrize("name", ["2019", "2023", "suqian-2024", "shanghai-office-2019"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_workbook_that_an_office_changed_is_read(change: Callable[[Worksheet], None], name: str) -> None:
    report = clean(name)
    book = valued(report)
    for title in ("表二", "表三", "表四"):
        change(book[title])
    again = read(saved(book))
    assert {path: again.cells[path] for path in report.cells} == dict(report.cells)
    assert again.year == report.year


def test_tables_below_each_other_on_one_sheet_are_told_apart() -> None:
    report = clean("suqian-2024")
    book, one = valued(report), Workbook()
    sheet = one.active
    assert isinstance(sheet, Worksheet)
    for title in ("表二", "表三", "表四"):
        for values in book[title].iter_rows(values_only=True):
            sheet.append(values)
        sheet.append([])
    same(read(saved(one)), report)


def test_a_hidden_sheet_is_not_read() -> None:
    book = valued(clean("2023"))
    book["表四"].sheet_state = "hidden"
    assert read(saved(book)).not_visible == ("table4",)


def test_last_years_sheet_is_left_aside_and_told() -> None:
    report = clean("2023")
    book = valued(report)
    copied = book.copy_worksheet(book["表三"])
    copied.title = "上年表三"
    copied["D6"] = 12345
    again = read(saved(book))
    same(again, report)
    assert again.described["anomalies"] == ["工作表“上年表三”像是上年或者对照用的，没有读取。"]


@pytest.mark.parametrize("typed", ["abc", "1 2", "-3", "1.5", "数字不详"])
@pytest.mark.parametrize(
    ("sheet", "cell", "path"),
    [("表三", "D7", "table3.carried_in.natural_person"), ("表四", "C6", "table4.reconsideration.other")],
    ids=["table3", "table4"],
)
def test_a_figure_that_was_typed_wrongly_is_told_by_sheet_and_cell(
    typed: str, sheet: str, cell: str, path: str
) -> None:
    book = valued(clean("2023"))
    book[sheet][cell] = typed
    again = read(saved(book))
    assert again.cells[path] is None and path in again.unread
    assert again.raw == {path: typed}
    assert again.described["anomalies"] == [f"工作表“{sheet}”的{cell}写的是“{typed}”，不是可以读取的数，请改正。"]


def test_a_unit_typed_behind_a_figure_is_understood() -> None:
    book = valued(clean("2023"))
    book["表三"]["D7"] = "12件"
    assert read(saved(book)).cells["table3.carried_in.natural_person"] == 12


def test_a_broken_formula_is_told_by_sheet_and_cell() -> None:
    book = valued(clean("2023"))
    book["表三"]["D7"], book["表三"]["D7"].data_type = "#REF!", "e"
    again = read(saved(book))
    assert again.cells["table3.carried_in.natural_person"] is None
    assert any(note.startswith("工作表“表三”的D7：公式出错，显示的是“#REF!”") for note in again.described["anomalies"])


def test_formulas_without_values_are_no_zeros() -> None:
    again = read(saved(opened(clean("2023"))))
    assert again.cells["table3.new.total"] is None
    assert "table3.new.total" in again.unread
    assert any("公式没有算出值" in note and "表三" in note for note in again.described["anomalies"])


def test_formulas_without_values_are_sent_back_once_for_each_table() -> None:
    findings = judge(read(saved(opened(clean("2023"))))).findings
    told = {one.pointer: one.message for one in findings if one.severity == "error"}
    assert [*told] == ["/table3", "/table4"]
    for message in told.values():
        assert "格是公式，文件里没有算出的数：" in message and message.endswith(
            "请用Excel或者WPS打开文件，保存后再报送。"
        )


def test_a_part_that_is_a_formula_without_a_value_is_in_no_sum() -> None:
    book = valued(clean("2023"))
    book["表三"]["D7"] = "=1+2"
    again = read(saved(book))
    [gap] = find_gaps("某机关", again, again.form)
    assert gap.reason == "是公式，文件里没有算出的数"


def test_a_workbook_without_a_year_asks_for_it() -> None:
    book = valued(clean("2023"))
    for title in ("表二", "表三", "表四"):
        book[title]["A1"] = "统计表"
    del book["与上年对照"]
    with pytest.raises(InvalidInput, match="看不出是哪一年度"):
        read(saved(book))
    assert read(saved(book), 2023).year == 2023


def kept_results(sheet: Worksheet, values: Worksheet) -> dict[str, tuple[str, Any]]:
    """Formula and kept result of each cell with a formula."""
    formulas = {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}
    return {place: (str(formula), values[place].value) for place, formula in formulas.items()}


def computed(formula: str, values: Worksheet) -> Any:
    """What one of our formulas gives: a sum, "" without parts, or the words of a comparison."""
    if match := re.fullmatch(r'=IF\(COUNT\((.+)\)=0,"",SUM\(\1\)\)', formula):
        cells = [cell.value for area in match[1].split(",") for row in values[area] for cell in row]
        numbers = [value for value in cells if isinstance(value, int | float)]
        return sum(numbers) if numbers else None
    match = re.fullmatch(r'=IF\((.+)=(.+),"相符","不符"\)', formula)
    assert match, formula
    left, right = (sum(values[one].value or 0 for one in re.findall(r"N\((\w+)\)", side)) for side in match.groups())
    return "相符" if left == right else "不符"


@pytest.mark.parametrize("name", ["2019", "2023", "suqian-2024", "shanghai-office-2019"])
def test_every_formula_gives_what_is_kept_with_it(name: str) -> None:
    report = clean(name)
    formulas, values = opened(report), valued(report)
    found = 0
    for title in ("表三", "表四"):
        for formula, kept in kept_results(formulas[title], values[title]).values():
            assert computed(formula, values[title]) == kept
            found += 1
    assert found == len(report.row_form.rows) - 1 + 7 + 3 + 7


@pytest.mark.converter
@pytest.mark.parametrize("name", ["2019", "2023", "suqian-2024"])
def test_a_workbook_that_calc_has_saved_is_read_back(name: str, tmp_path: Path) -> None:
    same(read(save_again(written(clean(name)), tmp_path)), clean(name))


@pytest.mark.converter
def test_a_changed_part_changes_the_total(tmp_path: Path) -> None:
    report = clean("2023")
    book = opened(report)
    before = report.cells["table3.granted.natural_person"] or 0
    book["表三"]["D8"] = int(before) + 5
    again = read(save_again(saved(book), tmp_path))
    for path in ("table3.granted.total", "table3.sum.natural_person", "table3.sum.total"):
        assert again.cells[path] == (report.cells[path] or 0) + 5


ABOUT: dict[str, list[list[str]]] = {
    "title": [["某县农业农村局2023年政府信息公开情况统计表"]],
    "line": [["填报单位：某县农业农村局", "", "统计年度：2023年", "", "单位：件"]],
    "cells": [["填报单位（盖章）：", "某县农业农村局", "", "年度：", "2023"]],
    "dated": [["单位名称：某县农业农村局"], ["2023年统计表"], ["填报日期：2024年1月8日", "填报人：张三"]],
    "notice": [["附件（国办公开办函〔2021〕30号）"], ["报送单位：某县农业农村局"], ["2023年度"]],
}


@pytest.mark.parametrize("about", ABOUT.values(), ids=ABOUT)
def test_office_and_year_are_found_however_a_sheet_names_them(about: list[list[str]]) -> None:
    report = clean("2023")
    book, one = valued(report), Workbook()
    sheet = one.active
    assert isinstance(sheet, Worksheet)
    for values in (*about, *book["表三"].iter_rows(min_row=3, values_only=True)):
        sheet.append(values)
    again = read(saved(one))
    assert (again.agency, again.year) == ("某县农业农村局", 2023)
    assert again.not_visible == ("table2", "table4")
    assert {path: again.cells[path] for path in report.cells if path.startswith("table3.")} == {
        path: value for path, value in report.cells.items() if path.startswith("table3.")
    }


def test_a_remark_beside_a_row_belongs_to_its_total() -> None:
    book = valued(clean("2023"))
    book["表三"]["K3"], book["表三"]["K8"] = "备注", "其中2件由街道办理"
    assert dict(read(saved(book)).remarks) == {"table3.granted.total": "其中2件由街道办理"}


def test_a_column_of_last_year_is_left_out() -> None:
    report = clean("suqian-2024")
    book = valued(report)
    sheet = book["表三"]
    unmerge(sheet)
    sheet.insert_cols(11)
    sheet.cell(3, 11, "上年")
    for row in range(6, 31):
        sheet.cell(row, 11, 9000 + row)
    again = read(saved(book))
    assert {path: again.cells[path] for path in report.cells} == dict(report.cells)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_as_csv_is_read(encoding: str) -> None:
    report = clean("suqian-2024")
    rows = [*valued(report)["表三"].iter_rows(values_only=True)]
    text = "\r\n".join(",".join("" if value is None else f'"{value}"' for value in row) for row in rows)
    again = read(text.encode(encoding))
    assert again.year == report.year
    assert again.not_visible == ("table2", "table4")
    assert {path: again.cells[path] for path in report.cells if path.startswith("table3.")} == {
        path: value for path, value in report.cells.items() if path.startswith("table3.")
    }


def test_hidden_zeros_and_rounded_sums_are_read_in_full() -> None:
    report = clean("2023").with_cells({"table2.fee.amount_wan": Decimal("160.5964")})
    book = valued(report)
    for row in book["表三"].iter_rows(min_row=6, min_col=4):
        for cell in row:
            cell.number_format = "0;-0;;@" if cell.column % 2 else "#,##0.00"
    fee = next(cell for row in book["表二"].iter_rows() for cell in row if cell.value == 160.5964)
    fee.number_format = "#,##0.00"
    same(read(saved(book)), report)


@pytest.mark.parametrize("sign", ["—", "/", None])
def test_signs_for_nothing_are_read_as_blank_in_every_table(sign: str | None) -> None:
    report = clean("2023")
    book = valued(report)
    for title in ("表二", "表三", "表四"):
        for cell in (one for row in book[title].iter_rows() for one in row if one.value == 0):
            cell.value = sign
    again = read(saved(book))
    assert again.not_visible == () and again.described["anomalies"] == []
    assert {path: again.cells[path] or 0 for path in report.cells} == dict(report.cells)


def test_a_count_that_only_looks_whole_is_told() -> None:
    book = valued(clean("2023"))
    book["表三"]["D7"], book["表三"]["D7"].number_format = 2.6, "0"
    again = read(saved(book))
    assert again.raw == {"table3.carried_in.natural_person": "2.6"}
