"""The routes over all cases: what is due, the figures of a year, and the ledger out and in."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request

from gipdocs.access.permissions import Permission
from gipdocs.api.bodies import read_bytes
from gipdocs.api.case_answers import show_due, show_import, show_year
from gipdocs.api.case_bodies import CSV, XLSX, ImportQuestions, LedgerQuestions, names_of, read_query
from gipdocs.api.cases import cases, find_filter
from gipdocs.api.problems import UnexpectedBody
from gipdocs.api.protocol import takes
from gipdocs.documents.responses import ANY_BYTES
from gipdocs.errors import Fault, InvalidInput, InvalidParameter
from gipdocs.faces import actor, attach, bytes_type, needs, register
from gipdocs.register.due import list_due
from gipdocs.register.feed import calendar_text
from gipdocs.register.ledger import export_ledger
from gipdocs.register.ledger_import import import_ledger, recall_mapping
from gipdocs.register.ledger_reading import read_ledger
from gipdocs.register.year_account import account_for
from gipdocs.strictjson import NotJson, read_json

LAST_YEAR = 9999
ENDINGS = {XLSX: "ledger.xlsx", CSV: "ledger.csv", ANY_BYTES: ""}
"""The name of a ledger by the type of the body; any bytes tell by themselves what they are."""


@cases.get("/due")
@needs(Permission.READ_CASES)
def due() -> Response:
    """The most urgent day of every case."""
    return jsonify(show_due(list_due(register())))


@cases.get("/due.ics")
@needs(Permission.READ_CASES)
def due_feed() -> Response:
    """The same as a calendar to subscribe to, without names and subjects."""
    return Response(calendar_text(register()), content_type="text/calendar; charset=utf-8")


@cases.get(f"/statistics/<int(max={LAST_YEAR}):year>")
@needs(Permission.LEDGER)
def statistics(year: int) -> Response:
    """Tables three and four of the annual report, the fees of a year, and sentences about them."""
    return jsonify(show_year(account_for(register(), year)))


@cases.get("/ledger.xlsx")
@needs(Permission.LEDGER)
@takes(*names_of(LedgerQuestions))
def export() -> Response:
    """The ledger of the cases that a filter lets through, as a workbook."""
    wanted = find_filter(read_query(LedgerQuestions, request.args))
    return attach(
        Response(export_ledger(register(), wanted, by=actor()), content_type=bytes_type(XLSX)),
        "政府信息公开申请台账.xlsx",
        plain="ledger",
    )


@cases.post("/ledger")
@needs(Permission.WRITE_CASES)
@takes(*names_of(ImportQuestions))
def bring() -> Response:
    """Make a case of every row of a ledger, or of none; a dry run only tells what is wrong."""
    asked = read_query(ImportQuestions, request.args)
    if request.mimetype not in ENDINGS:
        raise UnexpectedBody(f"台账应是XLSX或者CSV文件，请在请求头中写明Content-Type：{XLSX}或者{CSV}。")
    data, dry_run = read_bytes(), asked.get("dry_run", False)
    table = read_ledger(data, ENDINGS[request.mimetype] or ENDINGS[XLSX if data.startswith(b"PK") else CSV])
    mapping = _read_mapping(asked.get("mapping", "")) or recall_mapping(register(), table.headings)
    report = import_ledger(register(), table, mapping, by=actor(), dry_run=dry_run)
    if report.faults and not dry_run:
        raise InvalidInput(report.faults)
    return jsonify(show_import(report))


def _read_mapping(text: str) -> dict[str, str]:
    """The columns that the headings stand for, by heading; empty if none are given."""
    if not text:
        return {}
    try:
        given: Any = read_json(text.encode())
    except NotJson:
        given = None
    if not isinstance(given, dict) or not all(isinstance(key, str) for key in given.values()):
        detail = "mapping应是JSON对象，写明表头对应的栏目，例如{“登记号”: “number”}，引号用半角。"
        raise InvalidParameter([Fault("/mapping", "format", detail)])
    return given
