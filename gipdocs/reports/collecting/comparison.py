"""Two years beside each other: every figure, the difference, per cent, and marks where somebody will ask why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from gipdocs.reports.expressions import Number
from gipdocs.reports.grids import Figure
from gipdocs.reports.record import Record, number

Mark = Literal["jump", "stock", "carry", "unit", "moved"]
MARKS: Mapping[Mark, str] = {
    "jump": "变化较大",
    "stock": "存量接不上",
    "carry": "结转接不上",
    "unit": "疑似单位不一致",
    "moved": "疑似填错行",
}
"""Why a figure is marked, in a clerk's words."""


@dataclass(frozen=True, kw_only=True)
class ComparedFigure:
    """One figure in two years; None where a report has none. `percent` is the change in per cent of the year before."""

    figure: Figure
    before: Number | None
    now: Number | None
    marks: tuple[Mark, ...] = ()
    asked: str = ""
    """What is to be explained, a sentence in Chinese; "" if nothing is."""

    @property
    def difference(self) -> Number | None:
        """The figure of the year less that of the year before."""
        return None if self.before is None or self.now is None else self.now - self.before

    @property
    def percent(self) -> Decimal | None:
        """The change in per cent to one decimal; None without a figure above 0 in the year before."""
        if self.difference is None or not self.before or self.before < 0:
            return None
        return (Decimal(self.difference) * 100 / Decimal(self.before)).quantize(Decimal("0.1"))


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A report beside that of the year before; `apart` says in Chinese what the forms don't allow to compare."""

    record: Record
    previous: Record
    figures: tuple[ComparedFigure, ...]
    apart: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """The comparison as the API prints it."""
        return {
            "year": self.record.year,
            "agency": self.record.agency,
            "apart": list(self.apart),
            "figures": [
                {
                    "path": one.figure.path,
                    "place": one.figure.place,
                    "before": number(one.before),
                    "now": number(one.now),
                    "difference": number(one.difference),
                    "percent": number(one.percent),
                    "marks": list(one.marks),
                    "asked": one.asked,
                }
                for one in self.figures
            ],
        }


def compare(record: Record, previous: Record) -> Comparison:
    """Every figure of a report beside that of the year before."""
    figures = tuple(
        ComparedFigure(figure=figure, before=previous.cells.get(path), now=record.cells[path])
        for path, figure in record.figures.items()
    )
    return Comparison(record=record, previous=previous, figures=figures)
