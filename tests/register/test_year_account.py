"""What the register says of a year is true, and a report that is built from it has nothing against it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from gipdocs.access.actors import HERE, Actor
from gipdocs.register import cases
from gipdocs.register.register import Register
from gipdocs.register.retention import confirm_erasure, list_expired, propose_erasure
from gipdocs.register.statistics import as_record
from gipdocs.register.year_account import YearAccount, account_for
from gipdocs.reports import judge, load, read
from gipdocs.service import Service
from tests.register.conftest import Day
from tests.register.making import event
from tests.register.year_of_cases import FIRM, Step, answered, enter, enter_2025

pytestmark = pytest.mark.slow

Enter = Callable[..., str]
ZEROS = {
    "rules": {"issued": 0, "repealed": 0, "valid": 0},
    "normative": {"issued": 0, "repealed": 0, "valid": 0},
    "licence": {"decisions": 0},
    "penalty": {"decisions": 0},
    "coercion": {"decisions": 0},
    "fee": {"amount_wan": 0},
}
SUIT: Step = ("challenged", "2025-11-20", {"ref": 1, "kind": "suit_direct"})
ABOUT_NUMBERS = ("NARR", "T2-", "T3-", "T4-", "XY-", "FEE-", "S-COUNT", "S-UNIT", "S-YEAR", "S-REPEAT")


@pytest.fixture
def enter_case(register: Register, service: Service) -> Enter:
    """Opens a case on a day and records what follows; gives its number."""
    return lambda received, *steps, **more: enter(register, service, received, steps, **more)


def told(register: Register, about: str = "requests", year: int = 2025) -> list[str]:
    """The paragraphs of a year about something."""
    return account_for(register, year).sentences.whole.get(about, "").splitlines()


def report_of(register: Register, service: Service, year: int) -> tuple[dict[str, Any], YearAccount]:
    """The answers of a year's report: figures and sentences of the register, and what a clerk types besides."""
    this, last = account_for(register, year), account_for(register, year - 1)
    additions = this.sentences.additions
    words = {"requests": "requests", "supervision": "disputes", "matters": "fee"}
    narrative = {key: additions[about] for key, about in words.items() if about in additions}
    narrative |= {"problems": "部分科室公开不够及时。", "improvements": "建立台账，逐项督办，按月通报。"}
    typed = {"table2": ZEROS, "narrative": narrative, "date": f"{year + 1}-01-20"}
    return as_record(this.figures) | typed | {"previous": as_record(last.figures) | {"table2": ZEROS}}, this


def test_a_report_built_from_the_register_has_nothing_against_it_when_read_back(
    register: Register, service: Service
) -> None:
    enter_2025(register, service)
    answers, account = report_of(register, service, 2025)
    built = service.build(service.registry["annual-report"], answers, "docx")
    again = read(built.content)
    assert {path: again.cells[path] for path in account.figures.cells} == account.figures.cells
    judged = judge(again, load(answers["previous"]))
    grave = [one for one in judged.findings if one.severity != "info"]
    assert [one.message for one in grave if one.severity == "error" or one.code.startswith(ABOUT_NUMBERS)] == []
    text = "\n".join(item.text for section in again.sections for item in section.items)
    for lines in account.sentences.additions.values():
        assert all(line in text for line in lines.splitlines())


def test_nothing_is_called_in_time_while_a_case_is_late(register: Register, enter_case: Enter) -> None:
    enter_case("2025-03-03", *answered("2025-03-14"))
    enter_case("2025-03-03", *answered("2025-05-30"))
    assert told(register)[-1] == "已经办结的申请中，有1件超过法定期限。"
    assert account_for(register, 2025).course.closed_late == 1


def test_a_case_left_beyond_its_term_is_told_as_it_stood_at_the_end_of_the_year(
    register: Register, enter_case: Enter
) -> None:
    enter_case("2025-03-03", *answered("2025-03-14"))
    enter_case("2025-10-09", *answered("2026-01-12"))
    enter_case("2025-12-24", *answered("2026-03-31"))  # late in the next year, not yet in this one
    assert told(register)[-2:] == [
        "已经办结的申请没有超过法定期限。",
        "结转下年度的申请中，有1件到年底已经超过法定期限。",
    ]


def test_all_in_time_is_said_of_every_case_including_one_that_was_withdrawn(
    register: Register, enter_case: Enter
) -> None:
    enter_case("2025-03-03", *answered("2025-03-14"))
    assert told(register)[-1] == "上述申请在法定期限内办结。"
    enter_case("2025-03-03", ("withdrawn", "2025-03-10", {}))
    assert told(register)[-1] == "上述申请均在法定期限内办结。"


def test_a_term_that_does_not_run_is_no_term_that_was_kept(register: Register, enter_case: Enter) -> None:
    asked: Step = ("correction_asked", "2025-03-06", {})
    enter_case("2025-03-03", asked, *answered("2025-05-30", "reply-uncorrected"))
    assert told(register)[-1] == "已经办结的申请没有超过法定期限。"


@pytest.mark.parametrize(
    "asked",
    [("correction_asked", "2025-12-24", {}), ("fee_asked", "2025-12-24", {"yuan": "400.00"})],
    ids=["text", "fee"],
)
def test_a_case_that_waits_for_the_applicant_at_the_end_of_the_year_is_in_no_term(
    register: Register, enter_case: Enter, asked: Step
) -> None:
    enter_case("2025-12-20", asked)
    assert told(register)[-1] == "结转下年度的申请没有超过法定期限。"


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ("2025-03-31", "上述申请在法定期限内办结。"),
        ("2025-04-01", "已经办结的申请中，有1件超过法定期限。"),
    ],
    ids=["on the last day", "a day later"],
)
def test_the_last_day_is_in_time(register: Register, enter_case: Enter, posted: str, said: str) -> None:
    enter_case("2025-03-03", *answered(posted))
    assert told(register)[-1] == said


def test_of_a_term_that_cannot_be_counted_nothing_is_said(register: Register, enter_case: Enter, day: Day) -> None:
    day.today = date(2031, 2, 3)  # the holidays of 2030 aren't known
    enter_case("2030-03-04", *answered("2030-03-15"))
    assert account_for(register, 2030).course.closed_late is None
    assert told(register, year=2030)[-1] == "收到的申请是当面提交的。"


def test_a_channel_that_a_ledger_did_not_tell_leaves_all_of_them_unsaid(register: Register, enter_case: Enter) -> None:
    enter_case("2025-03-03", *answered("2025-03-14"), channel="online")
    assert "收到的申请是通过互联网提交的。" in told(register)
    enter_case("2025-03-03", *answered("2025-03-14"), channel="none")
    assert account_for(register, 2025).course.channels == {}
    assert not any("提交" in line for line in told(register))


def test_disputes_are_told_by_their_results_and_those_of_earlier_years_apart(
    register: Register, enter_case: Enter
) -> None:
    enter_case("2025-03-03", *answered("2025-03-14"), SUIT)
    enter_case("2025-03-03", *answered("2025-03-14"), SUIT)
    assert told(register, "disputes") == [
        "2025年，本机关因政府信息公开工作被提起行政诉讼2件（均尚未审结），没有被申请行政复议。"
    ]
    assert account_for(register, 2026).course.earlier == {"suit": 2}


def test_a_notice_without_an_amount_or_without_payment_is_told_truly(register: Register, enter_case: Enter) -> None:
    enter_case("2025-03-03", ("fee_asked", "2025-03-06", {"yuan": "150.50"}))
    assert told(register, "fee")[-1] == "本年度对1件申请发出收费通知，应缴金额共150.5元，当年没有实际收取。"
    enter_case("2025-03-03", ("fee_asked", "2025-03-06", {"yuan": "80.00"}), ("paid", "2025-03-10", {}))
    assert told(register, "fee")[-1] == ("本年度对2件申请发出收费通知，应缴金额共230.5元；实际收取信息处理费共80元。")
    enter_case("2025-03-03", ("fee_asked", "2025-03-06", {}))
    assert "收费通知" not in "".join(told(register, "fee"))


def test_before_the_end_of_a_year_there_are_figures_and_no_sentences(register: Register, enter_case: Enter) -> None:
    enter_case("2026-03-02", *answered("2026-03-13"))
    found = account_for(register, 2026)
    assert (found.is_over, str(found.until), found.sentences.whole) == (False, "2026-04-30", {})
    assert found.figures.table3["new"][-1] == 1


def test_a_year_before_the_first_case_is_unknown_and_one_without_applications_is_told(
    register: Register, enter_case: Enter
) -> None:
    enter_case("2024-03-04", *answered("2024-03-15"))
    assert not account_for(register, 2023).is_known and told(register, year=2023) == []
    assert told(register) == ["2025年，本机关没有收到政府信息公开申请，也没有上年结转的申请。"]
    assert told(register, "disputes") == ["2025年，本机关没有因政府信息公开工作被申请行政复议或者被提起行政诉讼。"]


def test_a_case_that_is_handled_anew_counts_once_and_as_it_was_closed(register: Register, enter_case: Enter) -> None:
    number = enter_case("2025-03-03", *answered("2025-03-14", "reply-not-existing"), **FIRM)
    before = account_for(register, 2025)
    for one in (
        event("challenged", "2026-01-08", ref=1, kind="reconsideration"),
        event("decided", "2026-03-02", ref=1, result="corrected", orders="redo"),
        event("reanswered", "2026-03-20", outcome="reply-granted"),
    ):
        cases.record(register, number, one, by=HERE)
    assert account_for(register, 2025).sentences == before.sentences
    assert "法人或者其他组织提出" in told(register)[0]


def test_a_year_without_personal_data_says_the_same(register: Register, service: Service, day: Day) -> None:
    enter_2025(register, service)
    before = account_for(register, 2025)
    day.today = date(2040, 1, 4)
    numbers = [one.number for one in list_expired(register)]
    assert len(numbers) > 5
    for number in numbers:
        propose_erasure(register, number, by=Actor(name="经办人"))
        confirm_erasure(register, number, by=Actor(name="负责人"))
    assert not list_expired(register)
    after = account_for(register, 2025)
    assert (after.figures, after.sentences) == (before.figures, before.sentences)
