"""Draws the chart of a DOCX as SVG from the numbers stored in it, so that web page and file show the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from math import cos, pi, sin
from typing import Literal

from lxml import etree

from gipdocs.docx.html.svg import POINT, SONG, number
from gipdocs.markup import parse_own
from gipdocs.ooxml import URIS
from gipdocs.writing import break_to_fit, width

TEXT = 9 * POINT  # millimetres, the size of all text
LINE = 1.35 * TEXT
GAP = 1.0


@dataclass(frozen=True)
class Row:
    """One series as stored in the chart; `colours` has one for each number in a pie, and a single one otherwise."""

    name: str
    values: tuple[Decimal, ...]
    colours: tuple[str, ...]


@dataclass(frozen=True)
class Plot:
    """A chart to draw; lengths in millimetres."""

    kind: Literal["columns", "bars", "pie"]
    categories: tuple[str, ...]
    rows: tuple[Row, ...]
    unit: str
    width: float
    height: float

    @property
    def largest(self) -> Decimal:
        """The largest number, at least 1."""
        return max([Decimal(1), *(value for row in self.rows for value in row.values)])


def draw_chart(part: bytes, *, id: str, alt: str, width_mm: float, height_mm: float) -> str:
    """An `<svg>` of a chart part, described by `alt`."""
    plot = _read(parse_own(part), width_mm, height_mm)
    shapes = {"columns": _columns, "bars": _bars, "pie": _pie}[plot.kind](plot)
    width, height = number(width_mm), number(height_mm)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}"'
        f' role="img" aria-labelledby="chart{id}" font-family="{escape(SONG)}" font-size="{number(TEXT)}">'
        f'<desc id="chart{id}">{escape(alt, quote=False)}</desc>{"".join(shapes)}</svg>'
    )


def _read(space: etree._Element, width: float, height: float) -> Plot:
    direction = space.find(".//c:barChart/c:barDir", URIS)
    series = space.findall(".//c:ser", URIS)
    form = space.find(".//c:dLbls/c:numFmt", URIS)
    return Plot(
        kind="pie" if direction is None else "bars" if direction.get("val") == "bar" else "columns",
        categories=_cached(series[0], "c:cat"),
        rows=tuple(map(_row, series)),
        unit=form.get("formatCode", "").removeprefix("General").strip('"') if form is not None else "",
        width=width,
        height=height,
    )


def _row(series: etree._Element) -> Row:
    fills = series.findall("c:dPt/c:spPr/a:solidFill/a:srgbClr", URIS)
    fills = fills or series.findall("c:spPr/a:solidFill/a:srgbClr", URIS)
    return Row(
        name="".join(_cached(series, "c:tx")),
        values=tuple(max(Decimal(value or "0"), Decimal(0)) for value in _cached(series, "c:val")),
        colours=tuple(f"#{fill.get('val', '000000')}" for fill in fills),
    )


def _cached(series: etree._Element, path: str) -> tuple[str, ...]:
    """The stored texts of a reference; "" for those that are missing."""
    counts = series.find(f"{path}//c:ptCount", URIS)
    found = {point.get("idx"): point.findtext("c:v", "", URIS) for point in series.iterfind(f"{path}//c:pt", URIS)}
    return tuple(found.get(str(i), "") for i in range(int(counts.get("val", "0")) if counts is not None else 0))


def _columns(plot: Plot) -> Iterator[str]:
    """Vertical columns: numbers above them, names below, the legend at the bottom."""
    foot = plot.height - (2 * LINE if len(plot.rows) > 1 else 0.5 * LINE)
    step = plot.width / len(plot.categories)
    names = [break_to_fit(name, (step - GAP) / TEXT) for name in plot.categories]
    floor = foot - LINE * max(map(len, names)) - GAP
    thick = min(0.6 * step / len(plot.rows), 16.0)
    for i, lines in enumerate(names):
        middle = (i + 0.5) * step
        for k, row in enumerate(plot.rows):
            tall = float(row.values[i] / plot.largest) * (floor - 1.5 * LINE)
            x = middle + (k - len(plot.rows) / 2) * thick
            yield _rectangle(x, floor - tall, thick, tall, row.colours[0])
            yield _text(x + thick / 2, floor - tall - GAP, f"{row.values[i]}{plot.unit}")
        for k, line in enumerate(lines):
            yield _text(middle, floor + (k + 1) * LINE, line)
    yield _line(0, floor, plot.width, floor)
    yield from _legend(plot, plot.height - 0.5 * LINE)


def _bars(plot: Plot) -> Iterator[str]:
    """Horizontal bars: names to their left, numbers at their ends."""
    foot = plot.height - (2 * LINE if len(plot.rows) > 1 else GAP)
    left = max(map(width, plot.categories)) * TEXT + 2 * GAP
    room = plot.width - left - max(width(f"{plot.largest}{plot.unit}"), 3) * TEXT - 2 * GAP
    step = (foot - GAP) / len(plot.categories)
    thick = min(0.65 * step / len(plot.rows), 8.0)
    for i, name in enumerate(plot.categories):
        middle = GAP + (i + 0.5) * step
        yield _text(left - GAP, middle + 0.35 * TEXT, name, "end")
        for k, row in enumerate(plot.rows):
            long = float(row.values[i] / plot.largest) * room
            y = middle + (k - len(plot.rows) / 2) * thick
            yield _rectangle(left, y, long, thick, row.colours[0])
            yield _text(left + long + GAP, y + thick / 2 + 0.35 * TEXT, f"{row.values[i]}{plot.unit}", "start")
    yield _line(left, GAP, left, foot)
    yield from _legend(plot, plot.height - 0.5 * LINE)


def _pie(plot: Plot) -> Iterator[str]:
    """A pie, clockwise from the top, each slice with its name and number."""
    row = plot.rows[0]
    whole = sum(row.values) or Decimal(1)
    x, y, radius = plot.width / 2, plot.height / 2, plot.height / 2 - 2 * LINE
    begun = Decimal(0)
    for i, (name, value) in enumerate(zip(plot.categories, row.values, strict=True)):
        start, end = (float(share / whole) * 2 * pi for share in (begun, begun + value))
        begun += value
        if value:
            yield _slice(x, y, radius, (start, end), row.colours[i % len(row.colours)])
            middle = (start + end) / 2
            side = "start" if sin(middle) >= 0 else "end"
            reach = radius + 1.5 * GAP
            place = (x + reach * sin(middle), y - reach * cos(middle) + 0.35 * TEXT)
            yield _text(*place, f"{name}{value}{plot.unit}", side)


def _slice(x: float, y: float, radius: float, angles: tuple[float, float], colour: str) -> str:
    start, end = angles
    if end - start > 2 * pi - 0.001:
        return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}" fill="{colour}"/>'
    first, last = ((x + radius * sin(angle), y - radius * cos(angle)) for angle in (start, end))
    large = int(end - start > pi)
    path = f"M{_at(x, y)}L{_at(*first)}A{number(radius)},{number(radius)} 0 {large} 1 {_at(*last)}Z"
    return f'<path d="{path}" fill="{colour}" stroke="#FFFFFF" stroke-width="0.3"/>'


def _legend(plot: Plot, y: float) -> Iterator[str]:
    if len(plot.rows) < 2:
        return
    wide = [(width(row.name) + 2.5) * TEXT for row in plot.rows]
    x = (plot.width - sum(wide)) / 2
    for row, room in zip(plot.rows, wide, strict=True):
        yield _rectangle(x, y - 0.8 * TEXT, 0.8 * TEXT, 0.8 * TEXT, row.colours[0])
        yield _text(x + 1.1 * TEXT, y, row.name, "start")
        x += room


def _at(x: float, y: float) -> str:
    return f"{number(x)},{number(y)}"


def _rectangle(x: float, y: float, width: float, height: float, colour: str) -> str:
    size = f'width="{number(width)}" height="{number(height)}"'
    return f'<rect x="{number(x)}" y="{number(y)}" {size} fill="{colour}"/>'


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<path d="M{_at(x, y)}L{_at(to_x, to_y)}" stroke="#404040" stroke-width="0.26"/>'


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{number(x)}" y="{number(y)}" text-anchor="{anchor}">{escape(text, quote=False)}</text>'
