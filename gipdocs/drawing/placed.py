"""What a page is made of once every line has its place: texts, bars, slices of pies and pictures, and the tags that say what they are.

Lengths are in points, places are measured from the upper left corner of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


class Unsupported(Exception):
    """Why a document can't be drawn here, in English, such as "wrapped shape"; LibreOffice draws it then."""


@dataclass(frozen=True, slots=True)
class Ink:
    """How characters look: a face of `gipdocs.drawing.faces`, its size, its width in hundredths, a colour such as "FF0000"."""

    face: str
    size: float
    width: float = 100.0
    color: str = "000000"


@dataclass(slots=True)
class PlacedText:
    """Characters of one look on one line; `x` is where the first begins, `y` the baseline.

    `advances` has, for each character, how far the next one begins after it, spacing included.
    """

    look: Ink
    x: float
    y: float
    text: str
    advances: Sequence[float]


@dataclass(slots=True)
class Bar:
    """A filled rectangle: a rule, the side of a cell, its ground."""

    x: float
    y: float
    width: float
    height: float
    color: str = "000000"


@dataclass(slots=True)
class Wedge:
    """A slice of a pie round (x, y), clockwise from the top in radians, with a white outline; a whole turn is a disc."""

    x: float
    y: float
    radius: float
    start: float
    end: float
    color: str
    thickness: float = 0.0


@dataclass(slots=True)
class PlacedPicture:
    """A picture, PNG or JPEG, and the rectangle that it fills."""

    x: float
    y: float
    width: float
    height: float
    data: bytes


Drawn = PlacedText | Bar | Wedge | PlacedPicture


@dataclass(slots=True, eq=False)
class Element:
    """A tag: a structure type of ISO 32000-1, 14.8.4, such as "P", "H1", "Table", "TH" or "Figure", and what is in it, in order.

    `alt` describes a figure. `scope` ("Row" or "Column") is a header cell's, `columns` and `rows` are what a cell spans.
    """

    kind: str
    children: list[Element] = field(default_factory=list)
    alt: str = ""
    scope: str = ""
    columns: int = 1
    rows: int = 1


@dataclass(slots=True)
class PlacedPiece:
    """What is drawn of one element on one page, or ornament if it has none."""

    owner: Element | None
    drawn: Sequence[Drawn]


@dataclass(slots=True)
class Page:
    """A page and everything on it, in the order in which it is drawn."""

    width: float
    height: float
    pieces: list[PlacedPiece] = field(default_factory=list)


@dataclass(slots=True)
class Placed:
    """A whole document: its pages, and its tags, whose root is a "Document"."""

    pages: list[Page]
    root: Element
