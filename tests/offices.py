"""The offices of the tests: the sample one and its neighbour, on a fixed day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from gipdocs.law import Office, load_law
from gipdocs.profile import load_profile
from gipdocs.settings import PROJECT

TODAY = date(2026, 11, 23)
SAMPLE = PROJECT / "agency.toml"
COUNTY = PROJECT / "tests" / "data" / "agencies" / "county-water.toml"
"""An office without a fax, with one season, that takes mails."""


def office_of(profile: Path) -> Office:
    """The office of a profile, under the shipped law."""
    return Office(profile=load_profile(profile), law=load_law(None), today=TODAY)
