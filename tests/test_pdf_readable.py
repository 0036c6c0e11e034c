"""The PDF of every sample reads well by ear and keeps in an archive: tags, descriptions, order, provenance."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO

import pdfplumber
import pytest
from lxml import etree
from pikepdf import Name, Pdf, pdfa

from gipdocs.documents.build import build, origin
from gipdocs.documents.document import Answers
from gipdocs.documents.registry import find
from gipdocs.law import Office
from gipdocs.pdf.admission.drawings import DescribedDrawing, find_drawings
from gipdocs.questions import load
from gipdocs.service import Service
from gipdocs.settings import PROJECT
from tests import reading

pytestmark = pytest.mark.converter

PRINTED = [id for id, entry in find([PROJECT / "plugins"]).items() if "pdf" in entry.document.formats]
LABELS = ("行名", "列名", "栏目")
"""How the names of the styles end in which labels are set."""

SOURCE = "{http://purl.org/dc/elements/1.1/}source"


@pytest.fixture(params=PRINTED)
def id(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pdf(id: str, printed: Callable[[str], bytes]) -> Iterator[Pdf]:
    with Pdf.open(BytesIO(printed(id))) as opened:
        yield opened


def drawn(id: str, service: Service, sealed: Office) -> tuple[DescribedDrawing, ...]:
    """The drawings of the same sample's DOCX."""
    return find_drawings(etree.fromstring(part(id, "word/document.xml", service, sealed)))


def part(id: str, name: str, service: Service, sealed: Office) -> bytes:
    """A part of the same sample's DOCX."""
    docx = build(service.registry[id], service.sample(id), sealed, "docx").content
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        return archive.read(name)


def test_every_picture_is_described_and_ornament_is_none(pdf: Pdf, id: str, service: Service, sealed: Office) -> None:
    wanted = [drawing.description for drawing in drawn(id, service, sealed) if not drawing.ornament]
    assert reading.descriptions(pdf) == wanted


def test_tags_and_pages_agree_and_only_ornament_is_without_a_tag(pdf: Pdf) -> None:
    assert reading.torn_links(pdf) == []


def test_every_label_of_a_table_is_a_header_cell_with_a_scope(pdf: Pdf) -> None:
    cells = reading.all_tags(pdf, Name.TD, Name.TH)
    labels = [cell for cell in cells if reading.first_style(cell).endswith(LABELS)]
    headers = reading.all_tags(pdf, Name.TH)
    assert all(reading.scope(cell) in ("Row", "Column") for cell in (*labels, *headers))
    assert not cells or headers


def test_the_tab_key_follows_the_tags_and_pages_are_labelled_as_numbered(pdf: Pdf) -> None:
    assert all(page.obj.Tabs == Name("/S") for page in pdf.pages)
    assert [page.label for page in pdf.pages] == [str(number) for number in range(1, len(pdf.pages) + 1)]


@pytest.mark.parametrize("id", ["reply-granted", "guide"], indirect=True)
def test_page_numbers_are_printed_and_not_read(id: str, printed: Callable[[str], bytes]) -> None:
    with pdfplumber.open(BytesIO(printed(id))) as opened:
        foot = opened.pages[-1].extract_text().replace(" ", "")
    (spoken,) = reading.read_aloud(printed(id), Name.Document)
    number = f"—{len(opened.pages)}—"
    assert number in foot and number not in spoken.replace(" ", "")


def test_a_letter_is_read_from_its_letterhead_on(printed: Callable[[str], bytes]) -> None:
    (spoken,) = reading.read_aloud(printed("reply-granted"), Name.Document)
    assert spoken.startswith("聊城市机关事务管理局聊机管公开")


def test_a_chart_of_steps_is_read_from_top_to_bottom(printed: Callable[[str], bytes]) -> None:
    frames = [text for text in reading.read_aloud(printed("flowchart"), Name.Div) if len(text) > 2]
    assert frames[0].startswith("公民、法人或者其他组织提出申请")
    assert [one for one in frames if "提起行政诉讼" in one] == frames[-2:]


@pytest.mark.parametrize("id", PRINTED, indirect=True)
def test_one_title_and_a_bookmark_for_each_heading(id: str, pdf: Pdf, printed: Callable[[str], bytes]) -> None:
    assert len(reading.all_tags(pdf, Name.H1)) == 1
    headings = reading.read_aloud(printed(id), *(Name(f"/H{level}") for level in range(1, 7)))
    assert ["".join(title.split()) for title in reading.bookmarks(pdf)] == ["".join(one.split()) for one in headings]


def test_the_title_is_a_bookmark_at_least(pdf: Pdf) -> None:
    assert reading.bookmarks(pdf)


def test_the_file_says_by_what_it_was_made(pdf: Pdf, id: str, service: Service, sealed: Office) -> None:
    entry, answers = service.registry[id], loaded(id, service)
    made_from = origin(entry, sealed, answers)
    said = pdf.open_metadata()[SOURCE]
    assert said == "; ".join(f"{name} {version}" for name, version in made_from.items())
    assert entry.document.id in said and "profile" in made_from


def loaded(id: str, service: Service) -> Answers:
    """The sample as the document's questions load it."""
    return load(service.registry[id].document.schema, service.sample(id))  # type: ignore[arg-type]  # questions, all


def test_the_archival_claim_holds(id: str, printed: Callable[[str], bytes]) -> None:
    report = pdfa.validate_written(BytesIO(printed(id)), pdfa.Flavour("2b"))
    assert list(report.findings) == []
