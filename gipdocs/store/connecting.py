"""Engines: how connections are opened and transactions begin, on SQLite and on PostgreSQL."""

from __future__ import annotations

import time
from functools import partial
from random import uniform
from sqlite3 import SQLITE_BUSY
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteError
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

PATIENCE = 15.0
"""So many seconds a transaction waits for another's lock."""
PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "secure_delete = ON",
    "foreign_keys = ON",
    "recursive_triggers = ON",  # without them INSERT OR REPLACE would delete unseen by the triggers
)
LONGEST_PAUSE = 0.01
"""So many seconds at most a writer sleeps between two looks at the lock.

SQLite's own pauses grow to a tenth of a second; among several busy processes, one that sleeps so long may never find the
lock free.
"""
SILENCE = {"idle": 10, "interval": 5, "count": 4}
"""A machine that says nothing is asked after so many seconds, so often, and then counts as gone, in half a minute.

Otherwise the locks of one that lost its power or cable would be held for hours, and its partner would wait as long.
"""
BEGINNINGS = {
    "reading": ("PRAGMA query_only = ON", "BEGIN"),
    "writing": ("PRAGMA query_only = OFF", "BEGIN IMMEDIATE"),
    # Altering a table copies it, and must not touch the rows that refer to it. For connections that are closed after it.
    "migrating": ("PRAGMA query_only = OFF", "PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE"),
}
"""What SQLite is told at the beginning of each kind of transaction, which is the engine's execution option `purpose`."""


def make_engine(place: URL, *, patience: float = PATIENCE) -> Engine:
    """An engine that opens no connection yet."""
    return _sqlite_engine(place, patience) if place.drivername == "sqlite" else _postgresql_engine(place, patience)


def reading_engine(engine: Engine) -> Engine:
    """The same engine for transactions that only read, and see one state of everything."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(purpose="reading")
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def _sqlite_engine(place: URL, patience: float) -> Engine:
    """The driver's own handling of transactions is off: it would begin them late, and never as IMMEDIATE."""
    engine = create_engine(
        place, connect_args={"timeout": patience}, pool_timeout=patience, pool_size=10, hide_parameters=True
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", partial(_begin, patience=patience))
    return engine


def _prepare(connection: SqliteConnection, _: object) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection, *, patience: float) -> None:
    for statement in BEGINNINGS[connection.get_execution_options().get("purpose", "writing")]:
        if statement == "BEGIN IMMEDIATE":
            _take_lock(connection, patience)
        else:
            connection.exec_driver_sql(statement)


def _take_lock(connection: Connection, patience: float) -> None:
    """Begin to write as soon as no other connection does; OperationalError if the wait is too long."""
    deadline = time.monotonic() + patience
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        while not _is_begun(connection, last=time.monotonic() > deadline):
            time.sleep(uniform(LONGEST_PAUSE / 10, LONGEST_PAUSE))
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(patience * 1000)}")


def _is_begun(connection: Connection, *, last: bool) -> bool:
    driver: Any = connection.connection.dbapi_connection  # sqlite3.Connection
    try:
        driver.execute("BEGIN IMMEDIATE")
    except SqliteError as error:
        if last or error.sqlite_errorcode & 0xFF != SQLITE_BUSY:
            raise
        return False
    return True


def _postgresql_engine(place: URL, patience: float) -> Engine:
    settings = {"lock_timeout": int(patience * 1000), "timezone": "UTC"}
    theirs = {f"tcp_keepalives_{name}": value for name, value in SILENCE.items()}
    arguments: dict[str, Any] = {  # of kinds that differ
        "options": " ".join(f"-c {name}={value}" for name, value in (settings | theirs).items()),
        "connect_timeout": 10,
        "tcp_user_timeout": 30_000,
        **{f"keepalives_{name}": value for name, value in SILENCE.items()},
    }
    return create_engine(
        place, connect_args=arguments, pool_timeout=patience, pool_size=10, hide_parameters=True, pool_pre_ping=True
    )
