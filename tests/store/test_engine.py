"""The store opens, gives transactions in threads and after forks, and says in our words what databases suffer."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from multiprocessing import get_context
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from gipdocs.errors import SetupError, StaleEdit, StoreBusy, StoreDamaged, StoreFull
from gipdocs.store.engine import Store, open_store
from gipdocs.store.numbers import draw
from gipdocs.store.places import file_of
from gipdocs.store.tables import CaseRow, SequenceRow
from tests.store.samples import add_case, add_event, add_file, add_note

pytestmark = pytest.mark.slow


class Refusal(Exception):
    """Something that undoes the transaction."""


def numbers(store: Store) -> list[int]:
    with store.reading() as session:
        return list(session.scalars(select(SequenceRow.last)))


def only(engine: str) -> pytest.MarkDecorator:
    """For a test of what only one engine has."""
    return pytest.mark.parametrize("database", [engine], indirect=True)


def test_what_is_written_is_read(store: Store) -> None:
    with store.writing() as session:
        draw(session, "x", 2026)
    assert numbers(store) == [1]


def test_an_exception_undoes_everything(store: Store) -> None:
    with pytest.raises(Refusal), store.writing() as session:
        draw(session, "x", 2026)
        session.flush()
        raise Refusal
    assert numbers(store) == []


def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(DBAPIError), store.reading() as session:
        draw(session, "x", 2026)
    assert numbers(store) == []


def test_a_reader_sees_one_state_while_others_write(store: Store) -> None:
    with store.reading() as reading:
        assert reading.scalars(select(SequenceRow.last)).all() == []
        with store.writing() as session:
            draw(session, "x", 2026)
        assert reading.scalars(select(SequenceRow.last)).all() == []
    assert numbers(store) == [1]


def test_rows_can_be_used_after_their_session(store: Store) -> None:
    with store.writing() as session:
        case = add_case(session, subject="预算")
    assert (case.id, case.subject, case.version) == (1, "预算", 1)


@only("sqlite")
def test_a_new_file_is_for_this_user_only(store: Store) -> None:
    with store.writing() as session:
        draw(session, "x", 2026)
        file = file_of(store.place)
        assert file.parent.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in file.parent.iterdir()} == {0o600}
        assert {path.name for path in file.parent.iterdir()} == {
            "gipdocs.db",
            "gipdocs.db-shm",
            "gipdocs.db-wal",
            "gipdocs.db.lock",
        }


@only("sqlite")
def test_a_file_that_others_could_read_is_closed_to_them(database: str) -> None:
    store = open_store(database)
    store.close()
    file_of(store.place).chmod(0o644)
    open_store(database).close()
    assert file_of(store.place).stat().st_mode & 0o777 == 0o600


@only("sqlite")
def test_every_connection_is_safe_and_careful(store: Store) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 15000}
    for begin in (store.reading, store.writing):
        with begin() as session:
            assert {name: session.scalar(text(f"PRAGMA {name}")) for name in wanted} == wanted


@only("sqlite")
def test_what_was_erased_is_no_longer_in_the_file(store: Store) -> None:
    mark = "secret-of-the-applicant"
    with store.writing() as session:
        case = add_case(session, applicant=mark, application={"name": mark})
        note = add_note(session, add_event(session, case), mark * 100)
        file = add_file(session, case, content=mark.encode() * 9000)
    with store.writing() as session:
        for row in (case, note, file):
            session.add(row)
        case.applicant, case.application, note.text, file.content = None, {}, "", None
    store.close()
    kept = b"".join(path.read_bytes() for path in file_of(store.place).parent.iterdir())
    assert b"SQLite format 3" in kept and mark.encode() not in kept


@contextmanager
def second(database: str, patience: float) -> Iterator[Store]:
    """Another program on the same database."""
    with closing(open_store(database, patience=patience)) as store:
        yield store


def test_who_waits_too_long_for_a_lock_is_told_to_try_again(database: str, store: Store) -> None:
    with second(database, 0.2) as other, store.writing() as session:
        draw(session, "x", 2026)
        with pytest.raises(StoreBusy) as caught, other.writing() as late:
            draw(late, "x", 2026)
        assert caught.value.status == 503 and caught.value.retry_after == 2
    assert numbers(store) == [1]


def test_who_waits_long_enough_gets_the_lock(database: str, store: Store) -> None:
    def draw_one(_: int) -> int:
        with store.writing() as session:
            return draw(session, "x", 2026)

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(draw_one, range(80))) == list(range(1, 81))


def test_a_second_editor_is_told_that_the_first_was_quicker(store: Store) -> None:
    with store.writing() as session:
        add_case(session)
    with store.reading() as session:
        seen = session.get_one(CaseRow, 1)
    with store.writing() as session:
        session.get_one(CaseRow, 1).subject = "甲"
    with pytest.raises(StaleEdit) as caught, store.writing() as session:
        session.add(seen)
        seen.subject = "乙"
    assert caught.value.status == 409
    with store.reading() as session:
        assert session.get_one(CaseRow, 1).subject == "甲"


def raise_on_server(session: Session, state: str) -> None:
    """Have PostgreSQL report a fault that can't be caused here."""
    session.execute(text(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{state}'; END $$"))


def test_a_full_disk_is_said_and_nothing_is_written(store: Store) -> None:
    with pytest.raises(StoreFull) as caught, store.writing() as session:
        case = add_case(session)
        if store.kind == "postgresql":
            raise_on_server(session, "53100")
        session.execute(text(f"PRAGMA max_page_count = {session.scalar(text('PRAGMA page_count'))}"))
        add_file(session, case, content=b"x" * 1_000_000)
    assert caught.value.status == 507
    with store.reading() as session:
        assert session.scalars(select(CaseRow)).all() == []


@only("sqlite")
def test_a_file_that_is_no_database_is_said_to_be_damaged(database: str, tmp_path: Path) -> None:
    file = tmp_path / "gipdocs.db"
    file.write_bytes(b"nothing of a database " * 500)
    with pytest.raises(StoreDamaged, match="gipdocs register restore"):
        open_store(f"sqlite:///{file}")
    assert file.read_bytes() == b"nothing of a database " * 500


@only("sqlite")
def test_a_file_that_is_damaged_within_is_said_to_be(database: str, store: Store) -> None:
    with store.writing() as session:
        for _ in range(500):
            add_case(session, subject="x" * 200)
    store.close()
    file = file_of(store.place)
    content = bytearray(file.read_bytes())
    content[4096 * 3 :] = b"\xff" * (len(content) - 4096 * 3)
    file.write_bytes(content)
    with closing(Store(store.place)) as damaged, pytest.raises(StoreDamaged), damaged.reading() as session:
        session.scalars(select(CaseRow)).all()


@only("postgresql")
@pytest.mark.parametrize(
    ("state", "error"),
    [("XX001", StoreDamaged), ("40P01", StoreBusy), ("40001", StoreBusy), ("53300", StoreBusy), ("57P01", StoreBusy)],
)
def test_the_faults_of_a_server_are_said_in_our_words(state: str, error: type[Exception], store: Store) -> None:
    with pytest.raises(error), store.writing() as session:
        raise_on_server(session, state)


@only("postgresql")
def test_a_server_that_drops_its_connections_costs_one_try(store: Store) -> None:
    with pytest.raises(StoreBusy), store.writing() as session:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert numbers(store) == []


def test_other_faults_pass_as_they_are(store: Store) -> None:
    with pytest.raises(DBAPIError), store.writing() as session:
        session.execute(text("SELECT nothing"))


def test_a_server_that_cannot_be_reached_stops_the_start_without_naming_the_password(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cases打不开") as caught:
        open_store(f"postgresql://clerk:secret@/cases?host={tmp_path}")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["mysql://a:secret@b/c", "postgresql://a:secret@b", "sqlite:/x", "postgresql://a:s@b:x/c"]
)
def test_a_url_of_no_database_of_ours_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SetupError, match="应形如") as caught:
        open_store(url)
    assert "secret" not in str(caught.value)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match=r"路径中有一段不是目录|同名的文件已经存在"):
        open_store(f"sqlite:///{tmp_path}/file/gipdocs.db")


def test_a_child_process_works_beside_its_parent(store: Store) -> None:
    """As gunicorn does: opened, used, then forked, and both go on."""
    with store.writing() as session:
        draw(session, "x", 2026)
    child = os.fork()
    if child == 0:
        try:
            for _ in range(20):
                with store.writing() as session:
                    draw(session, "x", 2026)
            os._exit(0)
        finally:
            os._exit(1)
    for _ in range(20):
        with store.writing() as session:
            draw(session, "x", 2026)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert numbers(store) == [41]


def open_and_draw(url: str) -> int:
    with closing(open_store(url)) as store, store.writing() as session:
        return draw(session, "x", 2026)


@pytest.mark.slow
@only("sqlite")
def test_processes_that_make_the_file_at_once_agree(database: str) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as processes:
        assert sorted(processes.map(open_and_draw, [database] * 4)) == [1, 2, 3, 4]


@pytest.mark.slow
def test_without_a_database_nothing_of_one_is_loaded() -> None:
    program = "import sys, gipdocs.app, gipdocs.cli, gipdocs.settings; print('sqlalchemy' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"


@pytest.mark.slow
def test_without_its_driver_a_server_is_refused_with_the_cure() -> None:
    program = """if True:
        import sys
        sys.modules["psycopg"] = None
        from gipdocs.errors import SetupError
        from gipdocs.store.engine import open_store
        try:
            open_store("postgresql://a:secret@b/c")
        except SetupError as error:
            print(error)
    """
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "requirements/postgresql.txt" in told.stdout and "secret" not in told.stdout


def test_a_refused_row_is_not_told_with_what_is_in_it(store: Store) -> None:
    """Errors may be logged; names and requests may not."""
    with pytest.raises(DBAPIError) as error, store.writing() as session:
        session.execute(text("INSERT INTO no_such_table VALUES (:name)"), {"name": "欧阳晓彤"})
    assert "欧阳" not in str(error.value)
