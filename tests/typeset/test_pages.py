"""What stands on which page, and that nothing stands there twice."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest

from gipdocs.pdf.admission.admit import admit
from gipdocs.service import Service
from gipdocs.typeset.pages import lay_out
from gipdocs.typeset.placed import Bar, PlacedText
from gipdocs.typeset.reading import Package

BODY, HEADER = "word/document.xml", "word/header1.xml"
LAST_TEXT = '<w:pStyle w:val="LastParagraph"/></w:pPr>'


@pytest.fixture(scope="module")
def letter(service: Service) -> dict[str, bytes]:
    """The parts of a letter whose last text begins on one page and ends on that of the signature."""
    made = service.build("reply-granted", service.sample("reply-granted"), "docx")
    with ZipFile(BytesIO(admit(made.content).docx)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> Package:
    """The letter with these parts."""
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return Package(target.getvalue())


def test_two_lines_of_the_last_text_stand_on_the_page_of_the_signature(letter: dict[str, bytes]) -> None:
    pages = lay_out(packed(letter)).pages
    baselines = {one.y for piece in pages[1].pieces for one in piece.drawn if isinstance(one, PlacedText)}
    assert len(pages) == 2 and len([y for y in baselines if y < 160]) == 2


def test_a_bar_beside_the_last_text_is_drawn_once_though_the_text_is_parted(letter: dict[str, bytes]) -> None:
    header = letter[HEADER].decode()
    run = header[header.index("<w:r>") : header.rindex("</w:r>") + len("</w:r>")]
    body = letter[BODY].decode()
    assert LAST_TEXT in body
    changed = letter | {BODY: body.replace(LAST_TEXT, LAST_TEXT + run, 1).encode()}

    def bars(parts: dict[str, bytes]) -> list[int]:
        pages = lay_out(packed(parts)).pages
        return [sum(isinstance(one, Bar) for piece in page.pieces for one in piece.drawn) for page in pages]

    before, after = bars(letter), bars(changed)
    assert sum(after) - sum(before) == run.count("<mc:Choice")
