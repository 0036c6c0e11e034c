"""Office: the agency that writes, the law, and today; every document's functions take it as an argument."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from gipdocs.errors import Fault, ProfileError
from gipdocs.law.acts import cite
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
            listed = "、".join(f"{key}（{rows[-1].label}）" for key, rows in self.law.agencies.items())
            raise _fault("agency/kind", f"写作“{self.profile.kind}”，没有这种机关类别，可用的是{listed}。")
        if "seat_government" in self.kind.organs and not self.profile.seat_government:
            raise _fault(
                "agency/kind",
                f"写作“{self.profile.kind}”的，申请人也可以向所在地的人民政府申请行政复议"
                f"（{cite(self.kind.articles)}），请写明agency.seat_government（所在地人民政府）。",
            )
        for key, setting in self.law.remedies.settings.items():
            if getattr(self.profile.settings, key) not in setting.choices:
                raise _fault(f"settings/{key}", f"应当是{'或者'.join(setting.choices)}。")

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
        """What today's law says about this kind of agency."""
        return self.kind_on(self.today)

    def kind_on(self, day: date) -> AgencyKind:
        """What the law of a day says about this kind of agency."""
        return self.law.on(day).agencies[self.profile.kind]

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


def _fault(place: str, detail: str) -> ProfileError:
    """A fault of the profile that only the law knows; its place is a key of the profile."""
    return ProfileError(f"机关概况的{place.replace('/', '.')}{detail}", [Fault(f"/{place}", "option", f"这里{detail}")])
