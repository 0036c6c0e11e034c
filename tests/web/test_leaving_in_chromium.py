"""The desk asks before somebody leaves what was typed, and at no other time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from gipdocs.service import Service
from tests.web.test_cases import open_case

pytestmark = pytest.mark.browser


@pytest.fixture
def asked() -> list[str]:
    """The questions that the browser has asked."""
    return []


@pytest.fixture
def page(chromium: Browser, asked: list[str]) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    yield page
    context.close()


def test_an_application_that_is_being_registered_is_not_left_in_silence(
    page: Page, desk_address: str, asked: list[str]
) -> None:
    page.goto(f"{desk_address}/desk/cases/new")
    page.locator("#answers input[type=text] >> nth=0").click()
    page.goto(f"{desk_address}/desk/law")
    page.goto(f"{desk_address}/desk/cases/new")
    page.locator("#find").press_sequentially("a")
    page.goto(f"{desk_address}/desk/cases/new")
    assert asked == []
    page.locator("#answers input[type=text] >> nth=0").press_sequentially("a")
    page.locator("#answers .actions >> text=登记").click()
    expect(page.locator(".summary")).to_be_visible()
    assert asked == []
    page.click("h1")  # a browser asks only somebody who has done something
    page.goto(f"{desk_address}/desk/law")
    assert asked == ["beforeunload"]


def test_the_preview_of_the_profile_sends_nothing_away(page: Page, desk_address: str, asked: list[str]) -> None:
    page.goto(f"{desk_address}/desk/profile")
    page.locator("#answers input[type=text] >> nth=0").press_sequentially("a")
    page.wait_for_selector("iframe[name=preview-1]")
    page.goto(f"{desk_address}/desk/law")
    assert asked == ["beforeunload"]


def test_a_letter_that_keeps_itself_is_left_without_a_question(
    page: Page, desk_address: str, asked: list[str], register_app: Flask, service: Service
) -> None:
    number = open_case(register_app.test_client(), service)
    page.goto(f"{desk_address}/desk/cases/{number}/letters/correction-notice")
    page.locator("#points-0-matter").press_sequentially("a")
    page.goto(f"{desk_address}/desk/law")
    assert asked == []
