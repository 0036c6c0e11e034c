"""Leaves out the words inside charts and pictures: what they say is in no paragraph and in no table."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mode

from gipdocs.published.page_parts import PageLine

SMALLER, ACROSS, DOWN = 0.7, 60.0, 26.0
"""The size of such words, compared with the text; how far they stand from what is drawn, in points."""

Box = tuple[float, float, float, float]


def without_pictures(pages: Sequence[Sequence[PageLine]], drawn: Sequence[Sequence[Box]]) -> list[list[PageLine]]:
    """The lines of each page without the small ones beside what is drawn there."""
    sizes = [line.size for lines in pages for line in lines for _ in line.text]
    most = SMALLER * mode(sizes) if sizes else 0
    return [
        [line for line in lines if line.size > most or not any(_is_beside(line, box) for box in boxes)]
        for lines, boxes in zip(pages, drawn, strict=True)
    ]


def _is_beside(line: PageLine, box: Box) -> bool:
    left, top, right, bottom = box
    within = line.left < right + ACROSS and line.right > left - ACROSS
    return within and top - DOWN < line.baseline - line.size / 2 < bottom + DOWN
