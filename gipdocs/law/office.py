"""Office: the agency that writes, the law, and today; every document's functions take it as an argument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gipdocs.errors import ProfileError
from gipdocs.law.agencies import AgencyKind
from gipdocs.law.citations import Citation
from gipdocs.law.rules import DatedLaw, Law
from gipdocs.profile import Profile


@dataclass(frozen=True)
class Office:
    """The profile, the law and today; ProfileError if the law does not know the profile's kind or one of its settings."""

    profile: Profile
    law: Law
    today: date

    def __post_init__(self) -> None:
        if self.profile.kind not in self.law.agencies:
            listed = "、".join(f"{key}（{kind.label}）" for key, kind in self.law.agencies.items())
            raise ProfileError(f"机关概况的agency.kind写作“{self.profile.kind}”，没有这种机关类别，可用的是{listed}。")
        setting = self.law.remedies.settings["query_matter_remedy"]
        if self.profile.settings.query_matter_remedy not in setting.choices:
            raise ProfileError(f"机关概况的settings.query_matter_remedy应当是{'或者'.join(setting.choices)}。")

    def day_of(self, answers: Mapping[str, Any]) -> date:
        """The day whose law applies to a document: its date; today if it has none."""
        day: date | None = answers.get("date")
        return day or self.today

    def law_of(self, answers: Mapping[str, Any]) -> DatedLaw:
        """The law on a document's date; today's law if it has none."""
        return self.law.on(self.day_of(answers))

    def cite(self, *keys: str, of: Mapping[str, Any]) -> Citation:
        """Rules of data/citations.toml as a letter with the answers `of` cites them: 《…条例》第十五条、第三十二条."""
        return self.law_of(of).cite(*keys)

    @property
    def today_law(self) -> DatedLaw:
        """Today's law, for documents without a date."""
        return self.law.on(self.today)

    @property
    def kind(self) -> AgencyKind:
        """What the law says about this kind of agency."""
        return self.law.agencies[self.profile.kind]

    @property
    def versions(self) -> Mapping[str, str]:
        """The versions of everything from which text is computed: rule data, calendar, profile."""
        return {**self.law.versions, "profile": self.profile.version}

    @property
    def facts(self) -> Mapping[str, str]:
        """The texts about the office that documents may print, by their key in the profile."""
        return self.profile.facts

    @property
    def author(self) -> str:
        """The agency's name, for the file's properties."""
        return self.profile.name
