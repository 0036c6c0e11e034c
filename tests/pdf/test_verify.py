"""A PDF that is not the document that was asked for does not go out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # has no types
from lxml import etree

from gipdocs.docx.values import Box, BoxText, Drawing
from gipdocs.errors import ConversionError
from gipdocs.ooxml import URIS
from gipdocs.pdf.admission.printed_text import Expected, expect, find_first_label, normalize, read_paragraphs
from gipdocs.pdf.checked import CheckedConverter
from gipdocs.pdf.converter import Converter, Made
from gipdocs.pdf.finishing.verify import Wrong, contains, verify
from tests.pdf import samples


@pytest.fixture(scope="module")
def right(converter: Converter) -> bytes:
    return converter.convert(samples.letter("甲乙丙丁"), label="样本")


NOTHING = b"%PDF-"


class Swapped:
    """A transport that gives the PDFs of other documents, one after the other, and remembers whom it was told of."""

    def __init__(self, *pdfs: bytes) -> None:
        self.pdfs = list(pdfs)
        self.doubts: list[tuple[str, str, bool]] = []

    def send(self, docx: bytes, label: str) -> Made:
        return Made(self.pdfs.pop(0), f"worker-{len(self.pdfs)}")

    def doubt(self, maker: str, label: str, *, last: bool) -> None:
        self.doubts.append((maker, label, last))

    def state(self) -> dict[str, object]:
        return {}

    def close(self) -> None:
        pass


def changed(change: Callable[[pikepdf.Pdf], None]) -> Callable[[bytes], bytes]:
    def make(pdf: bytes) -> bytes:
        target = BytesIO()
        with pikepdf.open(BytesIO(pdf)) as opened:
            change(opened)
            opened.save(target)
        return target.getvalue()

    return make


def fonts_of(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    return list(pdf.pages[0].Resources.Font.values())


def no_pages(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[:]


def no_font_files(pdf: pikepdf.Pdf) -> None:
    for font in fonts_of(pdf):
        for key in {"/FontFile", "/FontFile2", "/FontFile3"} & set(font.FontDescriptor.keys()):
            del font.FontDescriptor[key]


def no_text(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = pdf.make_stream(b"")


def no_meaning(pdf: pikepdf.Pdf) -> None:
    for font in fonts_of(pdf):
        del font["/ToUnicode"]


def boxes(pdf: pikepdf.Pdf) -> None:
    """Make every glyph of a TrueType font look like the one for missing characters."""
    file = next(font.FontDescriptor.FontFile2 for font in fonts_of(pdf) if "/FontFile2" in font.FontDescriptor)
    font = TTFont(BytesIO(file.read_bytes()), recalcBBoxes=False)
    first = font.getGlyphOrder()[0]
    for name in font.getGlyphOrder()[1:]:
        font["glyf"][name] = font["glyf"][first]
    target = BytesIO()
    font.save(target)
    file.write(target.getvalue())


FAULTS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "no PDF": (lambda pdf: b"<html>", "文件不完好"),
    "half a PDF": (lambda pdf: pdf[: len(pdf) // 2], ""),
    "no page": (changed(no_pages), "没有页面"),
    "no text": (changed(no_text), "首段或者末段"),
    "text without a meaning": (changed(no_meaning), "首段或者末段"),
    "a font that is not embedded": (changed(no_font_files), "没有嵌入"),
    "empty boxes": (changed(boxes), "空框"),
}


def test_what_only_readers_without_shapes_show_is_not_looked_for() -> None:
    box = Box(x_mm=1, y_mm=1, width_mm=20, height_mm=9, text=BoxText(lines=("框",), font="宋体", size_pt=12))
    drawn = "".join(Drawing(shapes=(box,), alt="图", inline=inline).xml(1) for inline in (False, True))
    story = etree.fromstring(f'<w:p xmlns:w="{URIS["w"]}"><w:r>{drawn}<w:t>文</w:t></w:r></w:p>')
    assert read_paragraphs(story) == ["文", "框", "框"]


@pytest.mark.parametrize(("make", "reason"), FAULTS.values(), ids=FAULTS)
def test_a_faulty_pdf_is_not_handed_out(right: bytes, make: Callable[[bytes], bytes], reason: str) -> None:
    swapped = Swapped(*[make(right)] * 2)
    with pytest.raises(ConversionError, match=f"这份文书的PDF两次没有通过核对.*{reason}"):
        CheckedConverter(swapped).convert(samples.letter("甲乙丙丁"), label="样本")
    assert swapped.doubts == [("worker-1", "样本", False), ("worker-0", "样本", True)]


def test_a_wrong_pdf_is_made_once_more_and_its_maker_is_doubted(right: bytes) -> None:
    swapped = Swapped(NOTHING, right)
    assert CheckedConverter(swapped).convert(samples.letter("甲乙丙丁"), label="样本")
    assert swapped.doubts == [("worker-1", "样本", False)]


def test_the_pdf_of_another_document_is_not_handed_out(right: bytes) -> None:
    converter = CheckedConverter(Swapped(*[right] * 5))
    assert converter.convert(samples.letter("甲乙丙丁"), label="样本")
    with pytest.raises(ConversionError, match="缺少文字"):
        converter.convert(samples.letter("甲乙丙戊"), label="样本")
    with pytest.raises(ConversionError, match="首段或者末段"):
        converter.convert(samples.table(), label="样本")


C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
POINTS = "".join(f"<c:pt idx='{i}'><c:v>{label}</c:v></c:pt>" for i, label in enumerate(("甲类", "乙类")))
LABELS = f"<c:cat><c:strRef><c:strCache>{POINTS}</c:strCache></c:strRef></c:cat>"
CHARTS = {
    "columns": (f"<c:ser>{LABELS}</c:ser><c:ser>{LABELS}</c:ser><c:catAx><c:delete val='0'/></c:catAx>", "甲类"),
    "a hidden axis": (f"<c:ser>{LABELS}</c:ser><c:catAx><c:delete val='1'/></c:catAx>", ""),
    "a pie": (f"<c:ser>{LABELS}<c:dLbls><c:showCatName val='1'/></c:dLbls></c:ser>", "甲类"),
    "a pie without names": (f"<c:ser>{LABELS}<c:dLbls><c:showCatName val='0'/></c:dLbls></c:ser>", ""),
}


@pytest.mark.parametrize(("inside", "label"), CHARTS.values(), ids=CHARTS)
def test_a_chart_is_looked_for_by_the_label_that_it_draws_first(inside: str, label: str) -> None:
    assert find_first_label(etree.fromstring(f"<c:chart xmlns:c='{C}'>{inside}</c:chart>")) == label


def test_a_pdf_that_lacks_a_chart_is_not_handed_out(right: bytes) -> None:
    printed = "甲乙丙丁"
    with pikepdf.open(BytesIO(right)) as pdf:
        verify(pdf, expect([printed]))
        with pytest.raises(Wrong, match="缺少文字"):
            verify(pdf, expect([printed], ["丙类"]))


def test_a_paragraph_may_be_divided_by_a_page_break() -> None:
    expected = Expected("甲" * 20 + "乙" * 20, "丙", Counter())
    verify_text("甲" * 20 + "—2—" + "乙" * 20 + "丙", expected)
    with pytest.raises(Wrong):
        verify_text("甲" * 20 + "丙", expected)


@pytest.mark.parametrize("cut", [1, 7, 11, 12, 13, 19])
def test_a_page_may_end_anywhere_in_a_paragraph(cut: int) -> None:
    paragraph = "逾期未提出意见的，由我们依照条例的规定，决定是否公开"[:20]
    above, below = paragraph[:cut], paragraph[cut:]
    assert contains(f"前文{above}—4—{below}后文", paragraph)
    assert contains(f"{above}—4—{below[:1]}—5—{below[1:]}", paragraph)
    assert not contains(f"前文{below}—4—{above}"[:-1], paragraph)
    assert not contains(f"前文{above}—4—{below[:-1]}后文", paragraph)


def test_a_paragraph_is_not_scattered_over_the_text() -> None:
    assert not contains("甲—1—乙—2—丙—3—丁", "甲乙丙丁") and contains("甲—1—乙—2—丙丁", "甲乙丙丁")


def verify_text(text: str, expected: Expected) -> None:
    if not all(contains(text, paragraph) for paragraph in (expected.first, expected.last)):
        raise Wrong("missing")


def test_spaces_capitals_and_invisible_characters_do_not_count() -> None:
    assert normalize("Ａ b\u200b\u3000C\ufe0f") == "ａbc"


def test_a_letter_is_verified_in_a_few_milliseconds(right: bytes) -> None:
    with pikepdf.open(BytesIO(right)) as pdf:
        expected = Expected("", "", Counter())
        verify(pdf, expected)
        started = time.process_time()
        for _ in range(10):
            verify(pdf, expected)
    assert (time.process_time() - started) / 10 < 0.03
