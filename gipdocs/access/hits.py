"""Counts requests for limits, for all processes of the service and over a restart: the storage of `limits` in one file.

Flask-Limiter's own storage in memory counts in each process alone. The database of the register can't count, since its
write lock may be held for long. The file holds no more than the hits of the last minutes; if it is lost, counting begins
anew.
"""

from __future__ import annotations

import os
import sqlite3
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from limits.storage import MovingWindowSupport, Storage

from gipdocs.errors import SetupError

SCHEME = "hits"
SCHEMA = """
CREATE TABLE IF NOT EXISTS hits (key TEXT NOT NULL, at REAL NOT NULL, until REAL NOT NULL);
CREATE INDEX IF NOT EXISTS hits_of_key ON hits (key, at);
CREATE INDEX IF NOT EXISTS hits_until ON hits (until);
"""
PATIENCE = 1.0
"""So many seconds a hit waits for those of other processes, each of which takes far less than a thousandth of that."""
PRUNED_EVERY = 10.0


def _close(connections: Mapping[int, sqlite3.Connection]) -> None:
    """Close the connection of this process."""
    if connection := connections.get(os.getpid()):
        connection.close()


class HitStorage(Storage, MovingWindowSupport):
    """Hits by key, with the moments of each, in seconds since 1970; `find_file` is asked when the first one is counted."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012  # as the library declares it

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, *, find_file: Callable[[], Path]) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._find_file = find_file
        self._lock = Lock()
        self._connections: dict[int, sqlite3.Connection] = {}  # by process: a parent's may not be used, nor closed
        weakref.finalize(self, _close, self._connections)
        self._pruned = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may be raised if the file can't be read or written."""
        return sqlite3.Error

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count so many hits unless there would be more than `limit` in the last `expiry` seconds; whether there is room."""
        with self._writing() as connection:
            now = time.time()  # within the lock, so that no hit of another process is later than this one
            self._prune(connection, now)
            # A clock that was put back must not leave hits in the future.
            connection.execute("DELETE FROM hits WHERE key = ? AND at NOT BETWEEN ? AND ?", (key, now - expiry, now))
            if self._count(connection, key) + amount > limit:
                return False
            self._add(connection, key, now, expiry, amount)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """The moment of the first hit in the last `expiry` seconds, and how many there are."""
        now = time.time()
        with self._reading() as connection:
            first, count = connection.execute(
                "SELECT min(at), count(*) FROM hits WHERE key = ? AND at BETWEEN ? AND ?", (key, now - expiry, now)
            ).fetchone()
        return (first, count) if count else (now, 0)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count so many hits for `expiry` seconds; how many there are now."""
        with self._writing() as connection:
            now = time.time()
            self._prune(connection, now)
            self._add(connection, key, now, expiry, amount)
            return self._count(connection, key, now)

    def get(self, key: str) -> int:
        """How many hits there are."""
        with self._reading() as connection:
            return self._count(connection, key, time.time())

    def get_expiry(self, key: str) -> float:
        """The moment at which the first of the hits is forgotten; now, if there is none."""
        now = time.time()
        with self._reading() as connection:
            found = connection.execute("SELECT min(until) FROM hits WHERE key = ? AND until > ?", (key, now))
            return found.fetchone()[0] or now

    def check(self) -> bool:
        """Whether the file can be read."""
        try:
            self.get("")
        except (sqlite3.Error, SetupError):
            return False
        return True

    def reset(self) -> int:
        """Forget all hits; how many there were."""
        with self._writing() as connection:
            return connection.execute("DELETE FROM hits").rowcount

    def clear(self, key: str) -> None:
        """Forget the hits of a key."""
        with self._writing() as connection:
            connection.execute("DELETE FROM hits WHERE key = ?", (key,))

    @staticmethod
    def _count(connection: sqlite3.Connection, key: str, now: float = 0.0) -> int:
        found = connection.execute("SELECT count(*) FROM hits WHERE key = ? AND until > ?", (key, now))
        count: int = found.fetchone()[0]
        return count

    @staticmethod
    def _add(connection: sqlite3.Connection, key: str, now: float, expiry: int, amount: int) -> None:
        connection.executemany("INSERT INTO hits VALUES (?, ?, ?)", [(key, now, now + expiry)] * amount)

    def _prune(self, connection: sqlite3.Connection, now: float) -> None:
        if not self._pruned <= now < self._pruned + PRUNED_EVERY:
            connection.execute("DELETE FROM hits WHERE until <= ?", (now,))
            self._pruned = now

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._connection()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _connection(self) -> sqlite3.Connection:
        process = os.getpid()
        if process not in self._connections:
            connection = sqlite3.connect(
                self._find_file(), timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = OFF")
                connection.executescript(SCHEMA)
            except BaseException:
                connection.close()
                raise
            self._connections[process] = connection
        return self._connections[process]
