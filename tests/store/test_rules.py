"""What the database itself refuses, whoever asks it: changed events, changed letters, columns that contradict each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from gipdocs.store import audit
from gipdocs.store.engine import Store
from gipdocs.store.tables import CaseRow, LetterRow, SequenceRow
from tests.store.samples import (
    DAY,
    HASH,
    MOMENT,
    add_case,
    add_event,
    add_file,
    add_issued,
    add_letter,
    add_note,
)

pytestmark = pytest.mark.slow

OTHER = "b" * 64


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with a case, an event with its note, an issued letter with two files, a draft, and a row of the trail."""
    with store.writing() as session:
        case = add_case(session)
        add_note(session, add_event(session, case))
        add_issued(session, case)
        add_file(session, case, sha256=OTHER)
        add_letter(session, case)
        audit.note(session, actor="甲", action="opened", subject_kind="case", subject_id="1")
    return store


def execute(store: Store, statement: str) -> None:
    with store.writing() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET kind = 'answered'",
        "DELETE FROM events",
        "UPDATE audit SET actor = 'x'",
        "DELETE FROM audit",
        "UPDATE notes SET text = 'x'",
        "UPDATE notes SET event_id = 7, text = ''",
        "DELETE FROM notes",
        "DELETE FROM letters WHERE id = 1",
        "UPDATE letters SET state = 'draft' WHERE id = 1",
        "UPDATE letters SET void_reason = 'x' WHERE id = 1",
        "UPDATE letters SET state = 'void' WHERE id = 1",
        "UPDATE letters SET state = 'void', void_reason = 'x', title = 'y' WHERE id = 1",
        "UPDATE letters SET answers = '{}' WHERE id = 1",
        "UPDATE letters SET findings = '[]' WHERE id = 1",
        "UPDATE letters SET docx_hash = NULL WHERE id = 1",
        "UPDATE letters SET issued_at = '2020-01-01 00:00:00' WHERE id = 1",
        *(
            f"UPDATE letters SET {column} = 'x' WHERE id = 1"
            for column in ("document", "title", "filename", "number", "answers_hash", "made_by", "submitted_by")
        ),
        *(f"UPDATE letters SET {column} = 9 WHERE id = 1" for column in ("id", "case_id", "replaces_id")),
        "UPDATE letters SET series = 'x', year = 2026, serial = 1 WHERE id = 1",
        "UPDATE letters SET approved_by = 'x' WHERE id = 1",
        "UPDATE letters SET dated = '2026-01-01' WHERE id = 1",
        "UPDATE letters SET provenance = '{}' WHERE id = 1",
        "UPDATE letters SET made_at = '2020-01-01 00:00:00' WHERE id = 1",
    ],
)
def test_what_went_out_or_happened_stays(statement: str, filled: Store) -> None:
    with pytest.raises(IntegrityError):
        execute(filled, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE notes SET text = ''",
        "UPDATE letters SET state = 'void', void_reason = '错别字', version = 2 WHERE id = 1",
        f"UPDATE letters SET pdf_hash = '{OTHER}' WHERE id = 1",
        "UPDATE letters SET answers = NULL, findings = NULL WHERE id = 1",
        "UPDATE letters SET title = 'x', number = '1' WHERE id = 2",
        "DELETE FROM letters WHERE id = 2",
    ],
)
def test_what_the_office_must_be_able_to_do_is_allowed(statement: str, filled: Store) -> None:
    execute(filled, statement)


def test_the_pdf_of_a_letter_is_added_once(filled: Store) -> None:
    execute(filled, f"UPDATE letters SET pdf_hash = '{OTHER}' WHERE id = 1")
    with pytest.raises(IntegrityError):
        execute(filled, f"UPDATE letters SET pdf_hash = '{HASH}' WHERE id = 1")


def test_a_void_letter_stays_void_and_can_still_be_erased(filled: Store) -> None:
    execute(filled, "UPDATE letters SET state = 'void', void_reason = '错别字' WHERE id = 1")
    for change in ("state = 'issued'", "void_reason = 'x'", "title = 'x'"):
        with pytest.raises(IntegrityError):
            execute(filled, f"UPDATE letters SET {change} WHERE id = 1")
    with filled.writing() as session:
        letter = session.get_one(LetterRow, 1)
        letter.answers = letter.findings = None
    with filled.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM letters WHERE answers IS NULL AND findings IS NULL")) == 1


@pytest.mark.parametrize("table", ["events", "audit", "notes", "letters"])
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_no_table_is_emptied_at_once(table: str, filled: Store) -> None:
    with pytest.raises(IntegrityError):
        execute(filled, f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_replacing_an_event_is_deleting_it(filled: Store) -> None:
    with pytest.raises(IntegrityError):
        execute(filled, "REPLACE INTO events SELECT * FROM events")


Change = Callable[[Session, CaseRow], object]
BROKEN: dict[str, Change] = {
    "column_key": lambda session, _: add_case(session, column_key="citizen"),
    "half a number": lambda session, _: add_case(session, series="x", year=2026),
    "closed before received": lambda session, _: add_case(
        session, received_on=DAY, closed_on=DAY - timedelta(days=1), row="granted"
    ),
    "closed without row": lambda session, _: add_case(session, received_on=DAY, closed_on=DAY),
    "row without closing": lambda session, _: add_case(session, row="granted"),
    "two cases of one number": lambda session, _: [add_case(session, number="2026-0001") for _ in range(2)],
    "two cases of one serial": lambda session, _: [
        add_case(session, series="x", year=2026, serial=1) for _ in range(2)
    ],
    "no parent": lambda session, _: add_case(session, parent_id=99),
    "event of no case": lambda session, _: add_event(session, CaseRow(id=99)),
    "event by nobody": lambda session, case: add_event(session, case, made_by=None),
    "two events at one place": lambda session, case: [add_event(session, case) for _ in range(2)],
    "cancelled twice": lambda session, case: [
        add_event(session, case, place=place, cancels=cancels) for place, cancels in ((1, None), (2, 1), (3, 1))
    ],
    "a note too long": lambda session, case: add_note(session, add_event(session, case), "长" * 5001),
    "a letter's state": lambda session, case: add_letter(session, case, state="sent"),
    "half a letter's number": lambda session, case: add_letter(session, case, serial=1),
    "two letters of one number": lambda session, case: [add_letter(session, case, number="1号") for _ in range(2)],
    "issued without file": lambda session, case: add_letter(session, case, state="issued", issued_at=MOMENT),
    "issued without moment": lambda session, case: [
        add_file(session, case),
        add_letter(session, case, state="issued", docx_hash=HASH),
    ],
    "void without reason": lambda session, case: add_letter(session, case, state="void"),
    "a letter of a missing file": lambda session, case: add_letter(session, case, docx_hash=HASH),
    "a file's role": lambda session, case: add_file(session, case, role="photo"),
    "a file too large": lambda session, case: add_file(session, case, size=20 * 1024 * 1024 + 1),
    "one file twice": lambda session, case: [
        add_file(session, case),
        session.flush(),
        session.expunge_all(),
        add_file(session, case),
    ],
    "a sequence from zero": lambda session, _: session.add(SequenceRow(series="x", year=2026, last=0)),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_rows_that_contradict_themselves_or_others_are_refused(broken: str, store: Store) -> None:
    with pytest.raises(IntegrityError), store.writing() as session:
        BROKEN[broken](session, add_case(session))


def test_the_longest_note_and_the_largest_file_are_taken(store: Store) -> None:
    with store.writing() as session:
        case = add_case(session)
        add_note(session, add_event(session, case), "长" * 5000)
        add_file(session, case, size=20 * 1024 * 1024)


def test_a_letter_may_come_before_its_file(store: Store) -> None:
    with store.writing() as session:
        case = add_case(session)
        add_letter(session, case, docx_hash=HASH)
        add_file(session, case)


def test_moments_come_back_in_utc(store: Store) -> None:
    shanghai = datetime.fromisoformat("2026-11-23T09:02:03.456789+08:00")
    with store.writing() as session:
        add_case(session, created_at=shanghai)
    with store.reading() as session:
        created = session.get_one(CaseRow, 1).created_at
    assert created == MOMENT and created.utcoffset() == timedelta(0)


def test_a_moment_without_time_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="time zone"), store.writing() as session:
        add_case(session, created_at=datetime(2026, 11, 23))


@pytest.mark.parametrize("application", [{"name": "𠮷<& \"'"}, {"deep": [{"a": None}]}, {}])
def test_plain_data_come_back_as_they_were(application: dict[str, Any], store: Store) -> None:
    with store.writing() as session:
        add_case(session, application=application)
    with store.reading() as session:
        assert session.get_one(CaseRow, 1).application == application
