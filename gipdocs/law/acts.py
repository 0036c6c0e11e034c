"""Acts and their articles: what a letter cites, down to 款 and 项."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from gipdocs.writing import article as article_words


@dataclass(frozen=True, kw_only=True)
class Act:
    """One edition of a law, regulation, interpretation or notice.

    `short` is what clerks call it, `edition` distinguishes an older edition from today's, and a `plain` title is
    printed without 《》 (a guiding case).
    """

    key: str
    title: str
    number: str
    short: str = ""
    plain: bool = False
    since: date
    until: date | None = None
    edition: str = ""

    @property
    def name(self) -> str:
        """《中华人民共和国政府信息公开条例》, as a letter written under it prints it."""
        return self.title if self.plain else f"《{self.title}》"

    @property
    def familiar(self) -> str:
        """条例, 行政复议法: the short name, or the full one if there is none."""
        return self.short or self.name

    @property
    def source(self) -> str:
        """The name as today's readers need it: an older edition is followed by its year."""
        return self.name + (f"（{self.edition}）" if self.edition else "")


@dataclass(frozen=True, kw_only=True)
class Article:
    """An article of an act; `number` 0 means the act as a whole."""

    act: Act
    number: int = 0
    paragraph: int | None = None
    item: int | None = None

    @property
    def place(self) -> str:
        """第三十六条第二项; empty for a whole act."""
        return article_words(self.number, self.paragraph, self.item) if self.number else ""

    def cite(self) -> str:
        """《中华人民共和国政府信息公开条例》第三十六条第二项, the form that letters print."""
        return self.act.name + self.place

    def as_json(self) -> dict[str, Any]:
        """法, 条, 款, 项 as separate values."""
        return {
            "act": self.act.title,
            "number": self.act.number,
            "article": self.number or None,
            "paragraph": self.paragraph,
            "item": self.item,
            "text": self.cite(),
        }


def cite(articles: Iterable[Article], *, familiar: bool = False) -> str:
    """Several articles as one citation: each act is named once, followed by its articles, joined by 、.

    `familiar` names the acts as clerks do: 条例第三十条、第三十一条.
    """
    groups = groupby(articles, key=lambda one: one.act)
    return "、".join((act.familiar if familiar else act.name) + places(group) for act, group in groups)


def places(articles: Iterable[Article]) -> str:
    """第十五条、第三十二条: the articles without their acts."""
    return "、".join(one.place for one in articles if one.place)


def cites(articles: Iterable[Article]) -> tuple[str, ...]:
    """The `basis` of an answer: each article once, in order, older editions marked as such."""
    return tuple(dict.fromkeys(one.act.source + one.place for one in articles))


def read_acts(table: Mapping[str, Mapping[str, Any]]) -> dict[str, Act]:
    """The acts of data/acts.toml by key."""
    return {key: Act(key=key, **row) for key, row in table.items()}


def read_articles(rows: Iterable[Mapping[str, Any]], acts: Mapping[str, Act]) -> tuple[Article, ...]:
    """Rows `{act, article, paragraph, item}` of a data file as articles; KeyError for an unknown act."""
    return tuple(
        Article(
            act=acts[row["act"]], number=row.get("article", 0), paragraph=row.get("paragraph"), item=row.get("item")
        )
        for row in rows
    )
