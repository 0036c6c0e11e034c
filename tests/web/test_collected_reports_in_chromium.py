"""The January job in a real browser, on a desktop and on a telephone: from files to the form of the own report."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.reports import county
from tests.web.test_jobs_in_chromium import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GRANTED = "table3.granted.total"
CHOSEN = (0, 1, 3, 9, county.TWICE)
"""The bureaus whose reports are chosen; two of them have a fault."""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(params=[DESK, PHONE], ids=["desktop", "phone"])
def page(chromium: Browser, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A browser at the page on which reports are chosen, which has nothing to complain of when it is left."""
    where: dict[str, Any] = request.param
    context = chromium.new_context(**where)
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(f"{address}/desk/reports")
    yield opened
    context.close()
    assert [text for text in complaints if "status of 422" not in text] == []


@pytest.fixture
def folder(tmp_path: Path) -> list[Path]:
    """The files that lie in the clerk's folder, last year's among them."""
    files = [*map(county.printed, CHOSEN)]
    files += [(f"{county.BODIES[i]}上年.json", county.as_json(county.earlier(i))) for i in CHOSEN]
    for name, content in files:
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name, _ in files]


def press(page: Page, value: str) -> None:
    page.locator(f"button[value='{value}']:not(.default)").first.click()
    page.wait_for_load_state()


def save(page: Page, value: str) -> bytes:
    with page.expect_download() as coming:
        page.locator(f"button[value='{value}']").first.click()
    return Path(coming.value.path()).read_bytes()


def test_the_january_job_from_files_to_the_own_report(page: Page, folder: list[Path]) -> None:
    page.set_input_files("#file", folder)
    page.fill("#due", "\n".join([*(county.BODIES[i] for i in CHOSEN), county.MISSING[0]]))
    press(page, "gather")
    page.wait_for_selector(".counts")
    assert page.inner_text(".counts .missing strong") == "1" and page.inner_text(".counts .wrong strong") == "2"
    line = page.locator("details.standing", has_text=county.BODIES[3])
    assert not line.locator(".remarks").first.is_visible()
    line.locator("summary").first.click()
    assert line.locator(".remarks .error").first.is_visible()
    assert page.evaluate(SIDEWAYS) <= 0

    press(page, "sum")
    page.wait_for_selector("#table3")
    assert page.locator(f"[id='at-{GRANTED}']").is_hidden()
    page.click(f"a[href='#at-{GRANTED}']")
    opened = page.locator(f"[id='at-{GRANTED}']")
    assert opened.is_visible() and opened.locator("tbody tr").count() == len(CHOSEN)
    opened.locator("input").nth(0).fill("100")
    opened.locator("button").click()
    page.wait_for_selector(".notice.bad")
    again = page.locator(f"[id='at-{GRANTED}']")
    assert again.is_visible() and again.locator("input").nth(0).input_value() == "100"
    again.locator("input").nth(1).fill("财政局电话更正")
    again.locator("input").nth(1).press("Enter")
    page.wait_for_selector("td.changed")
    assert page.locator(f"[id='at-{GRANTED}'] .notice", has_text="财政局电话更正").is_visible()
    assert page.inner_text("td.changed") == "100"
    assert page.evaluate(SIDEWAYS) <= 0

    press(page, "years")
    page.wait_for_selector("table.years")
    assert page.evaluate(SIDEWAYS) <= 0

    kept = json.loads(save(page, "paper"))
    assert len(kept["reports"]) == len(folder) and kept["corrections"][0]["given"] == 100
    press(page, "sum")
    page.fill("#agency", "云岭县人民政府")
    with page.expect_popup() as coming:
        page.locator("button[value=report]").click()
    report = coming.value
    report.wait_for_selector("#year")
    assert report.input_value("#agency") == "云岭县人民政府" and report.input_value("#year") == str(county.YEAR)
    assert report.locator("text=已经载入：2023年度的报告").count() == 1
    assert page.locator("td.changed").count() == 1


def test_a_clerk_sees_that_the_files_are_being_read(page: Page, folder: list[Path]) -> None:
    page.evaluate("document.querySelector('form.gather').addEventListener('submit', (event) => event.preventDefault())")
    page.set_input_files("#file", folder[:1])
    button = page.locator("button[value=gather]")
    button.click()
    assert button.get_attribute("aria-busy") == "true" and re.search("正在读取", button.inner_text())


def test_more_than_can_be_sent_is_told_before_it_is_sent(page: Page, tmp_path: Path) -> None:
    large = tmp_path / "大.txt"
    large.write_bytes(b" " * (21 << 20))
    assert page.locator("#file-large").is_hidden()
    page.set_input_files("#file", large)
    assert page.locator("#file-large").is_visible()
