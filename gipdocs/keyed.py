"""The door for other systems: who sends a request to the API, by the key in its header and by nothing else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from gipdocs.access.actors import Actor
from gipdocs.access.permissions import Permission
from gipdocs.errors import Unauthenticated
from gipdocs.faces import register
from gipdocs.forwarding import PASSED_ON
from gipdocs.settings import is_loopback

HEALTH = ("/metrics", "/readyz")
BEGINNING = re.compile(r"gd_(?:live|test)_([a-z2-9]{8})_")
IN_AN_ADDRESS = re.compile(rf"{BEGINNING.pattern}|(?:^|&)access_token=")
LOCAL = Actor(name="本机", permissions=frozenset({Permission.HEALTH}))
"""A program on the service's own machine that looks whether it is well."""
EXPIRES, DRAFT = "Gipdocs-Key-Expires", "Gipdocs-Draft"

MISSING = "接口要凭密钥访问：请在请求头里写“Authorization: Bearer ”和密钥。没有密钥的，请管理员发放。"
IN_QUERY = "密钥不能写在网址里，要写在请求头里：Authorization: Bearer和密钥。写进过网址的密钥可能留在了各处的记录里，请管理员作废，另发一把。"


def is_for_programs(path: str) -> bool:
    """Whether a path is one at which keys count and no cookie does: a page from elsewhere could have a browser send it."""
    return path.startswith("/api/") or path in HEALTH


def shown_id() -> str:
    """The id of the key that a request shows, whether or not there is such a key; "" if it shows none."""
    sent = request.authorization
    form = BEGINNING.match((sent and sent.token) or "")
    return form[1] if form else ""


def identify_by_key() -> Actor:
    """Who sends a request, by its key; Unauthenticated says that there is none, or what is wrong with it."""
    if IN_AN_ADDRESS.search(request.query_string.decode("latin-1")):
        raise Unauthenticated(IN_QUERY, fault="invalid_request")
    if request.path in HEALTH and is_from_here():
        return LOCAL
    sent = request.authorization
    if sent is None or sent.type != "bearer":
        raise Unauthenticated(MISSING)
    from gipdocs.access.keys import find_key  # an installation without a database loads nothing of it

    return find_key(register().store, sent.token or "", request.remote_addr)


def is_from_here() -> bool:
    """Whether a program on this machine asks for itself: the peer, not a header, says so, and no proxy stands between."""
    passed_on = request.environ.get(PASSED_ON, True)
    return not passed_on and is_loopback(request.remote_addr or "") and is_loopback(_asked_host())


def _asked_host() -> str:
    return urlsplit(f"//{request.host}").hostname or ""


def tell_of_key(app: Flask) -> None:
    """Have the answers to a key say that it ends soon, and that everything is only tried."""
    app.after_request(_tell)


def _tell(response: Response) -> Response:
    found: Actor | None = g.get("actor")
    if found is not None and found.key is not None:
        if found.ends_on:
            response.headers[EXPIRES] = found.ends_on.isoformat()
        if found.drafts_only:
            response.headers[DRAFT] = "true"
    return response
