"""The API's routes but those that build documents or belong to the register; they only translate input and errors."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from gipdocs import reports
from gipdocs.access.permissions import Permission
from gipdocs.api import operations
from gipdocs.api.bodies import read_body
from gipdocs.api.building import JSON
from gipdocs.api.problems import UnexpectedBody, UnreadableBody, answer_errors
from gipdocs.api.protocol import keep_protocol
from gipdocs.api.scopes import security
from gipdocs.documents.groups import OTHER
from gipdocs.documents.openapi import describe, json_schema
from gipdocs.documents.registry import Entry
from gipdocs.faces import Public, lasting, needs, needs_sign_in, service
from gipdocs.law import Office, deadlines, fees
from gipdocs.reports.collecting.comparison_questions import report_compare
from gipdocs.reports.collecting.orders import report_sum
from gipdocs.settings import NO_DATABASE

DESCRIPTION = "gipdocs-description"

api = Blueprint("api", __name__, static_folder="static", static_url_path="/api/static", template_folder="templates")
answer_errors(api)
keep_protocol(api)


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
