"""Whoever proves who they are comes in; a refusal says nothing, costs the same, and brakes the next one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime

import argon2
import pyotp
import pytest
from sqlalchemy import select

from gipdocs.access import passwords, proving
from gipdocs.access.accounts import add_account, find_account, invite, list_accounts, lock
from gipdocs.access.actors import HERE
from gipdocs.access.passwords import is_outdated
from gipdocs.access.proving import (
    HalfWay,
    change_password,
    finish_sign_in,
    prove_again,
    remove_totp,
    set_totp,
    sign_in,
    take_up,
)
from gipdocs.access.sessions import SignedIn, find_session
from gipdocs.access.totp import new_secret
from gipdocs.errors import GipdocsError, InvalidInput, NotProved, StepForbidden, TooManyRequests, UnknownAccount
from gipdocs.store.audit import verify
from gipdocs.store.engine import Store
from gipdocs.store.tables import AccountRow, AttemptRow, AuditRow, InvitationRow
from tests.access.people import ADDRESS, PASSWORD, add, later

pytestmark = pytest.mark.slow

WRONG = "not the password"
SECRET_TYPED_AS_NAME = "geheim-niederschrift-42"

TWO_AT_ONCE = """
import sys
from threading import Thread
from gipdocs.access import passwords, proving
from gipdocs.access.proving import sign_in
from gipdocs.errors import NotProved, StoreBusy
from gipdocs.store.engine import open_store
looked = []
real = proving.verify_password
def watched(known, password):
    looked.append(known is not None)
    return real(known, password)
proving.verify_password = watched
store = open_store(sys.argv[1])
def guess(number):
    try:
        sign_in(store, sys.argv[2], f"wrong {number}", address=sys.argv[3] or f"10.1.{number}.1")
    except NotProved:
        pass
sys.stdin.readline()
threads = [Thread(target=guess, args=(number,)) for number in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(sum(looked))
store.close()
"""


def enter(store: Store, name: str = "wang", password: str = PASSWORD, address: str = ADDRESS) -> SignedIn:
    token = sign_in(store, name, password, address=address)
    assert isinstance(token, str)
    found = find_session(store, token, address=address)
    assert found
    return found


def fail(store: Store, times: int = 1, name: str = "wang", address: str = ADDRESS) -> None:
    for _ in range(times):
        with pytest.raises(NotProved):
            sign_in(store, name, WRONG, address=address)


def noted(store: Store) -> list[AuditRow]:
    with store.reading() as session:
        assert verify(session) is None
        return list(session.scalars(select(AuditRow).order_by(AuditRow.id)))


def code(secret: str, moment: datetime) -> str:
    return pyotp.TOTP(secret).at(moment)


def test_whoever_knows_the_password_comes_in(store: Store) -> None:
    add(store)
    found = enter(store)
    assert (found.account.name, found.actor.address, found.is_proved) == ("wang", ADDRESS, True)
    last = noted(store)[-1]
    assert (last.actor, last.action, last.subject_id, last.address) == ("wang", "session.begun", "wang", ADDRESS)


def prepare_nothing(store: Store) -> None:
    """The account may sign in."""


def prepare_lock(store: Store) -> None:
    lock(store, "wang", by=HERE)


def prepare_pause(store: Store) -> None:
    fail(store, 5)


@pytest.mark.parametrize(
    ("prepare", "name", "password", "why"),
    [
        (prepare_nothing, SECRET_TYPED_AS_NAME, PASSWORD, ["unknown"]),
        (prepare_nothing, "wang", WRONG, ["password"]),
        (prepare_lock, "wang", PASSWORD, ["locked"]),
        (prepare_nothing, "new", "", ["uninvited"]),
        (prepare_pause, "wang", PASSWORD, []),
    ],
    ids=["unknown", "wrong", "locked", "uninvited", "braked"],
)
def test_every_refusal_has_one_sentence_and_costs_one_verification(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[Store], None],
    name: str,
    password: str,
    why: list[str],
) -> None:
    add(store)
    add_account(store, "new", ["clerk"], by=HERE)
    prepare(store)
    looked, real, before = [], passwords.verify_password, len(noted(store))

    def watched(known: str | None, password: str) -> bool:
        looked.append(password)
        return real(known, password)

    monkeypatch.setattr(proving, "verify_password", watched)
    with pytest.raises(NotProved) as caught:
        sign_in(store, name, password, address="10.0.0.77")
    assert (str(caught.value), caught.value.status) == (proving.NOT_SIGNED_IN, 401)
    assert looked == [password]
    assert [(row.actor, row.action, row.detail["why"]) for row in noted(store)[before:]] == [
        ("未登录者", "session.refused", one) for one in why
    ]


def test_nothing_typed_as_an_unknown_name_is_kept(store: Store) -> None:
    add(store)
    for _ in range(6):
        with pytest.raises(NotProved):
            sign_in(store, SECRET_TYPED_AS_NAME, PASSWORD, address=ADDRESS)
    with store.reading() as session:
        kept = [
            str(vars(row)) for table in (AuditRow, AttemptRow, AccountRow) for row in session.scalars(select(table))
        ]
        assert len(session.scalars(select(AttemptRow)).all()) == 1  # of the address
    assert not [one for one in kept if SECRET_TYPED_AS_NAME in one]
    assert not [one for one in kept if ADDRESS in one and "failures" in one]


def test_five_failures_brake_an_account_from_every_address(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store)
    for place in range(5):
        fail(store, address=f"10.0.1.{place}")
    assert [row.detail["braked"] for row in noted(store) if row.action == "session.refused"] == [False] * 4 + [True]
    with pytest.raises(NotProved):
        enter(store, address="10.0.2.1")
    with later(monkeypatch, seconds=61):
        assert enter(store, address="10.0.2.1")
    fail(store, 4)
    assert enter(store, address="10.0.2.1")  # the owner's coming in has begun a new count


@pytest.mark.parametrize(("first", "second"), [("10.0.0.9", "10.0.0.9"), ("2001:db8::1:2", "2001:db8::3:4")])
def test_five_failures_brake_an_address_for_every_account(store: Store, first: str, second: str) -> None:
    add(store)
    for number in range(5):
        fail(store, name=f"nobody {number}", address=first)
    with pytest.raises(NotProved):
        enter(store, address=second)
    assert enter(store, address="2001:db8:0:1::1" if ":" in first else "10.0.0.10")


def test_the_pause_doubles_up_to_half_an_hour_and_is_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store)
    fail(store, 5)
    passed = 0.0
    for pause in (1, 2, 4, 8, 16, 30, 30):
        with later(monkeypatch, minutes=passed + pause - 0.1), pytest.raises(NotProved):
            enter(store)
        passed += pause + 0.1
        with later(monkeypatch, minutes=passed):
            fail(store)
    with later(monkeypatch, minutes=passed + 61):
        fail(store, 4)
        assert enter(store)


def test_a_clerk_who_comes_in_forgives_the_address_only_what_was_their_own(store: Store) -> None:
    add(store)
    add(store, "li")
    fail(store, 2, name="li")
    fail(store, 2)
    assert enter(store)
    fail(store, 2)
    with store.reading() as session:
        assert sorted(row.failures for row in session.scalars(select(AttemptRow))) == [2, 2, 4]
    fail(store, 1, name="nobody")
    with pytest.raises(NotProved):
        enter(store)


@pytest.mark.parametrize("address", ["", ADDRESS], ids=["account", "address"])
def test_two_processes_look_at_no_more_passwords_than_may_fail(store: Store, database: str, address: str) -> None:
    names = ["wang", "wang"] if not address else ["wang", "li"]
    for name in {*names}:
        add(store, name)
    commands = [[sys.executable, "-c", TWO_AT_ONCE, database, name, address] for name in names]
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for command in commands
    ]
    looked = sum(int(one.communicate("go\n")[0]) for one in running)
    assert looked == 5
    assert sum(row.action == "session.refused" for row in noted(store)) == 5
    with pytest.raises(NotProved):
        enter(store, address=address or "10.9.9.9")


def test_a_hash_of_other_costs_is_made_anew_at_sign_in(store: Store) -> None:
    add(store)
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash(PASSWORD)

    def known() -> str:
        with store.reading() as session:
            return session.scalars(select(AccountRow)).one().password_hash or ""

    with store.writing() as session:
        session.scalars(select(AccountRow)).one().password_hash = old
    fail(store)
    assert known() == old
    assert enter(store) and not is_outdated(known())
    fresh = known()
    assert enter(store) and known() == fresh


def test_a_code_works_once_and_one_step_to_each_side(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store)
    secret = new_secret()
    start = datetime(2026, 11, 30, 8, 0, 10, tzinfo=UTC)

    def at(seconds: int) -> datetime:
        return datetime.fromtimestamp(start.timestamp() + seconds, UTC)

    monkeypatch.setattr(proving, "now", lambda: start)
    signed = enter(store)
    assert not set_totp(store, signed, secret, "000000")
    assert set_totp(store, signed, secret, code(secret, start))

    def finish(typed: str) -> str:
        half = sign_in(store, "wang", PASSWORD, address=ADDRESS)
        assert isinstance(half, HalfWay)
        return finish_sign_in(store, half, typed, address=ADDRESS)

    with pytest.raises(NotProved, match="验证码不对"):
        finish(code(secret, start))  # has confirmed the second factor
    assert finish(f" {code(secret, at(30))[:3]} {code(secret, at(30))[3:]}")
    for used in (at(30), at(0), at(60)):
        with pytest.raises(NotProved):
            finish(code(secret, used)) if used != at(60) else finish(code(secret, at(61)))
    monkeypatch.setattr(proving, "now", lambda: at(60))
    assert finish(code(secret, at(60)))


def test_wrong_codes_are_braked_and_the_right_password_forgives_none(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(store)
    secret = new_secret()
    assert set_totp(store, enter(store), secret, code(secret, datetime.now(UTC)))

    def half_way() -> HalfWay:
        half = sign_in(store, "wang", PASSWORD, address=ADDRESS)
        assert isinstance(half, HalfWay)
        return half

    for _ in range(5):
        half = half_way()
        with pytest.raises(NotProved):
            finish_sign_in(store, half, "000000", address=ADDRESS)
    with pytest.raises(NotProved, match=proving.NOT_SIGNED_IN):
        sign_in(store, "wang", PASSWORD, address=ADDRESS)
    fresh = code(secret, datetime.fromtimestamp(datetime.now(UTC).timestamp() + 30, UTC))
    with pytest.raises(NotProved, match=proving.WRONG_CODE):
        finish_sign_in(store, half, fresh, address=ADDRESS)


def test_half_a_sign_in_ends_with_its_password_and_its_account(store: Store) -> None:
    add(store)
    secret = new_secret()
    moment = datetime.now(UTC)
    assert set_totp(store, enter(store), secret, code(secret, moment))
    half = sign_in(store, "wang", PASSWORD, address=ADDRESS)
    assert isinstance(half, HalfWay)
    take_up(store, invite(store, "wang", by=HERE), PASSWORD + "!", address=ADDRESS)
    fresh = code(secret, datetime.fromtimestamp(moment.timestamp() + 30, UTC))
    with pytest.raises(NotProved):
        finish_sign_in(store, half, fresh, address=ADDRESS)
    with pytest.raises(NotProved):
        finish_sign_in(store, HalfWay(account=99, password=half.password), fresh, address=ADDRESS)


def test_a_second_factor_is_taken_away_by_an_administrator(store: Store) -> None:
    add(store)
    secret = new_secret()
    assert set_totp(store, enter(store), secret, code(secret, datetime.now(UTC)))
    assert (account := find_account(store, "wang")) and account.has_totp
    remove_totp(store, "wang", by=HERE)
    assert enter(store) and not [one for one in list_accounts(store) if one.has_totp]
    with pytest.raises(UnknownAccount):
        remove_totp(store, "nobody", by=HERE)
    noted_on = [(row.actor, row.detail) for row in noted(store) if row.action == "account.second_factor"]
    assert noted_on == [("wang", {"on": True}), ("本机", {"on": False})]
    assert secret not in str([vars(row) for row in noted(store)])


def test_the_password_is_shown_again_under_the_same_brake(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store)
    token = sign_in(store, "wang", PASSWORD, address=ADDRESS)
    assert isinstance(token, str)
    with later(monkeypatch, minutes=15):
        signed = find_session(store, token, address=ADDRESS)
        assert signed and not signed.is_proved
        for _ in range(4):
            with pytest.raises(NotProved, match=proving.NOT_AGAIN):
                prove_again(store, signed, WRONG)
        prove_again(store, signed, PASSWORD)
        again = find_session(store, token, address=ADDRESS)
        assert again and again.is_proved
        for _ in range(5):
            with pytest.raises(NotProved):
                prove_again(store, signed, WRONG)
        with pytest.raises(NotProved):
            prove_again(store, signed, PASSWORD)


def test_a_change_of_the_password_ends_every_session_and_begins_one(store: Store) -> None:
    add(store)
    old, here = sign_in(store, "wang", PASSWORD, address="10.0.0.1"), enter(store)
    with pytest.raises(InvalidInput):
        change_password(store, here, PASSWORD, "password1234")
    with pytest.raises(NotProved):
        change_password(store, here, WRONG, PASSWORD + "!")
    assert isinstance(old, str) and find_session(store, old, address=None)
    token = change_password(store, here, PASSWORD, PASSWORD + "!")
    assert find_session(store, token, address=None) and find_session(store, old, address=None) is None
    fail(store)
    assert enter(store, password=PASSWORD + "!")


def test_an_invitation_works_once_and_for_three_days(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    given = add_account(store, "wang", ["clerk"], by=HERE)
    with pytest.raises(InvalidInput):
        take_up(store, given, "wang20260101", address=ADDRESS)
    with later(monkeypatch, hours=73), pytest.raises(NotProved, match=proving.NOT_INVITED):
        take_up(store, given, PASSWORD, address=ADDRESS)
    assert take_up(store, f" {given.upper().replace('-', ' ')} ", PASSWORD, address=ADDRESS).name == "wang"
    with pytest.raises(NotProved):
        take_up(store, given, PASSWORD, address=ADDRESS)
    assert enter(store)
    with store.reading() as session:
        assert session.scalars(select(InvitationRow)).one().used_at


def test_invitations_are_guessed_under_the_same_brake(store: Store) -> None:
    given = add_account(store, "wang", ["clerk"], by=HERE)
    for _ in range(5):
        with pytest.raises(NotProved):
            take_up(store, "aaaa-bbbb", PASSWORD, address=ADDRESS)
    with pytest.raises(NotProved):
        take_up(store, given, PASSWORD, address=ADDRESS)
    assert take_up(store, given, PASSWORD, address="10.0.0.10").has_password


def test_a_busy_service_counts_as_nobodys_failure(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store)

    def busy(known: str | None, password: str) -> bool:
        raise TooManyRequests("现在登录的人太多，请稍后再试。", retry_after=10)

    monkeypatch.setattr(proving, "verify_password", busy)
    for _ in range(6):
        with pytest.raises(TooManyRequests):
            sign_in(store, "wang", PASSWORD, address=ADDRESS)
    with store.reading() as session:
        assert session.scalars(select(AttemptRow)).all() == []


def test_a_lock_that_comes_meanwhile_keeps_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store)
    real = passwords.verify_password

    def meanwhile(known: str | None, password: str) -> bool:
        lock(store, "wang", by=HERE)
        return real(known, password)

    monkeypatch.setattr(proving, "verify_password", meanwhile)
    errors: tuple[type[GipdocsError], ...] = (NotProved, StepForbidden)
    with pytest.raises(errors):
        sign_in(store, "wang", PASSWORD, address=ADDRESS)
