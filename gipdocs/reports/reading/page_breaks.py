"""Joins the rows of a table that a page break has cut in two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gipdocs.reports.reading.form_labels import every_label
from gipdocs.reports.reading.rows import bare, split

Row = tuple[str, ...]
FIGURE = re.compile(r"[+-]?[\d０-９][\d０-９,.，．\s]*")


def join_cut_rows(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows, with one that was cut in two made whole if its labels are then those of the form."""
    joined: list[Row] = []
    for row in rows:
        whole = _joined(joined[-1], row) if joined else None
        if whole is None:
            joined.append(row)
        else:
            joined[-1] = whole
    return tuple(joined)


def _joined(upper: Row, lower: Row) -> Row | None:
    """The row of which these are the halves; None if they are rows of their own.

    Cells that span down stand before the halves of the label, so that the cells are paired from the right.
    """
    width = max(len(upper), len(lower))
    pairs = list(zip(_widened(upper, width), _widened(lower, width), strict=True))
    halves = [(above, below) for above, below in pairs if above.strip() and below.strip()]
    words = [(above, below) for above, below in halves if not _are_figures(above, below)]
    if not halves or not all(_are_halves(above, below) for above, below in words):
        return None
    if not words and (split(lower) or not split(upper)):
        return None  # figures below figures, in rows with labels of their own
    return tuple(_cell(above, below) for above, below in pairs)


def _widened(row: Sequence[str], width: int) -> Row:
    return (*[""] * (width - len(row)), *row)


def _cell(above: str, below: str) -> str:
    """The text of a cell; a figure is left in two pieces, since its digits may be those of two figures."""
    return f"{above}\n{below}" if above.strip() and below.strip() and _are_figures(above, below) else above + below


def _are_figures(above: str, below: str) -> bool:
    return bool(FIGURE.fullmatch(above.strip()) and FIGURE.fullmatch(below.strip()))


def _are_halves(above: str, below: str) -> bool:
    """Whether two texts are a label of the form only together."""
    if FIGURE.fullmatch(above.strip()) or bare(above + below) not in every_label():
        return False
    return not bare(above) or every_label().isdisjoint((bare(above), bare(below)))
