"""The doors of the service: whoever comes in is asked who they are, and may do only what the route needs."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, redirect, request, url_for

from gipdocs.access.actors import HERE, NOBODY, Actor
from gipdocs.cookies import actor_of_browser
from gipdocs.errors import Unauthenticated
from gipdocs.faces import Need, Public, need_of, needs_sign_in

FILES = frozenset({"static", "citizen.static", "api.static"})
"""Endpoints of style sheets, scripts and pictures, which are open to everybody."""
DESK = "/desk"
FOR_PROGRAMS = ("/api/", "/metrics", "/readyz")
"""Paths at which no cookie counts: a page from elsewhere could make a browser send it along."""
SIGN_IN = "sign_in.show"


def guard(app: Flask) -> None:
    """Guard every route of a finished application; RuntimeError names one that doesn't say what it needs."""
    for endpoint in app.view_functions:
        needed(app, endpoint, "GET")
    app.before_request(admit)


def needed(app: Flask, endpoint: str, method: str) -> Need:
    """What a request needs; a route that says nothing is a fault of the program, and stops the start."""
    if endpoint in FILES:
        return Public.EVERYBODY
    if (need := need_of(app, endpoint, method)) is None:
        raise RuntimeError(f"the route {endpoint} says nothing of what it needs")
    return need


def admit() -> Response | None:
    """Find out who sends the request; Unauthenticated or Forbidden unless they may.

    Whoever opens a page of the desk without having signed in is led to the page of signing in.
    """
    g.actor = NOBODY
    if request.endpoint is None:
        if _is_of_desk():
            g.actor = identify()  # the page that says so shows what else there is for them
        return None
    need = needed(current_app, request.endpoint, request.method)
    if need is Public.EVERYBODY:
        return None
    g.actor = found = identify()
    if found is NOBODY:
        if _opens_page():
            return redirect(url_for(SIGN_IN, next=_path()), 303)  # type: ignore[return-value]  # of Werkzeug's class
        raise Unauthenticated("请先登录。")
    if not isinstance(need, Public):
        found.demand(need)
    return None


def identify() -> Actor:
    """Who sends the request. Without accounts, the service is reached only from its own machine."""
    if not needs_sign_in():
        return HERE
    if request.path.startswith(FOR_PROGRAMS):
        return NOBODY
    return actor_of_browser()


def _opens_page() -> bool:
    """Whether a browser opens a page of the desk in its window, rather than a script or a frame of such a page."""
    mode, place = (request.headers.get(f"Sec-Fetch-{name}", "") for name in ("Mode", "Dest"))
    return (
        _is_of_desk() and request.method in ("GET", "HEAD") and mode in ("", "navigate") and place in ("", "document")
    )


def _is_of_desk() -> bool:
    return request.path == DESK or request.path.startswith(f"{DESK}/")


def _path() -> str:
    """The path that was asked for, with its query."""
    return request.full_path if request.query_string else request.path
