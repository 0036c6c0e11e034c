"""Engines: how connections are opened and transactions begin, on SQLite and on PostgreSQL."""

from __future__ import annotations

from sqlite3 import Connection as SqliteConnection
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
    engine = create_engine(place, connect_args={"timeout": patience}, pool_timeout=patience, pool_size=10)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: SqliteConnection, _: object) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    for statement in BEGINNINGS[connection.get_execution_options().get("purpose", "writing")]:
        connection.exec_driver_sql(statement)


def _postgresql_engine(place: URL, patience: float) -> Engine:
    settings = f"-c lock_timeout={int(patience * 1000)} -c timezone=UTC"
    arguments: dict[str, Any] = {"options": settings, "connect_timeout": 10}  # of kinds that differ
    return create_engine(place, connect_args=arguments, pool_timeout=patience, pool_size=10, pool_pre_ping=True)
