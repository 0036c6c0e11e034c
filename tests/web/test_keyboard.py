"""Every job by the keyboard alone: each stop of Tab can be seen, has an outline, and lies under nothing."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.web.browser import text_of
from tests.web.conftest import serve
from tests.web.everypage import filled_app

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MOST_STOPS = 400
STOP = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  if (here.tagName === "IFRAME") return { id: "IFRAME", faults: [] }; // what lies in a letter has its own outline
  const box = here.getBoundingClientRect(), style = getComputedStyle(here);
  const inset = Math.min(3, box.width / 3, box.height / 3);
  const points = [[box.left + box.width / 2, box.top + box.height / 2], [box.left + inset, box.top + inset],
                  [box.right - inset, box.bottom - inset]];
  const isSeen = points.some(([x, y]) => {
    const there = document.elementFromPoint(x, y);
    return there && (there === here || here.contains(there) || there.matches("label") && there.contains(here));
  });
  const faults = [];
  if (!isSeen) faults.push("hidden");
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) faults.push("no outline");
  return { id: here.id || here.name && `${here.name}=${here.value}`.slice(0, 60) || here.outerHTML.slice(0, 70), faults };
}"""
HERE = "document.activeElement.id"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """Where a browser finds the service with its sample cases, and what their names are."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    for app, names in filled_app(tmp_path_factory.mktemp("keyboard")):
        for address in serve(app):
            yield address, names


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(10_000)
    yield page
    context.close()


def walk(page: Page, key: str) -> tuple[list[str], list[str]]:
    """All stops of Tab or Shift+Tab until the focus leaves the page, and what is wrong with any of them."""
    stops: list[str] = []
    wrong: list[str] = []
    for _ in range(MOST_STOPS):
        page.keyboard.press(key)
        found = page.evaluate(STOP)
        if found is None:
            break
        stops.append(found["id"])
        wrong += [f"{fault}: {found['id']}" for fault in found["faults"]]
    else:
        raise AssertionError(f"no end after {stops[-3:]}")
    return stops, wrong


PAGES = {
    "citizen's form": "/documents/application-form",
    "letter in a case": "/desk/cases/{case}/letters/reply-granted",
    "case": "/desk/cases/{case}",
    "audit trail": "/desk/audit",
    "wizard": "/desk/judge?withdrawn=no&correction=clear&kind=information",
    "report": "/desk/documents/annual-report?sample",
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "height", "forced"), [(1366, 768, "none"), (683, 384, "active")])
def test_every_stop_of_the_tab_key_is_seen_both_ways(
    page: Page, filled: tuple[str, dict[str, str]], name: str, width: int, height: int, forced: str
) -> None:
    address, names = filled
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(forced_colors=forced)  # type: ignore[arg-type]  # one of its two words
    page.goto(address + PAGES[name].format(**names), wait_until="networkidle")
    page.evaluate("document.activeElement.blur()")
    ahead, wrong = walk(page, "Tab")
    back, wrong_back = walk(page, "Shift+Tab")
    assert wrong + wrong_back == []
    assert len(ahead) > 5 and set(ahead) <= set(back) | {"IFRAME"}


def tab_to(page: Page, selector: str) -> None:
    for _ in range(MOST_STOPS):
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(selector)


def test_a_citizen_fills_in_a_form_by_the_keyboard(
    page: Page, filled: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    page.goto(f"{filled[0]}/documents/application-form")
    tab_to(page, "input[name=applicant_kind]")
    page.keyboard.press("ArrowDown")
    for id, text in (("name", "张晓彤"), ("phone", "13800138000"), ("info_title", "2025年公务用车调配更新计划")):
        tab_to(page, f"#{id}")
        page.keyboard.type(text)
    tab_to(page, "input[name=media]")
    page.keyboard.press("Space")
    tab_to(page, ".actions button[value=docx]")
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    coming.value.save_as(tmp_path / "form.docx")
    printed = text_of((tmp_path / "form.docx").read_bytes())
    assert "张晓彤" in printed and "2025年公务用车调配更新计划" in printed


def test_a_clerk_goes_from_a_case_through_the_wizard_to_its_letter(
    page: Page, filled: tuple[str, dict[str, str]]
) -> None:
    page.goto(f"{filled[0]}/desk/cases/{filled[1]['case']}/judge?withdrawn=no&correction=clear")
    for answer in ("petition",):
        tab_to(page, f"form.replies button[value={answer}]")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    page.wait_for_selector("h1:focus")
    tab_to(page, "main button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/letters/**")
    tab_to(page, "#answers .actions button[value=check]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#said .summary:focus, #said .notice:focus")
