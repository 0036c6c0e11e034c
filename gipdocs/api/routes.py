"""The API's routes, which only translate input and errors."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, current_app, json, jsonify, request

from gipdocs import reports
from gipdocs.access.permissions import Permission
from gipdocs.api import operations
from gipdocs.api.bodies import read_body
from gipdocs.api.problems import UnexpectedBody, UnreadableBody, answer_errors
from gipdocs.api.protocol import keep_protocol, negotiates, prefers_async, takes
from gipdocs.api.scopes import security
from gipdocs.documents.build import Built
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.documents.groups import OTHER
from gipdocs.documents.openapi import describe, json_schema
from gipdocs.documents.registry import Entry
from gipdocs.documents.responses import FILES
from gipdocs.errors import Fault, FormatNotOffered, InvalidParameter, Refused
from gipdocs.faces import Public, actor, attach, bytes_type, lasting, needs, needs_sign_in, service
from gipdocs.findings import Finding, order_by_gravity
from gipdocs.law import Office, deadlines, fees
from gipdocs.reports.collecting.comparison_questions import report_compare
from gipdocs.reports.collecting.orders import report_sum
from gipdocs.settings import NO_DATABASE

TRUTHS = {"true": True, "1": True, "false": False, "0": False}
JSON = "application/json"
LONGEST_HEADER = 6 * 1024
"""Bytes; proxies refuse a response with more than about 8 KB of headers."""
DESCRIPTION = "gipdocs-description"

api = Blueprint("api", __name__, static_folder="static", static_url_path="/api/static", template_folder="templates")
answer_errors(api)
keep_protocol(api)


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


@api.get("/api/v1/documents")
@needs(Permission.DOCUMENTS)
def list_documents() -> Response:
    """All documents, without their questions."""
    return lasting(jsonify(documents=[_summary(entry) for entry in service().registry.values()]))


@api.get("/api/v1/documents/<id>")
@needs(Permission.DOCUMENTS)
def describe_document(id: str) -> Response:
    """One document, with links to its parts."""
    entry = service().registry[id]
    return lasting(jsonify(**_summary(entry), schema=json_schema(entry.document, service().office())))


@api.get("/api/v1/documents/<id>/schema")
@needs(Permission.DOCUMENTS)
def document_schema(id: str) -> Response:
    """The questions as JSON Schema 2020-12."""
    return lasting(jsonify(json_schema(service().registry[id].document, service().office())))


@api.get("/api/v1/documents/<id>/sample")
@needs(Permission.DOCUMENTS)
def document_sample(id: str) -> Response:
    """A payload that builds."""
    return lasting(jsonify(service().sample(id)))


@api.post("/api/v1/documents/<id>")
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


@api.post(f"/api/v1/documents/<id>/<any({','.join(FILES)}):format>")
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


@api.post("/api/v1/documents/<id>/check")
@needs(Permission.DOCUMENTS)
def check_document(id: str) -> Response:
    """The findings of the checks, without building the document."""
    entry = service().registry[id]  # an unknown id is refused before a wrong body
    findings = service().check(entry, read_body())
    return jsonify(findings=[finding.as_json() for finding in findings])


@api.post("/api/v1/read")
@needs(Permission.DOCUMENTS)
def read_file() -> Response:
    """The answers in a DOCX or PDF that was handed in; it is not kept."""
    if request.mimetype != "multipart/form-data":
        raise UnexpectedBody("请求内容应为multipart/form-data，文件放在file一项里。")
    file = request.files.get("file")
    if file is None or not file.filename:
        raise UnreadableBody("请求里没有文件：请把DOCX或者PDF放在file一项里，写明文件名。")
    response = jsonify(service().read(file.read(), file.filename).as_json())
    response.headers["Cache-Control"] = "no-store"
    return response


@api.post("/api/v1/deadlines")
@needs(Permission.DOCUMENTS)
def deadline() -> Response:
    """A deadline with its derivation."""
    return jsonify(deadlines.reckon(read_body(), service().law).as_json())


@api.post("/api/v1/fees")
@needs(Permission.DOCUMENTS)
def fee() -> Response:
    """The 信息处理费, with its steps."""
    return jsonify(fees.charge(read_body(), service().law, on=service().office().today).as_json())


@api.post("/api/v1/reports/check")
@needs(Permission.DOCUMENTS)
def report() -> Response:
    """The findings on an annual report's record, judged as printed."""
    return jsonify(reports.report_check(read_body(), law=service().law, local=service().profile.reports))


@api.post("/api/v1/reports/sum")
@needs(Permission.DOCUMENTS)
def sum_of_reports() -> Response:
    """The sum of reports that were read already, with its parts and with where each body stands."""
    return jsonify(
        report_sum(read_body(), agency=service().profile.government, law=service().law, local=service().profile.reports)
    )


@api.post("/api/v1/reports/compare")
@needs(Permission.DOCUMENTS)
def compare_reports() -> Response:
    """Every figure of an annual report beside that of the year before."""
    return jsonify(report_compare(read_body()))


@api.get("/api/v1/openapi.json")
@needs(Public.EVERYBODY)
def openapi() -> Response:
    """This API in OpenAPI 3.1, made once a day: it takes a third of a second, and anybody may ask for it."""
    office, kept = service().office(), current_app.extensions
    day, described = kept.get(DESCRIPTION, (None, b""))
    if day != office.today:
        described = jsonify(_describe(office)).get_data()
        kept[DESCRIPTION] = office.today, described
    return lasting(Response(described, content_type=JSON))


def _describe(office: Office) -> dict[str, Any]:
    ours, routes = service(), operations.routes(office)
    if ours.settings.database != NO_DATABASE:
        from gipdocs.api import batch_operations, batch_tables, case_operations

        for found in (case_operations.routes(office), batch_operations.routes(office), batch_tables.routes()):
            routes |= found
    return describe(
        ours.registry,
        routes,
        groups=ours.groups,
        security=security(Permission.DOCUMENTS),
        anonymous=not needs_sign_in(),
        server=ours.settings.url,
    )


def _summary(entry: Entry) -> dict[str, Any]:
    document = entry.document
    path = f"/api/v1/documents/{document.id}"
    return {
        "id": document.id,
        "title": document.title,
        "group": document.group,
        "group_key": service().groups.get(document.group, OTHER).key,
        "summary": document.summary,
        "formats": list(document.formats),
        "public": document.public,
        "links": {"self": path, "schema": f"{path}/schema", "sample": f"{path}/sample", "check": f"{path}/check"},
    }


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
