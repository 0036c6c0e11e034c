"""Which cells of a table name others: layouts say so by the style of a cell's first paragraph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Named = Literal["row", "column", ""]

ROW_NAME, COLUMN_NAME, ENTRY = "行名", "列名", "栏目"
"""How the names of such styles end: of a row, of a column, and of an entry to be filled in."""


def named(styles: Sequence[str]) -> list[Named]:
    """What each cell of a table's row names, from the styles of their first paragraphs.

    An entry names what stands beside it in its row, and its column where the row holds nothing but such names.
    """
    entry: Named = "column" if all(style.endswith(ENTRY) for style in styles) else "row"
    names: dict[str, Named] = {ROW_NAME: "row", COLUMN_NAME: "column", ENTRY: entry}
    return [next((name for ending, name in names.items() if style.endswith(ending)), "") for style in styles]
