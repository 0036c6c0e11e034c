"""Leaves out what is printed at the head and at the foot of pages: their numbers, and what is the same on many of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from gipdocs.published.page_parts import PageLine

PAGE_NUMBER = re.compile(
    r"[-—–－·~\s]*(?:第\s*)?\d{1,3}\s*(?:页)?[-—–－·~\s]*|\d{1,3}\s*/\s*\d{1,3}|第\s*\d{1,3}\s*页[\s,，/]*共\s*\d{1,3}\s*页"
)
EDGE_LINES, SAME_HEIGHT, EDGE = 2, 4.0, 0.1
"""Lines at the head and at the foot of a page that may be repeated; points; the share of a page above and below its text."""
LEAST_SHARE = 1 / 3


def without_furniture(pages: Sequence[Sequence[PageLine]], heights: Sequence[float]) -> list[list[PageLine]]:
    """The lines of each page without its number, and without what stands at the same height of many pages."""
    edges = [_edges(lines, height) for lines, height in zip(pages, heights, strict=True)]
    seen = Counter(key for lines in edges for key in {_height_of(line) for line in lines})
    enough = max(2, len(pages) * LEAST_SHARE)
    repeated = {key for key, count in seen.items() if count >= enough}
    outer = {
        line for lines in edges for line in lines if _is_repeated(line, repeated) or PAGE_NUMBER.fullmatch(line.text)
    }
    return [[line for line in lines if line not in outer] for lines in pages]


def _edges(lines: Sequence[PageLine], height: float) -> set[PageLine]:
    """The first and the last lines of a page, as far as they stand above or below its text."""
    ends = {*lines[:EDGE_LINES], *lines[-EDGE_LINES:]}
    return {line for line in ends if not EDGE * height < line.baseline < (1 - EDGE) * height}


def _height_of(line: PageLine) -> tuple[str, int]:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", line.text)), round(line.baseline / SAME_HEIGHT)


def _is_repeated(line: PageLine, repeated: set[tuple[str, int]]) -> bool:
    text, height = _height_of(line)
    return any((text, height + step) in repeated for step in (-1, 0, 1))
