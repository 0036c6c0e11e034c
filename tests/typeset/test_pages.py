"""What stands on which page, and that nothing stands there twice."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from re import sub
from zipfile import ZipFile

import pytest

from gipdocs.documents.build import build
from gipdocs.drawing.placed import Bar, Drawn, Page, PlacedPicture, PlacedText, Unsupported
from gipdocs.law import Office
from gipdocs.pdf.admission.admit import admit
from gipdocs.questions import prepare_questions
from gipdocs.service import Service
from gipdocs.typeset.pages import lay_out
from gipdocs.typeset.reading import Package
from tests.offices import COUNTY, office_of
from tests.typeset.payloads import registry

BODY, HEADER = "word/document.xml", "word/header1.xml"
LAST_TEXT = '<w:pStyle w:val="LastParagraph"/></w:pPr>'


PRINTED = "日印发"


@pytest.fixture(scope="module")
def letter(service: Service) -> dict[str, bytes]:
    """The parts of a letter whose last text begins on one page and ends on that of the signature."""
    return parts_of(service.build("reply-granted", service.sample("reply-granted"), "docx").content)


@pytest.fixture(scope="module")
def formal(service: Service) -> dict[str, bytes]:
    """The parts of a formal document, which says in a box at the foot of its last page when it was printed."""
    office, entry = office_of(COUNTY), registry()["reply-granted"]
    settings = replace(office.profile.settings, layout="document")
    office = replace(office, profile=replace(office.profile, settings=settings))
    return parts_of(build(entry, service.sample("reply-granted"), office).content)


def parts_of(docx: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(admit(docx).docx)) as archive:
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


def test_text_stands_at_the_top_of_a_box_or_in_its_middle(formal: dict[str, bytes]) -> None:
    def baseline(anchor: str) -> float:
        body = formal[BODY].replace(b' anchor="t"', f' anchor="{anchor}"'.encode())
        pages = lay_out(packed(formal | {BODY: body})).pages
        drawn = [one for page in pages for piece in page.pieces for one in piece.drawn]
        return next(one.y for one in drawn if isinstance(one, PlacedText) and one.text.endswith(PRINTED))

    box, line = 284700 / 12700, 21
    assert baseline("ctr") - baseline("t") == pytest.approx((box - line) / 2, abs=0.05)


def test_a_text_longer_than_its_box_is_left_to_libreoffice(formal: dict[str, bytes]) -> None:
    body = formal[BODY].decode()
    assert PRINTED in body
    with pytest.raises(Unsupported, match="longer than its box"):
        lay_out(packed(formal | {BODY: body.replace(PRINTED, PRINTED * 9).encode()}))


def test_one_line_behind_kept_ones_is_left_to_libreoffice_on_a_page_that_begins_with_a_space(
    formal: dict[str, bytes],
) -> None:
    def refused(*, above: bool) -> set[str]:
        """What is refused as the text is moved down the first page."""
        found = set()
        for space in range(5000, 9000, 240):
            spacing = f'w:before="{space}"' if above else f'w:before="0" w:after="{space}"'
            body = sub(r'w:after="\d+"([^>]*) w:before="\d+"', rf"\1 {spacing}", formal[BODY].decode(), count=1)
            assert spacing in body
            try:
                lay_out(packed(formal | {BODY: body.encode()}))
            except Unsupported as error:
                found.add(str(error))
        return found

    reason = "one line at the end of the first page behind what is kept with it"
    assert refused(above=True) == {reason} and refused(above=False) == set()


def test_a_seal_lies_under_everything_on_its_page(sealed: Office) -> None:
    entry = registry()["reply-granted"]
    sample = prepare_questions(entry.document.schema).sample(sealed)
    drawn = [
        one for page in lay_out(packed(parts_of(build(entry, sample, sealed).content))).pages for one in order(page)
    ]
    seal = next(one for one in drawn if isinstance(one, PlacedPicture))
    over = [
        one
        for one in drawn
        if isinstance(one, PlacedText)
        and seal.y < one.y < seal.y + seal.height
        and seal.x - one.look.size < one.x + sum(one.advances) / 2 < seal.x + seal.width
    ]
    assert {sealed.profile.name, "2026年3月20日"} <= {one.text for one in over}
    assert all(drawn.index(one) > drawn.index(seal) for one in over)


def test_the_rest_of_a_parted_cell_is_drawn_where_its_row_is(service: Service) -> None:
    answers = service.sample("review-form") | {
        "proposal": "经审查，这一项信息涉及多个部门，应当逐件核对以后再答复。" * 60
    }
    pages = lay_out(packed(parts_of(service.build("review-form", answers).content))).pages
    assert len(pages) > 1
    for page in pages:
        heights = [one.y for one in order(page) if isinstance(one, PlacedText)]
        assert heights[0] == min(heights)


def order(page: Page) -> list[Drawn]:
    """Everything on a page, in the order in which it is drawn."""
    return [one for piece in page.pieces for one in piece.drawn]
