"""The 2023 report filled in a real browser: one paste from a spreadsheet, sums that follow, and a phone without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from gipdocs.reports import load, read
from gipdocs.reports.workbook import write_book
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


def turn(page: Page, part: int | str) -> None:
    page.click(f"#progress [data-part='{part}']")


def cell(row: str, column: int) -> str:
    return f"#table3-rows-{row}-{column}"


def focused(page: Page) -> str:
    return f"#{page.evaluate('document.activeElement.id')}"


def values(page: Page) -> list[str]:
    found: list[str] = page.eval_on_selector_all("#table3 td input", "all => all.map((one) => one.value)")
    return found


def paste(page: Page, selector: str, text: str) -> None:
    page.focus(selector)
    page.evaluate(PASTE, [selector, text])
    page.wait_for_selector("#table3 [role=status] >> text=填入了")


def test_the_2023_report_is_filled_with_one_paste_for_table_3(desk: Page, tmp_path: Path) -> None:
    desk.fill("#year", "2023")
    desk.set_input_files("#previous-file", DATA / "seeds" / "2022.json")
    desk.wait_for_selector("text=已经载入：2022年度的报告")
    turn(desk, 3)
    for name in TABLE2:
        row, column = name.split("-")
        desk.fill(f"#table2-{name}", str(REPORT["table2"][row][column]))
    desk.click("#table2 >> text=空格填0")
    desk.wait_for_selector("#table2 [role=status] >> text=4个空格填了0")
    turn(desk, 4)
    paste(desk, cell("new", 0), SPREADSHEET)
    assert [desk.input_value(cell(row, i)) for row in ROWS for i in range(7)] == [
        str(figure) for row in ROWS.values() for figure in row
    ]
    turn(desk, 5)
    desk.click("#table4 >> text=空格填0")
    desk.wait_for_selector("#table4 [role=status] >> text=填了0")
    turn(desk, 6)
    desk.fill("#narrative-problems", "部分科室公开不够及时。")
    desk.fill("#narrative-improvements", "建立台账，逐项督办。")
    turn(desk, 7)
    desk.fill("#date", "2024-01-18")
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
    turn(desk, 4)
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
    turn(desk, 4)
    desk.focus(cell("new", 0))
    prevented = desk.evaluate(
        PASTE.replace("document.querySelector", "return !document.querySelector"), [cell("new", 0), "12"]
    )
    assert prevented is False
    assert desk.input_value("#table3-pasted") == ""


def test_a_paste_from_the_middle_begins_there_and_the_page_stays(desk: Page) -> None:
    turn(desk, 4)
    desk.evaluate("window.stayed = true")
    paste(desk, cell("granted", 2), "1\t2\n3\t4")
    assert [desk.input_value(cell(row, i)) for row in ("granted", "partial") for i in (2, 3)] == ["1", "2", "3", "4"]
    assert desk.input_value(cell("sum", 6)) == "10" and desk.evaluate("window.stayed") is True


def test_nothing_is_typed_into_a_table_that_is_about_to_be_replaced_and_the_focus_stays(desk: Page) -> None:
    turn(desk, 4)
    desk.route("**/annual-report", lambda route: (desk.wait_for_timeout(400), route.continue_()))
    desk.focus(cell("new", 0))
    desk.evaluate(PASTE, [cell("new", 0), "1\t2"])
    desk.wait_for_function("document.querySelector('#table3').inert")
    desk.wait_for_selector("#table3 [role=status] >> text=填入了2个数")
    assert desk.evaluate("document.activeElement.id") == cell("new", 0)[1:]


def test_a_button_that_does_not_reach_the_server_says_so(desk: Page) -> None:
    turn(desk, 4)
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
    turn(desk, 4)
    desk.fill(cell("new", 0), "3")
    desk.context.clear_cookies()
    desk.click("#table3 >> text=空格填0")
    desk.wait_for_selector("[role=alert] >> text=页面已经过期")
    assert desk.input_value(cell("new", 0)) == "3"


def test_the_enter_key_goes_down_a_column(desk: Page) -> None:
    turn(desk, 4)
    desk.focus(cell("new", 1))
    for expected in ("carried_in", "granted", "partial"):
        desk.keyboard.press("Enter")
        assert desk.evaluate("document.activeElement.id") == cell(expected, 1)[1:]


def test_the_report_is_filled_on_a_phone_without_javascript(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/desk/documents/annual-report")
    page.fill("#year", "2023")
    page.click("#progress >> text=表三")
    page.fill(cell("new", 0), "3")
    page.fill(cell("granted", 0), "2")
    page.fill(cell("carried_out", 0), "1")
    page.click("#table3 >> text=计算合计")
    page.wait_for_selector("#table3 [role=status] >> text=合计已经算出")
    assert [page.input_value(cell(row, 6)) for row in ("new", "sum", "carried_out")] == ["3", "2", "1"]
    page.click("#progress >> text=基本情况")
    page.set_input_files("#previous-file", DATA / "seeds" / "2022.json")
    page.click("#previous >> text=载入")
    page.wait_for_selector("text=已经载入：2022年度的报告")
    assert page.input_value(cell("granted", 0)) == "2"
    assert page.locator("body").evaluate("body => body.scrollWidth") <= 390
    context.close()


def test_without_javascript_a_link_from_the_summary_brings_its_part_into_sight(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/desk/documents/annual-report")
    page.fill("#year", "2023")
    page.click("#progress >> text=表三")
    page.fill(cell("granted", 0), "若干")
    page.click("#progress >> text=表四")
    page.fill("#table4-reconsideration-upheld", "几")
    page.click(".actions >> text=检查")
    assert page.is_visible("#part-5") and not page.is_visible("#part-4")
    page.click(".summary >> text=（一）予以公开")
    assert page.is_visible("#part-4") and not page.is_visible("#part-5")
    page.fill(cell("granted", 0), "2")
    page.click("#part-4 >> text=下一部分")
    assert page.is_visible("#part-5") and not page.is_visible("#part-4")
    assert page.input_value(cell("granted", 0)) == "2"
    assert page.locator("#progress [aria-current=step]").inner_text().startswith("表四")
    context.close()


def test_a_part_is_turned_to_without_the_server_and_links_lead_into_it(desk: Page) -> None:
    desk.evaluate("window.stayed = true")
    desk.fill("#year", "2023")
    turn(desk, 4)
    assert desk.evaluate("document.activeElement.id") == "part-4-label"
    assert [desk.is_visible(f"#part-{key}") for key in range(1, 9)] == [key == 4 for key in range(1, 9)]
    desk.fill(cell("granted", 0), "若干")
    assert desk.locator("#progress [data-part='4'] small").inner_text() == "还空143格"
    desk.click("#part-4 >> text=下一部分")
    assert desk.locator("#progress [aria-current=step]").inner_text().startswith("表四")
    assert desk.evaluate("window.stayed") is True
    turn(desk, "all")
    assert desk.locator("section.part:visible").count() == 8
    turn(desk, 1)
    desk.click(".actions >> text=检查")
    desk.wait_for_selector(".summary")
    assert desk.is_visible("#part-4") and desk.locator("#progress [data-part='4'] small").inner_text() == "有1处要改"
    turn(desk, 2)
    desk.click(".summary >> text=（一）予以公开")
    assert desk.is_visible("#part-4") and not desk.is_visible("#part-2")
    assert desk.locator(cell("granted", 0)).evaluate("one => one.getBoundingClientRect().top") > 0


def test_control_z_takes_back_a_whole_paste_and_every_button_of_a_table(desk: Page) -> None:
    turn(desk, 4)
    desk.click(cell("new", 0))
    desk.keyboard.type("8")
    desk.keyboard.press("Tab")
    desk.keyboard.type("5")
    before = values(desk)
    paste(desk, cell("new", 0), SPREADSHEET)
    assert values(desk) != before and focused(desk) == cell("new", 0)
    desk.keyboard.press("Control+z")
    assert values(desk) == before
    assert desk.inner_text("#table3 > .notice") == "已撤销粘贴"
    assert desk.locator("#table3 .balances").inner_text().startswith("一＋二＝三（七）＋四： 自然人8≠空")
    desk.keyboard.press("Control+y")
    assert desk.input_value(cell("new", 0)) == str(ROWS["new"][0])
    desk.keyboard.press("Control+z")
    for button, words in (("空格填0", "已撤销空格填0"), ("计算合计", "已撤销计算合计")):
        desk.fill(cell("new", 6), "99")
        before = values(desk)
        desk.click(f"#table3 >> text={button}")
        desk.wait_for_selector("#table3 > [role=status] >> text=/合计已经算出|没有改动/")
        assert desk.evaluate("document.activeElement.textContent") == button
        assert values(desk) != before or button == "空格填0"
        desk.keyboard.press("Control+z")
        assert values(desk) == before and desk.inner_text("#table3 > .notice") == words
    for first, second, total in (
        ("8", "5", "13"),
        ("8", "", "8"),
        ("", "", ""),
    ):  # what was typed, back to the beginning
        desk.keyboard.press("Control+z")
        assert [desk.input_value(cell("new", i)) for i in (0, 1, 6)] == [first, second, total]


def test_the_arrows_go_from_cell_to_cell_and_within_a_figure_first(desk: Page) -> None:
    turn(desk, 4)
    desk.click(cell("new", 1))
    for key, row, column in (
        ("ArrowRight", "new", 2),
        ("ArrowDown", "carried_in", 2),
        ("ArrowDown", "granted", 2),
        ("ArrowUp", "carried_in", 2),
        ("ArrowLeft", "carried_in", 1),
        ("Enter", "granted", 1),
        ("Shift+Enter", "carried_in", 1),
    ):
        desk.keyboard.press(key)
        assert focused(desk) == cell(row, column), key
    desk.keyboard.type("12")
    desk.keyboard.press("ArrowLeft")  # between 1 and 2
    assert focused(desk) == cell("carried_in", 1)
    desk.keyboard.type("0")
    assert desk.input_value(cell("carried_in", 1)) == "102"
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("ArrowRight")
    assert focused(desk) == cell("carried_in", 2)
    desk.keyboard.press("ArrowLeft")
    desk.keyboard.type("7")  # a cell that was entered is replaced as a whole
    assert desk.input_value(cell("carried_in", 1)) == "7"


def test_tab_passes_by_the_sums_and_the_arrows_reach_them(desk: Page) -> None:
    turn(desk, 4)
    desk.click(cell("new", 5))
    desk.keyboard.press("Tab")
    assert focused(desk) == cell("carried_in", 0)
    desk.click(cell("new", 5))
    desk.keyboard.press("ArrowRight")
    assert focused(desk) == cell("new", 6)
    desk.keyboard.press("ArrowRight")
    assert focused(desk) == cell("new", 6)
    paste(desk, cell("new", 0), SPREADSHEET)
    desk.click(cell("new", 5))
    desk.keyboard.press("Tab")
    assert focused(desk) == cell("carried_in", 0)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1093, 614)])
def test_all_columns_are_in_view_and_the_heads_stay(desk: Page, width: int, height: int) -> None:
    desk.set_viewport_size({"width": width, "height": height})
    for part, table in ((3, "table2"), (4, "table3"), (5, "table4")):
        turn(desk, part)
        boxes = desk.eval_on_selector_all(
            f"#{table} td input",
            "all => all.map((one) => [one.getBoundingClientRect().width, one.getBoundingClientRect().right])",
        )
        assert min(one for one, _ in boxes) >= 56 and max(right for _, right in boxes) <= width
        assert desk.evaluate("document.documentElement.scrollWidth") <= width
    turn(desk, 4)
    desk.locator(cell("carried_out", 0)).evaluate("one => one.scrollIntoView({ block: 'center' })")
    head = desk.locator("#table3 thead").bounding_box()
    assert head is not None and abs(head["y"]) < 2 and head["height"] < height / 3
    over = desk.evaluate(
        "document.elementFromPoint(document.querySelector('#table3-rows-new-0').getBoundingClientRect().left + 20, 70).tagName"
    )
    assert over == "TH"


def test_a_focused_cell_is_not_covered_by_the_heads(desk: Page) -> None:
    desk.set_viewport_size({"width": 1093, "height": 614})
    turn(desk, 4)
    desk.click(cell("carried_out", 2))
    for _ in range(24):
        desk.keyboard.press("ArrowUp")
        at = desk.evaluate(
            """() => {
              const box = document.activeElement.getBoundingClientRect();
              return document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2) === document.activeElement;
            }"""
        )
        assert at is True
    assert focused(desk) == cell("new", 2)


def test_on_a_phone_the_names_of_the_rows_stay_when_the_table_is_moved(desk: Page) -> None:
    desk.set_viewport_size({"width": 390, "height": 844})
    turn(desk, 4)
    box = desk.locator("#table3 .scroll")
    box.evaluate("one => one.scrollTo(200, 300)")
    left, top = box.evaluate("one => [one.getBoundingClientRect().left, one.getBoundingClientRect().top]")
    name = desk.locator("#table3 th[scope=row] >> text=3.要求提供公开出版物").bounding_box()
    head = desk.locator("#table3 thead").bounding_box()
    assert name is not None and abs(name["x"] - left) < 3 and head is not None and abs(head["y"] - top) < 3
    assert desk.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_page_on_paper_has_every_part_and_no_buttons(desk: Page) -> None:
    turn(desk, 4)
    desk.fill(cell("new", 0), "3")
    desk.emulate_media(media="print")
    assert desk.locator("section.part:visible").count() == 8
    assert desk.locator(".progress:visible, .tools:visible, .turn:visible, .paste:visible").count() == 0
    assert desk.is_visible(cell("new", 0))


def test_the_ledger_keeps_what_was_typed_and_control_z_takes_it_back(chromium: Browser, desk_address: str) -> None:
    page = chromium.new_page(viewport={"width": 1366, "height": 768})
    page.goto(f"{desk_address}/desk/documents/annual-report")
    page.fill("#year", "2025")
    turn(page, 4)
    page.click(cell("new", 0))
    page.keyboard.type("7")
    typed = values(page)
    page.click("#part-4 >> text=从台账带入")
    page.wait_for_selector("#part-4 .ledger [role=status] >> text=填的是7，带入的是0")
    assert page.input_value(cell("new", 0)) == "7" and page.input_value(cell("granted", 0)) == "0"
    page.click("#part-4 >> text=改用台账的数")
    page.wait_for_selector("#part-4 .ledger [role=status] >> text=由7改为0")
    assert focused(page) == "#ledger-4" and page.input_value(cell("new", 0)) == "0"
    page.keyboard.press("Control+z")
    assert page.input_value(cell("new", 0)) == "7" and page.input_value(cell("granted", 0)) == "0"
    page.keyboard.press("Control+z")
    assert values(page) == typed and page.inner_text("#table3 > .notice") == "已撤销台账的数字"
    page.close()


def test_a_table_file_fills_all_three_grids_as_soon_as_it_is_chosen(desk: Page, tmp_path: Path) -> None:
    (tmp_path / "报送.xlsx").write_bytes(write_book(load(REPORT), author="某机关", created=date(2024, 1, 5)))
    turn(desk, 4)
    desk.click("#table3 >> text=从表格文件载入")
    desk.set_input_files("#table3-file", tmp_path / "报送.xlsx")
    desk.wait_for_selector("#table3 [role=status] >> text=载入了“表二”、“表三”、“表四”")
    assert values(desk) == [str(figure) for row in ROWS.values() for figure in row]
    assert desk.input_value("#table2-normative-valid") == str(REPORT["table2"]["normative"]["valid"])
    assert desk.input_value("#year") == "2023"
