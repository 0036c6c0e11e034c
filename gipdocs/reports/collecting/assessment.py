"""Where each body stands: whose report is missing, unreadable, to be sent back, to be asked about, or in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from gipdocs.findings import Finding
from gipdocs.law import Law
from gipdocs.reports.collecting.submissions import Collection, Submission
from gipdocs.reports.judgement import ReportJudgement, judge

State = Literal["missing", "unreadable", "wrong", "doubtful", "sound"]
STATES: Mapping[State, str] = {
    "missing": "未报送",
    "unreadable": "读不出",
    "wrong": "退回修改",
    "doubtful": "请核实",
    "sound": "无误",
}
"""The states in the order in which a clerk acts on them."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One line of the table of all: a file that came, or a body of which none came.

    `findings` are those about the report itself, most severe first, and those that only the other files show.
    """

    body: str
    state: State
    submission: Submission | None = None
    judgement: ReportJudgement | None = None
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The line as the API prints it."""
        return {
            "body": self.body,
            "file": self.submission.name if self.submission else None,
            "state": self.state,
            "findings": [finding.as_json() for finding in self.findings],
            "faults": [asdict(fault) for fault in self.submission.faults] if self.submission else [],
        }


def assess(collection: Collection, *, law: Law | None = None) -> tuple[Standing, ...]:
    """A line for each file of the year and for each body that is missing, first those that are to be acted on."""
    lines = [_assess(one, collection, law) for one in collection.submissions]
    lines += [Standing(body=body, state="missing") for body in collection.missing]
    order = list(STATES)
    return tuple(sorted(lines, key=lambda line: (order.index(line.state), line.body)))


def _assess(sent: Submission, collection: Collection, law: Law | None) -> Standing:
    if sent.record is None:
        return Standing(body=sent.body, state="unreadable", submission=sent)
    judgement = judge(sent.record, collection.before(sent.body) or sent.record.previous, law=law)
    findings = judgement.findings
    return Standing(body=sent.body, state=_state(findings), submission=sent, judgement=judgement, findings=findings)


def _state(findings: tuple[Finding, ...]) -> State:
    grades = {finding.severity for finding in findings}
    return "wrong" if "error" in grades else "doubtful" if "warning" in grades else "sound"
