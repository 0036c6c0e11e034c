"""Joins the lines of a PDF to paragraphs, by indents, by the room that is left in a line, and by how headings begin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from gipdocs.published.page_parts import NEAR, PageLine

SENTENCE_END = "。；：！？;:!?"
BEGINNING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十]{1,3}(?:部分|章)|[一二三四五六七八九十]是"
)
"""How headings and counted paragraphs begin."""
LARGER, INDENT, ROOM, PITCH = 1.05, 0.9, 0.5, 1.35
"""Ratios of sizes; an indent and what is left of a line, in sizes of a character; the distance of lines, in usual ones."""
LEAST_SUPPORT = 0.03


class TextColumn:
    """The column of text: its edges, and the usual distance of its lines."""

    def __init__(self, lines: Sequence[PageLine]) -> None:
        self.left = _outermost([-line.left for line in lines]) * -1
        self.right = _outermost([line.inner for line in lines])
        gaps = (b.baseline - a.baseline for a, b in pairwise(lines) if a.page == b.page and a.size == b.size)
        self.pitch = Counter(round(gap) for gap in gaps if gap > 0).most_common(1)

    def goes_on(self, last: PageLine, line: PageLine) -> bool:
        """Whether a line continues the paragraph of the line before."""
        if not 1 / LARGER < line.size / last.size < LARGER or self._is_apart(last, line):
            return False
        indented = line.left - self.left > INDENT * line.size
        ended = last.text[-1:] in SENTENCE_END
        room = self.right - (self.left + last.width if self._is_centred(last) else last.right)
        full = room < line.lead + ROOM * line.size
        if not full:
            return False
        if indented and not (self._is_centred(line) and self._is_even(last)):
            return not ended and abs(line.left - last.left) < NEAR
        return not (ended and BEGINNING.match(line.text))

    def _is_apart(self, last: PageLine, line: PageLine) -> bool:
        """Whether there is more space between two lines than usual."""
        if last.page != line.page or not self.pitch:
            return False
        usual = max(self.pitch[0][0], line.size)
        return line.baseline - last.baseline > PITCH * usual * max(1.0, line.size / last.size)

    def _is_centred(self, line: PageLine) -> bool:
        return line.left - self.left > INDENT * line.size and self._is_even(line)

    def _is_even(self, line: PageLine) -> bool:
        """Whether there is as much space before a line as after it, be it none."""
        before, after = line.left - self.left, self.right - line.right
        return abs(before - after) < 2 * NEAR


def _outermost(edges: Sequence[float]) -> float:
    """The greatest edge that several lines have."""
    needed = max(2, len(edges) * LEAST_SUPPORT)
    ranked = sorted(edges, reverse=True)
    for edge in ranked:
        if sum(edge - NEAR <= other <= edge for other in ranked) >= needed:
            return edge
    return ranked[0] if ranked else 0.0


def join_lines(lines: Iterable[str]) -> str:
    """The lines as one: Chinese without a blank between them, words of Latin letters with one."""
    text = ""
    for line in lines:
        words = re.search(r"[A-Za-z,;]$", text) and re.match(r"[A-Za-z]", line) and "/" not in text.split()[-1]
        text += f" {line}" if words else line
    return text
