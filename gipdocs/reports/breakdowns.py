"""Finds totals in free text that are broken down, 共 n 件，其中 a 件、b 件, and whether the parts add up to the total."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gipdocs.reports.expressions import Number

Span = tuple[int, int]

UNIT = r"万元|元|人次|场次|[件条项次份个篇场期名位家类起宗部]"
AMOUNT = r"(?<![\d.])(?<!\d,)(?:\d{1,3}(?:,\d{3}){1,4}(?!\d)|\d{1,9}(?:\.\d{1,6})?)"
LIST = r"[^。\n]{1,240}"
GAP = r"[^。:()\[\]】〕\d\n]{0,24}?"
"""Words between a total and its parts, without brackets: a number in brackets is not the total of text after them."""
ASIDE = r"[(][^()。\n]{1,60}[)]"
TOTAL = re.compile(rf"(?P<total>{AMOUNT})(?P<unit>{UNIT})(?P<gap>{GAP})(?P<intro>其中|包括|分别|[:(])(?P<list>{LIST})")
TOTAL_PAST_ASIDE = re.compile(
    rf"(?P<total>{AMOUNT})(?P<unit>{UNIT})(?P<gap>{GAP}{ASIDE}{GAP})(?P<intro>其中|包括|分别|:)(?P<list>{LIST})"
)
"""A total whose parts come after a bracket about something else: 3607件(含上年结转96件),其中."""
BESIDE = re.compile(r"(?:含|包括|结转)[^。,;:()\d]{0,16}$")
"""Words before a number that is a part itself or is paired with another: the text after it may belong to both."""
BARE = re.compile(rf"(?:^|(?<=[\u4e00-\u9fff、,]))(?P<part>{AMOUNT})(?=[、,)]|$)")
LONGEST_BESIDE = 24
FEWEST_BARE = 3
"""This many consecutive numbers without a unit make a list."""
INSIDE = re.compile(r"[^()]*(?:[(][^()]*[)][^()]*)*")
"""The content of an open bracket, including nested brackets."""
NESTED = re.compile(r"[(][^()]*[)]")
DEEPER = re.compile(r"其中|包括|含")
"""Words that announce a breakdown of a part, or an incomplete list."""


@dataclass(frozen=True, kw_only=True)
class Breakdown:
    """A total and its parts in a text, `start` to `end`; `complete` if the words promise that every part is named.

    `spans` are the places of the total and of its parts.
    """

    start: int
    end: int
    total: Number
    unit: str
    parts: tuple[Number, ...]
    spans: tuple[Span, ...]
    complete: bool = False

    @property
    def holds(self) -> bool:
        """Whether the parts add up to the total."""
        return sum(self.parts) == self.total


def find_breakdowns(text: str) -> Iterator[Breakdown]:
    """Every total in a text (half-width punctuation) that is followed by at least two parts in the same unit.

    A list is read up to the next semicolon, and beyond it if its first piece has a part; with and without the text in
    brackets. The reading in which the parts add up to the total is chosen, otherwise the first with at least two parts.
    Beyond a semicolon the latter counts only after a colon or for money, since the text there may be about other things.
    """
    at = 0
    while match := TOTAL.search(text, at):
        found = _broken_down(match)
        if not found and match["intro"] == "(" and (past := TOTAL_PAST_ASIDE.match(text, match.start())):
            found = _broken_down(past)
        if found and not _stands_beside(text, found):
            yield found
        at = match.end("unit")


def _broken_down(match: re.Match[str]) -> Breakdown | None:
    within = list(_readings(match, whole=False))
    goes_on = ";" in match["list"] and any(one.parts for one in within)
    beyond = list(_readings(match, whole=True)) if goes_on else []
    holding = next((one for one in (*within, *beyond) if len(one.parts) > 1 and one.holds), None)
    listed = [] if ";" in match["gap"] else within + beyond if _goes_on(match) else within
    return holding or next((one for one in listed if len(one.parts) > 1), None)


def _stands_beside(text: str, found: Breakdown) -> bool:
    """Whether the parts exceed a number that is paired with another one; they are then not parts of that number."""
    before = text[max(found.start - LONGEST_BESIDE, 0) : found.start]
    return sum(found.parts) > found.total and bool(BESIDE.search(before))


def _goes_on(match: re.Match[str]) -> bool:
    """Whether the list may continue beyond a semicolon."""
    return match["unit"].endswith("元") or match["intro"] == ":" or match["list"].startswith(":")


def _readings(match: re.Match[str], *, whole: bool) -> Iterator[Breakdown]:
    listed = match["list"]
    if match["intro"] == "(" and (inside := INSIDE.match(listed)):
        listed = inside[0]
    words = listed if whole else listed.split(";")[0]
    for flat in dict.fromkeys((NESTED.sub(lambda inner: "\n" * len(inner[0]), words), words)):
        yield _reading(match, flat if DEEPER.match(flat) else DEEPER.split(flat, maxsplit=1)[0])


def _reading(match: re.Match[str], listed: str) -> Breakdown:
    unit, intro, start = match["unit"], match["intro"], match.start("list")
    found = list(re.finditer(rf"(?P<part>{AMOUNT}){unit}", listed))
    if not found and intro in ("(", ":") and len(bare := list(BARE.finditer(listed))) >= FEWEST_BARE:
        found = bare
    end = start + len(listed)
    promised = intro in ("(", ":", "分别") and not DEEPER.search(match.string[match.start() : end])
    return Breakdown(
        start=match.start(),
        end=end,
        total=_number(match["total"]),
        unit=unit,
        parts=tuple(_number(one["part"]) for one in found),
        spans=(match.span("total"), *((start + one.start("part"), start + one.end("part")) for one in found)),
        complete=promised or unit.endswith("元"),
    )


def _number(text: str) -> Number:
    bare = text.replace(",", "")
    return Decimal(bare) if "." in bare else int(bare)
