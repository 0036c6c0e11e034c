"""A record is loaded strictly where it counts, and comes out as it went in."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as sampled
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # has no types

from gipdocs import questions
from gipdocs.errors import InvalidInput
from gipdocs.law import Office
from gipdocs.reports import load, read, record_of
from gipdocs.reports.checks.sums import check_tables
from gipdocs.reports.record_questions import RecordQuestions
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
    raw = {**SMALLEST, "table2": {"fee": {"amount_wan": "18.871"}}, "date": "2024-01-18", "claims": [{"value": 7}]}
    loaded = record_of(questions.load(RecordQuestions, raw))
    assert loaded == load(raw)
    assert (loaded.date, loaded.claims[0].value) == (date(2024, 1, 18), 7)
    assert loaded.cells["table2.fee.amount_wan"] == Decimal("18.871")
    assert loaded.as_json()["date"] == "2024-01-18"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (-1, "range"),
        (1.5, "type"),
        (True, "type"),
        ("3", "type"),
        ([3], "type"),
        (10**12 + 1, "range"),
        (float("nan"), "type"),
    ],
)
def test_a_count_is_a_whole_number_from_0(value: object, code: str) -> None:
    raw = {**SMALLEST, "table4": {"reconsideration": {"upheld": value}}}
    assert faults(raw) == {"/table4/reconsideration/upheld": code}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (-0.1, "range"),
        (1e99, "range"),
        (0.1234567890123, "range"),
        ("abc", "type"),
        ("1_000", "type"),
        ("1e99", "type"),
        (float("inf"), "type"),
        (True, "type"),
    ],
)
def test_an_amount_is_a_number_from_0(value: object, code: str) -> None:
    assert faults({**SMALLEST, "table2": {"fee": {"amount_wan": value}}}) == {"/table2/fee/amount_wan": code}


def test_only_the_change_of_the_2019_form_may_be_negative() -> None:
    licence = {"prev_items": 5, "change": -3, "decisions": 0}
    assert load({"year": 2020, "table2": {"licence": licence}}).cells["table2.licence.change"] == -3
    raw = {"year": 2020, "table2": {"licence": {**licence, "prev_items": -5}}}
    assert faults(raw) == {"/table2/licence/prev_items": "range"}


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
    ("more", "pointer", "code"),
    [
        ({"year": 2018}, "/year", "range"),
        ({"year": "2023"}, "/year", "type"),
        ({"year": None}, "/year", "required"),
        ({"schema": "gipdocs-annual-report/2"}, "/schema", "option"),
        ({"format": "2020"}, "/format", "option"),
        ({"format": "2021", "table2": {"format": "2019"}}, "/table2/format", "mismatch"),
        ({"table3": {"form_rows": "2020"}}, "/table3/form_rows", "option"),
        ({"table3": {"columns": ["total"]}}, "/table3/columns", "option"),
        ({"table3": {"rows": {"new": [1, 2, 3]}}}, "/table3/rows/new", "rows"),
        ({"table3": {"rows": {"new": 3}}}, "/table3/rows/new", "type"),
        ({"table4": [1]}, "/table4", "type"),
        ({"not_visible": ["table9"]}, "/not_visible/0", "no-such-cell"),
        ({"remarks": {"table3.new": "注"}}, "/remarks/table3.new", "no-such-cell"),
        ({"claims": [{"key": "x", "value": 1, "compare": "table3.nil.total"}]}, "/claims/0/compare", "expression"),
        ({"claims": [{"key": "x", "value": "很多"}]}, "/claims/0/value", "format"),
        ({"claims": {}}, "/claims", "type"),
        ({"claims": [{}] * 501}, "/claims", "rows"),
        ({"processing_fee": {"yuan": -10}}, "/processing_fee/yuan", "range"),
        ({"date": "2024年1月18日"}, "/date", "format"),
        ({"title": 3}, "/title", "type"),
        ({"title": "报告\ud800"}, "/title", "character"),
        ({"sections": [{"no": "一", "heading": "一"}]}, "/sections/0/no", "type"),
        (
            {"sections": [{"no": 1, "heading": "一", "items": [{"text": "字" * 50_001}]}]},
            "/sections/0/items/0/text",
            "too-long",
        ),
        ({"sections": [{"no": 1, "heading": "一", "items": [{"text": "字" * 26_000}] * 2}]}, "/sections", "too-long"),
    ],
)
def test_what_is_wrong_is_named_where_it_stands(more: dict[str, Any], pointer: str, code: str) -> None:
    assert faults({**SMALLEST, **more}) == {pointer: code}


def test_two_forms_for_one_table_are_one_fault() -> None:
    licence = {"licence": {"prev_items": 1, "change": 0, "decisions": 0}}
    raw = {"year": 2020, "format": "2021", "table2": {"format": "2019", **licence}}
    assert faults(raw) == {"/table2/format": "mismatch"}


def test_every_fault_is_told_at_once() -> None:
    raw = {**SMALLEST, "x": 1, "table3": {"rows": {"new": [-1, "a", 0, 0, 0, 0, 0]}}}
    assert set(faults(raw)) == {"/x", "/table3/rows/new/0", "/table3/rows/new/1"}


def test_what_is_no_record_at_all_is_refused() -> None:
    with pytest.raises(InvalidInput):
        load([])


def test_tables_are_not_judged_while_their_form_is_unknown() -> None:
    rules = {"rules": {"made": 1, "disclosed": 1, "total_public": 1}}
    assert faults({"year": "2020", "table2": rules}) == {"/year": "type"}
    assert faults({"year": 2023, "table2": rules, "table3": {"form_rows": "2019", "rows": {"other": [0] * 6}}}) == {
        f"/table2/rules/{column}": "unknown" for column in rules["rules"]
    }


def test_what_only_describes_is_kept_as_it_came_and_never_refused() -> None:
    described = {
        "id": 5,
        "level": "某级\n",
        "notes": None,
        "verdict": [],
        "narrative": "略",
        "overrides": {},
        "draft": 1,
    }
    written = load({**SMALLEST, **described}).as_json()
    assert {key: written[key] for key in described} == described
    assert faults({**SMALLEST, "level": "县\ufffe"}) == {"/level": "character"}


def _answered(raw: Any) -> Any:
    """A record without its nulls, which mean the same as nothing at all."""
    if isinstance(raw, dict):
        return {key: _answered(one) for key, one in raw.items() if one not in (None, "")}
    return [_answered(one) for one in raw] if isinstance(raw, list) else raw


def test_the_schema_of_a_record_takes_what_is_taken_and_refuses_what_is_refused() -> None:
    schema = Draft202012Validator(RecordQuestions().json_schema())
    for name in ALL:
        schema.validate(_answered(given(name)))
    assert not schema.is_valid({"year": 2018})
    assert not schema.is_valid({**SMALLEST, "tabel3": {}})
    assert not schema.is_valid({**SMALLEST, "table4": {"reconsideration": {"upheld": -1}}})
    assert not schema.is_valid({**SMALLEST, "previous": {"year": 2022, "table2": {"rules": {"issued": 1.5}}}})


def test_the_examples_form_a_record_in_which_nothing_is_wrong(office: Office) -> None:
    sample = RecordQuestions().sample(office)
    assert {"year", "agency", "table2", "table3", "table4", "previous", "date"} <= sample.keys()
    loaded = load(sample)
    assert not [one for one in check_tables(loaded) if one.finding]
    assert loaded.previous is not None and loaded.previous.year == loaded.year - 1


def test_tags_in_the_texts_of_a_record_do_not_make_it_a_web_page() -> None:
    text = json.dumps({**given("2023"), "notes": "<p>来自网页</p><table></table>"}, ensure_ascii=False)
    assert read(text) == read(text.encode()) == load(json.loads(text))


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


@pytest.mark.slow
@sampled(st.sampled_from(sorted(given("2023"))), JSON)
def test_anything_in_any_place_is_loaded_or_refused_but_never_breaks(key: str, value: object) -> None:
    try:
        loaded = load({**SMALLEST, key: value})
    except InvalidInput as error:
        assert error.faults
    else:
        assert load(loaded.as_json()).cells == loaded.cells
