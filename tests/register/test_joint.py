"""One letter for several cases: each gets the record, none is answered twice, and the letter stays as long as one needs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select

from gipdocs.access.actors import HERE, Actor
from gipdocs.errors import InvalidInput, StaleEdit, StepForbidden, UnknownCase
from gipdocs.questions.merging import merge
from gipdocs.register import cases, drafts, issuing, letters, papers, reading
from gipdocs.register.checking import check_register
from gipdocs.register.finding import Filter
from gipdocs.register.ledger import ledger_lines
from gipdocs.register.register import Register
from gipdocs.register.retention import confirm_erasure, hold, propose_erasure
from gipdocs.register.statistics import FLOWS, count_year
from gipdocs.service import Service
from gipdocs.store.tables import AuditRow, LetterRow
from tests.register.at_once import all_at_once
from tests.register.conftest import Day
from tests.register.lettering import answers_of, content_of, kinds_of, last_drawn
from tests.register.making import event

pytestmark = pytest.mark.slow

Opened = Callable[..., str]
REPLY = "reply-granted"
OWN = ("application", "application_no", "clock")
CLERK, MANAGER = Actor(name="孙静"), Actor(name="李卫东")


@pytest.fixture
def three(opened: Opened) -> list[str]:
    """Cases of three people who ask for the same."""
    return [opened(name=name) for name in ("张晓彤", "李桂芬", "王建国")]


def answers_for(register: Register, service: Service, numbers: list[str], document: str = REPLY) -> dict[str, Any]:
    """The sample's answers, with what the cases know: the first one leads."""
    sample = {key: value for key, value in answers_of(service, document).items() if key not in OWN}
    return merge(drafts.prefilled(register, numbers[0], document, by=HERE, joined=numbers[1:]), sample)


def answer_all(register: Register, service: Service, numbers: list[str]) -> issuing.Issued:
    return issuing.issue(register, numbers[0], REPLY, answers_for(register, service, numbers), by=HERE)


def states(register: Register, numbers: list[str]) -> list[str]:
    return [reading.read_case(register, number, by=HERE).standing.state for number in numbers]


def refused(register: Register, numbers: list[str], answers: dict[str, Any], **more: Any) -> tuple[str, str]:
    """Place and sentence of the one fault for which a letter is refused, after which nothing has changed."""
    before = [reading.read_case(register, number, by=HERE).version for number in numbers]
    drawn = last_drawn(register)
    with pytest.raises(InvalidInput) as error:
        issuing.issue(register, numbers[0], REPLY, answers, by=HERE, **more)
    (fault,) = error.value.faults
    assert [reading.read_case(register, number, by=HERE).version for number in numbers] == before
    assert last_drawn(register) == drawn
    return fault.pointer, fault.detail


def test_the_rows_are_filled_in_from_the_other_cases(register: Register, three: list[str]) -> None:
    cases.record(register, three[1], event("correction_asked", "2026-03-05", received=date(2026, 3, 6)), by=HERE)
    cases.record(register, three[1], event("corrected", "2026-03-10"), by=HERE)
    cases.record(register, three[2], event("extended", "2026-03-20", working_days=5), by=HERE)
    filled = drafts.prefilled(register, three[0], REPLY, by=HERE, joined=three[1:])
    first, second = filled["applications"]
    asked = {"channel": "online", "received": "2026-03-02", "confirmed": "2026-03-03"}
    asked["request"] = filled["application"]["info_title"]
    assert first == {**asked, "number": three[1], "applicant": "李桂芬", "corrected": "2026-03-10"}
    assert second == {**asked, "number": three[2], "applicant": "王建国", "extension": 5}
    assert [one["name"] for one in filled["application"]["others"]] == ["李桂芬", "王建国"]
    assert "id_number" not in str(filled)
    read = select(AuditRow.subject_id).where(AuditRow.action == "case.read")
    with register.store.reading() as session:
        assert set(session.scalars(read)) == set(three)


def test_several_cases_of_one_applicant_name_nobody_else(register: Register, opened: Opened) -> None:
    numbers = [opened(), opened(corrected_request="计划的第三部分")]
    filled = drafts.prefilled(register, numbers[0], REPLY, by=HERE, joined=numbers[1:])
    (row,) = filled["applications"]
    assert "applicant" not in row and row["corrected_request"] == "计划的第三部分"
    assert "others" not in filled["application"]


def test_cases_that_are_joined_later_are_added_to_the_draft(register: Register, three: list[str]) -> None:
    first = drafts.prefilled(register, three[0], REPLY, by=HERE, joined=three[1:2])
    first["applications"][0]["request"] = "改过的内容"
    drafts.save_draft(register, three[0], REPLY, first, by=HERE)
    filled = drafts.prefilled(register, three[0], REPLY, by=HERE, joined=three[1:])
    assert [(one["number"], one["request"] == "改过的内容") for one in filled["applications"]] == [
        (three[1], True),
        (three[2], False),
    ]
    assert [one["name"] for one in filled["application"]["others"]] == ["李桂芬", "王建国"]


def test_one_letter_answers_every_case_that_its_rows_name(
    register: Register, service: Service, three: list[str]
) -> None:
    issued = answer_all(register, service, three)
    for number in three:
        (answered,) = reading.read_case(register, number, by=HERE).events[3:]
        assert (answered.kind, answered.letter, answered.facts["outcome"]) == ("answered", issued.letter, REPLY)
        (letter,) = letters.list_letters(register, number)
        assert (letter.id, letter.case, letter.joined) == (issued.letter, three[0], tuple(three[1:]))
    assert states(register, three) == ["to_serve"] * 3
    with register.store.reading() as session:
        assert len(session.scalars(select(LetterRow)).all()) == 1
    assert check_register(register).faults == ()


def test_each_case_counts_for_itself_and_is_served_for_itself(
    register: Register, service: Service, three: list[str]
) -> None:
    issued = answer_all(register, service, three)
    receipt = drafts.prefilled(register, three[1], "service-receipt", by=HERE)
    assert receipt["papers"][0]["number"] == issued.number
    assert "李桂芬" in str(receipt) and "张晓彤" not in str(receipt)
    dated = letters.read_letter(register, issued.letter, by=HERE).dated
    assert dated is not None
    for number in three[1:]:
        cases.record(register, number, event("posted", dated.isoformat(), way="mail"), by=HERE)
    assert states(register, three) == ["to_serve", "closed", "closed"]
    cases.record(register, three[0], event("posted", dated.isoformat(), way="mail"), by=HERE)
    figures = count_year(register, 2026)
    assert figures.balanced and figures.table3["sum"][0] == 3
    assert len({reading.read_case(register, number, by=HERE).standing.row for number in three}) == 1
    assert [row for row, cells in figures.table3.items() if cells[0] == 3 and row not in FLOWS]
    with register.store.reading() as session:
        lines = [*ledger_lines(session, Filter(), register.office())]
    assert [line["letter"] for line in lines] == [issued.number] * 3


def test_a_number_that_the_register_does_not_have_is_just_text(
    register: Register, service: Service, three: list[str]
) -> None:
    answers = answers_for(register, service, three)
    answers["applications"][0]["number"] = "旧册第7号"
    del answers["applications"][1]["number"]
    issuing.issue(register, three[0], REPLY, answers, by=HERE)
    assert states(register, three) == ["to_serve", "in_hand", "in_hand"]


@pytest.mark.parametrize(
    ("kind", "facts", "told"),
    [
        ("answered", {"outcome": REPLY}, "第2行的案件{}已经答复，不能与本案一并办理"),
        ("withdrawn", {}, "第2行的案件{}的申请已经撤回，不能与本案一并办理"),
    ],
)
def test_a_case_that_is_over_is_refused_by_its_row(
    register: Register, service: Service, three: list[str], kind: str, facts: dict[str, str], told: str
) -> None:
    answers = answers_for(register, service, three)
    cases.record(register, three[2], event(kind, "2026-03-20", **facts), by=HERE)
    pointer, detail = refused(register, three, answers)
    assert pointer == "/applications/1/number"
    assert detail.startswith(told.format(three[2]))


def test_the_leading_case_is_not_named_again(register: Register, service: Service, three: list[str]) -> None:
    answers = answers_for(register, service, three)
    answers["applications"][0] |= {"number": three[0], "received": "2026-03-04"}
    del answers["application_no"]
    pointer, detail = refused(register, three, answers)
    assert (pointer, detail[:12]) == ("/applications/0/number", f"第1行的案件{three[0]}"[:12])


def test_a_case_that_the_letter_contradicts_is_named_by_its_row(
    register: Register, service: Service, three: list[str]
) -> None:
    document = "extension-notice"
    cases.record(register, three[2], event("extended", "2026-03-20", working_days=15), by=HERE)
    answers = answers_for(register, service, three, document)
    del answers["applications"][1]["extension"]
    answers["clock"] |= {"extension": 10}
    with pytest.raises(InvalidInput) as error:
        issuing.issue(register, three[0], document, answers, by=HERE)
    (fault,) = error.value.faults
    assert fault.pointer == "/applications/1/number"
    assert fault.detail.startswith(f"第2行的案件{three[2]}不能一并办理：")
    assert [kinds_of(register, number) for number in three] == [[], [], ["extended"]]


def test_a_fee_is_asked_of_all_and_its_sum_once(register: Register, service: Service, three: list[str]) -> None:
    issuing.issue(register, three[0], "fee-notice", answers_for(register, service, three, "fee-notice"), by=HERE)
    (first, *others) = (reading.read_case(register, number, by=HERE).events[3] for number in three)
    assert first.kind == "fee_asked" and first.facts["yuan"]
    assert [(one.kind, "yuan" in one.facts) for one in others] == [("fee_asked", False)] * 2


def test_an_application_of_several_people_names_them_in_its_row(register: Register, opened: Opened) -> None:
    numbers = [opened(), opened(name="李桂芬", others=[{"name": "王建国", "phone": "13700137000"}])]
    filled = drafts.prefilled(register, numbers[0], REPLY, by=HERE, joined=numbers[1:])
    assert filled["applications"][0]["applicant"] == "李桂芬、王建国"
    assert filled["application"]["others"] == [{"applicant_kind": "citizen", "name": "李桂芬"}, {"name": "王建国"}]


def test_whoever_read_another_version_of_a_joined_case_is_told(
    register: Register, service: Service, three: list[str]
) -> None:
    answers = answers_for(register, service, three)
    seen = {number: reading.read_case(register, number, by=HERE).version for number in three[1:]}
    cases.record(register, three[2], event("assigned", "2026-03-10", officer="孙静"), by=HERE)
    with pytest.raises(StaleEdit, match=f"第2行的案件{three[2]}"):
        issuing.issue(register, three[0], REPLY, answers, by=HERE, joined=seen)
    assert states(register, three) == ["in_hand"] * 3
    before = reading.read_case(register, three[1], by=HERE).version
    issuing.issue(register, three[0], REPLY, answers, by=HERE)
    with pytest.raises(StaleEdit):
        cases.record(register, three[1], event("noted", "2026-03-10"), by=HERE, version=before)


def test_of_two_letters_for_the_same_cases_one_is_issued(
    register: Register, service: Service, three: list[str]
) -> None:
    turned = [three, three[::-1], [three[1], three[2], three[0]]]
    ready = [(numbers[0], answers_for(register, service, numbers)) for numbers in turned]

    def attempt(number: str, answers: dict[str, Any]) -> Callable[[], object]:
        version = reading.read_case(register, number, by=HERE).version
        return lambda: issuing.issue(register, number, REPLY, answers, by=HERE, version=version)

    assert all_at_once([attempt(*one) for one in ready]) == ["StaleEdit", "StaleEdit", "done"]
    assert [kinds_of(register, number) for number in three] == [["answered"]] * 3
    assert last_drawn(register) == 1


def test_a_void_letter_opens_every_case_again_and_is_written_anew_for_all(
    register: Register, service: Service, three: list[str]
) -> None:
    issued = answer_all(register, service, three)
    with pytest.raises(InvalidInput, match="请将它作废"):
        cases.cancel(register, three[1], 4, by=HERE, text="记错")
    issuing.void(register, issued.letter, by=HERE, reason="写错")
    assert states(register, three) == ["in_hand"] * 3
    assert {tuple(kinds_of(register, number)) for number in three} == {("answered", "cancelled")}
    kept = letters.read_letter(register, issued.letter, by=HERE).answers
    assert kept is not None
    again = {key: value for key, value in kept.items() if key != "number"}
    issuing.issue(register, three[0], REPLY, again, by=HERE, replaces=issued.letter)
    assert states(register, three) == ["to_serve"] * 3
    assert check_register(register).faults == ()


def test_a_letter_on_which_another_case_rests_is_not_voided(
    register: Register, service: Service, three: list[str]
) -> None:
    issued = answer_all(register, service, three)
    dated = letters.read_letter(register, issued.letter, by=HERE).dated
    assert dated is not None
    cases.record(register, three[2], event("posted", dated.isoformat(), way="mail"), by=HERE)
    with pytest.raises(InvalidInput, match=f"案件{three[2]}里后面的记录以它为前提"):
        issuing.void(register, issued.letter, by=HERE, reason="写错")
    assert states(register, three) == ["to_serve", "to_serve", "closed"]


def test_what_was_served_is_answered_anew_for_all(register: Register, service: Service, three: list[str]) -> None:
    issued = answer_all(register, service, three)
    dated = letters.read_letter(register, issued.letter, by=HERE).dated
    assert dated is not None
    for number in three:
        cases.record(register, number, event("posted", dated.isoformat(), way="mail"), by=HERE)
    issuing.issue(register, three[0], REPLY, answers_for(register, service, three), by=HERE)
    assert {tuple(kinds_of(register, number)) for number in three} == {("answered", "posted", "reanswered")}


def test_what_a_shared_letter_has_recorded_is_completed_in_one_case_alone(
    register: Register, service: Service, three: list[str]
) -> None:
    document = "fee-notice"
    issuing.issue(register, three[0], document, answers_for(register, service, three, document), by=HERE)
    sent = reading.read_case(register, three[1], by=HERE).events[3]
    received = replace(sent, facts={**sent.facts, "received": date(2026, 4, 27)})
    cases.replace_record(register, three[1], 4, received, by=HERE, reason="补记申请人收到之日")
    waits = [reading.read_case(register, number, by=HERE).standing.due[0].day is None for number in three]
    assert waits == [True, False, True]


def close(register: Register, numbers: list[str], service: Service) -> issuing.Issued:
    issued = answer_all(register, service, numbers)
    dated = letters.read_letter(register, issued.letter, by=HERE).dated
    assert dated is not None
    for number in numbers:
        cases.record(register, number, event("posted", dated.isoformat(), way="mail"), by=HERE)
    return issued


def erase(register: Register, number: str) -> None:
    propose_erasure(register, number, by=CLERK)
    confirm_erasure(register, number, by=MANAGER)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)], ids=["the leading first", "the leading last"])
def test_a_shared_letter_is_erased_with_the_last_of_its_cases(
    register: Register, service: Service, three: list[str], day: Day, order: tuple[int, ...]
) -> None:
    issued = close(register, three, service)
    day.today = date(2037, 1, 4)
    for place in order[:-1]:
        erase(register, three[place])
        letter = letters.read_letter(register, issued.letter, by=HERE)
        assert letter.answers is not None and letter.filename
        assert sha256(content_of(register, issued.docx_hash)).hexdigest() == issued.docx_hash
        assert check_register(register).faults == ()
    erase(register, three[order[-1]])
    letter = letters.read_letter(register, issued.letter, by=HERE)
    assert (letter.answers, letter.filename) == (None, "")
    with pytest.raises(UnknownCase):
        papers.read_file(register, three[0], issued.docx_hash, by=HERE)
    assert check_register(register).faults == ()


@pytest.mark.converter
def test_the_pdf_of_a_shared_letter_is_still_made_when_its_first_case_is_erased(
    register: Register, service: Service, three: list[str], day: Day
) -> None:
    issued = close(register, three, service)
    day.today = date(2037, 1, 4)
    hold(register, three[1], date(2038, 1, 4), by=HERE, text="诉讼")
    erase(register, three[0])
    assert papers.make_pdf(register, issued.letter).startswith(b"%PDF")
    assert letters.list_letters(register, three[1])[0].pdf_hash
    with pytest.raises(StepForbidden):
        issuing.void(register, issued.letter, by=HERE, reason="写错")


def test_an_erased_case_is_refused(register: Register, service: Service, three: list[str], day: Day) -> None:
    answers = answers_for(register, service, three)
    cases.record(register, three[1], event("withdrawn", "2026-03-20"), by=HERE)
    day.today = date(2037, 1, 4)
    erase(register, three[1])
    assert refused(register, three, answers) == (
        "/applications/0/number",
        f"第1行的案件{three[1]}的个人信息已经删除，不能再一并办理，请删去这一行。",
    )


def test_forty_cases_are_answered_at_once(register: Register, service: Service, opened: Opened) -> None:
    numbers = [opened(name=f"申请人{i}") for i in range(1, 41)]
    issued = answer_all(register, service, numbers)
    assert states(register, numbers) == ["to_serve"] * 40
    assert letters.read_letter(register, issued.letter, by=HERE).joined == tuple(sorted(numbers[1:]))
