"""Rows of the law's data, each in force from a date on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """A row of the law's data that applies from a date on."""

    @property
    def since(self) -> date:
        """The first day on which it applies."""


class Keyed(Dated, Protocol):
    """A dated row, replaced by the next row with the same key."""

    @property
    def key(self) -> str:
        """The key that all rows of one rule share."""


Row = TypeVar("Row", bound=Dated)
KeyedRow = TypeVar("KeyedRow", bound=Keyed)


def in_force(rows: Iterable[Row], on: date) -> Row | None:
    """The row in force on a day: the one that began last; None before the first."""
    return max((row for row in rows if row.since <= on), key=lambda row: row.since, default=None)


def find_known(rows: Sequence[Row], on: date) -> Row:
    """The row in force on a day; before the first row, the first one: a letter's own checks refuse too early a date."""
    return in_force(rows, on) or min(rows, key=lambda row: row.since)


def group_by_key(rows: Iterable[KeyedRow]) -> dict[str, tuple[KeyedRow, ...]]:
    """The rows of each key, oldest first; the keys in the order of the file."""
    rows = list(rows)
    return {
        key: tuple(sorted((row for row in rows if row.key == key), key=lambda row: row.since))
        for key in dict.fromkeys(row.key for row in rows)
    }
