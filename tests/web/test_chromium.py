"""A real browser, with JavaScript and without: fill in, add a row, be refused, mend, download."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.web.browser import text_of

pytestmark = pytest.mark.browser


def download(page: Page, folder: Path) -> str:
    with page.expect_download() as coming:
        page.click(".actions >> text=下载DOCX")
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    assert path.name == "小案卷.docx"
    return text_of(path.read_bytes())


def test_a_clerk_with_javascript(chromium: Browser, address: str, tmp_path: Path) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}/desk/documents/small-case")
    assert not page.is_visible("#agree")  # it applies only to one way of delivery
    page.check("input[name=way][value=mail]")
    assert page.is_visible("#agree")
    page.evaluate("window.stayed = true")
    page.click("text=增加一项")
    page.wait_for_selector("#files-0-name:focus")
    page.keyboard.type("甲")
    assert page.evaluate("window.stayed") is True  # the page was not loaded again
    page.click(".actions >> text=检查")
    page.wait_for_selector(".summary[role=alert]")
    assert page.evaluate("document.activeElement.className") == "summary"
    page.click(".summary a >> nth=0")
    assert page.evaluate("document.activeElement.id || location.hash.slice(1)") == "person-name"
    page.fill("#person-name", "张三")
    page.fill("#title", "A & B <select>")
    page.fill("#day", "2026-03-01")
    page.frame_locator("aside iframe:not(.coming)").get_by_text("A & B <select>").wait_for()  # nobody pressed a button
    printed = download(page, tmp_path)
    assert "A & B <select>" in printed and "甲" in printed
    assert page.evaluate("history.length") == 2  # blank and the form: no refusal, no link in it, no letters
    assert [text for text in complaints if "status of 422" not in text] == []
    context.close()


def test_a_clerk_without_javascript_on_a_phone(chromium: Browser, address: str, tmp_path: Path) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/desk/documents/small-case")
    page.fill("#person-name", "张三")
    page.fill("#title", "一份清单")
    page.fill("#day", "2026-03-01")
    page.click("text=增加一项")
    page.wait_for_selector("#files-0-name:focus")
    assert page.url.endswith("#files-0-name")
    page.keyboard.type("甲")  # the new row has the focus
    page.click("text=增加一行 >> nth=0")
    page.fill("#lines-0", "要点")
    page.click(".actions >> text=预览")
    page.frame_locator("iframe[name=preview]").get_by_text("一份清单").wait_for()
    page.focus("#title")
    page.keyboard.press("Enter")  # the first button of the form is the harmless one
    page.wait_for_selector("text=没有发现问题")
    printed = download(page, tmp_path)
    assert "甲" in printed and "要点" in printed
    assert page.locator("body").evaluate("body => body.scrollWidth") <= 390
    context.close()
