"""Six jobs from beginning to end in a real browser, with every click and every key counted: `pytest -rP` shows the figures."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Browser

from gipdocs.service import Service
from tests.reports.samples import given
from tests.web.browser import text_of
from tests.web.clerk import Clerk
from tests.web.test_cases import open_case
from tests.web.test_judging_in_chromium import PARTIAL

pytestmark = pytest.mark.browser

DESK: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
REPORT = given("2023")
ROWS = REPORT["table3"]["rows"]


@contextmanager
def at_work(chromium: Browser, url: str, job: str, *, most: tuple[int, int], **where: Any) -> Iterator[Clerk]:
    """Someone who does a `job` with at `most` so many clicks and keys."""
    context = chromium.new_context(**where)
    clerk = Clerk(context.new_page())
    clerk.page.set_default_timeout(15_000)
    clerk.page.goto(url)
    yield clerk
    context.close()
    sys.stdout.write(f"{job}: {clerk.clicks} clicks, {clerk.keys} keys\n")
    assert clerk.clicks <= most[0] and clerk.keys <= most[1], job


def download(clerk: Clerk, selector: str) -> bytes:
    with clerk.page.expect_download() as coming:
        clerk.click(selector)
    return Path(coming.value.path()).read_bytes()


def begin(clerk: Clerk, id: str) -> None:
    """Open a document from the first page of the desk: its group, then itself."""
    link = f"a[href$='/documents/{id}']"
    clerk.click(f"details:has({link}) > summary")
    clerk.click(link)
    clerk.page.wait_for_selector("#answers")


def test_a_citizen_on_a_telephone_gets_an_application_form(chromium: Browser, address: str) -> None:
    with at_work(chromium, address, "application form", most=(7, 65), **PHONE) as citizen:
        citizen.tap("text=在线填写后下载")
        citizen.page.wait_for_selector("#answers")
        citizen.tap("input[name=applicant_kind][value=citizen]")
        citizen.tap("#name")
        for text in ("张晓彤", "", "11010519491231002X", "13800138000", "252000", "人民路1号"):
            citizen.type(text)
            citizen.press(*(["Enter"] if text else ["ArrowDown", "Tab"]))  # the list of identity documents
        citizen.tap("#info_title")
        citizen.type("2025年公务用车调配更新计划")
        citizen.tap("input[name=media][value=paper]")
        citizen.tap("input[name=delivery][value=mail]")
        with citizen.page.expect_download() as coming:
            citizen.tap(".actions >> text=下载DOCX")
        printed = text_of(Path(coming.value.path()).read_bytes())
    for text in (*[one for one in citizen.typed if one], "☑纸质", "☑邮寄"):
        assert text in printed, text


def test_a_whole_case_goes_from_the_citizens_file_to_the_ledger(
    chromium: Browser, desk_address: str, service: Service, tmp_path: Path
) -> None:
    """No fact is typed twice."""
    file = tmp_path / "申请.json"
    application = service.sample("application-form")
    file.write_text(json.dumps(application), encoding="utf-8")
    with at_work(chromium, f"{desk_address}/desk/cases/new", "whole case", most=(30, 395), **DESK) as clerk:
        page = clerk.page
        clerk.take("#file", str(file))
        page.wait_for_selector(".notice:has-text('已载入')")
        clerk.choose("#channel", "online")
        clerk.fill(received="2026-03-02", confirmed="2026-03-03")
        clerk.click(".actions button[value=open]")
        page.wait_for_selector("#next")

        clerk.step("告知补正")
        clerk.click("#points-0 input[type=radio] >> nth=1")
        clerk.fill(points__0__matter="没有写明所需政府信息的形成时间", points__0__guidance="请写明计划的年度和印发机关")
        clerk.fill(handed_on="2026-03-05", date="2026-03-05")
        clerk.issue()
        clerk.record("corrected", day="2026-03-10", corrected_request="2025年度调配更新计划全文")

        clerk.step("政府信息公开征求意见书（第三方）")
        clerk.click("input[name=third_party_kind] >> nth=1")
        clerk.click("input[name=interests] >> nth=0")
        clerk.fill(third_party="某汽车租赁有限公司", date="2026-03-12")
        clerk.fill(information__0__title="2025年公务用车租赁服务合同", information__0__part="单价和服务费率")
        clerk.issue()
        clerk.record("delivered", day="2026-03-13")
        clerk.click("#opinion-facts-stance input[value=objects]")
        clerk.record("opinion", day="2026-03-20")

        clerk.step("延期")
        clerk.fill(clock__extension="10", reason="所申请的信息涉及多个年度的档案，检索和审查工作量较大")
        clerk.fill(approved_by="李卫东", approved_on="2026-04-07", date="2026-04-08")
        clerk.issue()

        clerk.step("答复")
        clerk.click("a:has-text('部分公开')")
        clerk.choose("#items-0-outcome", "reply-withheld-third-party")
        clerk.click("input[name=items-0-kind][value=trade_secret]")
        clerk.click("#reviewed input[value=true]")
        clerk.fill(provided__0="调配更新计划（第三部分除外）", items__0__title="计划第三部分所列的租赁合同单价")
        clerk.fill(items__0__reason="该单价是第三方参与竞争的报价依据，第三方已采取保密措施，公开会损害其合法权益。")
        clerk.fill(items__0__weighing="第三方不同意公开，单价不涉及公共利益，不公开不影响了解公务用车的总体费用。")
        clerk.fill(date="2026-04-20")
        clerk.issue()
        clerk.record("posted", day="2026-04-21", facts__mail_number="1234567890123")

        clerk.click("a:text-is('政府信息公开文书送达回证')")
        clerk.fill(carrier="中国邮政（EMS）", servers="孙静、周敏", date="2026-04-21")
        clerk.issue()

        clerk.click("header nav a:text-is('台账')")
        written = download(clerk, "form[action$='/ledger.xlsx'] button")

    facts = [text for text in clerk.typed if not text.startswith("2026-")]
    assert len(facts) == len(set(facts))
    assert not set(facts) & {text for text in application.values() if isinstance(text, str)}
    (row,) = list(load_workbook(BytesIO(written)).active.iter_rows(min_row=2, values_only=True))
    told = [str(cell) for cell in row if cell is not None]
    for expected in ("2026-0001", "张晓彤", "2026-04-21 00:00:00"):
        assert expected in told
    assert any("部分公开" in cell for cell in told)


def test_the_wizard_leads_to_a_prefilled_letter(
    chromium: Browser, desk_address: str, register_app: Flask, service: Service
) -> None:
    case = open_case(register_app.test_client(), service)
    with at_work(chromium, f"{desk_address}/desk/cases/{case}", "wizard", most=(17, 0), **DESK) as clerk:
        clerk.step("研判")
        for answer in PARTIAL:
            clerk.click(f"form.replies button[value={answer}]")
            clerk.page.wait_for_selector("main h1")
        clerk.click("button:text-is('写这份答复')")
        clerk.page.wait_for_url(f"**/desk/cases/{case}/letters/reply-partial")
        assert clerk.page.input_value("#application-name") == "张晓彤"
        assert clerk.page.input_value("#application_no") == case


FEE_FACTS = "2026年3月2日一日之内提出35件申请，其中30件就同一批公务用车的维修单据分别提出"


def fee(clerk: Clerk) -> None:
    """What only the fee notice knows: the facts, the method and the number of the applications."""
    clerk.fill(facts=FEE_FACTS)
    clerk.click("input[name=method][value=piece]")
    clerk.fill(count="35", date="2026-03-20")


def test_a_fee_notice_for_35_applications_without_a_case(chromium: Browser, address: str) -> None:
    with at_work(chromium, f"{address}/desk/", "fee notice alone", most=(7, 104), **DESK) as clerk:
        begin(clerk, "fee-notice")
        clerk.click("input[name=application-applicant_kind][value=citizen]")
        clerk.fill(application__name="张晓彤", application__info_title="2025年公务用车调配更新计划")
        clerk.choose("#clock-channel", "in_person")
        clerk.fill(clock__received="2026-03-02")
        fee(clerk)
        clerk.fill(number="聊机管公开〔2026〕12号")
        printed = text_of(download(clerk, ".actions button[value=docx]"))
    assert "张晓彤" in printed and "共35件" in printed


def test_a_fee_notice_for_35_applications_in_a_case(
    chromium: Browser, desk_address: str, register_app: Flask, service: Service
) -> None:
    case = open_case(register_app.test_client(), service, channel="in_person", confirmed="")
    with at_work(chromium, f"{desk_address}/desk/cases/{case}", "fee notice in a case", most=(4, 58), **DESK) as clerk:
        clerk.step("发出收费通知")
        fee(clerk)
        clerk.issue()
        printed = text_of(download(clerk, "a:text-is('下载DOCX')"))
    assert "张晓彤" in printed and "共35件" in printed


def cell(row: str, column: int) -> str:
    return f"#table3-rows-{row}-{column}"


def type_table3(clerk: Clerk) -> None:
    """Every figure but the sums, in lines: the way from cell to cell costs one key, and nothing is typed twice."""
    clerk.click(cell("new", 0))
    for i, row in enumerate(ROWS):
        typed = [column for column in range(6) if ROWS[row][column] and row != "sum"]
        assert clerk.page.evaluate("document.activeElement.id") == cell(row, 0)[1:]
        for column in range(max(typed, default=-1) + 1):
            if ROWS[row][column]:
                clerk.type(str(ROWS[row][column]))
            if column < max(typed):
                clerk.press("Tab")
        clerk.press(*["Shift+Tab"] * max(typed, default=0), *["Enter"] * (i < len(ROWS) - 1))


def test_the_annual_report_is_typed_from_nothing(chromium: Browser, address: str) -> None:
    with at_work(chromium, f"{address}/desk/", "annual report", most=(16, 45), **DESK) as clerk:
        page = clerk.page
        begin(clerk, "annual-report")
        clerk.click("#year")
        clerk.type("2023")
        clerk.click("#progress [data-part='3']")
        for kind in ("rules", "normative"):
            for column, figure in REPORT["table2"][kind].items():
                if figure:
                    clerk.click(f"#table2-{kind}-{column}")
                    clerk.type(str(figure))
        for part, fill in ((3, None), (4, type_table3), (5, None)):
            if part > 3:
                clerk.click(f"#progress [data-part='{part}']")
            if fill:
                fill(clerk)
            clerk.click(f"#table{part - 1} >> text=空格填0")
            page.wait_for_selector(f"#table{part - 1} [role=status] >> text=填了0")
        clerk.click("#progress [data-part='7']")
        clerk.fill(date="2024-01-18")
        clerk.click(".actions button[value=docx]")
        page.wait_for_selector("text=文书还没有下载")  # what the report lacks is said first
        download(clerk, ".actions button[value=docx]")
        shown = {row: [page.input_value(cell(row, i)) for i in range(7)] for row in ROWS}
    assert shown == {row: [str(figure) for figure in figures] for row, figures in ROWS.items()}


def test_a_lost_cookie_costs_nothing(
    chromium: Browser, desk_address: str, register_app: Flask, service: Service
) -> None:
    case = open_case(register_app.test_client(), service, channel="in_person", confirmed="")
    with at_work(chromium, f"{desk_address}/desk/cases/{case}", "lost cookie", most=(3, 38), **DESK) as clerk:
        page = clerk.page
        clerk.step("告知补正")
        clerk.click("#points-0 input[type=radio] >> nth=1")
        texts = {"points__0__matter": "没有写明所需政府信息的形成时间", "points__0__guidance": "请写明年度和印发机关"}
        clerk.fill(**texts, date="2026-03-05")
        page.context.clear_cookies()
        clerk.issue()
        printed = text_of(download(clerk, "a:text-is('下载DOCX')"))
        clerk.clicks -= 1  # the download is how the test reads the letter
    for text in texts.values():
        assert text in printed
