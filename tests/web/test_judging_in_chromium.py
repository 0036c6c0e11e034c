"""One job by the wizard in a real browser: from the page of a case to the prefilled letter, with every click counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from gipdocs.service import Service
from tests.web.test_cases import open_case
from tests.web.test_judging import PETITION

pytestmark = pytest.mark.browser
PARTIAL = [
    "clear",
    "information",
    "yes",
    "no",
    "no",
    "ours",
    "no",
    "no",
    "some",
    "yes",
    "no",
    "none",
    "internal",
    "withhold",
    "some",
]
"""The answers that are clicked; withdrawal is known from the case."""
MOST_CLICKS = 2 + len(PARTIAL)
SIZES = ((1366, 768), (1093, 614), (390, 844), (320, 640))


@pytest.fixture
def clerk(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield page
    context.close()


@pytest.fixture
def case(register_app: Flask, service: Service) -> str:
    return open_case(register_app.test_client(), service)


def reply(page: Page, answer: str) -> None:
    page.click(f"form.replies button[value={answer}]")
    page.wait_for_selector("main h1")


def test_a_partial_reply_is_reached_with_one_click_a_question(clerk: Page, desk_address: str, case: str) -> None:
    clicks = 0
    clerk.goto(f"{desk_address}/desk/cases/{case}")
    clerk.click("section[aria-labelledby=next] a:text-is('研判')")
    clicks += 1
    for answer in PARTIAL:
        reply(clerk, answer)
        clicks += 1
        assert clerk.evaluate("document.activeElement.tagName") == "H1"
    assert clerk.inner_text("h1") == "部分公开（区分处理）"
    clerk.click("button:text-is('写这份答复')")
    clicks += 1
    clerk.wait_for_url(f"**/desk/cases/{case}/letters/reply-partial")
    assert clerk.input_value("#application-name") == "张晓彤" and clicks <= MOST_CLICKS
    clerk.goto(f"{desk_address}/desk/cases/{case}")
    first = clerk.locator("ul.next li").first
    assert first.inner_text().startswith("写答复：部分公开") and "研判的结论是“部分公开”" in first.inner_text()


def test_the_browsers_way_back_and_a_changed_answer_keep_the_others(clerk: Page, desk_address: str) -> None:
    clerk.goto(f"{desk_address}/desk/judge")
    for answer in ("no", "clear", "information"):
        reply(clerk, answer)
    clerk.click("a[aria-label='改“申请需要补正吗？”']")
    assert clerk.inner_text("h1") == "申请需要补正吗？" and clerk.is_visible("text=原来的回答")
    reply(clerk, "clear")
    assert clerk.inner_text("h1").startswith("是行政机关在履行行政管理职能过程中")
    clerk.go_back()
    clerk.go_back()
    assert clerk.inner_text("h1").startswith("是行政机关在履行行政管理职能过程中")


@pytest.mark.parametrize(("width", "height"), SIZES, ids=str)
def test_every_answer_can_be_hit_and_nothing_overflows(clerk: Page, desk_address: str, width: int, height: int) -> None:
    clerk.set_viewport_size({"width": width, "height": height})
    for query in ("withdrawn=no&correction=clear", "&".join(f"{key}={answer}" for key, answer in PETITION.items())):
        clerk.goto(f"{desk_address}/desk/judge?{query}")
        assert clerk.evaluate("document.documentElement.scrollWidth <= innerWidth")
        sizes = [one.bounding_box() for one in clerk.locator("main :is(button, ol.so-far a)").all()]
        assert sizes and all(box and box["height"] >= 24 and box["width"] >= 24 for box in sizes)
