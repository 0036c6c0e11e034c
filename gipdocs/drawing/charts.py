"""Reads the pictures of charts, as `gipdocs.plots.drawing` spells them in SVG; any other SVG is Unsupported."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from math import atan2, tau

from lxml import etree

from gipdocs.drawing.faces import find
from gipdocs.drawing.placed import Bar, Ink, PlacedText, Unsupported, Wedge
from gipdocs.markup import parse_own

MARK = b"<svg "
"""With this such a picture begins."""
NUMBER = r"(-?[0-9.]+)"
LINE = re.compile(rf"M{NUMBER},{NUMBER}L{NUMBER},{NUMBER}")
SLICE = re.compile(rf"M{NUMBER},{NUMBER}L{NUMBER},{NUMBER}A{NUMBER},\5 0 ([01]) 1 {NUMBER},{NUMBER}Z")
KNOWN = {
    "rect": {"x", "y", "width", "height", "fill"},
    "text": {"x", "y", "text-anchor"},
    "circle": {"cx", "cy", "r", "fill"},
    "path": {"d", "fill", "stroke", "stroke-width"},
}
"""The elements of such a picture and their attributes."""
SHARES = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""How much of a text stands before its place."""


def read_chart(svg: bytes, left: float, top: float, width: float) -> Iterator[Bar | Wedge | PlacedText]:
    """What is drawn of a chart so wide whose upper left corner is at a place on the page, in points."""
    root = parse_own(svg)
    scale = width / float(root.get("viewBox", "").split()[2])
    family, size = root.get("font-family", ""), scale * float(root.get("font-size", "0"))
    for element in root:
        name, color = etree.QName(element).localname, element.get("fill", "").removeprefix("#")
        if len(element) or set(element.attrib) - KNOWN.get(name, set()):
            raise Unsupported(f"other {name} in a chart")
        if name == "rect":
            x, y, wide, high = (scale * float(element.get(key, "")) for key in ("x", "y", "width", "height"))
            if wide and high:
                yield Bar(left + x, top + y, wide, high, color)
        elif name == "text":
            x, y = (scale * float(element.get(key, "")) for key in ("x", "y"))
            share = SHARES[element.get("text-anchor", "")]
            yield from _place(element.text or "", family, size, (left + x, top + y), share)
        elif name == "circle":
            x, y, radius = (scale * float(element.get(key, "")) for key in ("cx", "cy", "r"))
            yield Wedge(left + x, top + y, radius, 0, tau, color)
        elif found := SLICE.fullmatch(element.get("d", "")):
            thickness = scale * float(element.get("stroke-width", ""))
            yield from _cut(found, scale, (left, top), color, thickness)
        elif found := LINE.fullmatch(element.get("d", "")):
            x, y, to_x, to_y = (scale * float(number) for number in found.groups())
            thickness = scale * float(element.get("stroke-width", ""))
            yield _stroke((left + x, top + y), (to_x - x, to_y - y), thickness, element.get("stroke", ""))
        else:
            raise Unsupported(f"other {name} in a chart")


def _cut(
    found: re.Match[str], scale: float, corner: tuple[float, float], color: str, thickness: float
) -> Iterator[Wedge]:
    """A slice; none if it is so thin that it begins and ends at the same point."""
    x, y, from_x, from_y, radius, large, to_x, to_y = (scale * float(number) for number in found.groups())
    start, end = atan2(from_x - x, y - from_y) % tau, atan2(to_x - x, y - to_y) % tau
    if start != end or large:
        end = end if end > start else end + tau
        yield Wedge(corner[0] + x, corner[1] + y, radius, start, end, color, thickness)


def _stroke(start: tuple[float, float], reach: tuple[float, float], thickness: float, color: str) -> Bar:
    """A level or upright line as a bar."""
    if all(reach):
        raise Unsupported("slanting line in a chart")
    (x, y), (wide, high), half = start, reach, thickness / 2
    across, up = (0.0, half) if wide else (half, 0.0)
    return Bar(x - across, y - up, wide + 2 * across, high + 2 * up, color.removeprefix("#"))


def _place(text: str, family: str, size: float, place: tuple[float, float], share: float) -> Iterator[PlacedText]:
    """A text, in runs of one face."""
    found = [(char, *find(family, char)) for char in text]
    x = place[0] - share * size * sum(advance for *_, advance in found)
    for face, some in groupby(found, key=lambda one: one[1]):
        run = list(some)
        advances = [size * advance for *_, advance in run]
        yield PlacedText(Ink(face, size), x, place[1], "".join(char for char, *_ in run), advances)
        x += sum(advances)
