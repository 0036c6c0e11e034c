"""A register moves into another database with every row, number and hash, or not at all."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from gipdocs.errors import SetupError, StoreDamaged
from gipdocs.store import audit
from gipdocs.store.engine import Store, open_store
from gipdocs.store.moving import TABLES, move_register
from gipdocs.store.numbers import draw
from gipdocs.store.places import file_of
from gipdocs.store.tables import (
    AccountRow,
    ApiKeyRow,
    AttemptRow,
    AuditRow,
    BatchFileRow,
    BatchItemRow,
    BatchRow,
    CaseRow,
    IdempotencyRow,
    InvitationRow,
    LetterRow,
    SessionRow,
)
from tests.store.postgresql import Server
from tests.store.samples import DAY, HASH, MOMENT, add_case, add_event, add_file, add_issued, add_letter, add_note

pytestmark = pytest.mark.slow
ON_POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A register in a file, with rows in every table."""
    url = f"sqlite:///{tmp_path / 'old.db'}"
    with closing(open_store(url)) as store, store.writing() as session:
        _fill(session)
    return url


def _fill(session: Session) -> None:
    first = add_case(session, number="2026-0001", series="case", year=2026, serial=1, application={"name": '𠮷，<& "'})
    second = add_case(session, parent_id=first.id, subject="答" * 200, received_on=DAY)
    event = add_event(session, first, made_at=MOMENT, facts={"yuan": 12.50, "nothing": None})
    add_note(session, add_event(session, first, place=2, kind="cancelled", cancels=event.id))
    letter = add_issued(session, first, number="甲〔2026〕1号", series="甲", year=2026, serial=1)
    add_letter(session, first, replaces_id=letter.id, answers=None)
    add_file(session, second, sha256="b" * 64, content=bytes(range(256)) * 1000, size=256_000)
    session.delete(add_letter(session, second))  # its number is given to nobody else
    draw(session, "case", 2026)
    account = AccountRow(name="王芳", roles=["clerk"], created_by="本机", totp_used=2**40)
    session.add(account)
    session.flush()
    later = MOMENT + timedelta(days=1)
    session.add_all(
        [
            InvitationRow(token_hash="c" * 64, account_id=account.id, made_by="本机", ends=later),
            SessionRow(token_hash="d" * 64, account_id=account.id, ends=later, proved=MOMENT),
            AttemptRow(subject_hash="e" * 64, failures=2, last_at=MOMENT),
            IdempotencyRow(key_hash="f" * 64, request_hash=HASH),
            ApiKeyRow(
                id="k7m2qx4p", name="门户", kind="live", scopes=["documents"], networks=[], secret_hash=HASH,
                created_by="本机", expires_on=DAY,
            ),
            BatchRow(
                id="0" * 32, document="receipt", format="pdf", purpose="files", state="done", base={}, options={},
                source=b"PK\0", wanted=True, skip_invalid=False, created_by="王芳", drafts_only=False,
            ),
        ]
    )  # fmt: skip
    session.flush()
    session.add_all(BatchItemRow(batch_id="0" * 32, place=place, answers={}, state="done") for place in (1, 2, 10))
    session.flush()
    session.add(BatchFileRow(batch_id="0" * 32, place=10, content=b"%PDF-"))
    for number in range(3):
        detail = {"before": "2026-12-21", "share": 1.0, "number": number}
        audit.note(
            session, actor="王芳", action="case.opened", subject_kind="case", subject_id=f"{number}", detail=detail
        )


def content(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables, without the note that a move makes of itself."""
    with store.reading() as session:
        found = {table.name: sorted(map(tuple, session.execute(select(table))), key=repr) for table in TABLES}
    return found | {"audit": [row for row in found["audit"] if "store.moved" not in row]}


def test_every_row_of_every_table_arrives(url: str, database: str) -> None:
    counts = move_register(url, database)
    with closing(open_store(url)) as old, closing(open_store(database)) as new:
        before, after = content(old), content(new)
    assert all(before.values()), "the test fills every table"
    assert after == before
    assert counts == {name: len(rows) for name, rows in before.items()}


def test_the_audit_trail_goes_on_from_its_last_hash(url: str, database: str) -> None:
    with closing(open_store(url)) as old, old.reading() as session:
        head = audit.read_head(session)
    move_register(url, database)
    with closing(open_store(database)) as new, new.reading() as session:
        assert head and audit.verify(session) is None and audit.holds(session, head)
        last = session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(1)).one()
        assert (last.action, last.previous, last.detail["rows"] > 20) == ("store.moved", head.hash, True)


def test_no_number_is_given_twice_afterwards(url: str, database: str) -> None:
    with closing(open_store(url)) as old, old.reading() as session:
        cases = session.scalar(select(func.max(CaseRow.id)))
        letters = session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'letters'"))
        assert session.scalar(select(func.max(LetterRow.id))) == letters - 1
    move_register(url, database)
    with closing(open_store(database)) as new, new.writing() as session:
        case = add_case(session)
        assert (case.id, add_letter(session, case).id) == (cases + 1, letters + 1)
        assert draw(session, "case", 2026) == 2


def test_issued_letters_and_events_stay_guarded(url: str, database: str) -> None:
    move_register(url, database)
    with (
        closing(open_store(database)) as new,
        pytest.raises(Exception, match="may not undergo"),
        new.writing() as session,
    ):
        session.execute(text("DELETE FROM events"))


def test_a_database_with_content_is_left_alone(url: str, database: str) -> None:
    with closing(open_store(database)) as new:
        with new.writing() as session:
            add_case(session)
        before = content(new)
        with pytest.raises(SetupError, match="已有内容（cases）"):
            move_register(url, database)
        assert content(new) == before


def test_a_register_in_use_is_not_moved(url: str, database: str) -> None:
    with closing(open_store(url)), pytest.raises(SetupError, match="正在使用中，不能搬迁"):
        move_register(url, database)
    assert sum(move_register(url, database).values()) > 20


def test_a_broken_trail_is_not_moved(url: str, database: str) -> None:
    with closing(open_store(url)) as old, old.writing() as session:
        session.execute(text("DROP TRIGGER audit_update"))
        session.execute(text("UPDATE audit SET actor = '某' WHERE id = 2"))
    with pytest.raises(StoreDamaged, match="第2行"):
        move_register(url, database)
    assert_empty(database)


@ON_POSTGRESQL
def test_what_postgresql_cannot_hold_undoes_everything(url: str, database: str) -> None:
    with closing(open_store(url)) as old, old.writing() as session:
        session.execute(insert(CaseRow).values(application={}, column_key="other_org", created_by="甲" * 61, version=1))
    with pytest.raises(SetupError, match="数据表cases（主键1至3）"):
        move_register(url, database)
    assert_empty(database)


@ON_POSTGRESQL
def test_a_register_on_a_server_is_moved_by_its_own_programs(url: str, database: str, postgresql: Server) -> None:
    with pytest.raises(SetupError, match="pg_dump"):
        move_register(database, postgresql.database())


def test_a_move_needs_two_databases(url: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="就是现在的这一个"):
        move_register(url, url)
    with pytest.raises(SetupError, match="没有找到台账"):
        move_register(f"sqlite:///{tmp_path / 'nowhere.db'}", url)
    assert not (tmp_path / "nowhere.db").exists()


def assert_empty(database: str) -> None:
    with closing(open_store(database)) as new:
        assert not any(content(new).values())
        assert new.kind != "sqlite" or file_of(new.place).exists()
