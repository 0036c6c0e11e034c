"""The letter that returns a report to its body: the answers to the questions of `report-return`, out of what was found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import takewhile
from typing import Any, Literal

from gipdocs.findings import Finding, Severity
from gipdocs.reports.collecting.assessment import ReportStanding
from gipdocs.reports.collecting.places import place_of, rank_of
from gipdocs.reports.kinds import agency_kind
from gipdocs.reports.record import Record

LETTER = "report-return"
"""The id of the letter."""
BodyKind = Literal["department", "government", "other"]
DEMANDS: Mapping[Severity, str] = {"error": "must", "warning": "ask"}
"""What a body is told, and how; what only helps to read is no part of a letter."""
OURS = "/previous"
"""Where findings point that are about the office's own file of the year before."""
FEWEST_ALIKE = 3
"""So many findings of one rule in one part become one item."""
CLAUSE = re.compile(r"(?:“[^”]*”|（[^（）]*）|[^“，。；：])+[，。；：]?|“[^”]*$")
TABLE = re.compile(r"表[二三四](?=“)")
NAMED = re.compile(r"(?<=”一[行列])：|(?<=部分公开)（区分处理的，[^（）]*）")
"""A colon that would stand behind another one, and the note in the name of a row."""
KINDS: Mapping[str, BodyKind] = {
    "department": "department",
    "government-office": "department",
    "ministry-level": "department",
    "government": "government",
}
"""Kinds of agencies for which the law names a day of publication."""


def letter_answers(standing: ReportStanding, *, year: int, return_by: date, **more: Any) -> dict[str, Any]:
    """What the letter to a body asks for, as JSON data; `more` are other answers, such as `date` and `number`.

    `findings` is empty if the body has nothing to mend or to verify, and then there is no letter.
    """
    record = standing.submission.record if standing.submission else None
    return {
        "body": standing.body,
        "body_kind": kind_of(standing.body, record),
        "year": year,
        "findings": list_items(standing.findings, record) if record else [],
        "return_by": return_by.isoformat(),
        **{key: value.isoformat() if isinstance(value, date) else value for key, value in more.items()},
    }


def kind_of(body: str, record: Record | None) -> BodyKind:
    """The kind of body, on which the day of publication depends: as the record says, otherwise by its name."""
    return KINDS.get((record and record.agency_kind) or agency_kind(body) or "", "other")


def list_items(findings: Sequence[Finding], record: Record) -> list[dict[str, str]]:
    """The items of a letter: what must be corrected, then what is to be verified, each in the order of the report."""
    alike: dict[tuple[str, str, str], list[str]] = {}
    for one in findings:
        if one.severity in DEMANDS and not one.pointer.startswith(OURS):
            alike.setdefault((DEMANDS[one.severity], place_of(one, record), one.code), []).append(one.message)
    order = sorted(alike, key=lambda key: ([*DEMANDS.values()].index(key[0]), rank_of(key[1], record)))
    return [
        {"kind": demand, "place": place, "text": text}
        for demand, place, code in order
        for text in _told_together([*dict.fromkeys(alike[demand, place, code])])
    ]


def _told_together(messages: list[str]) -> Iterator[str]:
    """The sentences one by one, or as one if they are many of a kind: what they share is said once."""
    shared = _shared_end(messages) if len(messages) >= FEWEST_ALIKE else 0
    if not shared:
        yield from messages
        return
    clauses = [CLAUSE.findall(message) for message in messages]
    demand = "".join(clauses[0][-shared:]).removesuffix("。").replace("。", "，")
    facts = [NAMED.sub("", "".join(one[:-shared]).rstrip("，。；：")) for one in clauses]
    start = _shared_start(facts)
    yield f"{start}下列{len(facts)}处{demand}：{'；'.join(fact.removeprefix(start) for fact in facts)}。"


def _shared_start(facts: Sequence[str]) -> str:
    """The words before what differs: the table, and the row if it is the same in all."""
    alike = takewhile(lambda column: len({*column}) == 1, zip(*facts, strict=False))
    same = "".join(column[0] for column in alike)
    row = same[: same.rfind("”") + 1]
    table = TABLE.match(same)
    return row or (table[0] if table else "")


def _shared_end(messages: Sequence[str]) -> int:
    """How many clauses at their ends all messages share, each keeping at least one of its own."""
    clauses = [CLAUSE.findall(message)[::-1] for message in messages]
    most = min(map(len, clauses)) - 1
    return next((i for i in range(most) if len({one[i] for one in clauses}) > 1), most)
