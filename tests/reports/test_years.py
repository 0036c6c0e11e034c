"""The rules across two years, each broken once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from gipdocs.findings import Finding
from gipdocs.reports import check, load
from tests.reports.samples import BEFORE, given, previous, record

pytestmark = pytest.mark.slow


def found(raw: dict[str, Any], before: dict[str, Any], code: str) -> list[Finding]:
    """The findings of one rule about a record and last year's."""
    return [finding for finding in check(load(raw), load(before)) if finding.code == code]


@pytest.mark.parametrize("name", [*BEFORE])
def test_the_years_of_the_samples_follow_each_other(name: str) -> None:
    codes = {finding.code for finding in check(record(name), previous(name))}
    assert not {"XY-CARRY", "XY-VALID", "XY-ITEMS", "XY-PREV", "XY-SAME"} & codes


def test_cases_carried_in_must_be_last_years_carried_out() -> None:
    raw = given("2023")
    raw["table3"]["rows"]["carried_in"] = [0, 2, 0, 0, 0, 0, 2]
    both = found(raw, given("2022"), "XY-CARRY")
    assert [finding.pointer for finding in both] == ["/table3/rows/carried_in/1", "/table3/rows/carried_in/6"]
    assert {finding.severity for finding in both} == {"warning"}
    assert all(finding.overridable for finding in both)


def test_a_printed_reason_turns_the_warning_into_information() -> None:
    raw = given("2023")
    raw["table3"]["rows"]["carried_in"] = [0, 2, 0, 0, 0, 0, 2]
    raw["remarks"] = {"table3.carried_in.total": "含机构改革划入的2件"}
    both = found(raw, given("2022"), "XY-CARRY")
    assert {finding.severity for finding in both} == {"info"}
    assert "含机构改革划入的2件" in both[0].message


def test_files_in_force_must_follow_from_last_years() -> None:
    raw = given("2023")
    raw["table2"]["normative"]["valid"] = 5
    (finding,) = found(raw, given("2022"), "XY-VALID")
    assert finding.message.startswith(
        "表二“行政规范性文件”现行有效件数为5，按上年现行有效1件加本年制发1件减本年废止1件应为1"
    )
    raw["remarks"] = {"table2.normative.valid": "以本年度报告为准"}
    assert found(raw, given("2022"), "XY-VALID")[0].severity == "info"


@pytest.mark.parametrize(
    ("name", "table", "rules"),
    [
        ("2023", "table2", {"现行有效件数＝上年现行有效＋制发－废止": 2}),
        ("2023", "table3", {"二、上年结转＝上年报告四、结转下年度": 7}),
        (
            "2020",
            "table2",
            {"对外公开总数量＝上年总数量＋本年新公开": 2, "上一年项目数量＝上年报告项目数量＋增/减": 5},
        ),
    ],
)
def test_a_table_that_last_years_record_lacks_is_said_to_be_untested(
    name: str, table: str, rules: dict[str, int]
) -> None:
    before = given(BEFORE[name])
    del before[table]
    told = [one for one in found(given(name), before, "NOT-TESTED") if one.pointer == "/previous"]
    assert [one.message for one in told] == [
        f"“{title}”有{count}处没有核对：上年报告或者本报告中没有所需的数字。" for title, count in rules.items()
    ]
    assert not [one for one in found(given(name), before, "XY-CARRY") if table == "table3"]


def test_items_of_power_must_follow_from_last_years() -> None:
    raw = given("2020")
    raw["table2"]["penalty"]["prev_items"] = 3
    (finding,) = found(raw, given("2019"), "XY-ITEMS")
    assert finding.pointer == "/table2/penalty/prev_items"


def test_public_documents_of_the_2019_form_should_add_up() -> None:
    assert found(given("2020"), given("2019"), "XY-TOTAL")[0].severity == "warning"
    explained = {**given("2020"), "remarks": {"table2.normative.total_public": "另有1件失效"}}
    assert found(explained, given("2019"), "XY-TOTAL")[0].severity == "info"


def test_table_2_is_not_compared_across_the_change_of_form() -> None:
    raw = given("2021")
    raw["table2"]["normative"]["valid"] = 77
    assert not found(raw, given("2020"), "XY-VALID")


def test_a_record_of_another_year_is_not_compared() -> None:
    codes = [finding.code for finding in check(record("2023"), record("2021")) if finding.code.startswith("XY")]
    assert codes == ["XY-PREV"]


def test_another_agency_is_remarked_upon() -> None:
    assert found({**given("2023"), "agency": "聊城市财政局"}, given("2022"), "XY-PREV")


def test_the_same_figures_two_years_running_are_doubted() -> None:
    before = {**given("suqian-2024"), "year": 2023}
    assert found(given("suqian-2024"), before, "XY-SAME")
    assert not found(given("2022"), {**given("2022"), "year": 2021, "table4": None, "table3": None}, "XY-SAME")


def test_jumps_of_declared_counts_are_told() -> None:
    (finding,) = found(given("2023"), given("2022"), "XY-JUMP")
    assert "上年为2330，本年为614" in finding.message


@pytest.mark.parametrize(("name", "percent"), [("2020", 24), ("2021", 15), ("2022", 39), ("2023", 37)])
def test_the_share_of_repeated_text_is_measured(name: str, percent: int) -> None:
    (finding,) = found(given(name), given(BEFORE[name]), "XY-SIM")
    assert (finding.severity, f"有{percent}%" in finding.message) == ("info", True)


def test_a_copied_narrative_is_a_warning() -> None:
    (finding,) = found({**given("2023"), "year": 2024}, given("2023"), "XY-SIM")
    assert finding.severity == "warning"
    assert "有100%" in finding.message


def test_cases_still_open_last_year_are_shown_not_tested() -> None:
    assert {finding.severity for finding in found(given("suqian-2024"), given("suqian-2023"), "XY-PENDING")} == {"info"}


def test_suits_without_applications_for_two_years_are_remarked_upon() -> None:
    nothing: dict[str, Any] = {"table3": {"rows": {row: [0] * 7 for row in ("new", "carried_in")}}}
    suits = {"upheld": 1, "corrected": 0, "other": 0, "pending": 0, "total": 1}
    raw = {"year": 2023, **nothing, "table4": {"reconsideration": suits}}
    assert found(raw, {"year": 2022, **nothing}, "T4-IDLE")
    assert not found(raw, {"year": 2022, "table3": {"rows": {"new": [1] * 7, "carried_in": [0] * 7}}}, "T4-IDLE")


def test_unreadable_cells_of_either_year_leave_the_rule_untested() -> None:
    raw = given("2023")
    raw["previous"] = {"year": 2022, "not_visible": ["table2", "table3", "table4"]}
    messages = [finding.message for finding in check(load(raw)) if finding.code == "NOT-TESTED"]
    assert any("上年结转" in message and "7处" in message for message in messages)
    assert any("现行有效件数＝" in message and "2处" in message for message in messages)


@pytest.mark.parametrize("name", ["2020", "suqian-2024"])
def test_any_blank_or_unreadable_cell_of_either_year_is_coped_with(name: str) -> None:
    now, then = (replace(record(one), sections=()) for one in (name, BEFORE[name]))
    for path in now.cells:
        blank, before = now.with_cells({path: None}), then.with_cells({path: None})
        hidden = replace(blank, hidden=frozenset([path]))
        for one, other in (
            (blank, then),
            (now, before),
            (hidden, then),
            (now, replace(before, hidden=frozenset([path]))),
        ):
            assert all(finding.message for finding in check(one, other))


@pytest.mark.parametrize(("field", "rule"), [("valid", "XY-VALID"), ("issued", "XY-VALID"), ("repealed", "XY-VALID")])
def test_a_blank_stock_is_not_taken_for_zero(field: str, rule: str) -> None:
    raw = given("suqian-2024")
    raw["table2"]["normative"][field] = None
    assert not found(raw, given("suqian-2023"), rule)


@pytest.mark.parametrize(
    ("now", "then", "jumps"), [(40, 20, True), (20, 40, True), (39, 20, False), (38, 19, False), (41, 20, True)]
)
def test_a_jump_is_twice_or_half_of_no_small_number(now: int, then: int, jumps: bool) -> None:
    claim = {"key": "wechat_items", "quote": "发布信息", "where": "一（一）"}
    raw = {"year": 2023, "claims": [{**claim, "value": now}]}
    assert bool(found(raw, {"year": 2022, "claims": [{**claim, "value": then}]}, "XY-JUMP")) == jumps


def test_a_claim_that_the_tables_tie_is_not_compared_across_years() -> None:
    claim = {"key": "received", "value": 100, "compare": "table3.new.total"}
    assert not found({"year": 2023, "claims": [claim]}, {"year": 2022, "claims": [{**claim, "value": 20}]}, "XY-JUMP")


@pytest.mark.parametrize(
    ("row", "now", "then", "said"),
    [
        ("licence", 15_731_790, 1_808_595, "是上年的8.7倍。请核对有没有多写、少写一位数字"),
        ("licence", 157_317, 1_808_595, "只有上年的8.70%。请核对有没有多写、少写一位数字"),
        ("penalty", 120, 12, "是上年的10.0倍。"),
        ("coercion", 12, 120, "只有上年的10.00%。"),
        ("penalty", 5000, 1000, "是上年的5.0倍。"),
        ("fee", 727_012_578, 59_237.2449, "像是按元填写的，如是727012578元，应填72701.2578（万元）"),
        ("fee", 7.27, 59_237.2449, "请核对单位是不是万元"),
    ],
)
def test_a_figure_too_many_or_the_wrong_unit_is_seen_against_last_year(
    row: str, now: float, then: float, said: str
) -> None:
    field = "amount_wan" if row == "fee" else "decisions"
    raw, before = {"year": 2024, "table2": {row: {field: now}}}, {"year": 2023, "table2": {row: {field: then}}}
    (finding,) = found(raw, before, "XY-SLIP")
    assert said in finding.message and finding.message.startswith("表二“")
    assert (finding.severity, finding.pointer) == ("warning", f"/table2/{row}/{field}")
    raw["remarks"] = {f"table2.{row}.{field}": "含划入的职权"}
    (explained,) = found(raw, before, "XY-SLIP")
    assert explained.severity == "info" and "已注明原因：含划入的职权" in explained.message


@pytest.mark.parametrize(
    ("now", "then"), [(4999, 1000), (999, 100), (9, 1), (1, 10), (1_573_179, 1_808_595), (0, 999), (999, 0), (0, 0)]
)
def test_figures_change_without_a_doubt_where_they_may(now: int, then: int) -> None:
    raw = {"year": 2024, "table2": {"penalty": {"decisions": now}}}
    assert not found(raw, {"year": 2023, "table2": {"penalty": {"decisions": then}}}, "XY-SLIP")


@pytest.mark.parametrize(("now", "then"), [(0, 1_989_454), (1_989_454, 0), (0, 1000)])
def test_none_after_many_or_many_after_none_is_a_note(now: int, then: int) -> None:
    raw = {"year": 2024, "table2": {"licence": {"decisions": now}}}
    (finding,) = found(raw, {"year": 2023, "table2": {"licence": {"decisions": then}}}, "XY-JUMP")
    assert (finding.severity, finding.pointer) == ("info", "/table2/licence/decisions")
    assert f"为{now}，上年为{then}。请核对有没有漏填" in finding.message


@pytest.mark.parametrize(
    ("row", "field", "now", "then", "told"),
    [
        ("penalty", "decisions", 2000, 1000, True),
        ("penalty", "decisions", 1999, 1000, False),
        ("penalty", "decisions", 199, 100, False),
        ("coercion", "decisions", 50, 150, True),
        ("coercion", "decisions", 51, 150, False),
        ("licence", "decisions", 100, 0, True),
        ("licence", "decisions", 99, 0, False),
        ("fee", "amount_wan", 20, 10, True),
        ("fee", "amount_wan", 19.99, 10, False),
        ("fee", "amount_wan", 14.9, 5, False),
        ("normative", "issued", 30, 10, True),
        ("normative", "issued", 29, 10, False),
        ("normative", "repealed", 0, 20, True),
        ("normative", "repealed", 0, 19, False),
        ("normative", "valid", 900, 10, False),
    ],
)
def test_each_kind_of_row_in_table_2_has_its_own_measure(
    row: str, field: str, now: float, then: float, told: bool
) -> None:
    raw, before = ({"year": year, "table2": {row: {field: value}}} for year, value in ((2024, now), (2023, then)))
    assert [one.severity for one in found(raw, before, "XY-JUMP")] == ["info"] * told


def test_decisions_of_two_forms_are_not_compared() -> None:
    raw = {"year": 2021, "table2": {"penalty": {"decisions": 90_000}}}
    assert not found(raw, {"year": 2020, "table2": {"penalty": {"decisions": 9}}}, "XY-SLIP")
