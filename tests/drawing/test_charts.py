"""The charts of a report are drawn as LibreOffice draws them, and each is a figure with its description."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from math import tau

import pypdfium2
import pytest
from pikepdf import Name, Pdf

from gipdocs.direct import draw as draw_directly
from gipdocs.drawing.charts import MARK, read_chart
from gipdocs.drawing.placed import Bar, PlacedText, Unsupported, Wedge
from gipdocs.pdf.admission.admit import Admitted, admit
from gipdocs.pdf.finishing.tree import elements
from gipdocs.plots.drawing import draw
from gipdocs.plots.reading import Plot, Row
from gipdocs.service import Service
from gipdocs.typeset import typeset
from tests.drawing import pages
from tests.drawing.test_pdf import finish, one_page
from tests.typeset.comparison import compare
from tests.typeset.lines import read
from tests.typeset.prove import libreoffice

POINT = 72 / 25.4
COLOURS = ("#23456E", "#9DB2CC", "#5F6B78")


def plot(kind: str, *values: int) -> Plot:
    """A plot of the width of 100 mm, in which each name is one character."""
    rows = (Row("件数", tuple(map(Decimal, values)), COLOURS if kind == "pie" else COLOURS[:1]),)
    return Plot(kind, tuple("甲乙丙丁"[: len(values)]), rows, "件", 1.0, 100.0, 40.0)  # type: ignore[arg-type]


def drawn(kind: str, *values: int) -> list[Bar | Wedge | PlacedText]:
    """What is read of the picture of a plot at (10, 20)."""
    return list(read_chart(draw(plot(kind, *values), family="宋体", times=10).encode(), 10, 20, 100 * POINT))


@pytest.fixture(scope="module")
def report(service: Service) -> Admitted:
    """An admitted report with its charts."""
    return admit(service.build("annual-report", service.sample("annual-report"), "docx").content)


@pytest.mark.converter
def test_charts_are_drawn_as_libreoffice_draws_them(report: Admitted) -> None:
    wanted, found = read(libreoffice(report.docx)), read(typeset(report.docx))
    assert compare(wanted, found) == []
    assert sum(box.kind == "shape" for page in found for box in page.boxes) == 3  # the slices of its pie


def test_each_chart_is_one_figure_with_its_description_and_its_rectangle(report: Admitted) -> None:
    with Pdf.open(BytesIO(draw_directly(report))) as pdf:
        (document,) = elements(pdf.Root.StructTreeRoot)
        figures = [one for one in elements(document) if Name.Figure == one.S]
        told = [str(one.Alt) for one in figures]
        boxes = [[float(edge) for edge in one.A.BBox] for one in figures]
    assert told == [one.description for one in report.drawings] and len(told) == 4
    assert all(0 < right - left <= 426 and 0 < high - low < 150 for left, low, right, high in boxes)


def test_texts_and_bars_stand_where_the_picture_has_them() -> None:
    axis, *found = drawn("columns", 4, 0)
    bars, texts = ([one for one in found if isinstance(one, kind)] for kind in (Bar, PlacedText))
    assert isinstance(axis, Bar) and axis.color == "404040"
    (column,) = bars  # the other one has no height
    assert isinstance(column, Bar) and column.y + column.height == pytest.approx(axis.y + axis.height / 2, abs=0.01)
    name = next(one for one in texts if isinstance(one, PlacedText) and one.text == "甲")
    assert name.x + sum(name.advances) / 2 == pytest.approx(column.x + column.width / 2, abs=0.01)
    assert [one.text for one in texts if isinstance(one, PlacedText)] == ["甲", "4件", "乙", "0件"]


def test_slices_follow_each_other_round_the_pie() -> None:
    slices = [one for one in drawn("pie", 1, 2, 1) if isinstance(one, Wedge)]
    assert [(one.start / tau, one.end / tau) for one in slices] == [
        pytest.approx(pair, abs=0.001) for pair in ((0, 0.25), (0.25, 0.75), (0.75, 1))
    ]
    assert all(one.x == pytest.approx(10 + 50 * POINT, abs=0.01) for one in slices)
    (disc,) = [one for one in drawn("pie", 5) if isinstance(one, Wedge)]
    assert disc.end - disc.start == tau


@pytest.mark.parametrize("most", [700, 800, 5_000, 210_000, 10_000_000])
@pytest.mark.parametrize("first", [True, False])
def test_a_slice_too_thin_to_be_seen_covers_no_other_one(most: int, first: bool) -> None:
    wedges = [one for one in drawn("pie", *((1, most) if first else (most, 1))) if isinstance(one, Wedge)]
    widest = max(wedges, key=lambda one: one.end - one.start)
    assert sum(one.end - one.start for one in wedges) == pytest.approx(tau, abs=0.01)
    assert widest.color == COLOURS[1 if first else 0].removeprefix("#")
    assert finish(one_page(*wedges))


def test_a_slice_is_filled_and_has_a_white_outline() -> None:
    wedges = [Wedge(200, 200, 100, start, start + tau / 4, "0000FF", 4) for start in (0.0, tau / 4)]
    disc = Wedge(200, 500, 50, 0, tau, "00FF00")
    with pypdfium2.PdfDocument(finish(one_page(*wedges, disc))) as pdf:
        image = pdf[0].render(scale=1).to_pil().convert("RGB")
    blue, white, green = (0, 0, 255), (255, 255, 255), (0, 255, 0)
    assert [image.getpixel(at) for at in ((260, 140), (260, 260))] == [blue, blue]
    assert [image.getpixel(at) for at in ((260, 199), (140, 140), (275, 125))] == [white] * 3
    assert [image.getpixel(at) for at in ((200, 460), (240, 500), (168, 532))] == [green] * 3
    assert image.getpixel((160, 540)) == white


@pytest.mark.parametrize(
    "foreign",
    [
        '<image href="file:///etc/passwd" width="10" height="10"/>',
        '<rect x="0" y="0" width="10" height="10" fill="#000000" transform="scale(2)"/>',
        '<text x="0" y="0" text-anchor="start">甲<tspan>乙</tspan></text>',
        '<path d="M0,0L10,10" stroke="#000000" stroke-width="1"/>',
        '<path d="M0,0C1,1 2,2 3,3" fill="#000000"/>',
        "<script>alert(1)</script>",
    ],
    ids=["picture", "turned", "nested", "slanting", "curve", "script"],
)
def test_what_our_charts_have_not_is_left_to_libreoffice(foreign: str) -> None:
    svg = draw(plot("bars", 1, 2), family="宋体").replace("</svg>", f"{foreign}</svg>").encode()
    assert svg.startswith(MARK)
    with pytest.raises(Unsupported, match="chart"):
        list(read_chart(svg, 0, 0, pages.WIDTH))
