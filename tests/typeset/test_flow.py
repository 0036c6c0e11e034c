"""Where pages end, and what stands in the parted tables of a report, at different heights of a page: drawn both ways."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile, ZipInfo

import pytest

from gipdocs.drawing.placed import Unsupported
from gipdocs.pdf.admission.admit import admit
from gipdocs.service import Service
from gipdocs.typeset import typeset
from gipdocs.typeset.breaking import find_break, scripts
from tests.typeset.comparison import compare
from tests.typeset.lines import Page, lines, read
from tests.typeset.parting import PARTED, draw_parted, is_as_parted
from tests.typeset.prove import libreoffice

BODY = "word/document.xml"
TABLE = '<w:p><w:pPr><w:pStyle w:val="Heading1Table"/>'
SPACE = '<w:p><w:pPr><w:pStyle w:val="AfterTable"/></w:pPr></w:p>'
"""A paragraph of two points."""


def paragraph(style: str, text: str) -> str:
    """A paragraph of a style."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'


@pytest.fixture(scope="module")
def report(service: Service) -> bytes:
    """An admitted report without charts."""
    answers = service.sample("annual-report") | {"charts": []}
    return admit(service.build("annual-report", answers, "docx").content).docx


def edited(docx: bytes, change: Callable[[str], str]) -> bytes:
    """The same document with another body."""
    target = BytesIO()
    with ZipFile(BytesIO(docx)) as before, ZipFile(target, "w") as after:
        for name in before.namelist():
            data = before.read(name)
            after.writestr(ZipInfo(name), change(data.decode()).encode() if name == BODY else data)
    return target.getvalue()


def lowered(docx: bytes, points: int) -> bytes:
    """The report with its second table so much lower."""

    def change(body: str) -> str:
        first, second, *rest = body.split(TABLE)
        return TABLE.join([first, second + SPACE * (points // 2), *rest])

    return edited(docx, change)


def are_alike(docx: bytes) -> bool:
    """Whether both draw the same, but for the heights at which LibreOffice parts merged cells."""
    wanted = read(libreoffice(docx))
    return not compare(wanted, read(typeset(docx))) or is_as_parted(wanted, docx)


@pytest.mark.converter
@pytest.mark.parametrize("points", range(0, 600, 50))
def test_a_table_is_parted_at_the_same_row_and_its_texts_stand_in_the_middle_of_what_is_shown(
    report: bytes, points: int
) -> None:
    assert are_alike(lowered(report, points))


@pytest.mark.parametrize(("points", "parted"), [(50, True), (400, False)])
def test_for_the_comparison_only_parted_cells_are_drawn_otherwise(report: bytes, points: int, parted: bool) -> None:
    docx = lowered(report, points)
    drawn = {typeset(docx), *(draw_parted(docx, **told) for told in PARTED)}
    assert len(drawn) == (1 + len(PARTED) if parted else 1)


def with_heading(docx: bytes, above: str, count: int) -> bytes:
    """Short paragraphs, and below them a heading with a text of two lines."""

    def change(body: str) -> str:
        start, end = body.index("<w:body>") + len("<w:body>"), body.index("<w:sectPr")
        short = "".join(paragraph("BodyText1", f"第{number}段。") for number in range(count))
        heading = paragraph("Heading2", "一、标题") + paragraph("BodyText1", "正文" * 20)
        return body[:start] + above + short + heading + body[end:]

    return edited(docx, change)


def last_lines(page: Page) -> list[str]:
    """The last two lines above the number of a page."""
    return [line.text for line in lines(page)[-3:-1]]


@pytest.mark.converter
@pytest.mark.parametrize("spaces", [0, 5, 10])
def test_one_line_of_a_text_stands_below_its_heading_at_the_end_of_the_first_page_too(
    report: bytes, spaces: int
) -> None:
    docx = with_heading(report, SPACE * spaces, 20 - bool(spaces))
    assert are_alike(docx)
    assert last_lines(read(typeset(docx))[0]) == ["一、标题", "正文" * 13]


def test_a_signature_that_ends_on_another_page_is_left_to_libreoffice(report: bytes) -> None:
    def change(body: str) -> str:
        start, end = body.index("<w:body>") + len("<w:body>"), body.index("<w:sectPr")
        short = "".join(paragraph("BodyText1", f"第{number}段。") for number in range(21))
        return body[:start] + short + paragraph("DateSigned", "日期" * 20) + body[end:]

    with pytest.raises(Unsupported, match="signature that is parted"):
        typeset(edited(report, change))


def test_merged_cells_that_are_parted_are_left_to_libreoffice_where_a_row_may_be_parted(report: bytes) -> None:
    def change(body: str) -> str:
        first, second, third, *rest = body.split(TABLE)
        return TABLE.join([first, second, third.replace("<w:cantSplit/>", "", 1), *rest])

    parted = lowered(report, 50)
    typeset(parted)
    with pytest.raises(Unsupported, match="cell of several rows behind a page break"):
        typeset(edited(parted, change))


def test_more_that_is_kept_together_than_a_page_holds_is_left_to_libreoffice(report: bytes) -> None:
    blanks = '<w:p><w:pPr><w:pStyle w:val="BlankLine"/></w:pPr></w:p>'
    typeset(with_heading(report, blanks * 10, 1))
    with pytest.raises(Unsupported, match="more kept together than a page holds"):
        typeset(with_heading(report, blanks * 30, 1))


def test_a_long_address_gives_its_last_letter_to_the_signs_behind_it_that_have_no_room() -> None:
    address = "773co3va81s5r3zgn1my2qz04agn695aqq6iv4i2@lc.shandong.cn"
    text = f"{address}）。"
    for cut in (len(text) - 1, len(text) - 2):
        assert find_break(text, scripts(text), 0, cut) == (len(address) - 1, len(address) - 1)
