"""Turns the tree of a web page into what its reader sees: nothing hidden or struck out, fields as their contents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import lxml.html

from gipdocs.published.marks import lowered, raised
from gipdocs.published.numerals import written

HIDDEN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|font-size\s*:\s*0(?:px|pt|em|rem|%)?\s*(?:;|!|$))",
    re.IGNORECASE,
)
STRUCK_OUT = re.compile(r"(?:^|;)\s*text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
RAISED = re.compile(r"(?:^|;)\s*vertical-align\s*:\s*super", re.IGNORECASE)
LOWERED = re.compile(r"(?:^|;)\s*vertical-align\s*:\s*sub", re.IGNORECASE)
STRUCK = ("del", "s", "strike", "rt", "rp")
"""Deleted text, and the reading above a word."""
UNTYPED = ("button", "checkbox", "file", "hidden", "image", "password", "radio", "reset", "submit")
"""Inputs that show no text, or one that nobody typed."""
SELECTOR = re.compile(r"([a-z][a-z0-9]*)?\.([\w-]+)", re.IGNORECASE | re.ASCII)
MOST_STYLES = 200_000
"""So many characters of a page's own style sheets are read."""
MOST_CLASSES, LONGEST_LOOK = 20, 200
"""Of one element; characters of a rule that tell what is seen."""


LIST_STYLE = re.compile(r"(?:^|;)\s*list-style(?:-type)?\s*:([^;]*)", re.IGNORECASE)
LIST_TYPES = {"a": "lower-letter", "A": "upper-letter", "i": "lower-roman", "I": "upper-roman"}
LIST_STYLES = {
    **dict.fromkeys(("cjk-ideographic", "trad-chinese-informal", "simp-chinese-informal"), ("chinese", "、")),
    **dict.fromkeys(("trad-chinese-formal", "simp-chinese-formal"), ("capital", "、")),
    **dict.fromkeys(("japanese-informal", "cjk-decimal"), ("digits", "、")),
    "cjk-heavenly-stem": ("stems", "、"),
    "cjk-earthly-branch": ("branches", "、"),
    "decimal-leading-zero": ("two-digits", "."),
    **dict.fromkeys(("lower-alpha", "lower-latin"), ("lower-letter", ".")),
    **dict.fromkeys(("upper-alpha", "upper-latin"), ("upper-letter", ".")),
    "lower-roman": ("lower-roman", "."),
    "upper-roman": ("upper-roman", "."),
    "decimal": ("", "."),
}
"""The ways to write a number, and the sign after it, by their names on a page."""
PATTERNS = (HIDDEN, STRUCK_OUT, RAISED, LOWERED, LIST_STYLE)
UNNUMBERED = ("none", "disc", "circle", "square")


def show(root: lxml.html.HtmlElement) -> None:
    """Change the tree: leave out what is not seen, and put in as text what is seen without being text.

    A page that hides all its tables shows them later, by a script: what holds them counts as seen.
    """
    looks = _looks(root)
    elements = [(element, _style(element, looks)) for element in root.iterdescendants("*")]
    hidden = {element for element, style in elements if _is_hidden(element, style)}
    if not any(hidden.isdisjoint(table.iterancestors()) and table not in hidden for table in root.iter("table")):
        hidden -= {container for table in root.iter("table") for container in table.iterancestors()}
    for element, style in elements:
        if element in hidden or element.tag in STRUCK or STRUCK_OUT.search(style):
            _leave_out(element)
        elif element.tag == "sup" or RAISED.search(style):
            _shift(element, raised)
        elif element.tag == "sub" or LOWERED.search(style):
            _shift(element, lowered)
        elif element.tag in ("select", "input"):
            _replace(element, _chosen(element) if element.tag == "select" else _typed(element))
    for items in reversed(list(root.iter("ol"))):  # the number of an outer list comes before that of an inner one
        _count(items, _style(items, looks))


def _is_hidden(element: lxml.html.HtmlElement, style: str) -> bool:
    return element.get("hidden") is not None or bool(HIDDEN.search(style))


def _leave_out(element: lxml.html.HtmlElement) -> None:
    """Make an element one of which nothing is read; what stands behind it stays where it is."""
    element.tag = "template"
    element[:] = []
    element.text = None


def _looks(root: lxml.html.HtmlElement) -> dict[tuple[str, str], str]:
    """What the page's own style sheets say of a class, or of an element of a class, as far as it concerns us."""
    sheet = "\n".join(style.text or "" for style in root.iter("style"))[:MOST_STYLES]
    looks: dict[tuple[str, str], str] = {}
    for selectors, declarations in _rules(sheet):
        told = [match[0].strip("; ") for pattern in PATTERNS for match in pattern.finditer(declarations)]
        for selector in selectors.split(",") if told else ():
            if match := SELECTOR.fullmatch(selector.strip()):
                looks[match[1] or "", match[2]] = ";".join(told)[:LONGEST_LOOK]
    return looks


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The selectors and the declarations of each rule; a rule inside another is given the outer one's, @media print."""
    first, *others = sheet.split("/*")
    uncommented = first + "".join(other.partition("*/")[2] for other in others)
    depth, selectors = 0, ""
    for token in re.split("([{}])", uncommented):
        if token in ("{", "}"):
            depth = max(depth + (1 if token == "{" else -1), 0)
        elif depth == 0:
            selectors = token.rpartition(";")[2].strip()
        else:
            yield selectors, token


def _style(element: lxml.html.HtmlElement, looks: dict[tuple[str, str], str]) -> str:
    """The declarations for an element, its own last."""
    names = (element.get("class") or "").split()[:MOST_CLASSES] if looks else []
    of_classes = (looks.get((tag, name), "") for name in names for tag in ("", element.tag))
    return ";".join((*of_classes, element.get("style") or ""))


def _count(items: lxml.html.HtmlElement, style: str) -> None:
    """Put the numbers of a list before the texts of its items."""
    told = " ".join(LIST_STYLE.findall(style)).split()
    if any(word in UNNUMBERED for word in told):
        return
    by_type = (LIST_TYPES.get(items.get("type") or "", ""), ".")
    way, sign = next((LIST_STYLES[word] for word in told if word in LIST_STYLES), by_type)
    own = [item for item in items if item.tag == "li"]
    backwards = items.get("reversed") is not None
    number = _whole(items.get("start"), len(own) if backwards else 1)
    for item in own:
        number = _whole(item.get("value"), number)
        _put_before(item, f"{written(number, way)}{sign}")
        number += -1 if backwards else 1


def _whole(text: str | None, otherwise: int) -> int:
    return int(text) if text and re.fullmatch(r"\s*-?\d{1,6}\s*", text, re.ASCII) else otherwise


def _put_before(item: lxml.html.HtmlElement, label: str) -> None:
    """Put a number before the first words of an item, in the block where these stand."""
    while not (item.text or "").strip() and len(item) and isinstance(item[0].tag, str):
        item = item[0]
    item.text = label + (item.text or "").lstrip()


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
