"""The rules of the tables, each broken once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gipdocs.reports import check, load
from gipdocs.reports.arithmetic import compute_totals, identities
from gipdocs.reports.rules import RULES, ReportFinding
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


TOLD = {
    "T3-ROW": "表三“{row}”一行：",
    "T3-SUM": "表三“{column}”一列：第三项（一）至（六）合计",
    "T3-COL": "表三“{column}”一列：第一项加第二项为",
    "T4-SUM": "表四“{row}”：四种结果合计",
}
"""How the sentence of each sum begins."""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["2020", "suqian-2024"])
def test_every_sum_is_told_with_its_own_table_row_and_column(name: str) -> None:
    sample = record(name)
    sums = list(identities(sample))
    assert {one.rule for one in sums} == set(TOLD)
    for identity in sums:
        wrong = sample.with_cells({identity.total: (sample.cells[identity.total] or 0) + 1})
        figure = sample.figures[identity.total]
        of_this = [one.message for one in check(wrong) if one.code == identity.rule and one.pointer == figure.pointer]
        row = figure.row_label.replace("“", "‘").replace("”", "’")
        beginning = TOLD[identity.rule].format(row=row, column=figure.column_label)
        assert len(of_this) == 1 and of_this[0].startswith(beginning), of_this


SINGLE = {
    "T2-PREV": (
        "suqian-2024",
        {"table2.normative.valid": 1, "table2.normative.repealed": 0},
        "表二“行政规范性文件”：现行有效1件",
    ),
    "T2-ONLYNEW": (
        "suqian-2024",
        {"table2.rules.valid": 2, "table2.rules.repealed": 0},
        "表二“规章”现行有效件数与本年制发件数同为2",
    ),
    "T2-TOTAL": ("2020", {"table2.normative.total_public": 0}, "表二“规范性文件”对外公开总数量0小于"),
    "T2-MADE": ("2020", {"table2.normative.made": 0}, "表二“规范性文件”本年新公开数量1大于本年新制作数量0"),
    "T2-ITEMS": ("2020", {"table2.penalty.change": -9}, "表二“行政处罚”上一年项目数量"),
    "T2-ROUND": ("suqian-2024", {"table2.coercion.decisions": 29000}, "表二“行政强制”本年处理决定数量29000"),
    "T2-FEE": ("suqian-2024", {"table2.fee.amount_wan": 727012578}, "表二“行政事业性收费”本年收费金额"),
    "T2-BLANK": ("suqian-2024", {"table2.coercion.decisions": None}, "表二有1格空白：“行政强制”"),
    "T3-BLANK": ("suqian-2024", {"table3.d4_third_party.research": None}, "表三有1格空白：“"),
    "T4-BLANK": ("suqian-2024", {"table4.suit_after.upheld": None}, "表四有1格空白：“"),
    "T4-PRIOR": ("suqian-2024", {}, "表四“未经复议直接起诉”"),
}
"""A sample, the cells that break a rule of the tables, and how its sentence begins."""


@pytest.mark.parametrize("rule", SINGLE)
def test_every_rule_of_single_figures_names_its_own_table_and_row(rule: str) -> None:
    name, cells, beginning = SINGLE[rule]
    told = [one.message for one in check(record(name).with_cells(cells)) if one.code == rule]
    assert len(told) == 1 and told[0].startswith(beginning), told


MISPRINTED = {"T-READ", "T2-INT", "T3-INT", "T4-INT", "T2-SHIFT", "T2-UNIT", "T2-MISREAD", "T2-NORM", "T2-RULES"}
"""Rules of the tables that are broken by what is printed, by who reports or by what is not read, each with its own test."""


def test_no_rule_of_the_tables_goes_without_a_test_of_its_sentence() -> None:
    assert {rule.id for rule in RULES.values() if rule.group == "tables"} == {
        *TOLD,
        *SINGLE,
        *MISPRINTED,
        "TOTAL-FILLED",
    }


@pytest.mark.parametrize(
    ("table", "row"), [("table2", "rules.valid"), ("table3", "new.total"), ("table4", "suit_after.total")]
)
def test_a_misprint_is_told_with_its_own_table(table: str, row: str) -> None:
    raw = {**NEW, "raw": {f"{table}.{row}": "约3"}}
    (finding,) = found(raw, f"T{table[-1]}-INT")
    assert finding.message.startswith(f"表{'二三四'[int(table[-1]) - 2]}“")


def with_print(year: int, path: str, printed: str, value: int | float | None) -> dict[str, Any]:
    """A record with one cell of table 2 and what was printed in it."""
    _, row, column = path.split(".")
    return {"year": year, "table2": {row: {column: value}}, "raw": {path: printed}}


@pytest.mark.parametrize(
    ("year", "path", "printed", "value"),
    [
        (2020, "table2.licence.change", "-2", -2),
        (2020, "table2.licence.change", "＋2", 2),
        (2023, "table2.fee.amount_wan", "18.8710", 18.871),
        (2020, "table2.procurement.amount", "8040", 8040),
        (2020, "table2.procurement.amount", "160.5964万元", 160.5964),
        (2020, "table2.procurement.amount", "160.5964万元", 1605964),
        (2023, "table2.rules.issued", "22（其中修订16件）", 22),
        (2023, "table2.licence.decisions", "1,573,179", 1573179),
        (2023, "table2.licence.decisions", "１２ 件", 12),
        (2023, "table2.licence.decisions", "一件", 1),
    ],
)
def test_what_is_printed_beside_a_valid_number_is_no_misprint(
    year: int, path: str, printed: str, value: int | float
) -> None:
    raw = with_print(year, path, printed, value)
    assert not found(raw, "T2-INT") and not found(raw, "T2-SHIFT")
    assert found({**raw, "table2": None}, "T2-INT")


@pytest.mark.parametrize(
    ("path", "printed", "value"),
    [
        ("table2.licence.change", "--253", -253),
        ("table2.licence.change", "--253", 253),
        ("table2.licence.change", "--253", None),
        ("table2.licence.change", "253", -253),
        ("table2.licence.decisions", "21", 12),
    ],
)
def test_a_print_that_is_not_the_number_of_its_cell_is_a_misprint(path: str, printed: str, value: int | None) -> None:
    (finding,) = found(with_print(2020, path, printed, value), "T2-INT")
    assert f"印为“{printed}”" in finding.message


@pytest.mark.parametrize("value", [None, 22])
def test_a_number_of_items_with_a_sign_looks_like_the_change(value: int | None) -> None:
    assert found(with_print(2020, "table2.licence.prev_items", "+22", value), "T2-SHIFT")
    assert not found(with_print(2020, "table2.licence.prev_items", "-", None), "T2-SHIFT")


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
        (table2(2023, "fee", amount_wan=10_000_001), "T2-FEE"),
        ({**table2(2023, "fee", amount_wan=188_710), "level": "township"}, "T2-FEE"),
        ({**table2(2023, "fee", amount_wan=2_000_001), "level": "prefecture-city"}, "T2-FEE"),
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
        (table2(2023, "fee", amount_wan=10_000_000), "T2-FEE"),
        ({**table2(2023, "fee", amount_wan=316_441), "level": "prefecture-city"}, "T2-FEE"),
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
    assert found(raw, "T3-BLANK")[0].message.startswith("表三有1格空白：")
    assert not found(raw, "T3-INT")


def test_only_where_something_cannot_be_seen_the_cells_are_called_legible() -> None:
    raw = {**given("2023"), "not_visible": ["table3.carried_in"]}
    raw["table3"]["rows"]["carried_in"] = [None] * 7
    raw["table3"]["rows"]["new"][2] = None
    assert found(raw, "T3-BLANK")[0].message.startswith("表三可辨认的168格中有1格空白：")


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


@pytest.mark.parametrize("path", ["table3.new.natural_person", "table3.new.total"])
def test_no_sum_is_judged_or_computed_over_what_could_not_be_read(path: str) -> None:
    clear = record("suqian-2024")
    torn = replace(clear.with_cells({path: None}), raw={path: "4 1"})
    assert path in torn.unread and path not in compute_totals(torn)
    told = check(torn)
    assert [one.code for one in told if one.severity == "error"] == ["T3-INT"]
    assert all("读不成数" in one.message for one in told if one.code == "NOT-TESTED")
    assert {one.code for one in check(clear.with_cells({path: None})) if one.severity == "error"} > {"T3-ROW"}
