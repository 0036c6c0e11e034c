"""Programs take the ledger out, and bring in the one that an office has kept."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

from gipdocs.api.case_bodies import CSV, XLSX
from tests.api.talking import Program, codes

pytestmark = pytest.mark.slow
HEAD = "申请编号,收到日期,渠道,申请人,申请人类别,申请内容,办理结果,成文日期,送达日期"
ROW = "2025-{:04},2025-03-{:02},当面提交,张晓彤,公民,公务用车更新计划,予以公开,2025-03-20,2025-03-21"


def bring(program: Program, *lines: str, query: str = "", status: int = 200, kind: str = CSV) -> Any:
    """Send a ledger of these lines."""
    return program.post(f"/ledger{query}", "\n".join(lines).encode(), status, Content_Type=kind)


def test_a_ledger_that_is_checked_makes_no_case_and_one_that_is_imported_does(program: Program) -> None:
    lines = [HEAD, ROW.format(1, 3), ROW.format(2, 4)]
    checked = bring(program, *lines, query="?dry_run=1")
    assert (checked["rows"], checked["cases"], checked["faults"]) == (2, 2, [])
    assert program.get("/cases")["cases"] == []
    assert bring(program, *lines)["cases"] == 2
    assert program.get("/cases/2025-0002")["standing"]["closed_on"] == "2025-03-21"
    year = program.get("/statistics/2025")
    assert year["record"]["table3"]["rows"]["new"][0] == 2 and year["until"] == "2025-12-31"
    assert "收到政府信息公开申请2件，均由自然人提出" in year["sentences"]["requests"]
    assert year["additions"] == {"requests": "收到的申请均是当面提交的。\n上述申请均在法定期限内办结。"}
    assert program.get("/statistics/2198")["sentences"] == {}


def test_a_wrong_cell_is_named_and_nothing_is_imported(program: Program) -> None:
    lines = [HEAD, ROW.format(1, 3), ROW.format(2, 4).replace("2025-03-04", "2025-02-30")]
    checked = bring(program, *lines, query="?dry_run=true")
    assert checked["fault_count"] == len(checked["faults"]) > 0 and "收到日期" in checked["faults"][0]["pointer"]
    refused = bring(program, *lines, status=422)
    assert refused["errors"] == checked["faults"] and program.get("/cases")["cases"] == []


def test_headings_of_an_offices_own_are_mapped(program: Program) -> None:
    lines = [HEAD.replace("收到日期", "哪天来的"), ROW.format(1, 3)]
    assert codes(bring(program, *lines, status=422)) == {("/mapping", "heading-missing")}
    mapping = quote(json.dumps({"哪天来的": "received"}, ensure_ascii=False))
    assert bring(program, *lines, query=f"?mapping={mapping}")["cases"] == 1
    later = [lines[0], ROW.format(2, 3)]
    assert bring(program, *later)["cases"] == 1  # the mapping is remembered
    for wrong in ("[]", "x", '{"a": 1}'):
        assert codes(bring(program, *later, query=f"?mapping={quote(wrong)}", status=400)) == {("/mapping", "format")}


def test_what_is_no_ledger_is_refused(program: Program) -> None:
    assert "XLSX或者CSV" in bring(program, HEAD, status=415, kind="application/json")["detail"]
    assert bring(program, "PK", status=422, kind=XLSX)["errors"]
    assert bring(program, "", status=422)["errors"]
    assert codes(bring(program, HEAD, query="?dry_run=x", status=400)) == {("/dry_run", "type")}


def test_the_ledger_that_was_taken_out_is_that_of_the_filter(program: Program) -> None:
    program.open()
    bring(program, HEAD, ROW.format(1, 3))

    def numbers(query: str) -> list[Any]:
        response = program.ask("GET", f"/ledger.xlsx{query}")
        assert response.mimetype == XLSX and 'filename="ledger.xlsx"' in response.headers["Content-Disposition"]
        sheet = load_workbook(BytesIO(response.data)).active
        return [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]

    assert numbers("") == ["2025-0001", "2026-0001"]
    assert numbers("?year=2025") == numbers("?state=closed") == ["2025-0001"]
    assert codes(program.get("/ledger.xlsx?year=x", 400)) == {("/year", "type")}
