"""The letters to the bodies whose reports are sent back: one in its form, or all of them as drafts in an archive."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from gipdocs.errors import Fault, GipdocsError, InvalidInput
from gipdocs.faces import service
from gipdocs.packing import Member, write
from gipdocs.questions.days import NotADay, read_day
from gipdocs.reports.collecting.assessment import ReportStanding
from gipdocs.reports.collecting.returning import LETTER, letter_answers

UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
"""What no name of a file may contain."""
LONGEST = 60


@dataclass(frozen=True, kw_only=True)
class ReturnLetters:
    """How many letters there are, the archive of them, and whom none could be written to, each with the reason."""

    archive: bytes
    count: int
    unwritten: tuple[str, ...]


def offers_letters() -> bool:
    """Whether this installation has the letter."""
    return LETTER in service().registry


def needs_letter(standing: ReportStanding) -> bool:
    """Whether there is anything in a report that its body has to mend or to verify, and no other counts in its place."""
    return bool(
        not standing.instead
        and standing.submission
        and standing.submission.record
        and answers_for(standing, None)["findings"]
    )


def answers_for(standing: ReportStanding, return_by: date | None) -> dict[str, Any]:
    """The answers of the letter to a body; without a day by which the report is due again, that question stays open."""
    today, record = service().office().today, standing.submission.record if standing.submission else None
    year = record.year if record else today.year - 1
    answers = letter_answers(standing, year=year, return_by=return_by or today, date=today)
    return answers if return_by else {key: value for key, value in answers.items() if key != "return_by"}


def write_letters(standings: tuple[ReportStanding, ...], return_by: date) -> ReturnLetters:
    """A draft, without a number, of the letter to each body that has something to mend or to verify."""
    entry, made, unwritten = service().registry[LETTER], dict[str, bytes](), list[str]()
    for standing in standings:
        if not needs_letter(standing):
            continue
        if not standing.body:
            unwritten.append(f"{standing.file}（看不出是哪个机关的）")
            continue
        try:
            built = service().build(entry, answers_for(standing, return_by), draft=True)
        except GipdocsError as error:
            unwritten.append(f"{standing.body}（{error}）")
            continue
        made[next(name for name in _names(standing) if name not in made)] = built.content
    members = [Member.pack(name, content) for name, content in made.items()]
    return ReturnLetters(archive=write(members), count=len(members), unwritten=tuple(unwritten))


def _names(standing: ReportStanding) -> Iterator[str]:
    """The names that a letter may have: its body's, and more than that if the body has sent several reports."""
    body, file = (UNFIT.sub("_", text)[:LONGEST] for text in (standing.body, PurePosixPath(standing.file).stem))
    yield f"{body}.docx"
    yield f"{body}（{file}）.docx"
    number = 2
    while True:
        yield f"{body}（{number}）.docx"
        number += 1


def read_return_day(text: str) -> date | None:
    """The day by which reports are to be sent again, None if none was typed; InvalidInput."""
    if not text.strip():
        return None
    try:
        return read_day(text.strip(), service().office().today).day
    except NotADay as unclear:
        raise InvalidInput([Fault("/return_by", "format", f"重报的最后日期：{unclear}")]) from None
