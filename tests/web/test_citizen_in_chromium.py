"""Citizens on a telephone, 390 by 844: the whole form by taps and keys, the draft by consent, the way without scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.web.browser import text_of

pytestmark = pytest.mark.browser

FORM = "/documents/application-form"
KEY = "gipdocs-draft:application-form"
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DAY = 24 * 60 * 60 * 1000


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """The application form on a telephone; the console stays silent."""
    context = chromium.new_context(**PHONE)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{address}{FORM}")
    yield page
    context.close()
    assert [text for text in complaints if "status of 422" not in text] == []


def until(page: Page, condition: str) -> None:
    """Wait for a condition; the page's own policy forbids Playwright's way of doing so."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(condition)


def consent(page: Page) -> None:
    page.tap("#draft summary")
    page.tap("[data-consent]")


def kept(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(page.evaluate(f"localStorage.getItem('{KEY}')") or "{}")
    return found


def test_the_whole_job_takes_few_taps(page: Page, tmp_path: Path) -> None:
    taps = 0

    def tap(selector: str) -> None:
        nonlocal taps
        page.tap(selector)
        taps += 1

    tap("input[name=applicant_kind][value=citizen]")
    tap("#name")
    for text in ("张晓彤", None, "11010519491231002X", "13800138000", "252000", "人民路1号"):
        if text is None:  # the keyboard's own key led to the list of identity documents
            assert page.evaluate("document.activeElement.id") == "id_kind"
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Tab")
        else:
            page.keyboard.type(text)
            page.keyboard.press("Enter")
    tap("#info_title")
    page.keyboard.type("2025年公务用车调配更新计划")
    tap("input[name=media][value=paper]")
    tap("input[name=delivery][value=mail]")
    page.wait_for_selector("#review dd >> text=邮寄")
    assert page.locator("#steps .pending").count() == 0
    with page.expect_download() as coming:
        tap(".actions >> text=下载DOCX")
    coming.value.save_as(tmp_path / "form.docx")
    printed = text_of((tmp_path / "form.docx").read_bytes())
    for text in ("张晓彤", "11010519491231002X", "13800138000", "252000", "人民路1号", "☑纸质", "☑邮寄"):
        assert text in printed, text
    assert taps == 6
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0  # nobody consented


def test_what_comes_next_is_shown_after_the_download(page: Page) -> None:
    assert not page.is_visible("#next")
    page.fill("#name", "张晓彤")
    page.evaluate("window.stayed = true")
    with page.expect_download():
        page.tap(".actions >> text=下载DOCX")
    page.wait_for_selector("#next:focus")
    assert page.is_visible("#next >> text=文件正在下载") and page.evaluate("window.stayed") is True
    assert page.input_value("#name") == "张晓彤"
    with page.expect_download() as coming:
        page.tap("#next >> text=下载信封（DOCX）")
    assert coming.value.suggested_filename == "信封.docx"


def test_what_comes_next_can_be_read_before(page: Page) -> None:
    page.tap("text=下载以后怎么办")
    page.wait_for_selector("#next:focus")
    assert not page.is_visible("text=文件正在下载")


def test_the_kind_of_applicant_decides_what_is_asked(page: Page) -> None:
    assert not page.is_visible("#id_number") and not page.is_visible("#uscc")
    page.tap("input[name=applicant_kind][value=citizen]")
    page.fill("#id_number", "11010519491231002X")
    assert page.is_visible("#id_number") and not page.is_visible("#uscc")
    page.tap("input[name=applicant_kind][value=organisation]")
    assert page.is_visible("#uscc") and page.is_visible("#id_number")
    assert page.is_visible('.stray[data-of="id_number"]')
    page.fill("#id_number", "")
    assert not page.is_visible('.stray[data-of="id_number"]')


def test_four_fields_appear_for_an_agent_only(page: Page) -> None:
    summary = page.locator("details.aside", has_text="由代理人、监护人代办吗？").locator("summary")
    assert not page.is_visible("#agent_name")
    summary.tap()
    page.fill("#agent_name", "李明")
    summary.tap()
    assert not page.is_visible("#agent_name") and "已填1项" in summary.inner_text()


def test_help_comes_beside_the_question_that_was_answered(page: Page) -> None:
    page.fill("#info_title", "预算")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.press("#info_title", "Tab")
    page.wait_for_selector("#info_title-remarks >> text=写得太短")
    assert "info_title-remarks" in (page.get_attribute("#info_title", "aria-describedby") or "")
    assert page.locator("#answers .question .remarks").count() == 1  # nothing is said of what nobody has come to
    page.fill("#info_title", "2025年公务用车调配更新计划")
    page.press("#info_title", "Tab")
    page.wait_for_selector("#info_title-remarks", state="detached")
    assert "2025年公务用车调配更新计划" in page.inner_text("#review dl")


def test_nothing_is_kept_before_consent(page: Page) -> None:
    page.fill("#name", "张晓彤")
    page.reload()
    assert page.input_value("#name") == "" and page.evaluate("localStorage.length") == 0


def test_a_draft_is_kept_by_consent_without_identity_numbers(page: Page) -> None:
    page.tap("input[name=applicant_kind][value=citizen]")
    page.fill("#id_number", "11010519491231002X")
    consent(page)
    page.fill("#name", "张晓彤")
    page.tap("input[name=media][value=paper]")
    page.tap("input[name=media][value=cd]")
    page.tap("summary:has-text('代办吗')")
    page.fill("#agent_name", "李明")
    page.fill("#agent_id_number", "110101199003074506")
    assert "11010519491231002X" not in json.dumps(kept(page)) and "110101199003074506" not in json.dumps(kept(page))
    page.reload()
    page.wait_for_selector("text=已填上这个浏览器里保留的草稿")
    assert page.input_value("#name") == "张晓彤" and page.input_value("#id_number") == ""
    assert page.is_checked("input[name=media][value=paper]") and page.is_checked("input[name=media][value=cd]")
    assert page.is_visible("#agent_name") and page.input_value("#agent_name") == "李明"
    page.tap("[data-wipe]")
    assert page.evaluate("localStorage.length") == 0 and page.is_visible("text=保留的草稿已经清除")
    page.reload()
    assert page.input_value("#name") == ""


def test_a_draft_ends_with_consent_and_after_thirty_days(page: Page) -> None:
    consent(page)
    page.fill("#name", "张晓彤")
    page.tap("[data-consent]")
    assert page.evaluate("localStorage.length") == 0
    page.tap("[data-consent]")
    for days, name in ((29, "张晓彤"), (31, "")):
        old = {"on": page.evaluate("Date.now()") - days * DAY, "pairs": [["name", "张晓彤"]]}
        page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, json.dumps(old)])
        page.reload()
        assert page.input_value("#name") == name
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("text", ["{", "null", '{"on": 1e15, "pairs": "no"}'])
def test_a_spoilt_draft_does_no_harm(page: Page, text: str) -> None:
    page.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, text])
    page.reload()
    assert page.evaluate("localStorage.length") == 0 and not page.is_visible("[data-restored]")


def test_a_draft_is_wiped_after_the_download_only_if_asked(page: Page) -> None:
    consent(page)
    page.fill("#name", "张晓彤")
    for wiped in (False, True):
        if wiped:
            page.tap("[data-wipe-after]")
        with page.expect_download():
            page.tap(".actions >> text=下载DOCX")
        assert bool(kept(page)) is not wiped


def test_a_refused_download_wipes_no_draft(page: Page) -> None:
    consent(page)
    page.tap("[data-wipe-after]")
    page.fill("#name", "张" * 101)
    page.tap(".actions >> text=下载DOCX")
    page.wait_for_selector(".summary[role=alert]")
    until(page, f"localStorage.getItem('{KEY}') !== null")
    assert ["name", "张" * 101] in kept(page)["pairs"] and page.is_checked("[data-wipe-after]")


def test_a_draft_never_replaces_what_was_just_typed(page: Page) -> None:
    consent(page)
    page.fill("#name", "张晓彤")
    old = page.evaluate(f"localStorage.getItem('{KEY}')")
    page.fill("#name", "李明")
    page.locator("#name").blur()
    page.evaluate(
        """([key, text]) => { localStorage.setItem(key, text);  // as another window would
        document.getElementById("answers").requestSubmit(document.querySelector(".actions [value=check]")) }""",
        [KEY, old],
    )
    page.wait_for_url("**#review")
    until(page, f"(localStorage.getItem('{KEY}') ?? '').includes('李明')")
    assert page.input_value("#name") == "李明" and ["name", "李明"] in kept(page)["pairs"]


def test_two_windows_replace_no_draft_of_each_other_in_silence(page: Page) -> None:
    consent(page)
    page.fill("#name", "张晓彤")
    other = page.context.new_page()
    other.goto(page.url)
    assert other.input_value("#name") == "张晓彤" and page.is_checked("[data-consent]")
    other.fill("#info_title", "计划")
    until(page, "!document.querySelector('[data-consent]').checked")
    assert "另一个窗口也在填这张表" in page.inner_text("[data-said]")
    page.fill("#name", "李四")
    assert kept(page)["pairs"][-1] == ["info_title", "计划"] and "李四" not in str(kept(page))
    page.check("[data-consent]")
    until(other, "!document.querySelector('[data-consent]').checked")
    page.click("[data-wipe]")
    other.fill("#info_title", "另一项计划")
    assert kept(page) == {}


def test_a_draft_that_is_wiped_in_one_window_is_not_kept_again_by_another(page: Page) -> None:
    consent(page)
    page.fill("#name", "张晓彤")
    other = page.context.new_page()
    other.goto(page.url)
    other.click("[data-wipe]")
    until(page, "!document.querySelector('[data-consent]').checked")
    page.fill("#name", "李四")
    assert kept(page) == {} and "已经在另一个窗口清除" in page.inner_text("[data-said]")


def test_a_question_is_asked_before_typed_text_is_lost_and_only_then(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.tap("#name")
    page.goto(f"{address}/")
    page.goto(f"{address}{FORM}")
    page.tap("#name")
    page.keyboard.type("a")
    page.click("[value=check] >> nth=1")  # the page that answers has everything
    page.wait_for_selector("#review dd")
    assert asked == []
    page.tap("#name")
    page.goto(f"{address}/")
    assert asked == ["beforeunload"]
    page.goto(f"{address}{FORM}")
    page.tap("#name")
    page.keyboard.type("a")
    with page.expect_download():
        page.click("[value=docx]")
    page.goto(f"{address}/")
    page.goto(f"{address}{FORM}")
    consent(page)
    page.tap("#name")
    page.keyboard.type("a")
    page.goto(f"{address}/")
    assert asked == ["beforeunload"]


def test_lines_come_back_with_a_draft(page: Page, address: str) -> None:
    page.goto(f"{address}/documents/record-correction-application")
    consent(page)
    page.fill("#evidence-0", "行驶证")
    page.tap("text=增加一行")
    page.wait_for_selector("#evidence-1")
    page.fill("#evidence-1", "照片")
    page.reload()
    page.wait_for_selector("#evidence-1")
    assert [page.input_value(f"#evidence-{i}") for i in (0, 1)] == ["行驶证", "照片"]
    assert page.get_attribute("#evidence-1", "aria-label") == "证据第2行"


def test_nothing_overflows_and_every_target_is_large_enough(page: Page) -> None:
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 844})
        page.tap("text=下载以后怎么办")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        """() => [...document.querySelectorAll("main button:not(.default), main summary, main .stages > ol > li > a, main label:has(input)")]
        .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 24).map((one) => one.textContent)"""
    )
    assert small == []


def test_the_whole_job_without_javascript(chromium: Browser, address: str, tmp_path: Path) -> None:
    context = chromium.new_context(**PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.click("text=在线填写后下载 >> nth=0")
    assert not page.is_visible("#draft")  # a browser without scripts keeps nothing
    page.check("input[name=applicant_kind][value=citizen]")
    page.fill("#name", "张晓彤")
    page.fill("#phone", "13800138000")
    page.fill("#info_title", "预算")
    page.click("summary:has-text('代办吗')")
    page.fill("#agent_name", "李明")
    page.click(".actions >> text=核对")
    page.wait_for_url("**#review")
    page.wait_for_load_state()
    assert page.url.endswith("#review") and page.is_visible("#agent_name")
    assert page.evaluate("document.querySelector('#review').getBoundingClientRect().top < innerHeight")
    page.click("#review >> text=写得太短")
    page.fill("#info_title", "2025年公务用车调配更新计划")
    with page.expect_download() as coming:
        page.click(".actions >> text=下载DOCX")
    coming.value.save_as(tmp_path / "form.docx")
    printed = text_of((tmp_path / "form.docx").read_bytes())
    assert "2025年公务用车调配更新计划" in printed and "李明" in printed
    page.click("text=下载以后怎么办")
    assert page.is_visible("#next >> text=签名或者盖章") and page.url.endswith("#next")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()


def test_a_form_is_looked_at_as_it_is_printed_in_a_window_of_its_own(page: Page) -> None:
    page.fill("#name", "张晓彤")
    with page.expect_popup() as coming:
        page.tap("text=看版面")
    coming.value.get_by_text("张晓彤").first.wait_for()
    assert page.input_value("#name") == "张晓彤"
