"""Prints a record as a PDF, as offices do: indented paragraphs, tables over page breaks, page numbers, in many ways."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gipdocs.reports.grids import FormCell, FormTable
from gipdocs.reports.record import Record
from tests.published.drawing import A4, Drawing, measure, save
from tests.reports.printing import Placed, parts, placed, shown

LEFT, RIGHT, TOP, BOTTOM = 80.0, 515.0, 100.0, 750.0
SIZE, PITCH, SMALL, LEADING, PADDING = 16.0, 28.0, 9.0, 12.0, 4.0
CLOSING = "，。；：、！？）》”"
WORD = re.compile(r"[!-~]+|.")


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How a program prints: borders as lines or as thin boxes, letters one by one, heads of tables again on each page."""

    boxes: bool = False
    single: bool = False
    heads: bool = False
    indent: int = 2
    number: str = "— {} —"
    head: str = ""


def typeset(record: Record, manner: Manner = Manner()) -> bytes:
    """The report as a PDF."""
    press = Press(manner)
    for part in parts(record):
        if isinstance(part, FormTable):
            press.table(part, record)
        else:
            press.paragraph(part)
    return save(*press.finished())


@dataclass
class Press:
    """Fills page after page; `down` is the height reached on the last one."""

    manner: Manner
    pages: list[Drawing] = field(default_factory=lambda: [Drawing()])
    down: float = TOP
    begun: dict[tuple[FormCell, int], int] = field(default_factory=dict)

    def paragraph(self, text: str) -> None:
        indent = self.manner.indent * SIZE
        for i, line in enumerate(wrap(text, RIGHT - LEFT, SIZE, indent)):
            self.make_room(PITCH)
            self.print(LEFT + (0 if i else indent), self.down, line, SIZE)
            self.down += PITCH

    def make_room(self, needed: float) -> None:
        if self.down + needed > BOTTOM:
            self.pages.append(Drawing())
            self.down = TOP

    def print(self, left: float, down: float, text: str, size: float) -> None:
        if not self.manner.single:
            self.pages[-1].text(left, down, text, size)
            return
        for letter in text:
            self.pages[-1].text(left, down, letter, size)
            left += measure(letter, size)

    def table(self, table: FormTable, record: Record) -> None:
        cells = [*placed(table)]
        edges = columns_of(table)
        heights = [row_height(row, cells, edges, record) for row in range(len(table.rows))]
        start = 0
        while start < len(heights):
            first = self.manner.heads and start >= table.head_rows > 0
            if first:
                self.rows(range(table.head_rows), cells, heights, edges, record)
            self.make_room(heights[start])
            stop = start + 1
            while stop < len(heights) and self.down + sum(heights[start : stop + 1]) < BOTTOM:
                stop += 1
            self.rows(range(start, stop), cells, heights, edges, record)
            start = stop
            if start < len(heights):
                self.pages.append(Drawing())
                self.down = TOP
        self.down += PITCH

    def rows(
        self, rows: range, cells: Sequence[Placed], heights: Sequence[float], edges: Sequence[float], record: Record
    ) -> None:
        """Print some rows of a table; of a cell that spans down, its text where it begins."""
        tops = {row: self.down + sum(heights[rows.start : row]) for row in (*rows, rows.stop)}
        for row, column, cell in cells:
            first, last = max(row, rows.start), min(row + cell.rows, rows.stop)
            if first >= last:
                continue
            left, right = edges[column], edges[column + cell.columns]
            self.frame(left, tops[first], right, tops[last])
            wrapped = [*wrap(shown(cell, record), right - left - 2 * PADDING, SMALL)]
            begun = self.begun.get((cell, row), 0) if first > row else 0
            fit = len(wrapped) if last == row + cell.rows else int((tops[last] - tops[first]) // LEADING)
            for i, line in enumerate(wrapped[begun : begun + fit]):
                self.print(left + PADDING, tops[first] + (i + 1) * LEADING, line, SMALL)
            self.begun[cell, row] = begun + fit
        self.down = tops[rows.stop]

    def frame(self, left: float, top: float, right: float, bottom: float) -> None:
        page = self.pages[-1]
        for x, y, to_x, to_y in (
            (left, top, right, top),
            (left, bottom, right, bottom),
            (left, top, left, bottom),
            (right, top, right, bottom),
        ):
            if self.manner.boxes:
                page.box(x - 0.25, y - 0.25, to_x + 0.25, to_y + 0.25)
            else:
                page.line(x, y, to_x, to_y)

    def finished(self) -> list[Drawing]:
        """The pages with their numbers and heads."""
        for number, page in enumerate(self.pages, 1):
            page.text(A4[0] / 2 - 20, 790, self.manner.number.format(number, len(self.pages)), 14)
            page.text(LEFT, 60, self.manner.head, 9)
        return self.pages


def wrap(text: str, width: float, size: float, indent: float = 0) -> Iterator[str]:
    """The lines of a text; closing punctuation stays at the end of a line, even beyond its edge."""
    line, room = "", width - indent
    for word in WORD.findall(text):
        if line and measure(line + word, size) > room and word not in CLOSING:
            yield line
            line, room = "", width
        line += word
        while measure(line, size) > width and len(line) > 1 and line.isascii():
            cut = next(end for end in range(len(line), 0, -1) if end == 1 or measure(line[:end], size) <= width)
            yield line[:cut]
            line = line[cut:]
    if line:
        yield line


def columns_of(table: FormTable) -> list[float]:
    widths = table.widths or (1,) * table.columns
    return [LEFT + (RIGHT - LEFT) * sum(widths[:i]) / sum(widths) for i in range(len(widths) + 1)]


def row_height(row: int, cells: Sequence[Placed], edges: Sequence[float], record: Record) -> float:
    counts = [
        len([*wrap(shown(cell, record), edges[column + cell.columns] - edges[column] - 2 * PADDING, SMALL)])
        for at, column, cell in cells
        if at == row and cell.rows == 1
    ]
    return max(counts, default=1) * LEADING + 6
