"""Drafts are kept as they are, filled in from the case, submitted, sent back and approved; files come beside them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from gipdocs.access.actors import HERE, Actor
from gipdocs.errors import InvalidInput, Refused, StaleEdit, StepForbidden, UnknownCase
from gipdocs.register import cases, drafts, issuing, letters, papers, reading
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store.tables import LARGEST_FILE
from tests.register.lettering import answers_of, kinds_of, last_drawn
from tests.register.making import event

pytestmark = pytest.mark.slow

Opened = Callable[..., str]
DEEP: dict[str, Any] = json.loads('{"a":' * 150 + "1" + "}" * 150)
CLERK, MANAGER = Actor(name="孙静"), Actor(name="李卫东")


def test_a_draft_keeps_what_was_typed_right_or_wrong(register: Register, opened: Opened) -> None:
    number, typed = opened(), {"date": "明天", "没有这一项": [1, None, {"甲": '<& "'}], "application": None}
    draft = drafts.save_draft(register, number, "reply-granted", typed, by=CLERK)
    letter = letters.read_letter(register, draft, by=HERE)
    assert (letter.answers, letter.state, letter.case, letter.number) == (typed, "draft", number, "")
    assert last_drawn(register) == 0


@pytest.mark.parametrize(
    "answers",
    [[], {"a": float("nan")}, {"a": "\0"}, {"a": "\ud800"}, {"a": {1, 2}}, {"a": "字" * letters.LARGEST_ANSWERS}, DEEP],
    ids=["list", "nan", "nul", "surrogate", "set", "large", "deep"],
)
def test_what_no_database_keeps_is_refused(register: Register, opened: Opened, answers: Any) -> None:
    number = opened()
    with pytest.raises(InvalidInput):
        drafts.save_draft(register, number, "reply-granted", answers, by=CLERK)
    assert letters.list_letters(register, number) == []


def test_the_second_of_two_editors_of_a_draft_is_told(register: Register, opened: Opened) -> None:
    number = opened()
    draft = drafts.save_draft(register, number, "reply-granted", {}, by=CLERK)
    seen = letters.read_letter(register, draft, by=HERE).version
    drafts.save_draft(register, number, "reply-granted", {"date": "2026-03-20"}, by=CLERK, letter=draft, version=seen)
    with pytest.raises(StaleEdit, match="已经有别人改动"):
        drafts.save_draft(register, number, "reply-granted", {}, by=MANAGER, letter=draft, version=seen)
    assert letters.read_letter(register, draft, by=HERE).answers == {"date": "2026-03-20"}


def test_a_form_begins_with_what_the_case_knows_under_the_saved_draft(register: Register, opened: Opened) -> None:
    number = opened()
    known = drafts.prefilled(register, number, "reply-granted", by=CLERK)
    assert (known["application"]["name"], known["clock"]["received"]) == ("张晓彤", "2026-03-02")
    assert not {"number", "date"} & set(known)
    assert "others" not in known["application"]
    draft = drafts.save_draft(
        register, number, "reply-granted", {"application": {"name": "张小彤"}, "reviewed": True}, by=CLERK
    )
    for letter in (None, draft):
        filled = drafts.prefilled(register, number, "reply-granted", by=CLERK, letter=letter)
        assert filled == known | {"application": known["application"] | {"name": "张小彤"}, "reviewed": True}
    assert drafts.prefilled(register, number, "correction-notice", by=CLERK)["application"]["name"] == "张晓彤"


def test_a_letter_tells_of_the_letters_before_it(register: Register, service: Service, opened: Opened) -> None:
    number = opened()
    issued = issuing.issue(register, number, "extension-notice", answers_of(service, "extension-notice"), by=HERE)
    told = {"what": "extension", "number": issued.number, "date": "2026-03-20"}
    assert drafts.prefilled(register, number, "reply-granted", by=CLERK)["told"] == [told]


def test_a_case_that_was_split_off_tells_the_reply_of_its_parent(
    register: Register, service: Service, opened: Opened
) -> None:
    parent = opened()
    issued = issuing.issue(register, parent, "reply-granted", answers_of(service, "reply-granted"), by=HERE)
    arrival = [event("received", "2026-04-02", channel="in_person")]
    number = cases.open_case(register, service.sample("application-form"), arrival, by=HERE, parent=parent)
    filled = drafts.prefilled(register, number, "reply-repeat", by=CLERK)
    assert (filled["earlier_number"], filled["earlier_date"]) == (issued.number, "2026-03-20")


def test_nothing_is_written_for_a_case_whose_personal_data_are_gone(
    register: Register, service: Service, opened: Opened
) -> None:
    number, answers = opened(), answers_of(service, "service-receipt")
    draft = drafts.save_draft(register, number, "service-receipt", answers, by=CLERK)
    with register.store.writing() as session:
        reading.find_row(session, number).erased_on = date(2026, 4, 30)
    attempts: list[Callable[[], object]] = [
        lambda: drafts.prefilled(register, number, "service-receipt", by=CLERK),
        lambda: drafts.save_draft(register, number, "service-receipt", answers, by=CLERK),
        lambda: drafts.submit(register, draft, by=CLERK),
        lambda: issuing.issue(register, number, "service-receipt", answers, by=CLERK),
        lambda: papers.add_file(register, number, "other", "a", "text/plain", b"x", by=CLERK),
    ]
    for attempt in attempts:
        with pytest.raises(StepForbidden, match="个人信息已经删除"):
            attempt()


def test_a_draft_is_submitted_sent_back_and_approved(register: Register, service: Service, opened: Opened) -> None:
    number, answers = opened(), answers_of(service, "reply-granted", date=None)
    draft = drafts.save_draft(register, number, "reply-granted", answers, by=CLERK)
    drafts.submit(register, draft, by=CLERK)
    drafts.send_back(register, draft, by=MANAGER, text="第二项理由不充分")
    assert letters.read_letter(register, draft, by=HERE).state == "draft"
    drafts.submit(register, draft, by=CLERK)
    drafts.approve(register, draft, by=MANAGER)
    letter = letters.read_letter(register, draft, by=HERE)
    assert (letter.state, letter.submitted_by, letter.approved_by) == ("submitted", "孙静", "李卫东")
    records = reading.read_case(register, number, by=HERE).records[3:]
    assert [(one.event.kind, one.event.letter, one.note, one.made_by) for one in records] == [
        ("returned", draft, "第二项理由不充分", "李卫东"),
        ("approved", draft, "", "李卫东"),
    ]
    assert reading.read_case(register, number, by=HERE).standing.state == "in_hand"


def test_a_change_after_the_approval_needs_another(register: Register, service: Service, opened: Opened) -> None:
    number, answers = opened(), answers_of(service, "reply-granted")
    draft = drafts.save_draft(register, number, "reply-granted", answers, by=CLERK)
    drafts.submit(register, draft, by=CLERK)
    drafts.approve(register, draft, by=MANAGER)
    drafts.save_draft(register, number, "reply-granted", answers, by=CLERK, letter=draft)
    assert letters.read_letter(register, draft, by=HERE).approved_by == ""


def test_what_the_check_refuses_is_not_submitted(register: Register, service: Service, opened: Opened) -> None:
    number = opened()
    application = {"applicant_kind": "citizen", "name": "张某", "info_title": "计划"}
    for changes, error in (({"application": application}, Refused), ({"reviewed": "是"}, InvalidInput)):
        answers = answers_of(service, "reply-granted", **changes)
        draft = drafts.save_draft(register, number, "reply-granted", answers, by=CLERK)
        with pytest.raises(error):
            drafts.submit(register, draft, by=CLERK)
        assert letters.read_letter(register, draft, by=HERE).state == "draft"


def test_steps_that_a_state_forbids_say_what_is_possible(register: Register, service: Service, opened: Opened) -> None:
    number, answers = opened(), answers_of(service, "service-receipt")
    draft = drafts.save_draft(register, number, "service-receipt", answers, by=CLERK)
    with pytest.raises(StepForbidden) as error:
        drafts.approve(register, draft, by=MANAGER)
    assert error.value.allowed == ("save", "submit", "issue", "discard")
    with pytest.raises(StepForbidden):
        drafts.send_back(register, draft, by=MANAGER, text="改")
    drafts.submit(register, draft, by=CLERK)
    with pytest.raises(StepForbidden) as error:
        drafts.submit(register, draft, by=CLERK)
    assert error.value.allowed == ("save", "send_back", "approve", "issue", "discard")
    with pytest.raises(InvalidInput):
        drafts.send_back(register, draft, by=MANAGER, text="　")
    issuing.issue(register, number, "service-receipt", answers, by=MANAGER, letter=draft)
    with pytest.raises(StepForbidden) as error:
        drafts.save_draft(register, number, "service-receipt", answers, by=CLERK, letter=draft)
    assert error.value.allowed == ("pdf", "void")


def test_a_draft_is_discarded_unless_somebody_judged_it(register: Register, service: Service, opened: Opened) -> None:
    number, answers = opened(), answers_of(service, "service-receipt")
    first, second = (drafts.save_draft(register, number, "service-receipt", answers, by=CLERK) for _ in range(2))
    drafts.submit(register, second, by=CLERK)
    drafts.send_back(register, second, by=MANAGER, text="补写份数")
    drafts.discard(register, first, by=CLERK)
    with pytest.raises(StepForbidden):
        drafts.discard(register, second, by=CLERK)
    assert [one.id for one in letters.list_letters(register, number)] == [second]
    assert kinds_of(register, number) == ["returned"]


def test_files_are_kept_once_under_a_safe_name(register: Register, opened: Opened) -> None:
    number = opened()
    for _ in range(2):
        hash = papers.add_file(
            register, number, "signed", "..\\..\\a/盖章:扫\u202e描件\n.pdf", "application/pdf", b"%PDF-1.7", by=CLERK
        )
    (file,) = papers.list_files(register, number)
    assert (file.sha256, file.role, file.name, file.size) == (hash, "signed", "盖章_扫描件_.pdf", 8)
    paper = papers.read_file(register, number, hash, by=CLERK)
    assert (paper.content, paper.media_type) == (b"%PDF-1.7", "application/pdf")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("", "文件"), ("/etc/passwd", "passwd"), (" . . ", "文件"), ("长" * 300 + ".pdf", "长" * 196 + ".pdf")],
    ids=["empty", "path", "dots", "long"],
)
def test_names_of_files_are_made_safe(name: str, expected: str) -> None:
    assert papers.safe_name(name) == expected


@pytest.mark.parametrize(
    ("role", "content", "pointer"),
    [
        ("issued", b"x", "/role"),
        ("secret", b"x", "/role"),
        ("other", b"", "/content"),
        ("other", bytes(LARGEST_FILE + 1), "/content"),
    ],
    ids=["issued", "unknown", "empty", "large"],
)
def test_files_that_a_case_does_not_take(
    register: Register, opened: Opened, role: str, content: bytes, pointer: str
) -> None:
    number = opened()
    with pytest.raises(InvalidInput) as error:
        papers.add_file(register, number, role, "a.pdf", "application/pdf", content, by=CLERK)
    assert [fault.pointer for fault in error.value.faults] == [pointer]


def test_a_file_of_an_unknown_type_is_only_bytes(register: Register, opened: Opened) -> None:
    number = opened()
    hash = papers.add_file(register, number, "other", "a", "text/html\r\nX: y", b"x", by=CLERK)
    assert papers.read_file(register, number, hash, by=CLERK).media_type == "application/octet-stream"
    with pytest.raises(InvalidInput, match="内容完全相同"):
        papers.add_file(register, number, "opinion", "a", "text/plain", b"x", by=CLERK)


def test_a_file_of_another_case_is_not_found(register: Register, opened: Opened) -> None:
    first, second = opened(), opened()
    hash = papers.add_file(register, first, "other", "a", "text/plain", b"x", by=CLERK)
    with pytest.raises(UnknownCase):
        papers.read_file(register, second, hash, by=CLERK)


def test_downloads_are_noted_each_time(register: Register, opened: Opened) -> None:
    from sqlalchemy import func, select

    from gipdocs.store.tables import AuditRow

    number = opened()
    hash = papers.add_file(register, number, "other", "a", "text/plain", b"x", by=CLERK)
    for _ in range(2):
        papers.read_file(register, number, hash, by=MANAGER)
    with register.store.reading() as session:
        assert session.scalar(select(func.count()).where(AuditRow.action == "file.read")) == 2
