"""Draws documents as LibreOffice may part merged cells between pages, so that everything else in them can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from unittest.mock import patch

from gipdocs.typeset import typeset
from gipdocs.typeset.tables import LaidTable, TablePart
from tests.typeset.comparison import compare
from tests.typeset.lines import Page, read

PARTED: Sequence[dict[str, bool]] = (
    {"low": True},
    {"high": True},
    {"low": True, "high": True},
    {"high": True, "row": True},
)


def is_as_parted(wanted: Sequence[Page], docx: bytes) -> bool:
    """Whether LibreOffice drew a document as the typesetter would if it parted merged cells as LibreOffice may do it."""
    return any(not compare(wanted, read(draw_parted(docx, **told))) for told in PARTED)


def draw_parted(docx: bytes, *, low: bool = False, high: bool = False, row: bool = False) -> bytes:
    """A document as LibreOffice may part its merged cells between pages, depending on what it has tried before.

    `low`: it forgets the least height of the last row above, which is then only as high as its text. `high`: the texts of
    the merged cells stand at their top, not in the middle of what the page shows of them; `row`: those of that row, too.
    """
    part = LaidTable.part

    def part_otherwise(table: LaidTable, start: int, room: float) -> TablePart | None:
        found = part(table, start, room)
        last = found.end - 1 if found else 0
        if found and any(laid.row <= last < laid.row + laid.rows - 1 for laid in table.cells):
            top, _, bottom, _ = table.table.margins
            texts = [laid.height for laid in table.cells if laid.row == last and laid.rows == 1]
            if low:
                table.heights[last] = table.rule(outer=False) + top + max(texts) + bottom
            for laid in table.cells if high else ():
                if (laid.rows > 1 or row) and laid.row <= last < laid.row + laid.rows:
                    laid.cell = replace(laid.cell, align="top")
        return found

    with patch.object(LaidTable, "part", part_otherwise):
        return typeset(docx)
