"""Statutory lengths of time, each with the day from which it applies and the article that sets it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, Protocol, TypeVar

from gipdocs.law.acts import Act, Article, read_articles

Unit = Literal["working_day", "day", "month", "date"]
UNITS: dict[str, str] = {"working_day": "个工作日", "day": "日", "month": "个月"}


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A length of `length` units from `since` on; a yearly date (unit `date`) has `month` and `day` instead."""

    key: str
    label: str
    unit: Unit
    since: date
    articles: tuple[Article, ...]
    length: int = 0
    month: int = 0
    day: int = 0

    @property
    def text(self) -> str:
        """20个工作日, 60日, 6个月, 1月31日."""
        if self.unit == "date":
            return f"{self.month}月{self.day}日"
        return f"{self.length}{UNITS[self.unit]}"


@dataclass(frozen=True, kw_only=True)
class CountingRule:
    """How time is counted (restart, exclusion, a last day of rest) from `since` on, with its articles."""

    key: str
    since: date
    articles: tuple[Article, ...]


class Dated(Protocol):
    """A row of the law's data that applies from a day on."""

    @property
    def since(self) -> date:
        """The first day of its application."""


Row = TypeVar("Row", bound=Dated)


def in_force(rows: Iterable[Row], on: date) -> Row | None:
    """The row that applies on the day `on`: the latest that has begun, None before the first."""
    return max((row for row in rows if row.since <= on), key=lambda row: row.since, default=None)


def read_limits(rows: Iterable[Mapping[str, Any]], acts: Mapping[str, Act]) -> dict[str, tuple[Limit, ...]]:
    """The limits of data/limits.toml by key, oldest first."""
    limits = [Limit(**{**row, "articles": read_articles(row["articles"], acts)}) for row in rows]
    return {key: tuple(one for one in limits if one.key == key) for key in dict.fromkeys(one.key for one in limits)}


def read_counting(rows: Iterable[Mapping[str, Any]], acts: Mapping[str, Act]) -> dict[str, tuple[CountingRule, ...]]:
    """The rules of counting of data/limits.toml by key, oldest first."""
    rules = [CountingRule(**{**row, "articles": read_articles(row["articles"], acts)}) for row in rows]
    return {key: tuple(one for one in rules if one.key == key) for key in dict.fromkeys(one.key for one in rules)}
