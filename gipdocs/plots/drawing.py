"""Draws a chart as LibreOffice and Word lay it out, in the numbers stored in the file: web page, DOCX and PDF show the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from html import escape
from math import cos, pi, sin, sqrt

from gipdocs.plots.reading import Plot, Row
from gipdocs.writing import break_to_fit

POINT = 25.4 / 72  # millimetres
TEXT = 9 * POINT  # millimetres, the size of all text
LINE = 1.25 * TEXT
LOWER = 0.39 * TEXT  # from the middle of a line of text to its baseline
MARGIN = 0.02  # of width and height
GAP = 1.0  # between a name and its axis, and between a bar and its number
ABOVE = 5 * POINT  # between a column and the baseline of its number
LEGEND = 19.1 * POINT  # the height of the legend, without the margin above it
SQUARE = 5.4 * POINT
STROKE = 0.26
UNITS = 100  # in a millimetre: LibreOffice 7.4 measures texts in whole units


def draw(plot: Plot, *, family: str, id: str = "", alt: str = "", times: int = 1) -> str:
    """An `<svg>` of a plot in a font family, described by `alt` if there is any, that says to be some times its size."""
    shapes = {"columns": _columns, "bars": _bars, "pie": _pie}[plot.kind](plot)
    wide, high = (number(times * side) for side in (plot.width, plot.height))
    role = f' role="img" aria-labelledby="chart{id}"' if alt else ""
    description = f'<desc id="chart{id}">{escape(alt, quote=False)}</desc>' if alt else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}mm" height="{high}mm"'
        f' viewBox="0 0 {_units(plot.width)} {_units(plot.height)}"{role}'
        f' font-family="{escape(family)}" font-size="{_units(TEXT)}">{description}{"".join(shapes)}</svg>'
    )


def is_roomy(plot: Plot) -> bool:
    """Whether the names leave at least a third of the room for the numbers."""
    if plot.kind == "columns":
        return _floor(plot) > plot.height / 3
    if plot.kind == "bars":
        return 0 < _left(plot) < 2 * plot.width / 3 and _room(plot) > plot.width / 6
    return _radius(plot, _cut(plot)) > plot.height / 6


def width(text: str) -> float:
    """About the width of a text in characters, rather too much than too little: Latin signs differ between fonts."""
    return sum(0.5 if sign.isdecimal() or sign in " .,:;" else 0.65 if "a" <= sign <= "z" else 1.0 for sign in text)


def scale(largest: Decimal) -> Decimal:
    """The number at the end of an axis that begins at 0: the next of its steps above the largest number and a twentieth."""
    reach = largest * Decimal("1.05") or Decimal(1)
    power = Decimal(10) ** (reach.adjusted() - 1)
    step = next(step for step in (power, 2 * power, 5 * power, 10 * power) if reach <= 10 * step)
    return (reach / step).to_integral_value(ROUND_CEILING) * step


def _columns(plot: Plot) -> Iterator[str]:
    """Vertical columns: numbers above them, names below, the legend at the bottom."""
    left, floor = MARGIN * plot.width, _floor(plot)
    step = (plot.width - 2 * left) / len(plot.categories)
    thick = step / (len(plot.rows) + plot.gap)
    end = scale(plot.largest)
    share = float(plot.largest / end) or 1.0
    room = min(floor - MARGIN * plot.height, (floor - ABOVE - TEXT) / share)  # the highest number stays in the picture
    yield _line(left, floor, plot.width - left, floor)
    for i, lines in enumerate(_names(plot)):
        middle = left + (i + 0.5) * step
        for k, line in enumerate(lines):
            yield _text(middle, floor + GAP + TEXT + k * LINE, line)
        for k, row, value in _values(plot, i):
            tall = float(value / end) * room
            x = middle + (k - len(plot.rows) / 2) * thick
            yield _rectangle(x, floor - tall, thick, tall, row.colours[0])
            yield _text(x + thick / 2, floor - tall - ABOVE, f"{value}{plot.unit}")
    yield from _legend(plot)


def _names(plot: Plot) -> list[list[str]]:
    """The name of each column in lines."""
    step = (1 - 2 * MARGIN) * plot.width / len(plot.categories)
    return [break_to_fit(name, (step - GAP) / TEXT) for name in plot.categories]


def _floor(plot: Plot) -> float:
    return _foot(plot) - GAP - LINE * max(map(len, _names(plot)))


def _foot(plot: Plot) -> float:
    """The lower edge of the plot, above the legend if there is one."""
    return (1 - MARGIN) * plot.height - (LEGEND + MARGIN * plot.height if len(plot.rows) > 1 else 0)


def _values(plot: Plot, i: int) -> Iterator[tuple[int, Row, Decimal]]:
    """Place and row of each number at a name, and the number, where there is one."""
    for k, row in enumerate(plot.rows):
        value = row.values[i]
        if value is not None:
            yield k, row, value


def _bars(plot: Plot) -> Iterator[str]:
    """Horizontal bars: names to their left, numbers at their ends."""
    top, foot, left, room = MARGIN * plot.height, _foot(plot), _left(plot), _room(plot)
    step = (foot - top) / len(plot.categories)
    thick = step / (len(plot.rows) + plot.gap)
    end = scale(plot.largest)
    yield _line(left, top, left, foot)
    for i, name in enumerate(plot.categories):
        middle = top + (i + 0.5) * step
        yield _text(left - GAP, middle + LOWER, name, "end")
        for k, row, value in _values(plot, i):
            long = float(value / end) * room
            y = middle + (k - len(plot.rows) / 2) * thick
            yield _rectangle(left, y, long, thick, row.colours[0])
            yield _text(left + long + GAP, y + thick / 2 + LOWER, f"{value}{plot.unit}", "start")
    yield from _legend(plot)


def _left(plot: Plot) -> float:
    """The place of the axis, to the right of the names."""
    return MARGIN * plot.width + max(map(width, plot.categories)) * TEXT + GAP


def _room(plot: Plot) -> float:
    """The length of the axis: to the right margin, or so far that the longest number fits."""
    longest = width(f"{plot.largest}{plot.unit}") * TEXT + GAP
    share = float(plot.largest / scale(plot.largest)) or 1.0
    return min((1 - MARGIN) * plot.width - _left(plot), (plot.width - _left(plot) - longest) / share)


@dataclass(frozen=True)
class Slice:
    """A slice of a pie, clockwise from the top in radians, and its label."""

    label: str
    colour: str
    start: float
    end: float

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2


def _cut(plot: Plot) -> list[Slice]:
    """The slices of a pie; a number 0 has none."""
    row, begun, slices = plot.rows[0], Decimal(0), []
    whole = sum(value for value in row.values if value) or Decimal(1)
    for i, value in enumerate(row.values):
        if value:
            start, end = (float(share / whole) * 2 * pi for share in (begun, begun + value))
            label = f"{plot.categories[i]} {value}{plot.unit}"
            slices.append(Slice(label, row.colours[i % len(row.colours)], start, end))
            begun += value
    return slices


def _pie(plot: Plot) -> Iterator[str]:
    """A pie, each slice with its name and number beside it."""
    slices = _cut(plot)
    radius = max(_radius(plot, slices), 1.0)
    x, y, reach = plot.width / 2, plot.height / 2, radius + GAP
    for one in slices:
        yield _wedge(x, y, radius, one)
    for side in (1, -1):
        beside = [one for one in slices if (sin(one.middle) >= 0) == (side > 0)][::side]
        heights = _spread(
            [-cos(one.middle) * (reach + LINE / 2) for one in beside], y - MARGIN * plot.height - LINE / 2
        )
        for one, height in zip(beside, heights, strict=True):
            edge = max(abs(height) - LINE / 2, 0.0)
            away = max(reach * abs(sin(one.middle)), sqrt(max(reach**2 - edge**2, 0.0)))
            yield _text(x + side * away, y + height + LOWER, one.label, "start" if side > 0 else "end")


def _radius(plot: Plot, slices: Sequence[Slice]) -> float:
    """The radius of the largest pie around which all labels fit."""
    high, wide = ((0.5 - MARGIN) * side for side in (plot.height, plot.width))
    over = [(high - LINE / 2) / max(abs(cos(one.middle)), 0.01) - GAP - LINE / 2 for one in slices]
    beside = [(wide - width(one.label) * TEXT) / max(abs(sin(one.middle)), 0.01) - GAP for one in slices]
    return min([high, *over, *beside])


def _spread(heights: Sequence[float], most: float) -> list[float]:
    """The heights of lines from top to bottom, moved apart so that none covers another, and at most so far from the middle."""
    spread: list[float] = []
    for height in heights:
        spread.append(max(height, spread[-1] + LINE) if spread else height)
    for i in reversed(range(len(spread))):
        spread[i] = min(spread[i], spread[i + 1] - LINE if i + 1 < len(spread) else most)
    return spread


def _wedge(x: float, y: float, radius: float, slice: Slice) -> str:
    start, end = slice.start, slice.end
    if end - start > 2 * pi - 0.001:
        return f'<circle cx="{_units(x)}" cy="{_units(y)}" r="{_units(radius)}" fill="{slice.colour}"/>'
    first, last = ((x + radius * sin(angle), y - radius * cos(angle)) for angle in (start, end))
    large = int(end - start > pi)
    path = f"M{_at(x, y)}L{_at(*first)}A{_units(radius)},{_units(radius)} 0 {large} 1 {_at(*last)}Z"
    return f'<path d="{path}" fill="{slice.colour}" stroke="#FFFFFF" stroke-width="{_units(STROKE)}"/>'


def _legend(plot: Plot) -> Iterator[str]:
    """The names of the series with their colours, in the middle of the foot; nothing for a single series."""
    if len(plot.rows) < 2:
        return
    wide = [SQUARE + GAP + width(row.name) * TEXT for row in plot.rows]
    x = (plot.width - sum(wide) - 2 * GAP * (len(wide) - 1)) / 2
    middle = (1 - MARGIN) * plot.height - LINE / 2
    for row, room in zip(plot.rows, wide, strict=True):
        yield _rectangle(x, middle - SQUARE / 2, SQUARE, SQUARE, row.colours[0])
        yield _text(x + SQUARE + GAP, middle + LOWER, row.name, "start")
        x += room + 2 * GAP


def _at(x: float, y: float) -> str:
    return f"{_units(x)},{_units(y)}"


def number(value: float) -> str:
    """A length as SVG writes it, with up to three decimals."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _units(length: float) -> str:
    return number(round(UNITS * length, 1))


def _rectangle(x: float, y: float, width: float, height: float, colour: str) -> str:
    size = f'width="{_units(width)}" height="{_units(height)}"'
    return f'<rect x="{_units(x)}" y="{_units(y)}" {size} fill="{colour}"/>'


def _line(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<path d="M{_at(x, y)}L{_at(to_x, to_y)}" stroke="#404040" stroke-width="{_units(STROKE)}"/>'


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{_units(x)}" y="{_units(y)}" text-anchor="{anchor}">{escape(text, quote=False)}</text>'
