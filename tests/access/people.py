"""People with accounts, for tests, and a clock that tests move."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from gipdocs.access import accounts, attempts, proving, sessions
from gipdocs.access.accounts import Account, add_account, find_account
from gipdocs.access.actors import HERE
from gipdocs.access.proving import take_up
from gipdocs.store.engine import Store
from gipdocs.store.types import now

PASSWORD = "kuangquanshui 台灯 7 号"
ADDRESS = "10.0.0.9"


def add(store: Store, name: str = "wang", *roles: str, password: str = PASSWORD) -> Account:
    """An account that has set its password; a clerk unless it is said otherwise."""
    take_up(store, add_account(store, name, roles or ["clerk"], by=HERE), password, address=ADDRESS)
    account = find_account(store, name)
    assert account is not None
    return account


@contextmanager
def later(monkeypatch: pytest.MonkeyPatch, **time: float) -> Iterator[datetime]:
    """What is done at a later moment, as the rooms of access see the clock."""
    moment = now() + timedelta(**time)
    with monkeypatch.context() as clock:
        for room in (accounts, attempts, proving, sessions):
            clock.setattr(room, "now", lambda: moment)
        yield moment
