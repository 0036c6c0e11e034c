"""The texts of the articles that replies cite, to tell a reason from a copy of the law, and to quote them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from gipdocs.law.acts import Article

Key = tuple[str, int, int | None, int | None]


def article_text(article: Article) -> str | None:
    """The text of an article, of its 款 or 项; None where articles.toml doesn't have it."""
    return TEXTS.get((article.act.key, article.number, article.paragraph, article.item))


def quotations(articles: Iterable[Article]) -> list[str]:
    """《…》第三十八条：“…” for each article whose text is known."""
    return [f"{one.cite()}：“{text.rstrip('。')}。”" for one in articles if (text := article_text(one))]


def _texts() -> dict[Key, str]:
    table = tomllib.loads((Path(__file__).parent / "articles.toml").read_text(encoding="utf-8"))
    return {
        (act, row["article"], row.get("paragraph"), row.get("item")): row["text"]
        for act, rows in table.items()
        for row in rows
    }


TEXTS = _texts()
