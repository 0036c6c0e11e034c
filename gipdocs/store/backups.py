"""Backups of the register: made while the service runs, restored while it doesn't."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path

from gipdocs.errors import SetupError, StoreBusy, StoreDamaged, StoreFull, reason
from gipdocs.store import schema
from gipdocs.store.copies import connect, drafted_copy, free_name, publish, sync
from gipdocs.store.engine import Store
from gipdocs.store.faults import translate, translated
from gipdocs.store.holding import hold_alone, release
from gipdocs.store.places import file_of, locate_database, make_folder

COMPANIONS = ("-wal", "-shm")
"""The files that SQLite keeps beside a database; a stranger's would be taken for the restored one's."""
PASSES = ("sessions", "invitations")
"""Tables of what lets somebody in who has shown nothing else: it may have been ended, or used, since the backup."""
HOLDING_BATCHES = "SELECT 1 FROM batches WHERE state <> 'expired' OR options <> '{}'"
END_OF_BATCHES = (
    "DELETE FROM batch_files",
    "UPDATE batch_rows SET answers = '{}', name = '', case_number = NULL, findings = '[]', faults = '[]', filename = '',"
    " lease_until = NULL, state = CASE WHEN state IN ('unchecked', 'waiting', 'working') THEN 'cancelled' ELSE state END",
    "UPDATE batches SET state = 'expired', title = '', base = '{}', options = '{}', faults = '[]', source = NULL,"
    " source_name = '', wanted = 0, webhook_url = NULL, webhook_next = NULL, version = version + 1",
)
"""What leaves nothing of batches but how many rows became what, as their end does. Their files can be made again, are kept for
a week only, and after a restore a batch that went on might issue letters a second time."""


def back_up(store: Store, target: Path, *, replace: bool = False) -> None:
    """Copy the whole register into one file, as it is at one moment, without the content of batches; nobody has to wait.

    SetupError if the target exists (unless `replace`) or can't be written, and on PostgreSQL; StoreDamaged if the
    register itself is broken: an older backup is never replaced by a broken one.
    """
    if store.kind != "sqlite":
        raise SetupError("PostgreSQL数据库请用pg_dump备份。")
    if target.exists() and not replace:
        raise SetupError(f"{target}已经存在，没有备份。请换一个文件名。")
    with translated(), _written(target), drafted_copy(file_of(store.place), target) as draft:
        if fault := _fault(draft):
            raise StoreDamaged(
                f"数据库{file_of(store.place)}{fault}，没有备份。请用gipdocs register restore恢复以前的备份。"
            )
        _end_batches(draft)
        publish(draft, target)


def restore(url: str, source: Path) -> Path | None:
    """Put a backup in the register's place and give the path of the replaced file, None if there was none.

    Nobody is signed in afterwards, no invitation holds, and all batches have expired.
    SetupError if a service uses the register, if the backup can't be read or is of a newer program, and on PostgreSQL;
    StoreDamaged if the backup is broken or no register. Whatever is refused, the register stays as it is.
    """
    place = locate_database(url)
    if place.drivername != "sqlite":
        raise SetupError("PostgreSQL数据库请用pg_restore恢复。")
    if not source.is_file():
        raise SetupError(f"没有找到备份文件{source}。")
    file = file_of(place)
    make_folder(file)
    held = hold_alone(file)
    try:
        with _written(file), _checked_copy(source, file) as draft:
            _cancel_passes(draft)
            _end_batches(draft)
            return _exchange(file, draft)
    finally:
        release(held)


@contextmanager
def _checked_copy(source: Path, file: Path) -> Iterator[Path]:
    try:
        with drafted_copy(source, file) as draft:
            if fault := _fault(draft):
                raise StoreDamaged(_refusal(source, fault))
            yield draft
    except sqlite3.Error as error:
        fault_here = translate(error)
        if isinstance(fault_here, StoreBusy | StoreFull):
            raise fault_here from error
        raise StoreDamaged(_refusal(source, "不是完好的数据库文件")) from error


def _cancel_passes(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        for table in PASSES:
            if _has(connection, table):
                connection.execute(f"DELETE FROM {table}")


def _end_batches(file: Path) -> None:
    """Have all batches of a copy expire, and leave no remnant of them in its file."""
    with closing(sqlite3.connect(file)) as connection:
        if not (_has(connection, "batches") and connection.execute(HOLDING_BATCHES).fetchone()):
            return
        with connection:
            for statement in END_OF_BATCHES:
                connection.execute(statement)
        connection.execute("VACUUM")
    sync(file)


def _has(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def _refusal(source: Path, fault: str) -> str:
    return f"备份{source}{fault}，没有恢复，现有的数据库没有改动。请换一份备份。"


def _fault(file: Path) -> str:
    """What is wrong with a database as a clause without subject; "" for a sound register that this program knows."""
    with closing(connect(file)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            return "的内容已损坏"
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone():
            return "不是台账数据库"
        if connection.execute("PRAGMA foreign_key_check").fetchone():
            return "的内容互相不一致"
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
    return "" if schema.is_known(revision) else f"的结构（{revision}）不是本程序的，可能来自更新的程序"


def _exchange(file: Path, draft: Path) -> Path | None:
    """Keep the replaced file under a name with the day, together with its companions, which the new one must not find."""
    kept = free_name(file.with_stem(f"{file.stem}-replaced-{date.today()}")) if file.exists() else None
    if kept:
        os.link(file, kept)
    for ending in COMPANIONS:
        companion = file.with_name(file.name + ending)
        if kept and companion.exists():
            companion.rename(kept.with_name(kept.name + ending))
        companion.unlink(missing_ok=True)
    publish(draft, file)
    return kept


@contextmanager
def _written(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SetupError(f"{target}不能写入：{reason(error)}。") from error
