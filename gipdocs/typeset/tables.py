"""Lays tables out and parts them between pages. Lengths are in twips unless named otherwise."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gipdocs.labels import name_cells
from gipdocs.typeset.lines import TWIPS, BrokenText, break_lines
from gipdocs.typeset.placed import Bar, Element, PlacedPicture, PlacedPiece, PlacedText, Unsupported
from gipdocs.typeset.reading import TableCell, TextTable

EIGHTHS = 2.5
"""Twips in an eighth of a point."""
SCOPES = {"row": "Row", "column": "Column"}


@dataclass(slots=True, eq=False)
class Laid:
    """A cell with its text; `rows` is how many it spans."""

    cell: TableCell
    row: int
    owner: Element
    texts: list[tuple[BrokenText, Element]]
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
        return sum(heights[: self.repeated]) + sum(heights[self.start : self.end]) + self.grid.rule(outer=True)

    def pieces(self, top: float) -> Iterator[PlacedPiece]:
        """What is drawn if the part begins at a height."""
        yield from self.grid.pieces(self, top)


class LaidTable:
    """A table, its cells laid out and its rows as high as they need."""

    before = after = 0
    new_page = keep_next = False

    def __init__(self, table: TextTable, left: int, width: int) -> None:
        self.table = table
        self.owner = Element("Table", alt=table.caption)
        self.left = left + (width - sum(table.columns)) / 2
        self.cells: list[Laid] = []
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
            if laid.rows > 1:
                last = laid.row + laid.rows - 1
                lack = self._needed(laid) - sum(self.heights[laid.row : last + 1])
                self.heights[last] += max(lack, 0)

    @property
    def first(self) -> int:
        """The height that must be free where it begins."""
        last = self.table.head
        while last + 1 < len(self.heights) and self._keeps(last):
            last += 1
        return math.ceil(sum(self.heights[: last + 1]) + self.rule(outer=True))

    def _keeps(self, row: int) -> bool:
        """Whether a row stays with the next one: its first paragraph says it."""
        return self.table.rows[row].cells[0].paragraphs[0].format.keep_next

    def _needed(self, laid: Laid) -> float:
        top, _, bottom, _ = self.table.margins
        return laid.height + top + bottom + self._above(laid.row, first=0)

    def _above(self, row: int, *, first: int) -> float:
        """The rule above the text of a row; LibreOffice has a thick one in a last row into which a cell reaches from above."""
        last = row == len(self.table.rows) - 1 and any(cell.merged for cell in self.table.rows[row].cells)
        return self.rule(outer=row == first or last)

    def rule(self, *, outer: bool) -> float:
        """How thick a rule is. Each row begins with the rule above it; the one below the table comes in addition."""
        return (self.table.outer if outer else self.table.inner) * EIGHTHS

    def _lay(self, cell: TableCell, row: int, scope: str) -> Laid:
        _, left, _, right = self.table.margins
        width = sum(self.table.columns[cell.column : cell.column + cell.columns]) - left - right
        owner = Element("TH" if scope else "TD", scope=SCOPES.get(scope, ""), columns=cell.columns)
        texts = []
        for paragraph in cell.paragraphs:
            if paragraph.shapes or paragraph.frame:
                raise Unsupported("drawing in a cell")
            text = Element("P")
            if paragraph.text.strip():
                owner.children.append(text)
            texts.append((break_lines(paragraph.spans, paragraph.format, width), text))
        return Laid(cell, row, owner, texts)

    def part(self, start: int, room: float) -> TablePart | None:
        """The rows from `start` on that have room, with the head above them; None if not even one has."""
        repeated = self.table.head if start else 0
        room -= sum(self.heights[:repeated]) + self.rule(outer=True)
        end = start
        while end < len(self.heights) and self.heights[end] <= room:
            room -= self.heights[end]
            end += 1
        if end < len(self.heights) and not self.table.rows[end].whole and room > 0:
            raise Unsupported("row that is parted")
        if end < len(self.heights):
            while end > start and self._keeps(end - 1):
                end -= 1
        if end == start or (end < len(self.heights) and end <= self.table.head):
            return None
        return TablePart(self, repeated, start, end)

    def pieces(self, part: TablePart, top: float) -> Iterator[PlacedPiece]:
        """What is drawn of a part that begins at a height: first rules and grounds, then the text of each cell."""
        rows = [*range(part.repeated), *range(part.start, part.end)]
        tops = {}
        for row in rows:
            tops[row] = top
            top += self.heights[row]
        yield PlacedPiece(None, list(self._rules(tops, top)))
        for laid in self.cells:
            if laid.row in tops:
                room = sum(self.heights[row] for row in self._shown(laid, tops))
                yield from self._text(laid, tops[laid.row], room, rows[0], part)

    def _shown(self, laid: Laid, tops: Mapping[int, float]) -> list[int]:
        return [row for row in range(laid.row, laid.row + laid.rows) if row in tops]

    def _text(self, laid: Laid, top: float, room: float, first: int, part: TablePart) -> Iterator[PlacedPiece]:
        margin, left, lower, _ = self.table.margins
        upper = margin + self._above(laid.row, first=first)
        free = room - upper - lower - laid.height
        y = top + upper + {"center": free / 2, "bottom": free}.get(laid.cell.align, 0)
        x = self._x(laid.cell.column) + left
        ornament = part.repeated and laid.row < part.repeated
        for lines, owner in laid.texts:
            y += lines.format.before
            drawn: list[PlacedText | Bar | PlacedPicture] = list(lines.runs(lines.lines, x, y))
            if drawn:
                yield PlacedPiece(None if ornament else owner, drawn)
            y += lines.height + lines.format.after

    def _x(self, column: int) -> float:
        return self.left + sum(self.table.columns[:column])

    def _rules(self, tops: Mapping[int, float], bottom: float) -> Iterator[Bar]:
        """The grounds of cells, then the rules above and before each cell, then those round the table."""
        outer, inner = self.rule(outer=True), self.rule(outer=False)
        top, left, right = min(tops.values()), self.left, self._x(len(self.table.columns))
        cells = [(laid, shown) for laid in self.cells if (shown := self._shown(laid, tops))]
        for laid, shown in cells:
            if laid.cell.fill not in ("", "auto"):
                y, height = tops[shown[0]], sum(self.heights[row] for row in shown)
                x = self._x(laid.cell.column)
                yield bar(x, y, self._x(laid.cell.column + laid.cell.columns), y + height, laid.cell.fill)
        for laid, shown in cells:
            x, y = self._x(laid.cell.column), tops[shown[0]]
            end = self._x(laid.cell.column + laid.cell.columns)
            if y > top:
                yield bar(x, y, end, y + inner)
            if laid.cell.column:
                yield bar(x - inner / 2, y, x + inner / 2, tops[shown[-1]] + self.heights[shown[-1]])
        for y in (top, bottom):
            yield bar(left - outer / 2, y, right + outer / 2, y + outer)
        for x in (left, right):
            yield bar(x - outer / 2, top, x + outer / 2, bottom + outer)


def bar(left: float, top: float, right: float, bottom: float, color: str = "000000") -> Bar:
    """The bar between four edges in twips."""
    return Bar(left / TWIPS, top / TWIPS, (right - left) / TWIPS, (bottom - top) / TWIPS, color)
