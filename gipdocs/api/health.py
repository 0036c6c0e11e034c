"""Liveness, readiness and metrics of the service."""

from __future__ import annotations

from flask import Response, jsonify
from prometheus_client import CollectorRegistry, generate_latest

from gipdocs.access.permissions import Permission
from gipdocs.api.metrics import ConverterCollector
from gipdocs.api.routes import api
from gipdocs.errors import GipdocsError
from gipdocs.faces import Public, needs, service
from gipdocs.health import Ailment, find_ailments
from gipdocs.pdf.converter import Health


@api.get("/healthz")
@needs(Public.EVERYBODY)
def alive() -> Response:
    """Liveness: the process answers."""
    return jsonify(status="ok")


@api.get("/readyz")
@needs(Permission.HEALTH)
def ready() -> tuple[Response, int]:
    """Readiness: whether everything is there that a document needs; if not, what is missing and the cure."""
    found = find_ailments(service())
    stopped = any(ailment.stops for ailment in found)
    body = jsonify(status="unavailable" if stopped else "ok", findings=[_as_json(ailment) for ailment in found])
    return body, 503 if stopped else 200


@api.get("/metrics")
@needs(Permission.HEALTH)
def metrics() -> Response:
    """The converter's metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(ConverterCollector(_converter()))
    return Response(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")


def _converter() -> Health:
    try:
        return service().converter.health()
    except GipdocsError as error:
        return Health(ready=False, reason=str(error))


def _as_json(ailment: Ailment) -> dict[str, object]:
    return {"what": ailment.what, "cure": ailment.cure, "stops": ailment.stops}
