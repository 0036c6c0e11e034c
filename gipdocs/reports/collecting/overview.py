"""The table of all: where every body stands, as text, as JSON data and as a workbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from gipdocs.findings import GRADES, Finding, Severity
from gipdocs.reports.collecting.assessment import STATES, TO_SEND_BACK, ReportStanding
from gipdocs.reports.collecting.places import place_of
from gipdocs.reports.collecting.submissions import Collection, Submission
from gipdocs.spreadsheets.sheets import Column, Sheet, write_book

LINES = (
    Column(heading="序号", width=3, centred=True),
    Column(heading="单位", width=16),
    Column(heading="文件", width=16),
    Column(heading="情况", width=6, centred=True),
    Column(heading="必须改正", width=5, centred=True),
    Column(heading="请核实", width=5, centred=True),
    Column(heading="说明", width=34),
)
DETAILS = (
    Column(heading="单位", width=14),
    Column(heading="文件", width=14),
    Column(heading="要求", width=6, centred=True),
    Column(heading="在报告的哪一部分", width=14),
    Column(heading="存在的问题", width=46),
)
TOLD: tuple[Severity, ...] = ("error", "warning")
"""The severities that a body is asked about; the others only help its clerk to read."""
UNNAMED, UNUSED = "（看不出是哪个单位）", "没有核对"


@dataclass(frozen=True, kw_only=True)
class ReportsOverview:
    """Everything that was sent in for one year, and where each body stands, first those that are to be acted on."""

    collection: Collection
    standings: tuple[ReportStanding, ...]

    @property
    def sends_back(self) -> bool:
        """Whether a report is missing, can't be read or has to be corrected."""
        return any(one.state in TO_SEND_BACK for one in self.standings)

    def as_json(self) -> dict[str, Any]:
        """The table as the API prints it; `earlier` are the files of the year before, `astray` those of no use."""
        counts = Counter(one.state for one in self.standings)
        return {
            "year": self.collection.year,
            "summary": self.summary,
            "counts": {state: counts[state] for state in STATES},
            "standings": [one.as_json() for one in self.standings],
            "earlier": [_file(one) for one in self.collection.earlier],
            "astray": [_file(one) for one in self.collection.astray],
        }

    @property
    def summary(self) -> str:
        """How many reports were due, came, and are in which state, in a sentence."""
        due = f"应报{len(self.collection.due)}个单位，" if self.collection.due else ""
        counts = Counter(one.state for one in self.standings)
        states = "，".join(f"{STATES[state]}{counts[state]}" for state in STATES if counts[state])
        came = f"{self.collection.year}年度报告：{due}收到{len(self.collection.submissions)}份。"
        return f"{came}{states}。" if states else came

    def explain(self) -> str:
        """The table as a clerk reads it: a line for each body, then what is to be corrected, then other years' files."""
        lines = [f"{number}. {_line(one)}" for number, one in enumerate(self.standings, 1)]
        parts = [self.summary, "\n".join(lines), *map(_to_correct, self.standings), "\n".join(self._others())]
        return "\n\n".join(filter(None, parts))

    def xlsx(self, *, author: str, created: date) -> bytes:
        """A workbook: a line for each body, and on a second sheet what is to be corrected or verified, one a line."""
        title = f"{self.collection.year}年政府信息公开工作年度报告核对情况"
        note = "".join([self.summary, *self._compared()])
        lines = Sheet(name="总表", title=title, columns=LINES, rows=[*self._rows()], note=note)
        details = Sheet(name="明细", title=f"{title}（逐处）", columns=DETAILS, rows=[*self._details()])
        return write_book([lines, details], author=author, created=created)

    def _rows(self) -> Iterator[Sequence[str]]:
        for number, one in enumerate(self.standings, 1):
            counts = [str(len(one.of(severity))) if one.judgement else "" for severity in TOLD]
            yield [str(number), one.body or UNNAMED, one.file, STATES[one.state], *counts, _gist(one)]
        for sent in self.collection.astray:
            yield ["", sent.body or UNNAMED, sent.name, UNUSED, "", "", f"{_why_unused(sent)}。"]

    def _details(self) -> Iterator[Sequence[str]]:
        for one in self.standings:
            for finding in one.findings:
                if finding.severity in TOLD:
                    demand = GRADES[finding.severity].demand
                    yield [one.body or UNNAMED, one.file, demand, _place(finding, one), finding.message]

    def _compared(self) -> Iterator[str]:
        if earlier := self.collection.earlier:
            yield f"{self.collection.year - 1}年度的{len(earlier)}份，用来与本年度的对照。"

    def _others(self) -> Iterator[str]:
        yield from self._compared()
        if astray := self.collection.astray:
            yield f"下列文件{UNUSED}：{'、'.join(f'{one.name}（{_why_unused(one)}）' for one in astray)}。"


def _file(sent: Submission) -> dict[str, Any]:
    faults = [asdict(fault) for fault in sent.faults]
    return {"body": sent.body, "file": sent.name, "year": sent.year, "faults": faults}


def _why_unused(sent: Submission) -> str:
    """Why a file was not judged: it is of another year, or can't be read."""
    return f"{sent.year}年度的报告" if sent.year else _reasons(sent)


def _reasons(sent: Submission) -> str:
    return "；".join(fault.detail.removesuffix("。") for fault in sent.faults)


def _line(one: ReportStanding) -> str:
    file = f"（{one.file}）" if one.file else ""
    note = _note(one)
    return f"{STATES[one.state]}　{one.body or UNNAMED}{file}" + (f"：{note}" if note else "")


def _note(one: ReportStanding) -> str:
    """What a clerk should know of a line: why it can't be read, how much is to be mended, what came instead."""
    if one.state == "unreadable" and one.submission:
        return f"{_reasons(one.submission)}。"
    counts = [f"{GRADES[severity].demand}{len(one.of(severity))}处" for severity in TOLD if one.of(severity)]
    return (f"{'，'.join(counts)}。" if counts else "") + one.note


def _gist(one: ReportStanding) -> str:
    """What a line of the workbook says of a report: why it can't be read, or the first of what its second sheet lists."""
    told = [finding.message for severity in TOLD for finding in one.of(severity)]
    if not told or one.state == "unreadable":
        return _note(one)
    return one.note + told[0] + ("（其余见明细）" if len(told) > 1 else "")


def _to_correct(one: ReportStanding) -> str:
    """The corrections that a body has to make, under its name; "" if there are none."""
    told = [f"  {number}. {finding.message}" for number, finding in enumerate(one.of("error"), 1)]
    return "\n".join([f"【退回修改】{one.body or one.file}", *told]) if told else ""


def _place(finding: Finding, one: ReportStanding) -> str:
    record = one.submission.record if one.submission else None
    return place_of(finding, record) if record else ""
