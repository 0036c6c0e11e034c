"""The next steps of a case in each state: what comes first, why, and what the state forbids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gipdocs.access.actors import HERE
from gipdocs.register import cases, reading
from gipdocs.register.allowed import allowed_kinds
from gipdocs.register.events import KINDS
from gipdocs.register.history import CaseEvent
from gipdocs.register.reading import Case
from gipdocs.register.register import Register
from gipdocs.register.standing import STATES, stand
from gipdocs.register.steps import ROWS, Steps, documents_by_kind, next_steps
from gipdocs.service import Service
from tests.register.making import event

RECEIVED = event("received", "2026-03-02", channel="online")
CONFIRMED = event("confirmed", "2026-03-03")
REGISTERED = event("registered", "2026-03-03", number="2026-0001")
VERIFIED = event("verified", "2026-03-03")
ASSIGNED = event("assigned", "2026-03-03", officer="孙静")
ASKED = event("correction_asked", "2026-03-05", received=date(2026, 3, 6))
ANSWERED = event("answered", "2026-03-20", outcome="reply-granted")
POSTED = event("posted", "2026-03-20", way="mail")
CHALLENGED = event("challenged", "2026-04-01", ref=1, kind="reconsideration")
DEFENDED = event("defended", "2026-04-08", ref=1)
REDO = event("decided", "2026-05-08", ref=1, result="corrected", orders="redo")
REANSWERED = event("reanswered", "2026-05-20", outcome="reply-granted")
IN_HAND = (RECEIVED, CONFIRMED, REGISTERED, VERIFIED, ASSIGNED)
CLOSED = (*IN_HAND, ANSWERED, POSTED)


def case_of(service: Service, today: str, *happened: CaseEvent) -> Case:
    """A case with these events, as it stands on a day."""
    events = [replace(one, place=place) for place, one in enumerate(happened, 1)]
    made = {"note": "", "made_by": "x", "made_at": datetime.now(UTC), "cancelled": False}
    return Case(
        id=1,
        number="2026-0001",
        version=1,
        application={},
        subject="",
        department="",
        officer="",
        records=tuple(reading.Recorded(event=one, **made) for one in events),
        standing=stand(events, service.office(date.fromisoformat(today))),
        erased_on=None,
    )


def steps_of(service: Service, today: str, *happened: CaseEvent) -> Steps:
    case = case_of(service, today, *happened)
    return next_steps(case, service.registry, service.office(date.fromisoformat(today)))


@pytest.mark.parametrize(
    ("state", "today", "happened", "first"),
    [
        ("received", "2026-03-02", (RECEIVED,), ["confirmed", "verified", "assigned"]),
        ("in_hand", "2026-03-03", (RECEIVED, CONFIRMED, REGISTERED), ["verified", "assigned", "judged"]),
        ("in_hand", "2026-03-04", IN_HAND, ["judged", "correction_asked", "answered"]),
        ("in_hand", "2026-03-13", IN_HAND, ["judged", "answered"]),
        ("in_hand", "2026-03-26", (RECEIVED, CONFIRMED, REGISTERED), ["extended", "answered", "judged"]),
        ("in_hand", "2026-03-26", IN_HAND, ["extended", "answered", "judged"]),
        ("in_hand", "2026-04-02", IN_HAND, ["answered", "judged"]),
        ("awaiting_correction", "2026-03-10", (*IN_HAND, ASKED), ["corrected"]),
        ("awaiting_correction", "2026-04-10", (*IN_HAND, ASKED), ["corrected", "answered"]),
        ("awaiting_reasons", "2026-03-10", (*IN_HAND, event("reasons_asked", "2026-03-09")), ["reasons_given"]),
        ("awaiting_payment", "2026-03-10", (*IN_HAND, event("fee_asked", "2026-03-09")), ["paid"]),
        (
            "consulting",
            "2026-03-13",
            (*IN_HAND, event("consulted", "2026-03-12", ref=1, whom="third_party")),
            ["delivered", "opinion", "judged"],
        ),
        (
            "consulting",
            "2026-03-17",
            (
                *IN_HAND,
                event("consulted", "2026-03-12", ref=1, whom="third_party"),
                event("delivered", "2026-03-16", ref=1),
            ),
            ["opinion", "judged", "answered"],
        ),
        ("to_serve", "2026-03-20", (*IN_HAND, ANSWERED), ["posted"]),
        ("closed", "2026-03-23", CLOSED, ["archived"]),
        ("closed", "2026-04-02", (*CLOSED, CHALLENGED), ["defended", "decided"]),
        ("closed", "2026-04-09", (*CLOSED, CHALLENGED, DEFENDED), ["decided"]),
        ("redo", "2026-05-09", (*CLOSED, CHALLENGED, DEFENDED, REDO), ["reanswered", "archived"][:1]),
        ("closed", "2026-05-21", (*CLOSED, CHALLENGED, DEFENDED, REDO, REANSWERED), ["posted"]),
        ("closed", "2026-03-23", (*IN_HAND, event("withdrawn", "2026-03-20")), ["answered", "archived"]),
        ("closed", "2036-03-21", CLOSED, ["erased", "archived"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_comes_first_follows_from_the_state(
    service: Service, state: str, today: str, happened: tuple[CaseEvent, ...], first: list[str]
) -> None:
    assert case_of(service, today, *happened).standing.state == state
    assert [step.kind for step in steps_of(service, today, *happened).first] == first


def test_a_withdrawn_application_is_ended_by_its_own_letter(service: Service) -> None:
    first, _ = steps_of(service, "2026-03-23", *IN_HAND, event("withdrawn", "2026-03-20")).first
    assert first.documents == ("reply-withdrawn",) and "研判" not in first.why


def test_every_state_has_a_first_step_in_these_tests() -> None:
    (mark,) = test_what_comes_first_follows_from_the_state.pytestmark  # type: ignore[attr-defined]  # pytest adds it
    assert {row[0] for row in mark.args[1]} == set(STATES)


@pytest.mark.parametrize(
    ("today", "happened", "kind", "why"),
    [
        ("2026-03-26", IN_HAND, "extended", "距答复期限还有3个工作日，办不完的应当在3月31日前告知延期。"),
        ("2026-03-31", IN_HAND, "extended", "今天是答复期限的最后一日，办不完的应当在3月31日前告知延期。"),
        (
            "2026-03-04",
            IN_HAND,
            "correction_asked",
            "申请内容不明确的，应当一次性告知补正：最后一日是3月12日，还有6个工作日。",
        ),
        ("2026-04-02", IN_HAND, "answered", "答复期限：最后一日是3月31日，已超过2个工作日。"),
        ("2026-03-10", (*IN_HAND, ASKED), "corrected", "申请人补正的期限：最后一日是3月27日，还有13个工作日。"),
        (
            "2026-03-10",
            (*IN_HAND, event("correction_asked", "2026-03-05")),
            "corrected",
            "申请人补正的期限：还没有记录申请人收到文书之日，期限自收到之日起计算；请更正那条记录，补上这一日。",
        ),
        (
            "2026-03-20",
            (*IN_HAND, ANSWERED),
            "posted",
            "答复已经作出，还没有登记送达。最后一日是3月31日，还有7个工作日。",
        ),
    ],
    ids=["extension", "extension on the last day", "correction", "overdue", "corrected", "day unknown", "serve"],
)
def test_the_reason_tells_the_day_and_the_time_left(
    service: Service, today: str, happened: tuple[CaseEvent, ...], kind: str, why: str
) -> None:
    first = steps_of(service, today, *happened).first
    assert [step.why for step in first if step.kind == kind] == [why]


def test_a_step_leads_to_the_document_or_to_the_list_of_them(service: Service) -> None:
    steps = {step.kind: step for step in steps_of(service, "2026-03-26", *IN_HAND).first}
    assert steps["extended"].document == "extension-notice"
    assert len(steps["answered"].documents) == 28 and steps["answered"].document == ""
    assert steps["judged"].documents == ()
    documents = documents_by_kind(service.registry)
    assert documents["reanswered"] == documents["answered"] and len(documents["consulted"]) == 2


def test_every_document_with_an_event_is_offered_by_a_row(service: Service) -> None:
    assert {kind for kind, ids in documents_by_kind(service.registry).items() if ids} <= {row.kind for row in ROWS}


@pytest.mark.parametrize("today", ["2026-03-04", "2026-04-02"])
def test_everything_that_is_allowed_is_offered_once(service: Service, today: str) -> None:
    steps = steps_of(service, today, *IN_HAND)
    kinds = [step.kind for step in (*steps.first, *steps.others)]
    assert sorted(kinds) == sorted(allowed_kinds(IN_HAND_PLACED, service.office(date.fromisoformat(today))))


IN_HAND_PLACED = tuple(replace(one, place=place) for place, one in enumerate(IN_HAND, 1))


def test_the_state_decides_what_may_be_recorded(service: Service) -> None:
    def allowed(today: str, *happened: CaseEvent) -> set[str]:
        return set(allowed_kinds(case_of(service, today, *happened).events, service.office(date.fromisoformat(today))))

    started = allowed("2026-03-04", *IN_HAND)
    assert {"correction_asked", "consulted", "extended", "answered", "withdrawn", "noted"} <= started
    assert not {"received", "confirmed", "corrected", "paid", "opinion", "posted", "decided", "held"} & started
    closed = allowed("2026-03-23", *CLOSED)
    assert {"reanswered", "challenged", "undelivered", "archived", "held", "noted"} <= closed
    assert not {"corrected", "extended", "answered", "withdrawn", "defended", "erased"} & closed
    consulting = allowed("2026-03-13", *IN_HAND, event("consulted", "2026-03-12", ref=1, whom="agency"))
    assert {"delivered", "opinion", "undelivered", "consulted"} <= consulting


def test_every_allowed_kind_can_be_recorded(register: Register, service: Service, opened: Callable[..., str]) -> None:
    number = opened()
    case = reading.read_case(register, number, by=HERE)
    for kind in allowed_kinds(case.events, register.office()):
        facts = KINDS[kind].facts().sample(register.office())
        facts |= {"working_days": 5} if "working_days" in facts else {}
        one = opened()
        cases.record(register, one, event(kind, "2026-04-30", **cases.read_facts(kind, facts)), by=HERE)


def test_an_erased_case_has_no_step_that_comes_first(service: Service) -> None:
    case = replace(case_of(service, "2036-04-01", *CLOSED), erased_on=date(2036, 3, 31))
    assert next_steps(case, service.registry, service.office(date(2036, 4, 1))).first == ()
