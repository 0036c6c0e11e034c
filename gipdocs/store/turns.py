"""Takes turns: of several processes that do the same at once, one after the other does it."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

SETTLING = 0x6769_7003
"""The key under which derived columns are made anew."""
ADDING_ACCOUNTS = 0x6769_7004
"""The key under which an account gets a name that no other has."""
PROVING = 0x6769_7005
"""The key under which proofs of who somebody is are counted."""


def take_turn(session: Session, key: int) -> None:
    """Wait, in a writing transaction, until nobody else holds the key; it is free again at the end of the transaction.

    On SQLite there is only one writing transaction at a time.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})
