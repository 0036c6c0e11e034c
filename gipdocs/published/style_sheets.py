"""Reads the style sheets of a web page, as far as they decide what is visible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import lxml.html

PROPERTIES = {"display", "visibility", "font-size", "mso-hide", "opacity", "text-decoration", "text-decoration-line"}
PROPERTIES |= {"vertical-align", "mso-text-raise", "position", "top", "bottom", "list-style", "list-style-type"}
COMPOUND = re.compile(r"([a-z][a-z0-9]*)?((?:[.#][\w-]+)*)", re.IGNORECASE | re.ASCII)
MOST_STYLES = 200_000
"""The most characters of a page's own style sheets that are read."""
MOST_ALIKE, MOST_NAMES, MOST_DECLARATIONS, LONGEST_VALUE = 20, 20, 50, 60
"""Rules for one name, classes of one element, declarations of one rule; characters of one value."""
Look = dict[str, str]
"""The values of PROPERTIES."""


@dataclass(frozen=True)
class _Compound:
    """A part of a selector: the element's tag, if given, and its classes and id as .gone and #gone."""

    tag: str
    names: frozenset[str]

    def fits(self, element: lxml.html.HtmlElement) -> bool:
        return self.tag in ("", element.tag) and self.names.issubset(_names(element))


@dataclass(frozen=True)
class _Rule:
    """The look of elements that match a selector's last part inside elements that match the others.

    Rules with greater weight apply later.
    """

    weight: tuple[int, int, int]
    own: _Compound
    around: tuple[_Compound, ...]
    look: Look


class StyleSheet:
    """The page's own style sheets, as far as they decide what is visible."""

    def __init__(self, root: lxml.html.HtmlElement) -> None:
        self.rules: dict[str, list[_Rule]] = {}
        self.fitting: dict[tuple[str, str | None, str | None], list[_Rule]] = {}
        self.inside: dict[tuple[lxml.html.HtmlElement, _Compound], bool] = {}
        sheet = "\n".join(style.text or "" for style in root.iter("style"))[:MOST_STYLES]
        for selectors, declarations in _rules(sheet):
            look = _declared(declarations)
            for selector in selectors.split(",") if look else ():
                if rule := _rule(selector, look):
                    alike = self.rules.setdefault(next(iter(sorted(rule.own.names)), rule.own.tag), [])
                    alike.append(rule)
                    del alike[:-MOST_ALIKE]

    def look(self, element: lxml.html.HtmlElement) -> Look:
        """The look of an element: by the rules, then by its own declarations."""
        found: Look = {}
        for rule in self._rules_of(element) if self.rules else ():
            if all(self._is_inside(element, outer) for outer in rule.around):
                found |= rule.look
        return found | _declared(element.get("style") or "")

    def _rules_of(self, element: lxml.html.HtmlElement) -> list[_Rule]:
        """The rules whose last part fits an element, the one with the greatest weight last."""
        alike = (element.tag, element.get("class"), element.get("id"))
        if alike not in self.fitting:
            rules = [rule for key in (element.tag, *_names(element)) for rule in self.rules.get(key, ())]
            fitting = (rule for rule in rules if rule.own.fits(element))
            self.fitting[alike] = sorted(fitting, key=lambda one: one.weight)
        return self.fitting[alike]

    def _is_inside(self, element: lxml.html.HtmlElement, outer: _Compound) -> bool:
        parent = element.getparent()
        if parent is None:
            return False
        if (parent, outer) not in self.inside:
            self.inside[parent, outer] = outer.fits(parent) or self._is_inside(parent, outer)
        return self.inside[parent, outer]


def _names(element: lxml.html.HtmlElement) -> list[str]:
    classes = [f".{name}" for name in (element.get("class") or "").split()[:MOST_NAMES]]
    return [*classes, f"#{name}"] if (name := element.get("id")) else classes


def _rule(selector: str, look: Look) -> _Rule | None:
    """The rule of a selector made of tags, classes and ids; None for any other selector."""
    matches = [COMPOUND.fullmatch(part) for part in selector.split()]
    parts = [_Compound((one[1] or "").lower(), frozenset(re.findall(r"[.#][^.#]+", one[2]))) for one in matches if one]
    if not parts or len(parts) < len(matches):
        return None
    names = [name for part in parts for name in part.names]
    ids = sum(name.startswith("#") for name in names)
    return _Rule((ids, len(names) - ids, sum(bool(part.tag) for part in parts)), parts[-1], tuple(parts[:-1]), look)


def _declared(declarations: str) -> Look:
    """The declarations that decide what is visible; the last one of a property counts."""
    pairs = (one.partition(":") for one in declarations.split(";")[:MOST_DECLARATIONS])
    told = ((name.strip().lower(), value.partition("!")[0].strip().lower()) for name, _, value in pairs)
    return {name: value[:LONGEST_VALUE] for name, value in told if name in PROPERTIES}


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The selectors and the declarations of each rule; the selectors of a nested rule are those around it (@media print)."""
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
