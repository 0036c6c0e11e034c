"""What the project asks of every page's HTML: the rules of the standard that its templates could break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SVG = {"path", "rect", "circle", "polygon", "polyline"}
"""Shapes that close themselves."""

HOLDERS = {
    "tr": {"thead", "tbody", "tfoot"},
    "td": {"tr"},
    "th": {"tr"},
    "caption": {"table"},
    "colgroup": {"table"},
    "col": {"colgroup"},
    "tbody": {"table"},
    "thead": {"table"},
    "li": {"ul", "ol", "menu"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "figcaption": {"figure"},
    "legend": {"fieldset"},
    "summary": {"details"},
    "option": {"select", "optgroup", "datalist"},
}
"""What may hold an element that not everything may hold."""

BLOCKS = {"p", "div", "section", "table", "figure", "ul", "ol", "fieldset", "form", "details", "h1", "h2", "h3", "h4"}
ONE_LINE = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "label", "button", "a", "legend", "summary"}
"""What holds no block; a link could, but none of ours does."""

NATIVE = {"region": "section", "button": "button", "navigation": "nav", "list": "ul", "main": "main", "table": "table"}
"""Roles that an element has by itself."""

TYPED = {"text", "search", "url", "tel", "email", "password", "number"}
"""The kinds of input that may show a placeholder."""

REFERENCES = ("aria-labelledby", "aria-describedby", "for", "form", "list")


class Checked(HTMLParser):
    """Reads a page and keeps what is wrong with it, each fault with its line."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.references: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]
        self.faults += [f"id {id} stands {count} times" for id, count in self.ids.items() if count > 1]
        self.faults += [f"{name} leads to no {id}" for name, id in self.references if id not in self.ids]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        repeated = [name for name, count in Counter(name for name, _ in attrs).items() if count > 1]
        for fault in [*(f"{name} is given twice" for name in repeated), *self._placed(tag), *_described(tag, given)]:
            self.faults.append(f"line {self.getpos()[0]}, <{tag}>: {fault}")
        self.ids.update([given["id"]] if "id" in given else [])
        self.references += [(name, id) for name in REFERENCES for id in given.get(name, "").split()]
        if given.get("href", "").startswith("#") and len(given["href"]) > 1:
            self.references.append(("href", given["href"][1:]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()
            self.faults += [] if tag in SVG else [f"line {self.getpos()[0]}: <{tag}/> closes nothing in HTML"]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"line {self.getpos()[0]}: </{tag}> closes no <{tag}>")
        if tag in self.open:
            del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]

    def _placed(self, tag: str) -> Iterator[str]:
        holder = self.open[-1] if self.open else ""
        if tag in HOLDERS and holder not in HOLDERS[tag]:
            yield f"stands in <{holder}>"
        if tag in BLOCKS and (lines := ONE_LINE.intersection(self.open)):
            yield f"stands in <{min(lines)}>"


def _described(tag: str, given: dict[str, str]) -> Iterator[str]:
    """Attributes that are missing, or that this element must not have."""
    if tag in ("button", "input") and not given.get("type"):
        yield "has no type"
    if "placeholder" in given and tag != "textarea" and given.get("type") not in TYPED:
        yield f"shows a placeholder, which type={given.get('type')} must not"
    if tag in ("img", "area") and "alt" not in given:
        yield "has no alt"
    hidden = tag == "svg" and given.get("aria-hidden") == "true"  # beside a name that is said elsewhere
    if (
        tag in ("iframe", "svg")
        and not hidden
        and not any(given.get(name) for name in ("title", "aria-label", "aria-labelledby"))
    ):
        yield "has no name"
    if tag == "th" and not given.get("scope"):
        yield "has no scope"
    if tag == "html" and not given.get("lang"):
        yield "has no language"
    if given.get("role") in NATIVE:
        yield f"role={given['role']} is what <{NATIVE[given['role']]}> is for"
    if "id" in given and (not given["id"] or " " in given["id"]):
        yield f"id “{given['id']}” is none"


def faults(html: str) -> list[str]:
    """What is wrong with a page; nothing where it is right."""
    found = Checked(html).faults
    return found if html.lstrip().lower().startswith("<!doctype html>") else ["no doctype", *found]
