"""Two years beside each other: exact differences, and marks where somebody would ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gipdocs.errors import InvalidInput
from gipdocs.reports import check
from gipdocs.reports.collecting.comparison import ComparedFigure, Comparison, compare
from gipdocs.reports.forms import load_forms
from gipdocs.reports.record import Record, blank
from gipdocs.reports.rules import RULES
from tests.reports import samples
from tests.reports.clean import clean
from tests.reports.samples import BEFORE, record

pytestmark = pytest.mark.slow

CITY, CITY_BEFORE = "suqian-2024", "suqian-2023"
VALUES = st.one_of(
    st.none(),
    st.integers(0, 30),
    st.integers(0, 10**9),
    st.decimals(0, 10**9, places=4),
)


def marked(comparison: Comparison) -> dict[str, tuple[str, ...]]:
    """The marks by path."""
    return {one.figure.path: one.marks for one in comparison.asked}


def changed(cells: Mapping[str, Any], name: str = CITY, before: str = CITY_BEFORE) -> Comparison:
    """One of the given reports beside its year before, some figures changed."""
    return compare(record(name).with_cells(cells), record(before))


def at(comparison: Comparison, path: str) -> ComparedFigure:
    """One figure of a comparison."""
    return next(one for one in comparison.figures if one.figure.path == path)


def reckoned(before: Any, now: Any) -> tuple[Any, Any]:
    """Difference and per cent in fractions, a half away from zero: a reckoning that shares nothing with ours."""
    if before is None or now is None:
        return None, None
    change = Fraction(now) - Fraction(before)
    if before <= 0:
        return change, None
    tenths = change * 1000 / Fraction(before)
    whole = (2 * abs(tenths.numerator) + tenths.denominator) // (2 * tenths.denominator)
    return change, Fraction(whole if tenths >= 0 else -whole, 10)


@pytest.mark.parametrize("form", ["2019", "2021"])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_difference_and_per_cent_equals_another_reckoning(form: str, data: st.DataObject) -> None:
    empty = blank(load_forms()[form])
    drawn = [data.draw(st.lists(VALUES, min_size=len(empty.cells), max_size=len(empty.cells))) for _ in range(2)]
    then, now = (empty.with_cells(dict(zip(empty.cells, values, strict=True))) for values in drawn)
    for one in compare(replace(now, year=then.year + 1), then).figures:
        before, value = then.cells[one.figure.path], now.cells[one.figure.path]
        assert (one.before, one.now) == (before, value)
        assert (one.difference, one.percent) == reckoned(before, value)


@pytest.mark.parametrize(
    ("before", "now", "percent"),
    [
        (8, 9, "12.5"),
        (80, 85, "6.3"),
        (80, 75, "-6.3"),
        (3, 1, "-66.7"),
        (7, 0, "-100.0"),
        (0, 5, None),
        (None, 5, None),
    ],
)
def test_per_cent_is_rounded_as_statistics_are(before: int | None, now: int, percent: str | None) -> None:
    then = record(CITY_BEFORE).with_cells({"table2.penalty.decisions": before})
    one = at(compare(record(CITY).with_cells({"table2.penalty.decisions": now}), then), "table2.penalty.decisions")
    assert one.percent == (None if percent is None else Decimal(percent))


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("2020", {"table2.normative.total_public": ("stock",)}),
        ("2021", {}),
        ("2022", {}),
        ("2023", {}),
        (CITY, {"table3.n1_petition.total": ("jump",), "table4.reconsideration.total": ("jump",)}),
    ],
)
def test_right_pairs_have_few_marks(name: str, marks: dict[str, tuple[str, ...]]) -> None:
    assert marked(compare(record(name), record(BEFORE[name]))) == marks


@pytest.mark.parametrize("name", samples.ALL)
def test_a_report_made_right_has_no_mark(name: str) -> None:
    one = clean(name)
    assert one.previous is None or marked(compare(one, one.previous)) == {}


@pytest.mark.parametrize(
    ("row", "factor", "mark"),
    [
        ("licence.decisions", Decimal(10), "unit"),
        ("penalty.decisions", Decimal("0.1"), "unit"),
        ("coercion.decisions", Decimal(10), "unit"),
        ("fee.amount_wan", Decimal(10), "unit"),
        ("fee.amount_wan", Decimal(10_000), "unit"),
        ("fee.amount_wan", Decimal("0.0001"), "unit"),
        ("penalty.decisions", Decimal("2.5"), "jump"),
    ],
)
def test_a_digit_too_many_and_a_wrong_unit_are_marked(row: str, factor: Decimal, mark: str) -> None:
    path = f"table2.{row}"
    value = Decimal(record(CITY).cells[path] or 0) * factor
    comparison = changed({path: int(value) if row.endswith("decisions") else value})
    assert mark in marked(comparison)[path]
    assert at(comparison, path).asked.startswith("表二“")


def test_digits_that_have_changed_places_are_marked() -> None:
    comparison = changed({"table2.penalty.decisions": 2_822_562})
    assert marked(comparison)["table2.penalty.decisions"] == ("unit",)
    assert "相邻两位数字" in at(comparison, "table2.penalty.decisions").asked


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        ("table2.rules.valid", "stock"),
        ("table2.normative.valid", "stock"),
        ("table3.carried_in.natural_person", "carry"),
        ("table3.carried_in.total", "carry"),
    ],
)
@pytest.mark.parametrize("more", [1, -1])
def test_a_stock_or_a_carry_off_by_one_is_marked(path: str, mark: str, more: int) -> None:
    comparison = changed({path: (record(CITY).cells[path] or 0) + more})
    assert marked(comparison)[path] == (mark,)
    assert at(comparison, path).severity == "warning"


@pytest.mark.parametrize(("row", "more"), [("total_public", 1), ("total_public", 3)])
def test_a_stock_of_the_old_form_is_marked(row: str, more: int) -> None:
    path = f"table2.rules.{row}"
    assert marked(changed({path: more}, "2020", "2019"))[path] == ("stock",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("table3.granted", "table3.partial"),
        ("table3.granted", "table3.d1_state_secret"),
        ("table3.u1_not_held", "table3.u2_need_make"),
        ("table3.n4_mass_repeat", "table3.u1_not_held"),
        ("table3.o3_other", "table3.o2_unpaid"),
    ],
)
def test_rows_that_were_exchanged_are_marked(one: str, other: str) -> None:
    right = record(CITY)
    swapped = {
        f"{place}.{column}": right.cells[f"{source}.{column}"]
        for place, source in ((one, other), (other, one))
        for column in right.row_form.columns
    }
    found = marked(changed(swapped))
    assert found[f"{one}.total"] == found[f"{other}.total"] == ("moved",)
    told = [finding for finding in changed(swapped).findings if finding.code == "XY-MOVED"]
    assert len(told) == 1 and "对调以后才与上年相近" in told[0].message


def test_decisions_in_each_others_row_are_told_as_exchanged_and_not_as_slips() -> None:
    right = record(CITY)
    penalty, coercion = (f"table2.{row}.decisions" for row in ("penalty", "coercion"))
    comparison = changed({penalty: right.cells[coercion], coercion: right.cells[penalty]})
    assert marked(comparison)[penalty] == marked(comparison)[coercion] == ("moved",)


def test_columns_that_were_exchanged_are_marked() -> None:
    right = record(CITY)
    swapped = {
        f"table3.new.{place}": right.cells[f"table3.new.{source}"]
        for place, source in (("natural_person", "enterprise"), ("enterprise", "natural_person"))
    }
    found = marked(changed(swapped))
    assert found["table3.new.natural_person"] == found["table3.new.enterprise"] == ("moved",)


def test_results_that_slid_down_by_a_row_are_marked() -> None:
    right = record(CITY)
    rows = right.row_form.results
    slid = {
        f"table3.{row}.{column}": right.cells[f"table3.{rows[i - 1]}.{column}"]
        if i > 7
        else right.cells[f"table3.{row}.{column}"]
        for i, row in enumerate(rows)
        for column in right.row_form.columns
    }
    then = right.with_cells({f"table3.o3_other.{column}": 0 for column in right.row_form.columns})
    comparison = compare(right.with_cells(slid), replace(then, year=2023))
    told = [finding for finding in comparison.findings if finding.code == "XY-MOVED"]
    assert len(told) == 1 and "整体下移了一行" in told[0].message
    assert len([path for path, marks in marked(comparison).items() if marks == ("moved",)]) >= 3


def fluctuated(seed: int) -> tuple[Record, Record]:
    """A year before, and a year in which every result differs as chance and circumstances have it."""
    random = Random(seed)
    empty = replace(blank(load_forms()["2021"]), year=2022)
    size = random.choice((3, 30, 300))
    usual = {path: random.paretovariate(0.8) * size / 10 for path in empty.cells}
    years = [
        {
            path: int(value * random.lognormvariate(0, 0.25) + random.gauss(0, value**0.5))
            for path, value in usual.items()
        }
        for _ in range(2)
    ]
    then, now = (empty.with_cells({path: max(value, 0) for path, value in cells.items()}) for cells in years)
    return replace(now, year=2023), then


def test_chance_is_rarely_taken_for_figures_in_the_wrong_place() -> None:
    alarms = [
        path for seed in range(200) for path, marks in marked(compare(*fluctuated(seed))).items() if "moved" in marks
    ]
    assert len(alarms) <= 8, alarms


def test_an_explanation_makes_a_mark_information_and_is_quoted() -> None:
    path, words = "table2.penalty.decisions", "2024年集中整治，案件增多"
    now = record(CITY).with_cells({path: 26_764_740})
    asked = at(compare(now, record(CITY_BEFORE)), path)
    assert (asked.severity, asked.explanation) == ("warning", "")
    told = compare(now, record(CITY_BEFORE), {path: words})
    assert (at(told, path).severity, at(told, path).explanation) == ("info", words)
    assert at(told, path).asked.endswith(f"已注明原因：{words}")
    remarked = compare(replace(now, remarks={path: words}), record(CITY_BEFORE), {path: "另见部门说明"})
    assert at(remarked, path).explanation == f"{words}；另见部门说明"


def test_an_amount_in_yuan_is_doubted_without_one_of_last_year_too() -> None:
    path = "table2.fee.amount_wan"
    now, then = record(CITY).with_cells({path: 727_012_578}), record(CITY_BEFORE).with_cells({path: None})
    asked = at(compare(now, then), path)
    assert (asked.marks, asked.severity) == (("unit",), "warning")
    told = at(compare(now, then, {path: "含土地出让金"}), path)
    assert told.severity == "info" and told.asked.endswith("已注明原因：含土地出让金")


def test_an_explanation_of_no_figure_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        compare(record("2023"), record("2022"), {"table9.x": "说明"})
    assert [fault.pointer for fault in refused.value.faults] == ["/explanations/table9.x"]


@pytest.mark.parametrize("name", [*BEFORE])
def test_marks_are_the_findings_of_the_check_across_the_years(name: str) -> None:
    cells = {path: (value or 0) + 40 for path, value in record(name).cells.items()}
    now, then = record(name).with_cells(cells), record(BEFORE[name])
    found = {one.message for one in check(now, then) if one.code in RULES and RULES[one.code].group == "cross_year"}
    assert {one.message for one in compare(now, then).findings} == found


@pytest.mark.parametrize(("now", "before"), [("2023", "2021"), ("2022", "2023"), ("2023", "2023")])
def test_a_report_of_another_year_is_refused(now: str, before: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        compare(record(now), record(before))
    assert [(fault.pointer, fault.code) for fault in refused.value.faults] == [("/previous/year", "mismatch")]


def test_a_report_of_another_agency_is_told() -> None:
    other = replace(record("2022"), agency="聊城市财政局")
    assert [one.code for one in compare(record("2023"), other).findings if one.severity == "warning"] == ["XY-PREV"]


def test_across_the_forms_only_what_means_the_same_is_compared() -> None:
    comparison = compare(record("2021"), record("2020").with_cells({"table3.other.total": 5}))
    assert len(comparison.apart) == 2 and "表二" in comparison.apart[0] and "（六）其他处理" in comparison.apart[1]
    both = {one.figure.path for one in comparison.figures if one.before is not None and one.now is not None}
    assert {path for path in both if path.startswith("table2.")} == {
        f"table2.{row}.decisions" for row in ("licence", "penalty", "coercion")
    }
    assert {path for path in both if path.startswith("table4.")} == {
        path for path in record("2021").cells if path.startswith("table4.")
    }
    other = at(comparison, "table3.other.total")
    assert (other.before, other.now) == (5, 0)
    assert at(comparison, "table3.o1_no_correction.total").before is None


def test_three_rows_of_last_year_are_compared_with_the_one_row_of_a_hybrid() -> None:
    now = replace(record("hongze-2023"), year=2024)
    then = replace(record(CITY_BEFORE), agency=now.agency)
    other = at(compare(now, then), "table3.other.total")
    assert (other.before, other.now) == (40 + 10 + 291, now.cells["table3.other.total"])


@pytest.mark.parametrize(
    ("units", "before", "said"),
    [
        (("万元", "元"), Decimal("25.1"), "已换算成万元"),
        (("元", "万元"), 2_510_000_000, "已换算成元"),
        ((None, "元"), None, "不能对照"),
        (("元", None), None, "不能对照"),
        (("元", "元"), 251_000, ""),
    ],
)
def test_amounts_in_two_units_are_compared_in_one(units: tuple[Any, Any], before: Any, said: str) -> None:
    now, then = (replace(record(name), amount_unit=unit) for name, unit in zip(("2020", "2019"), units, strict=True))
    comparison = compare(now, then.with_cells({"table2.procurement.amount": 251_000}))
    assert at(comparison, "table2.procurement.amount").before == before
    assert said in "".join(comparison.apart) and bool(said) == bool(comparison.apart)


@pytest.mark.parametrize(
    ("units", "now", "marks"),
    [
        (("万元", "元"), 251_000, {"table2.procurement.amount": ("unit",)}),
        (("万元", "元"), 25, {}),
        (("万元", "万元"), 250, {"table2.procurement.amount": ("unit",)}),
        (("元", None), 251_000, {}),
    ],
)
def test_only_the_unit_of_what_was_bought_is_doubted(units: tuple[Any, Any], now: int, marks: dict[str, Any]) -> None:
    then = replace(record("2019"), amount_unit=units[1]).with_cells({"table2.procurement.amount": 251_000})
    bought = replace(record("2020"), amount_unit=units[0]).with_cells({"table2.procurement.amount": now})
    found = marked(compare(bought, then))
    assert {path: one for path, one in found.items() if "procurement" in path} == marks


def test_the_comparison_as_data_says_every_figure() -> None:
    told = compare(record(CITY), record(CITY_BEFORE)).as_json()
    assert len(told["figures"]) == 200
    fee = next(one for one in told["figures"] if one["path"] == "table2.fee.amount_wan")
    assert (fee["before"], fee["now"], fee["difference"], fee["percent"]) == (59237.2449, 72701.2578, 13464.0129, 22.7)
