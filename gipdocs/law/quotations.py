"""The words of the articles that letters cite, to quote them and to tell a reason from a copy of the law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gipdocs.law.acts import Act, Article, read_articles
from gipdocs.law.dated import by_key


@dataclass(frozen=True, kw_only=True)
class Quotation:
    """The words of an article, of its 款 or 项, from `since` on."""

    article: Article
    since: date
    text: str

    @property
    def key(self) -> str:
        """Act and place."""
        return place_key(self.article)


def place_key(article: Article) -> str:
    """An edition of an act and a place in it, in one word."""
    return f"{article.act.key}{article.place}"


def read_quotations(rows: Iterable[Mapping[str, Any]], acts: Mapping[str, Act]) -> dict[str, tuple[Quotation, ...]]:
    """The rows of data/quotations.toml by act and place; without a day of its own a row is in force since its act."""
    return by_key(_read(row, acts) for row in rows)


def _read(row: Mapping[str, Any], acts: Mapping[str, Act]) -> Quotation:
    (article,) = read_articles([row], acts)
    return Quotation(article=article, since=row.get("since", article.act.since), text=row["text"])
