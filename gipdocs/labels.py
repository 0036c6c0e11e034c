"""Finds the cells of a table that are headings for others: layouts mark them by the style of a cell's first paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Named = Literal["row", "column", ""]

ROW_NAME, COLUMN_NAME, ENTRY = "行名", "列名", "栏目"
"""The endings of the names of such styles: for the heading of a row, of a column, and of an entry to be filled in."""


def name_cells(styles: Sequence[str]) -> list[Named]:
    """What each cell in a row of a table is the heading of, by the styles of the cells' first paragraphs.

    An entry's heading is for the cell beside it or, if the row has only such headings, for its column.
    """
    entry: Named = "column" if all(style.endswith(ENTRY) for style in styles) else "row"
    names: dict[str, Named] = {ROW_NAME: "row", COLUMN_NAME: "column", ENTRY: entry}
    return [next((name for ending, name in names.items() if style.endswith(ending)), "") for style in styles]
