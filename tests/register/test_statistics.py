"""The figures of a year are those that the cases' histories give, and stay so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gipdocs import reports
from gipdocs.access.actors import HERE
from gipdocs.errors import UnknownCase
from gipdocs.register import cases, statistics
from gipdocs.register.history import CaseEvent
from gipdocs.register.register import Register
from gipdocs.reports.forms import load_forms
from gipdocs.service import Service
from tests.register.making import event

pytestmark = pytest.mark.slow

Step = tuple[str, str, dict[str, Any]]


@pytest.fixture
def enter(register: Register, service: Service) -> Any:
    """Opens a case on a day and records what follows; gives its number."""

    def enter(received: str, *steps: Step, **application: Any) -> str:
        arrival = [event("received", received, channel="in_person")]
        number = cases.open_case(register, service.sample("application-form") | application, arrival, by=HERE)
        for kind, day, facts in steps:
            cases.record(register, number, happened(kind, day, facts), by=HERE)
        return number

    return enter


def happened(kind: str, day: str, facts: dict[str, Any]) -> CaseEvent:
    return CaseEvent(place=0, kind=kind, day=date.fromisoformat(day), facts=facts)


def answered(day: str, outcome: str = "reply-granted") -> tuple[Step, Step]:
    return ("answered", day, {"outcome": outcome}), ("posted", day, {"way": "mail"})


def nonzero(figures: statistics.YearFigures) -> dict[str, int]:
    """The totals of table three that aren't 0."""
    return {row: cells[-1] for row, cells in figures.table3.items() if cells[-1]}


def test_cases_count_in_the_year_of_receipt_and_in_that_of_closing(register: Register, enter: Any) -> None:
    enter("2024-12-20", *answered("2025-01-10"))
    enter("2025-11-03", *answered("2025-12-01", "reply-withheld-third-party"))
    enter("2025-12-30")
    assert nonzero(statistics.count_year(register, 2024)) == {"new": 1, "carried_out": 1}
    expected = {"new": 2, "carried_in": 1, "granted": 1, "d4_third_party": 1, "sum": 2, "carried_out": 1}
    assert nonzero(statistics.count_year(register, 2025)) == expected
    assert nonzero(statistics.count_year(register, 2026)) == {"carried_in": 1, "carried_out": 1}


def test_the_older_form_has_one_row_for_other_results(register: Register, enter: Any) -> None:
    enter("2020-03-02", ("withdrawn", "2020-03-05", {}))
    number = enter("2021-03-02", ("withdrawn", "2021-03-05", {}))
    assert nonzero(statistics.count_year(register, 2020)) == {"new": 1, "other": 1, "sum": 1}
    assert nonzero(statistics.count_year(register, 2021)) == {"new": 1, "o3_other": 1, "sum": 1}
    assert statistics.cases_behind(register, 2021, "table3.o3_other.total") == [number]


def test_organisations_have_columns_of_their_own(register: Register, enter: Any) -> None:
    number = enter("2025-03-03", applicant_kind="organisation", organisation_type="research", name="某研究所")
    enter("2025-03-03")
    figures = statistics.count_year(register, 2025)
    assert dict(zip(figures.form.columns, figures.table3["new"], strict=True)) == {
        **dict.fromkeys(figures.form.columns, 0),
        "natural_person": 1,
        "research": 1,
        "total": 2,
    }
    assert statistics.cases_behind(register, 2025, "table3.new.research") == [number]


def test_a_new_answer_in_a_later_year_changes_no_report(register: Register, enter: Any) -> None:
    number = enter("2024-03-04", *answered("2024-03-20", "reply-not-existing"))
    before = statistics.count_year(register, 2024)
    cases.record(register, number, event("reanswered", "2025-02-03", outcome="reply-granted"), by=HERE)
    assert statistics.count_year(register, 2024) == before
    assert nonzero(statistics.count_year(register, 2025)) == {}


def test_challenges_are_pending_until_the_year_of_their_decision(register: Register, enter: Any) -> None:
    number = enter(
        "2024-03-04",
        *answered("2024-03-20"),
        ("challenged", "2024-11-04", {"ref": 1, "kind": "reconsideration"}),
        ("challenged", "2024-12-02", {"ref": 2, "kind": "suit_direct"}),
        ("decided", "2025-02-03", {"ref": 1, "result": "corrected"}),
    )
    found = {year: statistics.count_year(register, year).table4 for year in (2023, 2024, 2025, 2026)}
    assert not any(cell for suit in found[2023].values() for cell in suit.values())
    assert found[2024]["reconsideration"] | {"pending": 1, "total": 1} == found[2024]["reconsideration"]
    assert found[2025]["reconsideration"]["corrected"] == found[2025]["suit_direct"]["pending"] == 1
    assert found[2025]["reconsideration"]["pending"] == found[2026]["reconsideration"]["total"] == 0
    assert statistics.cases_behind(register, 2025, "table4.reconsideration.corrected") == [number]
    assert statistics.cases_behind(register, 2025, "table4.reconsideration.pending") == []


def test_a_cancelled_challenge_is_none(register: Register, enter: Any) -> None:
    number = enter(
        "2024-03-04", *answered("2024-03-20"), ("challenged", "2024-11-04", {"ref": 1, "kind": "suit_after"})
    )
    cases.cancel(register, number, 5, by=HERE, text="记错案件")
    assert statistics.count_year(register, 2024).table4["suit_after"]["total"] == 0


def test_fees_count_in_the_year_of_payment_as_paid_or_else_as_asked(register: Register, enter: Any) -> None:
    asked = ("fee_asked", "2024-12-10", {"yuan": "350.00"})
    first = enter("2024-12-02", asked, ("paid", "2025-01-06", {}))
    second = enter(
        "2025-03-03", ("fee_asked", "2025-03-10", {"yuan": "80.00"}), ("paid", "2025-03-12", {"yuan": "40.00"})
    )
    enter("2025-03-03", ("fee_asked", "2025-03-10", {"yuan": "70.00"}))
    fee = statistics.count_year(register, 2025).fee
    assert (fee.yuan, fee.cases) == (390, 2)
    assert statistics.cases_behind(register, 2025, "processing_fee") == [first, second]
    assert statistics.count_year(register, 2024).fee.cases == 0


def test_a_fee_that_nobody_wrote_down_leaves_the_sum_open(register: Register, enter: Any) -> None:
    number = enter("2025-03-03", ("fee_asked", "2025-03-10", {}), ("paid", "2025-03-12", {}))
    figures = statistics.count_year(register, 2025)
    assert figures.unpriced == (number,)
    assert statistics.as_record(figures)["processing_fee"] == {"cases": 1}


def test_a_figure_that_the_form_lacks_is_told(register: Register) -> None:
    for path in ("table3.granted", "table3.other.total", "table2.fee.amount_wan", "", "table4.x.y"):
        with pytest.raises(UnknownCase, match="年度报告没有“"):
            statistics.cases_behind(register, 2025, path)


def test_a_year_without_a_form_is_told(register: Register) -> None:
    for year in (2018, 0, -1, 10_000):
        with pytest.raises(UnknownCase, match="从2019年起"):
            statistics.count_year(register, year)


@pytest.mark.parametrize("key", load_forms())
def test_every_outcome_has_its_row_in_both_forms(service: Service, key: str) -> None:
    form, law = load_forms()[key], service.law.on(date(2026, 4, 30))
    rows = {id: statistics.find_row_of(form, "".join(outcome.row)) for id, outcome in law.outcomes.items()}
    assert set(rows.values()) == set(form.results)
    assert (rows["reply-partial"], rows["reply-withheld-process"], rows["reply-repeat"]) == (
        "partial",
        "d6_process",
        "n2_repeat",
    )


def test_the_figures_fit_into_a_report_and_are_judged_against_last_years(register: Register, enter: Any) -> None:
    enter("2024-12-20", *answered("2025-01-10"))
    enter(
        "2025-11-03", ("fee_asked", "2025-11-05", {"yuan": "100"}), ("paid", "2025-11-10", {}), *answered("2025-12-01")
    )
    enter("2025-12-30")
    this, last = (statistics.as_record(statistics.count_year(register, year)) for year in (2025, 2024))
    judged = reports.report_check(this | {"previous": last})
    assert {one["code"] for one in judged["findings"] if one["severity"] != "info"} <= {"T2-BLANK"}, judged["findings"]
    last["table3"]["rows"]["carried_out"] = [2, 0, 0, 0, 0, 0, 2]
    assert "XY-CARRY" in {one["code"] for one in reports.report_check(this | {"previous": last})["findings"]}
