"""What stands on the pages of a PDF, as the reading process tells it: lines, and tables with their cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gipdocs.published.blocks import Taken
from gipdocs.published.marks import lower_digits, raise_digits

SHIFTED = re.compile("([\x01\x02])([^\x01-\x03]*)\x03?")
"""Raised or lowered text as the reading process marks it."""
COMPATIBLE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
"""Radicals and doubles of characters, which some fonts name instead of the characters themselves."""
RADICALS = dict(
    zip(
        map(ord, "⺠⻁⻄⻅⻆⻉⻋⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰"),
        "民虎西见角贝车长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙",
        strict=True,
    )
)
"""The characters of radicals that Unicode doesn't name."""


NEAR = 4.0
"""Points by which edges differ that are meant to be the same."""


@dataclass(frozen=True, kw_only=True)
class PageLine:
    """A printed line with its place in points; `inner` is its right edge without punctuation, `lead` and `first` the
    widths of its first word and of its first character.
    """

    text: str
    left: float
    right: float
    inner: float
    baseline: float
    size: float
    lead: float
    first: float
    page: int

    @property
    def width(self) -> float:
        """How much of its row the line takes."""
        return self.right - self.left


@dataclass(frozen=True, kw_only=True)
class PageCell:
    """A cell of a table, with its edges and its printed lines."""

    left: float
    right: float
    lines: tuple[PageLine, ...]


@dataclass(frozen=True, kw_only=True)
class PageTable:
    """A table, or the part of it on one page; a cell that spans down is in its first row only."""

    left: float
    right: float
    top: float
    page: int
    rows: tuple[tuple[PageCell, ...], ...]


def read_line(told: Mapping[str, Any], page: int, taken: Taken) -> PageLine:
    places = {key: float(told[key]) for key in ("left", "right", "inner", "baseline", "size", "lead", "first")}
    return PageLine(text=_text(taken.text(told["text"])), page=page, **places)


def _text(told: str) -> str:
    """The text with its raised and lowered digits, in usual characters."""
    text = SHIFTED.sub(lambda one: (raise_digits if one[1] == "\x01" else lower_digits)(one[2]), told)
    return COMPATIBLE.sub(lambda one: unicodedata.normalize("NFKC", one[0]), text.translate(RADICALS))


def read_table(told: Mapping[str, Any], page: int, taken: Taken) -> PageTable:
    left, top, right, _ = told["box"]
    rows = tuple(tuple(_cell(cell, page, taken) for cell in row) for row in told["rows"])
    return PageTable(left=left, right=right, top=top, page=page, rows=rows)


def _cell(told: Mapping[str, Any], page: int, taken: Taken) -> PageCell:
    left, _, right, _ = told["box"]
    return PageCell(left=left, right=right, lines=tuple(read_line(line, page, taken) for line in told["lines"]))
