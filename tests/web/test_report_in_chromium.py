"""The 2023 report filled in a real browser: one paste from a spreadsheet, sums that follow, and a phone without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from gipdocs.reports import read
from tests.reports.samples import DATA, given

pytestmark = pytest.mark.browser

REPORT = given("2023")
ROWS = REPORT["table3"]["rows"]
SPREADSHEET = "\n".join("\t".join(map(str, row)) for row in ROWS.values())
TABLE2 = ("rules-issued", "rules-repealed", "rules-valid", "normative-issued", "normative-repealed", "normative-valid")
PASTE = """([selector, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.querySelector(selector).dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def desk(chromium: Browser, address: str) -> Iterator[Page]:
    """A clerk's page that has nothing to complain of when it is left."""
    context = chromium.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/desk/documents/annual-report")
    yield page
    context.close()
    expected = re.compile("Failed to load resource|htmx:")  # what a test does to the network on purpose
    assert [text for text in complaints if not expected.search(text)] == []


def cell(row: str, column: int) -> str:
    return f"#table3-rows-{row}-{column}"


def paste(page: Page, selector: str, text: str) -> None:
    page.focus(selector)
    page.evaluate(PASTE, [selector, text])
    page.wait_for_selector("#table3 [role=status] >> text=填入了")


def test_the_2023_report_is_filled_with_one_paste_for_table_3(desk: Page, tmp_path: Path) -> None:
    desk.fill("#year", "2023")
    desk.set_input_files("#previous-file", DATA / "seeds" / "2022.json")
    desk.wait_for_selector("text=已经载入：2022年度的报告")
    for name in TABLE2:
        row, column = name.split("-")
        desk.fill(f"#table2-{name}", str(REPORT["table2"][row][column]))
    desk.click("#table2 >> text=空格填0")
    desk.wait_for_selector("#table2 [role=status] >> text=4个空格填了0")
    paste(desk, cell("new", 0), SPREADSHEET)
    assert [desk.input_value(cell(row, i)) for row in ROWS for i in range(7)] == [
        str(figure) for row in ROWS.values() for figure in row
    ]
    desk.click("#table4 >> text=空格填0")
    desk.wait_for_selector("#table4 [role=status] >> text=填了0")
    desk.fill("#date", "2024-01-18")
    desk.fill("#narrative-problems", "部分科室公开不够及时。")
    desk.fill("#narrative-improvements", "建立台账，逐项督办。")
    with desk.expect_download() as coming:
        desk.click(".actions >> text=下载DOCX")
        desk.wait_for_selector("#said .notice:has-text('下载')")
        if desk.is_visible("text=文书还没有下载"):
            desk.click(".actions >> text=下载DOCX")
    coming.value.save_as(tmp_path / "report.docx")
    again = read((tmp_path / "report.docx").read_bytes())
    published = read((DATA / "pasted" / "2023.txt").read_bytes())
    assert again.cells == published.cells and again.date == published.date


def test_sums_follow_what_is_typed_and_only_those_over_it(desk: Page) -> None:
    paste(desk, cell("new", 0), SPREADSHEET)
    desk.fill(cell("granted", 6), "9")  # as a file might have brought it
    desk.fill(cell("new", 1), "4")
    assert desk.input_value(cell("new", 6)) == "7"
    assert desk.input_value(cell("granted", 6)) == "9"
    assert desk.locator("#table3 .balances .off").all_text_contents() == ["商业企业4≠0", "总计7≠10"]
    desk.fill(cell("partial", 1), "３")
    desk.fill(cell("carried_out", 1), "1")
    assert [desk.input_value(cell(row, 1)) for row in ("partial", "sum", "carried_out")] == ["３", "3", "1"]
    assert desk.input_value(cell("partial", 6)) == "3" and desk.input_value(cell("sum", 6)) == "12"
    desk.fill(cell("new", 0), "")
    desk.fill(cell("new", 1), "约4")
    assert desk.input_value(cell("new", 6)) == ""  # a part is no figure
    desk.fill(cell("new", 1), "1,234")
    assert desk.input_value(cell("new", 6)) == "1234"
    desk.fill(cell("new", 1), "4①")
    assert desk.input_value(cell("new", 6)) == ""


def test_a_single_figure_is_pasted_as_everywhere(desk: Page) -> None:
    desk.focus(cell("new", 0))
    prevented = desk.evaluate(
        PASTE.replace("document.querySelector", "return !document.querySelector"), [cell("new", 0), "12"]
    )
    assert prevented is False
    assert desk.input_value("#table3-pasted") == ""


def test_a_paste_from_the_middle_begins_there_and_the_page_stays(desk: Page) -> None:
    desk.evaluate("window.stayed = true")
    paste(desk, cell("granted", 2), "1\t2\n3\t4")
    assert [desk.input_value(cell(row, i)) for row in ("granted", "partial") for i in (2, 3)] == ["1", "2", "3", "4"]
    assert desk.input_value(cell("sum", 6)) == "10" and desk.evaluate("window.stayed") is True


def test_nothing_is_typed_into_a_table_that_is_about_to_be_replaced_and_the_focus_stays(desk: Page) -> None:
    desk.route("**/annual-report", lambda route: (desk.wait_for_timeout(400), route.continue_()))
    desk.focus(cell("new", 0))
    desk.evaluate(PASTE, [cell("new", 0), "1\t2"])
    desk.wait_for_function("document.querySelector('#table3').inert")
    desk.wait_for_selector("#table3 [role=status] >> text=填入了2个数")
    assert desk.evaluate("document.activeElement.id") == cell("new", 0)[1:]


def test_a_button_that_does_not_reach_the_server_says_so(desk: Page) -> None:
    desk.route("**/annual-report", lambda route: route.abort())
    desk.fill(cell("new", 0), "3")
    desk.click("#table3 >> text=空格填0")
    desk.wait_for_selector("#table3 [role=alert] >> text=没有连上服务器")
    assert desk.input_value(cell("new", 0)) == "3"
    desk.unroute("**/annual-report")
    desk.click("#table3 >> text=空格填0")
    desk.wait_for_selector("#table3 [role=status] >> text=填了0")
    assert desk.locator("#table3 [role=alert]").count() == 0


def test_a_browser_that_lost_its_cookies_is_told_at_the_head_of_the_page(desk: Page) -> None:
    desk.fill(cell("new", 0), "3")
    desk.context.clear_cookies()
    desk.click("#table3 >> text=空格填0")
    desk.wait_for_selector("[role=alert] >> text=页面已经过期")
    assert desk.input_value(cell("new", 0)) == "3"


def test_the_enter_key_goes_down_a_column(desk: Page) -> None:
    desk.focus(cell("new", 1))
    for expected in ("carried_in", "granted", "partial"):
        desk.keyboard.press("Enter")
        assert desk.evaluate("document.activeElement.id") == cell(expected, 1)[1:]


def test_the_report_is_filled_on_a_phone_without_javascript(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/desk/documents/annual-report")
    page.fill("#year", "2023")
    page.fill(cell("new", 0), "3")
    page.fill(cell("granted", 0), "2")
    page.fill(cell("carried_out", 0), "1")
    page.click("#table3 >> text=计算合计")
    page.wait_for_selector("#table3 [role=status] >> text=合计已经算出")
    assert [page.input_value(cell(row, 6)) for row in ("new", "sum", "carried_out")] == ["3", "2", "1"]
    page.set_input_files("#previous-file", DATA / "seeds" / "2022.json")
    page.click("#previous >> text=载入")
    page.wait_for_selector("text=已经载入：2022年度的报告")
    assert page.input_value(cell("granted", 0)) == "2"
    assert page.locator("body").evaluate("body => body.scrollWidth") <= 390
    context.close()
