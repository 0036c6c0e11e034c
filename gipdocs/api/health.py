"""Liveness, readiness and metrics of the service."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response, current_app, jsonify
from prometheus_client import CollectorRegistry, generate_latest

from gipdocs.access.permissions import Permission
from gipdocs.api.metrics import ConverterCollector, ServiceCollector
from gipdocs.api.routes import api
from gipdocs.errors import GipdocsError
from gipdocs.faces import Public, needs, service
from gipdocs.health import find_ailments
from gipdocs.pdf.converter import REPAIR_SECONDS, Health


@api.get("/healthz")
@needs(Public.EVERYBODY)
def alive() -> Response:
    """Liveness: the process answers."""
    return jsonify(status="ok")


@api.get("/readyz")
@needs(Permission.HEALTH)
def ready() -> Response:
    """Readiness: whether everything is there that a document needs; if not, what is missing and the cure."""
    found = find_ailments(service())
    stopped = any(ailment.stops for ailment in found)
    response = jsonify(status="unavailable" if stopped else "ok", findings=[asdict(ailment) for ailment in found])
    if stopped:
        response.status_code = 503
        response.headers["Retry-After"] = str(REPAIR_SECONDS)
    return response


@api.get("/metrics")
@needs(Permission.HEALTH)
def metrics() -> Response:
    """The metrics of the service and of its converter in Prometheus' text format."""
    registry = CollectorRegistry()
    for collector in (
        ServiceCollector(service().office()),
        current_app.extensions["gipdocs-traffic"],
        ConverterCollector(_converter()),
    ):
        registry.register(collector)
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")


def _converter() -> Health:
    try:
        return service().converter.health()
    except GipdocsError as error:
        return Health(ready=False, reason=str(error))
