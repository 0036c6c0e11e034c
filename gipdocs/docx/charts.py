"""The parts of a chart that Word can edit: its drawing instructions and the workbook with its numbers."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

from lxml import etree

from gipdocs import packing
from gipdocs.docx.values import Chart
from gipdocs.markup import parse_own
from gipdocs.ooxml import C, declare
from gipdocs.packing import Member

NAMESPACES = declare("c", "a", "r")
KINDS = {"columns": "COLUMN_CLUSTERED", "bars": "BAR_CLUSTERED", "pie": "PIE"}
FONT = "宋体"
FONT_PT = 9
INK = "404040"
PALETTE = ("23456E", "9DB2CC", "5F6B78", "C9CDD3", "7A93B0", "3C4650", "B8A27A", "E2E5EA")
"""Colours that stay apart when they are printed in black and white."""
TIMES = re.compile(rb">\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ<")
EPOCH = b">1980-01-01T00:00:00Z<"
"""A workbook carries no time of its own: the same numbers give the same bytes."""


def chart_parts(chart: Chart) -> tuple[bytes, bytes]:
    """The chart as DrawingML, its external data under rId1, and the workbook that they are."""
    data = _pptx("chart.data").CategoryChartData(number_format="General")
    data.categories = chart.categories
    for series in chart.series:
        data.add_series(series.name, series.values)
    kind = getattr(_pptx("enum.chart").XL_CHART_TYPE, KINDS[chart.kind])
    written = _pptx("chart.xmlwriter").ChartXmlWriter(kind, data).xml
    return _styled(written, chart), _timeless(_pptx("chart.xlsx").CategoryWorkbookWriter(data).xlsx_blob)


def _pptx(name: str) -> Any:
    """A module of python-pptx, which takes half a second to import: who draws no chart does not wait for it."""
    return import_module(f"pptx.{name}")


def _timeless(workbook: bytes) -> bytes:
    members = packing.unpack(workbook)
    return packing.write(Member.pack(name, TIMES.sub(EPOCH, data)) for name, data in members.items())


def _styled(written: str, chart: Chart) -> bytes:
    """The chart in our look: numbers on the bars instead of a scale, a legend only where there are several series."""
    space = parse_own(re.sub(r'val="-(\d+)"', r'val="\1"', written).encode(), indented=False)
    for name in ("date1904", "txPr"):
        for old in space.findall(f"{C}{name}"):
            space.remove(old)
    space[:0] = _elements('<c:date1904 val="0"/><c:roundedCorners val="0"/>')
    space.extend(_elements(_look() + '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData>'))
    inner = _one(space, "chart")
    _one(inner, "autoTitleDeleted").set("val", "1")
    blanks = _one(inner, "dispBlanksAs")
    legend = f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_font()}</c:legend>'
    several = len(chart.series) > 1
    for element in _elements((legend if several else "") + '<c:plotVisOnly val="1"/>'):
        blanks.addprevious(element)
    for i, series in enumerate(space.iter(f"{C}ser")):
        _colour(series, i, chart)
    if chart.kind != "pie":
        _axes(space, chart)
    return etree.tostring(space, xml_declaration=True, encoding="UTF-8", standalone=True)


def _colour(series: Any, i: int, chart: Chart) -> None:
    """Fill and labels of one series; of a pie, a colour for each slice."""
    before = _one(series, "tx")
    slices = "".join(
        f'<c:dPt><c:idx val="{k}"/><c:bubble3D val="0"/>{_fill(PALETTE[k % len(PALETTE)], edge=True)}</c:dPt>'
        for k in range(len(chart.categories))
    )
    pie = chart.kind == "pie"
    inside = slices if pie else _fill(PALETTE[i % len(PALETTE)]) + '<c:invertIfNegative val="0"/>'
    for old in series.findall(f"{C}invertIfNegative"):
        series.remove(old)
    for element in reversed(_elements(inside + _labels(chart))):
        before.addnext(element)


def _labels(chart: Chart) -> str:
    """The numbers at the bars, or name and number at each slice."""
    unit = chart.unit.replace('"', "")
    form = f'<c:numFmt formatCode="{_escaped(f"General{chr(34)}{unit}{chr(34)}" if unit else "General")}" sourceLinked="0"/>'
    place = '<c:dLblPos val="outEnd"/>'
    shown = {"LegendKey": 0, "Val": 1, "CatName": int(chart.kind == "pie"), "SerName": 0, "Percent": 0, "BubbleSize": 0}
    flags = "".join(f'<c:show{name} val="{flag}"/>' for name, flag in shown.items())
    joined = "<c:separator> </c:separator>" if chart.kind == "pie" else ""  # or a program puts its semicolon there
    look = f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_font()}"
    return f"<c:dLbls>{form}{look}{place}{flags}{joined}</c:dLbls>"


def _axes(space: Any, chart: Chart) -> None:
    plot = next(space.iter(f"{C}barChart"))
    for old in plot.findall(f"{C}gapWidth") + plot.findall(f"{C}overlap"):
        plot.remove(old)
    first_axis = _one(plot, "axId")
    for element in _elements(f'<c:gapWidth val="{60 if len(chart.categories) > 3 else 120}"/>'):
        first_axis.addprevious(element)
    names, numbers = next(space.iter(f"{C}catAx")), next(space.iter(f"{C}valAx"))
    if chart.kind == "bars":
        _one(_one(names, "scaling"), "orientation").set("val", "maxMin")  # the first at the top
    _one(names, "majorTickMark").set("val", "none")
    for element in _elements(
        f'<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="{INK}"/></a:solidFill></a:ln></c:spPr>' + _font()
    ):
        _one(names, "crossAx").addprevious(element)
    _one(numbers, "delete").set("val", "1")
    for line in numbers.findall(f"{C}majorGridlines"):
        numbers.remove(line)
    _one(numbers, "scaling")[:] = _elements('<c:orientation val="minMax"/><c:min val="0"/>')


def _look() -> str:
    return f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_font()}"


def _fill(colour: str, *, edge: bool = False) -> str:
    line = f'<a:ln w="9525"><a:solidFill><a:srgbClr val="{"FFFFFF" if edge else colour}"/></a:solidFill></a:ln>'
    return f'<c:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>{line}</c:spPr>'


def _font() -> str:
    faces = "".join(f'<a:{script} typeface="{FONT}"/>' for script in ("latin", "ea"))
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{FONT_PT * 100}" b="0"><a:solidFill>'
        f'<a:srgbClr val="000000"/></a:solidFill>{faces}</a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )


def _elements(xml: str) -> list[Any]:
    return list(parse_own(f"<x {NAMESPACES}>{xml}</x>", indented=False))


def _one(parent: Any, name: str) -> Any:
    found = parent.find(f"{C}{name}")
    assert found is not None, f"the chart has no {name}"
    return found


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
