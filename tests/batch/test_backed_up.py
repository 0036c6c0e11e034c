"""A backup has nothing of batches but what became of their rows, and none of them goes on after a restore."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gipdocs.access.actors import HERE
from gipdocs.batch.batches import find_batch
from gipdocs.batch.expiry import expire
from gipdocs.batch.running import run_until_idle
from gipdocs.register.checking import check_register
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store.backups import back_up, restore
from gipdocs.store.places import file_of
from tests.batch.finished import SECRET, add_finished

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]
CONTENTS = [f"{SECRET}的文书".encode() * 1000, None, b"3"]
FORMS = (SECRET.encode(), json.dumps(SECRET)[1:-1].encode())
WAITING = {3: {"state": "waiting"}}


@pytest.fixture
def batch(register: Register) -> str:
    """A running batch with a file, and everything that may be typed."""
    typed = {"title": SECRET, "base": {"a": SECRET}, "source": SECRET.encode() * 500, "source_name": SECRET}
    return add_finished(register, CONTENTS, state="running", rows=WAITING, **typed)


def test_a_backup_holds_no_file_and_no_name_of_a_batch(register: Register, batch: str, tmp_path: Path) -> None:
    back_up(register.store, tmp_path / "backup.db")
    content = (tmp_path / "backup.db").read_bytes()
    assert not any(form in content for form in FORMS)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["backup.db"]
    assert find_batch(register, batch, by=HERE).state == "running"
    with closing(sqlite3.connect(tmp_path / "backup.db")) as connection:
        assert connection.execute("SELECT count(*) FROM batch_files").fetchone() == (0,)
        assert connection.execute("SELECT place, state FROM batch_rows ORDER BY place").fetchall() == [
            (1, "done"),
            (2, "refused"),
            (3, "cancelled"),
        ]


@pytest.mark.parametrize("source", ["a backup", "a copy of the file"])
def test_no_batch_goes_on_after_a_restore(
    office: Service, register: Register, batch: str, database: str, tmp_path: Path, source: str
) -> None:
    backup = tmp_path / "backup.db"
    if source == "a backup":
        back_up(register.store, backup)
    register.store.close()
    if source != "a backup":
        shutil.copy(file_of(register.store.place), backup)
    restore(database, backup)
    with closing(sqlite3.connect(file_of(register.store.place))) as connection:
        assert connection.execute("SELECT state FROM batches").fetchall() == [("expired",)]
    restored = Service(**{name: getattr(office, name) for name in office.__dataclass_fields__})
    try:
        assert restored.register is not None
        found = find_batch(restored.register, batch, by=HERE)
        assert (found.state, found.counts) == ("expired", {"cancelled": 1, "done": 1, "refused": 1})
        run_until_idle(restored)
        assert find_batch(restored.register, batch, by=HERE) == found
        assert not expire(restored.register) and check_register(restored.register).faults == ()
    finally:
        restored.close()


def test_a_register_without_batches_is_backed_up_as_it_is(register: Register, tmp_path: Path) -> None:
    back_up(register.store, tmp_path / "backup.db")
    with closing(sqlite3.connect(tmp_path / "backup.db")) as connection:
        assert connection.execute("SELECT count(*) FROM batches").fetchone() == (0,)
