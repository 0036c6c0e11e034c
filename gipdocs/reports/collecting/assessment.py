"""Where each body stands: whose report is missing, unreadable, to be sent back, to be asked about, or in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Literal

from gipdocs.findings import Finding, Severity, order_by_gravity
from gipdocs.law import Law
from gipdocs.profile import ReportChoices
from gipdocs.reports.collecting.between import find_between
from gipdocs.reports.collecting.repetition import choose, group_by_body
from gipdocs.reports.collecting.submissions import Collection, Sent, Submission, collect
from gipdocs.reports.judgement import ReportJudgement, judge
from gipdocs.reports.record import Record

State = Literal["missing", "unreadable", "wrong", "doubtful", "sound"]
STATES: Mapping[State, str] = {
    "missing": "未报送",
    "unreadable": "读不出",
    "wrong": "退回修改",
    "doubtful": "请核实",
    "sound": "无误",
}
"""The states in the order in which a clerk acts on them."""
TO_SEND_BACK: tuple[State, ...] = ("missing", "unreadable", "wrong")
"""The states in which there is no report yet that could be used."""


@dataclass(frozen=True, kw_only=True)
class ReportStanding:
    """One line of the table of all: a file that came, or a body of which none came.

    `findings` are those about the report itself, most severe first, and those that only the other files show. `note` says
    in Chinese what else a clerk should know, such as a report of another year that came instead; "" if nothing. `instead`
    is the file of the same body that counts in the place of this one, "" if there is none.
    """

    body: str
    state: State
    submission: Submission | None = None
    judgement: ReportJudgement | None = None
    findings: tuple[Finding, ...] = ()
    note: str = ""
    instead: str = ""

    @property
    def file(self) -> str:
        """The name of the file; "" if none came."""
        return self.submission.name if self.submission else ""

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of one severity."""
        return tuple(one for one in self.findings if one.severity == severity)

    def as_json(self) -> dict[str, Any]:
        """The line as the API prints it."""
        return {
            "body": self.body,
            "file": self.submission.name if self.submission else None,
            "state": self.state,
            "note": self.note,
            "findings": [finding.as_json() for finding in self.findings],
            "faults": [asdict(fault) for fault in self.submission.faults] if self.submission else [],
        }


def add_previous(collection: Collection, files: Iterable[Sent]) -> Collection:
    """The collection with the reports of the year before out of other files; whatever is of no use there is `astray`."""
    sent = collect(files, year=collection.year, due=collection.due)
    strangers = (*sent.submissions, *sent.astray)
    return replace(
        collection,
        earlier=(*collection.earlier, *sent.earlier),
        astray=(*collection.astray, *strangers),
    )


def assess(
    collection: Collection,
    *,
    law: Law | None = None,
    local: ReportChoices | None = None,
    take: Mapping[str, str] | None = None,
) -> tuple[ReportStanding, ...]:
    """A line for each file of the year and for each body that is missing, first those that are to be acted on.

    `law` and `local` as in `judge`; `take` names by body the file that was chosen among different ones.
    """
    chosen = take or {}
    between, judged = find_between(collection, chosen), partial(judge, law=law, local=local)
    instead = _replaced(collection, chosen)
    lines = [
        replace(_assess(one, collection, judged, between.get(one.name, ())), instead=instead.get(one.name, ""))
        for one in collection.submissions
    ]
    lines += [_miss(body, collection) for body in collection.missing]
    listed = {body: number for number, body in enumerate(collection.due)}
    return tuple(sorted(lines, key=lambda line: (*_urgency(line), listed.get(line.body, len(listed)), line.body)))


def _replaced(collection: Collection, take: Mapping[str, str]) -> Mapping[str, str]:
    """The file that counts in the place of another of the same body, by the name of that other."""
    _, repeated = choose(group_by_body(collection.submissions), take)
    return {name: one.taken for one in repeated for name in one.files if one.taken and name != one.taken}


def _urgency(line: ReportStanding) -> tuple[int, int, int]:
    """By state, then the more faults the sooner; bodies that are alike in this keep the order of those that are due."""
    return [*STATES].index(line.state), -len(line.of("error")), -len(line.of("warning"))


def _assess(
    sent: Submission, collection: Collection, judged: Callable[..., ReportJudgement], shared: Sequence[Finding]
) -> ReportStanding:
    if sent.record is None:
        return ReportStanding(body=sent.body, state="unreadable", submission=sent, note=sent.note)
    judgement = judged(sent.record, find_previous(sent, collection))
    before = len(collection.before(sent.body))
    unclear = f"{collection.year - 1}年度的报告有{before}份，数字不同，没有对照。" if before > 1 else ""
    findings = tuple(order_by_gravity([*judgement.findings, *shared]))
    return ReportStanding(
        body=sent.body,
        state=_state(findings),
        submission=sent,
        judgement=judgement,
        findings=findings,
        note=sent.note + unclear,
    )


def find_previous(sent: Submission, collection: Collection) -> Record | None:
    """The body's report of the year before: one that was sent in too, else the one that the report itself holds.

    None if several were sent in whose figures differ.
    """
    before = collection.before(sent.body)
    if before:
        return before[0] if len(before) == 1 else None
    return sent.record.previous if sent.record else None


def _miss(body: str, collection: Collection) -> ReportStanding:
    """The line of a body of which nothing came for the year."""
    others = [f"{one.name}（{one.year}年度）" for one in collection.astray if one.body == body and one.year]
    note = f"收到的是其他年度的报告：{'、'.join(others)}。请报送{collection.year}年度的报告。" if others else ""
    return ReportStanding(body=body, state="missing", note=note)


def _state(findings: tuple[Finding, ...]) -> State:
    grades = {finding.severity for finding in findings}
    return "wrong" if "error" in grades else "doubtful" if "warning" in grades else "sound"
