"""Turns the pages of a PDF into paragraphs and tables: lines joined, tables joined over page breaks, page numbers left out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from gipdocs.published.blocks import Block, PrintedTable, Taken
from gipdocs.published.marks import lower_digits, raise_digits

SHIFTED = re.compile("([\x01\x02])([^\x01-\x03]*)\x03?")
"""Raised or lowered text as the reading process marks it."""
COMPATIBLE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
"""Radicals and doubles of characters, which some fonts name instead of the characters themselves."""


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


def read_pages(pages: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Paragraphs and tables in order, out of what the reading process says of each page; InvalidInput if they are too many."""
    taken = Taken()
    lines = [[_line(line, number, taken) for line in page["lines"]] for number, page in enumerate(pages)]
    heights = [float(page["height"]) for page in pages]
    body = _without_furniture(lines, heights)
    tables = [[_table(table, number, taken) for table in page["tables"]] for number, page in enumerate(pages)]
    items = [item for number in range(len(pages)) for item in _in_order(body[number], tables[number])]
    return [*_blocks(items, taken)]


def _line(told: Mapping[str, Any], page: int, taken: Taken) -> PageLine:
    places = {key: float(told[key]) for key in ("left", "right", "inner", "baseline", "size", "lead", "first")}
    return PageLine(text=_text(taken.text(told["text"])), page=page, **places)


def _text(told: str) -> str:
    """The text with its raised and lowered digits, in usual characters."""
    text = SHIFTED.sub(lambda one: (raise_digits if one[1] == "\x01" else lower_digits)(one[2]), told)
    return COMPATIBLE.sub(lambda one: unicodedata.normalize("NFKC", one[0]), text)


def _table(told: Mapping[str, Any], page: int, taken: Taken) -> PageTable:
    left, top, right, _ = told["box"]
    rows = tuple(tuple(_cell(cell, page, taken) for cell in row) for row in told["rows"])
    return PageTable(left=left, right=right, top=top, page=page, rows=rows)


def _cell(told: Mapping[str, Any], page: int, taken: Taken) -> PageCell:
    left, _, right, _ = told["box"]
    return PageCell(left=left, right=right, lines=tuple(_line(line, page, taken) for line in told["lines"]))


Item = PageLine | PageTable


def _in_order(lines: Iterable[PageLine], tables: Iterable[PageTable]) -> list[Item]:
    return sorted([*lines, *tables], key=lambda one: one.top if isinstance(one, PageTable) else one.baseline)


PAGE_NUMBER = re.compile(
    r"[-—–－·~\s]*(?:第\s*)?\d{1,3}\s*(?:页)?[-—–－·~\s]*|\d{1,3}\s*/\s*\d{1,3}|第\s*\d{1,3}\s*页[\s,，/]*共\s*\d{1,3}\s*页"
)
EDGE_LINES, SAME_HEIGHT, EDGE = 2, 4.0, 0.12
"""Lines at the head and at the foot of a page that may be repeated; points; the share of a page for a page number."""
LEAST_SHARE = 1 / 3


def _without_furniture(pages: Sequence[Sequence[PageLine]], heights: Sequence[float]) -> list[list[PageLine]]:
    """The lines of each page without its number, and without what stands at the same height of many pages."""
    seen = Counter(key for lines in pages for key in {_height_of(line) for line in _edges(lines)})
    enough = max(2, len(pages) * LEAST_SHARE)
    repeated = {key for key, count in seen.items() if count >= enough}
    found = []
    for lines, height in zip(pages, heights, strict=True):
        outer = {line for line in _edges(lines) if _is_repeated(line, repeated) or _is_page_number(line, height)}
        found.append([line for line in lines if line not in outer])
    return found


def _edges(lines: Sequence[PageLine]) -> set[PageLine]:
    return {*lines[:EDGE_LINES], *lines[-EDGE_LINES:]}


def _height_of(line: PageLine) -> tuple[str, int]:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", line.text)), round(line.baseline / SAME_HEIGHT)


def _is_repeated(line: PageLine, repeated: set[tuple[str, int]]) -> bool:
    text, height = _height_of(line)
    return any((text, height + step) in repeated for step in (-1, 0, 1))


def _is_page_number(line: PageLine, height: float) -> bool:
    near = line.baseline < EDGE * height or line.baseline > (1 - EDGE) * height
    return near and bool(PAGE_NUMBER.fullmatch(line.text))


def _blocks(items: Sequence[Item], taken: Taken) -> Iterator[Block]:
    """The blocks that items in printed order make up."""
    column = _Column([item for item in items if isinstance(item, PageLine)])
    for group in _groups(items, column):
        if isinstance(group[0], PageTable):
            tables = [one for one in group if isinstance(one, PageTable)]
            yield PrintedTable(tuple(taken.row(row) for row in _rows(tables)))
        else:
            yield taken.paragraph(_join(line.text for line in group if isinstance(line, PageLine)))


def _groups(items: Sequence[Item], column: _Column) -> Iterator[list[Item]]:
    """The lines of each paragraph, and the parts of each table."""
    group: list[Item] = []
    for item in items:
        if group and not _goes_on(group, item, column):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _goes_on(group: Sequence[Item], item: Item, column: _Column) -> bool:
    last = group[-1]
    if isinstance(last, PageTable) and isinstance(item, PageTable):
        return item.page == last.page + 1 and _is_alike(last, item)
    if isinstance(last, PageLine) and isinstance(item, PageLine):
        return column.goes_on(last, item)
    return False


NEAR = 4.0
"""Points by which edges differ that are meant to be the same."""


def _is_alike(one: PageTable, other: PageTable) -> bool:
    return abs(one.left - other.left) < NEAR and abs(one.right - other.right) < NEAR


def _rows(parts: Sequence[PageTable]) -> list[tuple[str, ...]]:
    """The rows of a table with those of its parts on later pages, the repeated head once."""
    padding = _padding(cell for part in parts for row in part.rows for cell in row)
    first, *others = ([tuple(_cell_text(cell, padding) for cell in row) for row in part.rows] for part in parts)
    rows = [*first]
    for more in others:
        rows += more[_repeated_head(rows, more) :]
    return rows


def _repeated_head(rows: Sequence[tuple[str, ...]], more: Sequence[tuple[str, ...]]) -> int:
    """The number of rows that repeat the head of a table: words without figures, and not all that there is."""
    same = 0
    for one, other in zip(rows, more[:-1], strict=False):
        if one != other or any(cell.strip().isdigit() for cell in one) or not "".join(one).strip():
            break
        same += 1
    return same


MOST_PADDING, SPARE = 6.0, 0.5
"""Points."""


def _padding(cells: Iterable[PageCell]) -> float:
    """The space between the edge of a cell and its text, at least."""
    gaps = [gap for cell in cells for line in cell.lines for gap in (line.left - cell.left, cell.right - line.right)]
    return min(max(min(gaps, default=0.0), 0.0), MOST_PADDING)


def _cell_text(cell: PageCell, padding: float) -> str:
    """The text of a cell; a line that is full goes on in the next one."""
    text = cell.lines[0].text if cell.lines else ""
    for line, after in pairwise(cell.lines):
        room = cell.right - cell.left - 2 * padding - line.width
        digits = line.text[-1:].isdigit() and after.text[:1].isdigit()
        full = room < (after.first if digits else after.lead) + SPARE
        text = _join([text, after.text]) if full else f"{text}\n{after.text}"
    return text


SENTENCE_END = "。；：！？;:!?"
BEGINNING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d)|第[一二三四五六七八九十]{1,3}(?:部分|章)|[一二三四五六七八九十]是"
)
"""How headings and counted paragraphs begin."""
LARGER, INDENT, ROOM, PITCH = 1.05, 0.9, 0.5, 1.35
"""Ratios of sizes; an indent and what is left of a line, in sizes of a character; the distance of lines, in usual ones."""
LEAST_SUPPORT = 0.03


class _Column:
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
        if indented and not (self._is_centred(last) and self._is_centred(line)):
            return not ended and abs(line.left - last.left) < NEAR
        return not (ended and BEGINNING.match(line.text))

    def _is_apart(self, last: PageLine, line: PageLine) -> bool:
        """Whether there is more space between two lines than usual."""
        if last.page != line.page or not self.pitch:
            return False
        usual = max(self.pitch[0][0], line.size)
        return line.baseline - last.baseline > PITCH * usual * max(1.0, line.size / last.size)

    def _is_centred(self, line: PageLine) -> bool:
        before, after = line.left - self.left, self.right - line.right
        return before > INDENT * line.size and abs(before - after) < 2 * NEAR


def _outermost(edges: Sequence[float]) -> float:
    """The greatest edge that several lines have."""
    needed = max(2, len(edges) * LEAST_SUPPORT)
    ranked = sorted(edges, reverse=True)
    for edge in ranked:
        if sum(edge - NEAR <= other <= edge for other in ranked) >= needed:
            return edge
    return ranked[0] if ranked else 0.0


def _join(lines: Iterable[str]) -> str:
    """The lines as one: Chinese without a blank between them, words of Latin letters with one."""
    text = ""
    for line in lines:
        words = re.search(r"[A-Za-z,;]$", text) and re.match(r"[A-Za-z]", line) and "/" not in text.split()[-1]
        text += f" {line}" if words else line
    return text
