"""A letter's page while the server takes its time, forgets the browser or can't be reached: nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from gipdocs.service import Service
from tests.web.test_cases import open_case

pytestmark = pytest.mark.browser
HOLD = """(deed) => {
  const real = window.fetch;
  const opened = new Promise((open) => { window.letThrough = open; });
  window.isHeld = false;
  window.fetch = async (url, options) => {
    if (!String(options?.body).split("&").includes(`.do=${deed}`)) return real(url, options);
    const response = real(url, options);
    window.isHeld = true;
    await opened;
    return response;
  };
}"""
"""Holds back every answer to a button until `letThrough()` is called."""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    yield page
    context.close()


@pytest.fixture
def small(page: Page, address: str) -> Page:
    page.goto(f"{address}/desk/documents/small-case")
    return page


@pytest.fixture
def letter(page: Page, desk_address: str, register_app: Flask, service: Service) -> Page:
    number = open_case(register_app.test_client(), service)
    page.goto(f"{desk_address}/desk/cases/{number}/letters/correction-notice")
    return page


def let_through(page: Page) -> None:
    page.wait_for_function("() => window.isHeld")
    page.evaluate("() => window.letThrough()")


def test_a_page_that_lost_its_cookie_goes_on(small: Page) -> None:
    small.fill("#title", "甲")
    small.context.clear_cookies()
    small.click(".actions button[value=check]")
    expect(small.locator(".summary[role=alert]")).to_be_visible()
    assert "过期" not in small.inner_text("#said") and small.input_value("#title") == "甲"


def test_a_letter_whose_page_lost_its_cookie_keeps_itself(letter: Page) -> None:
    letter.context.clear_cookies()
    letter.fill("#points-0-matter", "甲")
    expect(letter.locator(".kept")).to_contain_text("已自动保存", timeout=8000)
    assert letter.locator(".notice.bad").count() == 0


def test_a_browser_without_cookies_is_told_so(small: Page) -> None:
    small.route("**/small-case", lambda route: (small.context.clear_cookies(), route.continue_()))
    small.click(".actions button[value=check]")
    expect(small.locator("#said .notice.bad")).to_contain_text("Cookie")


def test_a_form_takes_nothing_in_until_a_reload_has_brought_back_what_was_typed(small: Page) -> None:
    small.fill("#title", "甲")
    small.add_init_script(f"({HOLD})('show')")
    small.reload()
    small.wait_for_function("() => window.isHeld")
    assert small.locator("#answers").evaluate("form => form.inert") and "正在恢复" in small.inner_text(".kept")
    let_through(small)
    expect(small.locator("#title")).to_have_value("甲")
    assert not small.locator("#answers").evaluate("form => form.inert")


def test_where_a_letter_without_a_case_stays_is_told(small: Page, desk_address: str) -> None:
    assert "关闭标签页就没有了" in small.inner_text("#answers")
    small.goto(f"{desk_address}/documents/application-form")
    assert "关闭标签页就没有了" not in small.content()


def test_what_could_not_be_brought_back_is_told_and_comes_with_the_next_reload(small: Page) -> None:
    small.fill("#title", "甲")
    small.route("**/small-case", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    small.reload()
    expect(small.locator("#said .notice.bad")).to_contain_text("重新载入")
    small.fill("#mail", "a@b.cn")
    small.wait_for_timeout(3500)
    small.unroute_all()
    small.reload()
    expect(small.locator("#title")).to_have_value("甲")


def test_a_late_answer_takes_no_reason_away_that_is_being_written(small: Page) -> None:
    for id, text in (("person-name", "张三"), ("title", "晚"), ("day", "2026-03-01")):
        small.fill(f"#{id}", text)
    small.click(".actions button[value=check]")
    reason = small.locator("#title-remarks textarea")
    small.evaluate(HOLD, "check")
    reason.fill("理由")
    small.wait_for_function("() => window.isHeld")
    reason.fill("理由写得更长")
    small.focus("#mail")
    let_through(small)
    small.wait_for_timeout(200)
    assert reason.input_value() == "理由写得更长"


def test_a_late_answer_to_a_button_takes_no_reason_away_either(small: Page) -> None:
    for id, text in (("person-name", "张三"), ("title", "晚"), ("day", "2026-03-01")):
        small.fill(f"#{id}", text)
    small.click(".actions button[value=check]")
    reason = small.locator("#title-remarks textarea")
    reason.wait_for()  # a button that is pressed while another is at work does nothing
    small.evaluate(HOLD, "docx")
    small.click(".actions button[value=docx]")
    reason.fill("理由写得更长")
    small.focus("#mail")
    let_through(small)
    small.wait_for_timeout(200)
    assert reason.input_value() == "理由写得更长"


def test_who_types_on_keeps_the_focus(small: Page) -> None:
    small.evaluate(HOLD, "check")
    small.focus("#title")
    small.keyboard.press("Control+Enter")
    small.keyboard.type("a")
    let_through(small)
    expect(small.locator(".summary[role=alert]")).to_be_visible()
    small.keyboard.type("b")
    assert small.input_value("#title") == "ab"


def test_who_saves_by_a_key_writes_on_and_is_told_beside_the_buttons(letter: Page) -> None:
    letter.fill("#points-0-matter", "甲")
    letter.keyboard.press("Control+s")
    expect(letter.locator(".kept")).to_contain_text("草稿已保存")
    letter.keyboard.type("b")
    assert letter.input_value("#points-0-matter") == "甲b"


def test_a_file_that_was_taken_is_told_even_if_the_next_question_fails(small: Page) -> None:
    for id, text in (("person-name", "张三"), ("title", "清单"), ("day", "2026-03-01")):
        small.fill(f"#{id}", text)
    small.route("**/small-case", lambda r: r.abort() if ".do=check" in (r.request.post_data or "") else r.continue_())
    with small.expect_download():
        small.click(".actions button[value=docx]")
    expect(small.locator("#said .notice")).to_contain_text("已下载")


def test_a_question_is_asked_before_leaving_while_an_earlier_change_is_still_being_kept(letter: Page) -> None:
    letter.evaluate(HOLD, "keep")
    letter.fill("#points-0-matter", "甲")
    letter.wait_for_function("() => window.isHeld", timeout=8000)
    letter.fill("#points-0-guidance", "乙")
    assert letter.evaluate("() => !dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    let_through(letter)


def test_a_letter_that_grew_too_long_keeps_itself_again_once_it_is_saved(letter: Page) -> None:
    letter.fill("#points-0-matter", "长" * 500_000)
    expect(letter.locator("#said .notice.bad")).to_contain_text("提交的内容过大", timeout=15000)
    assert "不再自动保存" in letter.inner_text("#said")
    expect(letter.locator("#letter .hint")).to_contain_text("内容过大")
    letter.fill("#points-0-matter", "短")
    letter.click(".actions button[value=draft]")
    expect(letter.locator("#said .notice.good")).to_contain_text("草稿已保存")
    letter.fill("#points-0-matter", "短了")
    expect(letter.locator(".kept")).to_contain_text("已自动保存", timeout=8000)


def test_a_browser_that_stores_nothing_still_keeps_the_letter_when_it_is_left(letter: Page) -> None:
    letter.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    letter.fill("#points-0-matter", "甲")
    with letter.expect_request(lambda one: ".do=keep" in (one.post_data or "")):
        letter.reload()


def test_what_was_read_out_of_a_text_is_not_said_of_the_next(small: Page) -> None:
    small.fill("#fee", "３８０．５")
    small.click(".actions button[value=check]")
    expect(small.locator("#fee-understood")).to_contain_text("380.5")
    small.fill("#fee", "12")
    expect(small.locator("#fee-understood")).to_have_count(0)
