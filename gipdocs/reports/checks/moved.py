"""Figures that stand in a neighbour's place: two rows exchanged since last year, or a run of rows moved by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from gipdocs.reports.expressions import Number
from gipdocs.reports.record import Record
from gipdocs.reports.rules import Test, breach
from gipdocs.writing import quote

SMALLEST_CONTRAST = 10
"""Two figures must differ by so much in either year: an exchange of small numbers is chance."""
CONTRAST, DISTANT_CONTRAST = 2, 4
"""And one of them must be so many times the other; rows far apart are rarely confused."""
FIT, DISTANT_FIT = 4, 8
"""So many times better last year's figures must fit if exchanged or moved."""
FEWEST_MOVED = 3
"""A run of so many rows that are not small is taken for moved."""
Pair = tuple[Number, Number]


def check_moved(record: Record, previous: Record) -> Iterator[Test]:
    """A doubt about every figure that would fit last year's in the place of another one."""
    for paths in _neighbours(record, previous):
        values = [(record.cells[path], previous.cells.get(path)) for path in paths]
        years = [(now, then) if now is not None and then is not None else None for now, then in values]
        moved = _find_run(years)
        if moved:
            first, last, step = moved
            yield from _run_moved(record, paths[first : last + 1], step)
            continue
        for i, j in _find_exchanged(years):
            yield from _exchanged(record, paths[i], paths[j])


def _neighbours(record: Record, previous: Record) -> Iterator[Sequence[str]]:
    """The figures that one may confuse with each other, in printed order; those of table 2 only in the same form."""
    form, rows = record.form, record.row_form
    if record.format == previous.format:
        yield [path for path in record.figures if path.startswith("table2.") and path.endswith(".decisions")]
    yield [f"table3.{row}.total" for row in rows.results]
    yield [f"table3.new.{column}" for column in rows.applicants]
    yield [f"table4.{suit}.total" for suit in form.suits]
    for suit in form.suits:
        yield [f"table4.{suit}.{outcome}" for outcome in form.outcomes if outcome != "total"]


def _find_exchanged(years: Sequence[Pair | None]) -> Iterator[tuple[int, int]]:
    """The pairs of places whose figures fit better crosswise, the best first; no place is in two pairs."""
    gains = {}
    for i, j in combinations(range(len(years)), 2):
        one, other = years[i], years[j]
        if one and other and _is_exchange(one, other, near=j == i + 1):
            gains[i, j] = _gap(*one) + _gap(*other)
    taken: set[int] = set()
    for pair in sorted(gains, key=lambda each: -gains[each]):
        if taken.isdisjoint(pair):
            taken.update(pair)
            yield pair


def _is_exchange(one: Pair, other: Pair, *, near: bool) -> bool:
    (now, then), (other_now, other_then) = one, other
    turned = (now - other_now) * (then - other_then) < 0
    straight = _gap(now, then) + _gap(other_now, other_then)
    crossed = _gap(now, other_then) + _gap(other_now, then)
    contrast, fit = (CONTRAST, FIT) if near else (DISTANT_CONTRAST, DISTANT_FIT)
    apart = _contrasts(now, other_now, contrast) and _contrasts(then, other_then, contrast)
    return turned and apart and fit * crossed <= straight


def _gap(one: Number, other: Number) -> Number:
    return one - other if one > other else other - one


def _contrasts(one: Number, other: Number, factor: int) -> bool:
    less, more = sorted((one, other))
    return more - less >= SMALLEST_CONTRAST and more >= factor * less


def _find_run(years: Sequence[Pair | None]) -> tuple[int, int, int] | None:
    """First and last place of the run that fits last year's best if moved by one, and the step; None if none fits."""
    best: tuple[Number, tuple[int, int, int]] | None = None
    for step in (1, -1):
        for first in range(len(years)):
            for last, gain in _gains(years, first, step):
                if best is None or gain > best[0]:
                    best = gain, (first, last, step)
    return best and best[1]


def _gains(years: Sequence[Pair | None], first: int, step: int) -> Iterator[tuple[int, Number]]:
    """The last place of each run that begins with a place, isn't small and fits last year's figures `step` places before.

    With each, how much better it fits them.
    """
    gain: Number = 0
    great = 0
    for place in range(first, len(years)):
        here, there = years[place], years[place - step] if 0 <= place - step < len(years) else None
        if here is None or there is None:
            return
        straight, crossed = _gap(*here), _gap(here[0], there[1])
        contrasts = _contrasts(*here, CONTRAST)
        if crossed > max(straight, SMALLEST_CONTRAST) or (contrasts and FIT * crossed > straight):
            return
        gain += straight - crossed
        great += contrasts and here[0] >= SMALLEST_CONTRAST
        if great >= FEWEST_MOVED:
            yield place, gain


def _exchanged(record: Record, one: str, other: str) -> Iterator[Test]:
    names = "和".join(record.figures[path].place for path in (one, other))
    words = f"{names}的数，对调以后才与上年相近，像是互相填错了位置"
    yield from (_doubt(record, path, words, (one, other)) for path in (one, other))


def _run_moved(record: Record, paths: Sequence[str], step: int) -> Iterator[Test]:
    first, last = (record.figures[path] for path in (paths[0], paths[-1]))
    near, way = ("上", "下") if step > 0 else ("下", "上")
    words = f"从{first.place}到{quote(last.row_label)}，各数与上年{near}一行的相近，像是整体{way}移了一行"
    yield from (_doubt(record, path, words, paths) for path in paths)


def _doubt(record: Record, path: str, words: str, paths: Sequence[str]) -> Test:
    figure = record.figures[path]
    if reason := record.remarked(*(one.rpartition(".")[0] + "." for one in paths)):
        return breach("XY-MOVED", f"{words}。已注明原因：{reason}", figure.pointer, severity="info", place=figure.place)
    cure = "请核对；确实如此的，请在该数字后加注说明。"
    return breach("XY-MOVED", f"{words}。{cure}", figure.pointer, place=figure.place)
