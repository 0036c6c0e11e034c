"""The API's routes that build and check documents: what programs ask for most."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, json, jsonify, request

from gipdocs.access.permissions import Permission
from gipdocs.api.bodies import read_body
from gipdocs.api.problems import answer_errors
from gipdocs.api.protocol import keep_protocol, negotiates, prefers_async, takes
from gipdocs.documents.build import Built
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.documents.registry import Entry
from gipdocs.documents.responses import FILES
from gipdocs.errors import Fault, FormatNotOffered, InvalidParameter, Refused
from gipdocs.faces import actor, attach, bytes_type, needs, service
from gipdocs.findings import Finding, order_by_gravity
from gipdocs.settings import NO_DATABASE

TRUTHS = {"true": True, "1": True, "false": False, "0": False}
JSON = "application/json"
LONGEST_HEADER = 6 * 1024
"""Bytes; proxies refuse a response with more than about 8 KB of headers."""

building = Blueprint("building_api", __name__)
answer_errors(building)
keep_protocol(building)


def download(built: Built) -> Response:
    """The document as a download; headers give its provenance, the findings that fit, and their total number."""
    response = Response(built.content, content_type=built.media_type)
    attach(response, built.filename, plain=built.provenance["document"])
    response.headers["Gipdocs-Findings"] = _in_a_header(built.findings)
    response.headers["Gipdocs-Findings-Count"] = str(len(built.findings))
    response.headers["Gipdocs-Provenance"] = _compact(dict(built.provenance))
    return response


def _in_a_header(findings: Iterable[Finding]) -> str:
    """The findings as an ASCII JSON array, most severe first; those that don't fit LONGEST_HEADER are left out."""
    told: list[str] = []
    for finding in order_by_gravity(findings):
        one = _compact(finding.as_json())
        if len(f"[{','.join([*told, one])}]") > LONGEST_HEADER:
            break
        told.append(one)
    return f"[{','.join(told)}]"


def _compact(value: dict[str, Any]) -> str:
    """JSON that fits a header: ASCII without spaces."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


@building.post("/api/v1/documents/<id>")
@needs(Permission.DOCUMENTS)
@takes("format", "envelope", "carry")
@negotiates
def build_document(id: str) -> Response:
    """The document as DOCX, PDF or HTML, or any of these as JSON with base64, findings and provenance."""
    entry = service().registry[id]
    format, wrapped = _representation(entry)
    if (batch := _ordered(entry, format)) is not None:
        return batch
    built = service().build(entry, read_body(), format, carry=_carry(), draft=actor().drafts_only)
    return _as_json(built) if wrapped else download(built)


@building.post(f"/api/v1/documents/<id>/<any({','.join(FILES)}):format>")
@needs(Permission.DOCUMENTS)
@takes("carry")
@negotiates
def build_file(id: str, format: str) -> Response:
    """The document in one format, as bytes."""
    entry = service().registry[id]
    if format not in entry.document.formats:
        raise FormatNotOffered(f"“{entry.document.title}”只提供这些格式：{'、'.join(entry.document.formats)}。")
    if (batch := _ordered(entry, format)) is not None:
        return batch
    built = service().build(entry, read_body(), format, carry=_carry(), draft=actor().drafts_only)
    response = download(built)
    response.content_type = bytes_type(built.media_type)
    return response


def _ordered(entry: Entry, format: str) -> Response | None:
    """The batch of one document that a request prefers to waiting; None if the document is to be made at once.

    A preference that can't be fulfilled is ignored (RFC 7240 section 2): without a database, without the permission, or
    for a file with its answers inside.
    """
    has_batches = service().settings.database != NO_DATABASE and actor().may(Permission.BATCHES)
    if not (has_batches and prefers_async(request.headers)) or _carry():
        return None
    from gipdocs.api.batches import order_one

    answers = read_body()
    findings = service().check(entry, answers, draft=actor().drafts_only)
    if any(finding.severity == "error" for finding in findings):
        raise Refused(findings)
    return order_one(entry.document.id, format, answers)


@building.post("/api/v1/documents/<id>/check")
@needs(Permission.DOCUMENTS)
def check_document(id: str) -> Response:
    """The findings of the checks, without building the document."""
    entry = service().registry[id]  # an unknown id is refused before a wrong body
    findings = service().check(entry, read_body())
    return jsonify(findings=[finding.as_json() for finding in findings])


def _representation(entry: Entry) -> tuple[str, bool]:
    """The format of the document, and whether it is wrapped in JSON.

    ?format= names the format, else the Accept header does, else it is the first. ?envelope=json wraps it, and so does
    an Accept header that wants JSON rather than the format itself; ?format=json is DOCX in JSON.
    """
    offered = {format: MEDIA_TYPES[format].partition(";")[0] for format in entry.document.formats}
    asked, wrapped = request.args.get("format"), _envelope()
    if asked is None:
        asked = _accepted({**offered, "json": JSON}) if request.accept_mimetypes else entry.document.formats[0]
        if not asked:
            told = "、".join([*offered.values(), JSON])
            raise FormatNotOffered(f"“{entry.document.title}”只提供这些格式：{told}。")
    elif asked in offered and not wrapped:
        wrapped = request.accept_mimetypes.quality(JSON) > request.accept_mimetypes.quality(offered[asked])
    if asked == "json":
        return "docx", True
    if asked not in offered:
        told = "、".join([*offered, "json"])
        raise InvalidParameter(
            [Fault("/format", "option", f"“{entry.document.title}”没有这种格式，format可以是：{told}。")]
        )
    return asked, wrapped


def _accepted(offered: Mapping[str, str]) -> str:
    """The format that the Accept header prefers, "" if it accepts none."""
    best = request.accept_mimetypes.best_match(list(offered.values()))
    return next((format for format, media_type in offered.items() if media_type == best), "")


def _envelope() -> bool:
    """Whether ?envelope= asks for JSON; InvalidParameter if it is anything else."""
    if (asked := request.args.get("envelope")) not in (None, "json"):
        raise InvalidParameter([Fault("/envelope", "option", "envelope只能是json，请改正，或者不写。")])
    return asked is not None


def _carry() -> bool:
    """Whether ?carry= asks for a file with its answers inside; InvalidParameter if it is neither true nor false."""
    asked = request.args.get("carry", "false")
    if asked not in TRUTHS:
        raise InvalidParameter([Fault("/carry", "option", "carry应为true或者false，请改正。")])
    return TRUTHS[asked]


def _as_json(built: Built) -> Response:
    response = jsonify(
        filename=built.filename,
        media_type=built.media_type,
        content=base64.b64encode(built.content).decode(),
        findings=[finding.as_json() for finding in built.findings],
        provenance=dict(built.provenance),
    )
    response.headers["Cache-Control"] = "no-store"
    return response
