"""Statutory periods, each with the day from which it applies and the article that sets it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from gipdocs.law.acts import Act, Article, cite, read_articles
from gipdocs.law.dated import group_by_key
from gipdocs.writing import chinese_date

Unit = Literal["working_day", "day", "month", "date"]
UNITS: dict[str, str] = {"working_day": "个工作日", "day": "日", "month": "个月"}


@dataclass(frozen=True, kw_only=True)
class Limit:
    """A period of `length` units that applies from `since` on; a yearly date (unit `date`) has `month` and `day` instead."""

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
    """A rule about counting time (restart, exclusion, a last day that is a rest day) from `since` on, with its articles."""

    key: str
    label: str
    since: date
    articles: tuple[Article, ...]


def not_yet(rule: Limit | CountingRule) -> str:
    """The message for a day before the first row of a limit, or of a rule that lets others set one."""
    begun = f"自{chinese_date(rule.since)}起施行（{cite(rule.articles)}）"
    return f"{rule.label}的期限{begun}，此前的日期不能计算。"


def read_limits(rows: Iterable[Mapping[str, Any]], acts: Mapping[str, Act]) -> dict[str, tuple[Limit, ...]]:
    """The limits of data/limits.toml by key, oldest first."""
    return group_by_key(Limit(**{**row, "articles": read_articles(row["articles"], acts)}) for row in rows)


def read_counting(rows: Iterable[Mapping[str, Any]], acts: Mapping[str, Act]) -> dict[str, tuple[CountingRule, ...]]:
    """The rules about counting time in data/limits.toml by key, oldest first."""
    return group_by_key(CountingRule(**{**row, "articles": read_articles(row["articles"], acts)}) for row in rows)
