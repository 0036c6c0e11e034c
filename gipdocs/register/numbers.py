"""Numbers of cases and letters: drawn in their series within the transaction that uses them, or typed and kept unique."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import count

from sqlalchemy import and_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from gipdocs.errors import NumberTaken
from gipdocs.profile import NumberingChoices, Profile
from gipdocs.store import numbers
from gipdocs.store.tables import CaseRow, LetterRow

CASES, LETTERS = "申请编号", "文号"
"""The names of the series that every office has."""
Numbered = type[CaseRow] | type[LetterRow]
"""The tables whose rows are numbered."""


@dataclass(frozen=True, kw_only=True)
class SeriesNumber:
    """A number with its place in a series; without one if it was typed in a form of its own."""

    text: str
    series: str | None = None
    year: int | None = None
    serial: int | None = None


def number_case(session: Session, profile: Profile, *, received: date, typed: str = "") -> SeriesNumber:
    """The number of a case, drawn in the series of the year of receipt unless one is typed; NumberTaken."""
    series = (CASES, profile.numbering.case)
    return _number(session, series, profile, CaseRow, year=received.year, typed=typed)


def number_letter(session: Session, profile: Profile, document: str, *, dated: date, typed: str = "") -> SeriesNumber:
    """The 文号 of a letter, drawn in the series of the year of its date unless one is typed; NumberTaken."""
    series = series_of(profile.numbering, document)
    return _number(session, series, profile, LetterRow, year=dated.year, typed=typed)


def next_number(session: Session, profile: Profile, document: str, *, dated: date) -> str:
    """The 文号 that a letter of this date would be given if it were issued now; it stays free."""
    name, pattern = series_of(profile.numbering, document)
    for serial in count(numbers.last(session, name, dated.year) + 1):
        number = _in_series(name, pattern, profile, dated.year, serial)
        if not _find_taken(session, LetterRow, number):
            return number.text
    raise AssertionError  # count has no end


def find_taken_letter(session: Session, profile: Profile, document: str, typed: str) -> str:
    """The 文号 of a letter that is the same number as a typed one, "" if it is free; nothing is drawn."""
    name, pattern = series_of(profile.numbering, document)
    found = read_number(typed, pattern, profile)
    number = (
        SeriesNumber(text=typed, series=name, year=found[0], serial=found[1]) if found else SeriesNumber(text=typed)
    )
    return _find_taken(session, LetterRow, number)


@contextmanager
def numbers_kept_unique(message: str) -> Iterator[None]:
    """NumberTaken, with this sentence, if what is written here has a number that somebody else typed at the same moment."""
    try:
        yield
    except IntegrityError as error:
        raise NumberTaken(message) from error


def series_of(numbering: NumberingChoices, document: str) -> tuple[str, str]:
    """The series in which a document is numbered: its name and how its numbers are written."""
    own = next((one for one in numbering.series if document in one.documents), None)
    return (own.name, own.letter) if own else (LETTERS, numbering.letter)


def _number(
    session: Session, series: tuple[str, str], profile: Profile, rows: Numbered, *, year: int, typed: str
) -> SeriesNumber:
    """The typed number, if nobody has it; or the next that nobody has typed before in another series."""
    if typed:
        number = _typed(session, series, profile, typed)
        if taken := _find_taken(session, rows, number):
            raise NumberTaken(_refusal(rows, typed, taken))
        return number
    while _find_taken(session, rows, number := _drawn(session, series, profile, year)):
        pass
    return number


def _refusal(rows: Numbered, typed: str, taken: str) -> str:
    called, rule = (CASES, "") if rows is CaseRow else (LETTERS, "；作废的文号也不再使用")
    if typed == taken:
        return f"{called}{typed}已经使用，请核对{rule}。"
    return f"{called}{typed}与已经使用的{taken}是同一个号，只是写法不同，请核对{rule}。"


def _drawn(session: Session, series: tuple[str, str], profile: Profile, year: int) -> SeriesNumber:
    name, pattern = series
    return _in_series(name, pattern, profile, year, numbers.draw(session, name, year))


def _in_series(name: str, pattern: str, profile: Profile, year: int, serial: int) -> SeriesNumber:
    text = pattern.format(year=year, serial=serial, code=profile.document_code)
    return SeriesNumber(text=text, series=name, year=year, serial=serial)


def _typed(session: Session, series: tuple[str, str], profile: Profile, text: str) -> SeriesNumber:
    name, pattern = series
    if not (found := read_number(text, pattern, profile)):
        return SeriesNumber(text=text)
    numbers.raise_to(session, name, *found)
    return SeriesNumber(text=text, series=name, year=found[0], serial=found[1])


def _find_taken(session: Session, rows: Numbered, number: SeriesNumber) -> str:
    """The number of another with the same text or the same place in the series; "" if there is none."""
    same = rows.number == number.text
    if number.series:
        place = (rows.series == number.series, rows.year == number.year, rows.serial == number.serial)
        same = or_(same, and_(*place))
    return session.scalar(select(rows.number).where(same).limit(1)) or ""


def read_number(text: str, pattern: str, profile: Profile) -> tuple[int, int] | None:
    """Year and serial of a number that was written by a pattern; None if it was not."""
    groups = {"{year}": r"(?P<year>\d{4})", "{code}": re.escape(profile.document_code)}
    parts = re.split(r"(\{year\}|\{code\}|\{serial(?::0\d)?\})", pattern)
    made = "".join(
        groups.get(part) or (r"(?P<serial>\d{1,6})" if part.startswith("{serial") else re.escape(part))
        for part in parts
    )
    found = re.fullmatch(made, text, re.ASCII)
    return (int(found["year"]), int(found["serial"])) if found else None
