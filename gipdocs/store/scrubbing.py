"""Removes from the database's file what was deleted from its tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from gipdocs.store.connecting import PATIENCE
from gipdocs.store.engine import Store
from gipdocs.store.faults import translate
from gipdocs.store.places import file_of


def scrub(store: Store) -> bool:
    """Write a SQLite file anew, without remnants of former content; whether that was possible.

    It isn't while others use the database without a pause, or where the disk has no room for a second copy. PostgreSQL
    removes former content by itself (autovacuum).
    """
    if store.kind != "sqlite":
        return True
    try:
        with closing(sqlite3.connect(file_of(store.place), timeout=PATIENCE, isolation_level=None)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("VACUUM")
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        if translate(error) is None:
            raise
        return False
    return not busy
