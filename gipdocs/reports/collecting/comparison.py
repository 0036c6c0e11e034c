"""Two years beside each other: every figure, the difference, per cent, and marks where somebody will ask why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Literal

from gipdocs.errors import Fault, InvalidInput, show_key, token
from gipdocs.findings import Finding, Severity, order_by_gravity
from gipdocs.reports.changes import percent_of
from gipdocs.reports.checks.plausible import check_plausible
from gipdocs.reports.checks.years import check_years, compare_figures, refuse_year
from gipdocs.reports.collecting.earlier import Earlier, look_back
from gipdocs.reports.expressions import Number
from gipdocs.reports.forms import figures as all_figures
from gipdocs.reports.grids import Figure
from gipdocs.reports.record import Record, number, plain_path
from gipdocs.reports.rules import ReportFinding, Test

Mark = Literal["jump", "stock", "carry", "unit", "moved"]
MARKS: Mapping[Mark, str] = {
    "jump": "变化较大",
    "stock": "存量接不上",
    "carry": "结转接不上",
    "unit": "位数、单位存疑",
    "moved": "疑似填错行列",
}
"""Why a figure is marked, in a clerk's words."""
RULE_MARKS: Mapping[str, Mark] = {
    "XY-CARRY": "carry",
    "XY-VALID": "stock",
    "XY-TOTAL": "stock",
    "XY-ITEMS": "stock",
    "XY-SLIP": "unit",
    "T2-FEE": "unit",
    "XY-MOVED": "moved",
    "XY-JUMP": "jump",
}
"""The rules that mark a figure; others across the years concern the whole report."""


@dataclass(frozen=True, kw_only=True)
class ComparedFigure:
    """One figure in two years; None where a report has none. `percent` is the change in per cent of the year before."""

    figure: Figure
    before: Number | None
    now: Number | None
    marks: tuple[Mark, ...] = ()
    severity: Severity | None = None
    """How grave the gravest mark is; None without a mark. A mark that is explained is information."""
    asked: str = ""
    """What is to be explained, sentences in Chinese that quote the explanation if there is one; "" if nothing is."""
    explanation: str = ""
    """What the office has said about the figure: the remark printed beside it, and what was typed here."""

    @property
    def difference(self) -> Number | None:
        """The figure of the year less that of the year before."""
        return None if self.before is None or self.now is None else self.now - self.before

    @property
    def percent(self) -> Decimal | None:
        """The change in per cent to one decimal, a half upwards; None without a figure above 0 in the year before."""
        return percent_of(self.before, self.now)

    def as_json(self) -> dict[str, Any]:
        """The figure as the API prints it."""
        return {
            "path": self.figure.path,
            "place": self.figure.place,
            "before": number(self.before),
            "now": number(self.now),
            "difference": number(self.difference),
            "percent": number(self.percent),
            "marks": list(self.marks),
            "severity": self.severity,
            "asked": self.asked,
            "explanation": self.explanation,
        }


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A report beside that of the year before; `apart` says in Chinese what the forms don't allow to compare.

    `findings` are those of `check` across the years: the marks, and what concerns the whole report.
    """

    record: Record
    previous: Record
    figures: tuple[ComparedFigure, ...]
    apart: tuple[str, ...] = field(default=())
    findings: tuple[Finding, ...] = ()

    @property
    def asked(self) -> tuple[ComparedFigure, ...]:
        """The marked figures, in the order of the form."""
        return tuple(one for one in self.figures if one.marks)

    @property
    def of_the_whole(self) -> tuple[Finding, ...]:
        """The findings that concern no marked figure: repeated text, figures in the text, the wrong agency."""
        return tuple(one for one in self.findings if one.code not in RULE_MARKS or not one.pointer.startswith("/table"))

    def as_json(self) -> dict[str, Any]:
        """The comparison as the API prints it."""
        return {
            "year": self.record.year,
            "agency": self.record.agency,
            "apart": list(self.apart),
            "findings": [finding.as_json() for finding in self.findings],
            "figures": [one.as_json() for one in self.figures],
        }


def compare(record: Record, previous: Record, explanations: Mapping[str, str] | None = None) -> Comparison:
    """Every figure of a report beside that of the year before.

    `explanations` are reasons by the path of a figure, as good as remarks printed beside it. InvalidInput if `previous`
    is not the report of the year before, or if an explanation names a figure that the report doesn't have.
    """
    if words := refuse_year(record, previous):
        raise InvalidInput([Fault("/previous/year", "mismatch", words)])
    record = _explained(record, explanations or {})
    earlier = look_back(record, previous)
    found = _units(record) | _by_pointer(compare_figures(record, previous))
    figures = tuple(
        _compared(figure, earlier, record, found.get(figure.pointer, ())) for figure in earlier.figures.values()
    )
    told = (one.finding for one in check_years(record, previous))
    findings = order_by_gravity(one for one in told if one)
    return Comparison(record=record, previous=previous, figures=figures, apart=earlier.apart, findings=tuple(findings))


def _explained(record: Record, explanations: Mapping[str, str]) -> Record:
    """The record with the explanations among its remarks, after what is printed there."""
    remarks = dict(record.remarks)
    faults = []
    for key, text in explanations.items():
        path = plain_path(key)
        if path not in record.figures and path not in all_figures():
            detail = f"没有“{show_key(key)}”这个单元格，例如table3.granted.total。"
            faults.append(Fault(f"/explanations/{token(key)}", "no-such-cell", detail))
        elif text.strip() and text not in remarks.get(path, ""):
            remarks[path] = "；".join(filter(None, (remarks.get(path), text)))
    if faults:
        raise InvalidInput(faults)
    return replace(record, remarks=remarks)


def _units(record: Record) -> dict[str, tuple[ReportFinding, ...]]:
    """The doubt about an amount in 元, which needs no year before; where there is one, its own doubt says more."""
    found = _by_pointer(one for one in check_plausible(record) if one.rule == "T2-FEE")
    reason = record.remarked("table2.fee.")
    return {at: tuple(_inform(one, reason) for one in doubts) for at, doubts in found.items()} if reason else found


def _inform(finding: ReportFinding, reason: str) -> ReportFinding:
    """A doubt that the office has answered."""
    return replace(finding, severity="info", message=f"{finding.message}已注明原因：{reason}", overridable=False)


def _by_pointer(tests: Iterable[Test]) -> dict[str, tuple[ReportFinding, ...]]:
    found: dict[str, tuple[ReportFinding, ...]] = {}
    for one in tests:
        if one.finding and one.rule in RULE_MARKS:
            found[one.finding.pointer] = (*found.get(one.finding.pointer, ()), one.finding)
    return found


def _compared(figure: Figure, earlier: Earlier, record: Record, found: tuple[ReportFinding, ...]) -> ComparedFigure:
    marks = tuple(dict.fromkeys(RULE_MARKS[one.code] for one in found))
    grave = order_by_gravity(found)
    return ComparedFigure(
        figure=figure,
        before=earlier.before[figure.path],
        now=earlier.now[figure.path],
        marks=marks,
        severity=grave[0].severity if grave else None,
        asked="".join(one.message for one in grave),
        explanation=record.remarks.get(figure.path, ""),
    )
