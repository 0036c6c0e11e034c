"""What a published text is made of, whatever its file: paragraphs and tables in their order."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_FILE = 20 * 2**20  # bytes
LARGEST_TEXT = 5 * 2**20  # bytes or characters
LARGEST_UNPACKED = 100 * 2**20  # bytes
MOST_CELLS = 5_000


@dataclass(frozen=True)
class Grid:
    """A table: of each row the texts of its own cells; a cell that spans down belongs to its first row only."""

    rows: tuple[tuple[str, ...], ...]


Block = str | Grid
