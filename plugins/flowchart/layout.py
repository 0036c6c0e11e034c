"""Lets Graphviz place the steps of a chart, keeping rows and columns, and without overlaps."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from gipdocs.errors import SetupError

from .chart import Chart
from .measured import Measured

UNIT = 25.4 / 8
"""Millimetres that count as an inch for Graphviz: small, since it rounds to points and keeps rows 8 points apart."""
SECONDS = 10
COLUMN_WEIGHT = 1000
"""The weight, for Graphviz, of straight columns compared with anything else."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """The place of a step, in millimetres from the chart's top left corner; arrows that go down leave at `foot`."""

    left: float
    top: float
    width: float
    height: float
    foot: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """Its centre."""
        return self.left + self.width / 2, self.top + self.height / 2


def place(chart: Chart, sizes: Mapping[str, Measured], *, room_mm: float, most_apart: float) -> dict[str, Place]:
    """The place of every step that is drawn; rows are as far apart as the height `room_mm` allows, up to `most_apart`.

    SetupError if Graphviz is missing or fails.
    """
    source = "\n".join(["digraph {", *_source(chart, sizes, _apart(chart, sizes, room_mm, most_apart)), "}"])
    try:
        done = subprocess.run(
            ["dot", "-Tplain"], input=source.encode(), capture_output=True, timeout=SECONDS, check=True
        )
    except FileNotFoundError:
        raise SetupError("没有找到Graphviz的dot程序，画不了流程图：请运行make setup补齐。") from None
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise SetupError("Graphviz没有排出流程图：请管理员运行gipdocs doctor检查。") from error
    places = dict(_read(done.stdout.decode(), sizes))
    return {step.id: places[step.id] for step in chart.steps}


def _apart(chart: Chart, sizes: Mapping[str, Measured], room_mm: float, most: float) -> float:
    taken = sum(max(sizes[step.id].height for step in row) for row in chart.rows)
    return min(most, max(0.0, (room_mm - taken) / (len(chart.rows) - 1)))


def _source(chart: Chart, sizes: Mapping[str, Measured], apart: float) -> Iterator[str]:
    """The chart in Graphviz's language: only sizes, rows and columns, no text."""
    yield f"graph [nodesep={chart.apart / UNIT:.4f}, ranksep={apart / UNIT:.4f}]"
    yield 'node [shape=box, fixedsize=true, label=""]'
    for one in sizes.values():
        wide = one.width + 2 * chart.margins.get(one.step.column, 0.0)
        yield f'"{one.step.id}" [width={wide / UNIT:.4f}, height={one.height / UNIT:.4f}]'
    for row in chart.rows:
        names = [f'"{step.id}"' for step in row]
        yield f"{{rank=same; {'; '.join(names)}}}"
        yield from (f"{left} -> {right}" for left, right in pairwise(names))
    for above, below in pairwise(chart.rows):
        yield from (f'"{upper.id}" -> "{lower.id}" [weight=0]' for upper in above for lower in below)
    for column in chart.columns:
        standing = [[step.id for step in row if step.column == column] for row in chart.rows]
        alone = [ids[0] for ids in standing if len(ids) == 1]
        yield from (f'"{upper}" -> "{lower}" [weight={COLUMN_WEIGHT}]' for upper, lower in pairwise(alone))


def _read(plain: str, sizes: Mapping[str, Measured]) -> Iterator[tuple[str, Place]]:
    """The places in Graphviz's plain output, which counts from the lower left corner."""
    tall = float(plain.split("\n", 1)[0].split()[3])
    for line in plain.splitlines():
        if line.startswith("node "):
            _, name, x, y = line.split()[:4]
            one = sizes[name.strip('"')]
            left, top = float(x) * UNIT - one.width / 2, (tall - float(y)) * UNIT - one.height / 2
            foot = top + one.look.foot * one.height
            yield one.step.id, Place(left=left, top=top, width=one.width, height=one.height, foot=foot)
