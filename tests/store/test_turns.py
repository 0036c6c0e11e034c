"""One process alone has a privilege, until it gives it up or is killed."""

from __future__ import annotations

import subprocess
import sys

import pytest
from sqlalchemy import text

from gipdocs.store.engine import Store, open_store
from gipdocs.store.turns import MAKING_BATCHES, Privilege, is_claimed
from tests.pdf.processes import wait_for
from tests.store.postgresql import Server

pytestmark = pytest.mark.slow

HOLDER = """
import sys
from gipdocs.store.engine import open_store
from gipdocs.store.turns import MAKING_BATCHES, Privilege
store = open_store(sys.argv[1])
held = Privilege.claim(store, MAKING_BATCHES)
sys.stdout.write("held" if held else "taken")
sys.stdout.flush()
sys.stdin.read()
"""


def start_holder(database: str) -> subprocess.Popen[str]:
    """Another process that tries to have the privilege, and keeps it until it is killed."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_a_privilege_is_had_by_one(store: Store) -> None:
    assert not is_claimed(store, MAKING_BATCHES)
    privilege = Privilege.claim(store, MAKING_BATCHES)
    assert privilege is not None
    with privilege:
        assert privilege.is_held() and is_claimed(store, MAKING_BATCHES)
        assert Privilege.claim(store, MAKING_BATCHES) is None
    assert not is_claimed(store, MAKING_BATCHES)
    again = Privilege.claim(store, MAKING_BATCHES)
    assert again is not None
    again.give_up()


def test_the_privilege_of_a_killed_process_is_free(store: Store, database: str) -> None:
    with start_holder(database) as holder:
        assert holder.stdout is not None and holder.stdout.read(4) == "held"
        assert is_claimed(store, MAKING_BATCHES) and Privilege.claim(store, MAKING_BATCHES) is None
        holder.kill()
    wait_for(lambda: not is_claimed(store, MAKING_BATCHES))
    privilege = Privilege.claim(store, MAKING_BATCHES)
    assert privilege is not None
    privilege.give_up()


def test_databases_have_privileges_of_their_own(store: Store, postgresql: Server) -> None:
    privilege = Privilege.claim(store, MAKING_BATCHES)
    other = open_store(postgresql.database())
    assert privilege is not None and not is_claimed(other, MAKING_BATCHES)
    privilege.give_up()
    other.close()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_who_loses_the_server_loses_the_privilege(store: Store) -> None:
    privilege = Privilege.claim(store, MAKING_BATCHES)
    assert privilege is not None and privilege.is_held()
    with store.writing() as session:
        ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key"
        session.execute(text(ended), {"key": MAKING_BATCHES})
    wait_for(lambda: not is_claimed(store, MAKING_BATCHES))
    assert not privilege.is_held() and not privilege.is_held()
    privilege.give_up()
