"""Sessions: browsers that have signed in. They are kept in the database, so that every process knows when one ends."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from gipdocs.access.accounts import Account, account_of, end_sessions, get_row, note
from gipdocs.access.actors import Actor
from gipdocs.access.tokens import hash_token, new_token
from gipdocs.errors import StoreBusy
from gipdocs.store.engine import Store
from gipdocs.store.tables import AccountRow, SessionRow
from gipdocs.store.types import now

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=10)
SEEN_EVERY = timedelta(minutes=1)
PROVED_FOR = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A session that holds; `id` is the hash of its token, `proved` when the password was shown last, in UTC."""

    id: str
    account: Account
    actor: Actor
    proved: datetime

    @property
    def is_proved(self) -> bool:
        """Whether the password was shown within ten minutes."""
        return now() - self.proved <= PROVED_FOR


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """A session as its account sees it in a list; moments in UTC."""

    id: str
    started: datetime
    seen: datetime
    address: str | None


def begin(store: Store, account: Account, address: str | None, *, replaces: str = "") -> str:
    """Begin a session and return its token; `replaces` is the token that the browser had before, which ends."""
    with store.writing() as session:
        return begin_within(session, account, address, replaces=replaces)


def begin_within(session: Session, account: Account, address: str | None, *, replaces: str = "") -> str:
    """As `begin`, in the caller's transaction."""
    moment, token = now(), new_token()
    old = or_(
        SessionRow.ends <= moment, SessionRow.seen <= moment - IDLE, SessionRow.token_hash == hash_token(replaces)
    )
    session.execute(delete(SessionRow).where(old))
    session.add(
        SessionRow(
            token_hash=hash_token(token),
            account_id=account.id,
            started=moment,
            seen=moment,
            ends=moment + LONGEST,
            proved=moment,
            address=address,
        )
    )
    note(session, account.name, "session.begun", by=actor_of(account, address))
    return token


def find_session(store: Store, token: str, *, address: str | None) -> SignedIn | None:
    """The session of a token, None if it doesn't hold or the account is locked; notes, once a minute, that it is used."""
    with store.reading() as session:
        row = session.get(SessionRow, hash_token(token))
        if row is None or not _holds(row):
            return None
        account = account_of(session.get_one(AccountRow, row.account_id))
    if account.locked:
        return None
    _see(store, row)
    return SignedIn(id=row.token_hash, account=account, actor=actor_of(account, address), proved=row.proved)


def actor_of(account: Account, address: str | None) -> Actor:
    """An account as it acts from an address."""
    return Actor(name=account.name, address=address, permissions=account.permissions)


def _holds(row: SessionRow) -> bool:
    moment = now()
    return moment < row.ends and moment - row.seen < IDLE


def _see(store: Store, row: SessionRow) -> None:
    moment = now()
    if moment - row.seen < SEEN_EVERY:
        return
    seen = update(SessionRow).where(SessionRow.token_hash == row.token_hash).values(seen=moment)
    with suppress(StoreBusy), store.writing() as session:  # the next request notes it
        session.execute(seen)


def end(store: Store, token: str, *, address: str | None = None) -> None:
    """Sign out: the token, and any copy of it, opens nothing from now on."""
    with store.writing() as session:
        row = session.get(SessionRow, hash_token(token))
        if row is None:
            return
        account = account_of(session.get_one(AccountRow, row.account_id))
        session.delete(row)
        note(session, account.name, "session.ended", by=actor_of(account, address))


def end_one(store: Store, account: Account, id: str, *, by: Actor) -> None:
    """End one session of an account, by the hash of its token; nothing if it has none with it."""
    gone = delete(SessionRow).where(SessionRow.token_hash == id, SessionRow.account_id == account.id)
    with store.writing() as session:
        if session.execute(gone.returning(SessionRow.token_hash)).first():
            note(session, account.name, "session.ended", by=by)


def end_all(store: Store, name: str, *, by: Actor, but: str = "") -> int:
    """End the sessions of an account, except the one with a token's hash; returns how many. UnknownAccount."""
    with store.writing() as session:
        row = get_row(session, name)
        count = end_sessions(session, row, but=but)
        note(session, row.name, "session.ended", by=by, count=count)
        return count


def list_sessions(store: Store, account: Account) -> list[OpenSession]:
    """The sessions of an account that hold, the last used first."""
    mine = select(SessionRow).where(SessionRow.account_id == account.id).order_by(SessionRow.seen.desc())
    with store.reading() as session:
        return [
            OpenSession(id=row.token_hash, started=row.started, seen=row.seen, address=row.address)
            for row in session.scalars(mine)
            if _holds(row)
        ]
