"""The outcomes of an application: article, report row, title, remedy, and what the letter must say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import Any

from gipdocs.law.acts import Act, Article, cite, read_articles
from gipdocs.law.dated import group_by_key
from gipdocs.law.files import load_file

PARTIAL, QUERY_MATTER, WITHDRAWN = "reply-partial", "reply-query-matter", "reply-withdrawn"
GIVING = ("reply-already-public", "reply-granted", "reply-granted-inspection", "reply-granted-third-party")
"""The outcomes by which the applicant gets the information, or learns where it is."""
Row = tuple[str, ...]


class Remedy(StrEnum):
    """The remedies that the law offers to a person who disagrees with a letter."""

    RECON_FIRST = "RECON_FIRST"
    RECON_OR_SUE = "RECON_OR_SUE"
    RECON_OR_SUE_COURT_BARRED = "RECON_OR_SUE_COURT_BARRED"
    RECON_ONLY = "RECON_ONLY"
    MIXED = "MIXED"
    NONE = "NONE"


@dataclass(frozen=True, kw_only=True)
class Declared:
    """The part of an outcome that does not depend on a letter's date; `id` is the document's id."""

    code: str
    id: str
    short: str
    title: str
    remedy: Remedy

    @property
    def paper(self) -> str:
        """What the letter calls itself: 答复书 or 告知书."""
        return self.title[-3:]


@dataclass(frozen=True, kw_only=True)
class Outcome(Declared):
    """One outcome as it is from `since` on: `row` is its path in table three of the annual report.

    `choices` are articles that the clerk may cite if the regulation names none, or in addition; `elements` say in
    Chinese what the letter must contain. `remedy_undisclosed` is the class of a letter that refers to an earlier
    answer, if that answer disclosed nothing; None if it makes no difference.
    """

    since: date
    name: str
    row: Row
    articles: tuple[Article, ...]
    elements: tuple[str, ...]
    choices: tuple[Article, ...] = ()
    remedy_undisclosed: Remedy | None = None

    @property
    def key(self) -> str:
        """The document id, which all its dated rows share."""
        return self.id

    def cite(self) -> str:
        """《中华人民共和国政府信息公开条例》第三十九条第一款; empty if no article names the outcome."""
        return cite(self.articles)

    def as_json(self) -> dict[str, Any]:
        """The outcome as plain data."""
        return {
            "code": self.code,
            "id": self.id,
            "name": self.name,
            "short": self.short,
            "row": list(self.row),
            "title": self.title,
            "remedy": self.remedy.value,
            "articles": [one.as_json() for one in self.articles],
            "choices": [one.as_json() for one in self.choices],
            "elements": list(self.elements),
        }


def load_outcomes() -> dict[str, Declared]:
    """The outcomes by document id, in the order of the documents; for the articles of a day see `DatedLaw.outcomes`."""
    file = load_file("outcomes")
    newest = {row["id"]: row for row in sorted(file["outcomes"], key=lambda row: row.get("since", file["since"]))}
    return {id: _declared(newest[id]) for id in dict.fromkeys(row["id"] for row in file["outcomes"])}


def _declared(row: Mapping[str, Any]) -> Declared:
    texts = {one.name: row[one.name] for one in fields(Declared)}
    return Declared(**texts | {"remedy": Remedy(row["remedy"])})


def read_outcomes(file: Mapping[str, Any], acts: Mapping[str, Act]) -> dict[str, tuple[Outcome, ...]]:
    """The dated rows of data/outcomes.toml by document id, in the order of the documents.

    A row without a date of its own is in force from the file's date on.
    """
    return group_by_key(_read({"since": file["since"], **row}, acts) for row in file["outcomes"])


def _read(row: Mapping[str, Any], acts: Mapping[str, Act]) -> Outcome:
    articles = {name: read_articles(row.get(name, ()), acts) for name in ("articles", "choices")}
    texts = {name: tuple(row[name]) for name in ("row", "elements")}
    classes = {name: Remedy(row[name]) for name in ("remedy", "remedy_undisclosed") if name in row}
    return Outcome(**{**row, **articles, **texts, **classes})
