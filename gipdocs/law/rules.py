"""Law: the calendar and every data file of this folder as one frozen value that functions take as an argument."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from gipdocs.errors import Fault, InvalidInput
from gipdocs.law.acts import Act, Article, read_acts
from gipdocs.law.agencies import AgencyKind, read_agencies
from gipdocs.law.calendar import Calendar, load_calendar
from gipdocs.law.citations import Citation, CitationRow, Citations, read_citations
from gipdocs.law.dated import Dated, find_known, in_force
from gipdocs.law.files import load_file, version
from gipdocs.law.limits import CountingRule, Limit, not_yet, read_counting, read_limits
from gipdocs.law.outcomes import Outcome, read_outcomes
from gipdocs.law.quotations import Quotation, place_key, read_quotations
from gipdocs.law.remedy_rules import RemedyRules, read_remedies
from gipdocs.law.tariffs import FeeRules, read_fees

FILES = ("acts", "limits", "fees", "outcomes", "remedies", "agencies", "citations", "quotations")


@dataclass(frozen=True, kw_only=True)
class Law:
    """Everything gipdocs knows about the law, past and present; `dataclasses.replace` gives a law with one thing changed.

    Rules are dated rows, oldest first, and `on(day)` chooses among them. `versions` identifies each data file, the
    calendar package and every overlay, so that a text can say what it was computed from.
    """

    calendar: Calendar
    acts: Mapping[str, Act]
    limits: Mapping[str, tuple[Limit, ...]]
    counting_rules: Mapping[str, tuple[CountingRule, ...]]
    fees: tuple[FeeRules, ...]
    outcomes: Mapping[str, tuple[Outcome, ...]]
    remedies: RemedyRules
    agencies: Mapping[str, tuple[AgencyKind, ...]]
    citations: Mapping[str, tuple[CitationRow, ...]]
    quotations: Mapping[str, tuple[Quotation, ...]]
    data_versions: Mapping[str, str]

    def on(self, day: date) -> DatedLaw:
        """The law in force on a day; the same object for all days between two changes."""
        passed = bisect_right(self.turns, day)
        since = self.turns[passed - 1] if passed else date.min
        if since not in self._dated:
            self._dated[since] = DatedLaw(law=self, since=since)
        return self._dated[since]

    @cached_property
    def turns(self) -> tuple[date, ...]:
        """The days on which a rule began to apply, earliest first."""
        groups: list[Mapping[str, tuple[Dated, ...]]] = [
            self.limits,
            self.counting_rules,
            self.outcomes,
            self.remedies.texts,
            self.agencies,
            self.citations,
            self.quotations,
            {"fees": self.fees},
        ]
        days = {row.since for rows_by_key in groups for rows in rows_by_key.values() for row in rows}
        return tuple(sorted({*days, self.remedies.reconsideration_first, self.remedies.court_rule}))

    @cached_property
    def _dated(self) -> dict[date, DatedLaw]:
        return {}

    @property
    def versions(self) -> Mapping[str, str]:
        """Every version: of the data files, the calendar and its overlays."""
        return {**self.data_versions, **self.calendar.versions}

    def rules(self, *names: str) -> dict[str, str]:
        """The versions of the named data; `calendar` includes its overlays."""
        return {
            key: version
            for key, version in self.versions.items()
            if key in names or ("calendar" in names and key.startswith("calendar-"))
        }

    def limit_or_none(self, key: str, on: date) -> Limit | None:
        """The limit in force on a day; None before the first."""
        return in_force(self.limits[key], on)

    def limit(self, key: str, on: date) -> Limit:
        """The limit in force on a day; InvalidInput before the first, with the article."""
        found = self.limit_or_none(key, on)
        if found is None:
            raise InvalidInput([Fault("", "before-law", not_yet(self.limits[key][0]))])
        return found

    def counting(self, key: str, on: date) -> tuple[Article, ...]:
        """The articles of a rule about counting that is in force on a day; empty before its first row."""
        found = in_force(self.counting_rules[key], on)
        return found.articles if found else ()


@dataclass(frozen=True, kw_only=True)
class DatedLaw:
    """The law from `since` until its next change: the row in force of each rule, looked up on demand.

    Before the first known row, outcomes, kinds of agency and citations are those of that row; a letter's own checks decide whether it
    may have so early a date.
    """

    law: Law
    since: date

    @cached_property
    def outcomes(self) -> Mapping[str, Outcome]:
        """The outcomes by document id, in the order of the documents."""
        return {key: find_known(rows, self.since) for key, rows in self.law.outcomes.items()}

    @cached_property
    def agencies(self) -> Mapping[str, AgencyKind]:
        """The kinds of agency by key."""
        return {key: find_known(rows, self.since) for key, rows in self.law.agencies.items()}

    @cached_property
    def citations(self) -> Citations:
        """The citations, by the name of the rule."""
        return Citations(self.law.citations, self.since)

    @property
    def fees(self) -> FeeRules | None:
        """The tariffs of the 信息处理费; None before the first."""
        return in_force(self.law.fees, self.since)

    @property
    def first_fees(self) -> FeeRules:
        """The earliest tariffs."""
        return self.law.fees[0]

    def limit(self, key: str) -> Limit:
        """A limit; InvalidInput before the first, with the article."""
        return self.law.limit(key, self.since)

    def outcome(self, key: str) -> Outcome:
        """An outcome by its document id; InvalidInput for an unknown one."""
        if key not in self.outcomes:
            detail = f"没有这种办理结果，可用的是{'、'.join(self.outcomes)}。"
            raise InvalidInput([Fault("", "option", detail)])
        return self.outcomes[key]

    def cite(self, *keys: str) -> Citation:
        """Several citations joined into one: 《…条例》第十五条、第三十二条."""
        return Citation(article for key in keys for article in self.citations[key].articles)

    def quote(self, article: Article) -> str | None:
        """The wording of an article, or of one 款 or 项 of it; None if the data doesn't have it."""
        row = in_force(self.law.quotations.get(place_key(article), ()), self.since)
        return row.text if row else None

    def sentence(self, key: str) -> str | None:
        """A sentence of the remedies, with slots; None before the first."""
        row = in_force(self.law.remedies.texts[key], self.since)
        return row.text if row else None

    @property
    def reconsideration_first(self) -> bool:
        """Whether a refusal must be reconsidered before it can be brought to court."""
        return self.law.remedies.reconsideration_first <= self.since

    def rules(self, *names: str) -> dict[str, str]:
        """The versions of the named data."""
        return self.law.rules(*names)


def load_law(overlays: Path | None = None) -> Law:
    """The law of the data files, with the calendar overlays of a folder; SetupError if an overlay is wrong."""
    files = {name: load_file(name) for name in FILES}
    acts = read_acts(files["acts"]["acts"])
    return Law(
        calendar=load_calendar(overlays),
        acts=acts,
        limits=read_limits(files["limits"]["limits"], acts),
        counting_rules=read_counting(files["limits"]["counting"], acts),
        fees=read_fees(files["fees"]["fees"], acts),
        outcomes=read_outcomes(files["outcomes"], acts),
        remedies=read_remedies(files["remedies"]),
        agencies=read_agencies(files["agencies"]["kinds"], acts),
        citations=read_citations(files["citations"]["citations"], acts),
        quotations=read_quotations(files["quotations"]["quotations"], acts),
        data_versions={name: version(name) for name in FILES},
    )
