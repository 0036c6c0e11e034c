"""The cookie of a browser that has signed in, and what it says about who sends a request."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import Response, g, request, session

from gipdocs.access.actors import NOBODY, Actor
from gipdocs.faces import register, service

if TYPE_CHECKING:  # an installation without a database loads nothing of it
    from gipdocs.access.sessions import SignedIn

OVER_TLS = "__Host-gipdocs"
PLAIN = "gipdocs-account"
PORT = re.compile(r":([0-9]+)$")
BOUND_TO = "of"
"""Where the browser's own session, which holds the token of its forms, says whose it is."""


def cookie_name() -> str:
    """The cookie's name: browsers let no other host set the one over TLS, and send the plain one to every port."""
    if service().settings.url:
        return OVER_TLS
    port = PORT.search(request.host)
    return f"{PLAIN}-{port[1]}" if port else PLAIN


def sent_token() -> str:
    """The token that the browser has sent, "" if none."""
    return request.cookies.get(cookie_name(), "")


def keep_token(response: Response, token: str) -> Response:
    """Have the browser keep a token until it is closed, and forget the forms that it had before."""
    secure = bool(service().settings.url)
    response.set_cookie(cookie_name(), token, secure=secure, httponly=True, samesite="Lax", path="/")
    _bind(token)
    return response


def drop_token(response: Response) -> Response:
    """Have the browser forget its token and its forms."""
    secure = bool(service().settings.url)
    response.delete_cookie(cookie_name(), secure=secure, httponly=True, samesite="Lax", path="/")
    _bind("")
    return response


def signed_in() -> SignedIn | None:
    """The session in which the request was sent, None if there is none."""
    found: SignedIn | None = g.get("signed_in")
    return found


def actor_of_browser() -> Actor:
    """The account whose session the browser's cookie names, NOBODY if none holds.

    The token of the browser's forms belongs to the session: one that was planted before it, or was given in a former
    session, is refused, and the form is shown again with its answers.
    """
    from gipdocs.access.sessions import find_session

    token = sent_token()
    g.signed_in = found = find_session(register().store, token, address=request.remote_addr) if token else None
    if found is None:
        return NOBODY
    if session.get(BOUND_TO) != _mark(token):
        _bind(token)
    return found.actor


def _bind(token: str) -> None:
    session.clear()
    if token:
        session[BOUND_TO] = _mark(token)


def _mark(token: str) -> str:
    """A word that tells one token from another and gives neither it nor its hash away."""
    return sha256(f"forms of {token}".encode()).hexdigest()[:32]
