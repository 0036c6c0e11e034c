"""A letter is issued wholly, with number, event and file, or not at all; and it can be declared void."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from hashlib import sha256
from io import BytesIO
from zipfile import ZipFile

import pytest

from gipdocs.access.actors import HERE, Actor
from gipdocs.documents.build import build
from gipdocs.errors import (
    InvalidInput,
    NumberTaken,
    Refused,
    StaleEdit,
    StepForbidden,
    UnknownCase,
    UnknownDocument,
)
from gipdocs.profile import NumberingChoices, NumberSeries
from gipdocs.register import cases, drafts, issuing, letters, papers, reading, soundness
from gipdocs.register.register import Register
from gipdocs.service import Service
from tests.register.conftest import Day
from tests.register.lettering import answers_of, content_of, kinds_of, last_drawn, letter_numbers
from tests.register.making import event

pytestmark = pytest.mark.slow

Opened = Callable[..., str]
CLERK, MANAGER = Actor(name="孙静"), Actor(name="李卫东")


def numbered(register: Register, service: Service, **choices: object) -> Register:
    """The register of the same office with other choices of numbering."""
    profile = replace(service.profile, numbering=NumberingChoices(**choices))  # type: ignore[arg-type]  # as written
    return replace(register, office=lambda: replace(register.office(), profile=profile))


@pytest.mark.parametrize(
    ("document", "kind"),
    [
        ("correction-notice", ["correction_asked"]),
        ("extension-notice", ["extended"]),
        ("reply-granted", ["answered"]),
        ("service-receipt", []),
    ],
)
def test_an_issued_letter_has_file_and_event(
    register: Register, service: Service, opened: Opened, document: str, kind: list[str]
) -> None:
    number = opened()
    issued = issuing.issue(register, number, document, answers_of(service, document), by=HERE)
    letter = letters.read_letter(register, issued.letter, by=HERE)
    assert (letter.state, letter.docx_hash, letter.approved_by) == ("issued", issued.docx_hash, HERE.name)
    assert sha256(content_of(register, issued.docx_hash)).hexdigest() == issued.docx_hash
    assert kinds_of(register, number) == kind
    records = reading.read_case(register, number, by=HERE).records
    assert [one.event.letter for one in records[3:]] == [issued.letter] * len(kind)


def test_numbers_are_drawn_in_the_year_of_the_date_and_printed(
    register: Register, service: Service, opened: Opened
) -> None:
    number = opened()
    issued = issuing.issue(register, number, "reply-granted", answers_of(service, "reply-granted"), by=HERE)
    assert issued.number == f"{service.profile.document_code}〔2026〕1号"
    assert issued.number in issued.filename
    with ZipFile(BytesIO(content_of(register, issued.docx_hash))) as docx:
        assert "〔2026〕1号" in docx.read("word/document.xml").decode()


def test_the_date_is_today_unless_it_was_answered(register: Register, service: Service, opened: Opened) -> None:
    answers = answers_of(service, "reply-granted", date=None)
    issued = issuing.issue(register, opened(), "reply-granted", answers, by=HERE)
    assert letters.read_letter(register, issued.letter, by=HERE).dated == date(2026, 4, 30)


def test_a_form_without_a_number_draws_none(register: Register, service: Service, opened: Opened) -> None:
    issued = issuing.issue(register, opened(), "service-receipt", answers_of(service, "service-receipt"), by=HERE)
    assert issued.number == ""
    assert last_drawn(register) == 0


def test_the_same_form_twice_shares_its_file(register: Register, service: Service, opened: Opened) -> None:
    number, answers = opened(), answers_of(service, "service-receipt")
    first, second = (issuing.issue(register, number, "service-receipt", answers, by=HERE) for _ in range(2))
    assert first.docx_hash == second.docx_hash
    assert len(papers.list_files(register, number)) == 1


def test_the_stored_answers_build_the_same_bytes(register: Register, service: Service, opened: Opened) -> None:
    issued = issuing.issue(register, opened(), "reply-granted", answers_of(service, "reply-granted"), by=HERE)
    letter = letters.read_letter(register, issued.letter, by=HERE)
    again = build(service.registry["reply-granted"], letter.answers, register.office())
    assert sha256(again.content).hexdigest() == issued.docx_hash


def test_identity_numbers_are_kept_only_where_they_are_printed(
    register: Register, service: Service, opened: Opened
) -> None:
    number, other = opened(), {"name": "李桂芬", "id_number": "110101199003074506", "applicant_kind": "citizen"}
    answers = answers_of(service, "reply-granted")
    answers["application"] |= {"others": [other]}
    assert "id_number" in answers["application"]
    draft = drafts.save_draft(register, number, "reply-granted", answers, by=HERE)
    issued = issuing.issue(register, number, "reply-granted", answers, by=HERE)
    for letter in (draft, issued.letter):
        assert "id_number" not in str(letters.read_letter(register, letter, by=HERE).answers)
    oral = issuing.issue(register, number, "oral-application", answers_of(service, "oral-application"), by=HERE)
    assert "id_number" in str(letters.read_letter(register, oral.letter, by=HERE).answers)
    assert soundness.check_files(register) == []


@pytest.mark.parametrize(
    ("changes", "error", "pointer"),
    [
        ({"application": {"applicant_kind": "citizen", "name": "张某", "info_title": "计划"}}, Refused, None),
        ({"provided": []}, InvalidInput, "/provided"),
        ({"draft": True}, InvalidInput, "/draft"),
        ({"date": "2026-05-06"}, InvalidInput, "/date"),
        ({"number": "12号"}, Refused, None),
        ({"nonsense": "1"}, InvalidInput, "/nonsense"),
    ],
    ids=["check", "schema", "draft", "future", "number", "unknown"],
)
def test_a_refused_letter_leaves_nothing_and_gives_its_number_back(
    register: Register,
    service: Service,
    opened: Opened,
    changes: dict[str, object],
    error: type[Exception],
    pointer: str | None,
) -> None:
    number = opened()
    with pytest.raises(error) as raised:
        issuing.issue(register, number, "reply-granted", answers_of(service, "reply-granted", **changes), by=HERE)
    if isinstance(raised.value, InvalidInput):
        assert [fault.pointer for fault in raised.value.faults] == [pointer]
    assert (letters.list_letters(register, number), papers.list_files(register, number)) == ([], [])
    assert (kinds_of(register, number), last_drawn(register)) == ([], 0)
    issued = issuing.issue(register, number, "reply-granted", answers_of(service, "reply-granted"), by=HERE)
    assert issued.number.endswith("〕1号")


def test_what_contradicts_the_case_is_refused_at_the_answer(
    register: Register, service: Service, opened: Opened, day: Day
) -> None:
    number, answers = opened(), answers_of(service, "correction-notice", date="2026-05-08")
    cases.record(register, number, event("withdrawn", "2026-04-30"), by=HERE)
    day.today = date(2026, 5, 8)
    with pytest.raises(InvalidInput) as error:
        issuing.issue(register, number, "correction-notice", answers, by=HERE)
    assert {fault.pointer for fault in error.value.faults} == {"/date"}
    assert last_drawn(register) == 0


def test_warnings_stop_nothing_and_are_kept(register: Register, service: Service, opened: Opened) -> None:
    answers = answers_of(service, "reply-granted", date="2026-04-30")
    issued = issuing.issue(register, opened(), "reply-granted", answers, by=HERE)
    kept = letters.read_letter(register, issued.letter, by=HERE).findings
    assert kept is not None
    assert {one["code"] for one in kept} == {one.code for one in issued.findings} == {"late"}


def test_a_second_answer_is_a_new_answer(register: Register, service: Service, opened: Opened) -> None:
    number, answers = opened(), answers_of(service, "reply-granted")
    for _ in range(2):
        issuing.issue(register, number, "reply-granted", answers, by=HERE)
    assert kinds_of(register, number) == ["answered", "reanswered"]


def test_a_draft_is_issued_once(register: Register, service: Service, opened: Opened) -> None:
    number, answers = opened(), answers_of(service, "reply-granted")
    draft = drafts.save_draft(register, number, "reply-granted", answers, by=CLERK)
    issuing.issue(register, number, "reply-granted", answers, by=MANAGER, letter=draft)
    with pytest.raises(StepForbidden) as error:
        issuing.issue(register, number, "reply-granted", answers, by=CLERK, letter=draft)
    assert error.value.allowed == ("pdf", "void")
    with pytest.raises(StaleEdit):
        issuing.issue(register, number, "reply-granted", answers, by=CLERK, letter=draft, version=1)
    assert len(letter_numbers(register)) == 1


def test_a_letter_without_a_draft_is_issued_once_too(register: Register, service: Service, opened: Opened) -> None:
    number, answers = opened(), answers_of(service, "service-receipt")
    seen = reading.read_case(register, number, by=HERE).version
    issuing.issue(register, number, "service-receipt", answers, by=HERE, version=seen)
    with pytest.raises(StaleEdit):
        issuing.issue(register, number, "service-receipt", answers, by=HERE, version=seen)
    assert len(letters.list_letters(register, number)) == 1


def test_a_typed_number_is_used_once_and_the_series_goes_on_after_it(
    register: Register, service: Service, opened: Opened
) -> None:
    number, code = opened(), service.profile.document_code
    typed = answers_of(service, "reply-granted", number=f"{code}〔2026〕12号")
    assert issuing.issue(register, number, "reply-granted", typed, by=HERE).number == f"{code}〔2026〕12号"
    with pytest.raises(NumberTaken):
        issuing.issue(register, number, "reply-granted", typed, by=HERE)
    drawn = issuing.issue(register, number, "reply-granted", answers_of(service, "reply-granted"), by=HERE)
    assert drawn.number == f"{code}〔2026〕13号"


def test_a_number_written_otherwise_is_the_same_number(register: Register, service: Service, opened: Opened) -> None:
    number, code = opened(), service.profile.document_code
    issuing.issue(register, number, "reply-granted", answers_of(service, "reply-granted"), by=HERE)
    with pytest.raises(NumberTaken):
        typed = answers_of(service, "reply-granted", number=f"{code}〔2026〕01号")
        issuing.issue(register, number, "reply-granted", typed, by=HERE)


def test_a_number_that_was_typed_in_another_series_is_passed_over(
    register: Register, service: Service, opened: Opened
) -> None:
    own = NumberSeries(name="延期", documents=("extension-notice",), letter="{code}延〔{year}〕{serial}号")
    register, code, number = numbered(register, service, series=(own,)), service.profile.document_code, opened()
    typed = answers_of(service, "extension-notice", number=f"{code}〔2026〕1号")
    issuing.issue(register, number, "extension-notice", typed, by=HERE)
    issued = issuing.issue(register, number, "reply-granted", answers_of(service, "reply-granted"), by=HERE)
    assert issued.number == f"{code}〔2026〕2号"


def test_an_office_that_types_its_numbers_is_asked_for_them(
    register: Register, service: Service, opened: Opened
) -> None:
    number = opened()
    with pytest.raises(InvalidInput) as error:
        typing = numbered(register, service, mode="typed")
        issuing.issue(typing, number, "reply-granted", answers_of(service, "reply-granted"), by=HERE)
    assert [(fault.pointer, fault.code) for fault in error.value.faults] == [("/number", "required")]


@pytest.mark.parametrize("mode", ["drawn", "typed"])
def test_the_number_that_comes_is_offered_past_those_that_were_typed(
    register: Register, service: Service, opened: Opened, mode: str
) -> None:
    ours, code = numbered(register, service, mode=mode), service.profile.document_code
    day = date(2026, 4, 20)
    assert issuing.offer_number(ours, "reply-granted", day) == f"{code}〔2026〕1号"
    typed = answers_of(service, "reply-granted", number=f"{code}〔2026〕1号")
    issuing.issue(ours, opened(), "reply-granted", typed, by=HERE)
    assert issuing.offer_number(ours, "reply-granted", day) == f"{code}〔2026〕2号"
    assert issuing.offer_number(ours, "reply-granted", date(2027, 1, 4)) == f"{code}〔2027〕1号"
    assert issuing.offer_number(ours, "receipt", day) == ""


def test_a_void_letter_keeps_its_number_and_its_event_no_longer_counts(
    register: Register, service: Service, opened: Opened
) -> None:
    number, answers = opened(), answers_of(service, "extension-notice")
    before = reading.read_case(register, number, by=HERE).standing
    issued = issuing.issue(register, number, "extension-notice", answers, by=HERE)
    issuing.void(register, issued.letter, by=HERE, reason="延长的天数有误")
    case = reading.read_case(register, number, by=HERE)
    assert case.standing == before
    assert [(one.event.kind, one.note) for one in case.records[3:]] == [
        ("extended", ""),
        ("cancelled", "延长的天数有误"),
    ]
    again = issuing.issue(register, number, "extension-notice", answers, by=HERE, replaces=issued.letter)
    assert again.number.endswith("〕2号")
    assert letters.read_letter(register, again.letter, by=HERE).replaces == issued.letter
    with pytest.raises(NumberTaken):
        typed = {**answers, "number": issued.number}
        issuing.issue(register, number, "extension-notice", typed, by=HERE)


def test_what_an_issued_letter_has_recorded_is_corrected_only_by_declaring_it_void(
    register: Register, service: Service, opened: Opened
) -> None:
    number = opened()
    issued = issuing.issue(register, number, "extension-notice", answers_of(service, "extension-notice"), by=HERE)
    with pytest.raises(InvalidInput, match=rf"第4条记录是签发《.+》（{issued.number}）时记下的.*请将它作废"):
        cases.cancel(register, number, 4, by=HERE, text="记错")
    issuing.void(register, issued.letter, by=HERE, reason="记错")
    assert reading.read_case(register, number, by=HERE).records[3].cancelled


def test_a_letter_on_which_later_records_rest_is_not_voided(
    register: Register, service: Service, opened: Opened
) -> None:
    number = opened()
    issued = issuing.issue(register, number, "reply-granted", answers_of(service, "reply-granted"), by=HERE)
    cases.record(register, number, event("posted", "2026-04-30", way="mail"), by=HERE)
    with pytest.raises(InvalidInput, match="后面的记录以它为前提，不能直接作废"):
        issuing.void(register, issued.letter, by=HERE, reason="写错")
    assert letters.read_letter(register, issued.letter, by=HERE).state == "issued"


def test_only_an_issued_letter_is_voided_once_and_with_a_reason(
    register: Register, service: Service, opened: Opened
) -> None:
    number, answers = opened(), answers_of(service, "service-receipt")
    draft = drafts.save_draft(register, number, "service-receipt", answers, by=HERE)
    with pytest.raises(StepForbidden):
        issuing.void(register, draft, by=HERE, reason="写错")
    with pytest.raises(StepForbidden, match="还没有作废"):
        issuing.issue(register, number, "service-receipt", answers, by=HERE, replaces=draft)
    issuing.issue(register, number, "service-receipt", answers, by=HERE, letter=draft)
    with pytest.raises(InvalidInput):
        issuing.void(register, draft, by=HERE, reason=" ")
    issuing.void(register, draft, by=HERE, reason="写错")
    with pytest.raises(StepForbidden) as error:
        issuing.void(register, draft, by=HERE, reason="写错")
    assert error.value.allowed == ("pdf", "replace")


def test_a_draft_of_another_case_is_not_taken(register: Register, service: Service, opened: Opened) -> None:
    first, second, answers = opened(), opened(), answers_of(service, "reply-granted")
    draft = drafts.save_draft(register, first, "reply-granted", answers, by=HERE)
    with pytest.raises(InvalidInput) as error:
        issuing.issue(register, second, "reply-granted", answers, by=HERE, letter=draft)
    assert [fault.pointer for fault in error.value.faults] == ["/letter"]


def test_what_is_unknown_is_told(register: Register, service: Service, opened: Opened) -> None:
    answers = answers_of(service, "reply-granted")
    with pytest.raises(UnknownCase):
        issuing.issue(register, "2026-9999", "reply-granted", answers, by=HERE)
    with pytest.raises(UnknownDocument):
        issuing.issue(register, opened(), "no-such", answers, by=HERE)
    with pytest.raises(UnknownCase):
        issuing.void(register, 99, by=HERE, reason="写错")


def test_another_day_may_be_given(register: Register, service: Service, opened: Opened, day: Day) -> None:
    answers = answers_of(service, "reply-granted", date=None)
    issued = issuing.issue(register, opened(), "reply-granted", answers, by=HERE, today=date(2026, 3, 25))
    assert letters.read_letter(register, issued.letter, by=HERE).dated == date(2026, 3, 25)


def test_an_approved_letter_names_who_approved_it(register: Register, service: Service, opened: Opened) -> None:
    number, answers = opened(), answers_of(service, "reply-granted")
    draft = drafts.save_draft(register, number, "reply-granted", answers, by=CLERK)
    drafts.submit(register, draft, by=CLERK)
    drafts.approve(register, draft, by=MANAGER)
    issuing.issue(register, number, "reply-granted", answers, by=CLERK, letter=draft)
    letter = letters.read_letter(register, draft, by=HERE)
    assert (letter.made_by, letter.submitted_by, letter.approved_by) == ("孙静", "孙静", "李卫东")


def test_an_approval_of_other_answers_does_not_count(register: Register, service: Service, opened: Opened) -> None:
    number, answers = opened(), answers_of(service, "reply-granted")
    draft = drafts.save_draft(register, number, "reply-granted", answers, by=CLERK)
    drafts.submit(register, draft, by=CLERK)
    drafts.approve(register, draft, by=MANAGER)
    issuing.issue(register, number, "reply-granted", answers | {"delivery": "pickup"}, by=CLERK, letter=draft)
    assert letters.read_letter(register, draft, by=HERE).approved_by == "孙静"


def test_the_receipt_of_an_issued_notice_is_added_and_later_letters_still_find_the_notice(
    register: Register, service: Service, opened: Opened
) -> None:
    number = opened()
    issued = issuing.issue(register, number, "correction-notice", answers_of(service, "correction-notice"), by=HERE)
    sent = reading.read_case(register, number, by=HERE).events[3]
    received = replace(sent, facts={**sent.facts, "received": date(2026, 3, 6)})
    moved = replace(received, day=date(2026, 3, 5))
    with pytest.raises(InvalidInput, match="文书写明的日期和内容不能另改"):
        cases.replace_record(register, number, 4, moved, by=HERE, reason="日期看错")
    cases.replace_record(register, number, 4, received, by=HERE, reason="补记申请人收到之日")
    later = replace(received, facts={**received.facts, "received": date(2026, 3, 9)})
    cases.replace_record(register, number, 6, later, by=HERE, reason="看错签收之日")
    case = reading.read_case(register, number, by=HERE)
    assert case.events[7].letter == issued.letter
    assert [(one.what, one.day is None) for one in case.standing.due] == [("correction", False)]
    issuing.void(register, issued.letter, by=HERE, reason="写错")
    assert reading.read_case(register, number, by=HERE).standing.state == "in_hand"
    assert soundness.check_files(register) == []


def test_a_consultation_may_be_sent_after_the_date_of_its_letter(
    register: Register, service: Service, opened: Opened
) -> None:
    number, document = opened(), "third-party-consultation"
    answers = answers_of(service, document, date="2026-04-27")
    issuing.issue(register, number, document, answers, by=HERE)
    sent = reading.read_case(register, number, by=HERE).events[3]
    posted = replace(sent, day=date(2026, 4, 29))
    cases.replace_record(register, number, 4, posted, by=HERE, reason="27日成文，29日发出")
    assert reading.read_case(register, number, by=HERE).standing.clock["consultations"] == [{"sent": date(2026, 4, 29)}]


def test_a_served_answer_is_not_void_but_answered_anew(register: Register, service: Service, opened: Opened) -> None:
    number = opened()
    answers = answers_of(service, "reply-granted")
    issued = issuing.issue(register, number, "reply-granted", answers, by=HERE)
    posted = letters.read_letter(register, issued.letter, by=HERE).dated
    assert posted
    cases.record(register, number, event("posted", posted.isoformat(), way="mail"), by=HERE)
    with pytest.raises(InvalidInput, match="请签发新的答复，系统记为重新答复"):
        issuing.void(register, issued.letter, by=HERE, reason="写错")
    issuing.issue(register, number, "reply-granted", answers, by=HERE)
    assert kinds_of(register, number) == ["answered", "posted", "reanswered"]
