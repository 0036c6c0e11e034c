"""The table of all reports as its page shows it: grouped by what is to be done, each line with what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from gipdocs.findings import GRADES, Finding
from gipdocs.reports.checks.complete import list_unread
from gipdocs.reports.collecting.assessment import STATES, ReportStanding, State, find_previous
from gipdocs.reports.collecting.orders import SumOrder
from gipdocs.reports.collecting.places import place_of
from gipdocs.reports.collecting.repetition import choose, group_by_body
from gipdocs.reports.collecting.submissions import Collection

DEMANDS: dict[State, str] = {
    "missing": "应当报送，没有收到文件。",
    "unreadable": "文件读不出来，请对方按提示另存后重报，或者先在本机另存后再添加。",
    "wrong": "有必须改正的地方，退回修改后重报。",
    "doubtful": "有说不清的地方，先打电话核实；有误的退回。",
    "sound": "没有发现必须改正和需要核实的地方。",
}
"""What a clerk does with the reports of a state."""


@dataclass(frozen=True)
class PlacedFinding:
    """A finding, and the part of the report in which it stands."""

    finding: Finding
    place: str


@dataclass(frozen=True, kw_only=True)
class StandingLine:
    """One line of the table: `place` is that of its file in the collection, None if no file came.

    `told` is what was found in a few words, `unread` what could not be read, `asides` are findings that ask for nothing.
    """

    standing: ReportStanding
    place: int | None
    name: str
    told: str
    unread: tuple[str, ...]
    demands: tuple[PlacedFinding, ...]
    asides: tuple[PlacedFinding, ...]
    has_before: bool


@dataclass(frozen=True, kw_only=True)
class StandingGroup:
    """The reports of one state."""

    state: State
    label: str
    demand: str
    lines: tuple[StandingLine, ...]


@dataclass(frozen=True, kw_only=True)
class RepeatedBody:
    """A body of which several files came: their places and names, and the name of the one that counts, "" if none does."""

    body: str
    same: bool
    taken: str
    files: tuple[tuple[int, str], ...]


def group_standings(collection: Collection, standings: Iterable[ReportStanding]) -> tuple[StandingGroup, ...]:
    """The lines of all reports by state, in the order in which a clerk acts on them; states without a line are left out."""
    lines = [_line(one, collection) for one in standings]
    groups = (
        StandingGroup(
            state=state,
            label=label,
            demand=DEMANDS[state],
            lines=tuple(line for line in lines if line.standing.state == state),
        )
        for state, label in STATES.items()
    )
    return tuple(group for group in groups if group.lines)


def list_repeated(paper: SumOrder) -> tuple[RepeatedBody, ...]:
    """The bodies of which several files came, each file with its place in the collection."""
    sent = paper.collection.submissions
    places = {one.name: place for place, one in enumerate(sent)}
    _, repeated = choose(group_by_body(sent), paper.take)
    return tuple(
        RepeatedBody(
            body=one.body, same=one.same, taken=one.taken, files=tuple((places[name], name) for name in one.files)
        )
        for one in repeated
    )


def _line(standing: ReportStanding, collection: Collection) -> StandingLine:
    sent = standing.submission
    record = sent.record if sent else None
    found = [PlacedFinding(one, place_of(one, record) if record else "") for one in standing.findings]
    return StandingLine(
        standing=standing,
        place=next((i for i, one in enumerate(collection.submissions) if one is sent), None) if sent else None,
        name=standing.body or standing.file,
        told=_tell(standing),
        unread=tuple(list_unread(record).values()) if record else (),
        demands=tuple(one for one in found if one.finding.severity != "info"),
        asides=tuple(one for one in found if one.finding.severity == "info"),
        has_before=bool(sent and record and find_previous(sent, collection)),
    )


def _tell(standing: ReportStanding) -> str:
    """What was found, in a few words for the line itself."""
    counts = Counter(one.severity for one in standing.findings)
    told = [f"{grade.demand}{counts[key]}处" for key, grade in GRADES.items() if counts[key]]
    return "，".join(["不计入汇总"] * bool(standing.instead) + told)
