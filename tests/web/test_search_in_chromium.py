"""The search at the desk by keyboard, and the folded list, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, Request

from gipdocs.service import Service
from tests.web.test_cases import open_case

pytestmark = pytest.mark.browser
FOUND = "#found a"


@pytest.fixture
def page(chromium: Browser, desk_address: str) -> Iterator[Page]:
    page = chromium.new_page(viewport={"width": 1366, "height": 768})
    page.goto(f"{desk_address}/desk/")
    yield page
    page.close()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.getAttribute('href')"))


def test_the_slash_leads_to_the_field_unless_something_is_being_typed(page: Page, desk_address: str) -> None:
    page.keyboard.press("/")
    assert focused(page) == "find" and page.input_value("#find") == ""
    page.keyboard.type("a/b")
    assert page.input_value("#find") == "a/b"
    page.goto(f"{desk_address}/desk/documents/reply-granted")
    page.focus("#answers textarea >> nth=0")
    page.keyboard.press("/")
    assert focused(page) != "find"
    page.focus("header nav a >> nth=0")
    page.keyboard.press("/")
    assert focused(page) == "find"


def test_results_come_as_one_types_and_arrows_and_enter_choose(
    page: Page, register_app: Flask, service: Service
) -> None:
    number = open_case(register_app.test_client(), service, name="周国密")
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if "search" in request.url else None)
    page.keyboard.press("/")
    page.keyboard.type("国密", delay=20)
    page.wait_for_selector(FOUND)
    sent = [request for request in asked if request.method == "POST"]
    assert len(sent) == 1 and urlsplit(sent[0].url).query == "" and urlsplit(page.url).path == "/desk/"
    links = [one.get_attribute("href") for one in page.query_selector_all(FOUND)]
    assert links[0] == f"/desk/cases/{number}" and "/desk/documents/reply-withheld-state-secret" in links
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert focused(page) == links[1]
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert focused(page) == "find"
    page.keyboard.press("ArrowUp")
    assert focused(page) == links[-1]
    page.keyboard.press("Escape")
    assert focused(page) == "find" and page.is_hidden("#found")
    page.keyboard.press("End")
    page.keyboard.type(" ")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{number}")


def test_enter_does_not_open_what_was_found_for_an_older_text(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("部分公开")
    page.wait_for_selector(FOUND)
    page.fill("#find", "延期")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/documents/extension-notice")


def test_without_a_connection_nothing_stays_that_was_found_for_another_text(page: Page) -> None:
    page.fill("#find", "国家秘密")
    page.wait_for_selector(FOUND)
    page.context.set_offline(True)
    page.fill("#find", "补正")
    page.wait_for_selector("#found", state="hidden")


def test_a_slow_answer_never_replaces_a_newer_one(page: Page) -> None:
    page.evaluate(
        """() => { const real = window.fetch;
        window.fetch = async (to, how) => {
          if (how.body.get("q") === "延期") await new Promise((go, end) => {
            how.signal.addEventListener("abort", () => end(new Error("aborted")));
            setTimeout(go, 700);
          });
          return real(to, how);
        }; }"""
    )
    page.fill("#find", "延期")
    page.wait_for_timeout(250)
    page.fill("#find", "部分公开")
    page.wait_for_selector(FOUND)
    page.wait_for_timeout(900)
    assert "部分公开" in page.inner_text("#found") and "延期" not in page.inner_text("#found")


def test_the_button_and_a_browser_without_scripts_lead_to_a_page_of_results(
    chromium: Browser, desk_address: str
) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk_address}/desk/law")
    page.fill("#find", "国家秘密")
    page.keyboard.press("Enter")
    page.wait_for_selector(".found a")
    assert "国家" not in page.url and urlsplit(page.url).path == "/desk/search"
    page.click(".found a:has-text('不予公开：国家秘密')")
    assert page.url.endswith("/desk/documents/reply-withheld-state-secret")
    page.goto(f"{desk_address}/desk/")
    page.click("summary:has-text('答复')")
    page.click("a:has-text('不予公开：过程性信息')")
    assert page.url.endswith("/desk/documents/reply-withheld-process")
    context.close()


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1093, 614), (390, 844), (320, 640)])
def test_the_first_page_is_short_and_never_scrolls_sideways(
    chromium: Browser, desk_address: str, width: int, height: int
) -> None:
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.goto(f"{desk_address}/desk/")
    size = page.evaluate("[document.documentElement.scrollWidth, document.querySelector('#documents').offsetTop]")
    assert size[0] == width and page.locator("details.group[open]").count() == 0
    assert page.locator("details.group").last.bounding_box()["y"] < 2 * height + 200  # type: ignore[index]  # it is shown
    small = page.eval_on_selector_all(
        "header nav a, details.group > summary, .pressing .way",
        "all => all.filter(one => one.offsetHeight < 24).length",
    )
    assert small == 0
    page.close()
