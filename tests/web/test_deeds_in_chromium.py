"""A letter's page that stays: its buttons, its remarks while somebody types, and what keeps itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Download, Page, Request, expect

from gipdocs.service import Service
from tests.web.browser import text_of
from tests.web.test_cases import open_case

pytestmark = pytest.mark.browser
PAUSE = 1500  # milliseconds in which a page would have asked the server
CORRECTION = "correction-notice"


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    yield context.new_page()
    context.close()


@pytest.fixture
def small(page: Page, address: str) -> Page:
    page.goto(f"{address}/desk/documents/small-case")
    return page


@pytest.fixture
def letter(page: Page, desk_address: str, register_app: Flask, service: Service) -> Page:
    number = open_case(register_app.test_client(), service)
    page.goto(f"{desk_address}/desk/cases/{number}/letters/{CORRECTION}")
    return page


def posts(page: Page, do: str) -> list[Request]:
    """The requests to come that press this button."""
    found: list[Request] = []
    page.on("request", lambda one: found.append(one) if f".do={do}" in (one.post_data or "").split("&") else None)
    return found


def fill_small(page: Page) -> None:
    for id, text in (("person-name", "张三"), ("title", "一份清单"), ("day", "2026-03-01")):
        page.fill(f"#{id}", text)


def test_a_download_clears_what_was_wrong_and_says_which_file_was_taken(small: Page, tmp_path: Path) -> None:
    small.click(".actions button[value=docx]")
    expect(small.locator(".summary[role=alert]")).to_be_focused()
    expect(small.locator("#title-remarks")).to_contain_text("标题")
    assert small.title().startswith("有误")
    fill_small(small)
    with small.expect_download() as coming:
        small.click(".actions button[value=docx]")
    coming.value.save_as(tmp_path / "it.docx")
    assert coming.value.suggested_filename == "小案卷.docx"
    assert "一份清单" in text_of((tmp_path / "it.docx").read_bytes())
    expect(small.locator("#said .notice")).to_have_text("已下载 小案卷.docx")
    expect(small.locator("#said .notice")).to_be_focused()
    assert small.locator(".remarks, .summary, [aria-invalid]").count() == 0
    assert not small.title().startswith("有误")
    assert small.input_value("#title") == "一份清单"


def test_two_clicks_give_one_download_and_the_button_says_that_it_works(small: Page) -> None:
    fill_small(small)
    built, files = posts(small, "docx"), list[Download]()
    small.on("download", lambda one: files.append(one))
    small.route("**/small-case", lambda route: (small.wait_for_timeout(300), route.continue_()))
    small.evaluate("() => { const b = document.querySelector('.actions button[value=docx]'); b.click(); b.click(); }")
    button = small.locator(".actions button[value=docx]")
    expect(button).to_have_text("正在生成…")
    expect(button).to_have_attribute("aria-busy", "true")
    expect(small.locator("#said .notice")).to_contain_text("已下载")
    expect(button).to_have_text("下载DOCX")
    small.wait_for_timeout(PAUSE)
    assert len(built) == len(files) == 1


def test_a_reload_and_the_way_back_keep_what_was_typed(small: Page, address: str) -> None:
    small.on("dialog", lambda dialog: dialog.accept())
    fill_small(small)
    small.click("text=增加一项")
    small.wait_for_selector("#files-0-name:focus")
    small.keyboard.type("甲")
    small.click(".actions button[value=check]")
    expect(small.locator("#said .notice")).to_contain_text("没有发现问题")
    small.reload()
    expect(small.locator("#files-0-name")).to_have_value("甲")
    small.goto(f"{address}/desk/law")
    small.go_back()
    expect(small.locator("#files-0-name")).to_have_value("甲")
    expect(small.locator("#title")).to_have_value("一份清单")
    with small.expect_download():
        small.click(".actions button[value=docx]")


def test_a_question_is_asked_before_typed_text_is_lost_and_only_then(small: Page, address: str) -> None:
    asked: list[str] = []
    small.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    small.goto(f"{address}/desk/documents/small-case")
    small.goto(f"{address}/desk/law")
    assert asked == []
    small.goto(f"{address}/desk/documents/small-case")
    fill_small(small)
    with small.expect_download():
        small.click(".actions button[value=docx]")
    expect(small.locator("#said .notice")).to_contain_text("已下载")
    small.goto(f"{address}/desk/law")
    assert asked == []
    small.goto(f"{address}/desk/documents/small-case")
    small.locator("#title").press_sequentially("晚")
    small.goto(f"{address}/desk/law")
    assert asked == ["beforeunload"]


def test_what_an_answered_form_shows_is_not_left_without_a_question(small: Page, address: str, tmp_path: Path) -> None:
    asked: list[str] = []
    small.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    (tmp_path / "填写内容.json").write_text('{"title": "甲"}', encoding="utf-8")
    small.click("text=载入示例或者上次的填写内容")
    small.set_input_files("#file", tmp_path / "填写内容.json")
    expect(small.locator("#title")).to_have_value("甲")
    small.click("h1")  # a browser asks only somebody who has done something
    small.goto(f"{address}/desk/law")
    assert asked == ["beforeunload"]


def test_a_remark_comes_when_its_question_is_left_and_goes_when_it_is_mended(small: Page) -> None:
    checked = posts(small, "check")
    for _ in range(3):
        small.keyboard.press("Tab")
    small.wait_for_timeout(PAUSE)
    assert not checked and small.locator(".remarks").count() == 0  # nobody has typed anything
    small.locator("#mail").press_sequentially("张三")
    small.wait_for_timeout(PAUSE)
    assert small.locator(".remarks").count() == 0  # still typing
    small.keyboard.press("Tab")
    expect(small.locator("#mail-remarks .error")).to_be_visible()
    expect(small.locator("#day")).to_be_focused()
    expect(small.locator("#mail")).to_have_attribute("aria-invalid", "true")
    assert small.locator(".remarks").count() == 1  # nothing about questions that nobody has touched
    assert "邮箱" in small.inner_text(".spoken")
    small.fill("#mail", "a@b.cn")
    expect(small.locator(".remarks")).to_have_count(0)  # without leaving it
    expect(small.locator("#mail")).not_to_have_attribute("aria-invalid", "true")
    expect(small.locator("#mail")).to_be_focused()


def test_what_is_mended_leaves_the_list_above_the_form(small: Page) -> None:
    small.click(".actions button[value=check]")
    listed = small.locator(".summary li")
    expect(listed).to_have_count(3)
    small.click(".summary a >> nth=1")
    expect(small.locator("#title")).to_be_focused()
    box, label = small.locator("#title").bounding_box(), small.locator("label[for=title]").bounding_box()
    assert box and label and label["y"] > 0
    small.keyboard.type("一份清单")
    expect(listed).to_have_count(2)
    expect(small.locator(".summary h2")).to_contain_text("还有2处")
    fill_small(small)
    expect(small.locator("#said")).to_contain_text("列出的问题都已改正")


def test_what_the_case_knows_is_folded_and_opens_for_a_remark(letter: Page) -> None:
    folded = letter.locator("#application details.known")
    box = folded.bounding_box()
    assert box and box["height"] < 48  # one line, whatever the case knows
    expect(folded.locator("> summary")).to_contain_text("张晓彤")
    assert not letter.is_visible("#application-name") and letter.is_visible("#points")
    folded.locator("> summary").click()
    letter.fill("#application-name", "")
    folded.locator("> summary").click()
    letter.click(".actions button[value=check]")
    expect(letter.locator("#application-name")).to_be_visible()
    expect(letter.locator("#application-name-remarks .error")).to_be_visible()


def test_a_letter_of_a_case_keeps_itself_and_a_reload_shows_it(letter: Page) -> None:
    kept = posts(letter, "keep")
    letter.wait_for_timeout(PAUSE)
    assert "letter=" not in letter.url and not kept  # nothing was typed
    letter.fill("#points-0-matter", "没有写明形成时间")
    expect(letter.locator(".kept")).to_contain_text("已自动保存", timeout=8000)
    assert re.search(r"\?letter=\d+$", letter.url)
    letter.fill("#points-0-guidance", "请写明年度")
    letter.reload()  # before it was kept again
    expect(letter.locator("#points-0-guidance")).to_have_value("请写明年度")
    expect(letter.locator("#points-0-matter")).to_have_value("没有写明形成时间")
    letter.wait_for_timeout(1500)  # the page is asked for once more if the draft was still being kept
    letter.fill("#points-0-guidance", "请写明年度和机关")
    expect(letter.locator(".kept")).to_contain_text("已自动保存", timeout=8000)
    assert letter.locator(".notice.bad").count() == 0


def test_what_is_only_what_the_case_knows_is_not_kept(letter: Page) -> None:
    with letter.expect_response(lambda one: ".do=keep" in (one.request.post_data or ""), timeout=8000) as answer:
        letter.fill("#points-0-matter", "字")
        letter.fill("#points-0-matter", "")
    assert answer.value.status == 204 and "letter=" not in letter.url


def test_another_persons_change_is_told_once_and_nothing_is_overwritten(letter: Page) -> None:
    letter.fill("#points-0-matter", "甲")
    expect(letter.locator(".kept")).to_contain_text("已自动保存", timeout=8000)
    other = letter.context.new_page()
    other.goto(letter.url)
    other.fill("#points-0-matter", "乙")
    other.click(".actions button[value=draft]")
    expect(other.locator("#said .notice")).to_contain_text("草稿已保存")
    letter.fill("#points-0-matter", "丙")
    expect(letter.locator(".notice.bad")).to_contain_text("别人改动", timeout=8000)
    sent = posts(letter, "keep")
    letter.fill("#points-0-matter", "丁")
    letter.wait_for_timeout(4000)
    assert not sent and letter.input_value("#points-0-matter") == "丁"
    other.reload()
    expect(other.locator("#points-0-matter")).to_have_value("乙")


def test_a_letter_that_is_issued_while_it_keeps_itself_leaves_no_draft(letter: Page) -> None:
    letter.route(
        f"**/letters/{CORRECTION}*",
        lambda route: (
            letter.wait_for_timeout(500) if ".do=keep" in (route.request.post_data or "") else None,
            route.continue_(),
        ),
    )
    letter.click("#points-0 input[type=radio] >> nth=1")
    letter.fill("#points-0-matter", "没有写明形成时间")
    letter.fill("#points-0-guidance", "请写明年度和印发机关")
    letter.fill("#handed_on", "2026-03-05")
    letter.fill("#date", "2026-03-05")
    with letter.expect_request(lambda one: ".do=keep" in (one.post_data or ""), timeout=8000):
        pass
    letter.click(".actions button[value=issue]")
    expect(letter.locator("#course, #said .summary")).to_be_visible(timeout=8000)
    assert letter.is_visible("#course"), letter.inner_text("#said")
    assert letter.locator("section[aria-labelledby=letters] li").count() == 1
    expect(letter.locator("section[aria-labelledby=letters] li")).to_have_class("issued")


def test_a_letter_keeps_itself_although_the_cookie_was_lost(letter: Page) -> None:
    letter.context.clear_cookies()
    letter.fill("#points-0-matter", "没有写明形成时间")
    letter.wait_for_selector("text=已自动保存")
    letter.reload()
    assert letter.input_value("#points-0-matter") == "没有写明形成时间"
