"""The sizes of a chart's steps: their text broken into lines, and the shapes around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from .chart import UNSEEN, Chart, Kind, Step
from .lines import broken

POINT = 25.4 / 72  # millimetres
SLACK = 0.6  # millimetres, for programs that set digits wider


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a kind of step is drawn: its shape, background and text, and where its lower edge is in the middle.

    `across` and `down` are the fractions of its width and height that programs leave for the text, `inset` is the margin
    around the text in millimetres, `foot` the fraction of the height at which an arrow leaves; `small` text has the
    smaller size.
    """

    preset: str
    fill: str = "FFFFFF"
    dashed: bool = False
    across: float = 1.0
    down: float = 1.0
    inset: float = 1.2
    foot: float = 1.0
    align: Literal["left", "center"] = "center"
    small: bool = False


LOOKS: Mapping[Kind, Look] = {
    "start": Look(preset="flowChartTerminator", across=0.9, down=0.7, inset=0.0),
    "step": Look(preset="flowChartProcess"),
    "question": Look(preset="flowChartDecision", across=0.5, down=0.5, inset=0.0),
    "paper": Look(preset="flowChartDocument", down=0.8, inset=0.7, foot=0.935),
    "note": Look(preset="rect", dashed=True),
    "result": Look(preset="flowChartProcess", fill="F2F2F2", down=0.9, inset=0.9, small=True),
    "list": Look(preset="flowChartProcess", fill="F2F2F2", align="left"),
    "gap": Look(preset="rect"),
    "axis": Look(preset="rect"),
}


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A step with its lines, the first `bold_lines` of them bold, and its size in millimetres."""

    step: Step
    lines: tuple[str, ...]
    bold_lines: int
    width: float
    height: float
    size_pt: float

    @property
    def look(self) -> Look:
        """How it is drawn."""
        return LOOKS[self.step.kind]


def measured(chart: Chart) -> dict[str, Measured]:
    """Every step with its text broken to the width of its column; neighbours in the same column get the same height."""
    return {one.step.id: one for row in chart.rows for one in _level([_measure(step, chart) for step in row])}


def _level(row: list[Measured]) -> Iterator[Measured]:
    for one in row:
        alike = (other.height for other in row if other.step.column == one.step.column and other.lines)
        yield replace(one, height=max(alike)) if one.lines else one


def _measure(step: Step, chart: Chart) -> Measured:
    look = LOOKS[step.kind]
    size_pt = chart.small_pt if look.small else chart.size_pt
    wide = chart.columns[step.column] + step.wider
    if step.kind in UNSEEN:
        wide = wide if step.kind == "gap" else 0.1
        return Measured(step=step, lines=(), bold_lines=0, width=wide, height=0.1, size_pt=size_pt)
    room = (wide * look.across - 2 * look.inset - SLACK) / (size_pt * POINT)
    heading = broken(step.heading, room) if step.heading else []
    lines = [*heading, *(line for text in step.said for line in broken(text, room, names=chart.names))]
    tall = len(lines) * size_pt * chart.pitch * POINT + 2 * look.inset
    return Measured(
        step=step,
        lines=tuple(lines),
        bold_lines=len(heading) if step.said else 0,
        width=wide,
        height=tall / look.down,
        size_pt=size_pt,
    )
