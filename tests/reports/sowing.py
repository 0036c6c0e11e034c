"""Sows one fault into a right report: a number, a year, a unit or a sentence that is wrong, and the rule that must say so."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from gipdocs.reports import load, read
from gipdocs.reports.record import Record
from tests.reports.printing import as_html

Raw = dict[str, Any]
Sow = Callable[[Raw, Random], bool]
"""Changes a record's JSON and says whether it could: a fault needs something to spoil."""
Spoil = Callable[[str, Random], str | None]
"""Changes a printed page; None if there is nothing in it to spoil."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A kind of fault, and the rules of which one must find it; it is made in the record, or in its printed page."""

    name: str
    rules: tuple[str, ...]
    sow: Sow | None = None
    spoil: Spoil | None = None


@dataclass(frozen=True, kw_only=True)
class Sown:
    """A report with one fault in it."""

    fault: Fault
    right: Record
    wrong: Record


def sow(count: int, right: tuple[Record, ...], faults: tuple[Fault, ...]) -> Iterator[Sown]:
    """So many faults, the kinds in turn, each in a report drawn by its own number: the same every time."""
    number = 0
    for i in range(count):
        fault = faults[i % len(faults)]
        while True:
            random = Random(number)
            number += 1
            if sown := _sown(fault, random.choice(right), random):
                yield sown
                break


def _sown(fault: Fault, right: Record, random: Random) -> Sown | None:
    if fault.spoil:
        page = as_html(right)
        spoiled = fault.spoil(page, random)
        pages = [replace(read(one), previous=right.previous) for one in (page, spoiled) if one]
        return Sown(fault=fault, right=pages[0], wrong=pages[1]) if spoiled else None
    raw = copy.deepcopy(right.as_json())
    return Sown(fault=fault, right=right, wrong=load(raw)) if fault.sow and fault.sow(raw, random) else None


def faults_of(*rows: tuple[str, str | tuple[str, ...], Sow]) -> tuple[Fault, ...]:
    """Faults made in the record: name, rule or rules, and how."""
    return tuple(
        Fault(name=name, rules=(rules,) if isinstance(rules, str) else rules, sow=one) for name, rules, one in rows
    )


def slip(random: Random) -> int:
    """By how much a number is wrong."""
    return random.choice((1, 2, 3, 9, 10, 90))


def replace_in(raw: Raw, key: str, old: str, new: str) -> bool:
    """Replace words of a text of the record."""
    there = old in raw[key]
    raw[key] = raw[key].replace(old, new, 1)
    return there


def say(raw: Raw, part: int, old: str, new: str) -> bool:
    """Replace words in one of the parts."""
    for item in raw["sections"][part]["items"]:
        if old in item["text"]:
            item["text"] = item["text"].replace(old, new, 1)
            return True
    return False


def add_to(raw: Raw, part: int, pattern: str, more: int, unit: str = "") -> bool:
    """A number of the narrative becomes greater, or another unit follows it."""
    for item in raw["sections"][part]["items"]:
        if match := re.search(pattern, item["text"]):
            start, end = match.span(1)
            rest = unit + item["text"][end + 1 :] if unit else item["text"][end:]
            item["text"] = f"{item['text'][:start]}{int(match[1]) + more}{rest}"
            return True
    return False
