"""Proofs of who somebody is: by password, by code, by invitation. All are braked, and a refusal never says why.

Each proof has three parts: the attempt is counted, the secret is looked at outside of any transaction, since that takes
long, and what follows is written in one transaction with its row of the audit trail.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from gipdocs.access import attempts
from gipdocs.access.accounts import STRANGER, Account, account_of, end_sessions, find_row, get_row, note
from gipdocs.access.actors import Actor
from gipdocs.access.attempts import Attempt
from gipdocs.access.passwords import check_new, hash_password, is_outdated, verify_password
from gipdocs.access.sessions import SignedIn, actor_of, begin_within
from gipdocs.access.tokens import hash_token, read_code
from gipdocs.access.totp import matching_step
from gipdocs.errors import NotProved, TooManyRequests
from gipdocs.store.engine import Store
from gipdocs.store.tables import AccountRow, InvitationRow, SessionRow
from gipdocs.store.types import now

NOT_SIGNED_IN = (
    "没有登录：名称或者密码不对，或者这个账号现在不能登录。连续输错几次的，要过一会儿才能再试；"
    "还没有设置密码的，请用邀请链接设置；仍然不能登录的，请找管理员。"
)
WRONG_CODE = "没有登录：验证码不对、已经用过，或者输错的次数太多。请等手机上出现下一个验证码再试；连续输错几次的，要过一会儿才能再试。"
NOT_INVITED = (
    "没有设置密码：邀请码不对、已经用过、已经过期，或者输错的次数太多。请核对邀请码；仍然不能用的，请管理员另发一个。"
)
NOT_AGAIN = "密码不对，或者输错的次数太多。请核对；连续输错几次的，要过一会儿才能再试。"


@dataclass(frozen=True, kw_only=True)
class HalfWay:
    """A password was right, and a code is still to come; `password` tells whether the password has changed since."""

    account: int
    password: str


@dataclass(frozen=True, kw_only=True)
class _Tried:
    """What a proof is about, as it was when its attempt was counted; no attempt was counted during a pause."""

    name: str
    id: int | None
    known: str | None
    attempt: Attempt | None
    fault: str


def sign_in(store: Store, name: str, password: str, *, address: str | None, replaces: str = "") -> str | HalfWay:
    """The token of a new session; what is known so far, if the account has a second factor. NotProved.

    `replaces` is the token that the browser had before.
    """
    tried = _prove_password(store, name, password, address, NOT_SIGNED_IN)
    fresh = _rehashed(tried.known, password)
    with store.writing() as session:
        row = _unchanged(session, tried)
        if fresh:
            row.password_hash = fresh
        if row.totp_secret is not None:
            attempts.withdraw(session, _counted(tried))
            return HalfWay(account=row.id, password=_mark(row.password_hash))
        attempts.forgive(session, _counted(tried))
        return begin_within(session, account_of(row), address, replaces=replaces)


def finish_sign_in(store: Store, half: HalfWay, code: str, *, address: str | None, replaces: str = "") -> str:
    """The token of a new session for whoever has shown the password, and shows the code now. NotProved."""
    with store.writing() as session:
        row = session.get(AccountRow, half.account)
        attempt = attempts.count(session, row.id if row else None, address)
        is_held = row is not None and row.locked_at is None and _mark(row.password_hash) == half.password
        if attempt and row and is_held and _take_code(row, code):
            attempts.forgive(session, attempt)
            return begin_within(session, account_of(row), address, replaces=replaces)
        if attempt:
            _note_refusal(session, row.name if row else "", "code" if is_held else "changed", attempt, address)
    raise NotProved(WRONG_CODE)


def prove_again(store: Store, signed: SignedIn, password: str) -> None:
    """Note that whoever has signed in has shown the password once more; NotProved."""
    address = signed.actor.address
    tried = _prove_password(store, signed.account.name, password, address, NOT_AGAIN)
    with store.writing() as session:
        row = _unchanged(session, tried)
        attempts.forgive(session, _counted(tried))
        session.get_one(SessionRow, signed.id).proved = now()
        note(session, row.name, "session.proved", by=signed.actor)


def change_password(store: Store, signed: SignedIn, old: str, new: str) -> str:
    """Set another password; every session of the account ends, and a new one begins: its token.

    NotProved for the old password, InvalidInput for the new one.
    """
    check_new(new, name=signed.account.name)
    address = signed.actor.address
    tried = _prove_password(store, signed.account.name, old, address, NOT_AGAIN)
    fresh = hash_password(new)
    with store.writing() as session:
        row = _unchanged(session, tried)
        attempts.forgive(session, _counted(tried))
        return _set_password(session, row, fresh, address)


def take_up(store: Store, code: str, password: str, *, address: str | None) -> Account:
    """Set the first, or another, password of the account that an invitation is for; its sessions end.

    NotProved for the invitation, which works once, InvalidInput for the password, after which it still works.
    """
    hash = hash_token(read_code(code))
    with store.writing() as session:
        row, attempt = _invited(session, hash), attempts.count(session, None, address)
        if attempt and row:
            attempts.withdraw(session, attempt)
        elif attempt:
            _note_refusal(session, "", "invitation", attempt, address)
    if not attempt or not row:
        raise NotProved(NOT_INVITED)
    check_new(password, name=row.name)
    fresh = hash_password(password)
    with store.writing() as session:
        row = _invited(session, hash)
        if row is None:
            raise NotProved(NOT_INVITED)
        session.get_one(InvitationRow, hash).used_at = now()
        row.password_hash = fresh
        end_sessions(session, row)
        note(session, row.name, "account.password", by=actor_of(account_of(row), address))
        return account_of(row)


def set_totp(store: Store, signed: SignedIn, secret: str, code: str) -> bool:
    """Give an account a second factor, if the code shows that its telephone has it; the other sessions end."""
    with store.writing() as session:
        row = session.get_one(AccountRow, signed.account.id)
        step = matching_step(secret, code, now(), used=None)
        if step is None:
            return False
        row.totp_secret, row.totp_used = secret, step
        end_sessions(session, row, but=signed.id)
        note(session, row.name, "account.second_factor", by=signed.actor, on=True)
    return True


def remove_totp(store: Store, name: str, *, by: Actor) -> None:
    """Take the second factor from an account, whose telephone may be lost; nothing if it has none. UnknownAccount."""
    with store.writing() as session:
        row = get_row(session, name)
        if row.totp_secret is not None:
            row.totp_secret = row.totp_used = None
            note(session, row.name, "account.second_factor", by=by, on=False)


def _prove_password(store: Store, name: str, password: str, address: str | None, told: str) -> _Tried:
    """What is known of an account whose password this is; NotProved, after the same work for every reason."""
    with store.writing() as session:
        row = find_row(session, name)
        attempt = attempts.count(session, row.id if row else None, address)
        tried = _try(row, attempt)
    try:
        is_right = verify_password(tried.known, password)
    except TooManyRequests:  # nobody has failed
        if tried.attempt:
            with store.writing() as session:
                attempts.withdraw(session, tried.attempt)
        raise
    if is_right:
        return tried
    if tried.attempt:
        with store.writing() as session:
            _note_refusal(session, tried.name, tried.fault, tried.attempt, address)
    raise NotProved(told)


def _try(row: AccountRow | None, attempt: Attempt | None) -> _Tried:
    fault = _fault_of(row)
    known = row.password_hash if row and attempt and fault == "password" else None
    name, id = (row.name, row.id) if row else ("", None)
    return _Tried(name=name, id=id, known=known, attempt=attempt, fault=fault)


def _fault_of(row: AccountRow | None) -> str:
    """Why a password is refused, for the audit trail alone."""
    if row is None:
        return "unknown"
    if row.locked_at is not None:
        return "locked"
    return "uninvited" if row.password_hash is None else "password"


def _note_refusal(session: Session, name: str, why: str, attempt: Attempt, address: str | None) -> None:
    stranger = Actor(name=STRANGER, address=address, permissions=frozenset())
    note(session, name, "session.refused", by=stranger, why=why, braked=attempt.brakes)


def _counted(tried: _Tried) -> Attempt:
    assert tried.attempt is not None  # nothing is proved during a pause
    return tried.attempt


def _unchanged(session: Session, tried: _Tried) -> AccountRow:
    """The account, if nobody has locked it or changed its password while this one was looked at."""
    row = session.get_one(AccountRow, tried.id)
    if row.locked_at is not None or row.password_hash != tried.known:
        raise NotProved(NOT_SIGNED_IN)
    return row


def _rehashed(known: str | None, password: str) -> str | None:
    """The password's hash with the costs of today, None if it has them."""
    return hash_password(password) if known and is_outdated(known) else None


def _mark(hash: str | None) -> str:
    return sha256((hash or "").encode()).hexdigest()[:16]


def _take_code(row: AccountRow, code: str) -> bool:
    """Whether the code is a present one that hasn't been used; it is used now."""
    step = matching_step(row.totp_secret, code, now(), used=row.totp_used) if row.totp_secret else None
    if step is None:
        return False
    row.totp_used = step
    return True


def _set_password(session: Session, row: AccountRow, fresh: str, address: str | None) -> str:
    account = account_of(row)
    row.password_hash = fresh
    end_sessions(session, row)
    note(session, row.name, "account.password", by=actor_of(account, address))
    return begin_within(session, account, address)


def _invited(session: Session, hash: str) -> AccountRow | None:
    """The account that an invitation is for, None if it doesn't hold."""
    found = select(InvitationRow).where(InvitationRow.token_hash == hash, InvitationRow.used_at.is_(None))
    invitation = session.scalar(found)
    if invitation is None or invitation.ends <= now():
        return None
    row = session.get_one(AccountRow, invitation.account_id)
    return None if row.locked_at is not None else row
