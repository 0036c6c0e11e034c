"""Letters in bad times: crowds, kills, locks, full disks and a converter that fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from gipdocs.access.actors import HERE
from gipdocs.errors import ConversionError, StoreBusy, StoreFull
from gipdocs.pdf.converter import Health
from gipdocs.register import drafts, issuing, letters, papers, soundness
from gipdocs.register.checking import Soundness, check_register
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store import audit
from gipdocs.store.backups import restore
from gipdocs.store.engine import Store, open_store
from gipdocs.store.places import file_of
from gipdocs.store.tables import AuditRow, CaseRow, EventRow, FileRow, LetterRow
from tests.register.at_once import all_at_once
from tests.register.crowding import run_program
from tests.register.lettering import answers_of, content_of, last_drawn, letter_serials

pytestmark = pytest.mark.slow

Opened = Callable[..., str]


def count_rows(register: Register) -> dict[str, int]:
    """How many rows each table has."""
    with register.store.reading() as session:
        return {
            table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
            for table in (CaseRow, EventRow, LetterRow, FileRow, AuditRow)
        }


def assert_sound(register: Register) -> None:
    """No gap, no double, every letter whole, the audit trail unbroken."""
    serials = letter_serials(register)
    assert serials == list(range(1, last_drawn(register) + 1))
    assert (soundness.find_number_gaps(register), soundness.check_files(register)) == ([], [])
    with register.store.reading() as session:
        assert session.scalar(select(func.count()).where(LetterRow.state != "issued")) == 0
        assert session.scalar(select(func.count()).where(EventRow.letter_id.is_not(None))) == len(serials)
        assert session.scalar(select(func.count()).where(AuditRow.action == "letter.issued")) == len(serials)
        assert audit.verify(session) is None


@pytest.mark.slow
@pytest.mark.alone
def test_a_crowd_leaves_no_gap_and_no_double(register: Register, database: str) -> None:
    figures = run_program("crowd", database, 6, 40)
    assert figures["issued"] == 6 * 32
    assert len(letter_serials(register)) == figures["issued"]
    assert_sound(register)


@pytest.mark.slow
@pytest.mark.alone
def test_a_killed_process_leaves_letters_whole_or_unissued(register: Register, database: str) -> None:
    figures = run_program("kill", database, 30, 20260430)
    assert figures["kills"] == 30
    assert len(letter_serials(register)) >= figures["told"]
    assert_sound(register)


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_backup_made_while_letters_are_issued_restores_to_a_sound_register(
    register: Register, database: str, tmp_path: Path
) -> None:
    run_program("backup", database, 6, tmp_path)
    issued = []
    for number in range(6):
        url = f"sqlite:///{tmp_path / 'restored' / f'{number}.db'}"
        restore(url, tmp_path / f"{number}.db")
        with closing(open_store(url)) as store:
            restored = replace(register, store=store)
            assert check_register(restored) == Soundness(faults=(), remarks=())
            issued.append(len(letter_serials(restored)))
    assert issued == sorted(issued) and issued[-1] > issued[0]


def test_of_clerks_who_issue_one_draft_at_once_one_succeeds(
    register: Register, service: Service, opened: Opened
) -> None:
    number, answers = opened(), answers_of(service, "reply-granted")
    draft = drafts.save_draft(register, number, "reply-granted", answers, by=HERE)
    seen = letters.read_letter(register, draft, by=HERE).version

    def attempt(version: int | None) -> Callable[[], object]:
        return lambda: issuing.issue(register, number, "reply-granted", answers, by=HERE, letter=draft, version=version)

    ended = all_at_once([attempt(seen), attempt(seen), attempt(None), attempt(None)])
    assert ended.count("done") == 1
    assert set(ended) <= {"done", "StaleEdit", "StepForbidden"}
    assert_sound(register)


@pytest.mark.parametrize("typed", ["{code}〔2026〕7号", "某办函〔2026〕7号"], ids=["of-the-series", "of-another-form"])
def test_of_letters_that_get_one_typed_number_at_once_one_succeeds(
    register: Register, service: Service, opened: Opened, typed: str
) -> None:
    numbers = [opened() for _ in range(4)]
    answers = answers_of(service, "reply-granted", number=typed.format(code=service.profile.document_code))

    def attempt(number: str) -> Callable[[], object]:
        return lambda: issuing.issue(register, number, "reply-granted", answers, by=HERE)

    ended = all_at_once([attempt(number) for number in numbers])
    assert ended == ["NumberTaken"] * 3 + ["done"]


def test_clerks_who_work_on_one_case_at_once_wait_for_each_other(
    register: Register, service: Service, opened: Opened
) -> None:
    number, answers = opened(), answers_of(service, "reply-granted")

    def attempt() -> object:
        return issuing.issue(register, number, "reply-granted", answers, by=HERE)

    assert all_at_once([attempt] * 4) == ["done"] * 4
    assert_sound(register)


@pytest.fixture
def impatient(database: str, register: Register) -> Iterator[Register]:
    """The same register for somebody who waits a tenth of a second."""
    store = open_store(database, patience=0.1)
    yield replace(register, store=store)
    store.close()


def test_a_lock_that_lasts_too_long_is_told_and_leaves_nothing(
    register: Register, impatient: Register, service: Service, opened: Opened
) -> None:
    number, answers = opened(), answers_of(service, "reply-granted")
    before = count_rows(register)
    with register.store.writing() as session:
        session.execute(select(CaseRow).with_for_update()).all()
        with pytest.raises(StoreBusy):
            issuing.issue(impatient, number, "reply-granted", answers, by=HERE)
    assert count_rows(register) == before
    assert issuing.issue(impatient, number, "reply-granted", answers, by=HERE).number.endswith("〕1号")


@pytest.fixture
def narrow(tmp_path: Path, register: Register) -> Iterator[Callable[[int], Register]]:
    """Gives the register on a SQLite database that can grow by so many pages only."""
    stores: list[Store] = []

    def limited(pages: int) -> Register:
        store = open_store(f"sqlite:///{file_of(register.store.place)}")
        stores.append(store)
        with store.writing() as session:
            held = session.execute(text("PRAGMA page_count")).scalar_one()
            session.execute(text(f"PRAGMA max_page_count = {held + pages}"))
        return replace(register, store=store)

    yield limited
    for store in stores:
        store.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_full_disk_leaves_nothing_of_a_letter(
    register: Register, narrow: Callable[[int], Register], service: Service, opened: Opened
) -> None:
    number, answers = opened(), answers_of(service, "reply-granted")
    before, refused = count_rows(register), 0
    for pages in range(0, 100, 5):
        try:
            issued = issuing.issue(narrow(pages), number, "reply-granted", answers, by=HERE)
        except StoreFull:
            refused += 1
            assert count_rows(register) == before
            assert last_drawn(register) == 0
        else:
            break
    assert refused
    assert issued.number.endswith("〕1号")
    assert_sound(register)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_that_does_not_fit_leaves_nothing(
    register: Register, narrow: Callable[[int], Register], opened: Opened
) -> None:
    number = opened()
    with pytest.raises(StoreFull):
        papers.add_file(narrow(5), number, "other", "a.bin", "application/pdf", bytes(1 << 20), by=HERE)
    assert papers.list_files(register, number) == []


class OneConverter:
    """A converter that fails or answers as told, and counts."""

    def __init__(self, *, fails: bool = False) -> None:
        self.fails, self.asked = fails, 0

    def convert(self, docx: bytes, *, label: str) -> bytes:
        self.asked += 1
        if self.fails:
            raise ConversionError("PDF没有生成，请稍后再试。")
        return b"%PDF-1.7 " + docx[:20] + str(self.asked).encode()

    def health(self) -> Health:
        return Health(ready=not self.fails)

    def close(self) -> None:
        pass


def test_a_failed_conversion_leaves_a_valid_letter_whose_pdf_is_made_later(
    register: Register, service: Service, opened: Opened
) -> None:
    issued = issuing.issue(register, opened(), "reply-granted", answers_of(service, "reply-granted"), by=HERE)
    converter = OneConverter(fails=True)
    converting = replace(register, converter=lambda: converter)
    with pytest.raises(ConversionError):
        papers.make_pdf(converting, issued.letter, by=HERE)
    letter = letters.read_letter(register, issued.letter, by=HERE)
    assert (letter.state, letter.pdf_hash) == ("issued", "")
    converter.fails = False
    made = papers.make_pdf(converting, issued.letter, by=HERE)
    assert papers.make_pdf(converting, issued.letter, by=HERE) == made
    assert converter.asked == 2
    letter = letters.read_letter(register, issued.letter, by=HERE)
    assert content_of(register, letter.pdf_hash) == made
    assert_sound(register)


def test_of_two_pdfs_made_at_once_the_first_counts(register: Register, service: Service, opened: Opened) -> None:
    issued = issuing.issue(register, opened(), "reply-granted", answers_of(service, "reply-granted"), by=HERE)
    quick, slow = OneConverter(), OneConverter()

    def convert(docx: bytes, *, label: str) -> bytes:
        papers.make_pdf(replace(register, converter=lambda: quick), issued.letter, by=HERE)
        return b"%PDF-1.7 later"

    slow.convert = convert  # type: ignore[method-assign]  # another request overtakes this one
    assert papers.make_pdf(replace(register, converter=lambda: slow), issued.letter, by=HERE) != b"%PDF-1.7 later"
    assert len(papers.list_files(register, letters.read_letter(register, issued.letter, by=HERE).case)) == 2


@pytest.mark.converter
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_pdf_is_made_of_the_stored_file(register: Register, service: Service, opened: Opened) -> None:
    issued = issuing.issue(register, opened(), "reply-granted", answers_of(service, "reply-granted"), by=HERE)
    assert papers.make_pdf(register, issued.letter).startswith(b"%PDF-")


def test_gaps_and_void_numbers_are_listed(register: Register, service: Service, opened: Opened) -> None:
    number, code = opened(), service.profile.document_code
    for typed in (None, f"{code}〔2026〕3号", f"{code}〔2026〕900000号"):
        answers = answers_of(service, "reply-granted", number=typed)
        issued = issuing.issue(register, number, "reply-granted", answers, by=HERE)
    issuing.void(register, issued.letter, by=HERE, reason="写错")
    (gaps,) = soundness.find_number_gaps(register)
    assert (gaps.series, gaps.year, gaps.last) == ("文号", 2026, 900000)
    assert gaps.missing == ((2, 2), (4, 899999))
    assert gaps.void == (f"{code}〔2026〕900000号",)


CHANGES: dict[str, tuple[str, set[str]]] = {
    "content": ("UPDATE files SET content = x'00'", {"file-changed"}),
    "gone": ("UPDATE files SET content = NULL", {"file-missing"}),
    "answers": ("DROP TRIGGER letters_update; UPDATE letters SET answers = '{}'", {"answers-changed"}),
    "event": ("DROP TRIGGER events_delete; DELETE FROM events WHERE letter_id IS NOT NULL", {"event-missing"}),
    "number": ("DROP TRIGGER letters_update; UPDATE letters SET number = NULL", {"number-missing"}),
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_no_longer_whole_is_found(
    register: Register, service: Service, opened: Opened, change: str
) -> None:
    issuing.issue(register, opened(), "reply-granted", answers_of(service, "reply-granted"), by=HERE)
    assert soundness.check_files(register) == []
    statements, expected = CHANGES[change]
    with sqlite3.connect(file_of(register.store.place)) as connection:
        connection.executescript(statements)
    connection.close()
    found: list[Any] = soundness.check_files(register)
    assert {one.code for one in found} == expected
    assert {one.case for one in found} == {"2026-0001"}
