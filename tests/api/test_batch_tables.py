"""Programs fetch the table of a document, and are told where there is none."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.api.talking import Program

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("query", "second"), [("", "申请·申请人类别*"), ("?cases=true", "案件编号*")], ids=["plain", "cases"]
)
def test_a_table_is_fetched(program: Program, query: str, second: str) -> None:
    answer = program.ask("GET", f"/documents/correction-notice/table.xlsx{query}")
    assert (
        answer.status_code == 200 and 'filename="correction-notice-table.xlsx"' in answer.headers["Content-Disposition"]
    )
    assert [cell.value for cell in load_workbook(BytesIO(answer.data))["填写"][1]][:2] == ["序号", second]


def test_a_document_without_a_table_says_so(program: Program) -> None:
    assert "逐件生成" in program.get("/documents/catalogue/table.xlsx", 406)["detail"]
    assert "没有标识为" in program.get("/documents/none/table.xlsx", 404)["detail"]
    assert program.get("/documents/receipt/table.xlsx?cases=x", 400)["errors"][0]["pointer"] == "/cases"
