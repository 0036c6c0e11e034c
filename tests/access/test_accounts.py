"""Accounts: their names, roles and locks, and what each change of them ends and notes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from gipdocs.access.accounts import add_account, find_account, invite, list_accounts, lock, set_roles, unlock
from gipdocs.access.actors import HERE, Actor
from gipdocs.access.permissions import Permission
from gipdocs.access.sessions import begin, end_all, find_session
from gipdocs.errors import Forbidden, GipdocsError, InvalidInput, StepForbidden, UnknownAccount
from gipdocs.store.audit import verify
from gipdocs.store.engine import Store
from gipdocs.store.tables import AuditRow, InvitationRow

CLERK = "李 芳"


def noted(store: Store) -> list[tuple[str, str, str, dict[str, Any]]]:
    with store.reading() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
        assert verify(session) is None
    return [(row.actor, row.action, row.subject_id, row.detail) for row in rows]


def test_an_account_has_what_its_roles_permit_and_no_password_yet(store: Store) -> None:
    add_account(store, f"　{CLERK} ", ["manager", "clerk"], by=HERE)
    account = find_account(store, CLERK)
    assert account and (account.name, account.roles) == (CLERK, ("clerk", "manager"))
    assert (account.locked, account.has_password, account.has_totp) == (False, False, False)
    assert Permission.ISSUE in account.permissions and Permission.ADMINISTER not in account.permissions
    assert list_accounts(store) == [account] and find_account(store, "nobody") is None
    assert noted(store) == [
        ("本机", "account.added", CLERK, {"roles": ["clerk", "manager"]}),
        ("本机", "account.invited", CLERK, {}),
    ]


@pytest.mark.parametrize(
    ("name", "roles", "told"),
    [
        ("", ["clerk"], "1至60个字"),
        ("a\nb", ["clerk"], "控制字符"),
        ("名" * 61, ["clerk"], "1至60个字"),
        ("本机", ["clerk"], "由系统使用"),
        ("未登录者", ["clerk"], "由系统使用"),
        ("ＷＡＮＧ", ["clerk"], "已经有了"),
        ("li", [], "请至少选择一个角色"),
        ("li", ["king"], "administrator（管理员）"),
    ],
)
def test_a_name_or_a_role_that_cannot_be_is_refused_with_its_cure(
    store: Store, name: str, roles: list[str], told: str
) -> None:
    add_account(store, "wang", ["clerk"], by=HERE)
    with pytest.raises(InvalidInput, match=told):
        add_account(store, name, roles, by=HERE)
    assert [one.name for one in list_accounts(store)] == ["wang"]


@pytest.mark.parametrize(
    ("change", "action"),
    [
        (lambda store, by: lock(store, "wang", by=by), "account.locked"),
        (lambda store, by: unlock(store, "wang", by=by), "account.unlocked"),
        (lambda store, by: set_roles(store, "wang", ["auditor"], by=by), "account.roles"),
        (lambda store, by: end_all(store, "wang", by=by), "session.ended"),
    ],
    ids=["lock", "unlock", "roles", "end_all"],
)
def test_a_change_of_an_account_ends_its_sessions_and_is_noted(
    store: Store, change: Callable[[Store, Actor], None], action: str
) -> None:
    for name in ("wang", "li"):
        add_account(store, name, ["clerk"], by=HERE)
    tokens = {name: begin(store, found, "10.0.0.9") for name in ("wang", "li") if (found := find_account(store, name))}
    boss = Actor(name="boss", address="10.0.0.1")
    change(store, boss)
    assert find_session(store, tokens["wang"], address=None) is None
    assert find_session(store, tokens["li"], address=None) is not None
    assert noted(store)[-1][:3] == ("boss", action, "wang")


def test_a_locked_account_is_not_invited_and_loses_its_invitation(store: Store) -> None:
    add_account(store, "wang", ["clerk"], by=HERE)
    lock(store, "wang", by=HERE)
    with store.reading() as session:
        assert session.scalars(select(InvitationRow)).all() == []
    with pytest.raises(StepForbidden, match="请先恢复"):
        invite(store, "wang", by=HERE)
    unlock(store, "wang", by=HERE)
    assert invite(store, "wang", by=HERE)


def test_a_new_invitation_is_the_only_one_and_only_its_hash_is_kept(store: Store) -> None:
    first = add_account(store, "wang", ["clerk"], by=HERE)
    second = invite(store, "wang", by=HERE)
    with store.reading() as session:
        rows = session.scalars(select(InvitationRow)).all()
    assert len(rows) == 1 and first != second
    assert second not in str(vars(rows[0])) and second not in str(noted(store))


def test_an_administrator_takes_neither_role_nor_account_from_themselves(store: Store) -> None:
    add_account(store, "boss", ["administrator"], by=HERE)
    boss = Actor(name="boss")
    with pytest.raises(StepForbidden, match="另一位管理员"):
        lock(store, "boss", by=boss)
    with pytest.raises(StepForbidden, match="另一位管理员"):
        set_roles(store, "boss", ["clerk"], by=boss)
    with pytest.raises(StepForbidden, match="不能给自己增加角色"):
        set_roles(store, "boss", ["administrator", "clerk"], by=boss)
    set_roles(store, "boss", ["administrator", "clerk"], by=HERE)
    set_roles(store, "boss", ["administrator"], by=boss)
    lock(store, "boss", by=HERE)
    assert (account := find_account(store, "boss")) and account.locked


def test_an_unknown_account_is_named_as_such(store: Store) -> None:
    error: type[GipdocsError] = UnknownAccount
    for act in (lock, unlock, invite, end_all):
        with pytest.raises(error):
            act(store, "nobody", by=HERE)


def test_an_actor_may_what_the_roles_permit(store: Store) -> None:
    add_account(store, "wang", ["auditor"], by=HERE)
    account = find_account(store, "wang")
    assert account is not None
    found = find_session(store, begin(store, account, "::1"), address="::2")
    assert found and (found.actor.name, found.actor.address) == ("wang", "::2")
    found.actor.demand(Permission.READ_CASES)
    with pytest.raises(Forbidden):
        found.actor.demand(Permission.WRITE_CASES)
