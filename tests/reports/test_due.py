"""The list of the bodies that owe a report, in the forms in which offices keep it."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import Workbook

from gipdocs.errors import InvalidInput
from gipdocs.reports.collecting.due import read_due

NAMES = ("云岭县财政局", "云岭县教育局", "青山镇人民政府")


def book(rows: list[list[object]]) -> bytes:
    workbook, out = Workbook(), BytesIO()
    for row in rows:
        workbook.worksheets[0].append(row)
    workbook.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        "云岭县财政局\n云岭县教育局\n青山镇人民政府\n".encode(),
        "云岭县财政局\r\n\r\n云岭县教育局\r\n青山镇人民政府".encode("gb18030"),
        "1.云岭县财政局\n2、云岭县教育局\n（3）青山镇人民政府\n云岭县财政局".encode(),
        "序号,单位名称,联系人\n1,云岭县财政局,张某\n2,云岭县教育局,李某\n3,青山镇人民政府,王某".encode(),
        "张某,单位\n李某,云岭县财政局\n王某,云岭县教育局\n,青山镇人民政府\n赵某,".encode(),
        book([["2024年度报告报送名单"], ["序号", "报送单位"], *([i, name] for i, name in enumerate(NAMES, 1))]),
        book([[name] for name in NAMES]),
    ],
    ids=["text", "gb18030", "numbered and repeated", "csv", "other columns", "sheet with a heading", "bare sheet"],
)
def test_the_names_are_read_in_order_and_once(data: bytes) -> None:
    assert read_due(data) == NAMES


@pytest.mark.parametrize(
    "data", [b"", b"1\n2\n", book([[1, 2]]), b"PK\x03\x04"], ids=["empty", "numbers", "sheet", "torn"]
)
def test_a_list_without_names_is_refused_with_a_cure(data: bytes) -> None:
    with pytest.raises(InvalidInput, match="请"):
        read_due(data)
