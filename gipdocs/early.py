"""Answers programs that want documents while the rest of the service is still being loaded.

Most of a start is spent on what few first requests need: the pages, the register, the report. The early application has
the routes that build documents, and loads and checks each document when it is asked for. The whole application takes every
other request; the process that gets one loads it then.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.exceptions import HTTPException

from gipdocs.api import problems
from gipdocs.api.building import building
from gipdocs.api.probes import alive, loading
from gipdocs.application import begin_application, finish_application
from gipdocs.doors import guard
from gipdocs.errors import GipdocsError
from gipdocs.service import open_gradually
from gipdocs.settings import API, NO_ACCOUNTS, Settings
from gipdocs.traffic import Traffic

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

REST = "gipdocs-rest"


def can_be_early(settings: Settings) -> bool:
    """Whether programs may ask for documents, and need no key, which only the database knows."""
    return API in settings.doors and settings.access == NO_ACCOUNTS


def create_early_app(settings: Settings) -> Flask:
    """The early application; SetupError names a fault in the office profile or in the law's data."""
    app = begin_application(open_gradually(settings), Traffic())
    app.register_blueprint(building)
    app.add_url_rule("/healthz", "healthz", alive)
    app.add_url_rule("/readyz", "readyz", loading)
    app.register_error_handler(HTTPException, problems.from_http)
    app.register_error_handler(GipdocsError, problems.from_error)
    guard(app)
    finish_application(app)
    app.extensions[REST] = rest = Rest(app)
    app.wsgi_app = rest  # type: ignore[method-assign]  # as Flask's documentation wraps it
    app.extensions["gipdocs-traffic"].master = os.getpid()
    return app


def is_early(app: Flask) -> bool:
    """Whether this is an early application."""
    return REST in app.extensions


def whole_app(app: Flask) -> Flask:
    """The whole application in place of an early one; SetupError names the file and the fault."""
    rest: Rest = app.extensions[REST]
    return rest.load()


class Rest:
    """Gives the requests that an early application can't answer to the whole one, which is loaded once."""

    def __init__(self, early: Flask) -> None:
        self._early, self._answer = early, early.wsgi_app
        self._whole: Flask | None = None
        self._lock = threading.Lock()

    def load(self) -> Flask:
        """The whole application."""
        from gipdocs.app import create_app

        with self._lock:
            self._whole = self._whole or create_app(self._early.extensions["gipdocs"].settings, self._early)
            return self._whole

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        answer: WSGIApplication = self._answer if self._is_early(environ) else self.load()
        return answer(environ, start_response)

    def _is_early(self, environ: WSGIEnvironment) -> bool:
        """Whether the early application answers as the whole one would: it takes no orders, and lists no methods."""
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        known = method in ("GET", "POST") and self._early.url_map.bind("localhost").test(path, method)
        return known and "HTTP_PREFER" not in environ
