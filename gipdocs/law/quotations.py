"""The wording of articles that letters cite, used to quote them and to tell a reason from a mere copy of the law."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gipdocs.law.acts import Act, Article, read_articles
from gipdocs.law.dated import group_by_key


@dataclass(frozen=True, kw_only=True)
class Quotation:
    """The wording of an article, or of one 款 or 项 of it, from `since` on."""

    article: Article
    since: date
    text: str

    @property
    def key(self) -> str:
        """The act and the place in it."""
        return place_key(self.article)


def place_key(article: Article) -> str:
    """An edition of an act and a place in it, joined into one key."""
    return f"{article.act.key}{article.place}"


def read_quotations(rows: Iterable[Mapping[str, Any]], acts: Mapping[str, Act]) -> dict[str, tuple[Quotation, ...]]:
    """The rows of data/quotations.toml by act and place; a row without its own date applies from its act's date on."""
    return group_by_key(_read(row, acts) for row in rows)


def _read(row: Mapping[str, Any], acts: Mapping[str, Act]) -> Quotation:
    (article,) = read_articles([row], acts)
    return Quotation(article=article, since=row.get("since", article.act.since), text=row["text"])
