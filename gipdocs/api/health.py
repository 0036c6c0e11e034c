"""Readiness and metrics of the service."""

from __future__ import annotations

from flask import Response, current_app
from prometheus_client import CollectorRegistry, generate_latest

from gipdocs.access.permissions import Permission
from gipdocs.api.metrics import ConverterCollector, ServiceCollector
from gipdocs.api.probes import alive, answer_ready
from gipdocs.api.routes import api
from gipdocs.errors import GipdocsError
from gipdocs.faces import needs, service
from gipdocs.health import find_ailments
from gipdocs.pdf.converter import Health

api.get("/healthz")(alive)


@api.get("/readyz")
@needs(Permission.HEALTH)
def ready() -> Response:
    """Readiness: whether everything is there that a document needs; if not, what is missing and the cure."""
    return answer_ready(find_ailments(service()))


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
