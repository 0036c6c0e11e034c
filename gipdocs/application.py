"""The Flask application before any door is opened: what all answers have in common, whatever routes there are."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Flask, Response, request

from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.errors import UnknownHost, locate
from gipdocs.faces import service as running_service
from gipdocs.forwarding import Forwarding
from gipdocs.headers import HEADERS, OVER_TLS
from gipdocs.pdf.converter import DRAWN, HUNG_UP
from gipdocs.service import Service
from gipdocs.settings import Settings
from gipdocs.tracing import CURRENT, Traced
from gipdocs.traffic import Traffic
from gipdocs.web.multipart import WholeRequest
from gipdocs.web.sessions import Sessions

FORMATS = {media_type.partition(";")[0]: format for format, media_type in MEDIA_TYPES.items()} | {
    "application/json": "json",
    "application/problem+json": "problem",
}
"""What the log calls the type of an answer."""


class Application(Flask):
    """Flask, with nothing in its log that was typed."""

    def log_exception(self, exc_info: Any) -> None:
        """Log the kind and the place of an error that no handler has taken; its message may quote an answer."""
        self.logger.error("unexpected %s at %s", exc_info[0].__name__, locate(exc_info[1]))


def begin_application(service: Service, traffic: Traffic) -> Flask:
    """An application without routes; what it answers is counted in `traffic`."""
    settings, app = service.settings, Application("gipdocs", static_folder=None)
    app.session_interface = Sessions()
    app.request_class = WholeRequest
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.max_body,
        MAX_FORM_MEMORY_SIZE=settings.max_body,
        MAX_FORM_PARTS=5000,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=bool(settings.url),
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions["gipdocs"] = service
    _ = service.spares_libreoffice  # the record of proved layouts is read now, too
    app.extensions["gipdocs-traffic"] = traffic
    app.before_request(_watch)
    app.before_request(_note_route)
    app.before_request(partial(_check_host, settings))
    return app


def finish_application(app: Flask) -> Flask:
    """The application, which has its routes, with what every answer gets in the end."""
    settings, traffic = app.extensions["gipdocs"].settings, app.extensions["gipdocs-traffic"]
    app.after_request(partial(_guard, OVER_TLS if settings.url else {}))
    # As Flask's documentation wraps it.
    app.wsgi_app = Traced(Forwarding(app.wsgi_app, settings), traffic.count)  # type: ignore[method-assign]
    return app


def is_of_the_api() -> bool:
    """Whether a program asks, which gets problem details instead of a page."""
    return request.path.startswith("/api/")


def _note_route() -> None:
    """Note for log and metrics which route takes the request, and for which of our documents; never its address."""
    if (trace := CURRENT.get()) and request.url_rule:
        trace.route = request.url_rule.rule
        values = map(str, (request.view_args or {}).values())
        trace.document = next((value for value in values if value in running_service().registry), "")


def _check_host(settings: Settings) -> None:
    """Refuse requests for any name but the service's own (Werkzeug's list of trusted hosts can't have IPv6 addresses)."""
    if not settings.serves(request.host):
        port = request.environ["SERVER_PORT"]
        raise UnknownHost(
            f"这个网址不是本服务的。在本机上请用http://127.0.0.1:{port}/打开；服务另有域名的，请管理员用GIPDOCS_URL写明。"
        )


def _watch() -> None:
    """Let the converter find out whether the client is still waiting, if the server gives access to the connection."""
    connection = request.environ.get("gunicorn.socket")
    HUNG_UP.set(partial(_has_hung_up, connection) if isinstance(connection, socket.socket) else None)
    DRAWN.set(None)  # a thread answers many requests


def _has_hung_up(connection: socket.socket) -> bool:
    try:
        return connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def _guard(further: Mapping[str, str], response: Response) -> Response:
    """Add the headers by which browsers and proxies store nothing that was typed, and pages load nothing from elsewhere."""
    for name, value in {**HEADERS, **further}.items():
        response.headers.setdefault(name, value)
    if trace := CURRENT.get():
        trace.format = FORMATS.get(response.mimetype or "", "")
        if drawn := DRAWN.get():
            trace.typesetter, trace.typesetter_failure = drawn.by.partition(" ")[0], drawn.failure
    return response
