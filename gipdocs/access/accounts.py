"""Accounts: who belongs to the office, and what their roles permit. Every change of one is in the audit trail."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from gipdocs.access.actors import HERE, Actor
from gipdocs.access.permissions import ROLES, Permission, permissions_of
from gipdocs.access.tokens import hash_token, new_code
from gipdocs.errors import Fault, InvalidInput, StepForbidden, UnknownAccount
from gipdocs.store import audit
from gipdocs.store.engine import Store
from gipdocs.store.tables import AccountRow, ApiKeyRow, InvitationRow, SessionRow
from gipdocs.store.turns import ADDING_ACCOUNTS, take_turn
from gipdocs.store.types import now

STRANGER = "未登录者"
"""The actor of a refused proof, who may be anybody; no account has this name."""
INVITATION_HOLDS = timedelta(hours=72)
LONGEST_NAME = 60
RESERVED = frozenset({HERE.name, STRANGER, "系统"})


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody of the office; `locked` is by an administrator, `has_password` false until an invitation is taken up."""

    id: int
    name: str
    roles: tuple[str, ...]
    locked: bool
    has_password: bool
    has_totp: bool

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the roles permit."""
        return permissions_of(frozenset(self.roles))


def account_of(row: AccountRow) -> Account:
    """The account in a row; roles that this version doesn't know permit nothing."""
    return Account(
        id=row.id,
        name=row.name,
        roles=tuple(role for role in ROLES if role in row.roles),
        locked=row.locked_at is not None,
        has_password=row.password_hash is not None,
        has_totp=row.totp_secret is not None,
    )


def list_accounts(store: Store) -> list[Account]:
    """All accounts, in the order in which they were added."""
    with store.reading() as session:
        return [account_of(row) for row in session.scalars(select(AccountRow).order_by(AccountRow.id))]


def find_account(store: Store, name: str) -> Account | None:
    """The account with a name, None if there is none."""
    with store.reading() as session:
        row = find_row(session, name)
        return account_of(row) if row else None


def add_account(store: Store, name: str, roles: Iterable[str], *, by: Actor) -> str:
    """Add an account that has no password yet; returns the code of its invitation. InvalidInput for name or roles."""
    name, roles = _read_name(name), _read_roles(roles)
    with store.writing() as session:
        take_turn(session, ADDING_ACCOUNTS)
        taken = [*session.scalars(select(AccountRow.name)), *session.scalars(select(ApiKeyRow.name))]
        if name.casefold() in {one.casefold() for one in taken}:
            raise InvalidInput([Fault("/name", "repeated", f"名称“{name}”已经有了，账号或者密钥正在用，请另起一个。")])
        row = AccountRow(name=name, roles=roles, created_by=by.name)
        session.add(row)
        session.flush()
        note(session, row.name, "account.added", by=by, roles=roles)
        return _new_invitation(session, row, by=by)


def invite(store: Store, name: str, *, by: Actor) -> str:
    """The code of a new invitation, by which the account sets its password, once; former ones no longer hold."""
    with store.writing() as session:
        return _new_invitation(session, get_row(session, name), by=by)


def invitation_path(code: str) -> str:
    """The path of the page that takes an invitation. The code follows `#`, which no browser sends: no log has it."""
    return f"/desk/invitation#{code}"


def set_roles(store: Store, name: str, roles: Iterable[str], *, by: Actor) -> None:
    """Give an account other roles, and end its sessions. StepForbidden if somebody would add one to themselves, or go.

    Who keeps the accounts doesn't decide alone to see the cases; by a command, whoever has the machine may.
    """
    wanted = _read_roles(roles)
    with store.writing() as session:
        row = get_row(session, name)
        if row.name == by.name and "administrator" in row.roles and "administrator" not in wanted:
            raise StepForbidden("不能去掉自己的管理员角色，请由另一位管理员办理。")
        if row.name == by.name and set(wanted) - set(row.roles):
            raise StepForbidden(
                "不能给自己增加角色，请由另一位管理员办理；没有另一位的，在服务器上用gipdocs account roles办理。"
            )
        before, row.roles = row.roles, wanted
        end_sessions(session, row)
        note(session, row.name, "account.roles", by=by, before=before, roles=wanted)


def lock(store: Store, name: str, *, by: Actor) -> None:
    """Let nobody sign in with an account until it is unlocked, and end its sessions and invitations."""
    with store.writing() as session:
        row = get_row(session, name)
        if row.name == by.name:
            raise StepForbidden("不能停用自己的账号，请由另一位管理员办理。")
        row.locked_at = row.locked_at or now()
        end_sessions(session, row)
        session.execute(delete(InvitationRow).where(InvitationRow.account_id == row.id))
        note(session, row.name, "account.locked", by=by)


def unlock(store: Store, name: str, *, by: Actor) -> None:
    """Let somebody sign in again with an account; sessions that it still had are ended."""
    with store.writing() as session:
        row = get_row(session, name)
        row.locked_at = None
        end_sessions(session, row)
        note(session, row.name, "account.unlocked", by=by)


def find_row(session: Session, name: str) -> AccountRow | None:
    """The row with a name, as it is in the transaction."""
    return session.scalar(select(AccountRow).where(AccountRow.name == spell_name(name)))


def get_row(session: Session, name: str) -> AccountRow:
    """The row with a name; UnknownAccount if there is none."""
    if row := find_row(session, name):
        return row
    raise UnknownAccount("没有这个账号，请核对名称。")


def end_sessions(session: Session, row: AccountRow, *, but: str = "") -> int:
    """Delete the sessions of an account, except the one with a token's hash; returns how many."""
    ended = delete(SessionRow).where(SessionRow.account_id == row.id, SessionRow.token_hash != but)
    return len(session.execute(ended.returning(SessionRow.token_hash)).all())


def note(session: Session, name: str, action: str, *, by: Actor, **detail: Any) -> None:
    """Append what was done with an account to the audit trail."""
    audit.note(
        session,
        actor=by.name,
        action=action,
        subject_kind="account",
        subject_id=name,
        detail=detail,
        address=by.address,
    )


def spell_name(typed: str) -> str:
    """A name as accounts are called: in its usual characters, without blanks around it."""
    return unicodedata.normalize("NFKC", typed).strip()


def _read_name(typed: str) -> str:
    name = spell_name(typed)
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput([Fault("/name", "format", f"账号的名称应为1至{LONGEST_NAME}个字，不能有换行等控制字符。")])
    if name in RESERVED:
        raise InvalidInput([Fault("/name", "option", f"“{name}”由系统使用，请另起一个名称。")])
    return name


def _read_roles(roles: Iterable[str]) -> list[str]:
    wanted = set(roles)
    if not wanted or wanted - ROLES.keys():
        offered = "、".join(f"{key}（{role.label}）" for key, role in ROLES.items())
        raise InvalidInput([Fault("/roles", "option", f"请至少选择一个角色，可用的是：{offered}。")])
    return [role for role in ROLES if role in wanted]


def _new_invitation(session: Session, row: AccountRow, *, by: Actor) -> str:
    if row.locked_at is not None:
        raise StepForbidden("账号已经停用，请先恢复，再发邀请。")
    code = new_code()
    session.execute(delete(InvitationRow).where(InvitationRow.account_id == row.id))
    session.add(
        InvitationRow(token_hash=hash_token(code), account_id=row.id, made_by=by.name, ends=now() + INVITATION_HOLDS)
    )
    note(session, row.name, "account.invited", by=by)
    return code
