"""Reports come back from the PDFs that LibreOffice makes, of our own documents and of others', and from text copied out of these."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import cache
from io import BytesIO

import pypdf
import pytest

from gipdocs.documents.build import build
from gipdocs.law import Office
from gipdocs.reports import complete, judge, read
from gipdocs.service import Service
from tests.reports.printing import as_docx
from tests.reports.samples import SEEDS, record
from tests.reports.test_reading_pdf import assert_same, told
from tests.reports.test_sowing import VARIANTS

pytestmark = [pytest.mark.slow, pytest.mark.converter]

TEN = (
    "2019",
    "2020",
    "2021",
    "2022",
    "2023",
    "suqian-2024",
    "a greater city",
    "a county",
    "a later year",
    "the old form in its second year",
)
PRINTED = {
    **{f"given {name}": lambda name=name: record(name) for name in SEEDS},
    **{f"right {name}": VARIANTS[name] for name in TEN},
}
"""The five given reports, and ten made from them."""


@pytest.fixture(scope="module")
def ours(service: Service, office: Office) -> Callable[[str], bytes]:
    """Gives the PDF that we make of a report."""

    @cache
    def pdf(name: str) -> bytes:
        entry = service.registry["annual-report"]
        return build(entry, PRINTED[name]().as_json(), office, "pdf", converter=service.converter).content

    return pdf


@pytest.fixture(scope="module")
def others(service: Service) -> Callable[[str], bytes]:
    """Gives the PDF that LibreOffice makes of a report that another office wrote in Word."""
    return cache(lambda name: service.converter.convert(as_docx(PRINTED[name]()), label="report"))


def copied(pdf: bytes, *options: str) -> str:
    """The text as a viewer gives it."""
    return subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()


def extracted(pdf: bytes) -> str:
    """The text as another program takes it out."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize("name", PRINTED)
def test_our_own_pdf_comes_back_whole(name: str, ours: Callable[[str], bytes]) -> None:
    assert_same(read(ours(name)), complete(PRINTED[name]()).record)


@pytest.mark.parametrize("name", PRINTED)
def test_a_pdf_of_another_office_comes_back_whole(name: str, others: Callable[[str], bytes]) -> None:
    assert_same(read(others(name)), PRINTED[name]())


WAYS: dict[str, Callable[[bytes], str]] = {
    "in printed order": lambda pdf: copied(pdf, "-raw"),
    "laid out": lambda pdf: copied(pdf, "-layout"),
    "extracted": extracted,
}
BLANKS = "given 2019"
"""A report with blank cells, of which a copied text shows nothing."""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", [name for name in PRINTED if name != BLANKS])
def test_text_copied_from_our_own_pdf_comes_back_whole(name: str, way: str, ours: Callable[[str], bytes]) -> None:
    assert_same(read(WAYS[way](ours(name))), complete(PRINTED[name]()).record)


@pytest.mark.parametrize("way", [*WAYS, "as it comes"])
@pytest.mark.parametrize("name", PRINTED)
def test_text_copied_from_another_pdf_is_read_right_or_not_at_all(
    name: str, way: str, others: Callable[[str], bytes]
) -> None:
    sample = PRINTED[name]()
    again = read({**WAYS, "as it comes": copied}[way](others(name)))
    assert [
        path for path, value in again.cells.items() if path not in again.hidden and value != sample.cells[path]
    ] == []
    assert told(again) == told(sample)
    noise = [one for one in judge(again).findings if one.code == "S-BROKEN"]
    assert len(noise) <= len([one for one in judge(sample).findings if one.code == "S-BROKEN"])


@pytest.mark.parametrize("way", [*WAYS, "as it comes"])
def test_a_row_with_blank_cells_is_not_guessed(way: str, ours: Callable[[str], bytes]) -> None:
    again = read({**WAYS, "as it comes": copied}[way](ours(BLANKS)))
    assert {path for path in again.hidden if not path.startswith("table3.")} == set()
    assert again.described["source"]["read"][1].startswith("表三读出0行0格，应有23行161格")


def test_a_report_with_charts_comes_back_as_from_word(service: Service, office: Office) -> None:
    entry, sample = service.registry["annual-report"], service.sample("annual-report")
    word, pdf = (
        build(entry, sample, office, format, converter=service.converter).content for format in ("docx", "pdf")
    )
    again, other = read(pdf), read(word)
    assert again.cells == other.cells and again.not_visible == () and told(again) == told(other)
