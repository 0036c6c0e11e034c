"""The parts of a chart that Word can edit: its drawing instructions and the workbook with its numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr

from gipdocs import packing
from gipdocs.docx.values import Chart, Series
from gipdocs.ooxml import declare
from gipdocs.packing import Member

NAMESPACES = declare("c", "a", "r")
FONT = "宋体"
FONT_PT = 9
INK = "404040"
PALETTE = ("23456E", "9DB2CC", "5F6B78", "C9CDD3", "7A93B0", "3C4650", "B8A27A", "E2E5EA")
"""Colours that can be told apart even when printed in black and white."""
NO_FRAME = "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
NAMES_AXIS, NUMBERS_AXIS = 2068027336, 2113994440
TIMES = re.compile(rb">\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ<")
EPOCH = b">1980-01-01T00:00:00Z<"
"""The time written into every workbook, so that the same numbers give the same bytes."""


def chart_parts(chart: Chart) -> tuple[bytes, bytes]:
    """The chart as DrawingML, which refers to its data as rId1, and the workbook with that data."""
    return _drawing(chart).encode(), _workbook(chart)


def _workbook(chart: Chart) -> bytes:
    from openpyxl import Workbook  # takes long to load, and few documents have a chart

    workbook, out = Workbook(), BytesIO()
    sheet = workbook.active
    sheet.title = "Sheet1"
    rows = zip(chart.categories, *(series.values for series in chart.series), strict=True)
    for line, row in enumerate([(None, *(series.name for series in chart.series)), *rows], 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(line, column, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a name may begin with an equals sign
    workbook.save(out)
    members = packing.unpack(out.getvalue())
    return packing.write(Member.pack(name, TIMES.sub(EPOCH, data)) for name, data in members.items())


def _drawing(chart: Chart) -> str:
    """The chart in the house style: numbers on the bars instead of a scale, a legend only for several series."""
    plot = _pie(chart) if chart.kind == "pie" else _bars(chart) + _axes(chart)
    legend = (
        f'<c:legend><c:legendPos val="b"/><c:overlay val="0"/>{_font()}</c:legend>' if len(chart.series) > 1 else ""
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<c:chartSpace {NAMESPACES}><c:date1904 val="0"/>'
        f'<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea>{plot}</c:plotArea>{legend}'
        f'<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>{NO_FRAME}{_font()}'
        '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def _pie(chart: Chart) -> str:
    return f'<c:pieChart><c:varyColors val="1"/>{_all_series(chart)}</c:pieChart>'


def _bars(chart: Chart) -> str:
    gap = 60 if len(chart.categories) > 3 else 120
    return (
        f'<c:barChart><c:barDir val="{"bar" if chart.kind == "bars" else "col"}"/><c:grouping val="clustered"/>'
        f'{_all_series(chart)}<c:gapWidth val="{gap}"/><c:axId val="{NAMES_AXIS}"/><c:axId val="{NUMBERS_AXIS}"/></c:barChart>'
    )


def _axes(chart: Chart) -> str:
    """The axis of names (for horizontal bars, the first at the top) and a hidden axis of numbers from zero."""
    order, names_at, numbers_at = ("maxMin", "l", "b") if chart.kind == "bars" else ("minMax", "b", "l")
    line = f'<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="{INK}"/></a:solidFill></a:ln></c:spPr>'
    return (
        f'<c:catAx><c:axId val="{NAMES_AXIS}"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{names_at}"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="nextTo"/>{line}{_font()}<c:crossAx val="{NUMBERS_AXIS}"/><c:crosses val="autoZero"/>'
        '<c:auto val="1"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="0"/></c:catAx>'
        f'<c:valAx><c:axId val="{NUMBERS_AXIS}"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
        f'<c:delete val="1"/><c:axPos val="{numbers_at}"/><c:majorTickMark val="out"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="nextTo"/><c:crossAx val="{NAMES_AXIS}"/><c:crosses val="autoZero"/></c:valAx>'
    )


def _all_series(chart: Chart) -> str:
    return "".join(_series(chart, i, series) for i, series in enumerate(chart.series))


def _series(chart: Chart, i: int, series: Series) -> str:
    """Name, colour, labels, categories and numbers of one series; in a pie, each slice has its own colour."""
    from openpyxl.utils import get_column_letter

    column, last = get_column_letter(i + 2), len(chart.categories) + 1
    colours = (
        _slices(chart) if chart.kind == "pie" else f'{_fill(PALETTE[i % len(PALETTE)])}<c:invertIfNegative val="0"/>'
    )
    return (
        f'<c:ser><c:idx val="{i}"/><c:order val="{i}"/><c:tx>{_texts(f"${column}$1", [series.name])}</c:tx>{colours}'
        f"{_labels(chart)}<c:cat>{_texts(f'$A$2:$A${last}', chart.categories)}</c:cat><c:val><c:numRef>"
        f"<c:f>Sheet1!${column}$2:${column}${last}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f"{_points(series.values)}</c:numCache></c:numRef></c:val></c:ser>"
    )


def _texts(cells: str, texts: Sequence[str]) -> str:
    return f"<c:strRef><c:f>Sheet1!{cells}</c:f><c:strCache>{_points(texts)}</c:strCache></c:strRef>"


def _points(values: Sequence[object]) -> str:
    """The contents of some cells; empty cells are left out."""
    points = "".join(
        f'<c:pt idx="{k}"><c:v>{escape(str(value))}</c:v></c:pt>' for k, value in enumerate(values) if value is not None
    )
    return f'<c:ptCount val="{len(values)}"/>{points}'


def _slices(chart: Chart) -> str:
    return "".join(
        f'<c:dPt><c:idx val="{k}"/><c:bubble3D val="0"/>{_fill(PALETTE[k % len(PALETTE)], edge=True)}</c:dPt>'
        for k in range(len(chart.categories))
    )


def _labels(chart: Chart) -> str:
    """The numbers at the bars, or name and number at each slice."""
    unit = chart.unit.replace('"', "")
    code = quoteattr(f'General"{unit}"' if unit else "General", {'"': "&quot;"})
    form = f'<c:numFmt formatCode={code} sourceLinked="0"/>'
    place = '<c:dLblPos val="outEnd"/>'
    shown = {"LegendKey": 0, "Val": 1, "CatName": int(chart.kind == "pie"), "SerName": 0, "Percent": 0, "BubbleSize": 0}
    flags = "".join(f'<c:show{name} val="{flag}"/>' for name, flag in shown.items())
    joined = "<c:separator> </c:separator>" if chart.kind == "pie" else ""  # otherwise programs insert a semicolon
    return f"<c:dLbls>{form}{NO_FRAME}{_font()}{place}{flags}{joined}</c:dLbls>"


def _fill(colour: str, *, edge: bool = False) -> str:
    line = f'<a:ln w="9525"><a:solidFill><a:srgbClr val="{"FFFFFF" if edge else colour}"/></a:solidFill></a:ln>'
    return f'<c:spPr><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>{line}</c:spPr>'


def _font() -> str:
    faces = "".join(f'<a:{script} typeface="{FONT}"/>' for script in ("latin", "ea"))
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="{FONT_PT * 100}" b="0"><a:solidFill>'
        f'<a:srgbClr val="000000"/></a:solidFill>{faces}</a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )
