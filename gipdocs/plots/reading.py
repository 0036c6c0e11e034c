"""Reads the chart parts of a DOCX: the numbers stored in them, and whether they show nothing that isn't drawn here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from lxml import etree

from gipdocs.ooxml import URIS, C

UNIT = re.compile(r'General(?:"([^"]*)")?')
NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,15})?")


@dataclass(frozen=True)
class Row:
    """One series as stored in the chart: None where a number is missing.

    `colours` has one for each number in a pie, and a single one otherwise.
    """

    name: str
    values: tuple[Decimal | None, ...]
    colours: tuple[str, ...]


@dataclass(frozen=True)
class Plot:
    """A chart to draw; lengths in millimetres. `gap` is the room between the bars of two names, in bars."""

    kind: Literal["columns", "bars", "pie"]
    categories: tuple[str, ...]
    rows: tuple[Row, ...]
    unit: str
    gap: float
    width: float
    height: float

    @property
    def largest(self) -> Decimal:
        """The largest number, 0 if there is none."""
        return max((value for row in self.rows for value in row.values if value is not None), default=Decimal(0))


def read_plot(space: etree._Element, *, width_mm: float, height_mm: float) -> Plot:
    """The plot of a chart part; negative numbers count as 0."""
    direction = space.find(".//c:barChart/c:barDir", URIS)
    series = space.findall(".//c:ser", URIS)
    form = space.find(".//c:dLbls/c:numFmt", URIS)
    unit = UNIT.fullmatch(form.get("formatCode", "")) if form is not None else None
    gap = space.find(".//c:gapWidth", URIS)
    return Plot(
        kind="pie" if direction is None else "bars" if direction.get("val") == "bar" else "columns",
        categories=_cached(series[0], "c:cat"),
        rows=tuple(map(_row, series)),
        unit=(unit[1] or "") if unit else "",
        gap=int(gap.get("val", "100")) / 100 if gap is not None else 1.0,
        width=width_mm,
        height=height_mm,
    )


def _row(series: etree._Element) -> Row:
    fills = series.findall("c:dPt/c:spPr/a:solidFill/a:srgbClr", URIS)
    fills = fills or series.findall("c:spPr/a:solidFill/a:srgbClr", URIS)
    return Row(
        name="".join(_cached(series, "c:tx")),
        values=tuple(max(Decimal(value), Decimal(0)) if value else None for value in _cached(series, "c:val")),
        colours=tuple(f"#{fill.get('val', '000000')}" for fill in fills),
    )


def _cached(series: etree._Element, path: str) -> tuple[str, ...]:
    """The stored texts of a reference; "" for those that are missing."""
    counts = series.find(f"{path}//c:ptCount", URIS)
    found = {point.get("idx"): point.findtext("c:v", "", URIS) for point in series.iterfind(f"{path}//c:pt", URIS)}
    return tuple(found.get(str(i), "") for i in range(int(counts.get("val", "0")) if counts is not None else 0))


# fmt: off
BARE = {
    "chartSpace", "chart", "plotArea", "externalData", "barChart", "pieChart", "ser", "tx", "cat", "val", "strRef", "numRef",
    "f", "strCache", "numCache", "formatCode", "pt", "v", "dPt", "dLbls", "numFmt", "separator", "catAx", "valAx", "scaling",
    "legend", "spPr", "solidFill", "noFill", "ln", "txPr", "bodyPr", "lstStyle", "p", "pPr", "defRPr", "latin", "ea",
    "endParaRPr",
}
FREE = {"axId", "idx", "order", "crossAx"}
NUMBERS = {"gapWidth": r"[0-9]{1,3}", "ptCount": r"[0-9]{1,3}", "srgbClr": r"[0-9A-Fa-f]{6}"}
VALUES = {
    "date1904": "0", "roundedCorners": "0", "autoTitleDeleted": "1", "plotVisOnly": "1", "dispBlanksAs": "gap", "autoUpdate": "0",
    "barDir": "bar col", "grouping": "clustered", "varyColors": "1", "bubble3D": "0", "invertIfNegative": "0",
    "dLblPos": "outEnd", "showLegendKey": "0", "showVal": "1", "showCatName": "0 1", "showSerName": "0", "showPercent": "0",
    "showBubbleSize": "0", "orientation": "minMax maxMin", "min": "0", "delete": "0 1", "axPos": "b l",
    "majorTickMark": "none out", "minorTickMark": "none", "tickLblPos": "nextTo", "crosses": "autoZero", "auto": "1",
    "lblAlgn": "ctr", "lblOffset": "100", "noMultiLvlLbl": "0", "legendPos": "b", "overlay": "0",
}
# fmt: on
"""The elements of the charts that are drawn here: those without a value, with any, with one of a form, with one of a few."""

OTHERWISE = etree.XPath(
    "boolean(//c:catAx/c:delete[@val='1'] | //c:valAx/c:delete[@val='0'] | //c:barChart//c:showCatName[@val='1']"
    " | //c:pieChart//c:showCatName[@val='0'] | //a:defRPr[@b='1' or @sz!='900'] | //@typeface[.!='宋体']"
    " | //c:valAx//c:orientation[@val='maxMin'] | //c:barChart[c:barDir/@val='col']/..//c:orientation[@val='maxMin']"
    " | //c:barChart[c:barDir/@val='bar']/..//c:catAx//c:orientation[@val='minMax'] | //c:pieChart[count(c:ser)>1])",
    namespaces=URIS,
)
"""Whether the elements of a chart, each of which is drawn here, say together what isn't."""


def is_drawn(space: etree._Element) -> bool:
    """Whether the drawing of a chart part shows all that the chart shows: names, and numbers from 0."""
    if not all(map(_is_known, space.iter())) or OTHERWISE(space):
        return False
    series = list(space.iter(f"{C}ser"))
    plots = list(space.iter(f"{C}barChart", f"{C}pieChart"))
    return len(plots) == 1 and bool(series) and all(_is_whole(one, _cached(series[0], "c:cat")) for one in series)


def _is_known(element: etree._Element) -> bool:
    name = etree.QName(element).localname if isinstance(element.tag, str) else ""
    value = element.get("val")
    if value is None:
        return name in BARE
    return name in FREE or value in VALUES.get(name, "").split() or bool(re.fullmatch(NUMBERS.get(name, "(?!)"), value))


def _is_whole(series: etree._Element, categories: tuple[str, ...]) -> bool:
    """Whether a series has the names of the first, a number or none for each of them, its colours and a plain unit."""
    values = _cached(series, "c:val")
    return (
        0 < len(categories) == len(values)
        and _cached(series, "c:cat") == categories
        and all(not value or NUMBER.fullmatch(value) for value in values)
        and len(_row(series).colours) == (len(values) if series.find("c:dPt", URIS) is not None else 1)
        and all(UNIT.fullmatch(form.get("formatCode", "")) for form in series.iterfind("c:dLbls/c:numFmt", URIS))
    )
