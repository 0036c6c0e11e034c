"""A county of forty bureaus: the sum is right cell by cell, every sown fault is named, and nothing else is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from gipdocs.reports import check, judge, load
from gipdocs.reports.collecting.assessment import assess
from gipdocs.reports.collecting.submissions import Collection, collect
from gipdocs.reports.collecting.summing import SummedReport, sum_up
from tests.reports import county

pytestmark = pytest.mark.slow
AGENCY = "云岭县人民政府"
ROWS = ("sum", "new", "carried_in", "carried_out")
NAMES = [f"{county.BUREAUS[i]}: {county.SOWN[i]}" for i in county.SOWN]


@cache
def gathered() -> Collection:
    return collect(county.files(), due=county.DUE)


@cache
def summed() -> SummedReport:
    return sum_up(gathered(), agency=AGENCY)


def added_by_hand() -> dict[str, Any]:
    """Every figure of the county, added up from the JSON of the records that were sent, with totals of its own."""
    sent = [county.sent(i).as_json() for i in range(len(county.BODIES))]
    table3 = {row: [_sum(one["table3"]["rows"][row][k] for one in sent) for k in range(6)] for row in _rows(sent)}
    results = [row for row in table3 if row not in ROWS]
    table3["sum"] = [sum(table3[row][k] for row in results) for k in range(6)]
    table4 = {
        group: {name: _sum(one["table4"][group][name] for one in sent) for name in cells}
        for group, cells in sent[0]["table4"].items()
    }
    for cells in table4.values():
        cells["total"] = sum(cells[name] for name in ("upheld", "corrected", "other", "pending"))
    return {
        "table2": {
            row: {name: _sum(one["table2"][row][name] for one in sent) for name in cells}
            for row, cells in sent[0]["table2"].items()
            if isinstance(cells, Mapping)
        },
        "table3": {row: [*cells, sum(cells)] for row, cells in table3.items()},
        "table4": table4,
    }


def _rows(sent: list[dict[str, Any]]) -> list[str]:
    return [*sent[0]["table3"]["rows"]]


def _sum(values: Any) -> Any:
    exact = sum(Decimal(str(value)) for value in values if value is not None)
    return int(exact) if exact == exact.to_integral_value() else float(exact)


def test_every_right_report_is_right_and_no_two_have_the_same_size() -> None:
    reports = [county.right(i) for i in range(len(county.BODIES))]
    assert len(reports) == 40 and len({tuple(one.cells.values()) for one in reports}) == 40
    found = [(one.agency, finding.message) for one in reports for finding in check(one) if finding.severity != "info"]
    assert found == []


@pytest.mark.parametrize("i", county.SOWN, ids=NAMES)
def test_every_sown_fault_is_found_by_its_own_rule(i: int) -> None:
    found = {finding.code for finding in check(county.sent(i))} - {finding.code for finding in check(county.right(i))}
    assert found & set(county.CAUSES[county.SOWN[i]])


def test_whatever_was_sent_is_read_and_those_that_are_missing_are_named() -> None:
    assert gathered().year == county.YEAR and gathered().missing == county.MISSING
    assert [one.faults for one in gathered().submissions if one.faults] == []
    assert {one.body for one in gathered().submissions} == set(county.BODIES)


@pytest.mark.parametrize("format", county.FORMATS)
def test_a_report_is_the_same_in_every_format(format: str) -> None:
    found = collect([county.printed(i, format) for i in (0, 6, *county.SOWN)], due=county.DUE)
    for i, one in zip((0, 6, *county.SOWN), found.submissions, strict=True):
        assert one.record is not None and one.body == county.BODIES[i]
        assert dict(one.record.cells) == dict(county.sent(i).cells)


def test_the_sum_is_right_in_every_cell() -> None:
    record = summed().record.as_json()
    wanted = added_by_hand()
    assert record["table3"]["rows"] == wanted["table3"] and record["table4"] == wanted["table4"]
    assert {key: value for key, value in record["table2"].items() if key != "format"} == wanted["table2"]


def test_every_figure_opens_the_parts_that_it_is_made_of() -> None:
    parts = summed().parts["table3.granted.natural_person"]
    assert [one.body for one in parts] == list(county.BODIES)
    assert sum(one.value or 0 for one in parts) == summed().record.cells["table3.granted.natural_person"]


def test_the_body_that_sent_two_files_counts_once() -> None:
    [twice] = summed().repeated
    assert twice.body == county.BODIES[county.TWICE] and twice.same and len(twice.files) == 2
    assert [one.body for one in summed().counted] == list(county.BODIES)


def test_exactly_the_bodies_with_sown_faults_are_sent_back_or_asked() -> None:
    lines = [line for line in assess(gathered()) if line.state != "sound"]
    assert {line.body for line in lines if line.state == "missing"} == set(county.MISSING)
    found = {line.body: line.findings for line in lines if line.state != "missing"}
    assert set(found) == {county.BODIES[i] for i in county.SOWN}
    for i, name in county.SOWN.items():
        told = [one.message for one in found[county.BODIES[i]] if one.code in county.CAUSES[name]]
        assert told and len(told) == len(set(told))


def test_the_sum_names_those_that_do_not_balance_and_no_others() -> None:
    unbalanced = {county.BODIES[i] for i in (3, 9, 16, 22)}
    assert {one.body for one in summed().unbalanced} == unbalanced
    told = [one.message for one in summed().findings if one.code == "sum-balance"]
    assert sorted(body for body in county.BODIES for words in told if words.startswith(body)) == sorted(unbalanced)
    assert [one.body for one in summed().left_out] == [county.BODIES[35]]


def test_a_column_that_does_not_balance_in_the_sum_names_the_body_to_blame() -> None:
    wrong = {finding.pointer for finding in judge(summed().record).findings if finding.code == "T3-COL"}
    found = {one.path: [each.body for each in one.bodies] for one in summed().open_columns}
    assert {summed().record.figures[path].pointer for path in found} == wrong
    assert {body for bodies in found.values() for body in bodies} == {county.BODIES[9], county.BODIES[22]}


def test_nothing_is_invented_of_bodies_that_are_right() -> None:
    assert summed().likenesses == () and summed().corrections == ()
    about = [one.message for one in summed().findings if one.severity != "info" and one.code != "sum-missing"]
    sound = [body for i, body in enumerate(county.BODIES) if i not in county.SOWN]
    assert [body for body in sound for words in about if body in words] == []


def test_the_sum_is_a_record_that_loads_again() -> None:
    raw = json.loads(json.dumps(summed().record.as_json()))
    assert load(raw) == summed().record
    assert raw["agency"] == AGENCY and raw["anomalies"][0] == "2024年度，由40个单位的报告汇总。"


def test_with_the_reports_of_the_year_before_the_sum_has_that_year_too() -> None:
    files = [*map(county.printed, range(40)), *((f"{i}.json", county.as_json(county.earlier(i))) for i in range(40))]
    found = sum_up(collect(files, year=county.YEAR, due=county.DUE), agency=AGENCY)
    carried = "table3.carried_out.total"
    assert found.record.previous is not None and found.record.previous.year == county.YEAR - 1
    assert found.record.previous.cells[carried] == sum(county.earlier(i).cells[carried] or 0 for i in range(40))
    assert load(found.record.as_json()).previous == found.record.previous
