"""Personal data whose time is over are erased by two people, wholly; what the statistics need stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import select

from gipdocs.access.actors import HERE, Actor
from gipdocs.batch.batches import list_rows
from gipdocs.errors import StepForbidden
from gipdocs.register import cases, finding, reading
from gipdocs.register.checking import check_register
from gipdocs.register.due import list_due
from gipdocs.register.reading import Case
from gipdocs.register.register import Register
from gipdocs.register.retention import confirm_erasure, hold, list_expired, propose_erasure
from gipdocs.store.engine import Store
from gipdocs.store.places import file_of
from gipdocs.store.tables import AuditRow, BatchFileRow, FileRow, LetterRow, NoteRow
from gipdocs.store.types import now
from tests.batch.finished import add_finished
from tests.register.conftest import Day
from tests.register.making import event

pytestmark = pytest.mark.slow

NAME, OTHER = "欧阳晓彤", "留存的李桂芬"
SCAN = f"扫描件：{NAME}".encode() * 500
CLERK, MANAGER = Actor(name="经办人"), Actor(name="负责人")


@pytest.fixture
def number(register: Register, opened: Callable[..., str], day: Day) -> str:
    """A case closed on 20 March 2026 with a note, an issued letter, a void one, a draft and a file; ten years later."""
    number = opened(name=NAME, info_title=f"{NAME}住宅的批复")
    cases.record(register, number, event("noted", "2026-03-10"), by=HERE, text=f"{NAME}来电")
    cases.record(register, number, event("answered", "2026-03-20", outcome="reply-granted"), by=HERE)
    cases.record(register, number, event("posted", "2026-03-20", way="mail"), by=HERE)
    add_papers(register, number)
    day.today = date(2036, 3, 21)
    return number


def add_papers(register: Register, number: str) -> None:
    digest = sha256(SCAN).hexdigest()
    with register.store.writing() as session:
        case = reading.find_row(session, number)
        kinds = {"role": "issued", "media_type": "application/pdf", "size": len(SCAN), "added_by": "x"}
        session.add(FileRow(case_id=case.id, sha256=digest, name=f"{NAME}.docx", content=SCAN, **kinds))
        shared = {"case_id": case.id, "document": "receipt", "title": "答复书", "made_by": "x"}
        told = {"answers": {"name": NAME}, "findings": [{"message": NAME}], "filename": f"{NAME}.docx"}
        out = {"docx_hash": digest, "issued_at": now(), "answers_hash": digest}
        session.add(LetterRow(state="issued", number="聊机管公开〔2026〕1号", **shared, **told, **out))
        session.add(
            LetterRow(state="void", number="聊机管公开〔2026〕2号", void_reason=f"{NAME}重复", **shared, **told, **out)
        )
        session.add(LetterRow(state="draft", **shared, **told))


def read(register: Register, number: str) -> Case:
    return reading.read_case(register, number, by=HERE)


def test_a_case_is_kept_for_ten_years_and_then_listed_with_what_is_due(
    register: Register, number: str, day: Day
) -> None:
    day.today = date(2036, 3, 20)
    assert list_expired(register) == () and list_due(register).expired == 0
    day.today = date(2036, 3, 21)
    assert [one.number for one in list_expired(register)] == [number]
    due = list_due(register)
    assert (due.expired, due.expired_by) == (1, date(2036, 3, 31))
    assert [(draft.number, draft.title) for draft in due.drafts] == [(number, "答复书")]


def test_what_has_no_end_yet_is_kept(register: Register, opened: Callable[..., str], number: str, day: Day) -> None:
    day.today = date(2026, 4, 30)
    challenged = event("challenged", "2026-04-01", ref=1, kind="suit_direct")
    cases.record(register, number, challenged, by=HERE)
    another = opened()
    day.today = date(2036, 6, 1)
    assert list_expired(register) == ()
    for one in (number, another):
        with pytest.raises(StepForbidden, match="还没有办结"):
            propose_erasure(register, one, by=CLERK)


def test_two_people_erase(register: Register, number: str) -> None:
    with pytest.raises(StepForbidden, match="一人提出、另一人确认"):
        confirm_erasure(register, number, by=MANAGER)
    propose_erasure(register, number, by=CLERK)
    assert [one.proposed_by for one in list_expired(register)] == ["经办人"]
    with pytest.raises(StepForbidden, match="一人提出、另一人确认"):
        confirm_erasure(register, number, by=CLERK)
    assert confirm_erasure(register, number, by=MANAGER)
    assert read(register, number).erased_on == date(2036, 3, 21) and list_expired(register) == ()
    with pytest.raises(StepForbidden, match="已于2036年3月21日删除"):
        propose_erasure(register, number, by=CLERK)


def test_a_single_account_erases_alone_and_the_trail_says_so(register: Register, number: str) -> None:
    propose_erasure(register, number, by=HERE)
    confirm_erasure(register, number, by=HERE)
    with register.store.reading() as session:
        (noted,) = session.scalars(select(AuditRow).where(AuditRow.action == "case.erased")).all()
    assert noted.detail == {"proposed_by": "本机", "alone": True}


def test_nothing_that_names_the_applicant_is_left_and_the_figures_stay(register: Register, number: str) -> None:
    before = read(register, number)
    propose_erasure(register, number, by=CLERK)
    confirm_erasure(register, number, by=MANAGER)
    after = read(register, number)
    assert after.application == {} and after.subject == "" and not any(one.note for one in after.records)
    assert after.standing == before.standing and after.number == number
    assert [one.kind for one in after.events[len(before.events) :]] == ["erased"]
    assert finding.find_cases(register, finding.Filter(text=NAME))[1] == 0
    with register.store.reading() as session:
        letters = session.scalars(select(LetterRow)).all()
        assert {(one.answers is None, one.findings is None, one.filename) for one in letters} == {(True, True, None)}
        assert [one.void_reason for one in letters if one.state == "void"] == [""]
        assert {one.answers_hash for one in letters if one.state == "issued"} == {sha256(SCAN).hexdigest()}
        (file,) = session.scalars(select(FileRow)).all()
        assert (file.content, file.name, file.size) == (None, "签发的文书", len(SCAN))
        assert set(session.scalars(select(NoteRow.text))) == {""}
    assert check_register(register).faults == ()


def test_what_batches_hold_of_the_case_goes_with_it_and_of_others_stays(register: Register, number: str) -> None:
    with register.store.reading() as session:
        letter = session.scalars(select(LetterRow.id).where(LetterRow.state == "issued")).one()
    rows = {
        1: {"case_number": number},
        2: {"letter_id": letter},
        3: {"case_number": "其他案件"},
        4: {"case_number": number},
    }
    id = add_finished(register, [b"1", b"2", b"3", None], rows=rows, purpose="letters")
    propose_erasure(register, number, by=CLERK)
    confirm_erasure(register, number, by=MANAGER)
    with register.store.reading() as session:
        assert session.scalars(select(BatchFileRow.place)).all() == [3]
    told = [
        (row.place, row.case_number, bool(row.answers), row.filename != "") for row in list_rows(register, id, by=HERE)
    ]
    assert told == [
        (1, None, False, False),
        (2, None, False, False),
        (3, "其他案件", True, True),
        (4, None, False, False),
    ]


def test_the_bytes_are_gone_from_the_file(
    store: Store, register: Register, opened: Callable[..., str], number: str
) -> None:
    if store.kind != "sqlite":
        pytest.skip("PostgreSQL looks after its own files")
    opened(name=OTHER)
    file = file_of(store.place)

    def found(word: str) -> bool:
        return any(word.encode() in path.read_bytes() for path in file.parent.iterdir())

    assert found(NAME) and found(OTHER)
    propose_erasure(register, number, by=CLERK)
    assert confirm_erasure(register, number, by=MANAGER)
    assert not found(NAME) and found(OTHER)


def test_a_reader_who_stays_leaves_the_bytes_to_the_next_erasure(
    store: Store, register: Register, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if store.kind != "sqlite":
        pytest.skip("PostgreSQL looks after its own files")
    monkeypatch.setattr("gipdocs.store.scrubbing.PATIENCE", 0.1)
    propose_erasure(register, number, by=CLERK)
    with store.reading() as session:
        session.scalars(select(AuditRow.id)).all()
        assert not confirm_erasure(register, number, by=MANAGER)
    assert read(register, number).erased_on


def test_a_case_is_held_back_for_a_reason_until_a_day(register: Register, number: str, day: Day) -> None:
    propose_erasure(register, number, by=CLERK)
    hold(register, number, date(2037, 12, 31), by=MANAGER, text="档案馆调阅")
    assert list_expired(register) == ()
    with pytest.raises(StepForbidden, match="暂缓删除，保留至2037年12月31日"):
        confirm_erasure(register, number, by=MANAGER)
    day.today = date(2038, 1, 1)
    assert [(one.number, one.proposed_by) for one in list_expired(register)] == [(number, "")]
    assert read(register, number).records[-1].note == "档案馆调阅"


def test_an_open_case_is_not_held_back(register: Register, opened: Callable[..., str]) -> None:
    with pytest.raises(StepForbidden, match="还没有办结") as error:
        hold(register, opened(), date(2037, 12, 31), by=MANAGER, text="")
    assert "held" not in error.value.allowed
