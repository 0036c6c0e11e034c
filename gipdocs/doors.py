"""The doors of the service: whoever comes in is asked who they are, and may do only what the route needs."""

from __future__ import annotations

from flask import Flask, current_app, g, request

from gipdocs.access.actors import HERE, NOBODY, Actor
from gipdocs.errors import Unauthenticated
from gipdocs.faces import Need, Public, need_of

FILES = frozenset({"static", "citizen.static", "api.static"})
"""Endpoints of style sheets, scripts and pictures, which are open to everybody."""
DESK = "/desk/"


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


def admit() -> None:
    """Find out who sends the request; Unauthenticated or Forbidden unless they may."""
    g.actor = NOBODY
    if request.endpoint is None:
        if request.path.startswith(DESK):
            g.actor = identify()  # the page that says so shows what else there is for them
        return
    need = needed(current_app, request.endpoint, request.method)
    if need is Public.EVERYBODY:
        return
    g.actor = found = identify()
    if found is NOBODY:
        raise Unauthenticated("请先登录。")
    if not isinstance(need, Public):
        found.demand(need)


def identify() -> Actor:
    """Who sends the request. Without accounts, the service is reached only from its own machine."""
    return HERE
