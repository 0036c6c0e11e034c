"""Commands for accounts: the first administrator, and whoever else can't be helped at the desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

import click

from gipdocs.access.permissions import ROLES
from gipdocs.cli.calling import CommandGroup, OneOf, Option, json_option
from gipdocs.cli.files import say, show
from gipdocs.cli.register import database_url
from gipdocs.errors import UnknownAccount
from gipdocs.settings import read_settings

if TYPE_CHECKING:  # an installation without a database loads nothing of it
    from gipdocs.access.accounts import Account
    from gipdocs.store.engine import Store

ONCE = "链接只显示这一次，72小时内用它设置密码；用过以后，或者另发邀请以后，它就不能再用。请交给本人。"


@click.group("account", cls=CommandGroup, help="账号：增加、邀请、角色、停用")
def account_commands() -> None:
    """Commands for accounts."""


_name = click.argument("name", metavar="NAME", help="账号名称")
_roles = click.option(
    "--role",
    "roles",
    type=OneOf(ROLES),
    cls=Option,
    multiple=True,
    required=True,
    help="角色，可以写几次：" + "，".join(f"{key}（{role.label}）" for key, role in ROLES.items()),
)


@contextmanager
def _opened() -> Iterator[Store]:
    from gipdocs.store.engine import open_store

    with closing(open_store(database_url())) as store:
        yield store


@account_commands.command("add", help="增加账号，显示设置密码的邀请链接")
@_name
@_roles
def add(*, name: str, roles: tuple[str, ...]) -> int:
    """Add an account; its invitation is shown."""
    from gipdocs.access.accounts import add_account
    from gipdocs.access.actors import HERE

    with _opened() as store:
        return _hand_over(add_account(store, name, roles, by=HERE))


@account_commands.command("list", help="列出全部账号")
@json_option
def show_accounts(*, as_json: bool) -> int:
    """All accounts."""
    from gipdocs.access.accounts import list_accounts

    with _opened() as store:
        found = list_accounts(store)
    if as_json:
        return show([_as_json(one) for one in found])
    return show("\n".join(map(_line, found)) or "还没有账号。请用gipdocs account add增加第一位管理员。")


@account_commands.command("invite", help="另发邀请链接，用来设置或者重新设置密码")
@_name
def invite_again(*, name: str) -> int:
    """A new invitation; the password stays until it is taken up."""
    from gipdocs.access.accounts import invite
    from gipdocs.access.actors import HERE

    with _opened() as store:
        return _hand_over(invite(store, name, by=HERE))


@account_commands.command("roles", help="换成另外的角色，并结束这个账号的登录")
@_name
@_roles
def change_roles(*, name: str, roles: tuple[str, ...]) -> int:
    """Give an account other roles."""
    from gipdocs.access.accounts import set_roles
    from gipdocs.access.actors import HERE

    with _opened() as store:
        set_roles(store, name, roles, by=HERE)
    return show(f"账号{name}的角色已改为{_labels(roles)}，已登录的要重新登录。")


@account_commands.command("lock", help="停用账号，并立即结束它的登录")
@_name
def lock_account(*, name: str) -> int:
    """Let nobody sign in with an account."""
    from gipdocs.access.accounts import lock
    from gipdocs.access.actors import HERE

    with _opened() as store:
        lock(store, name, by=HERE)
    return show(f"账号{name}已经停用。")


@account_commands.command("unlock", help="恢复停用的账号")
@_name
def unlock_account(*, name: str) -> int:
    """Let somebody sign in again."""
    from gipdocs.access.accounts import unlock
    from gipdocs.access.actors import HERE

    with _opened() as store:
        unlock(store, name, by=HERE)
    return show(f"账号{name}已经恢复。")


@account_commands.command("totp", help="查看或者停用一个账号的二次验证")
@_name
@click.option("--remove", is_flag=True, help="停用，例如手机丢失以后")
def show_totp(*, name: str, remove: bool) -> int:
    """Whether an account has a second factor, or take it away."""
    from gipdocs.access.actors import HERE
    from gipdocs.access.proving import remove_totp

    with _opened() as store:
        if remove:
            remove_totp(store, name, by=HERE)
            return show(f"账号{name}的二次验证已经停用，登录只用密码。")
        return show(f"账号{name}{'启用了' if _find(store, name).has_totp else '没有启用'}二次验证。")


@account_commands.command("sessions", help="查看或者结束一个账号的登录")
@_name
@click.option("--end", is_flag=True, help="结束全部登录")
def show_sessions(*, name: str, end: bool) -> int:
    """In how many browsers an account has signed in, or end them."""
    from gipdocs.access.actors import HERE
    from gipdocs.access.sessions import end_all, list_sessions

    with _opened() as store:
        if end:
            return show(f"账号{name}的{end_all(store, name, by=HERE)}个登录已经结束。")
        return show(f"账号{name}在{len(list_sessions(store, _find(store, name)))}个浏览器上登录。")


def _find(store: Store, name: str) -> Account:
    from gipdocs.access.accounts import find_account

    if (found := find_account(store, name)) is None:
        raise UnknownAccount("没有这个账号，请用gipdocs account list核对名称。")
    return found


def _hand_over(code: str) -> int:
    from gipdocs.access.accounts import invitation_path

    settings = read_settings()
    address = settings.url.rstrip("/") or f"http://127.0.0.1:{settings.port}"
    show(f"{address}{invitation_path(code)}")
    return say(ONCE)


def _labels(roles: tuple[str, ...]) -> str:
    return "、".join(role.label for key, role in ROLES.items() if key in roles)


def _line(account: Account) -> str:
    states = {"停用": account.locked, "还没有设置密码": not account.has_password, "二次验证": account.has_totp}
    return "  ".join([account.name, _labels(account.roles), *(state for state, holds in states.items() if holds)])


def _as_json(account: Account) -> dict[str, Any]:
    return {
        "name": account.name,
        "roles": [*account.roles],
        "locked": account.locked,
        "has_password": account.has_password,
        "has_totp": account.has_totp,
    }
