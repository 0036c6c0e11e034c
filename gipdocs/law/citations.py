"""Citations: the articles that letters, checks and forms cite, by the name of the rule instead of the article's number.

Each row applies from its date on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gipdocs.law.acts import Act, Article, cite, places, read_articles
from gipdocs.law.dated import find_known, group_by_key


@dataclass(frozen=True)
class Cited:
    """A help text that cites the law of today: `Cited("写明理由（{form_of_giving.short}）。")`, a function of the office."""

    text: str

    def __call__(self, office: Any) -> str:
        return self.text.format_map(office.today_law.citations)


@dataclass(frozen=True, kw_only=True)
class CitationRow:
    """The article in which the rule `key` is found from `since` on; `about` says in Chinese what the rule is."""

    key: str
    about: str
    since: date
    article: Article


class Citation(str):
    """Articles as a letter cites them: 《中华人民共和国政府信息公开条例》第三十七条; its properties give other forms."""

    articles: tuple[Article, ...]

    def __new__(cls, articles: Iterable[Article]) -> Citation:
        articles = tuple(articles)
        citation = super().__new__(cls, cite(articles))
        citation.articles = articles
        return citation

    def __reduce__(self) -> tuple[type[Citation], tuple[tuple[Article, ...]]]:
        """How copy and pickle make a copy: from the articles."""
        return Citation, (self.articles,)

    @property
    def place(self) -> str:
        """第三十七条."""
        return places(self.articles)

    @property
    def abridged(self) -> str:
        """第三十一条第一项、第二项: an article is named once if several of its parts are cited."""
        spelled, before = [], ""
        for one in self.articles:
            number = replace(one, paragraph=None, item=None).place
            spelled.append(one.place.removeprefix(number) or one.place if number == before else one.place)
            before = number
        return "、".join(spelled)

    @property
    def short(self) -> str:
        """条例第三十七条."""
        return cite(self.articles, familiar=True)

    @property
    def act(self) -> str:
        """《中华人民共和国政府信息公开条例》."""
        return self.articles[0].act.name

    @property
    def number(self) -> str:
        """国务院令第711号: the act's own number."""
        return self.articles[0].act.number


class Citations(Mapping[str, Citation]):
    """The citations of one day by key; KeyError for an unknown key names the file in which it is missing."""

    def __init__(self, rows: Mapping[str, tuple[CitationRow, ...]], on: date) -> None:
        self._rows, self._on = rows, on

    def __getitem__(self, key: str) -> Citation:
        try:
            rows = self._rows[key]
        except KeyError:
            raise KeyError(f"data/citations.toml中没有{key}") from None
        return Citation([find_known(rows, self._on).article])

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def read_citations(rows: Iterable[Mapping[str, Any]], acts: Mapping[str, Act]) -> dict[str, tuple[CitationRow, ...]]:
    """The rows of data/citations.toml by key; a row without a date of its own applies from its act's date on."""
    return group_by_key(_read(row, acts) for row in rows)


def _read(row: Mapping[str, Any], acts: Mapping[str, Act]) -> CitationRow:
    (article,) = read_articles([row], acts)
    return CitationRow(key=row["key"], about=row["about"], since=row.get("since", article.act.since), article=article)
