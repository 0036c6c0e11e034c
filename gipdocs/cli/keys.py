"""Commands for the keys of other systems: made, listed, revoked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from gipdocs.access.key_checks import KINDS, MOST_DAYS, USUAL_DAYS
from gipdocs.access.permissions import SCOPES
from gipdocs.cli.calling import CommandGroup, Option, json_option
from gipdocs.cli.files import OK, say, show
from gipdocs.cli.register import database_url

if TYPE_CHECKING:  # an installation without a database loads nothing of it
    from gipdocs.access.keys import ApiKey
    from gipdocs.store.engine import Store

STATES = {"valid": "有效", "expired": "已到期", "revoked": "已作废"}


@click.group("key", cls=CommandGroup, help="密钥：其他系统凭它使用接口")
def key_commands() -> None:
    """Commands for keys."""


@contextmanager
def _store() -> Iterator[Store]:
    from gipdocs.store.engine import open_store

    store = open_store(database_url())
    try:
        yield store
    finally:
        store.close()


@key_commands.command("make", help="发放密钥；密钥只显示这一次")
@click.argument("name", metavar="NAME", help="名称，写使用它的系统")
@click.option(
    "--scope",
    "scopes",
    cls=Option,
    multiple=True,
    required=True,
    metavar="SCOPE",
    help=f"权限，可以写几次：{'；'.join(f'{scope}（{label}）' for scope, label in SCOPES.items())}",
)
@click.option("--test", is_flag=True, help="试用密钥：只能生成草稿，不能接触案件")
@click.option(
    "--network",
    "networks",
    multiple=True,
    metavar="CIDR",
    help="只能从这个网段使用，可以写几次，例如10.1.0.0/16；不写的，不限",
)
@click.option("--days", type=int, default=USUAL_DAYS, metavar="N", help=f"有效天数，默认{USUAL_DAYS}，最多{MOST_DAYS}")
def make(*, name: str, scopes: tuple[str, ...], test: bool, networks: tuple[str, ...], days: int) -> int:
    """Make a key and show it: the key alone on standard output, what to do with it beside it."""
    from gipdocs.access.actors import HERE
    from gipdocs.access.keys import make_key

    with _store() as store:
        key = make_key(store, name, "test" if test else "live", scopes, networks=networks, days=days, by=HERE)
    show(key)
    return say(
        "密钥只显示这一次，请立即交给使用它的系统保存；不要用邮件、即时消息明文传送。遗失或者泄露的，请作废后另发。"
    )


@key_commands.command("list", help="列出密钥；不显示密钥本身")
@json_option
def list_all(*, as_json: bool) -> int:
    """All keys without their secrets."""
    from gipdocs.access.keys import list_keys

    with _store() as store:
        found = list_keys(store)
    if as_json:
        return show([_as_json(key) for key in found])
    return show("\n".join(map(_line, found)) or "还没有密钥。")


def _as_json(key: ApiKey) -> dict[str, Any]:
    days = {"expires_on": key.expires_on, "used_on": key.used_on}
    moments = {"created_at": key.created_at, "revoked_at": key.revoked_at}
    same = {"id": key.id, "name": key.name, "kind": key.kind, "state": key.state, "created_by": key.created_by}
    stamps = {name: stamp.isoformat() if stamp else None for name, stamp in (days | moments).items()}
    return {**same, "scopes": [*key.scopes], "networks": [*key.networks], **stamps}


def _line(key: ApiKey) -> str:
    used = f"最近使用{key.used_on}" if key.used_on else "没有使用过"
    networks = f"  限{'、'.join(key.networks)}" if key.networks else ""
    scopes = "、".join(key.scopes)
    return f"{key.id}  {key.name}  {KINDS[key.kind]}  {STATES[key.state]}  有效期到{key.expires_on}  {used}  {scopes}{networks}"


@key_commands.command("revoke", help="作废密钥，立即生效")
@click.argument("id", metavar="ID", help="密钥的编号，即gd_live_、gd_test_后面的8个字符")
def revoke_one(*, id: str) -> int:
    """Revoke a key from now on."""
    from gipdocs.access.actors import HERE
    from gipdocs.access.keys import revoke

    with _store() as store:
        revoke(store, id, by=HERE)
    say(f"密钥{id}已经作废，使用它的请求从现在起都被拒绝。")
    return OK
