"""Office: who writes, under which law, on which day; the argument that every document's functions take."""

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
    """The profile, the law and today; ProfileError when the profile's kind or a setting is none that the law knows."""

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

    def law_of(self, answers: Mapping[str, Any]) -> DatedLaw:
        """The law of a letter: of its date, in a draft without one of today."""
        return self.law.on(answers.get("date") or self.today)

    def cite(self, *keys: str, of: Mapping[str, Any]) -> Citation:
        """Rules of data/citations.toml as a letter cites them: 《…条例》第十五条、第三十二条; `of` are its answers."""
        return self.law_of(of).cite(*keys)

    @property
    def today_law(self) -> DatedLaw:
        """The law of today, for what bears no date."""
        return self.law.on(self.today)

    @property
    def kind(self) -> AgencyKind:
        """What the law says of this kind of agency."""
        return self.law.agencies[self.profile.kind]

    @property
    def versions(self) -> Mapping[str, str]:
        """Versions of everything that computed text rests on: rule data, calendar, profile."""
        return {**self.law.versions, "profile": self.profile.version}

    @property
    def facts(self) -> Mapping[str, str]:
        """What documents may say of the office, text by text, with its key in the profile."""
        return self.profile.facts

    @property
    def author(self) -> str:
        """The agency's name, for the file's properties."""
        return self.profile.name
