"""What supervisors ask: liveness, and the answer about readiness, apart from all that takes long to load."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from flask import Response, jsonify

from gipdocs.faces import Public, needs
from gipdocs.health import LOADING, Ailment
from gipdocs.pdf.converter import REPAIR_SECONDS


@needs(Public.EVERYBODY)
def alive() -> Response:
    """Liveness: the process answers."""
    return jsonify(status="ok")


@needs(Public.EVERYBODY)
def loading() -> Response:
    """Readiness of a process that goes before the others: the service is still being loaded."""
    return answer_ready([LOADING])


def answer_ready(found: Collection[Ailment]) -> Response:
    """Readiness with these ailments: 503 if one of them stops all documents, and when to ask again."""
    stopped = any(ailment.stops for ailment in found)
    response = jsonify(status="unavailable" if stopped else "ok", findings=[asdict(ailment) for ailment in found])
    if stopped:
        response.status_code = 503
        response.headers["Retry-After"] = str(REPAIR_SECONDS)
    return response
