"""Kinds of agency: who reconsiders their acts, which court hears the suit, when their annual report is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from gipdocs.law.acts import Act, Article, read_articles
from gipdocs.law.dated import group_by_key

Organ = Literal["government", "superior", "seat_government", "self"]


@dataclass(frozen=True, kw_only=True)
class AgencyKind:
    """One kind of agency as it is from `since` on (行政复议法第二十四条至第二十八条).

    `organs` are keys of the profile; the applicant chooses among several. `court` is the level that 行政诉讼法第十四条、
    第十五条 name; `report` says which day of 条例第四十九条 applies. `final_ruling`: after the agency's own decision the
    applicant may also turn to the State Council.
    """

    key: str
    label: str
    report: Literal["department", "government"]
    court: str
    since: date
    organs: tuple[Organ, ...]
    articles: tuple[Article, ...]
    final_ruling: bool = False


def read_agencies(rows: Iterable[Mapping[str, Any]], acts: Mapping[str, Act]) -> dict[str, tuple[AgencyKind, ...]]:
    """The dated rows of data/agencies.toml by key, oldest first."""
    return group_by_key(
        AgencyKind(**{**row, "organs": tuple(row["organs"]), "articles": read_articles(row["articles"], acts)})
        for row in rows
    )
