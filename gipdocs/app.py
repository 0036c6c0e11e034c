"""The Flask application: the three doors to one service."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

from flask import Blueprint, Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from gipdocs.api import problems
from gipdocs.api.probes import alive
from gipdocs.api.service_api import api, building
from gipdocs.application import begin_application, finish_application, is_of_the_api
from gipdocs.doors import guard
from gipdocs.errors import GipdocsError
from gipdocs.faces import is_open, may
from gipdocs.faces import service as running_service
from gipdocs.keyed import tell_of_key
from gipdocs.pacing import RateLimitExceeded, brake, explain, pace
from gipdocs.service import Service, open_service
from gipdocs.settings import API, BY_OIDC, BY_PROXY, CITIZEN, NO_ACCOUNTS, NO_DATABASE, STAFF, Settings, read_settings
from gipdocs.tracing import CURRENT
from gipdocs.traffic import Traffic
from gipdocs.web import errors as pages
from gipdocs.web.citizen import citizen, look
from gipdocs.web.days import days, tell_day
from gipdocs.web.handbook import handbook
from gipdocs.web.held import hold
from gipdocs.web.pages import day_text, help_text, instant_text, moment_text
from gipdocs.web.staff import staff

FILTERS: Mapping[str, Callable[..., str]] = {
    "help": help_text,
    "day": day_text,
    "moment": moment_text,
    "instant": instant_text,
    "understood": tell_day,
}
"""The filters of the templates."""


def create_app(settings: Settings | None = None, early: Flask | None = None) -> Flask:
    """The application, which goes on with the counts of an early one; SetupError names the file and the fault."""
    service = open_service(settings or read_settings())
    if early is not None:
        service = replace(service, need=early.extensions["gipdocs"].need)
    app = begin_application(service, early.extensions["gipdocs-traffic"] if early is not None else Traffic())
    _open_doors(app, service)
    for name, text in FILTERS.items():
        app.add_template_filter(text, name)
    for helper in (may, is_open):
        app.add_template_global(helper)
    hold(app)
    app.register_error_handler(HTTPException, _unrouted)
    app.register_error_handler(GipdocsError, _refused)
    brake(app)
    guard(app)
    tell_of_key(app)
    pace(app)
    app.register_error_handler(RateLimitExceeded, lambda error: _refused(explain(error)))
    return finish_application(app)


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
        yield from (api, building)


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
    if (trace := CURRENT.get()) and trace.document and request.method == "GET" and not is_of_the_api():
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


def _unrouted(error: HTTPException) -> Response | HTTPException:
    """The answer if no route matches: the API's error shape, or a page for everything else."""
    return problems.from_http(error) if is_of_the_api() else pages.from_http(error)


def _refused(error: GipdocsError) -> Response:
    """The answer to a request refused before it reaches a route, in the same two shapes."""
    return problems.from_error(error) if is_of_the_api() else pages.from_error(error)
