"""The door for other systems: who sends a request to the API, by the key in its header and by nothing else."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING

from flask import Response, g, request

from gipdocs.access.actors import NOBODY, Actor
from gipdocs.access.permissions import Permission
from gipdocs.errors import Unauthenticated
from gipdocs.faces import register
from gipdocs.settings import is_loopback

HEALTH_PATHS = ("/metrics", "/readyz")
IN_AN_ADDRESS = re.compile(r"gd_(?:live|test)_[a-z2-9]{8}_|(?:^|[?&])access_token=")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
LOCAL = Actor(name="本机", permissions=frozenset({Permission.HEALTH}))
"""A program on the service's own machine that looks how it is."""

MISSING = "接口要凭密钥访问：请在请求头里写Authorization: Bearer和密钥，密钥请管理员发放。"
IN_QUERY = "密钥不能写在网址里，应当写在请求头Authorization: Bearer里。网址会留在记录里，写过密钥的，请管理员作废这把密钥，另发一把。"


def is_for_programs(path: str) -> bool:
    """Whether a path is one where keys count and cookies don't; all others are for browsers."""
    return path.startswith("/api/") or path in HEALTH_PATHS


def identify_by_key() -> Actor:
    """Whose key a request has; Unauthenticated says what is wrong with it, or that there is none."""
    if IN_AN_ADDRESS.search(request.query_string.decode("latin-1")):
        raise Unauthenticated(IN_QUERY, fault="invalid_request")
    if request.path in HEALTH_PATHS and is_from_here():
        return LOCAL
    sent = request.authorization
    if sent is None or sent.type != "bearer":
        raise Unauthenticated(MISSING)
    from gipdocs.access.keys import find_key  # loads the database, which is there wherever keys are

    return find_key(register().store, sent.token or "", request.remote_addr)
