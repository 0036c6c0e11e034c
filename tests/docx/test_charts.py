"""A chart is a part that Word can edit: its drawing, its workbook, and the same as SVG."""

from __future__ import annotations

import re
import zipfile
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from lxml import etree

from gipdocs.docx.charts import NAMESPACES, PALETTE, chart_parts
from gipdocs.docx.values import Chart, Series
from gipdocs.plots.drawing import draw
from gipdocs.plots.reading import read_plot

NS = dict(re.findall(r'xmlns:(\w+)="([^"]+)"', NAMESPACES))
SVG = {"s": "http://www.w3.org/2000/svg"}


def chart(kind: Any = "columns", *series: Series, unit: str = "条", **more: Any) -> Chart:
    return Chart(
        kind=kind,
        categories=("网站 & <微信>", "公报"),
        series=series or (Series(name="数量", values=(614, 512)),),
        unit=unit,
        alt="网站614条，公报512条",
        **more,
    )


def drawing(one: Chart) -> etree._Element:
    return etree.fromstring(chart_parts(one)[0])


def texts(tree: etree._Element, path: str) -> list[str]:
    return [str(found.text) for found in tree.iterfind(path, NS)]


@pytest.mark.parametrize(("kind", "element"), [("columns", "barChart"), ("bars", "barChart"), ("pie", "pieChart")])
def test_the_drawing_holds_names_and_numbers(kind: str, element: str) -> None:
    tree = drawing(chart(kind))
    assert tree.find(f".//c:{element}", NS) is not None
    assert texts(tree, ".//c:cat//c:v") == ["网站 & <微信>", "公报"]
    assert texts(tree, ".//c:val//c:v") == ["614", "512"]
    assert [label.get("formatCode") for label in tree.iterfind(".//c:dLbls/c:numFmt", NS)] == ['General"条"']


def test_only_a_pie_has_a_name_before_the_number_and_a_space_between_them() -> None:
    joined = {kind: texts(drawing(chart(kind)), ".//c:separator") for kind in ("columns", "bars", "pie")}
    assert joined == {"columns": [], "bars": [], "pie": [" "]}


def test_the_workbook_holds_the_same_and_is_what_the_drawing_is_made_from() -> None:
    two = (Series(name="今年", values=(3, None)), Series(name="去年", values=(Decimal("2.5"), 1)))
    content, workbook = chart_parts(chart("columns", *two))
    sheet = openpyxl.load_workbook(BytesIO(workbook)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        [None, "今年", "去年"],
        ["网站 & <微信>", 3, 2.5],
        ["公报", None, 1],
    ]
    tree = etree.fromstring(content)
    external = tree.find("c:externalData", NS)
    assert external is not None and external.get(f"{{{NS['r']}}}id") == "rId1"
    assert texts(tree, ".//c:val//c:f") == ["Sheet1!$B$2:$B$3", "Sheet1!$C$2:$C$3"]


def test_a_name_that_begins_with_an_equals_sign_is_no_formula() -> None:
    named = Chart(kind="columns", categories=("=1+1",), series=(Series(name="=A1", values=(1,)),), alt="图")
    sheet = openpyxl.load_workbook(BytesIO(chart_parts(named)[1])).active
    assert [[(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()] == [
        [(None, "n"), ("=A1", "s")],
        [("=1+1", "s"), (1, "n")],
    ]


def test_the_columns_of_many_series_go_on_after_z() -> None:
    many = [Series(name=f"{i}年", values=(i, i)) for i in range(30)]
    tree = drawing(chart("columns", *many))
    assert texts(tree, ".//c:val//c:f")[23:26] == ["Sheet1!$Y$2:$Y$3", "Sheet1!$Z$2:$Z$3", "Sheet1!$AA$2:$AA$3"]


def test_a_legend_stands_only_where_there_are_several_series() -> None:
    two = (Series(name="今年", values=(3, 1)), Series(name="去年", values=(2, 1)))
    assert drawing(chart()).find(".//c:legend", NS) is None
    assert drawing(chart("columns", *two)).find(".//c:legend", NS) is not None


def test_the_elements_stand_in_the_order_that_the_schema_asks_for() -> None:
    tree = drawing(chart("pie"))
    series = tree.find(".//c:ser", NS)
    assert series is not None
    names = [etree.QName(child).localname for child in series]
    assert names == ["idx", "order", "tx", "dPt", "dPt", "dLbls", "cat", "val"]
    series = drawing(chart()).find(".//c:ser", NS)
    assert series is not None
    names = [etree.QName(child).localname for child in series]
    assert names == ["idx", "order", "tx", "spPr", "invertIfNegative", "dLbls", "cat", "val"]
    names = [etree.QName(child).localname for child in tree]
    assert names == ["date1904", "roundedCorners", "chart", "spPr", "txPr", "externalData"]


def test_the_same_numbers_give_the_same_bytes() -> None:
    assert chart_parts(chart()) == chart_parts(chart())
    with zipfile.ZipFile(BytesIO(chart_parts(chart())[1])) as archive:
        assert b"1980-01-01T00:00:00Z" in archive.read("docProps/core.xml")


@pytest.mark.parametrize(
    "wrong",
    [
        {"categories": ()},
        {"series": ()},
        {"series": (Series(name="数量", values=(1,)),)},
        {"kind": "pie", "series": (Series(name="甲", values=(1, 2)), Series(name="乙", values=(1, 2)))},
        {"width_mm": 0},
    ],
    ids=["no category", "no series", "a number missing", "two pies", "no size"],
)
def test_what_cannot_be_drawn_is_no_chart(wrong: dict[str, Any]) -> None:
    right = {"kind": "columns", "categories": ("甲", "乙"), "series": (Series(name="数", values=(1, 2)),), "alt": "图"}
    Chart(**right)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"chart|pie"):
        Chart(**(right | wrong))


def svg(one: Chart) -> etree._Element:
    plot = read_plot(drawing(one), width_mm=one.width_mm, height_mm=one.height_mm)
    return etree.fromstring(draw(plot, family="serif", id="7", alt=one.alt))


@pytest.mark.parametrize("kind", ["columns", "bars", "pie"])
def test_the_svg_shows_every_name_and_number_in_the_files_colours(kind: str) -> None:
    tree = svg(chart(kind))
    shown = "".join(text.text or "" for text in tree.iterfind(".//s:text", SVG))
    for word in ("公报", "614条", "512条"):
        assert word in shown
    described = tree.find("s:desc", SVG)
    assert described is not None and described.text == "网站614条，公报512条"
    assert tree.get("aria-labelledby") == described.get("id") == "chart7"
    assert any(f"#{PALETTE[0]}" in etree.tostring(shape).decode() for shape in tree)


def test_columns_are_as_tall_as_their_numbers() -> None:
    tall = [float(bar.get("height", "0")) for bar in svg(chart()).iterfind("s:rect", SVG)]
    assert tall[0] > 20 and tall[1] / tall[0] == pytest.approx(512 / 614, abs=0.001)


def test_a_pie_of_one_slice_is_a_circle_and_nothing_is_drawn_of_nothing() -> None:
    tree = svg(chart("pie", Series(name="件数", values=(5, 0))))
    assert len(tree.findall("s:circle", SVG)) == 1 and not tree.findall("s:path", SVG)
    assert len(svg(chart("pie", Series(name="件数", values=(0, 0)))).findall("s:path", SVG)) == 0
    missing = svg(chart("columns", Series(name="件数", values=(None, 0))))
    assert [bar.get("height") for bar in missing.iterfind("s:rect", SVG)] == ["0"]
    assert [text.text for text in missing.iterfind("s:text", SVG) if "条" in (text.text or "")] == ["0条"]
