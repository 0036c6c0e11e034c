"""Sentences about a year follow from its tables, and say nothing that these leave open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from gipdocs.law import load_law
from gipdocs.reports import judge, load
from gipdocs.reports.sentences import YearCourse, YearSentences, tell_year
from tests.reports.samples import given

DAY = date(2024, 1, 10)
DISPUTES: Mapping[str, tuple[Mapping[str, int], str]] = {
    "none": ({}, "没有因政府信息公开工作被申请行政复议或者被提起行政诉讼。"),
    "one pending": ({"reconsideration.pending": 1}, "被申请行政复议1件（尚未审结），没有被提起行政诉讼。"),
    "all upheld": ({"reconsideration.upheld": 3}, "被申请行政复议3件（结果均为维持），没有被提起行政诉讼。"),
    "mixed": (
        {"reconsideration.corrected": 1, "suit_direct.other": 2, "suit_after.pending": 1},
        "被申请行政复议1件（结果纠正），被提起行政诉讼3件（其他结果2件，尚未审结1件）。",
    ),
    "suits alike": (
        {"suit_direct.pending": 1, "suit_after.pending": 1},
        "被提起行政诉讼2件（均尚未审结），没有被申请行政复议。",
    ),
}


def tell(answers: Mapping[str, Any], course: YearCourse | None = None) -> YearSentences:
    return tell_year(load(answers), load_law(), DAY, course)


def with_disputes(counts: Mapping[str, int]) -> dict[str, Any]:
    """The report of 2023 with these results in table 4."""
    ends = ("upheld", "corrected", "other", "pending")
    table = {suit: dict.fromkeys(ends, 0) for suit in ("reconsideration", "suit_direct", "suit_after")}
    for path, count in counts.items():
        suit, end = path.split(".")
        table[suit][end] = count
    return given("2023") | {"table4": {suit: cells | {"total": sum(cells.values())} for suit, cells in table.items()}}


@pytest.mark.parametrize(("counts", "said"), DISPUTES.values(), ids=DISPUTES)
def test_disputes_are_told_with_their_ends(counts: Mapping[str, int], said: str) -> None:
    answers = with_disputes(counts)
    told = tell(answers).whole["disputes"]
    assert told.endswith(said)
    judged = judge(load(answers | {"sections": [{"no": 4, "items": [{"text": told}]}]}))
    assert [one.message for one in judged.findings if one.code in ("NARR-TEXT", "NARR-PARTS", "NARR-UNBOUND")] == []


def test_ends_that_do_not_add_up_are_left_out() -> None:
    answers = with_disputes({"reconsideration.upheld": 1})
    answers["table4"]["reconsideration"]["total"] = 2
    assert "被申请行政复议2件，没有" in tell(answers).whole["disputes"]


def test_tables_alone_add_nothing_to_the_report() -> None:
    told = tell(given("2023"))
    assert told.additions == {}
    assert "收到政府信息公开申请3件" in told.whole["requests"]


def test_nothing_is_said_of_blank_tables() -> None:
    told = tell({"year": 2023})
    assert told.whole == {}


@pytest.mark.parametrize(
    ("late", "left", "said"),
    [
        (0, 0, "已经办结的申请均没有超过法定期限，结转下年度的申请尚在办理期限内。"),
        (0, None, "已经办结的申请均没有超过法定期限。"),
        (0, 1, "已经办结的申请均没有超过法定期限。\n结转下年度的申请中，有1件到年底已经超过法定期限。"),
        (None, 0, "结转下年度的申请尚在办理期限内。"),
        (2, 0, "结转下年度的申请尚在办理期限内。\n已经办结的申请中，有2件超过法定期限。"),
    ],
    ids=["in time", "rest unclear", "rest late", "closed unclear", "closed late"],
)
def test_terms_are_told_as_far_as_they_are_known(late: int | None, left: int | None, said: str) -> None:
    assert tell(given("2023"), YearCourse(closed_late=late, left_late=left)).additions == {"requests": said}


def test_a_fee_is_told_with_its_notices_since_its_rules_are_in_force() -> None:
    course = YearCourse(notices=2, noticed_yuan=None)
    paid = {"processing_fee": {"yuan": 300, "cases": 1}}
    assert "收取信息处理费共300元" in tell(given("2023") | paid, course).whole["fee"]
    assert tell(given("2023") | paid, course).additions == {}
    assert tell(given("2020") | paid, YearCourse(notices=2)).whole.get("fee") is None
