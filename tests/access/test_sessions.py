"""Sessions end when they are idle, after ten hours, and by whoever ends them; only hashes of tokens are kept."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta

import pytest
from sqlalchemy import select

from gipdocs.access.accounts import find_account, lock
from gipdocs.access.actors import HERE
from gipdocs.access.sessions import begin, end, end_all, end_one, find_session, list_sessions
from gipdocs.store.engine import Store
from gipdocs.store.tables import AuditRow, SessionRow
from tests.access.people import ADDRESS, add, later

pytestmark = pytest.mark.slow

ANOTHER_PROCESS = """
import sys
from gipdocs.access.sessions import find_session
from gipdocs.store.engine import open_store
store = open_store(sys.argv[1])
for token in sys.stdin.read().split():
    found = find_session(store, token, address=None)
    print(found.account.name if found else "-")
store.close()
"""


def test_a_session_is_idle_after_half_an_hour(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    token = begin(store, add(store), ADDRESS)
    for _ in range(3):
        with later(monkeypatch, minutes=29):
            assert find_session(store, token, address=ADDRESS)
    with later(monkeypatch, minutes=29 + 30):
        assert find_session(store, token, address=ADDRESS) is None


def test_a_session_ends_after_ten_hours_however_busy_it_is(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    token = begin(store, add(store), ADDRESS)
    for minutes in range(20, 600, 20):
        with later(monkeypatch, minutes=minutes):
            assert find_session(store, token, address=ADDRESS), minutes
    with later(monkeypatch, minutes=601):
        assert find_session(store, token, address=ADDRESS) is None


def test_a_session_notes_at_most_once_a_minute_that_it_is_used(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    token = begin(store, add(store), ADDRESS)

    def seen() -> timedelta:
        with store.reading() as session:
            row = session.scalars(select(SessionRow)).one()
            return row.seen - row.started

    with later(monkeypatch, seconds=50):
        assert find_session(store, token, address=ADDRESS)
    assert seen() == timedelta(0)
    with later(monkeypatch, seconds=70):
        assert find_session(store, token, address=ADDRESS)
    assert seen() > timedelta(seconds=60)


def test_only_the_hash_of_a_token_is_kept(store: Store) -> None:
    token = begin(store, add(store), ADDRESS)
    with store.reading() as session:
        row = session.scalars(select(SessionRow)).one()
        audited = [str(vars(one)) for one in session.scalars(select(AuditRow))]
    assert len(row.token_hash) == 64 and token not in str(vars(row)) and not [one for one in audited if token in one]
    assert find_session(store, row.token_hash, address=None) is None


def test_whoever_signs_out_ends_every_copy_of_the_token(store: Store) -> None:
    account = add(store)
    token, other = begin(store, account, ADDRESS), begin(store, account, "10.0.0.10")
    end(store, token, address=ADDRESS)
    end(store, token, address=ADDRESS)
    assert find_session(store, token, address=None) is None and find_session(store, other, address=None)


def test_the_token_that_a_browser_had_ends_when_it_signs_in_again(store: Store) -> None:
    account = add(store)
    old = begin(store, account, ADDRESS)
    new = begin(store, account, ADDRESS, replaces=old)
    assert find_session(store, old, address=None) is None and find_session(store, new, address=None)


def test_an_account_sees_its_own_sessions_and_ends_them(store: Store) -> None:
    mine, others = add(store), add(store, "li")
    tokens, foreign = [begin(store, mine, f"10.0.0.{place}") for place in range(3)], begin(store, others, ADDRESS)
    assert {one.address for one in list_sessions(store, mine)} == {"10.0.0.0", "10.0.0.1", "10.0.0.2"}
    foreign_id = list_sessions(store, others)[0].id
    end_one(store, mine, foreign_id, by=HERE)
    assert find_session(store, foreign, address=None)
    here = find_session(store, tokens[0], address=None)
    assert here
    end_one(store, mine, next(one.id for one in list_sessions(store, mine) if one.id != here.id), by=HERE)
    assert len(list_sessions(store, mine)) == 2
    assert end_all(store, "wang", by=HERE, but=here.id) == 1
    assert [one.id for one in list_sessions(store, mine)] == [here.id]


def test_another_process_sees_at_once_that_a_session_has_ended(store: Store, database: str) -> None:
    add(store)
    wang = find_account(store, "wang")
    assert wang
    ended, kept, locked = begin(store, wang, None), begin(store, wang, None), begin(store, add(store, "li"), None)
    end(store, ended)
    lock(store, "li", by=HERE)
    command, tokens = [sys.executable, "-c", ANOTHER_PROCESS, database], f"{ended} {kept} {locked}"
    told = subprocess.run(command, input=tokens, capture_output=True, text=True, check=True).stdout
    assert told.split() == ["-", "wang", "-"]


def test_a_password_that_was_shown_counts_for_ten_minutes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    token = begin(store, add(store), ADDRESS)
    for minutes, is_proved in ((9, True), (11, False)):
        with later(monkeypatch, minutes=minutes):
            found = find_session(store, token, address=ADDRESS)
            assert found and found.is_proved is is_proved
