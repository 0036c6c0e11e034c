"""What a new key must be: each fault of what was asked for, with its place."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence

from gipdocs.access.permissions import SCOPES, TEST_SCOPES
from gipdocs.errors import Fault

KINDS = {"live": "正式", "test": "试用"}
"""The kinds of keys, with their labels."""
LONGEST_NAME = 60
USUAL_DAYS, MOST_DAYS = 365, 730
MOST_NETWORKS = 20
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def find_faults(name: str, kind: str, scopes: Sequence[str], *, networks: Sequence[str], days: int) -> Iterator[Fault]:
    """Everything that is wrong, by `/name`, `/kind`, `/scopes/0`, `/networks/0` and `/days`."""
    yield from _name_faults(name)
    if kind not in KINDS:
        yield Fault("/kind", "option", "种类应为live（正式）或者test（试用），请改正。")
    yield from _scope_faults(scopes, kind)
    yield from _network_faults(networks)
    if not 1 <= days <= MOST_DAYS:
        yield Fault("/days", "range", f"有效期应为1至{MOST_DAYS}天，请改正。")


def read_network(text: str) -> Network:
    """A network in CIDR notation, or a single address as one; ValueError."""
    return ipaddress.ip_network(text)


def _name_faults(name: str) -> Iterator[Fault]:
    if not name:
        yield Fault("/name", "required", "请写明密钥的名称，例如使用它的系统“门户网站”。")
    elif len(name) > LONGEST_NAME:
        yield Fault("/name", "too-long", f"名称最多{LONGEST_NAME}个字，请缩短。")
    elif not name.isprintable():
        yield Fault("/name", "character", "名称里有换行或者看不见的字符，请删去。")


def _scope_faults(scopes: Sequence[str], kind: str) -> Iterator[Fault]:
    offered = TEST_SCOPES if kind == "test" else [*SCOPES]
    if not scopes:
        yield Fault("/scopes", "required", f"请至少写一项权限，可用：{'、'.join(offered)}。")
    for place, scope in enumerate(scopes):
        if scope not in list(SCOPES):
            yield Fault(f"/scopes/{place}", "option", f"没有这项权限，可用：{'、'.join(offered)}。")
        elif scope not in list(offered):
            detail = (
                f"试用密钥不能接触案件，没有{scope}这项权限，可用：{'、'.join(offered)}；确实需要的，请发正式密钥。"
            )
            yield Fault(f"/scopes/{place}", "option", detail)


def _network_faults(networks: Sequence[str]) -> Iterator[Fault]:
    if len(networks) > MOST_NETWORKS:
        yield Fault("/networks", "rows", f"最多写{MOST_NETWORKS}个网段，请合并成较大的。")
    for place, text in enumerate(networks[:MOST_NETWORKS]):
        try:
            read_network(text)
        except ValueError:
            yield Fault(f"/networks/{place}", "format", _explain(text))


def _explain(text: str) -> str:
    """What to write instead of a text that is no network."""
    try:
        meant = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return "应为网络地址或者网段，例如10.1.2.3、10.1.0.0/16、2001:db8::/32，请改正。"
    return f"网段的写法不对：整个网段写作{meant}，单独一个地址不写斜线后面的数。"
