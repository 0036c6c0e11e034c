"""Tells which cells of a workbook hold no figure, by sheet and cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from gipdocs.published.xlsx import CellText
from gipdocs.writing import quote

MOST_NAMED = 5
LONGEST = 20
"""The most characters of a cell that a note quotes."""


def tell_cells(cells: Sequence[CellText]) -> list[str]:
    """A note for all cells with the same fault, and one for each text that is no number."""
    faulty = [cell for cell in cells if cell.fault]
    told = [
        f"{_places(list(group))}：{fault}。" for (_, fault), group in groupby(sorted(faulty, key=_fault), key=_fault)
    ]
    return [*told, *_texts(cell for cell in cells if not cell.fault)]


def _fault(cell: CellText) -> tuple[str, str]:
    return cell.sheet, cell.fault


def _places(cells: Sequence[CellText]) -> str:
    listed = "、".join(cell.address for cell in cells[1:MOST_NAMED])
    more = f"等{len(cells)}格" if len(cells) > MOST_NAMED else ""
    return cells[0].place + (f"、{listed}" if listed else "") + more


def _texts(cells: Iterator[CellText]) -> Iterator[str]:
    for cell in cells:
        shown = " ".join(cell.split())
        shown = shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
        yield f"{cell.place}写的是{quote(shown)}，不是可以读取的数，请改正。"
