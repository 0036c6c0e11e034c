"""The numbers in an address: of a case, in which a stroke, which would end a part of the address, is escaped; and a year."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR

from werkzeug.routing import UnicodeConverter

STROKE, PER_CENT = "%2F", "%25"


class CaseNumber(UnicodeConverter):
    """The part of an address that is the number of a case, such as 2026-0012 or 依申请2025/7."""

    def to_python(self, value: str) -> str:
        """The number as the register has it."""
        return value.replace(STROKE, "/").replace(PER_CENT, "%")

    def to_url(self, value: str) -> str:
        """The number for an address; the stroke is escaped twice, since servers undo that once before they look."""
        return super().to_url(value.replace("%", PER_CENT).replace("/", STROKE))


def read_year(text: str) -> int:
    """A year that has days, as `type` of an argument; ValueError."""
    year = int(text)
    if not MINYEAR <= year <= MAXYEAR:
        raise ValueError
    return year
