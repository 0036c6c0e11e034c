"""The route of a document's table, with its description; imported only by a service that has a database."""

from __future__ import annotations

from flask import Response, request

from gipdocs.access.permissions import Permission
from gipdocs.api.case_bodies import names_of, read_query
from gipdocs.api.cases import cases
from gipdocs.api.protocol import takes
from gipdocs.api.scopes import security
from gipdocs.batch.table import make_table
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.documents.openapi import Routes
from gipdocs.documents.responses import USUAL, describe_file, describe_problems
from gipdocs.faces import attach, bytes_type, needs, service
from gipdocs.questions import Questions, YesNo

XLSX = MEDIA_TYPES["xlsx"]
CASES = "带“案件编号”一列"
CASES_HELP = "签发文书用：每行写明文书属于哪个案件。"


class TableQuestions(Questions):
    """Which table is wanted."""

    cases = YesNo(CASES, help=CASES_HELP)


@cases.get("/documents/<id>/table.xlsx")
@needs(Permission.BATCHES)
@takes(*names_of(TableQuestions))
def get_table(id: str) -> Response:
    """The table in which a document is filled in many times, a row each."""
    entry, asked = service().registry[id], read_query(TableQuestions, request.args)
    content = make_table(entry, service().office(), cases=asked.get("cases", False))
    name = f"{entry.document.title}（批量填写）.xlsx"
    return attach(Response(content, content_type=bytes_type(XLSX)), name, plain=f"{id}-table")


def routes() -> Routes:
    """What is to be said of the route."""
    parameter = {
        "name": "cases",
        "in": "query",
        "schema": {"type": "boolean"},
        "description": f"{CASES}，{CASES_HELP}",
    }
    operation = {
        "tags": ["documents"],
        "operationId": "get-table",
        "summary": "批量填写的表格，每行一件；年度报告等本身成表的文书没有，答406",
        "security": security(Permission.BATCHES),
        "parameters": ["DocumentId", parameter],
        "responses": {
            "200": describe_file("表格", XLSX),
            **describe_problems("404", "406", *USUAL),
        },
    }
    path = "/api/v1/documents/{id}/table.xlsx"
    return Routes(operations={path: {"get": operation}}, components={}, questions={}, tags={})
