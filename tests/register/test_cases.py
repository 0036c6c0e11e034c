"""Cases are opened, changed by what happened, corrected and found again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from gipdocs.access.actors import HERE
from gipdocs.errors import InvalidInput, NumberTaken, StaleEdit, StepForbidden, UnknownCase
from gipdocs.register import applications, cases, finding, reading
from gipdocs.register.opening import open_application
from gipdocs.register.register import Register
from gipdocs.service import Service
from tests.register.at_once import all_at_once
from tests.register.making import event, open_sample

pytestmark = pytest.mark.slow

Opened = Callable[..., str]


def pointers(error: pytest.ExceptionInfo[InvalidInput]) -> list[str]:
    return [fault.pointer for fault in error.value.faults]


def test_cases_are_numbered_in_the_year_of_receipt_without_a_gap(opened: Opened) -> None:
    assert [opened(), opened(name="李桂芬"), opened()] == ["2026-0001", "2026-0002", "2026-0003"]


def test_a_refused_case_uses_no_number(register: Register, service: Service, opened: Opened) -> None:
    late = [event("received", "2026-05-02", channel="online")]
    with pytest.raises(InvalidInput) as error:
        cases.open_case(register, service.sample("application-form"), late, by=HERE)
    assert pointers(error) == ["/received/day"]
    assert opened() == "2026-0001"


def test_a_case_is_entered_after_its_end(register: Register, opened: Opened) -> None:
    number = opened()
    cases.record(register, number, event("answered", "2026-03-20", outcome="reply-granted"), by=HERE)
    cases.record(register, number, event("posted", "2026-03-20", way="mail"), by=HERE)
    assert reading.read_case(register, number, by=HERE).standing.state == "closed"


def test_a_typed_number_is_unique_and_the_series_goes_on_after_it(
    register: Register, service: Service, opened: Opened
) -> None:
    arrival = [event("received", "2026-03-02", channel="in_person")]
    application = service.sample("application-form")
    assert cases.open_case(register, application, arrival, by=HERE, number="2026-0040") == "2026-0040"
    with pytest.raises(NumberTaken):
        cases.open_case(register, application, arrival, by=HERE, number="2026-0040")
    assert opened() == "2026-0041"


def test_a_typed_number_written_otherwise_is_the_same_number(register: Register, service: Service) -> None:
    arrival = [event("received", "2025-03-03", channel="in_person")]
    application = service.sample("application-form")
    assert cases.open_case(register, application, arrival, by=HERE) == "2025-0001"
    with pytest.raises(NumberTaken, match="申请编号2025-1与已经使用的2025-0001是同一个号"):
        cases.open_case(register, application, arrival, by=HERE, number="2025-1")


@pytest.mark.parametrize("typed", ["2026-0007", "某办7"], ids=["of-the-series", "of-another-form"])
def test_of_cases_that_get_one_typed_number_at_once_one_is_opened(
    register: Register, service: Service, typed: str
) -> None:
    arrival = [event("received", "2026-03-02", channel="in_person")]
    application = service.sample("application-form")

    def attempt() -> object:
        return cases.open_case(register, application, arrival, by=HERE, number=typed)

    assert all_at_once([attempt] * 4) == ["NumberTaken"] * 3 + ["done"]


def test_identity_numbers_are_not_kept(register: Register, opened: Opened) -> None:
    case = reading.read_case(register, opened(), by=HERE)
    assert not set(applications.VERIFIED_NOT_KEPT) & set(case.application)
    assert case.application["name"] == "张晓彤"


def test_events_move_the_days_of_a_case(register: Register, opened: Opened) -> None:
    number = opened()
    assert reading.read_case(register, number, by=HERE).standing.answer_by == date(2026, 3, 31)
    cases.record(register, number, event("correction_asked", "2026-03-05", received=date(2026, 3, 6)), by=HERE)
    case = reading.read_case(register, number, by=HERE)
    assert [(due.what, due.day) for due in case.standing.due] == [("correction", date(2026, 3, 27))]
    cases.record(register, number, event("corrected", "2026-03-10"), by=HERE)
    assert reading.read_case(register, number, by=HERE).standing.answer_by == date(2026, 4, 8)


def test_a_cancelled_record_stays_and_no_longer_counts(register: Register, opened: Opened) -> None:
    number = opened()
    before = reading.read_case(register, number, by=HERE).standing
    cases.record(register, number, event("extended", "2026-03-30", working_days=15), by=HERE)
    cases.cancel(register, number, 4, by=HERE, text="记错案件")
    case = reading.read_case(register, number, by=HERE)
    assert case.standing == before
    assert [(one.event.kind, one.cancelled, one.note) for one in case.records[3:]] == [
        ("extended", True, ""),
        ("cancelled", False, "记错案件"),
    ]


def test_a_record_on_which_others_rest_is_not_cancelled(register: Register, opened: Opened) -> None:
    number = opened()
    cases.record(register, number, event("correction_asked", "2026-03-05"), by=HERE)
    cases.record(register, number, event("corrected", "2026-03-10"), by=HERE)
    with pytest.raises(InvalidInput, match="更正这一条以后，其他记录前后矛盾"):
        cases.cancel(register, number, 4, by=HERE, text="记错")


def test_what_contradicts_earlier_records_is_refused_and_leaves_no_trace(register: Register, opened: Opened) -> None:
    number = opened()
    with pytest.raises(StepForbidden, match="之前没有“告知补正”的记录") as error:
        cases.record(register, number, event("corrected", "2026-03-10"), by=HERE)
    assert "correction_asked" in error.value.allowed and "corrected" not in error.value.allowed
    assert len(reading.read_case(register, number, by=HERE).records) == 3


def test_the_second_of_two_editors_is_told(register: Register, opened: Opened) -> None:
    number = opened()
    seen = reading.read_case(register, number, by=HERE).version
    cases.record(register, number, event("assigned", "2026-03-03", officer="孙静"), by=HERE, version=seen)
    with pytest.raises(StaleEdit, match="已经有别人改动"):
        cases.record(register, number, event("assigned", "2026-03-03", officer="周敏"), by=HERE, version=seen)


def test_a_record_that_leaves_the_standing_as_it_is_is_a_change_too(register: Register, opened: Opened) -> None:
    number = opened()
    seen = reading.read_case(register, number, by=HERE).version
    judged = event("judged", "2026-03-03", outcome="reply-granted", path=["found"])
    cases.record(register, number, judged, by=HERE, version=seen)
    with pytest.raises(StaleEdit, match="已经有别人改动"):
        cases.record(register, number, judged, by=HERE, version=seen)


def test_cases_are_found_by_name_number_subject_and_state(register: Register, opened: Opened) -> None:
    first, second = opened(), opened(name="李 桂芬", info_title="2024年城市更新台账")
    for text, expected in (("李桂芬", second), (first, first), ("城市更新", second)):
        rows, total = finding.find_cases(register, finding.Filter(text=text))
        assert ([row.number for row in rows], total) == ([expected], 1)
    assert finding.find_cases(register, finding.Filter(text="100%"))[1] == 0
    assert finding.find_cases(register, finding.Filter(state="in_hand"))[1] == 2
    assert finding.find_cases(register, finding.Filter(overdue=True))[1] == 2


def test_earlier_cases_of_the_same_name_are_shown(register: Register, opened: Opened) -> None:
    first = opened()
    opened(name="李桂芬")
    found = finding.find_similar(register, "张晓彤", "2025年市级党政机关公务用车调配更新计划")
    assert [row.number for row in found] == [first]


def test_an_unknown_number_is_told(register: Register) -> None:
    with pytest.raises(UnknownCase, match="没有编号为“2026-9999”的案件"):
        reading.read_case(register, "2026-9999", by=HERE)


def test_looking_at_a_case_is_noted_once_a_day(register: Register, service: Service) -> None:
    from sqlalchemy import func, select

    from gipdocs.store.tables import AuditRow

    number = open_sample(register, service)
    for _ in range(3):
        reading.read_case(register, number, by=HERE)
    with register.store.reading() as session:
        assert session.scalar(select(func.count()).where(AuditRow.action == "case.read")) == 1


def test_a_case_that_is_sent_twice_under_one_key_is_opened_once(register: Register, service: Service) -> None:
    sent = {"application": service.sample("application-form"), "channel": "in_person", "received": "2026-03-02"}
    first = open_application(register, sent, by=HERE, key="0f3a")
    assert open_application(register, sent, by=HERE, key="0f3a") == first
    assert open_application(register, sent, by=HERE) != first
    with pytest.raises(InvalidInput, match="Idempotency-Key"):
        open_application(register, sent | {"received": "2026-03-03"}, by=HERE, key="0f3a")


def test_a_wrong_day_of_receipt_is_corrected_under_the_records_that_rest_on_it(
    register: Register, opened: Opened
) -> None:
    number = opened()
    cases.record(register, number, event("assigned", "2026-03-05", officer="孙静"), by=HERE)
    right = event("received", "2026-03-03", channel="in_person")
    cases.replace_record(register, number, 1, right, by=HERE, reason="日期看错", text="邮戳3月3日")
    case = reading.read_case(register, number, by=HERE)
    assert case.standing.received_on == date(2026, 3, 3)
    assert [(one.event.kind, one.note) for one in case.records[4:]] == [
        ("cancelled", "日期看错"),
        ("received", "邮戳3月3日"),
    ]
    assert case.records[0].cancelled


def test_a_correction_that_contradicts_the_rest_changes_nothing(register: Register, opened: Opened) -> None:
    number = opened()
    cases.record(register, number, event("assigned", "2026-03-05", officer="孙静"), by=HERE)
    late = event("received", "2026-03-09", channel="in_person")
    with pytest.raises(InvalidInput) as error:
        cases.replace_record(register, number, 1, late, by=HERE, reason="日期看错")
    assert set(pointers(error)) == {"/day"}
    with pytest.raises(InvalidInput, match="只能改为同一种记录"):
        cases.replace_record(register, number, 1, event("noted", "2026-03-09"), by=HERE, reason="记错")
    with pytest.raises(UnknownCase, match="没有第9条记录"):
        cases.replace_record(register, number, 9, late, by=HERE, reason="记错")
    assert len(reading.read_case(register, number, by=HERE).records) == 4


def test_a_slip_in_a_typed_number_does_not_carry_the_series_away(
    register: Register, service: Service, opened: Opened
) -> None:
    arrival = [event("received", "2026-03-02", channel="in_person")]
    cases.open_case(register, service.sample("application-form"), arrival, by=HERE, number="2026-00123456")
    assert opened() == "2026-0001"


@pytest.mark.parametrize("number", [".", "..", "new"])
def test_a_number_that_no_address_can_hold_is_refused(register: Register, service: Service, number: str) -> None:
    told = {"received": "2026-03-02", "channel": "in_person", "application": service.sample("application-form")}
    with pytest.raises(InvalidInput, match="请改写"):
        open_application(register, told | {"number": number}, by=HERE)


@pytest.mark.parametrize("kind", ["received", "confirmed"])
def test_what_happens_once_is_not_recorded_twice(register: Register, opened: Opened, kind: str) -> None:
    number, facts = opened(), {"channel": "online"} if kind == "received" else {}
    with pytest.raises((InvalidInput, StepForbidden), match="已经记录过，只能有一次"):
        cases.record(register, number, event(kind, "2026-03-04", **facts), by=HERE)
