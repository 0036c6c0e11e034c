"""Charts in the PDF: pictures of them, where and as large as LibreOffice would draw the charts, or the charts themselves."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pdfplumber
import pytest
from pikepdf import Name, Pdf

from gipdocs import packing
from gipdocs.docx.attached import attach, chart_link
from gipdocs.docx.values import Chart, Series
from gipdocs.errors import ConversionError
from gipdocs.pdf.admission.admit import admit
from gipdocs.pdf.checked import CheckedConverter
from gipdocs.pdf.converter import Converter
from gipdocs.pdf.finishing.tree import Edges, read_edges
from gipdocs.pdf.pool.client import PoolClient
from tests import reading
from tests.pdf import samples
from tests.pdf.test_verify import Swapped

HALF_MM = 0.5 * 72 / 25.4
YEARS = (Series(name="今年", values=(4, Decimal("2.5"))), Series(name="去年", values=(3, None)))
CHARTS = {
    "columns": Chart(
        kind="columns", categories=("门户网站", "微信"), series=YEARS, unit="条", alt="柱形图", height_mm=45
    ),
    "bars": Chart(kind="bars", categories=("䶮县", "乙 & 丙"), series=YEARS, unit="件", alt="条形图", height_mm=40),
    "pie": Chart(
        kind="pie", categories=("图解", "问答"), series=(Series(name="数", values=(6, 2)),), unit="件", alt="饼图"
    ),
}
LABELS = {
    "columns": ["门户网站", "微信", "4条", "2.5条", "3条", "今年", "去年"],
    "bars": ["䶮", "县", "乙&丙", "4件", "2.5件", "3件", "今年", "去年"],
    "pie": ["图解6件", "问答2件"],
}
DRAWN = {"word/charts/document-chart1.xml.svg"}
CHART = "word/charts/document-chart1.xml"


def charted(*charts: Chart, change: Callable[[bytes], bytes] = bytes, times: int = 1) -> bytes:
    """A letter with charts; `change` changes the part of each, and each is shown some times."""
    runs = [chart.xml(900 + i, chart_link(i)) for i, chart in enumerate(charts, 1)]
    body = samples.with_body("".join(f"<w:p><w:r>{run}</w:r></w:p>" for run in runs) * times)
    added = attach(samples.MAIN, packing.unpack(body), charts=charts)
    return samples.altered(
        body, {name: change(data) if "/charts/document" in name else data for name, data in added.items()}
    )


def rounded(part: bytes) -> bytes:
    """A chart that looks the same, but has a property that no picture shows."""
    return part.replace(b'<c:roundedCorners val="0"/>', b'<c:roundedCorners val="1"/>')


def names(docx: bytes) -> set[str]:
    return set(zipfile.ZipFile(BytesIO(docx)).namelist())


@pytest.mark.parametrize("kind", CHARTS)
def test_libreoffice_gets_a_picture_instead_of_a_chart(kind: str) -> None:
    admitted = admit(charted(CHARTS[kind]))
    assert {name for name in names(admitted.docx) if "charts/" in name or "embeddings/" in name} == DRAWN
    assert b"drawingml.chart" not in samples.part(admitted.docx, samples.TYPES)
    assert [one.description for one in admitted.drawings] == [CHARTS[kind].alt]
    assert admit(admitted.docx).docx == admitted.docx


OTHERS = {
    "rounded corners": rounded,
    "a title": lambda part: part.replace(b'<c:autoTitleDeleted val="1"/>', b'<c:autoTitleDeleted val="0"/>'),
    "lines": lambda part: part.replace(b"c:barChart>", b"c:lineChart>"),
    "stacked": lambda part: part.replace(b"clustered", b"stacked"),
    "a number below zero": lambda part: part.replace(b"<c:v>4</c:v>", b"<c:v>-4</c:v>"),
    "no number": lambda part: part.replace(b"<c:v>4</c:v>", b"<c:v>#N/A</c:v>"),
    "percent": lambda part: part.replace(b'formatCode="General&quot;', b'formatCode="0%&quot;'),
    "a scale": lambda part: part.replace(b'<c:delete val="1"/>', b'<c:delete val="0"/>'),
    "another font": lambda part: part.replace("宋体".encode(), "楷体".encode()),
    "another size": lambda part: part.replace(b'sz="900"', b'sz="1200"'),
    "a comment": lambda part: part.replace(b"<c:chart>", b"<!-- --><c:chart>"),
}


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS)
def test_a_chart_of_another_kind_stays_a_chart(change: Callable[[bytes], bytes]) -> None:
    assert change(samples.part(charted(CHARTS["columns"]), CHART)) != samples.part(charted(CHARTS["columns"]), CHART)
    admitted = admit(charted(CHARTS["columns"], change=change))
    assert {name for name in names(admitted.docx) if "charts/document" in name} == {CHART}
    assert admitted.expected.characters["户"] == 1


@pytest.mark.parametrize("kind", CHARTS)
def test_names_that_leave_no_room_are_left_to_libreoffice(kind: Any) -> None:
    one = Chart(kind=kind, categories=("很长的名称" * 40,) * 2, series=CHARTS["pie"].series, alt="图", height_mm=30)
    assert CHART in names(admit(charted(one)).docx)


def test_a_chart_that_is_shown_twice_stays_a_chart() -> None:
    assert CHART in names(admit(charted(CHARTS["pie"], times=2)).docx)


@pytest.fixture(scope="module")
def drawn(converter: Converter) -> bytes:
    return converter.convert(charted(*CHARTS.values()), label="样本")


@pytest.fixture(scope="module")
def native(converter: Converter) -> bytes:
    return converter.convert(charted(*CHARTS.values(), change=rounded), label="样本")


def figures(pdf: bytes) -> list[tuple[int, Edges, str]]:
    """Page, place and description of every figure."""
    with Pdf.open(BytesIO(pdf)) as opened:
        pages = {page.obj.objgen: number for number, page in enumerate(opened.pages)}
        found = []
        for one in reading.all_tags(opened, Name.Figure):
            edges = read_edges(one)
            assert edges is not None
            found.append((pages[one.Pg.objgen], edges, str(one.Alt)))
        return found


def inside(pdf: bytes, page: int, edges: Edges) -> Any:
    """The part of a page within these edges, as pdfplumber sees it."""
    opened = pdfplumber.open(BytesIO(pdf)).pages[page]
    height = float(opened.height)
    return opened.within_bbox((edges.left - 1, height - edges.upper - 1, edges.right + 1, height - edges.lower + 1))


def test_every_label_and_number_is_in_the_text_of_its_figure_once(drawn: bytes) -> None:
    for (page, edges, alt), kind in zip(figures(drawn), CHARTS, strict=True):
        text = "".join(char["text"] for char in inside(drawn, page, edges).chars if char["text"].strip())
        assert alt == CHARTS[kind].alt
        assert all(label in text for label in LABELS[kind])
        assert Counter(text) == Counter("".join(LABELS[kind]))


def test_figures_hold_their_pictures_and_no_tag_is_torn(drawn: bytes) -> None:
    with Pdf.open(BytesIO(drawn)) as opened:
        assert all(Name.K in one for one in reading.all_tags(opened, Name.Figure))
        assert reading.torn_links(opened) == []


def test_a_picture_is_where_libreoffice_draws_the_chart_and_as_large(drawn: bytes, native: bytes) -> None:
    for one, other in zip(figures(drawn), figures(native), strict=True):
        assert one[0] == other[0] and one[1] == pytest.approx(other[1], abs=HALF_MM)


def coloured(pdf: bytes, place: tuple[int, Edges, str]) -> list[tuple[float, float, float, float]]:
    shapes = inside(pdf, *place[:2])
    boxes = {
        (one["x0"], one["x1"], one["top"], one["bottom"])
        for one in [*shapes.rects, *shapes.curves]
        if one["fill"] and one["bottom"] - one["top"] > 1
    }
    return sorted(boxes)


@pytest.mark.parametrize("number", [0, 1])
def test_bars_are_where_libreoffice_draws_them_and_as_long(drawn: bytes, native: bytes, number: int) -> None:
    one, other = (coloured(pdf, figures(pdf)[number]) for pdf in (drawn, native))
    assert len(one) == 5
    for bar in one:
        assert any(bar == pytest.approx(likewise, abs=2 * HALF_MM) for likewise in other), bar


def test_the_same_charts_give_the_same_bytes(drawn: bytes, converter: Converter) -> None:
    assert converter.convert(charted(*CHARTS.values()), label="样本") == drawn


def test_a_pdf_with_a_chart_less_is_not_handed_out(pool: PoolClient) -> None:
    fewer = pool.send(admit(charted(CHARTS["columns"], CHARTS["bars"])).docx, "样本").pdf
    converter = CheckedConverter(Swapped(fewer, fewer))
    with pytest.raises(ConversionError, match="缺少文字"):
        converter.convert(charted(*CHARTS.values()), label="样本")
