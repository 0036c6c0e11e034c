"""A whole case by web alone, with every click and everything typed counted."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page

from gipdocs.service import Service

pytestmark = pytest.mark.browser
MOST_CLICKS = 25


@dataclass
class Clerk:
    """Someone at a browser: `clicks` counts the presses of the mouse, `typed` has every text in its order."""

    page: Page
    clicks: int = 0
    typed: list[str] = field(default_factory=list)

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.locator(selector).first.click()

    def step(self, label: str) -> None:
        self.click(f"section[aria-labelledby=next] a:text-is('{label}')")

    def fill(self, **texts: str) -> None:
        for name, text in texts.items():
            self.page.fill(f"#{name.replace('__', '-')}", text)
            self.typed.append(text)

    def issue(self) -> None:
        self.click(".actions button[value=issue]")
        self.page.wait_for_selector("#course, .summary[role=alert], .notice.calm:has-text('还没有签发')")
        assert self.page.is_visible("#course"), self.page.inner_text("main")

    def record(self, kind: str, **texts: str) -> None:
        """Record the next step on the page of the case."""
        self.fill(**{f"{kind}__{name}": text for name, text in texts.items()})
        self.click(f"form.here[action$='/record/{kind}'] button[type=submit]")
        self.page.wait_for_selector(f"ol.course strong:text-is('{LABELS[kind]}')")


LABELS = {"corrected": "收到补正", "delivered": "对方收到征求意见书", "opinion": "收到意见", "posted": "送达"}


def test_a_whole_case_takes_few_clicks_and_no_fact_is_typed_twice(
    chromium: Browser, desk_address: str, service: Service, tmp_path: Path
) -> None:
    file = tmp_path / "申请.json"
    application = service.sample("application-form")
    file.write_text(json.dumps(application), encoding="utf-8")
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    clerk = Clerk(context.new_page())
    page = clerk.page
    page.goto(f"{desk_address}/desk/cases/new")
    page.set_input_files("#file", file)
    page.wait_for_selector(".notice:has-text('已载入')")
    page.select_option("#channel", "online")
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
    page.select_option("#items-0-outcome", "reply-withheld-third-party")
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
    with page.expect_download() as coming:
        clerk.click("form[action$='/ledger.xlsx'] button")
    written = Path(coming.value.path()).read_bytes()
    context.close()

    assert clerk.clicks <= MOST_CLICKS
    facts = [text for text in clerk.typed if not text.startswith("2026-")]
    assert len(facts) == len(set(facts))
    assert not set(facts) & {text for text in application.values() if isinstance(text, str)}
    (row,) = list(load_workbook(BytesIO(written)).active.iter_rows(min_row=2, values_only=True))
    told = [str(cell) for cell in row if cell is not None]
    for expected in ("2026-0001", "张晓彤", "2026-04-21 00:00:00"):
        assert expected in told
    assert any("部分公开" in cell for cell in told)
