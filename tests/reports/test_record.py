"""A record is loaded strictly where it counts, and comes out as it went in."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as sampled
from hypothesis import strategies as st

from gipdocs.errors import InvalidInput
from gipdocs.reports import load
from tests.reports.samples import ALL, given, record

SMALLEST: dict[str, Any] = {"year": 2023}


def faults(raw: dict[str, Any]) -> dict[str, str]:
    """Pointer to code of every fault in `raw`."""
    with pytest.raises(InvalidInput) as caught:
        load(raw)
    assert all(fault.detail.endswith("。") for fault in caught.value.faults)
    return {fault.pointer: fault.code for fault in caught.value.faults}


@pytest.mark.parametrize("name", ALL)
def test_a_given_record_loads_as_it_stands_and_nothing_of_it_is_lost(name: str) -> None:
    raw = given(name)
    written = load(raw).as_json()
    assert {key: written[key] for key in raw} == raw


@pytest.mark.parametrize("name", ALL)
def test_a_written_record_loads_as_the_same_record(name: str) -> None:
    assert load(record(name).as_json()) == record(name)


def test_the_year_is_enough_and_everything_else_is_blank() -> None:
    smallest = load(SMALLEST)
    assert (smallest.format, smallest.form_rows) == ("2021", "2021")
    assert set(smallest.cells.values()) == {None}
    assert load(smallest.as_json()) == smallest


def test_totals_may_be_left_out() -> None:
    loaded = load({**SMALLEST, "table3": {"rows": {"new": [1, 0, 0, 0, 0, 2]}}})
    assert loaded.cells["table3.new.other_org"] == 2
    assert loaded.cells["table3.new.total"] is None


def test_a_blank_is_not_a_zero() -> None:
    loaded = load({**SMALLEST, "table3": {"rows": {"new": [None, 0, 0, 0, 0, 0, 0]}}})
    assert loaded.cells["table3.new.natural_person"] is None
    assert loaded.cells["table3.new.enterprise"] == 0


def test_answers_of_a_schema_are_accepted_too() -> None:
    fee = {"table2": {"fee": {"amount_wan": Decimal("18.871")}}, "date": date(2024, 1, 18)}
    loaded = load({**SMALLEST, **fee})
    assert loaded.cells["table2.fee.amount_wan"] == Decimal("18.871")
    assert loaded.as_json()["date"] == "2024-01-18"


@pytest.mark.parametrize("value", [-1, 1.5, True, "3", [3], 10**12 + 1, float("nan")])
def test_a_count_is_a_whole_number_from_0(value: object) -> None:
    raw = {**SMALLEST, "table4": {"reconsideration": {"upheld": value}}}
    assert faults(raw) == {"/table4/reconsideration/upheld": "type"}


@pytest.mark.parametrize("value", [-0.1, "abc", "1_000", float("inf"), True, "1e99"])
def test_an_amount_is_a_number_from_0(value: object) -> None:
    assert faults({**SMALLEST, "table2": {"fee": {"amount_wan": value}}}) == {"/table2/fee/amount_wan": "type"}


def test_only_the_change_of_the_2019_form_may_be_negative() -> None:
    licence = {"prev_items": 5, "change": -3, "decisions": 0}
    assert load({"year": 2020, "table2": {"licence": licence}}).cells["table2.licence.change"] == -3
    raw = {"year": 2020, "table2": {"licence": {**licence, "prev_items": -5}}}
    assert faults(raw) == {"/table2/licence/prev_items": "type"}


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"tabel3": {}}, "/tabel3"),
        ({"table2": {"permits": {}}}, "/table2/permits"),
        ({"table2": {"rules": {"made": 1}}}, "/table2/rules/made"),
        ({"table3": {"rows": {"other": [0] * 7}}}, "/table3/rows/other"),
        ({"table4": {"reconsideration": {"won": 1}}}, "/table4/reconsideration/won"),
        ({"sections": [{"no": 1, "heading": "一", "text": ""}]}, "/sections/0/text"),
        ({"claims": [{"key": "x", "valeu": 1}]}, "/claims/0/valeu"),
        ({"a/b~c": 1}, "/a~1b~0c"),
        ({"previous": {"year": 2022, "tabel3": {}}}, "/previous/tabel3"),
    ],
)
def test_an_unknown_key_is_refused_with_its_pointer(more: dict[str, Any], pointer: str) -> None:
    assert faults({**SMALLEST, **more}) == {pointer: "unknown"}


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"year": 2018}, "/year"),
        ({"year": "2023"}, "/year"),
        ({"year": None}, "/year"),
        ({"schema": "gipdocs-annual-report/2"}, "/schema"),
        ({"format": "2020"}, "/format"),
        ({"format": "2021", "table2": {"format": "2019"}}, "/table2/format"),
        ({"table3": {"form_rows": "2020"}}, "/table3/form_rows"),
        ({"table3": {"columns": ["total"]}}, "/table3/columns"),
        ({"table3": {"rows": {"new": [1, 2, 3]}}}, "/table3/rows/new"),
        ({"table3": {"rows": {"new": 3}}}, "/table3/rows/new"),
        ({"table4": [1]}, "/table4"),
        ({"not_visible": ["table9"]}, "/not_visible/0"),
        ({"remarks": {"table3.new": "注"}}, "/remarks/table3.new"),
        ({"claims": [{"key": "x", "value": 1, "compare": "table3.nil.total"}]}, "/claims/0/compare"),
        ({"claims": [{"key": "x", "value": "很多"}]}, "/claims/0/value"),
        ({"claims": {}}, "/claims"),
        ({"claims": [{}] * 501}, "/claims"),
        ({"processing_fee": {"yuan": -10}}, "/processing_fee/yuan"),
        ({"date": "2024年1月18日"}, "/date"),
        ({"title": 3}, "/title"),
        ({"title": "报告\ud800"}, "/title"),
        ({"sections": [{"no": "一", "heading": "一"}]}, "/sections/0/no"),
        ({"sections": [{"no": 1, "heading": "一", "items": [{"text": "字" * 50_001}]}]}, "/sections/0/items/0/text"),
        ({"sections": [{"no": 1, "heading": "一", "items": [{"text": "字" * 26_000}] * 2}]}, "/sections"),
    ],
)
def test_what_is_wrong_is_named_where_it_stands(more: dict[str, Any], pointer: str) -> None:
    assert list(faults({**SMALLEST, **more})) == [pointer]


def test_two_forms_for_one_table_are_one_fault() -> None:
    licence = {"licence": {"prev_items": 1, "change": 0, "decisions": 0}}
    raw = {"year": 2020, "format": "2021", "table2": {"format": "2019", **licence}}
    assert faults(raw) == {"/table2/format": "mismatch"}


def test_every_fault_is_told_at_once() -> None:
    raw = {**SMALLEST, "x": 1, "table3": {"rows": {"new": [-1, "a", 0, 0, 0, 0, 0]}}}
    assert set(faults(raw)) == {"/x", "/table3/rows/new/0", "/table3/rows/new/1"}


def test_what_is_no_record_at_all_is_refused() -> None:
    with pytest.raises(InvalidInput):
        load([])  # type: ignore[arg-type]


def test_unreadable_cells_are_known_by_table_row_or_cell() -> None:
    hidden = load({**SMALLEST, "not_visible": ["table4", "table2.fee", "table3.rows.granted.total"]}).hidden
    assert len(hidden) == 15 + 1 + 1
    assert "table3.granted.total" in hidden


def test_a_cell_that_could_be_read_is_not_hidden() -> None:
    raw = {**SMALLEST, "not_visible": ["table4"], "table4": {"reconsideration": {"upheld": 2}}}
    assert "table4.reconsideration.upheld" not in load(raw).hidden


def test_last_years_record_is_kept_but_not_the_one_before_it() -> None:
    loaded = load({**given("2023"), "previous": {**given("2022"), "previous": given("2021")}})
    assert loaded.previous == record("2022")
    assert load(loaded.as_json()) == loaded


def test_a_remark_stands_beside_its_cell() -> None:
    raw = {**SMALLEST, "remarks": {"table2.normative.issued": "其中修订16件", "table3.rows.new.total": " "}}
    assert load(raw).remarks == {"table2.normative.issued": "其中修订16件"}


@pytest.mark.parametrize("row", ["new", "carried_in"])
def test_two_remarks_about_one_cell_are_refused_at_the_second(row: str) -> None:
    remarks = {f"table3.{row}.total": "甲", f"table3.rows.{row}.total": "乙"}
    assert faults({**SMALLEST, "remarks": remarks}) == {f"/remarks/table3.rows.{row}.total": "repeated"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@sampled(st.sampled_from(sorted(given("2023"))), JSON)
def test_anything_in_any_place_is_loaded_or_refused_but_never_breaks(key: str, value: object) -> None:
    try:
        loaded = load({**SMALLEST, key: value})
    except InvalidInput as error:
        assert error.faults
    else:
        assert load(loaded.as_json()).cells == loaded.cells
