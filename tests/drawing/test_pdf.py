"""Placed pages come out as a PDF/A with its tags, bookmarks and embedded fonts, and every character at its place."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pdfplumber
import pikepdf
import pypdfium2
import pytest
from pikepdf import Name, NumberTree, Object, Pdf, PdfImage, pdfa
from PIL import Image

from gipdocs.drawing.pdf import Info, draw
from gipdocs.drawing.placed import (
    Bar,
    Drawn,
    Element,
    Ink,
    Page,
    Placed,
    PlacedPicture,
    PlacedPiece,
    PlacedText,
    Unsupported,
)
from gipdocs.pdf.admission.printed_text import Expected, expect
from gipdocs.pdf.finishing.finish import complete
from gipdocs.pdf.finishing.tree import elements, kids
from gipdocs.pdf.finishing.verify import Wrong, verify
from tests.drawing import pages

INFO = Info(title="样本函件", author="样本机关", subject="样本", keywords="测试", created="2026-11-23T09:30:00Z")

RARE = {
    "LXGWWenKai-Light": ("仿宋_GB2312", "䶮㛃𬭊堃"),
    "NotoSerifCJKsc-Regular": ("宋体", "䶮玥"),
    "NotoSerifCJKsc-Bold": ("方正小标宋简体", "祎"),
    "NotoSansCJKsc-Regular": ("黑体", "䶮"),
    "HanaMinA": ("仿宋_GB2312", "𠀀"),
    "HanaMinB": ("仿宋_GB2312", "𫝀"),
    "LiberationSerif": ("Times New Roman", "Abc 019"),
    "LiberationSans": ("Arial", "Abc"),
}


def finish(placed: Placed, info: Info = INFO, expected: Expected | None = None) -> bytes:
    """The finished file of placed pages, after its verification."""
    with Pdf.open(BytesIO(draw(placed, info)), inherit_page_attributes=False) as pdf:
        if expected:
            verify(pdf, expected)
        return complete(pdf, "样本制作")


def one_page(*drawn: Drawn, owner: Element | None = None) -> Placed:
    """A page with a single piece."""
    root = Element("Document", [owner] if owner else [])
    return Placed([Page(pages.WIDTH, pages.HEIGHT, [PlacedPiece(owner, list(drawn))])], root)


def printed(placed: Placed) -> list[str]:
    """The text of each piece."""
    pieces = (piece for page in placed.pages for piece in page.pieces)
    return ["".join(one.text for one in piece.drawn if isinstance(one, PlacedText)) for piece in pieces]


@pytest.fixture(scope="module")
def letter() -> bytes:
    placed = pages.letter()
    return finish(placed, expected=expect(printed(placed)))


@pytest.fixture
def opened(letter: bytes) -> Iterator[Pdf]:
    with Pdf.open(BytesIO(letter)) as pdf:
        yield pdf


def tags(parent: Object) -> list[object]:
    """What is below an element: for each its type, and what is below it."""
    return [(str(one.S).removeprefix("/"), tags(one)) if tags(one) else str(one.S)[1:] for one in elements(parent)]


def test_the_validator_has_nothing_to_say_against_the_archival_claim(letter: bytes) -> None:
    assert list(pdfa.validate_written(BytesIO(letter), pdfa.Flavour("2b")).findings) == []


def test_it_says_what_it_is_as_the_finished_files_of_libreoffice_do(opened: Pdf) -> None:
    root = opened.Root
    assert str(root.Lang) == "zh-CN"
    assert root.MarkInfo.Marked and root.ViewerPreferences.DisplayDocTitle
    assert root.OutputIntents[0].S == Name.GTS_PDFA1
    assert root.PageLabels.Nums[1].S == Name.D
    assert all(page.obj.Tabs == Name.S for page in opened.pages)
    named = {key: str(value) for key, value in opened.docinfo.items()}
    assert named["/Title"] == "样本函件" and named["/Author"] == "样本机关"
    assert named["/Subject"] == "样本" and named["/Keywords"] == "测试"
    assert named["/CreationDate"] == named["/ModDate"] == "D:20261123093000Z"
    metadata = dict(opened.open_metadata())
    assert metadata["{http://www.aiim.org/pdfa/ns/id/}part"] == "2"
    assert metadata["{http://purl.org/dc/elements/1.1/}title"] == "样本函件"
    assert metadata["{http://purl.org/dc/elements/1.1/}source"] == "样本制作"


def test_the_tags_stand_in_the_order_of_the_document(opened: Pdf) -> None:
    (document,) = elements(opened.Root.StructTreeRoot)
    assert Name.Document == document.S
    cells = [("TR", [("TH", ["P"]), ("TH", ["P"])])] * 2 + [("TR", [("TH", ["P"]), ("TD", ["P"]), ("TD", ["P"])])]
    assert tags(document) == ["P", "P", "H1", "P", "H2", "H3", *["P"] * 6, "H2", ("Table", cells), "Figure"]


def test_each_piece_on_a_page_has_its_owner_and_ornament_has_none(opened: Pdf) -> None:
    owners = NumberTree(opened.Root.StructTreeRoot.ParentTree)
    for page in opened.pages:
        held = list(owners[int(page.obj.StructParents)])
        marked = [one for one in pikepdf.parse_content_stream(page) if str(one.operator) in {"BDC", "BMC"}]
        numbers = [int(one.operands[1].MCID) for one in marked if str(one.operator) == "BDC"]
        assert numbers == list(range(len(held)))
        assert [str(one.operands[0]) for one in marked if str(one.operator) == "BMC"] == ["/Artifact"] * (
            len(marked) - len(held)
        )
        for number, owner in enumerate(held):
            assert number in kids(owner) and owner.Pg.objgen == page.obj.objgen


def test_header_cells_say_what_they_head_and_cells_what_they_span(opened: Pdf) -> None:
    (document,) = elements(opened.Root.StructTreeRoot)
    (table,) = (one for one in elements(document) if Name.Table == one.S)
    rows = [[cell.get(Name.A, {}) for cell in elements(row)] for row in elements(table)]
    assert [[str(cell.get("/Scope", "")) for cell in row] for row in rows] == [
        ["/Column", "/Column"],
        ["/Column", "/Column"],
        ["/Row", "", ""],
    ]
    assert int(rows[0][0].RowSpan) == 2 and int(rows[0][1].ColSpan) == 2
    assert "/ColSpan" not in rows[0][0]


def test_a_figure_has_its_description_and_its_rectangle(opened: Pdf) -> None:
    (document,) = elements(opened.Root.StructTreeRoot)
    (figure,) = (one for one in elements(document) if Name.Figure == one.S)
    assert str(figure.Alt) == "样本机关的印章"
    assert [float(edge) for edge in figure.A.BBox] == pytest.approx([360, pages.HEIGHT - 680, 480, pages.HEIGHT - 560])


def test_headings_become_bookmarks_below_each_other_which_lead_to_them(opened: Pdf) -> None:
    with opened.open_outline() as outline:
        (title,) = outline.root
        assert title.title == pages.TITLE
        assert [one.title for one in title.children] == ["一、关于事项☑", "二、附件"]
        assert [one.title for one in title.children[0].children] == ["（一）获取方式"]
        (last,) = title.children[1:]
    page, _, _, top, _ = last.destination
    assert page.objgen == opened.pages[1].obj.objgen
    assert float(top) == pytest.approx(pages.HEIGHT - pages.TOP - 15 * pages.LINE + 16)


def test_a_document_without_headings_has_its_title_as_its_bookmark() -> None:
    placed = one_page(*pages.run("仿宋_GB2312", 16, "正文", x=100, y=100), owner=Element("P"))
    with Pdf.open(BytesIO(finish(placed))) as pdf, pdf.open_outline() as outline:
        assert [one.title for one in outline.root] == ["样本函件"]


def test_a_paragraph_over_two_pages_is_one_element_with_a_piece_on_each() -> None:
    paragraph = Element("P")
    parts = [Page(pages.WIDTH, pages.HEIGHT), Page(pages.WIDTH, pages.HEIGHT)]
    for page, text in zip(parts, ("上半", "下半"), strict=True):
        page.pieces.append(PlacedPiece(paragraph, list(pages.run("仿宋_GB2312", 16, text, x=100, y=100))))
    with Pdf.open(BytesIO(finish(Placed(parts, Element("Document", [paragraph]))))) as pdf:
        (document,) = elements(pdf.Root.StructTreeRoot)
        (found,) = elements(document)
        first, second = kids(found)
        assert first == 0 and found.Pg.objgen == pdf.pages[0].obj.objgen
        assert second.MCID == 0 and second.Pg.objgen == pdf.pages[1].obj.objgen  # type: ignore[union-attr]


def test_every_font_is_embedded_in_part_and_every_stream_is_compressed(opened: Pdf) -> None:
    fonts = [one for one in opened.objects if isinstance(one, pikepdf.Dictionary) and one.get(Name.Type) == Name.Font]
    whole = [font for font in fonts if font.Subtype == Name.Type0]
    assert len(whole) in (7, 8)  # a newer version of one fallback draws what another one drew
    for font in whole:
        (descendant,) = font.DescendantFonts
        assert descendant.FontDescriptor.FontFile2.Filter == Name.FlateDecode
        assert len(descendant.FontDescriptor.FontFile2.read_bytes()) < 200_000
        assert str(font.BaseFont)[7] == "+"
    assert all(page.obj.Contents.Filter == Name.FlateDecode for page in opened.pages)


def test_the_text_is_read_back_and_a_missing_one_is_noticed(letter: bytes) -> None:
    with pypdfium2.PdfDocument(letter) as pdf:
        text = "".join(page.get_textpage().get_text_range() for page in pdf)
    assert pages.TITLE in text and "GK-2026-0118" in text and "王𫝀" in text
    placed = pages.letter()
    with pytest.raises(Wrong):
        finish(placed, expected=expect([*printed(placed), "另有"]))


@pytest.mark.parametrize(("face", "found"), RARE.items(), ids=RARE)
def test_a_rare_character_of_each_fallback_comes_out(face: str, found: tuple[str, str]) -> None:
    font, text = found
    pdf = finish(one_page(*pages.run(font, 40, text, x=100, y=100)), expected=expect([text]))
    assert list(pdfa.validate_written(BytesIO(pdf), pdfa.Flavour("2b")).findings) == []
    with pdfplumber.open(BytesIO(pdf)) as opened:
        chars = opened.pages[0].chars
    assert "".join(char["text"] for char in chars) == text
    assert {char["fontname"].partition("+")[2] for char in chars} == {face}
    image = _render(pdf)
    for char in chars:
        box = (int(char["x0"]), 60, int(char["x1"]) + 1, 112)
        assert char["text"] == " " or image.crop(box).getextrema()[0] < 128, char["text"]


def test_two_characters_of_one_glyph_are_both_read_back_and_those_after_them_drawn_as_ever() -> None:
    alone = one_page(*pages.run("仿宋_GB2312", 40, "丙丁", x=300, y=100))
    beside = one_page(*pages.run("仿宋_GB2312", 40, "甲·乙•丙丁", x=140, y=100))
    finished = finish(beside, expected=expect(["甲·乙•丙丁"]))
    assert (
        _render(finished).crop((300, 0, 595, 200)).tobytes()
        == _render(finish(alone)).crop((300, 0, 595, 200)).tobytes()
    )


def _render(pdf: bytes) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        image: Image.Image = document[0].render().to_pil().convert("L")
    return image


@pytest.mark.parametrize("size", [9, 10.5, 16, 36])
@pytest.mark.parametrize("width", [66.0, 100.0])
def test_each_character_stands_at_its_place_to_a_hundredth_of_a_point(size: float, width: float) -> None:
    advances = [size * (1 + 0.013 * (number % 7) - 0.02 * (number % 3)) for number in range(30)]
    run = PlacedText(Ink("FandolFang-Regular", size, width), 50.123, 200, "公" * 30, advances)
    list(pages.run("仿宋_GB2312", size, "公", x=0, y=0))
    with pypdfium2.PdfDocument(finish(one_page(run))) as pdf:
        text = pdf[0].get_textpage()
        drawn = [number for number in range(text.count_chars()) if text.get_text_range(number, 1) == "公"]
        boxes = [text.get_charbox(number, loose=True) for number in drawn]
    assert [box[0] for box in boxes] == pytest.approx(
        [50.123 + sum(advances[:number]) for number in range(30)], abs=0.01
    )
    assert {round(box[2] - box[0], 1) for box in boxes} == {round(size * width / 100, 1)}


def test_evenly_spaced_characters_are_one_string() -> None:
    runs = pages.run("仿宋_GB2312", 16, "公开信息答复", x=100, y=100, extra=1.234)
    with Pdf.open(BytesIO(draw(one_page(*runs), INFO))) as pdf:
        content = pdf.pages[0].obj.Contents.read_bytes()
    assert content.count(b"<") == 1 and b"1.234 Tc" in content


def test_colours_bars_and_pictures_are_drawn_where_they_are_placed() -> None:
    target = BytesIO()
    Image.new("RGB", (10, 10), (0, 0, 255)).save(target, "JPEG")
    bar, ring = Bar(100, 200, 300, 10, "FF0000"), PlacedPicture(100, 300, 120, 120, pages.seal())
    placed = one_page(bar, ring, PlacedPicture(300, 300, 50, 50, target.getvalue()))
    with pypdfium2.PdfDocument(finish(placed)) as pdf:
        image = pdf[0].render(scale=2).to_pil()
    assert image.getpixel((300, 410)) == (255, 0, 0)
    assert image.getpixel((300, 398)) == image.getpixel((300, 422)) == (255, 255, 255)
    assert image.getpixel((320, 720)) == (255, 255, 255)  # through the middle of the ring
    assert image.getpixel((214, 720))[1] == pytest.approx(55, abs=10)  # the ring lets a fifth of the paper through
    assert image.getpixel((650, 650))[2] > 240 and image.getpixel((650, 650))[0] < 20


def test_pictures_lose_nothing_and_one_that_is_drawn_twice_is_embedded_once() -> None:
    noise = Image.effect_noise((60, 40), 80).convert("RGB")
    target = BytesIO()
    noise.save(target, "PNG")
    both = [PlacedPicture(100, 100 + 60 * number, 60, 40, target.getvalue()) for number in range(2)]
    with Pdf.open(BytesIO(finish(one_page(*both)))) as pdf:
        (image,) = pdf.pages[0].get_images().values()
        assert PdfImage(image).as_pil_image().tobytes() == noise.tobytes()


@pytest.mark.parametrize("mode", ["CMYK", "I;16"])
def test_pictures_of_other_kinds_are_left_to_libreoffice(mode: str) -> None:
    target = BytesIO()
    Image.new(mode, (4, 4)).save(target, "JPEG" if mode == "CMYK" else "PNG")
    with pytest.raises(Unsupported, match=mode):
        draw(one_page(PlacedPicture(0, 0, 10, 10, target.getvalue())), INFO)


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\nrest", pages.seal()[:200]], ids=["empty", "odd", "cut off"])
def test_a_broken_picture_is_left_to_libreoffice(data: bytes) -> None:
    with pytest.raises(Unsupported, match="picture"):
        draw(one_page(PlacedPicture(0, 0, 10, 10, data)), INFO)


def test_the_same_pages_give_the_same_bytes_and_others_do_not(letter: bytes) -> None:
    assert finish(pages.letter()) == letter
    assert finish(pages.letter(), replace(INFO, created="2026-11-24T09:30:00Z")) != letter


def test_readers_have_nothing_to_complain_of(letter: bytes, tmp_path: Path) -> None:
    file = tmp_path / "letter.pdf"
    file.write_bytes(letter)
    with Pdf.open(file) as pdf:
        assert pdf.check_pdf_syntax() == []
    for command in (
        ["pdfinfo", file],
        ["pdftotext", file, "-"],
        ["pdftoppm", "-png", "-r", "40", file, tmp_path / "p"],
    ):
        ended = subprocess.run(command, capture_output=True, text=True, check=True)
        assert ended.stderr == ""
