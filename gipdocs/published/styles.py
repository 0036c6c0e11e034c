"""How a Word file shows its text: what is hidden, struck out, raised or lowered, directly or through styles."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from gipdocs.ooxml import W

OFF = ("0", "false", "off", "none")
TOGGLES = ("strike", "vanish")
"""Properties that a character style switches off again if the paragraph's style has switched them on."""
SWITCHES = (*TOGGLES, "dstrike")
HEIGHTS = ("vertAlign", "position")
DEEPEST = 20
"""The longest chain of styles based on one another that is followed."""
Look = Mapping[str, str]
"""Run properties by name: "1" or "" for a switch, the value itself for HEIGHTS."""


@dataclass(frozen=True, kw_only=True)
class WordStyle:
    """A style: `based_on` names the one it starts from, `numbered` its reference to a list."""

    based_on: str | None
    look: Look
    numbered: etree._Element | None


@dataclass(frozen=True)
class Styles:
    """The styles of one file by their id, its default look, and the style of a paragraph that names none."""

    styles: Mapping[str, WordStyle] = field(default_factory=dict)
    default: Look = field(default_factory=dict)
    plain: str | None = None
    looks: dict[str | None, Look] = field(default_factory=dict)

    def chain(self, name: str | None) -> Iterator[tuple[str, WordStyle]]:
        """A style and those it is based on, the nearest first."""
        for _ in range(DEEPEST):
            if name is None or name not in self.styles:
                return
            yield name, self.styles[name]
            name = self.styles[name].based_on

    def look(self, run: etree._Element, paragraph: etree._Element | None) -> Look:
        """The look of a run in its paragraph."""
        own = run.find(f"{W}rPr")
        direct = _look(own)
        of_run = self._of(None if own is None else value_of(own.find(f"{W}rStyle")))
        of_paragraph = self._of(self.paragraph_style(paragraph))
        both = {key: "1" for key in TOGGLES if bool(of_run.get(key)) != bool(of_paragraph.get(key))}
        switched = {key: both.get(key, "") for key in TOGGLES if key in of_run or key in of_paragraph}
        return ChainMap(direct, switched, dict(of_run), dict(of_paragraph), dict(self.default))

    def height(self, run: etree._Element, paragraph: etree._Element | None) -> int:
        """The height of a run above its line, in half points."""
        told = self.look(run, paragraph).get("position", "")
        return int(told) if re.fullmatch(r"-?\d{1,4}", told, re.ASCII) else 0

    def paragraph_style(self, paragraph: etree._Element | None) -> str | None:
        """The style that a paragraph names, or that of plain paragraphs."""
        named = None if paragraph is None else paragraph.find(f"{W}pPr/{W}pStyle")
        return self.plain if named is None else value_of(named)

    def _of(self, name: str | None) -> Look:
        """The look of a style, including the styles that it is based on."""
        if name not in self.looks:
            self.looks[name] = dict(ChainMap(*(dict(style.look) for _, style in self.chain(name))))
        return self.looks[name]


def read_styles(root: etree._Element) -> Styles:
    """The styles of a file by the root of its part."""
    styles, plain = {}, None
    for style in root.iter(f"{W}style"):
        name = style.get(f"{W}styleId", "")
        styles[name] = WordStyle(
            based_on=value_of(style.find(f"{W}basedOn")),
            look=_look(style.find(f"{W}rPr")),
            numbered=style.find(f"{W}pPr/{W}numPr"),
        )
        if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default", "0") not in OFF:
            plain = name
    return Styles(styles, _look(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")), plain)


def is_on(element: etree._Element | None) -> bool:
    """Whether a switch like `<w:vanish/>` is there and not set to off."""
    return element is not None and element.get(f"{W}val", "1") not in OFF


def value_of(element: etree._Element | None) -> str | None:
    """The value of an element like `<w:pStyle w:val="a"/>`; None if there is no such element."""
    return None if element is None else element.get(f"{W}val")


def _look(properties: etree._Element | None) -> dict[str, str]:
    if properties is None:
        return {}
    found = {key: "1" if is_on(one) else "" for key in SWITCHES if (one := properties.find(f"{W}{key}")) is not None}
    heights = {key: value_of(properties.find(f"{W}{key}")) for key in HEIGHTS}
    return found | {key: height for key, height in heights.items() if height}
