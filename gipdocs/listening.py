"""Where the service may listen: on this machine always, elsewhere only if it knows who comes in and others can't listen in."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator

from gipdocs.errors import SetupError
from gipdocs.settings import CITIZEN, NO_ACCOUNTS, NO_DATABASE, RANDOM, SOCKET, Settings, is_loopback

LEAST_KEY_BYTES = 32
ADMINISTRATOR = "administrator"


def is_local(host: str) -> bool:
    """Whether only this machine can reach `host`: a loopback address, or a Unix socket."""
    return host.startswith(SOCKET) or is_loopback(host)


def permit(settings: Settings, hosts: Collection[str], *, administrators: bool) -> None:
    """Return if the service may listen on all hosts; SetupError names everything that it lacks, each with its cure.

    `administrators` is whether there is an account that may administer the others.
    """
    elsewhere = sorted(host for host in hosts if not is_local(host))
    lacking = list(_list_lacking(settings, administrators)) if elsewhere else []
    if lacking:
        lines = (f"  {name}：{cure}。" for name, cure in lacking)
        raise SetupError("\n".join([f"{'、'.join(elsewhere)}不是本机回环地址，要在这里监听，还须具备：", *lines]))


def _list_lacking(settings: Settings, administrators: bool) -> Iterator[tuple[str, str]]:
    if not settings.url:
        yield "GIPDOCS_URL", "请写明服务对外的网址，以https://开头；加密由前面的代理负责，其他域名的请求一律拒绝"
    if settings.doors == {CITIZEN}:
        return
    if settings.access == NO_ACCOUNTS:
        yield (
            "GIPDOCS_ACCESS",
            "现在没有设账号，谁都能进工作台，请设为accounts、proxy或者oidc；只开放申请人入口的，请设GIPDOCS_DOORS=citizen；"
            "只在本机使用的，请在127.0.0.1监听",
        )
    if not administrators:
        yield "管理员账号", "还没有，请先运行gipdocs account add 姓名 --role administrator"
    if settings.secret_key.startswith(RANDOM) or len(settings.secret_key.encode()) < LEAST_KEY_BYTES:
        yield (
            "GIPDOCS_SECRET_KEY",
            f"请给出不少于{LEAST_KEY_BYTES}字节的随机密钥，可用openssl rand -hex 32生成，"
            "存入文件，用GIPDOCS_SECRET_KEY_FILE指明",
        )


def has_administrator(settings: Settings) -> bool:
    """Whether an account may administer the others. Opens the database, if there is one, and closes it again."""
    if settings.access == NO_ACCOUNTS or settings.database == NO_DATABASE:
        return False
    from gipdocs.access.accounts import list_accounts
    from gipdocs.store.engine import open_store

    store = open_store(settings.database)
    try:
        return any(ADMINISTRATOR in account.roles and not account.locked for account in list_accounts(store))
    finally:
        store.close()


def mention_shared_address(settings: Settings) -> None:
    """Say on standard error if all clients behind a proxy will look like one, so that one of them can lock out all."""
    if settings.url and settings.access != NO_ACCOUNTS and not settings.proxy_from:
        sys.stderr.write(
            "注意：没有设GIPDOCS_PROXY_FROM，经代理来的请求都算作代理一个地址，一人多次输错密码，大家都要等候；"
            "请写明代理的地址。\n"
        )
