"""Law: the calendar and every data file of this folder as one frozen value that functions take as an argument."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib import resources
from pathlib import Path

from gipdocs.errors import Fault, InvalidInput
from gipdocs.law.acts import Act, Article, cite, read_acts
from gipdocs.law.agencies import AgencyKind, read_agencies
from gipdocs.law.calendar import Calendar, load_calendar
from gipdocs.law.fees import FeeRules, read_fees
from gipdocs.law.limits import CountingRule, Limit, in_force, read_counting, read_limits
from gipdocs.law.outcomes import Outcome, read_outcomes
from gipdocs.law.remedy_rules import RemedyRules, read_remedies
from gipdocs.writing import chinese_date

FILES = ("acts", "limits", "fees", "outcomes", "remedies", "agencies")


@dataclass(frozen=True, kw_only=True)
class Law:
    """All that gipdocs knows of the law; `dataclasses.replace` gives a law with one thing changed.

    `limits` and `counting_rules` hold dated rows, oldest first; `versions` name each data file's state, the calendar
    package and every overlay, so that a text can say what it was computed from.
    """

    calendar: Calendar
    acts: Mapping[str, Act]
    limits: Mapping[str, tuple[Limit, ...]]
    counting_rules: Mapping[str, tuple[CountingRule, ...]]
    fees: FeeRules
    outcomes: Mapping[str, Outcome]
    remedies: RemedyRules
    agencies: Mapping[str, AgencyKind]
    data_versions: Mapping[str, str]

    @property
    def versions(self) -> Mapping[str, str]:
        """Every version: of the data files, the calendar and its overlays."""
        return {**self.data_versions, **self.calendar.versions}

    def rules(self, *names: str) -> dict[str, str]:
        """The versions of the named data; `calendar` brings its overlays."""
        return {
            key: version
            for key, version in self.versions.items()
            if key in names or ("calendar" in names and key.startswith("calendar-"))
        }

    def limit_or_none(self, key: str, on: date) -> Limit | None:
        """The limit in force on a day, None before the first."""
        return in_force(self.limits[key], on)

    def limit(self, key: str, on: date | None = None) -> Limit:
        """The limit in force on a day, or the newest; InvalidInput before the first, with the article."""
        found = self.limits[key][-1] if on is None else self.limit_or_none(key, on)
        if found is None:
            first = self.limits[key][0]
            detail = f"{first.label}的期限自{chinese_date(first.since)}起施行（{cite(first.articles)}），此前的日期不能计算。"
            raise InvalidInput([Fault("", "before-law", detail)])
        return found

    def counting(self, key: str, on: date) -> tuple[Article, ...]:
        """The articles of a rule of counting that is in force on a day; none before its first."""
        found = in_force(self.counting_rules[key], on)
        return found.articles if found else ()

    def outcome(self, key: str) -> Outcome:
        """An outcome by its document id; InvalidInput for an unknown one."""
        if key not in self.outcomes:
            detail = f"没有这种办理结果，可用的是{'、'.join(self.outcomes)}。"
            raise InvalidInput([Fault("", "option", detail)])
        return self.outcomes[key]


def load_law(overlays: Path | None = None) -> Law:
    """The law of the data files, with the calendar overlays of a folder; SetupError when an overlay is wrong."""
    texts = {name: _read(name) for name in FILES}
    files = {name: tomllib.loads(text) for name, text in texts.items()}
    acts = read_acts(files["acts"]["acts"])
    return Law(
        calendar=load_calendar(overlays),
        acts=acts,
        limits=read_limits(files["limits"]["limits"], acts),
        counting_rules=read_counting(files["limits"]["counting"], acts),
        fees=read_fees(files["fees"], acts),
        outcomes=read_outcomes(files["outcomes"]["outcomes"], acts),
        remedies=read_remedies(files["remedies"], acts),
        agencies=read_agencies(files["agencies"]["kinds"], acts),
        data_versions={name: f"{file['version']}-{_digest(texts[name])}" for name, file in files.items()},
    )


def _read(name: str) -> str:
    return resources.files("gipdocs.law").joinpath(f"data/{name}.toml").read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Eight digits that change with the file, so that a version can't stay behind its content."""
    return sha256(text.encode()).hexdigest()[:8]
