"""The doors of the service: whoever comes in is asked who they are, and may do only what the route needs."""

from __future__ import annotations

import re

from flask import Flask, Response, current_app, g, redirect, request, url_for
from werkzeug.exceptions import HTTPException

from gipdocs.access.actors import HERE, NOBODY, Actor
from gipdocs.cookies import actor_of_browser
from gipdocs.errors import Unauthenticated
from gipdocs.faces import Need, Public, asked_path, declared_need, needs_sign_in, service
from gipdocs.keyed import identify_by_key, is_for_programs
from gipdocs.proxied import identify_by_proxy, refuse_foreign_name
from gipdocs.settings import BY_OIDC, BY_PROXY

FILES = frozenset({"citizen.static", "api.static"})
"""Endpoints of style sheets, scripts and pictures, which are open to everybody."""
DESK = "/desk"
SIGN_INS = {BY_OIDC: "oidc.begin"}
SIGN_IN = "sign_in.show"
NAMED = re.compile(r"\{\w+\}")


def guard(app: Flask) -> None:
    """Guard every route of a finished application; RuntimeError names one that doesn't say what it needs."""
    for endpoint in app.view_functions:
        needed(app, endpoint, "GET")
    app.before_request(refuse_foreign_name)
    app.before_request(admit)


def needed(app: Flask, endpoint: str, method: str) -> Need:
    """What a request needs; a route that says nothing is a fault of the program, and stops the start."""
    if endpoint in FILES:
        return Public.EVERYBODY
    if (need := declared_need(app, endpoint, method)) is None:
        raise RuntimeError(f"the route {endpoint} says nothing of what it needs")
    return need


def need_of(app: Flask, path: str, method: str) -> Need:
    """What an operation of the API needs, by its path in the description, such as /api/v1/letters/{id}.

    The scope that a key needs for it is the permission's value. LookupError if no route is meant.
    """
    adapter = app.url_map.bind("localhost")
    try:
        endpoint, _ = adapter.match(NAMED.sub("1", path), method)
    except HTTPException:
        raise LookupError(f"{method} {path} is no route") from None
    return needed(app, endpoint, method)


def admit() -> Response | None:
    """Find out who sends the request; Unauthenticated or Forbidden unless they may.

    Whoever opens a page of the desk without having signed in is led to the page of signing in.
    """
    g.actor = NOBODY
    if request.endpoint is None:
        if _is_of_desk():  # the page that says so shows the ways of whoever has signed in
            g.actor = identify()
        return None
    need = needed(current_app, request.endpoint, request.method)
    if need is Public.EVERYBODY:
        return None
    g.actor = found = identify()
    if found is NOBODY:
        if _opens_page():
            return redirect(_sign_in_address(), 303)  # type: ignore[return-value]  # of Werkzeug's class
        raise Unauthenticated("请先登录。")
    if not isinstance(need, Public):
        found.demand(need)
    return None


def identify() -> Actor:
    """Who sends the request. Without accounts, the service is reached only from its own machine."""
    if not needs_sign_in():
        return HERE
    if is_for_programs(request.path):
        return identify_by_key()
    if service().settings.access == BY_PROXY:
        return identify_by_proxy()
    return actor_of_browser()


def _sign_in_address() -> str:
    return url_for(SIGN_INS.get(service().settings.access, SIGN_IN), next=asked_path())


def _opens_page() -> bool:
    """Whether a browser opens a page of the desk in its window, rather than a script or a frame of such a page."""
    mode, place = (request.headers.get(f"Sec-Fetch-{name}", "") for name in ("Mode", "Dest"))
    return (
        _is_of_desk() and request.method in ("GET", "HEAD") and mode in ("", "navigate") and place in ("", "document")
    )


def _is_of_desk() -> bool:
    return request.path == DESK or request.path.startswith(f"{DESK}/")
