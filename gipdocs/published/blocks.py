"""The content of a published file of any kind: paragraphs and tables in order, and limits on their number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gipdocs.errors import Fault, InvalidInput
from gipdocs.published.marks import strip_invisible

LARGEST_FILE = 20 * 2**20  # bytes
LARGEST_TEXT = 5 * 2**20  # bytes or characters
LARGEST_UNPACKED = 100 * 2**20  # bytes
LARGEST_PART = 16 * 2**20
"""The most bytes of one part of a Word file."""
MOST_CHARACTERS = 500_000
"""Characters as printed: a footnote counts at each reference."""
MOST_PARAGRAPHS = 5_000
MOST_ROWS = 2_000
MOST_CELLS = 5_000
LONGEST_INNER = 30
"""The most characters of a nested one-cell table that is part of the cell around it."""


@dataclass(frozen=True)
class PrintedTable:
    """A table: for each row the texts of its own cells, one line per printed line.

    A cell that spans down belongs to its first row only.
    """

    rows: tuple[tuple[str, ...], ...]


Block = str | PrintedTable


@dataclass
class Taken:
    """Counts the content taken from a file, since a small file may expand to a lot; methods raise InvalidInput."""

    characters: int = 0
    paragraphs: int = 0
    rows: int = 0
    cells: int = 0

    def text(self, text: str) -> str:
        """The text as it is seen, counted before a copy of it is made."""
        self.characters += len(text)
        if self.characters > MOST_CHARACTERS:
            raise refuse_file("too-large", f"文件里的文字超过{MOST_CHARACTERS}个字，请删去无关的内容后再试。")
        return strip_invisible(text)

    def paragraph(self, text: str) -> str:
        """The paragraph, counted."""
        self.paragraphs += 1
        if self.paragraphs > MOST_PARAGRAPHS:
            raise refuse_file("too-large", f"文件超过{MOST_PARAGRAPHS}段，请删去无关的内容后再试。")
        return text

    def row(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        """The row of a table, counted with its cells."""
        self.rows += 1
        self.cells += len(cells)
        if self.rows > MOST_ROWS or self.cells > MOST_CELLS:
            limits = f"{MOST_ROWS}行或者{MOST_CELLS}个单元格"
            raise refuse_file("too-large", f"文件里的表格合计超过{limits}，请删去无关的表格后再试。")
        return cells


def is_layout(cells: int, inner: Iterable[tuple[int, str]]) -> bool:
    """Whether a table has no data of its own because it has one cell, or tables in its cells.

    `cells` is the number of its cells (counting may stop at 2). `inner` has the number of cells and the text of each
    table in it; a nested table of one cell with a few words is part of the cell around it.
    """
    return cells == 1 or any(count > 1 or len(text.strip()) > LONGEST_INNER for count, text in inner)


def refuse_file(code: str, detail: str) -> InvalidInput:
    """The refusal of a whole file."""
    return InvalidInput([Fault("", code, detail)])
