"""Lays tables out and parts them between pages. Lengths are in twips unless named otherwise."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from gipdocs.drawing.placed import Bar, Element, PlacedPiece, Unsupported
from gipdocs.labels import name_cells
from gipdocs.typeset.lines import TWIPS, BrokenText, break_lines
from gipdocs.typeset.reading import TableCell, TextFormat, TextTable

EIGHTHS = 2.5  # twips in an eighth of a point
CLOSE = 340
"""So close to the end of a page LibreOffice may have parted a row before it found room for all of it."""
Texts = list[tuple[BrokenText, Element]]


@dataclass(slots=True, eq=False)
class Laid:
    """A cell with its text between its left and right edge; `rows` is how many it spans."""

    cell: TableCell
    left: int
    right: int
    row: int
    owner: Element
    texts: Texts
    rows: int = 1

    @property
    def height(self) -> int:
        """Of its text."""
        return sum(lines.format.before + lines.height + lines.format.after for lines, _ in self.texts)


@dataclass(slots=True)
class TablePart:
    """Rows of a table that stand on one page, the repeated head first; `end` is the row with which the next part begins."""

    grid: LaidTable
    repeated: int
    start: int
    end: int

    @property
    def height(self) -> float:
        """Of all its rows, and the rule below them."""
        heights = self.grid.heights
        return sum(heights[: self.repeated]) + sum(heights[self.start : self.end]) + self.grid.below(self.end - 1)


class LaidTable:
    """A table, its cells laid out and its rows as high as they need."""

    format = TextFormat()

    def __init__(self, table: TextTable, left: int, width: int) -> None:
        self.table, self.rows = table, list(table.rows)
        self.owner = Element("Table")
        self.edges = [left + (width - sum(table.columns)) // 2 + one for one in place_columns(table.columns, width)]
        self.cells: list[Laid] = []
        self._known: dict[object, BrokenText] = {}  # many cells of a table say the same
        self.heights: list[float] = []
        opened: dict[int, Laid] = {}
        for number, row in enumerate(table.rows):
            owner = Element("TR")
            self.owner.children.append(owner)
            scopes = name_cells([cell.paragraphs[0].format.style for cell in row.cells])
            self.heights.append(row.height)
            for cell, scope in zip(row.cells, scopes, strict=True):
                if cell.merged:
                    opened[cell.column].rows += 1
                    opened[cell.column].owner.rows += 1
                    continue
                laid = self._lay(cell, number, scope)
                owner.children.append(laid.owner)
                self.cells.append(laid)
                if cell.opens:
                    opened[cell.column] = laid
                elif not row.exact:
                    self.heights[-1] = max(self.heights[-1], self._needed(laid))
        for laid in self.cells:  # what spans rows makes the last of them higher
            if laid.cell.opens and not self.rows[laid.row].exact:
                last = laid.row + laid.rows - 1
                lack = self._needed(laid) - sum(self.heights[laid.row : last + 1])
                self.heights[last] += max(lack, 0)

    @property
    def first(self) -> int:
        """The height that must be free where it begins."""
        last = self.table.head
        while last + 1 < len(self.heights) and self._keeps(last):
            last += 1
        height = self._least(last) if last == self.table.head else self.heights[last]
        return math.ceil(sum(self.heights[:last]) + height + self.below(last))

    def _may_part(self, row: int) -> bool:
        """Whether a row may be parted: if its text is what makes it so high."""
        told = self.rows[row]
        return not (told.whole or told.exact or self._keeps(row)) and self.heights[row] > told.height

    def _least(self, row: int) -> float:
        """The height that a row needs for the first line of each of its cells, or for all that it has if it isn't parted."""
        if not self._may_part(row):
            return self.heights[row]
        top, _, bottom, _ = self.table.margins
        lines = [laid.texts[0][0].format for laid in self.cells if laid.row == row]
        return max(one.before + one.line for one in lines) + top + bottom + self._above(row)

    def _keeps(self, row: int) -> bool:
        """Whether a row stays with the next one: its first paragraph says it."""
        return self.rows[row].cells[0].paragraphs[0].format.keep_next

    def _needed(self, laid: Laid) -> float:
        top, _, bottom, _ = self.table.margins
        return laid.height + top + bottom + self._above(laid.row)

    def _above(self, row: int) -> float:
        """The rule above the text of a row; LibreOffice has a thick one in a last row into which a cell reaches from above."""
        last = row == len(self.rows) - 1 and any(cell.merged for cell in self.rows[row].cells)
        return self.rule(outer=last or self.rows[row] is self.rows[0])

    def below(self, row: int) -> float:
        """The rule below a row with which a page ends: thin, if it isn't the last row or half of it."""
        return self.rule(outer=self.rows[row] is self.rows[-1])

    def rule(self, *, outer: bool) -> float:
        """How thick a rule is. Each row begins with the rule above it; the one below the table comes in addition."""
        return (self.table.outer if outer else self.table.inner) * EIGHTHS

    def _lay(self, cell: TableCell, row: int, scope: str) -> Laid:
        left, right = (self.edges[place] for place in (cell.column, cell.column + cell.columns))
        width = right - left - self.table.margins[1] - self.table.margins[3]
        owner = Element("TH" if scope else "TD", scope=scope.title(), columns=cell.columns)
        texts = []
        for paragraph in cell.paragraphs:
            if paragraph.shapes or paragraph.frame:
                raise Unsupported("drawing in a cell")
            text = Element("P")
            if paragraph.text.strip():
                owner.children.append(text)
            told = paragraph.spans, paragraph.format, width
            if told not in self._known:
                self._known[told] = break_lines(*told)
            texts.append((self._known[told], text))
        return Laid(cell, left, right, row, owner, texts)

    def part(self, start: int, room: float) -> TablePart | None:
        """The rows from `start` on that have room, with the head above them; None if not even one has."""
        repeated = self.table.head if start else 0
        room -= sum(self.heights[:repeated])
        end = start
        while end < len(self.heights) and self.heights[end] + self.below(end) <= room:
            room -= self.heights[end]
            end += 1
        if start < end < len(self.heights) and self._may_part(end - 1) and room < CLOSE:
            raise Unsupported("row that may be parted and ends close to the end of the page")
        if end < len(self.heights) and self._split(end, room - self.below(end)):
            end += 1
        elif end < len(self.heights):
            while end > start and self._keeps(end - 1):
                end -= 1
        behind = [one for one in self.cells if one.rows > 1 and one.row + one.rows > end > 0]
        parted = {one.cell.column for one in behind if one.row < end}
        if behind and end < len(self.heights) and not (parted == {0} and all(row.whole for row in self.rows)):
            raise Unsupported("cell of several rows behind a page break")
        if end == start or (end < len(self.heights) and end <= self.table.head):
            return None
        return TablePart(self, repeated, start, end)

    def _split(self, number: int, room: float) -> bool:
        """Part a row that may be parted, so that its first half has room; false if it can't be."""
        row = self.rows[number]
        if not self._may_part(number):
            return False
        cells = [laid for laid in self.cells if laid.row == number]
        if len(cells) < len(row.cells) or any(laid.rows > 1 for laid in cells):
            raise Unsupported("row with a cell of several rows that is parted")
        top, _, bottom, _ = self.table.margins
        free = room - top - bottom - self._above(number)
        halves = [part_texts(laid.texts, free) for laid in cells]
        surely = [part_texts(laid.texts, free - self.rule(outer=False)) for laid in cells]
        if [count_lines(texts) for texts, _ in halves] != [count_lines(texts) for texts, _ in surely]:
            raise Unsupported("row that is parted where a line has room but for a rule")
        if not all(texts for texts, _ in halves):
            return False
        for laid in self.cells:
            laid.row += laid.row > number
        self.rows.insert(number, row)
        for laid, (laid.texts, rest) in zip(cells, halves, strict=True):
            self.cells.append(replace(laid, row=number + 1, texts=rest))
        needed = max(map(self._needed, cells))
        if needed >= row.height:
            for laid in cells:
                laid.cell = replace(laid.cell, align="top")
        self.heights[number] = min(room, max(row.height, needed))
        others = self.cells[-len(cells) :]
        self.heights.insert(number + 1, max(row.height - self.heights[number], *map(self._needed, others)))
        return True

    def pieces(self, part: TablePart, top: float) -> Iterator[PlacedPiece]:
        """What is drawn of a part that begins at a height: first rules and grounds, then the text of each cell."""
        rows = [*range(part.repeated), *range(part.start, part.end)]
        tops = {}
        for row in rows:
            tops[row] = top
            top += self.heights[row]
        edges = self.rule(outer=self.rows[rows[0]] is self.rows[0]), self.below(rows[-1])
        yield PlacedPiece(None, list(self._rules(tops, top, edges)))
        for laid in sorted(self.cells, key=lambda laid: (laid.row, laid.cell.column)):  # halves were added at the end
            if laid.row in tops:
                room = sum(self.heights[row] for row in self._shown(laid, tops))
                yield from self._text(laid, tops[laid.row], room, part)

    def _shown(self, laid: Laid, tops: Mapping[int, float]) -> list[int]:
        return [row for row in range(laid.row, laid.row + laid.rows) if row in tops]

    def _text(self, laid: Laid, top: float, room: float, part: TablePart) -> Iterator[PlacedPiece]:
        margin, left, lower, _ = self.table.margins
        upper = margin + self._above(laid.row)
        free = room - upper - lower - laid.height
        y = top + upper + {"center": free / 2, "bottom": free}.get(laid.cell.align, 0)
        ornament = part.repeated and laid.row < part.repeated
        for lines, owner in laid.texts:
            y += lines.format.before
            if drawn := list(lines.runs(lines.lines, laid.left + left, y)):
                yield PlacedPiece(None if ornament else owner, drawn)
            y += lines.height + lines.format.after

    def _rules(self, tops: Mapping[int, float], bottom: float, edges: tuple[float, float]) -> Iterator[Bar]:
        """The grounds of cells, then the rules above and before each cell, then those round the table."""
        outer, inner = self.rule(outer=True), self.rule(outer=False)
        top, left, right = min(tops.values()), self.edges[0], self.edges[-1]
        cells = [(laid, shown) for laid in self.cells if (shown := self._shown(laid, tops))]
        for laid, shown in cells:
            if laid.cell.fill not in ("", "auto"):
                y, height = tops[shown[0]], sum(self.heights[row] for row in shown)
                yield bar(laid.left, y, laid.right, y + height, laid.cell.fill)
        for laid, shown in cells:
            x, y = laid.left, tops[shown[0]]
            if y > top:
                yield bar(x, y, laid.right, y + inner)
            if laid.cell.column:
                yield bar(x - inner / 2, y, x + inner / 2, tops[shown[-1]] + self.heights[shown[-1]])
        for y, thick in zip((top, bottom), edges, strict=True):
            yield bar(left - outer / 2, y, right + outer / 2, y + thick)
        for x in (left, right):
            yield bar(x - outer / 2, top, x + outer / 2, bottom + edges[1])


def place_columns(columns: Sequence[int], width: int) -> list[int]:
    """Where each column begins, and where the last one ends, in a table in the middle of a width.

    LibreOffice keeps the places as ten thousandths of the table, and widens a table with an odd rest by a twip.
    """
    total = sum(columns)
    drawn = total + (width - total) % 2
    kept = ((place * 10_000 + total // 2) // total * total // 10_000 for place in accumulate(columns))
    return [0, *(place * drawn // total for place in kept)]


def part_texts(texts: Texts, room: float) -> tuple[Texts, Texts]:
    """Those lines of paragraphs that have room, and the others."""
    for index, (lines, owner) in enumerate(texts):
        format = lines.format
        count = max(int((room - format.before) // format.line), 0)
        if count < len(lines.lines):
            if format.widows or format.keep_lines:
                raise Unsupported("row with lines kept together that is parted")
            above = [(replace(lines, lines=lines.lines[:count]), owner)] if count else []
            rest = replace(lines, lines=lines.lines[count:], format=replace(format, before=0) if count else format)
            return texts[:index] + above, [(rest, owner), *texts[index + 1 :]]
        room -= format.before + lines.height + format.after
    return texts, []


def count_lines(texts: Texts) -> int:
    """How many lines paragraphs have together."""
    return sum(len(lines.lines) for lines, _ in texts)


def bar(left: float, top: float, right: float, bottom: float, color: str = "000000") -> Bar:
    """The bar between four edges in twips."""
    return Bar(left / TWIPS, top / TWIPS, (right - left) / TWIPS, (bottom - top) / TWIPS, color)
