"""The rules of the tables, each broken once."""

from __future__ import annotations

from typing import Any

import pytest

from gipdocs.reports import check, load
from gipdocs.reports.rules import ReportFinding
from tests.reports.samples import given, record

OLD: dict[str, Any] = {"year": 2020}
NEW: dict[str, Any] = {"year": 2023}


def found(raw: dict[str, Any], code: str) -> list[ReportFinding]:
    """The findings of one rule about a record."""
    return [one for one in check(load(raw)) if one.code == code and isinstance(one, ReportFinding)]


def table2(year: int, row: str, **figures: int | float | str | None) -> dict[str, Any]:
    """A record with one row of table 2."""
    return {"year": year, "table2": {row: figures}}


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("table3.granted.enterprise", {"T3-ROW", "T3-SUM"}),
        ("table3.new.enterprise", {"T3-ROW", "T3-COL"}),
        ("table3.sum.enterprise", {"T3-ROW", "T3-SUM", "T3-COL"}),
        ("table3.granted.total", {"T3-ROW", "T3-SUM"}),
        ("table4.suit_after.pending", {"T4-SUM"}),
    ],
)
def test_a_wrong_cell_breaks_its_row_and_its_column(path: str, codes: set[str]) -> None:
    wrong = record("2020").with_cells({path: 1})
    assert {finding.code for finding in check(wrong) if finding.severity == "error"} == codes


def test_a_broken_sum_is_told_with_place_and_both_numbers() -> None:
    wrong = record("2020").with_cells({"table3.granted.total": 5})
    finding = next(one for one in check(wrong) if one.code == "T3-ROW")
    assert isinstance(finding, ReportFinding)
    assert finding.message == "表三“（一）予以公开”一行：六类申请人合计3，总计写为5，不相等。请核对各数后改正。"
    assert (finding.pointer, finding.place) == ("/table3/rows/granted/6", "表三“（一）予以公开”总计")
    assert (finding.stated, finding.computed) == (5, 3)
    assert not finding.overridable


@pytest.mark.parametrize(
    ("total", "said", "numbers"),
    [
        (805, "补算后合计805，与（七）总计相等。请补填各行总计。", (805, 805)),
        (804, "补算后合计805，（七）总计写为804，不相等。请补填各行总计后核对改正。", (804, 805)),
        (None, "补算后合计805，（七）总计空白。请补填各行总计，（七）总计填写805。", (None, 805)),
        (0, "补算后合计805，（七）总计写为0，不相等。请补填各行总计后核对改正。", (0, 805)),
    ],
)
def test_the_column_of_totals_is_judged_with_the_totals_that_its_rows_lack(
    total: int | None, said: str, numbers: tuple[int | None, int]
) -> None:
    raw = given("shanghai-office-2019")
    raw["table3"]["rows"]["sum"][6] = total
    (finding,) = found(raw, "T3-SUM")
    assert finding.message == f"表三“总计”一列：第三项（一）至（六）中有11行的总计空白，按各行六类申请人之和{said}"
    assert (finding.stated, finding.computed) == numbers


def test_a_blank_total_over_nothing_is_no_error() -> None:
    raw = {**NEW, "table4": {"reconsideration": {"upheld": 0, "corrected": 0, "other": 0, "pending": 0}}}
    assert not found(raw, "T4-SUM")
    assert found(raw, "T4-BLANK")


def test_a_blank_total_over_cases_is_an_error() -> None:
    raw = {**NEW, "table4": {"reconsideration": {"upheld": 2, "corrected": 0, "other": 0, "pending": 0}}}
    finding = found(raw, "T4-SUM")[0]
    assert finding.message == "表四“行政复议”：四种结果合计2，总计空白。请填写2。"
    assert (finding.stated, finding.computed) == (None, 2)


def test_the_forms_own_identity_names_what_seven_must_be() -> None:
    rows = {"new": [4] + [0] * 6, "carried_in": [1] + [0] * 6, "carried_out": [2] + [0] * 6}
    finding = found({**NEW, "table3": {"rows": rows}}, "T3-COL")[0]
    assert finding.computed == 3
    assert "第一项加第二项为5，（七）总计空白，第四项为2。请填写3。" in finding.message


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (table2(2023, "normative", issued=10, repealed=0, valid=5), "T2-PREV"),
        (table2(2023, "rules", issued=3, repealed=0, valid=3), "T2-ONLYNEW"),
        (table2(2020, "normative", made=0, disclosed=4, total_public=3), "T2-TOTAL"),
        (table2(2020, "normative", made=1, disclosed=4, total_public=9), "T2-MADE"),
        (table2(2020, "licence", prev_items=5, change=-8, decisions=0), "T2-ITEMS"),
        (table2(2020, "licence", prev_items=8249, change=-1942, decisions=6307), "T2-MISREAD"),
        (table2(2020, "procurement", projects=1, amount=8040, amount_unit=None), "T2-UNIT"),
        (table2(2023, "penalty", decisions=18000), "T2-ROUND"),
        ({**table2(2023, "normative", valid=101), "agency_kind": "department"}, "T2-NORM"),
        ({**table2(2023, "rules", issued=1), "agency_kind": "department", "level": "county"}, "T2-RULES"),
        (table2(2023, "rules", issued=2, repealed=0, valid=2), "T2-ONLYNEW"),
        ({**NEW, "raw": {"table2.rules.valid": "约3"}}, "T2-INT"),
        ({**NEW, "raw": {"table3.new.total": "3.5"}}, "T3-INT"),
        ({**NEW, "raw": {"table4.suit_after.total": "--2"}}, "T4-INT"),
        ({**OLD, "raw": {"table2.licence.prev_items": "+22"}}, "T2-SHIFT"),
    ],
)
def test_a_figure_that_cannot_be_is_told(raw: dict[str, Any], code: str) -> None:
    assert len(found(raw, code)) == 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (table2(2023, "normative", issued=10, repealed=0, valid=10), "T2-PREV"),
        (table2(2023, "normative", issued=1, repealed=0, valid=1), "T2-ONLYNEW"),
        (table2(2023, "normative", issued=3, repealed=1, valid=3), "T2-ONLYNEW"),
        (table2(2020, "licence", prev_items=8, change=-8, decisions=0), "T2-MISREAD"),
        (table2(2020, "licence", prev_items=8, change=-8, decisions=0), "T2-ITEMS"),
        (table2(2020, "normative", made=4, disclosed=4, total_public=4), "T2-MADE"),
        (table2(2020, "normative", made=4, disclosed=4, total_public=4), "T2-TOTAL"),
        ({**table2(2023, "normative", valid=50), "agency_kind": "department"}, "T2-NORM"),
        (table2(2020, "licence", prev_items=5, change=0, decisions=5), "T2-MISREAD"),
        (table2(2020, "procurement", projects=1, amount=8040, amount_unit="元"), "T2-UNIT"),
        (table2(2023, "penalty", decisions=18001), "T2-ROUND"),
        ({**table2(2023, "normative", valid=420), "agency_kind": "government"}, "T2-NORM"),
        ({**table2(2023, "rules", issued=1), "agency_kind": "government", "level": "prefecture-city"}, "T2-RULES"),
        ({**table2(2023, "rules", issued=1), "agency_kind": "ministry-level", "level": "ministry"}, "T2-RULES"),
        (table2(2023, "rules", issued=1), "T2-RULES"),
    ],
)
def test_a_figure_that_can_be_is_left_alone(raw: dict[str, Any], code: str) -> None:
    assert not found(raw, code)


def test_normative_documents_that_equal_the_items_of_the_website_are_doubted() -> None:
    claim = {"key": "website_items", "value": 614, "quote": "主动公开各类信息614条"}
    assert found({**table2(2023, "normative", issued=614), "claims": [claim]}, "T2-NORM")
    assert not found({**table2(2023, "normative", issued=14), "claims": [claim]}, "T2-NORM")
    assert not found({**table2(2023, "normative", issued=614), "claims": [{**claim, "quote": "访问614次"}]}, "T2-NORM")


@pytest.mark.parametrize("text", ["/", "-", "—", "无"])
def test_a_stroke_for_nothing_is_a_blank_not_a_wrong_number(text: str) -> None:
    raw = {**given("2023"), "raw": {"table3.new.research": text}}
    raw["table3"]["rows"]["new"][2] = None
    assert found(raw, "T3-BLANK")[0].message.startswith("表三的175个单元格中有1个空白：")
    assert not found(raw, "T3-INT")


def test_only_where_something_cannot_be_seen_the_cells_are_called_legible() -> None:
    raw = {**given("2023"), "not_visible": ["table3.carried_in"]}
    raw["table3"]["rows"]["carried_in"] = [None] * 7
    raw["table3"]["rows"]["new"][2] = None
    assert found(raw, "T3-BLANK")[0].message.startswith("表三可辨认的168个单元格中有1个空白：")


def test_a_label_with_quotation_marks_is_quoted_with_single_ones_inside() -> None:
    raw = given("2023")
    raw["table3"]["rows"]["d3_safety_stability"] = [1, 0, 0, 0, 0, 0, 0]
    (finding,) = found(raw, "T3-ROW")
    assert finding.message.startswith("表三“（三）不予公开—3.危及‘三安全一稳定’”一行：六类申请人合计1，")
    assert finding.place == "表三“（三）不予公开—3.危及‘三安全一稳定’”总计"


def test_direct_suits_are_remarked_upon_from_2024_on() -> None:
    suits = {"table4": {"suit_direct": {"upheld": 1, "corrected": 0, "other": 0, "pending": 0, "total": 1}}}
    assert found({"year": 2024, **suits}, "T4-PRIOR")
    assert not found({"year": 2023, **suits}, "T4-PRIOR")
