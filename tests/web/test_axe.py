"""What every page owes to everybody, in every state: axe-core, the names that are read aloud, small windows, a quiet console."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.web.conftest import serve
from tests.web.everypage import ADMINISTRATION, BATCHES, CASES, CITIZENS, DESK, ENGINEERS, State, filled_app, manned_app
from tests.web.people import sign_in_context

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (wanted) => {
  const found = await axe.run({ exclude: [["iframe"]] }, { runOnly: wanted, preload: false, resultTypes: ["violations", "incomplete"] });
  const told = (rules) => rules.flatMap((rule) => rule.nodes.map((node) => [rule.id, node.target.join(" "),
    (node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ""]));
  return { wrong: told(found.violations), unsure: told(found.incomplete.filter((rule) => rule.id === "color-contrast")) };
}"""
SHORT = "Element content is too short to determine if it is actual text content"
PICTURE = "Element's background color could not be determined due to a background image"
OVER = "Element's background color could not be determined because it "
EXPLAINED = (
    (".number", SHORT, "white on the red of the headings, 7 to 1"),
    (
        "[aria-invalid], select, [type=search]",
        PICTURE,
        "the sign at an end of the field stands beside its text, ink on white",
    ),
    (
        ":is(.grid, .figures) :is(th, .rule)",
        OVER,
        "heads that stay lie over what moves under them, on grounds of their own",
    ),
    ("svg text", OVER, "ink on the white shape under it"),
    ("svg text", SHORT, "ink on white"),
)
"""Where axe can't tell a contrast: what the element matches, how axe's words begin, and why the contrast is enough."""

FULL = {"type": "tag", "values": TAGS}
CONTRAST = {"type": "rule", "values": ["color-contrast"]}
WIDE, PHONE = (1366, 768), (390, 844)
SMALL = ((683, 384), (320, 256))
"""A window of 1366 by 768 at 200 %, one of 1280 by 1024 at 400 %."""

SIDEWAYS = """() => {
  const most = document.documentElement.clientWidth;
  return document.documentElement.scrollWidth <= most ? [] :
    [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > most + 1)
      .slice(0, 3).map((one) => one.outerHTML.slice(0, 90));
}"""
CLEAR = """(one) => {
  one.scrollIntoView({ block: "center" });
  const box = one.getBoundingClientRect();
  return box.width >= 24 && box.height >= 24 && [[1, 1], [1, 23], [23, 1], [23, 23]].every(
    ([x, y]) => one.contains(document.elementFromPoint(box.left + x, box.top + y)));
}"""
NAMED = {"button", "link", "textbox", "searchbox", "combobox", "checkbox", "radio", "spinbutton", "DisclosureTriangle"}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, str]]]:
    """Where a browser finds the service with its sample cases, and what their names are."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    for app, names in filled_app(tmp_path_factory.mktemp("axe")):
        for address in serve(app):
            yield address, names


@pytest.mark.parametrize(
    "states", [CITIZENS, DESK, CASES, BATCHES, ENGINEERS], ids=["citizens", "desk", "cases", "batches", "engineers"]
)
def test_every_page_in_every_state_is_open_to_everybody(
    chromium: Browser, filled: tuple[str, dict[str, str]], states: tuple[State, ...]
) -> None:
    address, names = filled
    context = chromium.new_context()
    context.add_init_script(AXE)
    wrong = [
        f"{state.name}: {fault}"
        for state in states
        for fault in look(context, state, address + state.place.format(**names))
    ]
    context.close()
    assert not wrong, "\n".join(wrong)


def test_the_pages_of_administrators_are_open_to_everybody(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    wrong = []
    for app, names in manned_app(tmp_path_factory.mktemp("axe")):
        for address in serve(app):
            context = chromium.new_context()
            context.add_init_script(AXE)
            sign_in_context(context, app, "administrator", address)
            for state in ADMINISTRATION:
                found = look(context, state, address + state.place.format(**names))
                wrong += [f"{state.name}: {fault}" for fault in found]
            context.close()
    assert not wrong, "\n".join(wrong)


def look(context: BrowserContext, state: State, url: str) -> list[Any]:
    """What is wrong with a page in one of its states, each fault said once."""
    page = context.new_page()
    page.set_default_timeout(10_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    resize(page, state.size)
    if state.place.endswith(".html"):  # a letter to read runs no scripts, and axe is one
        page.set_content(str(context.request.get(url).text()))
        page.evaluate(AXE)
    else:
        page.goto(url)
    state.act(page)
    found = [*judge(page, FULL), *names_of(page)]
    page.emulate_media(color_scheme="dark")
    found += [("dark", *fault) for fault in judge(page, CONTRAST)]
    page.emulate_media(color_scheme="light")
    if state.size == WIDE:
        resize(page, PHONE)
        found += [("phone", *fault) for fault in judge(page, FULL)]
        for size in SMALL:
            resize(page, size)
            found += [(size, one) for one in page.evaluate(SIDEWAYS)]
    page.close()
    loud = [text for text in said if "the server responded with a status of 4" not in text]
    return list(dict.fromkeys([*found, *loud]))


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


def judge(page: Page, wanted: dict[str, Any]) -> list[tuple[str, ...]]:
    """What axe-core finds, and where it can't tell a contrast that nobody has explained."""
    found = page.evaluate(RUN, wanted)
    wrong = [one for one in found["wrong"] if not (one[0] == "target-size" and is_clear(page, one[1]))]
    unsure = find_unsure(page, found)
    size = page.viewport_size
    if unsure and size:  # of what stands across the edge of the window, axe can't tell the ground
        resize(page, (size["width"], page.evaluate("document.documentElement.scrollHeight")))
        unsure = find_unsure(page, page.evaluate(RUN, CONTRAST))
        resize(page, (size["width"], size["height"]))
    return [tuple(one) for one in wrong] + [("unsure", *one) for one in unsure]


def find_unsure(page: Page, found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The contrasts that axe can't tell and nobody has explained."""
    return [(id, place, said) for id, place, said in found["unsure"] if not is_explained(page, place, said)]


def is_clear(page: Page, place: str) -> bool:
    """Whether a target is only covered, and comes out whole from under the pinned buttons when the page is moved."""
    return bool(page.locator(place).first.evaluate(CLEAR))


def is_explained(page: Page, place: str, said: str) -> bool:
    element = page.locator(place).first
    said = said.replace("it's", "it is")
    return any(
        said.startswith(words) and element.evaluate("(one, it) => one.matches(it)", matching)
        for matching, words, _ in EXPLAINED
    )


def names_of(page: Page) -> list[tuple[str, ...]]:
    """What the tree for assistive technology lacks: a name, or one that tells two buttons apart."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.getDocument")
    nodes = [node for node in session.send("Accessibility.getFullAXTree")["nodes"] if not node["ignored"]]
    controls = [node for node in nodes if node["role"]["value"] in NAMED]
    nameless = [("no name", node["role"]["value"]) for node in controls if not name_of(node)]
    buttons = defaultdict(list)
    for node in controls:
        if node["role"]["value"] == "button":
            buttons[name_of(node)].append(node)
    twins: list[tuple[str, ...]] = []
    for name, alike in buttons.items():
        deeds = {deed_of(session, node) for node in alike} if len(alike) > 1 else set()
        twins += [("one name for several buttons", name, *sorted(deeds))] if len(deeds) > 1 else []
    session.detach()
    return nameless + twins


def name_of(node: dict[str, Any]) -> str:
    return str(node.get("name", {}).get("value", "")).strip()


def deed_of(session: Any, node: dict[str, Any]) -> str:
    """What a button does: its name and value, or what it belongs to."""
    given = session.send("DOM.describeNode", {"backendNodeId": node["backendDOMNodeId"]})["node"]["attributes"]
    attributes = dict(zip(given[::2], given[1::2], strict=True))
    return " ".join(attributes.get(key, "") for key in ("name", "value", "formaction", "data-part", "class"))
