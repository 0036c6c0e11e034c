"""The law as shipped, the sample office, and data that the tests of this folder share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gipdocs.law import Law, Office, load_law
from gipdocs.profile import Body, OfficeChoices, Profile, load_profile

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data" / "law"
TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def law() -> Law:
    """The shipped law with the calendar pinned to the end of 2026, whatever the package knows by now."""
    loaded = load_law()
    return replace(loaded, calendar=loaded.calendar.until(date(2026, 12, 31)))


@pytest.fixture(scope="session")
def profile() -> Profile:
    """The sample agency, with an online channel for reconsideration."""
    loaded = load_profile(ROOT / "agency.toml")
    body = Body(name=loaded.reconsideration.name, online="“掌上复议”小程序")
    return replace(loaded, reconsideration=body)


@pytest.fixture(scope="session")
def office(law: Law, profile: Profile) -> Office:
    return Office(profile, law, TODAY)


@pytest.fixture
def office_with(law: Law, profile: Profile) -> Callable[..., Office]:
    """An office whose profile differs: `office_with(kind="township")`, `office_with(settings={...})`."""

    def make(settings: dict[str, Any] | None = None, **changes: Any) -> Office:
        changes |= {"settings": OfficeChoices(**settings)} if settings else {}
        return Office(replace(profile, **changes), law, TODAY)

    return make
