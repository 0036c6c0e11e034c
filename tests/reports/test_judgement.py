"""The ten given records are judged as they were judged by hand, and wrong figures are caught."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from gipdocs.errors import InvalidInput
from gipdocs.findings import Finding, explain
from gipdocs.reports import Record, check, judge, report_check
from gipdocs.reports.rules import RULES, ReportFinding
from tests.reports.samples import ALL, BEFORE, given, previous, record

pytestmark = pytest.mark.slow

STATES = {
    "PASS": "pass",
    "PASS0": "pass-blank",
    "FAIL": "fail",
    "FAIL0": "fail-blank",
    "MISSING": "missing",
    "UNKNOWN": "unknown",
    "WARN": "note",
    "INFO": "note",
}
RESULTS = {"FAIL": "fail", "pass": "pass", "incomplete": "incomplete", "-": "untested"}
UNTIED = {f"table2.{row}.decisions" for row in ("licence", "penalty", "coercion")} | {"table2.fee.amount_wan"}


def codes(found: list[Finding], severity: str) -> Counter[str]:
    """How often each rule speaks with a severity."""
    return Counter(finding.code for finding in found if finding.severity == severity)


@pytest.mark.parametrize("name", ALL)
def test_every_rule_comes_out_as_it_did_by_hand(name: str) -> None:
    tested = judge(record(name), previous(name)).tested
    by_rule = given(name)["verdict"]["by_rule"]
    wanted: dict[str, Counter[str]] = {rule: Counter() for rule in by_rule}
    for rule, counts in by_rule.items():
        for state, count in counts.items():
            wanted[rule][STATES[state]] += count
    assert {rule: tested[rule] for rule in by_rule} == wanted


@pytest.mark.parametrize("name", ALL)
def test_the_verdict_is_the_given_one(name: str) -> None:
    result = given(name)["verdict"]["result"]
    assert judge(record(name), previous(name)).verdict == {group: RESULTS[word] for group, word in result.items()}


@pytest.mark.parametrize("name", ["2020", "2022"])
def test_nothing_hard_is_said_of_a_sound_seed(name: str) -> None:
    found = check(record(name), previous(name))
    assert not codes(found, "error")
    assert not {"NARR", "NARR-TEXT", "S-NONE", "XY-CARRY", "XY-VALID", "F-FORM"} & set(codes(found, "warning"))


@pytest.mark.parametrize(
    ("name", "code", "pointer", "numbers"),
    [
        ("2023", "NARR", "/claims/0/value", (2, 3)),
        ("2023", "NARR", "/claims/2/value", (0, 1)),
        ("2019", "T3-COL", "/table3/rows/sum/6", (None, 1)),
        ("2019", "T3-SUM", "/table3/rows/sum/0", (None, 1)),
        ("2019", "NARR", "/claims/1/value", (1, 0)),
        ("2021", "S-NONE", "/sections/5/items/5/text", (None, None)),
    ],
)
def test_the_hard_faults_of_the_seed_are_found(
    name: str, code: str, pointer: str, numbers: tuple[int | None, int | None]
) -> None:
    found = [one for one in check(record(name), previous(name)) if (one.code, one.pointer) == (code, pointer)]
    assert len(found) == 1
    assert found[0].severity == ("error" if code.startswith("T") else "warning")
    assert isinstance(found[0], ReportFinding)
    assert (found[0].stated, found[0].computed) == numbers


@pytest.mark.parametrize(
    ("name", "errors"),
    [
        ("2019", {"T3-COL": 2, "T3-SUM": 2}),
        ("hongze-2023", {"T4-SUM": 2}),
        ("shanghai-office-2019", {"T3-ROW": 11, "T3-SUM": 1}),
        ("suqian-2024", {}),
        ("yangling-sjj-2022", {}),
    ],
)
def test_errors_are_the_broken_sums_of_the_tables(name: str, errors: dict[str, int]) -> None:
    assert codes(check(record(name), previous(name)), "error") == errors


@pytest.mark.parametrize("claims", [True, False], ids=["with-claims", "tables-alone"])
def test_a_wrong_figure_is_caught_wherever_a_rule_ties_it(claims: bool) -> None:
    sample, before = record("suqian-2024"), record("suqian-2023")
    sample = sample if claims else replace(sample, claims=())
    told = alarms(sample, before)
    assert len(sample.cells) == 200
    missed = {
        path
        for path, value in sample.cells.items()
        if alarms(sample.with_cells({path: (value or 0) + 1}), before) <= told
    }
    assert missed == UNTIED


def alarms(sample: Record, before: Record) -> set[tuple[str, str]]:
    """Code and place of everything graver than information."""
    return {(finding.code, finding.pointer) for finding in check(sample, before) if finding.severity != "info"}


def test_what_could_not_be_read_is_said_to_be_untested() -> None:
    found = [one for one in check(record("yangling-sjj-2022")) if one.code == "NOT-TESTED"]
    assert {one.severity for one in found} == {"info"}
    assert any("25处没有核对" in one.message for one in found)
    assert not [one for one in check(record("2023")) if one.code == "NOT-TESTED"]


@pytest.mark.parametrize("name", ALL)
def test_every_finding_is_a_sentence_with_a_known_code_and_a_place_in_the_record(name: str) -> None:
    raw = given(name)
    if name in BEFORE:
        raw["previous"] = given(BEFORE[name])
    for finding in report_check(raw)["findings"]:
        assert finding["code"] in {*RULES, "NOT-TESTED"}
        assert finding["message"].endswith(("。", "）"))
        assert resolves(finding["pointer"], raw), finding["pointer"]


def resolves(pointer: str, raw: Any) -> bool:
    """The pointer leads to something in the record, or to a key that it lacks."""
    *path, last = pointer.split("/")[1:]
    for key in path:
        raw = raw[int(key)] if isinstance(raw, list) else raw[key]
    return int(last) < len(raw) if isinstance(raw, list) else isinstance(raw, dict)


def test_the_api_answers_with_findings_verdict_and_counts() -> None:
    answer = report_check({**given("2023"), "previous": given("2022")})
    assert answer["verdict"]["narrative"] == "fail"
    assert answer["tested"]["T3-ROW"] == {"pass": 25}
    first = answer["findings"][0]
    assert set(first) >= {"code", "severity", "message", "pointer", "basis", "place", "stated", "computed"}
    assert (first["code"], first["stated"], first["computed"]) == ("NARR", 2, 3)


@pytest.mark.parametrize("body", [None, [], "report", 3])
def test_the_api_refuses_what_is_no_record(body: object) -> None:
    with pytest.raises(InvalidInput):
        report_check(body)


def test_the_wrong_year_before_is_refused_with_its_own_pointer() -> None:
    with pytest.raises(InvalidInput) as caught:
        report_check({**given("2023"), "previous": {"year": 1}})
    assert caught.value.faults[0].pointer == "/previous/year"


def test_findings_are_explained_in_groups_the_gravest_first() -> None:
    text = explain(check(record("2019")))
    assert re.findall(r"【(.+?)】(\d+)处", text)[0] == ("必须改正", "4")
    assert "表三“自然人”一列：第一项加第二项为1，（七）总计空白" in text
    assert text.index("必须改正") < text.index("请核实") < text.index("供参考")
    assert len(re.findall(r"^\d+\. \[", text, re.MULTILINE)) == len(check(record("2019")))
    assert explain([]) == "没有发现问题。"


def test_a_judgement_can_be_read_as_a_whole() -> None:
    text = judge(record("2019")).explain()
    assert text.startswith("2019年度报告。共核对54项：必须改正4处，")
