"""The files that were sent in: whose report each one is, for which year, or why it could not be read."""

from __future__ import annotations

import os
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import chain, count
from typing import Any

from gipdocs.errors import Fault, InvalidInput, ReaderBusy
from gipdocs.questions.characters import plain
from gipdocs.reports.collecting.bodies import find_body, match_body
from gipdocs.reports.reading import read
from gipdocs.reports.record import Record
from gipdocs.writing import quote

Sent = tuple[str, bytes]
"""The name of a file, and what is in it."""
MOST_AT_ONCE = 4
"""The most files that are read at the same time."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One file: the record in it, or `faults` that say why it could not be read; `body` is whose report it is, "" if unknown.

    `note` says in Chinese what was made of a name that is not the body's full one, "" if nothing is to be said.
    """

    name: str
    body: str = ""
    record: Record | None = None
    faults: tuple[Fault, ...] = ()
    note: str = ""

    @property
    def year(self) -> int | None:
        """The reported year, if the file could be read."""
        return self.record.year if self.record else None

    @property
    def label(self) -> str:
        """The body's name for a table, or the file's if it is unknown whose report that is."""
        return self.body or self.name

    def as_json(self) -> dict[str, Any]:
        """The file as JSON data, from which it can be gathered again without being read."""
        plain: dict[str, Any] = {"name": self.name, "body": self.body}
        if self.record:
            return {**plain, "record": self.record.as_json()}
        return {**plain, "faults": [asdict(fault) for fault in self.faults]}


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

    def before(self, body: str) -> tuple[Record, ...]:
        """The body's reports of the year before, those of equal figures once; its name may differ as `match_body` allows."""
        named = tuple(dict.fromkeys(one.body for one in self.earlier if one.body))
        name = match_body(body, named) if body else ""
        found: list[Record] = []
        for one in self.earlier:
            if one.record and name and one.body == name and all(one.record.cells != other.cells for other in found):
                found.append(one.record)
        return tuple(found)

    @property
    def missing(self) -> tuple[str, ...]:
        """The bodies whose report is due and of which no file came, readable or not."""
        came = {one.body for one in self.submissions}
        return tuple(body for body in self.due if body not in came)

    def as_json(self) -> dict[str, Any]:
        """Everything as JSON data; a request for their sum accepts it as it is."""
        files = (*self.submissions, *self.earlier, *self.astray)
        return {"year": self.year, "due": list(self.due), "reports": [one.as_json() for one in files]}


def collect(
    files: Iterable[Sent], *, year: int | None = None, due: Sequence[str] = (), expected: int | None = None
) -> Collection:
    """Read every file and sort them by year; the year, unless given, is that of most of them, or else `expected`.

    No file stops another: one that can't be read is kept with its faults. A name that another file has already gets a
    number, and characters of names that can't be shown are given as code points. InvalidInput if no file can be read and
    no year is known.
    """
    return arrange(_read_all(_distinct(files)), year=year, due=due, expected=expected)


def arrange(
    submissions: Iterable[Submission], *, year: int | None = None, due: Sequence[str] = (), expected: int | None = None
) -> Collection:
    """Sort files that were read by year and by body; a body that a submission names already is left as it is.

    A body that is due twice is due once.     InvalidInput as for `collect`.
    """
    due = tuple(dict.fromkeys(due))
    named = [_with_body(one, due) for one in submissions]
    years = Counter(one.year for one in named if one.year is not None)
    wanted = year or max(years, key=lambda each: (years[each], each), default=expected)
    if wanted is None:
        raise InvalidInput([Fault("", "no-reports", "没有一份能读出的年度报告，请核对文件。")])
    return Collection(
        year=wanted,
        submissions=tuple(one for one in named if one.year in (wanted, None)),
        earlier=tuple(one for one in named if one.year == wanted - 1),
        astray=tuple(one for one in named if one.year not in (wanted, wanted - 1, None)),
        due=due,
    )


def _read_all(files: Iterable[Sent]) -> Iterator[Submission]:
    """The files in their order, read several at a time; only so many of them are held in memory."""
    workers = min(MOST_AT_ONCE, os.cpu_count() or 1)
    waiting: deque[Future[Submission]] = deque()
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for sent in files:
            waiting.append(pool.submit(_submit, sent))
            if len(waiting) > 2 * workers:
                yield waiting.popleft().result()
        yield from (one.result() for one in waiting)


def _distinct(files: Iterable[Sent]) -> Iterator[Sent]:
    """The files with names by which each can be told from the others."""
    taken: set[str] = set()
    for name, data in files:
        shown = plain(re.sub(r"[\t\r\n]", " ", name))
        own = next(one for one in chain([shown], (f"{shown}（{n}）" for n in count(2))) if one not in taken)
        taken.add(own)
        yield own, data


def _submit(sent: Sent) -> Submission:
    name, data = sent
    try:
        return Submission(name=name, record=read(data))
    except InvalidInput as error:
        return Submission(name=name, faults=tuple(error.told))
    except ReaderBusy as error:
        return Submission(name=name, faults=(Fault("", "busy", str(error)),))


def _with_body(sent: Submission, due: Sequence[str]) -> Submission:
    """The submission under the full name of its body, found by the report or by the file's name unless it has one."""
    found = find_body((sent.record and sent.record.agency) or "", sent.name, due)
    note = found.note if sent.record else ""
    if not sent.body:
        return replace(sent, body=found.body, note=note)
    if found.body == sent.body or not sent.record:
        return replace(sent, note=note)
    return replace(sent, note="" if sent.body in due or not due else f"{quote(sent.body)}不在应报送单位名单里。")
