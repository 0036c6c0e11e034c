"""Signing in in a real browser, without JavaScript; and a page that is open while its session ends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import delete

from gipdocs.access.accounts import add_account, end_sessions, get_row, invitation_path
from gipdocs.access.actors import HERE
from gipdocs.app import create_app
from gipdocs.service import Service
from gipdocs.settings import Settings
from gipdocs.store.tables import AttemptRow
from tests.web.conftest import serve
from tests.web.test_axe import AXE, FULL, RUN
from tests.web.test_cases import open_case
from tests.web.visitor import PASSWORD, Visitor, add, store_of

pytestmark = pytest.mark.browser
WIDTHS = (1440, 1093, 390)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application with accounts, of which wang may do everything about cases."""
    folder = tmp_path_factory.mktemp("accounts")
    app = create_app(Settings(secret_key="test", database=f"sqlite:///{folder}/a.db", access="accounts"))
    add(app, "wang", "clerk", "manager")
    yield app
    app.extensions["gipdocs"].close()


@pytest.fixture(scope="module")
def guarded_address(guarded: Flask) -> Iterator[str]:
    yield from serve(guarded)


@pytest.fixture
def plain(chromium: Browser, guarded: Flask) -> Iterator[Page]:
    """A browser that runs no scripts."""
    with store_of(guarded).writing() as session:
        session.execute(delete(AttemptRow))
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 1093, "height": 768})
    yield context.new_page()
    context.close()


@pytest.fixture
def scripted(chromium: Browser, guarded_address: str) -> Iterator[BrowserContext]:
    """A browser with scripts, in which wang has signed in."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    enter(context.new_page(), guarded_address)
    yield context
    context.close()


def enter(page: Page, address: str, password: str = PASSWORD) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{address}/desk/sign-in")
    page.fill("#name", "wang")
    page.fill("#password", password)
    page.click("form.secret button")


def find_barriers(page: Page) -> list[str]:
    """What axe-core finds that shuts somebody out."""
    page.evaluate(AXE)
    found: list[str] = page.evaluate(RUN, FULL)["wrong"]
    return found


def end_all(app: Flask) -> None:
    with store_of(app).writing() as session:
        end_sessions(session, get_row(session, "wang"))


def test_an_account_is_taken_up_and_used_without_javascript(plain: Page, guarded: Flask, guarded_address: str) -> None:
    code = add_account(store_of(guarded), "李芳", ["clerk"], by=HERE)
    plain.goto(guarded_address + invitation_path(code))
    plain.fill("#code", code)
    plain.fill("#password", PASSWORD)
    plain.fill("#again", PASSWORD)
    plain.click("form.secret button")
    expect(plain.locator(".notice.good")).to_contain_text("密码已经设置")
    plain.fill("#name", "李芳")
    plain.fill("#password", "not the password")
    plain.click("form.secret button")
    expect(plain.locator(".notice.bad")).to_contain_text("没有登录")
    assert plain.input_value("#name") == "李芳" and plain.input_value("#password") == ""
    plain.fill("#password", PASSWORD)
    plain.click("form.secret button")
    expect(plain.locator("header .who")).to_contain_text("李芳")

    plain.click("header .who a")
    plain.click("text=启用二次验证")
    secret = plain.inner_text("code.key").replace(" ", "")
    moment = datetime.now(UTC)
    plain.fill("#code", pyotp.TOTP(secret).at(moment))
    plain.click("form.secret button")
    expect(plain.locator(".notice.good")).to_contain_text("二次验证已经启用")
    plain.click("header .who button")
    expect(plain.locator(".notice")).to_contain_text("已经退出")
    plain.goto(f"{guarded_address}/desk/law")
    plain.fill("#name", "李芳")
    plain.fill("#password", PASSWORD)
    plain.click("form.secret button")
    plain.fill("#code", pyotp.TOTP(secret).at(moment + timedelta(seconds=30)))
    plain.click("form.secret button")
    expect(plain).to_have_url(f"{guarded_address}/desk/law")


def test_what_was_typed_survives_the_end_of_a_session_without_javascript(
    plain: Page, guarded: Flask, guarded_address: str
) -> None:
    enter(plain, guarded_address)
    plain.goto(f"{guarded_address}/desk/documents/reply-granted")
    plain.fill("#answers textarea >> nth=0", "第一行\n第二行<b>")
    name = plain.get_attribute("#answers textarea >> nth=0", "name")
    end_all(guarded)
    plain.click(".actions button[value=check]")
    expect(plain.locator("h1")).to_have_text("登录已经结束")
    with plain.context.expect_page() as opened:
        plain.click("main a")
    other = opened.value
    other.fill("#name", "wang")
    other.fill("#password", PASSWORD)
    other.click("form.secret button")
    expect(other.locator("header .who")).to_be_visible()
    plain.click("main button")
    assert plain.input_value(f"[name='{name}']") == "第一行\n第二行<b>"
    plain.click(".actions button[value=check]")
    expect(plain.locator(".summary")).to_be_visible()
    assert plain.input_value(f"[name='{name}']") == "第一行\n第二行<b>"


def test_the_code_of_an_invitation_comes_from_its_link_and_leaves_the_history(
    chromium: Browser, guarded: Flask, guarded_address: str
) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{guarded_address}{invitation_path('abcd-efgh')}")
    expect(page.locator("#code")).to_have_value("abcd-efgh")
    assert page.url == f"{guarded_address}/desk/invitation" and not [
        url for url in asked if "abcd" in url.partition("#")[0]
    ]
    page.close()


def test_a_letter_says_that_its_session_has_ended_and_goes_on_after_signing_in(
    scripted: BrowserContext, guarded: Flask, guarded_address: str, service: Service
) -> None:
    clerk = Visitor(guarded)
    clerk.sign_in("wang")
    number = open_case(clerk.client, service)
    page = scripted.pages[0]
    page.goto(f"{guarded_address}/desk/cases/{number}/letters/correction-notice")
    end_all(guarded)
    page.fill("#points-0-matter", "甲")
    expect(page.locator(".kept")).to_contain_text("登录已经结束", timeout=8000)
    expect(page.frame_locator("aside iframe:not(.coming)").locator("body")).to_contain_text("登录已经结束")
    page.click(".actions button[value=check]")
    expect(page.locator("#said .notice.bad")).to_contain_text("登录已经结束，这次没有处理；填写的内容都还在")
    page.click("#points button[value^='add:']")
    expect(page.locator("#points .notice.bad, #points + .notice.bad, fieldset .notice.bad").first).to_contain_text(
        "登录已经结束"
    )
    page.fill("#find", "延期")
    expect(page.locator("#found")).to_contain_text("请重新登录")
    with scripted.expect_page() as opened:
        page.click("#said .notice.bad a")
    other = opened.value
    other.fill("#name", "wang")
    other.fill("#password", PASSWORD)
    other.click("form.secret button")
    expect(other.locator("header .who")).to_be_visible()
    expect(page.locator(".kept")).to_contain_text("已自动保存", timeout=12000)
    assert page.input_value("#points-0-matter") == "甲"
    page.click(".actions button[value=check]")
    expect(page.locator("#said")).not_to_contain_text("登录已经结束")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_signing_in_fit_every_window(scripted: BrowserContext, guarded_address: str, width: int) -> None:
    page = scripted.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    for place in ("account", "account/second-factor", "prove", "invitation", ""):
        page.goto(f"{guarded_address}/desk/{place}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
        assert find_barriers(page) == [], place
    page.context.clear_cookies()
    page.goto(f"{guarded_address}/desk/sign-in")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") and find_barriers(page) == []
    assert re.search("登录", page.title())
