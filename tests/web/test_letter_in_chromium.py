"""The letter beside its form in a real browser: the preview at every width, its marks, the keys, the focus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from gipdocs.service import Service

pytestmark = pytest.mark.browser

LETTER = "reply-partial"
SIZES = {"full": (1366, 768), "scaled": (1093, 614), "phone": (390, 844)}
FRAME = "aside iframe:not(.coming)"
HERE = "document.activeElement.id || document.activeElement.name"
COVERED = """() => {
  const here = document.activeElement;
  if (here === document.body) return "";
  const box = here.getBoundingClientRect();
  const points = [[box.left + 3, box.top + 3], [box.right - 3, box.top + 3], [box.left + 3, box.bottom - 3],
                  [box.left + box.width / 2, box.top + box.height / 2]];
  const seen = points.some(([x, y]) => {
    const there = document.elementFromPoint(x, y);
    return there && (there === here || here.contains(there) || there.contains(here) && !there.matches(".foot, .foot *"));
  });
  return seen ? "" : here.outerHTML.slice(0, 120);
}"""


@contextmanager
def opened(chromium: Browser, url: str, size: str = "full", **more: Any) -> Iterator[Page]:
    """A page of some size that has nothing to complain of when it is left."""
    width, height = SIZES[size]
    context = chromium.new_context(viewport={"width": width, "height": height}, **more)
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(url)
    yield page
    context.close()
    assert complaints == []


def letter_url(address: str, query: str = "?sample", id: str = LETTER) -> str:
    return f"{address}/desk/documents/{id}{query}"


def previews(page: Page) -> list[str]:
    """The addresses of all previews that the page asks for from now on."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.url.endswith("/preview") else None)
    return asked


def marked(page: Page) -> list[str]:
    return page.frame_locator(FRAME).locator("mark").all_text_contents()


def wait_for_marks(page: Page, *texts: str) -> None:
    page.frame_locator(FRAME).locator("mark", has_text=texts[0]).first.wait_for()
    assert marked(page) == list(texts)


@pytest.mark.parametrize("size", ["full", "scaled"])
def test_the_letter_stands_beside_the_form_and_follows_it(chromium: Browser, address: str, size: str) -> None:
    with opened(chromium, letter_url(address), size) as page:
        page.frame_locator(FRAME).get_by_text("张晓彤：").wait_for()  # nobody pressed a button
        form, letter = (page.locator(one).bounding_box() for one in ("#answers", "aside iframe"))
        assert form and letter
        assert form["width"] >= 460 and letter["width"] >= 440
        assert form["x"] + form["width"] < letter["x"]
        page.evaluate("scrollTo(0, 1500)")
        assert page.locator("aside").bounding_box()["y"] >= 0  # type: ignore[index]  # it is there
        frame = page.frame_locator(FRAME).locator("html")
        assert frame.evaluate("page => page.scrollWidth - page.clientWidth") == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[size][0]


def test_nothing_is_asked_for_before_anything_is_typed(chromium: Browser, address: str) -> None:
    with opened(chromium, "about:blank") as page:
        asked = previews(page)
        page.goto(letter_url(address, ""))
        page.wait_for_timeout(1500)
        assert asked == []
        assert page.inner_text(".hint") == "开始填写以后，文书显示在这里。"
        page.fill("#application-name", "张三")
        page.frame_locator(FRAME).get_by_text("现在还不能预览").wait_for()
        assert len(asked) == 1


def test_a_filled_form_asks_once_as_it_opens(chromium: Browser, address: str) -> None:
    with opened(chromium, "about:blank") as page:
        asked = previews(page)
        page.goto(letter_url(address))
        page.frame_locator(FRAME).get_by_text("张晓彤：").wait_for()
        page.wait_for_timeout(1200)
        assert len(asked) == 1


def test_there_is_never_more_than_one_preview_on_its_way(chromium: Browser, address: str) -> None:
    with opened(chromium, letter_url(address)) as page:
        page.frame_locator(FRAME).get_by_text("张晓彤：").wait_for()
        under_way: set[str] = set()
        most = 0

        def sent(request: Any) -> None:
            nonlocal most
            if request.url.endswith("/preview"):
                under_way.add(str(id(request)))
                most = max(most, len(under_way))

        page.on("request", sent)
        for event in ("requestfinished", "requestfailed"):
            page.on(event, lambda request: under_way.discard(str(id(request))))  # type: ignore[call-overload]  # known
        page.route("**/preview", lambda route: (page.wait_for_timeout(1500), route.continue_()))
        page.fill("#application-name", "张二")
        page.wait_for_timeout(1100)
        page.fill("#application-name", "张四")
        page.wait_for_timeout(1100)
        assert page.locator("aside iframe").count() == 2  # the letter that shows and the one that comes
        page.frame_locator(FRAME).get_by_text("张四：").wait_for()
        assert most == 1


def test_what_changed_last_is_marked_wherever_it_stands(chromium: Browser, address: str) -> None:
    with opened(chromium, letter_url(address)) as page:
        page.frame_locator(FRAME).get_by_text("张晓彤：").wait_for()
        assert marked(page) == []
        page.fill("#application-name", "王晓明")
        wait_for_marks(page, "王晓明")
        page.fill("#application-name", "王小明")  # the same question: what differs from before it was begun
        page.frame_locator(FRAME).get_by_text("王小明").wait_for()
        wait_for_marks(page, "王小明")
        page.evaluate("document.querySelector('aside iframe').contentWindow.scrollTo(0, 0)")
        page.fill("#date", "2026-04-03")
        page.frame_locator(FRAME).locator("mark").filter(has_text="3").first.wait_for()
        assert "王小明" not in marked(page)
        seen = page.frame_locator(FRAME).locator("mark").first
        page.wait_for_function(
            "() => { const frame = document.querySelector('aside iframe:not(.coming)').contentWindow;"
            "const at = frame.document.querySelector('mark').getBoundingClientRect();"
            "return at.top >= 0 && at.bottom <= frame.innerHeight; }"
        )
        assert seen.evaluate("mark => mark.ownerDocument.defaultView.scrollY") > 0
        assert page.evaluate("scrollX") == 0


def test_the_letter_keeps_its_place(chromium: Browser, address: str) -> None:
    with opened(chromium, letter_url(address), "scaled") as page:
        page.frame_locator(FRAME).get_by_text("张晓彤：").wait_for()
        page.evaluate("document.querySelector('aside iframe').contentWindow.scrollTo(0, 60)")
        page.fill("#application-name", "王晓彤")
        wait_for_marks(page, "王")
        assert page.evaluate("document.querySelector('aside iframe').contentWindow.scrollY") == 60


def test_a_lost_connection_leaves_the_last_letter(chromium: Browser, address: str) -> None:
    with opened(chromium, letter_url(address)) as page:
        page.frame_locator(FRAME).get_by_text("张晓彤：").wait_for()
        page.route("**/preview", lambda route: route.abort())
        page.fill("#application-name", "王晓彤")
        page.wait_for_selector(".hint:has-text('没有连上服务器')")
        assert page.frame_locator(FRAME).get_by_text("张晓彤：").count() == 1


@pytest.mark.parametrize(("width", "height"), [(390, 844), (683, 384), (320, 256)], ids=["phone", "200%", "400%"])
def test_a_narrow_page_has_the_letter_in_a_drawer(chromium: Browser, address: str, width: int, height: int) -> None:
    with opened(chromium, "about:blank") as page:
        page.set_viewport_size({"width": width, "height": height})
        asked = previews(page)
        page.goto(letter_url(address))
        page.wait_for_timeout(1200)
        assert asked == [] and not page.is_visible("aside")
        page.evaluate("scrollTo(0, 900)")
        button = page.locator(".sides >> text=预览")
        box = button.bounding_box()
        assert box and box["y"] + box["height"] <= height and box["height"] >= 24  # within reach
        page.mouse.click(box["x"] + 9, box["y"] + 9)
        page.frame_locator(FRAME).get_by_text("张晓彤：").wait_for()
        assert button.get_attribute("aria-pressed") == "true"
        frame = page.frame_locator(FRAME).locator("html")
        assert frame.evaluate("page => page.scrollWidth - page.clientWidth") == 0
        page.keyboard.press("Escape")
        assert not page.is_visible("aside") and page.evaluate("scrollY") == 900
        assert page.evaluate("document.activeElement.textContent") == "预览"
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_open_drawer_follows_what_is_typed_above_it(chromium: Browser, address: str) -> None:
    with opened(chromium, letter_url(address), "phone") as page:
        page.click(".sides >> text=预览")
        page.frame_locator(FRAME).get_by_text("张晓彤：").wait_for()
        page.fill("#application-name", "王晓彤")
        wait_for_marks(page, "王")
        page.click(".sides >> text=填写")
        assert not page.is_visible("aside")


def test_what_a_drawer_covers_has_no_focus(chromium: Browser, address: str) -> None:
    with opened(chromium, "about:blank") as page:
        page.set_viewport_size({"width": 683, "height": 384})
        page.goto(letter_url(address))
        page.click(".sides >> text=预览")
        page.frame_locator(FRAME).get_by_text("张晓彤：").wait_for()
        for _ in range(12):
            page.keyboard.press("Tab")
            assert page.evaluate("!document.activeElement.closest('.question, body > header')")
        page.click(".sides >> text=填写")
        page.focus("#application-name")
        assert page.evaluate(HERE) == "application-name"


@pytest.mark.parametrize("size", list(SIZES))
def test_the_buttons_are_within_reach_and_leave_the_page_its_room(chromium: Browser, address: str, size: str) -> None:
    with opened(chromium, letter_url(address), size) as page:
        for y in (600, 2000):
            page.evaluate("y => scrollTo(0, y)", y)
            foot = page.locator(".foot").bounding_box()
            assert foot and foot["y"] + foot["height"] == SIZES[size][1]
            assert foot["height"] <= 0.15 * SIZES[size][1]


def test_a_very_low_page_keeps_only_the_way_to_the_letter(chromium: Browser, address: str) -> None:
    with opened(chromium, "about:blank") as page:
        page.set_viewport_size({"width": 320, "height": 256})
        page.goto(letter_url(address))
        page.evaluate("scrollTo(0, 900)")
        assert page.locator(".actions").bounding_box()["y"] > 256  # type: ignore[index]  # it is there


@pytest.mark.parametrize("size", list(SIZES))
def test_no_focus_hides_behind_the_buttons_and_tab_leaves_the_page(chromium: Browser, address: str, size: str) -> None:
    with opened(chromium, letter_url(address), size) as page:
        page.frame_locator("aside iframe").locator("body").wait_for(state="attached")
        covered, places = [], []
        for _ in range(200):
            page.keyboard.press("Tab")
            if not page.evaluate("document.hasFocus()"):
                break
            places.append(page.evaluate("document.activeElement.tagName"))
            covered.append(page.evaluate(COVERED))
        assert [one for one in covered if one] == []
        assert 30 < len(places) < 200
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"


def test_the_enter_key_goes_to_the_next_question_and_sends_nothing(chromium: Browser, address: str) -> None:
    with opened(chromium, letter_url(address, "", "small-case")) as page:
        page.evaluate("window.stayed = true")
        page.focus("#person-name")
        page.keyboard.type("张三")
        page.keyboard.press("Enter")
        assert page.evaluate(HERE) == "title"
        page.focus("#fee")
        page.keyboard.press("Enter")
        assert page.evaluate(HERE) == "way"
        page.keyboard.press("Enter")  # once for all buttons of one question
        assert page.evaluate(HERE) == "many"
        page.focus("#story")
        page.keyboard.press("Enter")  # a new line, as ever
        assert page.evaluate("document.activeElement.value") == "\n"
        assert page.evaluate("window.stayed") is True


def test_ctrl_enter_checks_and_ctrl_s_takes_the_answers_along(chromium: Browser, address: str) -> None:
    with opened(chromium, letter_url(address, "", "small-case")) as page:
        page.fill("#person-name", "张三")
        with page.expect_download() as coming:
            page.keyboard.press("Control+s")
        assert coming.value.suggested_filename.endswith(".json")
        page.frame_locator(FRAME).locator("li").first.wait_for()
        page.frame_locator(FRAME).locator("body").click()  # the keys work from there too
        page.keyboard.press("Control+Enter")
        page.wait_for_selector(".summary[role=alert]")
        assert page.input_value("#person-name") == "张三"


def test_in_a_case_the_letter_shows_at_once_and_ctrl_s_keeps_the_draft(
    chromium: Browser, desk_address: str, service: Service, tmp_path: Path
) -> None:
    file = tmp_path / "申请.json"
    file.write_text(json.dumps(service.sample("application-form")), encoding="utf-8")
    with opened(chromium, f"{desk_address}/desk/cases/new") as page:
        page.set_input_files("#file", file)
        page.wait_for_selector(".notice:has-text('已载入')")
        page.select_option("#channel", "online")
        page.fill("#received", "2026-03-02")
        page.fill("#confirmed", "2026-03-03")
        page.click(".actions button[value=open]")
        page.wait_for_selector("#next")
        page.click("section[aria-labelledby=next] a:text-is('告知补正')")
        page.frame_locator(FRAME).locator("p").first.wait_for()  # nobody typed anything
        page.focus("#points-0-matter")
        page.keyboard.type("没有写明形成时间")
        page.keyboard.press("Control+s")
        page.wait_for_selector(".notice:has-text('草稿已保存')")
        assert page.input_value("#points-0-matter") == "没有写明形成时间"


def test_alt_and_the_arrows_go_from_part_to_part(chromium: Browser, address: str) -> None:
    with opened(chromium, letter_url(address, "", "small-case")) as page:
        page.focus("#person-name")
        visited = []
        for key in ("Down", "Down", "Down", "Up", "Up", "Up"):
            page.keyboard.press(f"Alt+Arrow{key}")
            visited.append(page.evaluate(HERE))
        assert visited[:2] == ["title", "lines-0"]
        assert visited[3:] == ["lines-0", "title", "person-name"]


def test_the_keys_are_told_on_the_page_and_by_the_buttons(chromium: Browser, address: str) -> None:
    with opened(chromium, letter_url(address)) as page:
        page.click("summary:has-text('快捷键')")
        assert page.inner_text(".keys dl").count("Ctrl") == 2
        assert page.get_attribute(".actions [value=check]", "aria-keyshortcuts") == "Control+Enter"
        assert page.get_attribute(".actions [value=save]", "aria-keyshortcuts") == "Control+S"


def test_a_small_button_leaves_the_focus_where_one_goes_on(chromium: Browser, address: str) -> None:
    with opened(chromium, letter_url(address, "", "small-case")) as page:
        page.click("text=增加一行 >> nth=0")
        page.wait_for_selector("#lines-1:focus")
        page.focus("button[value='remove:lines-1']")
        page.keyboard.press("Enter")
        page.wait_for_selector("#lines-1", state="detached")
        page.wait_for_selector("#lines-0:focus")
        page.focus("button[value='remove:lines-0']")
        page.keyboard.press("Enter")
        page.wait_for_selector("button[value='add:lines']:focus")
        page.goto(letter_url(address, "", "annual-report"))
        page.click("#progress >> text=表二")
        page.focus("#table2 button[value^='zeros:']")
        page.keyboard.press("Enter")
        page.wait_for_selector("#table2 [role=status]")
        page.wait_for_selector("#table2 button[value^='zeros:']:focus")


def test_a_link_to_an_error_shows_the_label_too(chromium: Browser, address: str) -> None:
    with opened(chromium, letter_url(address, ""), "scaled") as page:
        page.click(".actions >> text=检查")
        page.wait_for_selector(".summary[role=alert]")
        for link in page.locator(".summary li a").all():
            place = (link.get_attribute("href") or "")[1:]
            link.click()
            page.wait_for_timeout(50)
            top = page.evaluate(
                "id => { const place = document.getElementById(id);"
                "return (document.querySelector(`label[for='${id}']`) ?? place.querySelector('legend') ?? place)"
                ".getBoundingClientRect().top }",
                place,
            )
            assert 0 <= top <= 500, place


@pytest.mark.parametrize("forced", ["active", "none"])
def test_every_kind_of_control_has_an_outline_with_the_focus(chromium: Browser, address: str, forced: Any) -> None:
    with opened(chromium, letter_url(address), forced_colors=forced) as page:
        page.frame_locator(FRAME).get_by_text("张晓彤：").wait_for()  # the preview is a stop of its own
        seen: dict[str, str] = {}
        for _ in range(120):
            page.keyboard.press("Tab")
            kind = page.evaluate("document.activeElement.tagName + (document.activeElement.type ?? '')")
            if kind == "BODY":
                break
            seen[kind] = page.evaluate(
                "(() => { const look = getComputedStyle(document.activeElement);"
                "return look.outlineStyle + ' ' + parseFloat(look.outlineWidth) + ' ' + look.outlineColor })()"
            )
        kinds = {"A", "SUMMARY", "INPUTradio", "INPUTtext", "SELECTselect-one", "TEXTAREAtextarea", "BUTTONsubmit"}
        assert kinds | {"IFRAME"} <= set(seen)
        assert {kind: look for kind, look in seen.items() if not look.startswith(("solid 3", "solid 2"))} == {}
        if forced == "none":
            assert {look.partition(" rgb")[2] for look in seen.values()} == {"(35, 69, 110)"}  # 9.8:1 on white
        page.goto(letter_url(address, "", "annual-report"))
        page.focus(".scroll")
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_a_busy_button_shows_its_work_on_any_ground_and_takes_no_second_press(chromium: Browser, address: str) -> None:
    with opened(chromium, letter_url(address)) as page:
        for value, ground in (("docx", "invert"), ("save", "none")):
            button = page.locator(f".actions [value={value}]")
            sign = button.evaluate(
                "button => { button.ariaBusy = 'true'; const sign = getComputedStyle(button, '::before');"
                "return [sign.content, sign.filter, getComputedStyle(button).pointerEvents] }"
            )
            assert sign[0] == '""' and ground in sign[1] and sign[2] == "none"


def test_in_print_a_page_is_what_was_filled_in(chromium: Browser, address: str) -> None:
    with opened(chromium, letter_url(address)) as page:
        page.emulate_media(media="print")
        for gone in (".foot", "aside", ".carried", ".keys", "body > header nav", "button[value^='add:'] >> nth=0"):
            assert not page.is_visible(gone), gone
        example = "getComputedStyle(document.querySelector('[placeholder]'), '::placeholder').color"
        assert page.evaluate(example) == "rgba(0, 0, 0, 0)"
        ticked = page.locator("input:checked").first
        assert ticked.evaluate("box => getComputedStyle(box).appearance") == "auto"
        area = page.locator("textarea").first
        area.fill("一行\n" * 40)
        assert area.evaluate("area => area.scrollHeight - area.clientHeight") <= 2
        page.emulate_media(media="screen")
        filled = page.locator("#answers details:not([open]):has-text('已填')").first
        assert filled.count() == 1
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("#answers details:not([open]):has-text('已填')").count() == 0
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator("#answers details:not([open]):has-text('已填')").count() > 0
