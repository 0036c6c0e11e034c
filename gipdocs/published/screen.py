"""Turns the tree of a web page into what its reader sees: nothing hidden or struck out, fields as their contents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import lxml.html

from gipdocs.published.marks import lowered, raised

NOT_SEEN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|text-decoration(?:-line)?\s*:[^;]*line-through|font-size\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:;|!|$))",
    re.IGNORECASE,
)
RAISED = re.compile(r"(?:^|;)\s*vertical-align\s*:\s*super", re.IGNORECASE)
LOWERED = re.compile(r"(?:^|;)\s*vertical-align\s*:\s*sub", re.IGNORECASE)
STRUCK = ("del", "s", "strike", "rt", "rp")
UNTYPED = ("button", "checkbox", "file", "hidden", "image", "password", "radio", "reset", "submit")
"""Inputs that show no text, or one that nobody typed."""
RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
AT_RULE = re.compile(r"@[^{};]*(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SELECTOR = re.compile(r"([a-z][a-z0-9]*)?\.([\w-]+)", re.IGNORECASE | re.ASCII)
MOST_STYLES = 200_000
"""So many characters of a page's own style sheets are read."""


def show(root: lxml.html.HtmlElement) -> None:
    """Change the tree: leave out what is not seen, and put in as text what is seen without being text."""
    looks = _looks(root)
    for element in list(root.iter()):
        if not isinstance(element.tag, str) or element is root:
            continue
        style = ";".join((*_of_classes(element, looks), element.get("style") or ""))
        if element.tag in STRUCK or element.get("hidden") is not None or NOT_SEEN.search(style):
            element.drop_tree() if element.getparent() is not None else None
        elif element.tag == "sup" or RAISED.search(style):
            _shift(element, raised)
        elif element.tag == "sub" or LOWERED.search(style):
            _shift(element, lowered)
        elif element.tag in ("select", "input"):
            _replace(element, _chosen(element) if element.tag == "select" else _typed(element))


def _looks(root: lxml.html.HtmlElement) -> dict[tuple[str, str], str]:
    """The declarations of the page's own style sheets for a class, or for an element of a class."""
    sheet = "\n".join(style.text or "" for style in root.iter("style"))[:MOST_STYLES]
    looks: dict[tuple[str, str], str] = {}
    for selectors, declarations in RULE.findall(AT_RULE.sub("", COMMENT.sub("", sheet))):
        for selector in selectors.split(","):
            if match := SELECTOR.fullmatch(selector.strip()):
                looks[match[1] or "", match[2]] = declarations
    return looks


def _of_classes(element: lxml.html.HtmlElement, looks: dict[tuple[str, str], str]) -> Iterator[str]:
    for name in (element.get("class") or "").split() if looks else ():
        yield looks.get(("", name), "")
        yield looks.get((element.tag, name), "")


def _shift(element: lxml.html.HtmlElement, shift: Callable[[str], str]) -> None:
    """Raise or lower all text in an element."""
    for one in element.iter():
        if isinstance(one.tag, str) and one.text:
            one.text = shift(one.text)
        if one is not element and one.tail:
            one.tail = shift(one.tail)


def _chosen(select: lxml.html.HtmlElement) -> str:
    """The option that a list shows: the chosen one, or the first."""
    options = list(select.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None] or options
    return chosen[0].text_content().strip() if chosen else ""


def _typed(field: lxml.html.HtmlElement) -> str:
    """What a field shows."""
    return "" if (field.get("type") or "text").lower() in UNTYPED else field.get("value") or ""


def _replace(element: lxml.html.HtmlElement, text: str) -> None:
    """Put a text in the place of an element."""
    element.tag = "span"
    element[:] = []
    element.text = text
