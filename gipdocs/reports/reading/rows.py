"""Finds the rows of the official form in a printed table by their labels, which may have misprints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from gipdocs.published.xlsx import CellText
from gipdocs.reports.narrative import plain

NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]+、|[(][一二三四五六七八九十]+[)]|\d+[.、)])")
ALIKE, EXACT = 0.75, 1.0
SHORTEST_PART = 3
"""An abbreviation of at least this many characters may stand for the label that contains it."""


@dataclass(frozen=True, kw_only=True)
class PrintedRow:
    """A row as printed: the last of its labels, the cells after it, and how many cells it has in all."""

    label: str
    cells: tuple[str, ...]
    width: int


def bare(label: str) -> str:
    """A label without spaces and numbering, in half-width punctuation."""
    return NUMBERING.sub("", re.sub(r"\s", "", plain(label)))


def measure_likeness(printed: str, label: str) -> float:
    """The likeness of a printed label to a label of the form, from 0 to 1."""
    one, other = bare(printed), bare(label)
    if one == other:
        return 1.0
    if len(one) >= SHORTEST_PART and one in other:
        return 0.9
    if min(len(one), len(other)) < SHORTEST_PART or not len(other) / 2 < len(one) < len(other) * 2:
        return 0.0
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def split(row: Sequence[str]) -> PrintedRow | None:
    """A row as its label and its cells: the label is the last cell that reads like words, but none among figures."""
    possible = [i for i, cell in enumerate(row) if not (isinstance(cell, CellText) and cell.among_figures)]
    words = [i for i in possible if re.search(r"[\u4e00-\u9fff]{2}", re.sub(r"[\d\s]", "", row[i]))]
    labels = [i for i in words if not re.match(r"\s*[+-]?\d[\d.,]*\s*(?:[(（]|万?元|件|项|$)", row[i])]
    first = next((i for i, cell in enumerate(row) if re.fullmatch(r"\s*\d[\d.,]*\s*", cell)), len(row))
    labels = [i for i in labels if i < first] or labels  # a word after a figure stands in place of another figure
    if not labels:
        return None
    label = "".join(row[labels[-1]].split("\n")).strip()
    return PrintedRow(label=label, cells=tuple(row[labels[-1] + 1 :]), width=len(row))


def match(printed: Sequence[str], labels: Sequence[tuple[str, str]]) -> dict[int, str]:
    """The key of each recognised row by its index, both in the order of the form.

    Labels printed as in the form come first, then those alike between them. Rows without a fitting label take the
    remaining keys between their neighbours, if the numbers are equal.
    """
    found = _like(printed, labels, {}, EXACT)
    found = _like(printed, labels, found, ALIKE)
    keys = [key for key, _ in labels]
    return found | _between(found, len(printed), keys)


def _like(
    printed: Sequence[str], labels: Sequence[tuple[str, str]], given: dict[int, str], least: float
) -> dict[int, str]:
    """The rows given, and those between them whose labels are at least so like one of the form."""
    found, order = dict(given), {key: k for k, (key, _) in enumerate(labels)}
    at = 0
    for i, label in enumerate(printed):
        if i in given:
            at = order[given[i]] + 1
            continue
        end = min((order[key] for later, key in given.items() if later > i), default=len(labels))
        ranked = [(measure_likeness(label, labels[k][1]), -k) for k in range(at, end)]
        score, behind = max(ranked, default=(0.0, 0))
        if score >= least:
            found[i] = labels[-behind][0]
            at = -behind + 1
    return found


def _between(found: dict[int, str], length: int, keys: list[str]) -> dict[int, str]:
    """Unmatched rows between two matched ones, if exactly as many keys remain."""
    filled: dict[int, str] = {}
    ends = [(-1, -1), *((i, keys.index(key)) for i, key in sorted(found.items())), (length, len(keys))]
    for (i, k), (later, after) in pairwise(ends):
        if later - i == after - k:
            filled |= {i + step: keys[k + step] for step in range(1, later - i)}
    return filled
