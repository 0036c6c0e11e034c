"""Measures how much of one text stands in another, by runs of consecutive characters that both have."""

from __future__ import annotations

from collections.abc import Set


def find_runs(text: str, length: int) -> frozenset[str]:
    """Every run of so many consecutive characters."""
    return frozenset(text[i : i + length] for i in range(len(text) - length + 1))


def count_covered(text: str, runs: Set[str], length: int) -> int:
    """The number of characters of a text that lie in any of these runs of so many characters."""
    covered = bytearray(len(text))
    for i in range(len(text) - length + 1):
        if text[i : i + length] in runs:
            covered[i : i + length] = b"\x01" * length
    return sum(covered)
