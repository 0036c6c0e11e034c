"""Awkward but true courses of cases: each can be recorded, and the case stands where it should."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gipdocs.register.conflicts import find_conflicts
from gipdocs.register.standing import Standing, stand
from gipdocs.service import Service
from tests.register.making import events

Row = tuple[str, str, dict[str, Any]]
TODAY = date(2026, 11, 2)
ARRIVED: list[Row] = [
    ("received", "2026-03-02", {"channel": "in_person"}),
    ("registered", "2026-03-02", {"number": "1"}),
]
SERVED: list[Row] = [
    ("answered", "2026-03-20", {"outcome": "reply-granted"}),
    ("posted", "2026-03-20", {"way": "mail"}),
]
QUASHED: list[Row] = [
    ("challenged", "2026-04-20", {"ref": 1, "kind": "reconsideration"}),
    ("decided", "2026-06-20", {"ref": 1, "result": "corrected", "orders": "redo"}),
]


def refusals(service: Service, *rows: Row) -> list[str]:
    return [fault.detail for fault in find_conflicts(events(*rows), service.office(TODAY))]


def standing(service: Service, *rows: Row) -> Standing:
    """Where a case stands whose events contradict nothing."""
    assert refusals(service, *rows) == []
    return stand(events(*rows), service.office(TODAY))


@pytest.mark.parametrize(
    "row",
    [
        ("assigned", "2026-06-25", {"officer": "周敏"}),
        ("consulted", "2026-06-25", {"ref": 1, "whom": "third_party"}),
        ("judged", "2026-06-25", {"outcome": "reply-partial"}),
        ("correction_asked", "2026-06-25", {}),
        ("extended", "2026-06-25", {"working_days": 5}),
        ("delayed", "2026-06-25", {"until": date(2026, 9, 1)}),
        ("verified", "2026-06-25", {}),
    ],
    ids=lambda row: row[0],
)
def test_a_case_that_is_handled_anew_goes_through_the_same_steps(service: Service, row: Row) -> None:
    course = [*ARRIVED, *SERVED, *QUASHED]
    before, after = standing(service, *course), standing(service, *course, row)
    assert after.state == before.state == "redo"
    assert (after.answer_by, after.clock, after.closed_on) == (before.answer_by, before.clock, before.closed_on)
    again: Row = ("reanswered", "2026-07-01", {"outcome": "reply-partial"})
    assert standing(service, *course, row, again).state == "closed"
    late = (row[0], "2026-07-02", row[2])
    if row[0] != "assigned":
        assert "办结" in refusals(service, *course, again, late)[0]


def test_an_opinion_is_waited_for_while_the_case_is_handled_anew(service: Service) -> None:
    anew: list[Row] = [
        ("consulted", "2026-06-25", {"ref": 2, "whom": "third_party"}),
        ("delivered", "2026-06-26", {"ref": 2}),
    ]
    forgotten: Row = ("consulted", "2026-03-05", {"ref": 1, "whom": "third_party"})
    due = standing(service, *ARRIVED, forgotten, *SERVED, *QUASHED, *anew).due
    assert [(one.what, one.ref) for one in due] == [("opinion", 2), ("redo", 1)]


def test_an_order_to_answer_is_met_by_the_first_answer(service: Service) -> None:
    ordered: list[Row] = [
        ("challenged", "2026-06-01", {"ref": 1, "kind": "suit_direct"}),
        ("decided", "2026-08-03", {"ref": 1, "result": "corrected", "orders": "redo", "ordered": 15}),
    ]
    assert [one.what for one in standing(service, *ARRIVED, *ordered).due] == ["answer", "redo"]
    served: list[Row] = [
        ("answered", "2026-08-10", {"outcome": "reply-granted"}),
        ("posted", "2026-08-10", {"way": "mail"}),
    ]
    found = standing(service, *ARRIVED, *ordered, *served)
    assert (found.state, found.due) == ("closed", ())
    withdrawn = standing(service, *ARRIVED, *ordered, ("withdrawn", "2026-08-10", {}))
    assert (withdrawn.state, withdrawn.due) == ("closed", ())


def test_a_second_order_is_met_by_a_second_new_answer(service: Service) -> None:
    again: list[Row] = [
        ("reanswered", "2026-07-01", {"outcome": "reply-partial"}),
        ("challenged", "2026-07-20", {"ref": 2, "kind": "suit_after"}),
        ("decided", "2026-09-20", {"ref": 2, "result": "corrected", "orders": "redo"}),
    ]
    course = [*ARRIVED, *SERVED, *QUASHED, *again]
    assert standing(service, *course).state == "redo"
    last: Row = ("reanswered", "2026-10-09", {"outcome": "reply-granted"})
    assert standing(service, *course, ("consulted", "2026-09-21", {"ref": 1, "whom": "agency"}), last).state == "closed"


def test_what_becomes_known_of_a_consultation_after_the_answer_is_recorded(service: Service) -> None:
    consulted: Row = ("consulted", "2026-03-05", {"ref": 1, "whom": "third_party"})
    late: list[Row] = [
        ("delivered", "2026-03-23", {"ref": 1}),
        ("opinion", "2026-03-25", {"ref": 1, "stance": "objects"}),
    ]
    assert standing(service, *ARRIVED, consulted, *SERVED).answer_by is None
    found = standing(service, *ARRIVED, consulted, *SERVED, *late)
    assert (found.state, found.late, found.answer_by) == ("closed", False, date(2026, 4, 20))


def test_an_answer_refused_at_the_door_is_served(service: Service) -> None:
    refused: list[Row] = [
        ("answered", "2026-03-20", {"outcome": "reply-granted"}),
        ("posted", "2026-03-21", {"way": "left"}),
        ("undelivered", "2026-03-21", {"reason": "refused"}),
    ]
    assert standing(service, *ARRIVED, *refused).state == "closed"


def test_a_withdrawal_after_service_is_refused_with_the_way_to_tell_it(service: Service) -> None:
    withdrawn: Row = ("withdrawn", "2026-06-25", {})
    (told,) = refusals(service, *ARRIVED, *SERVED, *QUASHED, withdrawn)
    assert "请签发办理终止告知书" in told
    ended: Row = ("reanswered", "2026-06-26", {"outcome": "reply-withdrawn"})
    assert standing(service, *ARRIVED, *SERVED, *QUASHED, ended).state == "closed"


def test_service_before_the_answer_is_one_fault(service: Service) -> None:
    wrong: Row = ("posted", "2026-03-10", {"way": "mail"})
    (told,) = refusals(service, *ARRIVED, SERVED[0], wrong)
    assert "“送达”（2026年3月10日）之前没有“答复”的记录" in told


ASKED: Row = ("correction_asked", "2026-03-05", {"received": date(2026, 3, 6)})


@pytest.mark.parametrize(
    ("asked", "outcome"),
    [
        (ASKED, "reply-uncorrected"),
        (("fee_asked", "2026-03-05", {"received": date(2026, 3, 6)}), "reply-unpaid"),
    ],
    ids=["correction", "fee"],
)
def test_an_answer_for_want_of_what_the_applicant_owed_is_not_late(service: Service, asked: Row, outcome: str) -> None:
    waiting = standing(service, *ARRIVED, asked)
    assert waiting.answer_by is None and all(one.what != "answer" for one in waiting.due)
    answered: Row = ("answered", "2026-04-20", {"outcome": outcome})
    (serve,) = standing(service, *ARRIVED, asked, answered).due
    assert (serve.day, serve.why) == (None, "申请人没有补正或者缴费，答复期限没有起算，请及时送达。")
    posted: Row = ("posted", "2026-04-20", {"way": "mail"})
    assert not standing(service, *ARRIVED, asked, answered, posted).late


def test_a_correction_that_was_asked_for_too_late_stops_no_term(service: Service) -> None:
    late: Row = ("correction_asked", "2026-04-10", {})
    assert standing(service, *ARRIVED, late).answer_by == date(2026, 3, 30)


def test_a_second_correction_on_the_day_of_the_first_is_waited_for(service: Service) -> None:
    corrected: Row = ("corrected", "2026-03-10", {})
    assert standing(service, *ARRIVED, ASKED, corrected).state == "in_hand"
    again: Row = ("correction_asked", "2026-03-10", {})
    assert standing(service, *ARRIVED, ASKED, corrected, again).state == "awaiting_correction"
    assert standing(service, *ARRIVED, ("correction_asked", "2026-03-10", {}), corrected).state == "in_hand"
