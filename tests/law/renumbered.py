"""A law in which an act's articles have other numbers from a day on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from gipdocs.law import Law
from gipdocs.law.acts import Article


def renumbered(law: Law, since: date, number: Callable[[int], int], act: str = "disclosure") -> Law:
    """The law with a further row for each rule that cites the act: `number` gives an article's new number."""

    def moved(article: Article) -> Article:
        ours = article.act.key == act and article.number
        return replace(article, number=number(article.number)) if ours else article

    def changed(row: Any) -> Any:
        changes = {name: moved(value) for name, value in vars(row).items() if isinstance(value, Article)}
        lists = ("articles", "choices")
        changes |= {name: tuple(map(moved, vars(row)[name])) for name in lists if name in vars(row)}
        return replace(row, **changes)

    def with_later(rows: tuple[Any, ...]) -> tuple[Any, ...]:
        last, new = rows[-1], changed(rows[-1])
        if new == last or last.since >= since:
            return (*rows[:-1], new)
        return (*rows, replace(new, since=since))

    def table(rows_by_key: Mapping[str, tuple[Any, ...]]) -> dict[str, tuple[Any, ...]]:
        return {key: with_later(rows) for key, rows in rows_by_key.items()}

    quotations = [row for rows in table(law.quotations).values() for row in rows]
    return replace(
        law,
        limits=table(law.limits),
        counting_rules=table(law.counting_rules),
        fees=with_later(law.fees),
        outcomes=table(law.outcomes),
        agencies=table(law.agencies),
        citations=table(law.citations),
        quotations={row.key: tuple(one for one in quotations if one.key == row.key) for row in quotations},
    )
