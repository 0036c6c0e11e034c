"""Charts are laid out as LibreOffice and Word lay them out."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from lxml import etree

from gipdocs.docx.charts import chart_parts
from gipdocs.docx.values import Chart, Series
from gipdocs.plots.drawing import LINE, UNITS, draw, is_roomy, scale
from gipdocs.plots.reading import Plot, is_drawn, read_plot

SVG = "{http://www.w3.org/2000/svg}"
MEASURED = {
    "0": "1", "1": "1.2", "2": "2.5", "3": "3.5", "4": "4.5", "5": "6", "9": "10", "10": "12", "12": "14", "15": "16",
    "19": "20", "20": "25", "24": "30", "38": "40", "47": "50", "48": "60", "95": "100", "96": "120", "476": "500",
    "486": "600", "614": "700", "950": "1000", "1234": "1400", "9999": "12000",
}  # fmt: skip
"""The ends of axes that LibreOffice drew, by the largest number of the chart."""


@pytest.mark.parametrize(("largest", "end"), MEASURED.items())
def test_an_axis_ends_where_libreoffice_ends_it(largest: str, end: str) -> None:
    assert scale(Decimal(largest)) == Decimal(end)


def plot(chart: Chart) -> Plot:
    space = etree.fromstring(chart_parts(chart)[0])
    assert is_drawn(space)
    return read_plot(space, width_mm=chart.width_mm, height_mm=chart.height_mm)


def test_the_labels_of_small_slices_lie_apart_and_in_the_picture() -> None:
    values = (90, 1, 1, 1, 1, 1)
    categories = tuple(f"第{i}种形式" for i in range(6))
    pie = plot(
        Chart(kind="pie", categories=categories, series=(Series(name="数", values=values),), alt="图", height_mm=45)
    )
    assert is_roomy(pie)
    texts = list(etree.fromstring(draw(pie, family="serif")).iter(f"{SVG}text"))
    assert len(texts) == 6
    for side in ("start", "end"):
        heights = sorted(float(text.get("y", "")) for text in texts if text.get("text-anchor") == side)
        assert all(low - high >= LINE * UNITS - 0.2 for high, low in pairwise(heights))
        assert all(0 < height < 45 * UNITS for height in heights)


def test_the_longest_number_fits_beside_its_bar() -> None:
    bars = plot(
        Chart(
            kind="bars", categories=("甲",), series=(Series(name="数", values=(949_999_999,)),), unit="平方米", alt="图"
        )
    )
    number = next(
        one for one in etree.fromstring(draw(bars, family="serif")).iter(f"{SVG}text") if "米" in (one.text or "")
    )
    assert float(number.get("x", "")) / UNITS + (9 * 0.5 + 3) * 9 * 25.4 / 72 <= 150
