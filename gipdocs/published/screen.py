"""Reduces the tree of a web page to what its readers see: nothing hidden or struck out, fields as their contents."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import islice

import lxml.html

from gipdocs.published.marks import lowered, raised
from gipdocs.published.numerals import written
from gipdocs.published.style_sheets import Look, StyleSheet

NOTHING = r"0*(?:\.0+)?"
HIDDEN: Mapping[str, str] = {
    "display": "none",
    "visibility": "hidden|collapse",
    "font-size": rf"0{NOTHING}(?:[a-z]+|%)?",
    "mso-hide": "all",
}
"""By property, the values that hide an element; within a line, an `opacity` that is CLEAR hides too."""
CLEAR = re.compile(rf"0{NOTHING}%?")
STRUCK_OUT = re.compile("line-through")
MORE, LESS = rf"\+?(?!{NOTHING}[a-z%]*$)[\d.]+[a-z%]*", rf"-(?!{NOTHING}[a-z%]*$)[\d.]+[a-z%]*"
RAISED: Mapping[str, str] = {"vertical-align": f"super|top|text-top|{MORE}", "mso-text-raise": MORE}
LOWERED: Mapping[str, str] = {"vertical-align": f"sub|bottom|text-bottom|{LESS}", "mso-text-raise": LESS}
TAGS: Mapping[str, Callable[[str], str]] = {"sup": raised, "sub": lowered}
ALIGNED: Mapping[str, Callable[[str], str]] = {"super": raised, "sub": lowered}
SHIFTED = {"top": (LESS, MORE), "bottom": (MORE, LESS)}
"""For a relative `position`: which values raise and which lower the text."""
INLINE = {"a", "abbr", "b", "bdi", "big", "cite", "code", "em", "font", "i", "ins", "label", "mark", "o:p", "q"}
INLINE |= {"small", "span", "strong", "sub", "sup", "textarea", "time", "u", "var", "wbr", "img"}
STRUCK = ("del", "s", "strike", "rt", "rp")
"""Deleted text, and ruby annotations."""
UNTYPED = ("button", "checkbox", "file", "hidden", "image", "password", "radio", "reset", "submit")
"""Inputs that show no text, or text that was not typed."""
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
UNNUMBERED = ("none", "disc", "circle", "square")
MOST_STEPS = 6
"""The most pieces of text examined before an element."""


def show(root: lxml.html.HtmlElement) -> None:
    """Change the tree: remove everything that is not visible, and add as text whatever is visible without being text.

    If a page hides all its tables, a script shows them later: the elements around them count as visible.
    """
    sheet = StyleSheet(root)
    elements = [(element, sheet.look(element)) for element in root.iterdescendants("*")]
    hidden = {element for element, look in elements if _is_hidden(element, look)}
    if not any(hidden.isdisjoint(table.iterancestors()) and table not in hidden for table in root.iter("table")):
        hidden -= {container for table in root.iter("table") for container in table.iterancestors()}
    for element, look in elements:
        if element in hidden or element.tag in STRUCK or _is_struck_out(look):
            _leave_out(element)
        elif shift := _shift_of(element, look):
            _shift(element, shift)
        elif element.tag in ("select", "input"):
            _replace(element, _chosen(element) if element.tag == "select" else _typed(element))
    for items in reversed(list(root.iter("ol"))):  # the number of an outer list comes before that of an inner one
        _count(items, sheet.look(items))


def _is_hidden(element: lxml.html.HtmlElement, look: Look) -> bool:
    """Whether an element is hidden; transparent blocks are not, since a script shows them later."""
    clear = element.tag in INLINE and CLEAR.fullmatch(look.get("opacity", ""))
    return element.get("hidden") is not None or _has(look, HIDDEN) or bool(clear)


def _has(look: Look, values: Mapping[str, str]) -> bool:
    return any(re.fullmatch(pattern, look[name]) for name, pattern in values.items() if name in look)


def _is_struck_out(look: Look) -> bool:
    return any(STRUCK_OUT.search(look.get(name, "")) for name in ("text-decoration", "text-decoration-line"))


def _shift_of(element: lxml.html.HtmlElement, look: Look) -> Callable[[str], str] | None:
    """How the text of an element is raised or lowered against the text before it; None if it isn't."""
    if element.tag in TAGS or look.get("vertical-align") in ALIGNED:
        return TAGS.get(element.tag) or ALIGNED[look["vertical-align"]]
    if element.tag not in INLINE:
        return None
    up, down = dict(RAISED), dict(LOWERED)
    if look.get("position") == "relative":
        up |= {name: values[0] for name, values in SHIFTED.items()}
        down |= {name: values[1] for name, values in SHIFTED.items()}
    shift = raised if _has(look, up) else lowered if _has(look, down) else None
    return shift if shift and _follows_text(element) else None


def _follows_text(element: lxml.html.HtmlElement) -> bool:
    """Whether there is text before an element in its block, so that the height of the line is known."""
    for _ in range(MOST_STEPS):
        before, parent = element.getprevious(), element.getparent()
        pieces = [parent.text or ""] if before is None else [before.tail or "", *islice(before.itertext(), MOST_STEPS)]
        if element.tag not in INLINE or any(piece.strip() for piece in pieces):
            return element.tag in INLINE
        element = parent if before is None else before
    return False


def _leave_out(element: lxml.html.HtmlElement) -> None:
    """Replace an element by one without content; the text after it stays in place."""
    element.tag = "template"
    element[:] = []
    element.text = None


def _count(items: lxml.html.HtmlElement, look: Look) -> None:
    """Put the numbers of a list before the texts of its items."""
    told = f"{look.get('list-style', '')} {look.get('list-style-type', '')}".split()
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
    """Put a number before the first words of an item, in the same block."""
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
    """The option that a drop-down list shows: the chosen one, otherwise the first."""
    options = list(select.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None] or options
    return chosen[0].text_content().strip() if chosen else ""


def _typed(field: lxml.html.HtmlElement) -> str:
    """The text that an input field shows."""
    return "" if (field.get("type") or "text").lower() in UNTYPED else field.get("value") or ""


def _replace(element: lxml.html.HtmlElement, text: str) -> None:
    """Put a text in the place of an element."""
    element.tag = "span"
    element[:] = []
    element.text = text
