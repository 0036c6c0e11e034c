"""The door behind a proxy that knows who comes in, and names them in a header: believed from that proxy alone."""

from __future__ import annotations

from flask import request

from gipdocs.access.actors import Actor
from gipdocs.errors import ForeignIdentity, Unnamed
from gipdocs.faces import register, service
from gipdocs.forwarding import FROM_PROXY
from gipdocs.settings import BY_PROXY

UNNAMED = "没有收到统一身份认证给出的名称。请从本机关的统一入口进入；仍然不行的，请管理员核对代理是否设置了GIPDOCS_PROXY_HEADER写明的请求头。"
FOREIGN = "这个请求带有只能由代理设置的请求头，但不是从代理来的，没有处理。请从本机关的统一入口进入。"
UNREADABLE = "代理传来的名称读不出来，应为UTF-8编码的文字，没有处理。请管理员核对代理的设置。"


def refuse_foreign_name() -> None:
    """Refuse a request that names somebody and doesn't come from the proxy; ForeignIdentity."""
    settings = service().settings
    if settings.access == BY_PROXY and settings.proxy_header in request.headers and not request.environ.get(FROM_PROXY):
        raise ForeignIdentity(FOREIGN)


def identify_by_proxy() -> Actor:
    """The account that the proxy has named; Unnamed if it named nobody, AccountRefused for others' names."""
    from gipdocs.access.recognition import admit_by_name

    name = _sent_name()
    if not name:
        raise Unnamed(UNNAMED)
    return admit_by_name(register().store, name, address=request.remote_addr)


def _sent_name() -> str:
    """The name in the header, which the server has read byte by byte."""
    sent = request.headers.get(service().settings.proxy_header, "")
    try:
        return sent.encode("latin-1").decode("utf-8").strip(" \t")
    except UnicodeError:
        raise ForeignIdentity(UNREADABLE) from None
