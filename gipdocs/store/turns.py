"""Takes turns: of several processes that do the same at once, one after the other does it, or one does it for all."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from gipdocs.store.connecting import make_engine
from gipdocs.store.engine import Store
from gipdocs.store.faults import translated
from gipdocs.store.places import file_of

SETTLING = 0x6769_7003
"""The key under which derived columns are made anew."""
ADDING_ACCOUNTS = 0x6769_7004
"""The key under which an account gets a name that no other has."""
PROVING = 0x6769_7005
"""The key under which proofs of who somebody is are counted."""
MAKING_BATCHES = 0x6769_7006
"""The key under which one process works on the batches."""
SUFFIXES = {MAKING_BATCHES: ".batches"}
"""How the file beside SQLite's database ends that is locked instead of a key."""
TRIES, PAUSE = 4, 0.05
"""Whoever only looks at a lock on a file holds it for a moment, so that a second try may succeed."""
HELD = (
    "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = :key AND objsubid = 1"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
)


def take_turn(session: Session, key: int) -> None:
    """Wait, in a writing transaction, until nobody else holds the key; it is free again at the end of the transaction.

    On SQLite there is only one writing transaction at a time.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


class Privilege:
    """What one process alone does with a database, from `claim` until it gives it up, or ends in whatever way.

    SQLite's is the lock on a file beside the database, PostgreSQL's a connection of its own that holds the key.
    """

    def __init__(self, held: int | Connection) -> None:
        self._held = held

    @classmethod
    def claim(cls, store: Store, key: int) -> Self | None:
        """The privilege; None if another process has it."""
        if store.kind == "postgresql":
            return cls._claim_key(store, key)
        for _ in range(TRIES):
            if (number := _lock(_file(store, key), fcntl.LOCK_EX)) is not None:
                return cls(number)
            time.sleep(PAUSE)
        return None

    @classmethod
    def _claim_key(cls, store: Store, key: int) -> Self | None:
        with translated():
            connection = make_engine(store.place).connect().execution_options(isolation_level="AUTOCOMMIT")
            if connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}):
                return cls(connection)
            _close(connection)
            return None

    def is_held(self) -> bool:
        """Whether it still is ours: PostgreSQL takes it back when the connection is lost."""
        if isinstance(self._held, int):
            return True
        with suppress(SQLAlchemyError):
            return bool(self._held.scalar(text("SELECT true")))
        return False

    def give_up(self) -> None:
        """Leave it to others."""
        if isinstance(self._held, int):
            os.close(self._held)
        else:
            with suppress(SQLAlchemyError):
                _close(self._held)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.give_up()


def is_claimed(store: Store, key: int) -> bool:
    """Whether any process has the privilege of a key; cheap enough for every few seconds."""
    if store.kind == "postgresql":
        with store.reading() as session:
            return bool(session.scalar(text(HELD), {"key": key}))
    if (number := _lock(_file(store, key), fcntl.LOCK_SH)) is None:
        return True
    os.close(number)
    return False


def _file(store: Store, key: int) -> Path:
    file = file_of(store.place)
    return file.with_name(f"{file.name}{SUFFIXES[key]}")


def _lock(file: Path, kind: int) -> int | None:
    """The open file, locked; None if another process has locked it."""
    number = os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(number, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(number)
        return None
    return number


def _close(connection: Connection) -> None:
    """Free its key at once, for the server notices the end of a connection only later; then close it for good: one that
    went back to its pool would keep the key.
    """
    try:
        with suppress(SQLAlchemyError):
            connection.execute(text("SELECT pg_advisory_unlock_all()"))
        connection.invalidate()
    finally:
        connection.close()
        connection.engine.dispose()
