"""A backup is whole whoever writes meanwhile, and a broken one replaces nothing."""

from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import func, select

from gipdocs.access.accounts import add_account
from gipdocs.access.actors import HERE
from gipdocs.access.proving import sign_in, take_up
from gipdocs.access.sessions import begin, end, find_session
from gipdocs.errors import NotProved, SetupError, StoreDamaged
from gipdocs.store.backups import back_up, restore
from gipdocs.store.engine import Store, open_store
from gipdocs.store.places import file_of
from gipdocs.store.tables import CaseRow
from tests.store.samples import add_case

pytestmark = pytest.mark.slow

PASSWORD = "copper walrus umbrella"

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def count(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count(CaseRow.id))) or 0


def count_in(url: str) -> int:
    with closing(open_store(url)) as store:
        return count(store)


def add(store: Store, cases: int = 1) -> None:
    with store.writing() as session:
        for _ in range(cases):
            add_case(session, subject="x" * 200)


@pytest.fixture
def backup(store: Store, tmp_path: Path) -> Path:
    """The backup of a closed store with two cases, to which one was added later."""
    add(store, 2)
    back_up(store, tmp_path / "backup.db")
    add(store)
    store.close()
    return tmp_path / "backup.db"


@ON_SQLITE
def test_a_backup_is_one_file_for_this_user_only(backup: Path) -> None:
    assert backup.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in backup.parent.iterdir() if path.is_file()] == ["backup.db"]


@ON_SQLITE
def test_a_backup_is_restored_and_the_replaced_file_kept(backup: Path, database: str) -> None:
    kept = restore(database, backup)
    assert kept and count_in(f"sqlite:///{kept}") == 3
    assert count_in(database) == 2


@ON_SQLITE
def test_sessions_and_invitations_of_a_backup_let_nobody_in(store: Store, tmp_path: Path, database: str) -> None:
    taken_up, waiting = (add_account(store, name, ["clerk"], by=HERE) for name in ("孙静", "李卫东"))
    account = take_up(store, taken_up, PASSWORD, address=None)
    token = begin(store, account, None)
    back_up(store, tmp_path / "backup.db")
    end(store, token)
    store.close()
    restore(database, tmp_path / "backup.db")
    with closing(open_store(database)) as restored:
        assert find_session(restored, token, address=None) is None
        with pytest.raises(NotProved):
            take_up(restored, waiting, PASSWORD, address=None)
        assert sign_in(restored, "孙静", PASSWORD, address=None)


@ON_SQLITE
def test_what_a_killed_service_had_written_is_kept_with_the_replaced_file(
    store: Store, database: str, tmp_path: Path
) -> None:
    """Its log lies beside the file, and must not come into the restored one."""
    add(store)
    back_up(store, tmp_path / "backup.db")
    add(store)
    killed = tmp_path / "killed"
    shutil.copytree(file_of(store.place).parent, killed)  # as a crash leaves it
    url = f"sqlite:///{killed / 'gipdocs.db'}"
    kept = restore(url, tmp_path / "backup.db")
    assert count_in(url) == 1 and kept and count_in(f"sqlite:///{kept}") == 2


@ON_SQLITE
def test_a_register_that_is_gone_is_restored(backup: Path, database: str, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "store")
    assert restore(database, backup) is None
    assert count_in(database) == 2


@ON_SQLITE
def test_a_backup_holds_one_state_while_others_write(store: Store, tmp_path: Path) -> None:
    """Each transaction adds ten cases, so that a half would show."""
    add(store, 500)
    ended = Event()

    def write() -> None:
        while not ended.is_set():
            add(store, 10)

    with ThreadPoolExecutor(2) as threads:
        writers = [threads.submit(write) for _ in range(2)]
        try:
            for number in range(5):
                back_up(store, tmp_path / f"{number}.db")
        finally:
            ended.set()
    assert [writer.result() for writer in writers] == [None, None]
    counts = [count_in(f"sqlite:///{tmp_path / f'{number}.db'}") for number in range(5)]
    assert {found % 10 for found in counts} == {0} and counts == sorted(counts) and counts[0] >= 500


@ON_SQLITE
def test_a_backup_replaces_another_only_if_told(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    back_up(store, target)
    add(store)
    with pytest.raises(SetupError, match="已经存在"):
        back_up(store, target)
    assert count_in(f"sqlite:///{target}") == 0
    back_up(store, target, replace=True)
    assert count_in(f"sqlite:///{target}") == 1


@ON_SQLITE
def test_a_backup_into_no_folder_is_refused_with_its_reason(store: Store, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="没有这个文件"):
        back_up(store, tmp_path / "nowhere" / "backup.db")


def spoil(backup: Path, damage: str) -> None:
    with closing(sqlite3.connect(backup, isolation_level=None)) as connection:
        match damage:
            case "orphan":
                connection.execute("INSERT INTO notes VALUES (99, 'x')")
            case "lost pages":
                connection.execute("PRAGMA writable_schema = ON")
                connection.execute("DELETE FROM sqlite_master WHERE name = 'ix_cases_applicant'")
            case "newer":
                connection.execute("UPDATE alembic_version SET version_num = '9999'")
            case "foreign":
                connection.execute("DROP TABLE alembic_version")
    content = backup.read_bytes()
    match damage:
        case "garbage":
            backup.write_bytes(b"x" * 9000)
        case "cut":
            backup.write_bytes(content[: len(content) // 2])
        case "middle":
            backup.write_bytes(content[:8192] + b"\xff" * 8192 + content[16384:])
        case "empty":
            backup.write_bytes(b"")


@ON_SQLITE
@pytest.mark.parametrize("damage", ["garbage", "cut", "middle", "empty", "orphan", "lost pages", "newer", "foreign"])
def test_a_backup_that_is_broken_or_foreign_replaces_nothing(damage: str, backup: Path, database: str) -> None:
    spoil(backup, damage)
    with pytest.raises(StoreDamaged, match="现有的数据库没有改动"):
        restore(database, backup)
    assert count_in(database) == 3
    assert not list(Path(database.removeprefix("sqlite:///")).parent.glob("*.part"))


@ON_SQLITE
def test_no_backup_is_restored_under_a_service(backup: Path, database: str) -> None:
    with closing(open_store(database)), pytest.raises(SetupError, match="正在使用中"):
        restore(database, backup)
    assert count_in(database) == 3


@ON_SQLITE
def test_a_backup_that_is_missing_is_named(database: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"没有找到备份文件.*nowhere"):
        restore(database, tmp_path / "nowhere.db")


@ON_POSTGRESQL
def test_a_server_has_its_own_programs_for_backups(store: Store, database: str, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="pg_dump"):
        back_up(store, tmp_path / "backup.db")
    with pytest.raises(SetupError, match="pg_restore"):
        restore(database, tmp_path / "backup.db")
