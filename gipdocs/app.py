"""The Flask application: the three doors to one service."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from gipdocs.api import api, problems
from gipdocs.api.health import alive
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.doors import guard
from gipdocs.errors import GipdocsError, UnknownHost, locate
from gipdocs.faces import is_open, may
from gipdocs.faces import service as running_service
from gipdocs.forwarding import Forwarding
from gipdocs.headers import HEADERS, OVER_TLS
from gipdocs.keyed import tell_of_key
from gipdocs.pacing import RateLimitExceeded, brake, explain, pace
from gipdocs.pdf.converter import DRAWN, HUNG_UP
from gipdocs.service import Service, open_service
from gipdocs.settings import API, BY_OIDC, BY_PROXY, CITIZEN, NO_ACCOUNTS, NO_DATABASE, STAFF, Settings, read_settings
from gipdocs.tracing import CURRENT, Traced
from gipdocs.traffic import Traffic
from gipdocs.web import citizen, look, staff
from gipdocs.web import errors as pages
from gipdocs.web.days import days, tell_day
from gipdocs.web.handbook import handbook
from gipdocs.web.held import hold
from gipdocs.web.multipart import WholeRequest
from gipdocs.web.pages import day_text, help_text, instant_text, moment_text
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


FILTERS: Mapping[str, Callable[..., str]] = {
    "help": help_text,
    "day": day_text,
    "moment": moment_text,
    "instant": instant_text,
    "understood": tell_day,
}
"""The filters of the templates."""


def create_app(settings: Settings | None = None) -> Flask:
    """The application; SetupError stops the start and names the file and the fault."""
    settings = settings or read_settings()
    app = Application("gipdocs")
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
    app.extensions["gipdocs"] = service = open_service(settings)
    _ = service.spares_libreoffice  # the record of proved layouts is read now, too
    app.extensions["gipdocs-traffic"] = traffic = Traffic()
    _open_doors(app, service)
    for name, text in FILTERS.items():
        app.add_template_filter(text, name)
    for helper in (may, is_open):
        app.add_template_global(helper)
    hold(app)
    app.register_error_handler(HTTPException, _unrouted)
    app.register_error_handler(GipdocsError, _refused)
    app.before_request(_note_route)
    app.before_request(partial(_check_host, settings))
    app.before_request(_watch)
    brake(app)
    guard(app)
    tell_of_key(app)
    pace(app)
    app.register_error_handler(RateLimitExceeded, lambda error: _refused(explain(error)))
    app.after_request(partial(_guard, OVER_TLS if settings.url else {}))
    # As Flask's documentation wraps it.
    app.wsgi_app = Traced(Forwarding(app.wsgi_app, settings), traffic.count)  # type: ignore[method-assign]
    return app


def _open_doors(app: Flask, service: Service) -> None:
    """Add the routes of the open doors. Those of the others don't exist, and nothing of theirs answers."""
    doors = service.settings.doors
    for blueprint in _blueprints(doors):
        app.register_blueprint(blueprint)
    if API not in doors:
        app.add_url_rule("/healthz", "healthz", alive)
    if CITIZEN not in doors and STAFF in doors:
        app.url_map.add(Rule("/", endpoint="home", redirect_to="desk/"))
    if service.settings.database != NO_DATABASE:
        _add_register(app, service)
    if service.settings.access != NO_ACCOUNTS and STAFF in doors:
        _add_sign_in(app, service.settings)


def _blueprints(doors: Collection[str]) -> Iterator[Blueprint]:
    yield citizen if CITIZEN in doors else look
    if {CITIZEN, STAFF} & {*doors}:
        yield days
    if STAFF in doors:
        yield from (staff, handbook)
    if API in doors:
        yield api


def _add_register(app: Flask, service: Service) -> None:
    """Open the register and add its routes; a database that can't be used stops the start.

    An installation without a database loads nothing of all this.
    """
    from gipdocs.api import register_api
    from gipdocs.web.batch_letters import batch_letters
    from gipdocs.web.batches import batches
    from gipdocs.web.case_judging import case_judging
    from gipdocs.web.case_keeping import keeping
    from gipdocs.web.case_letters import letters
    from gipdocs.web.cases import cases
    from gipdocs.web.joint import joint
    from gipdocs.web.numbers import CaseNumber
    from gipdocs.web.trail import trail

    app.url_map.converters["number"] = CaseNumber
    assert service.register is not None  # the settings name a database
    of_desk = (cases, letters, joint, keeping, case_judging, batches, batch_letters, trail)
    at_desk = of_desk if STAFF in service.settings.doors else ()
    for blueprint in (*at_desk, *((register_api.cases, register_api.batches) if API in service.settings.doors else ())):
        app.register_blueprint(blueprint)


def _add_sign_in(app: Flask, settings: Settings) -> None:
    """Add the pages of signing in and of administrators; an installation without accounts loads nothing of them."""
    from gipdocs.web.admin import admin
    from gipdocs.web.own_account import sign_in

    for blueprint in (sign_in, admin):
        app.register_blueprint(blueprint)
    if settings.access == BY_OIDC:
        from gipdocs.web.oidc import add_oidc

        add_oidc(app, settings)
    if settings.access in (BY_OIDC, BY_PROXY):
        from gipdocs.web.vouched import close_passwords

        close_passwords(app, settings.access)


def begin_serving(app: Flask) -> None:
    """Let open cases follow this version's law. A rehearsal doesn't: a version that is refused leaves them as they are.

    This process is the master of those that will answer, and leaves its counts to the version after this one.
    """
    service: Service = app.extensions["gipdocs"]
    traffic: Traffic = app.extensions["gipdocs-traffic"]
    traffic.master = os.getpid()
    traffic.tallies.hand_over()
    foresee_documents(app)
    if service.register is not None:
        from gipdocs.register.starting import begin_register

        begin_register(service.register)
        leave_batches(app)  # to a runner of this version


def foresee_documents(app: Flask) -> None:
    """From now on have LibreOffice start while somebody fills in the form of a document that it has to convert."""
    app.before_request(_foresee_document)


def _foresee_document() -> None:
    if (trace := CURRENT.get()) and trace.document and request.method == "GET" and not _is_of_the_api():
        running_service().expect(trace.document)


def watch_batches(app: Flask) -> None:
    """From now on, in this process, see to it that a runner works on batches whenever there is work."""
    service: Service = app.extensions["gipdocs"]
    if service.register is not None:
        from gipdocs.batch.waking import watch

        watch(service.register, service.settings)


def leave_batches(app: Flask) -> None:
    """Have the runner end after the rows that it is making; the watch starts another one when there is work."""
    service: Service = app.extensions["gipdocs"]
    if service.settings.database != NO_DATABASE:
        from gipdocs.batch.waking import end_runner

        end_runner(service.settings)


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


def _unrouted(error: HTTPException) -> Response | HTTPException:
    """The answer if no route matches: the API's error shape, or a page for everything else."""
    return problems.from_http(error) if _is_of_the_api() else pages.from_http(error)


def _refused(error: GipdocsError) -> Response:
    """The answer to a request refused before it reaches a route, in the same two shapes."""
    return problems.from_error(error) if _is_of_the_api() else pages.from_error(error)


def _is_of_the_api() -> bool:
    return request.path.startswith("/api/")


def _guard(further: Mapping[str, str], response: Response) -> Response:
    """Add the headers by which browsers and proxies store nothing that was typed, and pages load nothing from elsewhere."""
    for name, value in {**HEADERS, **further}.items():
        response.headers.setdefault(name, value)
    if trace := CURRENT.get():
        trace.format = FORMATS.get(response.mimetype or "", "")
        if drawn := DRAWN.get():
            trace.typesetter, trace.typesetter_failure = drawn.by.partition(" ")[0], drawn.failure
    return response
