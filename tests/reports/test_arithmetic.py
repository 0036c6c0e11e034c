"""The sums of the tables, and the totals that they give."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as sampled
from hypothesis import strategies as st

from gipdocs.reports import check, complete, load, prepare_record
from gipdocs.reports.arithmetic import compute_totals, identities
from gipdocs.reports.forms import load_forms
from tests.reports.samples import record

FORM = load_forms()["2021"]
BODY = [row for row in FORM.rows if row not in ("sum", "carried_in", "carried_out")]


@pytest.mark.parametrize(("name", "rows"), [("2020", 23), ("2023", 25)])
def test_every_row_column_and_group_has_its_sum(name: str, rows: int) -> None:
    counts = Counter(identity.rule for identity in identities(record(name)))
    assert counts == {"T3-ROW": rows, "T3-SUM": 7, "T3-COL": 7, "T4-SUM": 3}


def test_the_blank_totals_of_2019_are_computed_and_nothing_else_is() -> None:
    sample = record("2019")
    completed = complete(sample)
    assert compute_totals(sample) == {"table3.sum.natural_person": 1, "table3.sum.total": 1}
    blank = [path for path, value in sample.cells.items() if value is None]
    still = [path for path, value in completed.record.cells.items() if value is None]
    assert set(blank) - set(still) == set(compute_totals(sample))
    (told,) = completed.findings
    assert (told.code, told.pointer) == ("TOTAL-FILLED", "/table3/rows/sum/0")
    assert told.message == (
        "表三有2个总计空白，已按各项之和填写：表三“（七）总计”自然人填为1，表三“（七）总计”总计填为1。"
    )


def test_the_row_totals_that_shanghai_left_blank_are_computed() -> None:
    filled = compute_totals(record("shanghai-office-2019"))
    assert filled["table3.granted.total"] == 272
    assert filled["table3.u1_not_held.total"] == 265
    assert len(filled) == 11


def test_a_total_over_unreadable_cells_is_left_alone() -> None:
    assert compute_totals(record("yangling-sjj-2022")) == {}


def test_a_total_over_blanks_only_stays_blank() -> None:
    assert compute_totals(load({"year": 2023})) == {}


def test_a_printed_total_is_never_changed() -> None:
    sample = record("hongze-2023")
    assert complete(sample).record == sample


def test_a_complete_report_of_2019_has_no_errors_left_but_its_blanks_are_told() -> None:
    severities = {finding.code: finding.severity for finding in prepare_record(record("2019")).findings}
    assert "error" not in severities.values()
    assert severities["T3-BLANK"] == severities["TOTAL-FILLED"] == "warning"


def test_a_contradiction_stays_an_error_when_building() -> None:
    assert [f.code for f in prepare_record(record("hongze-2023")).findings if f.severity == "error"] == [
        "T4-SUM",
        "T4-SUM",
    ]


counts = st.integers(0, 50)


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@sampled(st.fixed_dictionaries({row: st.lists(counts, min_size=6, max_size=6) for row in BODY[1:]}), counts, st.data())
def test_completed_tables_break_no_sum_and_one_wrong_cell_breaks_one(
    results: dict[str, list[int]], pending: int, data: st.DataObject
) -> None:
    handled = [sum(column) for column in zip(*results.values(), strict=True)]
    rows = {**results, "new": [one + pending for one in handled], "carried_in": [0] * 6, "carried_out": [pending] * 6}
    groups = {group: {"upheld": pending, "corrected": 1, "other": 0, "pending": 2} for group in FORM.suits}
    sample = complete(load({"year": 2023, "table3": {"rows": rows}, "table4": groups})).record
    assert not [finding for finding in check(sample) if finding.severity == "error"]
    path = data.draw(st.sampled_from([path for path in sample.cells if not path.startswith("table2")]))
    wrong = sample.with_cells({path: (sample.cells[path] or 0) + 1})
    assert [finding for finding in check(wrong) if finding.severity == "error"]
