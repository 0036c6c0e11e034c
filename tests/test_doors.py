"""Every route says what it needs, and a route that doesn't stops the start."""

from __future__ import annotations

import pytest
from flask import Flask

from gipdocs.access.permissions import Permission
from gipdocs.doors import guard, needed
from gipdocs.faces import Public, needs


def test_a_route_that_says_nothing_of_what_it_needs_stops_the_start() -> None:
    app = Flask("small", static_folder=None)
    app.add_url_rule("/open", "open", needs(Public.EVERYBODY)(lambda: "open"))
    guard(app)
    app.add_url_rule("/silent", "silent", lambda: "silent")
    with pytest.raises(RuntimeError, match="silent says nothing"):
        guard(app)


def test_a_route_may_need_something_else_for_another_method() -> None:
    app = Flask("small", static_folder=None)
    app.add_url_rule("/cases", "cases", needs(Permission.READ_CASES, POST=Permission.WRITE_CASES)(lambda: ""))
    assert needed(app, "cases", "GET") is Permission.READ_CASES
    assert needed(app, "cases", "HEAD") is Permission.READ_CASES
    assert needed(app, "cases", "POST") is Permission.WRITE_CASES
