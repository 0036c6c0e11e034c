"""The charts of a report, each with its numbers in words too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from gipdocs.docx.values import Chart, Series
from gipdocs.reports import Record
from gipdocs.reports.expressions import Number
from gipdocs.reports.sentences import results, told_in_pieces

from .report import Report

SUBJECTS = {
    "channels": "publication",
    "interpretations": "publication",
    "applications": "requests",
    "results": "requests",
}
"""The aspect of part one to which each chart belongs, in the order in which they are printed."""
MOST_COLUMNS, MOST_SLICES = 6, 6
LONGEST_UNDER, LONGEST_BESIDE = 8, 16  # the most characters of a name under a column and beside a bar


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A printed chart; `told` gives its numbers in words."""

    key: str
    number: int
    title: str
    told: str
    chart: Chart

    @property
    def place(self) -> str:
        """The name of the place in the wording."""
        return f"chart-{self.key}"


def figures(report: Report) -> list[Figure]:
    """The requested charts that have numbers to show, numbered in the order in which they are printed."""
    wanted = report.answers.get("charts", [])
    drawn = [(key, one) for key in SUBJECTS if key in wanted and (one := DRAWERS[key](report)) is not None]
    return [
        Figure(key=key, number=number, title=title, told=told, chart=chart)
        for number, (key, (title, told, chart)) in enumerate(drawn, 1)
    ]


Drawn = tuple[str, str, Chart]
Counts = Sequence[tuple[str, Number]]


def _channels(report: Report) -> Drawn | None:
    rows = report.answers.get("channels", [])
    if not any(row["count"] for row in rows):
        return None
    rows, unused = [row for row in rows if row["count"]], [row["name"] for row in rows if not row["count"]]
    told = _channels_told(rows) + (f"，没有通过{'、'.join(unused)}公开" if unused else "")
    title = f"{report.answers['year']}年主动公开政府信息的渠道"
    units = {row.get("unit", "条") for row in rows}
    counts = [(row["name"], row["count"]) for row in rows]
    upright = len(counts) <= MOST_COLUMNS and _longest(counts) <= LONGEST_UNDER
    unit = units.pop() if len(units) == 1 else ""
    return title, told, _simple("columns" if upright else "bars", counts, unit=unit, alt=f"{title}：{told}")


def _longest(counts: Counts) -> int:
    return max(len(name) for name, _ in counts)


def _simple(kind: Literal["columns", "bars", "pie"], counts: Counts, *, unit: str, alt: str) -> Chart:
    """A chart of one series; horizontal bars have room for long names and for any number of bars."""
    names = [name if len(name) <= LONGEST_BESIDE else f"{name[: LONGEST_BESIDE - 1]}…" for name, _ in counts]
    return Chart(
        kind=kind,
        categories=tuple(names),
        series=(Series(name="数量", values=tuple(count for _, count in counts)),),
        unit=unit,
        height_mm=max(20, min(45, 9 * len(counts)), 7 * len(counts)) if kind == "bars" else 45,
        alt=alt,
    )


def channels_told(report: Report) -> str:
    """门户网站486条，微信公众号257条."""
    return _channels_told(report.answers.get("channels", []))


def _channels_told(rows: Iterable[Mapping[str, Any]]) -> str:
    return "，".join(f"{row['name']}{row['count']}{row.get('unit', '条')}" for row in rows)


def _interpretations(report: Report) -> Drawn | None:
    rows = report.answers.get("interpretations", [])
    if not any(row["count"] for row in rows):
        return None
    counts = [(row["form"], row["count"]) for row in rows if row["count"]]
    unused = [row["form"] for row in rows if not row["count"]]
    told = told_in_pieces(counts) + (f"，没有{'、'.join(unused)}" if unused else "")
    title = f"{report.answers['year']}年政策解读材料的形式"
    whole = len(counts) <= MOST_SLICES and _longest(counts) <= LONGEST_BESIDE
    chart = _simple("pie" if whole else "bars", counts, unit="件", alt=f"{title}：{told}")
    return title, told, chart


def interpretations_told(report: Report) -> str:
    """文字解读6件，图解5件."""
    return told_in_pieces((row["form"], row["count"]) for row in report.answers.get("interpretations", []))


def _applications(report: Report) -> Drawn | None:
    """This year's applications beside last year's; kinds of applicants without any in both years are left out."""
    record = report.record
    if not _of_applicants(record):
        return None
    years = [one for one in (record, record.previous) if one is not None and _of_applicants(one)]
    asked = [(one.year, {label: n for label, n in _of_applicants(one) if n}) for one in years]
    asking = [label for label, _ in _of_applicants(record) if any(label in found for _, found in asked)]
    series = tuple(
        Series(name=f"{year}年", values=tuple(found.get(label, 0) for label in asking)) for year, found in asked
    )
    title = "各类申请人的政府信息公开申请数量"
    told = "；".join(f"{year}年{told_in_pieces(found.items())}" for year, found in asked)
    chart = Chart(kind="columns", categories=tuple(asking), series=series, height_mm=50, alt=f"{title}：{told}")
    return title, told, chart


def _of_applicants(record: Record) -> list[tuple[str, Number]]:
    """本年新收 by kind of applicant; empty if a figure is blank or there was no application."""
    paths = [f"table3.new.{column}" for column in record.row_form.applicants]
    counts = [(record.figures[path].column_label, record.cells[path]) for path in paths]
    known = [(label, count) for label, count in counts if count is not None]
    return known if len(known) == len(counts) and any(count for _, count in known) else []


def _results(report: Report) -> Drawn | None:
    counts = [(label, count) for label, count in results(report.record) if count]
    if not counts:
        return None
    title, told = f"{report.answers['year']}年政府信息公开申请的办理结果", told_in_pieces(counts)
    return title, told, _simple("bars", counts, unit="件", alt=f"{title}：{told}")


DRAWERS = {
    "channels": _channels,
    "interpretations": _interpretations,
    "applications": _applications,
    "results": _results,
}


def by_aspect(found: list[Figure]) -> dict[str, list[dict[str, str | int]]]:
    """The charts of each aspect, in the form that the wording uses."""
    return {aspect: list(_named(found, aspect)) for aspect in dict.fromkeys(SUBJECTS.values())}


def _named(found: list[Figure], aspect: str) -> Iterator[dict[str, str | int]]:
    for one in found:
        if SUBJECTS[one.key] == aspect:
            yield {"place": one.place, "number": one.number, "title": one.title, "told": one.told}
