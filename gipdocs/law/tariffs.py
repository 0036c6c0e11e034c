"""What a unit of information costs: the two methods of charging, each from a date on (管理办法第四条、第五条)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gipdocs.law.acts import Act, Article, read_articles

METHODS = ("piece", "page")


@dataclass(frozen=True, kw_only=True)
class Tier:
    """A price per unit for the units `first` to `last` (None: no end); it rises by `more` after every `every` units."""

    first: int
    yuan: int
    last: int | None = None
    every: int = 0
    more: int = 0

    def steps(self, up_to: int) -> Iterator[tuple[int, int, int]]:
        """(first, last, yuan per unit) of each step that begins at or below `up_to`."""
        end = min(up_to, self.last or up_to)
        width = self.every or max(end - self.first + 1, 1)
        for rise, first in enumerate(range(self.first, end + 1, width)):
            yield first, min(first + width - 1, end), self.yuan + rise * self.more


@dataclass(frozen=True, kw_only=True)
class Tariff:
    """One of the two methods; if `cumulative`, counting continues after the pieces that were charged or free before."""

    key: str
    label: str
    unit: str
    cumulative: bool
    note: str
    articles: tuple[Article, ...]
    tiers: tuple[Tier, ...]


@dataclass(frozen=True, kw_only=True)
class FeeRules:
    """Both methods from `since` on, with the articles that allow an agency to charge."""

    since: date
    articles: tuple[Article, ...]
    tariffs: Mapping[str, Tariff]


def read_fees(rows: Iterable[Mapping[str, Any]], acts: Mapping[str, Act]) -> tuple[FeeRules, ...]:
    """The rules of data/fees.toml, oldest first."""
    return tuple(sorted((_rules(row, acts) for row in rows), key=lambda one: one.since))


def _rules(row: Mapping[str, Any], acts: Mapping[str, Act]) -> FeeRules:
    return FeeRules(
        since=row["since"],
        articles=read_articles(row["articles"], acts),
        tariffs={key: _tariff(key, row[key], acts) for key in METHODS},
    )


def _tariff(key: str, row: Mapping[str, Any], acts: Mapping[str, Act]) -> Tariff:
    names = {"from": "first", "to": "last"}
    tiers = tuple(Tier(**{names.get(name, name): value for name, value in tier.items()}) for tier in row["tiers"])
    return Tariff(**{**row, "key": key, "tiers": tiers, "articles": read_articles(row["articles"], acts)})
