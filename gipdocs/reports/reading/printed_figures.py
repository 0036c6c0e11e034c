"""Reads one printed cell: its number, the remark beside it, its unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from gipdocs.published.marks import NOTE_MARK
from gipdocs.reports.expressions import Number
from gipdocs.reports.grids import Kind
from gipdocs.reports.narrative import plain

PRINTED = re.compile(
    r"(?P<sign>[+-]?)(?P<number>\d{1,3}(?:,\d{3})+|\d+)(?P<decimals>\.\d+)?(?P<unit>万元|元|件|项|条|次|宗)?"
    r"(?:[(](?P<remark>.+)[)])?",
    re.DOTALL,
)
MARKED = re.compile(
    rf"^([+＋\-－]?[\d０-９][\d０-９.,．，]*\s*[万元件项条次宗]*)\s*(?:{NOTE_MARK.pattern})\s*(?=$|[（(])"
)
"""A number with its unit, and a note mark after it."""
LONGEST_NUMBER = 12  # digits
LONGEST_CELL = 200
"""The most characters of a cell searched for a note mark."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A cell as read: `raw` is set if it had no plain number."""

    value: Number | None = None
    remark: str | None = None
    unit: str | None = None
    raw: str | None = None


def read_figure(text: str, kind: Kind) -> Reading:
    """The figure printed in a cell; a blank cell is an empty reading, and two numbers are not a figure."""
    shown = _without_marks(text)
    bare = re.sub(r"\s", "", plain(shown))
    if not bare:
        return Reading()
    match = PRINTED.fullmatch(bare)
    if match is None or len(match["number"]) > LONGEST_NUMBER or _is_parted(shown):
        return Reading(raw=_on_one_line(text))
    whole = match["number"].replace(",", "")
    signed, decimal = bool(match["sign"]), bool(match["decimals"])
    money_unit = match["unit"] in ("元", "万元")
    if (signed and kind != "signed") or ((decimal or money_unit) and kind != "money"):
        return Reading(raw=_on_one_line(text))
    value: Number = Decimal(whole + match["decimals"]) if decimal else int(whole)
    remark = re.split(r"[（(]", text.strip()[:-1], maxsplit=1)[1] if match["remark"] else None
    return Reading(value=-value if match["sign"] == "-" else value, remark=remark, unit=match["unit"])


def _without_marks(text: str) -> str:
    """The cell without a note mark after its number or its unit."""
    bare = text.strip()
    return MARKED.sub(r"\1", bare) if len(bare) <= LONGEST_CELL else bare


def _is_parted(text: str) -> bool:
    """Whether the digits of the number itself are separated by spaces or line breaks."""
    number = re.split(r"[（(]", text, maxsplit=1)[0]
    return bool(re.search(r"[\d.,]\s+[\d.,]", plain(number)))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
