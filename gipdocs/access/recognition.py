"""Accounts by a name that a proxy or an issuer vouches for. What they may is the account's own matter, and none is made."""

from __future__ import annotations

from functools import lru_cache

from gipdocs.access.accounts import STRANGER, Account, find_account, note
from gipdocs.access.actors import Actor
from gipdocs.access.sessions import LONGEST, PROVED_FOR, actor_of, begin_within
from gipdocs.access.tokens import hash_token
from gipdocs.errors import AccountRefused
from gipdocs.store.engine import Store
from gipdocs.store.tables import SessionRow
from gipdocs.store.types import now

UNKNOWN = "您的身份已经核实，但本系统没有您的账号。请联系本机关管理本系统的人员，按您在统一身份认证中的名称增加账号。"
LOCKED = "您的身份已经核实，但您在本系统的账号已经停用。需要恢复的，请联系本机关管理本系统的人员。"


def recognize(store: Store, name: str, *, address: str | None) -> Account:
    """The account with exactly this name; AccountRefused if there is none, or if it is locked.

    A name that only becomes an account's own once its characters are replaced by the usual ones is a stranger's.
    """
    account = find_account(store, name)
    if account is None or account.name != name:
        _note_refusal(store, "", "unknown", address, _period())
        raise AccountRefused(UNKNOWN)
    if account.locked:
        _note_refusal(store, account.name, "locked", address, _period())
        raise AccountRefused(LOCKED)
    return account


def admit_by_name(store: Store, name: str, *, address: str | None) -> Actor:
    """Who acts in one request, for which somebody else vouches each time; AccountRefused as `recognize`."""
    actor = actor_of(recognize(store, name, address=address), address)
    _note_visit(store, actor, _period())
    return actor


def begin_vouched(store: Store, account: Account, address: str | None, *, replaces: str, proved: bool) -> str:
    """Begin a session, as `sessions.begin`; unless `proved`, it holds as one in which no password was shown."""
    with store.writing() as session:
        token = begin_within(session, account, address, replaces=replaces)
        if not proved:
            session.get_one(SessionRow, hash_token(token)).proved = now() - PROVED_FOR
    return token


def _period() -> int:
    """The number of a stretch of time as long as a session may last."""
    return int(now().timestamp() // LONGEST.total_seconds())


@lru_cache(maxsize=1000)
def _note_visit(store: Store, actor: Actor, period: int) -> None:
    """Note once in a period, and process, that somebody has come in: there is no session that would begin."""
    with store.writing() as session:
        note(session, actor.name, "session.begun", by=actor, vouched=True)


@lru_cache(maxsize=1000)
def _note_refusal(store: Store, name: str, why: str, address: str | None, period: int) -> None:
    stranger = Actor(name=STRANGER, address=address, permissions=frozenset())
    with store.writing() as session:
        note(session, name, "session.refused", by=stranger, why=why)
