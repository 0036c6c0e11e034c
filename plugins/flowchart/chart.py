"""A chart as data: its steps, the ways between them, and the grid of rows and columns in which they are placed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["start", "step", "question", "paper", "note", "result", "list", "gap", "axis"]
Side = Literal["top", "bottom", "left", "right"]
UNSEEN = ("gap", "axis")
"""Steps that only keep a place: a gap is as wide as its column; an axis has no width and centres its row on its column."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One box: its heading, the text below it, its column, and how many millimetres wider than the column it is."""

    id: str
    kind: Kind
    column: str
    heading: str = ""
    said: tuple[str, ...] = ()
    wider: float = 0.0

    @property
    def words(self) -> str:
        """The whole text of the box."""
        return "，".join(re.sub("　+", " ", text) for text in (self.heading, *self.said) if text)


@dataclass(frozen=True, kw_only=True)
class Way:
    """An arrow from one side of a step to one side of another; a dashed line joins a remark to what it is about."""

    start: str
    end: str
    label: str = ""
    leaves: Side = "bottom"
    enters: Side = "top"
    dashed: bool = False


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A whole chart.

    `rows` are the steps from top to bottom and from left to right, `columns` their widths in millimetres, `margins` the
    room needed on either side of a column, `apart` the least distance between two steps of a row. The size of text is
    `size_pt` (`small_pt` in boxes of results), the height of a line `pitch` times that. `names` are names of bodies,
    which are broken only between their parts.
    """

    rows: tuple[tuple[Step, ...], ...]
    ways: tuple[Way, ...]
    columns: Mapping[str, float]
    margins: Mapping[str, float]
    apart: float
    size_pt: float
    small_pt: float
    pitch: float
    names: tuple[str, ...] = ()

    @property
    def steps(self) -> Iterator[Step]:
        """All steps that are drawn, row by row."""
        return (step for row in self.rows for step in row if step.kind not in UNSEEN)

    def describe(self) -> str:
        """The chart in words, for readers who can't see it."""
        return "".join(f"（{number}）{self._told(step)}。" for number, step in enumerate(self.steps, 1))

    def _told(self, step: Step) -> str:
        names = {one.id: one.heading or one.words for one in self.steps}
        onward = [way for way in self.ways if way.start == step.id and not way.dashed]
        told = "；".join((f"{way.label}，" if way.label else "") + names[way.end] for way in onward)
        return step.words + (f"。接下来：{told}" if told else "")


def across(start: str, end: str, label: str = "") -> Way:
    """An arrow to the next step of the same row."""
    return Way(start=start, end=end, label=label, leaves="right", enters="left")


def back(start: str, end: str, label: str = "") -> Way:
    """An arrow to the previous step of the same row."""
    return Way(start=start, end=end, label=label, leaves="left", enters="right")


def around(start: str, end: str, label: str = "") -> Way:
    """An arrow along the right edge of the chart."""
    return Way(start=start, end=end, label=label, leaves="right", enters="right")


def remark(note: str, about: str) -> Way:
    """A dashed line from a remark on the left to what it is about."""
    return Way(start=note, end=about, leaves="right", enters="left", dashed=True)
