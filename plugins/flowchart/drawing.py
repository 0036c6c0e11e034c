"""Draws a placed chart: native shapes, arrows with right angles, labels beside their arrows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from gipdocs.docx.values import Arrow, Box, BoxText, Drawing
from gipdocs.writing import width

from .chart import Chart, Side, Way
from .layout import Place, place
from .measured import POINT, Measured, measured

FONT = "宋体"
LABEL_GAP = 0.5  # millimetres between a label and its arrow
OUTSIDE = 3.0  # from the chart to an arrow around it
BEND = 0.35  # of the way down, where an arrow turns, so that its head has room
STRAIGHT = 0.2  # how far ends may be out of line for the arrow to count as straight
MOST_APART = 11.0  # the greatest distance between two rows
Point = tuple[float, float]


def draw(chart: Chart, *, title: str, room_mm: float) -> Drawing:
    """The chart as one inline group of shapes, at most `room_mm` high: boxes, then arrows, then labels."""
    sizes = measured(chart)
    places = place(chart, sizes, room_mm=room_mm, most_apart=MOST_APART)
    routes = [(way, route(way, places)) for way in chart.ways]
    boxes = [_box(sizes[id], where, chart.pitch) for id, where in places.items()]
    labels = [_label(way, points, chart) for way, points in routes if way.label]
    return Drawing(shapes=(*boxes, *arrows(routes), *labels), alt=chart.describe(), title=title, inline=True)


def _box(one: Measured, where: Place, pitch: float) -> Box:
    text = BoxText(
        lines=one.lines,
        font=FONT,
        size_pt=one.size_pt,
        line_pt=one.size_pt * pitch,
        align=one.look.align,
        bold_lines=one.bold_lines,
    )
    return Box(
        x_mm=where.left,
        y_mm=where.top,
        width_mm=where.width,
        height_mm=where.height,
        text=text,
        preset=one.look.preset,
        fill=one.look.fill,
        line="000000",
        dashed=one.look.dashed,
        inset_mm=one.look.inset if one.look.align == "left" else 0.0,
        middle=True,
        alt=one.step.heading,
    )


def route(way: Way, places: Mapping[str, Place]) -> list[Point]:
    """The points of an arrow: straight if possible, otherwise with right angles; from right to right, around the chart."""
    start, end = _port(places[way.start], way.leaves), _port(places[way.end], way.enters)
    (x0, y0), (x1, y1) = start, end
    if way.leaves == way.enters == "right":
        outside = max(where.right for where in places.values()) + OUTSIDE
        return [start, (outside, y0), (outside, y1), end]
    if abs(x0 - x1) < STRAIGHT:
        return [start, (x0, y1)]
    if abs(y0 - y1) < STRAIGHT:
        return [start, (x1, y0)]
    if way.leaves == "bottom":
        bend = y0 + BEND * (y1 - y0)
        return [start, (x0, bend), (x1, bend), end]
    return [start, ((x0 + x1) / 2, y0), ((x0 + x1) / 2, y1), end]


def _port(where: Place, side: Side) -> Point:
    x, y = where.middle
    return {"top": (x, where.top), "bottom": (x, where.foot), "left": (where.left, y), "right": (where.right, y)}[side]


def arrows(routes: Iterable[tuple[Way, list[Point]]]) -> Iterator[Arrow]:
    """The arrows; arrows that share a start or an end are merged into one trunk with a single head."""
    drawn: list[tuple[Way, list[Point]]] = []
    for way, points in sorted(routes, key=lambda routed: -_length(routed[1])):
        before = [line for other, line in drawn if (other.start, other.leaves) == (way.start, way.leaves)]
        after = [line for other, line in drawn if (other.end, other.enters) == (way.end, way.enters)]
        joined = _off_trunks(_off_trunks(points, before)[::-1], after)[::-1]
        head = not way.dashed and joined[-1] == points[-1]
        yield Arrow(points=tuple(joined), head=head, dashed=way.dashed, alt=way.label)
        drawn.append((way, points))


def _length(points: list[Point]) -> float:
    return sum(abs(x1 - x0) + abs(y1 - y0) for (x0, y0), (x1, y1) in pairwise(points))


def _off_trunks(points: list[Point], trunks: list[list[Point]]) -> list[Point]:
    """The points of an arrow, beginning with the last one that is still on a line already drawn."""
    while len(points) > 2 and any(_lies_on(points[1], trunk) for trunk in trunks):
        points = points[1:]
    return points


def _lies_on(point: Point, line: list[Point]) -> bool:
    return any(
        abs(a[i] - b[i]) < 0.01
        and abs(point[i] - a[i]) < 0.01
        and min(a[1 - i], b[1 - i]) - 0.01 < point[1 - i] < max(a[1 - i], b[1 - i]) + 0.01
        for a, b in pairwise(line)
        for i in (0, 1)
    )


def _label(way: Way, points: list[Point], chart: Chart) -> Box:
    """The label at the arrow's first segment: above it if horizontal, to its left if vertical."""
    (x0, y0), (x1, y1) = points[:2]
    wide, tall = width(way.label) * chart.size_pt * POINT + 1.0, chart.size_pt * chart.pitch * POINT
    if abs(y1 - y0) < STRAIGHT:
        left, top = min(x0, x1) + (abs(x1 - x0) - wide) / 2, y0 - tall - LABEL_GAP
    else:
        left, top = x0 - wide - LABEL_GAP, min(y0, y1) + (abs(y1 - y0) - tall) / 2
    text = BoxText(lines=(way.label,), font=FONT, size_pt=chart.size_pt, line_pt=chart.size_pt * chart.pitch)
    return Box(x_mm=left, y_mm=top, width_mm=wide, height_mm=tall, text=text, alt=way.label)
