"""Kinds of agency: who reconsiders their acts, which court hears the suit, when their annual report is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gipdocs.law.acts import Act, Article, read_articles

Organ = Literal["government", "superior", "self"]


@dataclass(frozen=True, kw_only=True)
class AgencyKind:
    """One row of 行政复议法第二十四条至第二十八条: `organs` are keys of the profile; the applicant chooses among several.

    `court` is the level that 行政诉讼法第十四条、第十五条 name; `report` says which day of 条例第四十九条 applies.
    `final_ruling`: after the agency's own decision the applicant may also turn to the State Council.
    """

    key: str
    label: str
    report: Literal["department", "government"]
    court: str
    organs: tuple[Organ, ...]
    organs_before_2024: tuple[Organ, ...]
    articles: tuple[Article, ...]
    articles_before_2024: tuple[Article, ...]
    final_ruling: bool = False


def read_agencies(table: Mapping[str, Mapping[str, Any]], acts: Mapping[str, Act]) -> dict[str, AgencyKind]:
    """The kinds of data/agencies.toml by key."""
    return {key: _read(key, row, acts) for key, row in table.items()}


def _read(key: str, row: Mapping[str, Any], acts: Mapping[str, Act]) -> AgencyKind:
    articles = {name: read_articles(row[name], acts) for name in ("articles", "articles_before_2024")}
    organs = {name: tuple(row[name]) for name in ("organs", "organs_before_2024")}
    return AgencyKind(**{**row, **articles, **organs, "key": key})
