"""The office profile: the one source of names, addresses, hours and bodies, read from agency.toml."""

from gipdocs.profile.loading import load_profile, make_profile
from gipdocs.profile.values import (
    Body,
    Category,
    Channel,
    FeePayment,
    Gazette,
    ImprintDefaults,
    NumberingChoices,
    NumberSeries,
    OfficeChoices,
    Profile,
    RegisterChoices,
    ReportChoices,
    Seal,
    Season,
)

__all__ = [
    "Body",
    "Category",
    "Channel",
    "FeePayment",
    "Gazette",
    "ImprintDefaults",
    "NumberSeries",
    "NumberingChoices",
    "OfficeChoices",
    "Profile",
    "RegisterChoices",
    "ReportChoices",
    "Seal",
    "Season",
    "load_profile",
    "make_profile",
]
