"""Joins the rows of a table that a page break has cut in two."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from gipdocs.reports.reading.form_labels import every_label
from gipdocs.reports.reading.rows import bare, split

Row = tuple[str, ...]
FIGURE = re.compile(r"[+-]?[\d０-９](?:[\d０-９,.，．\s]*[\d０-９])?")
PARTED = "／"
"""Between pieces of which nobody knows whether they are one figure; nothing reads them as one."""


def join_cut_rows(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows, with one that was cut in two made whole; a figure that was cut stays in pieces."""
    joined: list[Row] = []
    for row in rows:
        whole = _join(joined[-1], row) if joined else None
        if whole is None:
            joined.append(row)
        else:
            joined[-1] = whole
    return tuple(joined)


def _join(upper: Row, lower: Row) -> Row | None:
    """The row of which these are the halves; None if they are rows of their own.

    They are halves if their labels are those of the form only together, or if one of them has figures without a label
    and the other one has a label but not all of the figures. Cells that span down stand before the label: the cells are
    paired from the right.
    """
    width = max(len(upper), len(lower))
    pairs = list(zip(_widen(upper, width), _widen(lower, width), strict=True))
    if words := [pair for pair in pairs if all(pair) and not all(map(_is_figure, pair))]:
        return tuple(map(_piece, pairs)) if all(_are_halves(*pair) for pair in words) else None
    if split(upper) and _has_only_figures(lower) and _count_figures(lower) < _count_figures(upper):
        return tuple(_piece(pair) if all(pair) or not _is_figure(pair[1]) else PARTED + pair[1] for pair in pairs)
    if _has_only_figures(upper) and (labelled := split(lower)) and not all(map(str.strip, labelled.cells)):
        return tuple(PARTED.join(pair) if any(map(_is_figure, pair)) else "".join(pair) for pair in pairs)
    return None


def _widen(row: Sequence[str], width: int) -> Row:
    return (*[""] * (width - len(row)), *(cell.strip() for cell in row))


def _piece(pair: tuple[str, str]) -> str:
    return PARTED.join(pair) if all(map(_is_figure, pair)) else "".join(pair)


def _is_figure(text: str) -> bool:
    return bool(FIGURE.fullmatch(text))


def _count_figures(row: Row) -> int:
    return sum(_is_figure(cell.strip()) for cell in row)


def _has_only_figures(row: Row) -> bool:
    return split(row) is None and bool(_count_figures(row))


def _are_halves(above: str, below: str) -> bool:
    """Whether two texts are a label of the form only together."""
    if _is_figure(above) or bare(above + below) not in every_label():
        return False
    return not bare(above) or every_label().isdisjoint((bare(above), bare(below)))
