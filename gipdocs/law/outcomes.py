"""The 28 ways in which an application ends: article, report row, title, remedy, what the letter must say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from gipdocs.errors import Fault, InvalidInput
from gipdocs.law.acts import Act, Article, cite, read_articles

if TYPE_CHECKING:
    from gipdocs.law.rules import Law

PARTIAL, QUERY_MATTER = "reply-partial", "reply-query-matter"
Row = tuple[str, ...]


class Remedy(StrEnum):
    """What the law opens to somebody who disagrees with a letter."""

    RECON_FIRST = "RECON_FIRST"
    RECON_OR_SUE = "RECON_OR_SUE"
    RECON_OR_SUE_COURT_BARRED = "RECON_OR_SUE_COURT_BARRED"
    MIXED = "MIXED"
    NONE = "NONE"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One outcome: `id` is its document, `row` its path in table three of the annual report.

    `choices` are articles that the clerk may cite where the regulation names none, or besides; `elements` say in
    Chinese what the letter must contain.
    """

    code: str
    id: str
    name: str
    short: str
    row: Row
    title: str
    remedy: Remedy
    articles: tuple[Article, ...]
    elements: tuple[str, ...]
    choices: tuple[Article, ...] = ()

    @property
    def paper(self) -> str:
        """What the letter calls itself: 答复书 or 告知书."""
        return self.title[-3:]

    def cite(self) -> str:
        """《中华人民共和国政府信息公开条例》第三十九条第一款; nothing where no article names the outcome."""
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


def report_row(outcomes: Sequence[str], *, law: Law, recorded: str | None = None, separated: bool = False) -> Row:
    """The one row of table three for a reply to one or several items (ids in `outcomes`).

    区分处理 (条例第三十七条, `separated` or an item that is a partial reply) counts as 部分公开 and as nothing else.
    Else the common row, or the row of `recorded`, the item that the clerk chose. InvalidInput without such a choice.
    """
    if not outcomes:
        raise InvalidInput([Fault("/outcomes", "required", "请至少写明一项申请事项的办理结果。")])
    if separated or PARTIAL in outcomes:
        return law.outcome(PARTIAL).row
    rows = {law.outcome(one).row for one in outcomes}
    if recorded is not None and recorded in outcomes:
        return law.outcome(recorded).row
    if recorded is None and len(rows) == 1:
        return rows.pop()
    detail = "各项申请事项的办理结果不在年度报告的同一行，一件申请只计一行，请从中选定计入年度报告的办理结果。"
    raise InvalidInput([Fault("/recorded", "row-choice", detail)])


def read_outcomes(rows: Iterable[Mapping[str, Any]], acts: Mapping[str, Act]) -> dict[str, Outcome]:
    """The outcomes of data/outcomes.toml by document id, in the order of the documents."""
    return {row["id"]: _read(row, acts) for row in rows}


def _read(row: Mapping[str, Any], acts: Mapping[str, Act]) -> Outcome:
    articles = {name: read_articles(row.get(name, ()), acts) for name in ("articles", "choices")}
    texts = {name: tuple(row[name]) for name in ("row", "elements")}
    return Outcome(**{**row, **articles, **texts, "remedy": Remedy(row["remedy"])})
