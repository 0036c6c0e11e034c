"""The pages for engineers: where to begin with the API, its interactive reference, and what each kind of problem means."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Response, jsonify, render_template, request
from werkzeug.exceptions import NotFound

from gipdocs.api.building import LONGEST_HEADER
from gipdocs.api.protocol import negotiates
from gipdocs.api.routes import api
from gipdocs.batch.orders import MOST_BYTES, MOST_ROWS
from gipdocs.errors import MOST_TOLD
from gipdocs.faces import Public, needs, service
from gipdocs.problemkinds import INDEX, KINDS, PROBLEM_KINDS
from gipdocs.questions.codes import CODES, FILES
from gipdocs.settings import MIB, NO_DATABASE

FOLDER = Path(__file__).parent / "examples"
EXAMPLES: Mapping[str, str] = {
    name: (FOLDER / name).read_text(encoding="utf-8")
    for name in ("list.sh", "build.sh", "check.sh", "letter.py", "letter.ts", "batch.sh", "batch.py")
}
"""Programs that call the API, by file name; they stand on the page, and the tests run them."""
WRITTEN_FOR = "http://127.0.0.1:8000"
"""The address in the examples; a reader sees that of the page instead."""
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


@api.get("/api/docs")
@needs(Public.EVERYBODY)
def docs() -> Response:
    """Where to begin: three calls, examples, problems, promises and limits."""
    address, ours = _address(), service()
    return _page(
        "docs",
        address=address,
        examples={name: text.replace(WRITTEN_FOR, address) for name, text in EXAMPLES.items()},
        kinds=KINDS,
        document_count=len(ours.registry),
        has_register=ours.settings.database != NO_DATABASE,
        largest_order=MOST_BYTES // MIB,
        most_rows=MOST_ROWS,
        largest_body=f"{ours.settings.max_body / MIB:g}",
        most_told=MOST_TOLD,
        header_kilobytes=LONGEST_HEADER // 1024,
    )


@api.get("/api/docs/reference")
@needs(Public.EVERYBODY)
def reference() -> Response:
    """The interactive reference, which needs no other server."""
    return _page("reference")


@api.get(INDEX)
@needs(Public.EVERYBODY)
@negotiates
def list_problems() -> Response:
    """All kinds of problem, and the codes in them, as a page or as JSON."""
    if _wants_json():
        return jsonify(problems=[kind.as_json() for kind in KINDS])
    return _page("problems", kinds=KINDS, codes={**CODES, **FILES}, finding_codes=service().codes)


@api.get(f"{INDEX}/<slug>")
@needs(Public.EVERYBODY)
@negotiates
def explain_problem(slug: str) -> Response:
    """One kind of problem, as a page or as JSON."""
    if (kind := PROBLEM_KINDS.get(slug)) is None:
        raise NotFound
    if _wants_json():
        return jsonify(kind.as_json())
    return _page("problem", kind=kind, phrase=HTTPStatus(kind.status).phrase)


def _wants_json() -> bool:
    """Whether the request's Accept prefers JSON to a page."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _page(template: str, **values: Any) -> Response:
    html = render_template(f"api/{template}.html", profile=service().profile, ways=(), **values)
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _address() -> str:
    """The service's address as the reader sees it: its public one if that was called, else that of the request."""
    public = service().settings.url
    called = request.host_url if urlsplit(public).netloc != request.host else public
    return called.rstrip("/")
