"""Days in a real browser: said while they are typed, chosen from the browser's calendar, and typed without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from gipdocs.service import ZONE
from gipdocs.writing import WEEKDAYS

pytestmark = pytest.mark.browser
CASE = "/desk/documents/small-case"


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    found = context.new_page()
    found.set_default_timeout(15_000)
    found.goto(address + CASE)
    yield found
    context.close()


def test_a_day_is_said_while_it_is_typed_and_a_refusal_only_afterwards(page: Page) -> None:
    said = page.get_by_role("status").and_(page.locator("#day-understood"))
    assert "day-understood" in (page.get_attribute("#day", "aria-describedby") or "").split()
    page.click("#day")
    page.keyboard.type("3月2日")
    year = datetime.now(ZONE).year
    weekday = WEEKDAYS[datetime(year, 3, 2).weekday()]
    expect(said).to_contain_text(f"{year}年3月2日，周{weekday}，")
    expect(said).to_contain_text("按今年读")
    page.fill("#day", "")
    expect(said).to_be_empty()
    page.keyboard.type("26.3.2")
    page.wait_for_timeout(600)
    expect(said).to_be_empty()  # who is still typing is not interrupted
    page.keyboard.press("Tab")
    expect(said).to_have_text("年份应为四位数字，请写作2026-03-01的形式。")


def test_eight_digits_are_a_day_of_that_year(page: Page) -> None:
    page.fill("#person-name", "张三")
    page.fill("#title", "一份清单")
    page.click("#day")
    page.keyboard.type("20261102")
    expect(page.locator("#day-understood")).to_have_text("2026年11月2日，周一，工作日")
    page.click(".actions >> text=检查")
    page.wait_for_selector(".notice.good")
    assert page.input_value("#day") == "2026-11-02"
    expect(page.locator("#day-understood")).to_have_text("2026年11月2日，周一，工作日")


def test_a_day_is_chosen_from_the_calendar_by_its_button(page: Page) -> None:
    page.fill("#day", "2026年3月2日")
    expect(page.locator("#day-understood")).to_have_text("2026年3月2日，周一，工作日")
    button = page.get_by_role("button", name="从日历中选：日期")
    box = button.bounding_box()
    assert box and min(box["width"], box["height"]) >= 24
    button.focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)  # the calendar belongs to the browser: nothing on the page says that it is open
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#day")).to_have_value("2026-03-03")
    expect(page.locator("#day-understood")).to_have_text("2026年3月3日，周二，工作日")
    assert page.evaluate("document.activeElement.id") == "day"
    assert "" not in page.evaluate("[...new FormData(document.getElementById('answers')).keys()]")


def test_an_identity_number_in_the_wrong_field_is_not_sent_in_an_address(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/reading/day" in request.url else None)
    for typed in ("11010519491231002X", "１３８００１３８０００", "张三"):
        page.fill("#day", typed)
        page.focus("#title")
        expect(page.locator("#day-understood")).to_have_text("看不出是哪一天，请写作2026-03-01的形式。")
        page.fill("#day", "")
        expect(page.locator("#day-understood")).to_be_empty()
    assert {text for url in asked for text in parse_qs(urlsplit(url).query)["text"]} == {"?"}


def test_without_javascript_the_field_alone_works(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 700}, java_script_enabled=False)
    page = context.new_page()
    page.goto(address + CASE)
    assert not page.is_visible(".pick")
    page.fill("#person-name", "张三")
    page.fill("#title", "一份清单")
    page.fill("#day", "二〇二六年十月十日")
    page.click(".actions >> text=检查")
    page.wait_for_selector(".notice.good")
    assert page.input_value("#day") == "2026-10-10"
    expect(page.locator("#day-understood")).to_have_text("2026年10月10日，周六，调休上班（国庆节）")
    assert page.locator("body").evaluate("body => body.scrollWidth") <= 320
    context.close()
