"""Reads paragraphs and tables from pasted text: cells separated by tabs, bars or spaces, or one per line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gipdocs.published.blocks import Block, PrintedTable, Taken, refuse_file
from gipdocs.reports.narrative import plain
from gipdocs.reports.reading.copied import read_copied
from gipdocs.reports.reading.form_labels import every_label, labels_of_rows
from gipdocs.reports.reading.rows import bare
from gipdocs.reports.record import NOTHING

NUMBERS = re.compile(r"(?:^|\s)[+-]?\d[\d,.]*(?:万?元|件)?(?=\s|$)")

FIGURE = re.compile(r"[+-]{0,2}\d[\d,.]*(?:万?元|件|项|条)?(?:[(].*[)])?")
LONELY = 0.8
"""If at least this share of lines has a single cell, each line is a cell instead of a row."""
MOST_LINES = 50_000
"""The most lines of a text, including blank ones."""
MOST_SEPARATORS = 50_000
"""The most tabs and bars in a text; most of them separate blank cells."""
MOST_LABELS = 20
"""The most labels in a row, including those of merged cells."""
MOST_JOINED = 6
"""If a spreadsheet cell would have more lines than this, its quotation mark was never closed."""


def read_text(text: str) -> list[Block]:
    """The blocks of a text: lines with a tab or a bar are rows of a table, or its cells if each has only one.

    If there are no tabs or bars, lines with a label of the form and numbers are rows, unless the text was copied from a PDF.
    Raises InvalidInput for a text with too many lines or cells.
    """
    _check_amount(text)
    taken = Taken()
    lines = [taken.text(line) for line in _whole_lines(text)]
    rows = [_separated(line) for line in lines]
    if not any(rows):
        if (copied := read_copied(lines)) is not None:
            return [
                PrintedTable(tuple(map(taken.row, one.rows))) if isinstance(one, PrintedTable) else taken.paragraph(one)
                for one in copied
            ]
        rows = list(_loose(lines))
    elif _is_stacked(rows):
        rows = _unstacked(lines, rows)
    blocks: list[Block] = []
    table: list[tuple[str, ...]] = []
    for line, row in zip(lines, rows, strict=True):
        if row:
            table.append(taken.row(row))
        elif row is None and line.strip():
            paragraph = taken.paragraph(line.strip())
            blocks += [PrintedTable(tuple(table)), paragraph] if table else [paragraph]
            table = []
    return [*blocks, PrintedTable(tuple(table))] if table else blocks


def _check_amount(text: str) -> None:
    if text.count("\n") + text.count("\r") > MOST_LINES:
        raise refuse_file("too-large", f"文字超过{MOST_LINES}行，请删去无关的内容后再试。")
    if text.count("\t") + text.count("|") > MOST_SEPARATORS:
        raise refuse_file("too-large", f"文字里的制表符和竖线超过{MOST_SEPARATORS}个，请删去空白的行和列后再试。")


def _separated(line: str) -> tuple[str, ...] | None:
    """The cells of a line between tabs or bars."""
    separator = "\t" if "\t" in line.strip("\n ") else "|" if "|" in line else None
    if separator is None:
        return None
    return tuple(cell.strip().strip('"').strip() for cell in _inside(line, separator).split(separator))


def _is_stacked(rows: Sequence[tuple[str, ...] | None]) -> bool:
    """Whether nearly every line between bars is a single cell."""
    filled = [sum(map(bool, row)) for row in rows if row]
    return sum(count <= 1 for count in filled) > LONELY * len(filled)


def _unstacked(lines: Sequence[str], rows: Sequence[tuple[str, ...] | None]) -> list[tuple[str, ...] | None]:
    """Rows from cells printed one per line; each row takes the place of one of its lines, the others become empty rows."""
    stack = _Stack()
    for line, row in zip(lines, rows, strict=True):
        cell = "".join(row) if row else line.strip()
        if row is not None or not cell or _is_figure(cell) or bare(cell) in every_label():
            stack.add(cell, blank=row is None and not cell)
        else:
            stack.end_row()
            stack.rows.append(None)
    stack.end_row()
    return stack.rows


@dataclass
class _Stack:
    """Cells in printed order: figures belong to the last words before them; words without figures are a row as well."""

    rows: list[tuple[str, ...] | None] = field(default_factory=list)
    words: list[tuple[int, str]] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)

    def add(self, cell: str, *, blank: bool) -> None:
        """Add a cell, or a blank line."""
        if self.figures and not _is_figure(cell):
            self.end_row()
        self.rows.append(())
        if _is_figure(cell):
            self.figures += [] if blank else [cell]
        else:
            self.words.append((len(self.rows) - 1, cell))

    def end_row(self) -> None:
        """Finish the row; blanks count as figures only if the row has other figures."""
        if self.words and self.figures and (any(self.figures) or bare(self.words[-1][1]) in labels_of_rows()):
            at, label = self.words.pop()
            self.rows[at] = (label, *self.figures)
        if self.words:
            self.rows[self.words[0][0]] = tuple(word for _, word in self.words)
        self.words.clear()
        self.figures.clear()


def _is_figure(cell: str) -> bool:
    """Whether a cell is a figure: a number, blank, or a sign for nothing."""
    return not cell or cell in NOTHING or bool(FIGURE.fullmatch(plain(cell)))


def _loose(lines: list[str]) -> Iterator[tuple[str, ...] | None]:
    """Rows as they are copied from a PDF: a label of the form, and its numbers after it or below it, one a line.

    A line whose numbers belong to an earlier row gives an empty row.
    """
    rows: list[list[str] | None] = []
    open_row: list[str] | None = None
    for line in lines:
        spaced = plain(line).strip()
        numbers = [match[0].strip() for match in NUMBERS.finditer(spaced)]
        label = NUMBERS.sub("", spaced).strip()
        if cells := _label_cells(label):
            open_row = [*cells, *numbers]
            rows.append(open_row)
        elif open_row and not label:
            open_row += numbers
            rows.append([])
        else:
            open_row = None
            rows.append(None)
    yield from (None if row is None else tuple(row) for row in rows)


def _label_cells(text: str) -> list[str]:
    """The labels that make up a text; empty if it has other words."""
    cells: list[str] = []
    while bare(text) not in every_label():
        first, _, rest = text.partition(" ")
        if not rest or bare(first) not in every_label() or len(cells) == MOST_LABELS:
            return []
        cells.append(first)
        text = rest.strip()
    return [*cells, text]


def _inside(line: str, separator: str) -> str:
    """A row without the bars that some programs put around it."""
    if separator == "|" and line.strip().startswith("|"):
        return line.strip().removeprefix("|").removesuffix("|")
    return line


def _whole_lines(text: str) -> Iterator[str]:
    """Lines, with those of a quoted spreadsheet cell joined."""
    pending: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        pending.append(line)
        joined = "\n".join(pending)
        if "\t" in joined and joined.count('"') % 2 and len(pending) < MOST_JOINED:
            continue
        yield joined
        pending = []
    yield "\n".join(pending)
