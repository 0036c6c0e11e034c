"""The letter that returns an annual report: what its checks find, what it says in each case, and how a long one looks."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pdfplumber
import pytest

from gipdocs.documents.registry import Registry
from gipdocs.law import Office
from gipdocs.service import Service

from .filled import LEFT_OUT, findings, payload, text

ID = "report-return"
THIRD = "第三部分（收到和处理政府信息公开申请情况）"
ASKED = {"kind": "ask", "place": "标题", "text": "标题中的年度应为2025年，请核对。"}
MUST = {"kind": "must", "place": THIRD, "text": "表三“自然人”一列合计不符，请改正。"}

FAILING: list[tuple[str, str, dict[str, Any]]] = [
    ("return-rest-day", "warning", {"return_by": "2026-01-24"}),  # a Saturday
    ("return-after-publication", "warning", {"return_by": "2026-02-02"}),
    ("dates-out-of-order", "error", {"return_by": "2026-01-15"}),
    ("dates-out-of-order", "error", {"received_on": "2026-01-19"}),
    ("report-year-running", "warning", {"year": 2026}),
    ("row-repeated", "warning", {"findings": [MUST, MUST]}),
    ("date-rest-day", "warning", {"date": "2026-01-17"}),
    ("number-brackets", "error", {"number": "某公开[2026]12号"}),
    ("unfilled", "warning", {"findings__0__text": "表三××一列合计不符，请改正。"}),
    ("personal-data", "warning", {"findings__0__text": "第一部分写了王某的电话13912345678，请删去。"}),
]


@pytest.mark.parametrize(
    ("code", "severity", "changes"), FAILING, ids=[f"{i}-{row[0]}" for i, row in enumerate(FAILING)]
)
def test_a_check_finds_its_fault_and_nothing_else(
    registry: Registry, office: Office, code: str, severity: str, changes: dict[str, Any]
) -> None:
    assert findings(registry, ID, office, **changes) == [(code, severity)]


@pytest.mark.parametrize(
    "changes",
    [
        {"received_on": LEFT_OUT},
        {"findings": [ASKED]},
        {"body_kind": "government", "return_by": "2026-03-31"},
        {"body_kind": "other", "return_by": "2026-02-02"},
        {"received_on": "2026-02-10", "date": "2026-02-11", "return_by": "2026-02-13"},  # after the day of publication
    ],
    ids=["no day of receipt", "only asked", "government", "other body", "late"],
)
def test_what_is_in_order_gives_no_finding(registry: Registry, office: Office, changes: dict[str, Any]) -> None:
    assert findings(registry, ID, office, **changes) == []


def test_corrections_and_questions_stand_under_the_parts_that_they_concern(registry: Registry, office: Office) -> None:
    rows = [MUST, ASKED, {**MUST, "text": "表三“总计”一行合计不符，请改正。"}, {**ASKED, "place": "落款"}]
    told = text(registry, ID, office, findings=[*rows[:3], {**rows[3], "text": "落款日期请核对"}])
    order = [
        "一、需要改正的内容",
        f"\n{THIRD}",
        "1.表三“自然人”一列合计不符，请改正。",
        "2.表三“总计”一行合计不符，请改正。",
        "二、需要核实的内容",
        "（一）标题",
        "标题中的年度应为2025年，请核对。",
        "（二）落款",
        "落款日期请核对。",
        "三、报送要求",
    ]
    places = [told.index(line) for line in order]
    assert places == sorted(places)
    assert told.count(THIRD) == 1


@pytest.mark.parametrize(
    ("rows", "title", "wanted", "absent"),
    [
        ([MUST], "关于修改2025年政府信息公开工作年度报告的函", "将修改后的报告报送本机关", "需要核实的内容"),
        (
            [MUST, ASKED],
            "关于修改2025年政府信息公开工作年度报告的函",
            "连同核实情况的说明报送本机关",
            "将修改后的报告报送",
        ),
        ([ASKED], "关于核实2025年政府信息公开工作年度报告有关内容的函", "将核实情况书面报送本机关", "需要改正的内容"),
    ],
    ids=["to correct", "both", "to verify"],
)
def test_title_and_request_follow_from_what_is_wrong(
    registry: Registry, office: Office, rows: list[dict[str, str]], title: str, wanted: str, absent: str
) -> None:
    told = text(registry, ID, office, findings=rows)
    assert title in told.replace("\n", "") and wanted in told and absent not in told


@pytest.mark.parametrize(
    ("changes", "article", "wanted"),
    [
        ({}, "第四十九条第一款", "应当在2026年1月31日前向社会公布。尚未公布的，请按期公布"),
        ({"body_kind": "government"}, "第四十九条第二款", "应当在2026年3月31日前向社会公布。"),
        (
            {"received_on": "2026-02-10", "date": "2026-02-11", "return_by": "2026-02-13"},
            "第四十九条第一款",
            "2026年1月31日前向社会公布，这一期限已经届满。尚未公布的，请尽快公布",
        ),
    ],
    ids=["department", "government", "after the day"],
)
def test_the_day_of_publication_is_that_of_the_bodys_kind(
    registry: Registry, office: Office, changes: dict[str, Any], article: str, wanted: str
) -> None:
    told = text(registry, ID, office, **changes)
    assert article in told and wanted in told


def test_a_body_for_which_the_law_names_no_day_is_told_of_none(registry: Registry, office: Office) -> None:
    told = text(registry, ID, office, body_kind="other")
    assert "第四十九条" not in told and "31日" not in told and "已经公布而需要修改的，请同时更正" in told


@pytest.mark.converter
def test_a_letter_with_many_items_goes_on_over_several_pages(
    service: Service, registry: Registry, office: Office
) -> None:
    rows = [{**MUST, "text": f"表三第{i}处的合计与总计不符，请核对各数后改正，并说明原因。"} for i in range(1, 41)]
    built = service.build(ID, payload(registry, ID, office, findings=rows), "pdf", today=office.today)
    with pdfplumber.open(BytesIO(built.content)) as pdf:
        pages = [re.sub(r"\s", "", page.extract_text()) for page in pdf.pages]
    told = "".join(pages)
    assert len(pages) >= 3 and all(pages)
    assert [told.count(f"{i}.表三第{i}处的合计") for i in range(1, 41)] == [1] * 40
