"""The files that were sent in: whose report each one is, for which year, or why it could not be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from gipdocs.errors import Fault, InvalidInput
from gipdocs.reports.reading import read
from gipdocs.reports.record import Record

Sent = tuple[str, bytes]
"""The name of a file, and what is in it."""
LOOSE = re.compile(r"[\s·•（）()【】\[\]《》“”\"'＿_-]")


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One file: the record in it, or `faults` that say why it could not be read; `body` is whose report it is, "" if unknown."""

    name: str
    body: str = ""
    record: Record | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def year(self) -> int | None:
        """The reported year, if the file could be read."""
        return self.record.year if self.record else None


@dataclass(frozen=True, kw_only=True)
class Collection:
    """Everything that was sent in for one reported year.

    `submissions` are the files of the year and those that could not be read, in the order in which they came;
    `earlier` has the reports of the year before by body, `astray` those of any other year. `due` are the bodies whose
    reports are expected, by their full names; empty if nobody said so.
    """

    year: int
    submissions: tuple[Submission, ...]
    earlier: tuple[Submission, ...] = ()
    astray: tuple[Submission, ...] = ()
    due: tuple[str, ...] = ()

    def of(self, body: str) -> tuple[Submission, ...]:
        """The files of a body for the year."""
        return tuple(one for one in self.submissions if one.body == body)

    def before(self, body: str) -> Record | None:
        """The body's report of the year before, if it was sent in too."""
        return next((one.record for one in self.earlier if one.body == body), None)

    @property
    def missing(self) -> tuple[str, ...]:
        """The bodies whose report is due and of which no file came, readable or not."""
        came = {one.body for one in self.submissions}
        return tuple(body for body in self.due if body not in came)


def collect(files: Iterable[Sent], *, year: int | None = None, due: Sequence[str] = ()) -> Collection:
    """Read every file and sort them by year; the year, unless given, is that of most of them.

    No file stops another: one that can't be read is kept with its faults. InvalidInput if there is none that can be read
    and no year was given.
    """
    read_in = [_submit(name, data) for name, data in files]
    named = [_with_body(one, due) for one in read_in]
    years = Counter(one.year for one in named if one.year is not None)
    if year is None and not years:
        raise InvalidInput([Fault("", "reports", "没有一份能读出的年度报告，请核对文件。")])
    wanted = year or max(years, key=lambda each: (years[each], each))
    return Collection(
        year=wanted,
        submissions=tuple(one for one in named if one.year in (wanted, None)),
        earlier=tuple(one for one in named if one.year == wanted - 1),
        astray=tuple(one for one in named if one.year not in (wanted, wanted - 1, None)),
        due=tuple(due),
    )


def _submit(name: str, data: bytes) -> Submission:
    try:
        record = read(data)
    except InvalidInput as error:
        return Submission(name=name, faults=tuple(error.told))
    return Submission(name=name, body=record.agency or "", record=record)


def _with_body(sent: Submission, due: Sequence[str]) -> Submission:
    """The submission under the full name that its body has among those due, found by the report or by the file's name."""
    body = match_body(sent.body, due) or match_body(PurePath(sent.name).stem, due) or sent.body
    return Submission(name=sent.name, body=body, record=sent.record, faults=sent.faults)


def match_body(printed: str, due: Sequence[str]) -> str:
    """The one of the due bodies that a printed name means: its full name, or the only one whose name ends with it."""
    bare = LOOSE.sub("", printed)
    exact = [body for body in due if LOOSE.sub("", body) == bare]
    ending = [
        body for body in due if bare and (LOOSE.sub("", body).endswith(bare) or bare.startswith(LOOSE.sub("", body)))
    ]
    found = exact or ending
    return found[0] if len(found) == 1 else ""
