"""From DOCX to PDF with the real LibreOffice: what comes out, and that it is the same every time."""

from __future__ import annotations

import subprocess
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise

import pdfplumber
import pikepdf
import pypdfium2
import pytest
from pikepdf import Dictionary, Name, Pdf, pdfa
from PIL import Image

from gipdocs.errors import ConverterRefused
from gipdocs.pdf.checked import CheckedConverter
from gipdocs.pdf.converter import Converter
from gipdocs.pdf.engine import Engine
from gipdocs.pdf.options import encode
from gipdocs.pdf.pool.client import PoolClient
from tests.pdf import samples
from tests.pdf.brokers import running_broker, running_node
from tests.pdf.processes import wait_for
from tests.typeset.lines import read

pytestmark = pytest.mark.converter

PDFA = "{http://www.aiim.org/pdfa/ns/id/}"


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as opened:
        return "".join(opened[i].get_textpage().get_text_range() for i in range(len(opened)))


@pytest.fixture(scope="module", params=["pool", pytest.param("engine", marks=pytest.mark.further)])
def converter(request: pytest.FixtureRequest, pool: PoolClient) -> Iterator[Converter]:
    """Every converter there is, over the shared pool: whatever the way, what comes out is the same."""
    if request.param == "pool":
        yield CheckedConverter(pool)
        return
    with running_broker() as broker, running_node(broker.url, pool):
        engine = Engine(replace(pool.options, engine=broker.url))
        wait_for(lambda: any(node["ready"] for node in engine.state()["engine"]["nodes"]), seconds=60)
        yield CheckedConverter(engine)
        assert engine.state()["engine"]["away"] == ""
        engine.close()


@pytest.fixture(scope="module")
def letter(converter: Converter) -> bytes:
    return converter.convert(samples.letter(samples.RARE + samples.SENTENCE), label="letter")


def test_the_text_is_in_the_pdf_rare_characters_of_names_too(letter: bytes) -> None:
    text = text_of(letter)
    assert samples.RARE in text
    assert "样函〔2026〕1号" in text
    assert "2026年11月23日" in text


def test_each_official_font_is_drawn_by_its_free_stand_in_and_rare_characters_by_the_fallback(letter: bytes) -> None:
    with pdfplumber.open(BytesIO(letter)) as pdf:
        fonts = {char["text"]: char["fontname"].split("+")[1] for page in pdf.pages for char in page.chars}
    assert fonts["函"] in {"FandolFang-Regular", "FandolSong-Bold"}
    assert fonts["收"] == "FandolFang-Regular"
    assert fonts["项"] == "FandolHei-Regular"
    assert fonts["式"] == "FandolKai-Regular"
    assert fonts["表"] == "FandolSong-Regular"
    assert fonts["C"] == "LiberationSerif"
    assert {fonts[char] for char in samples.RARE} == {"LXGWWenKai-Light"}


def test_the_pdf_is_tagged_archival_and_chinese_and_carries_the_document_properties(letter: bytes) -> None:
    with pikepdf.open(BytesIO(letter)) as pdf:
        assert str(pdf.Root.Lang) == "zh-CN"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        metadata = dict(pdf.open_metadata())
        names = {key: str(value) for key, value in pdf.docinfo.items()}
    assert metadata[PDFA + "part"] == "2"
    assert metadata[PDFA + "conformance"] == "B"
    assert metadata["{http://purl.org/dc/elements/1.1/}title"] == "样本函件"
    assert names["/Title"] == "样本函件"
    assert names["/Author"] == "样本机关"
    assert names["/Subject"] == "样本"
    assert names["/Keywords"] == "测试"
    assert names["/CreationDate"] == "D:20261123093000Z"


@pytest.mark.parametrize("make", [samples.letter, samples.table, samples.headed], ids=["letter", "table", "headed"])
def test_the_validator_has_nothing_to_say_against_the_archival_claim(converter: Converter, make: object) -> None:
    pdf = converter.convert(make(), label="sample")  # type: ignore[operator]
    report = pdfa.validate_written(BytesIO(pdf), pdfa.Flavour("2b"))
    assert list(report.findings) == []


def test_pages_carry_nothing_of_libreoffices_explanations_and_every_stream_is_compressed(converter: Converter) -> None:
    with Pdf.open(BytesIO(converter.convert(samples.headed(), label="sample"))) as pdf:
        for page in pdf.pages:
            content = page.obj.Contents
            assert content.Filter == Name.FlateDecode
            assert not [line for line in content.read_bytes().splitlines() if line.startswith(b"%")]
            assert page.obj.get(Name.Tabs, Name.S) == Name.S
        fonts = [thing for thing in pdf.objects if isinstance(thing, Dictionary) and "/FontFile2" in thing]
        assert fonts and all(font.FontFile2.Filter == Name.FlateDecode for font in fonts)


def test_headings_become_the_outline(converter: Converter) -> None:
    with (
        pikepdf.open(BytesIO(converter.convert(samples.headed(), label="headed"))) as pdf,
        pdf.open_outline() as outline,
    ):
        assert [item.title for item in outline.root] == ["第一章", "第二章"]
        assert [item.title for item in outline.root[0].children] == ["关于“附表”"]


def test_a_picture_is_neither_scaled_nor_compressed_with_loss(converter: Converter) -> None:
    noise = Image.effect_noise((300, 300), 80).convert("RGB")
    target = BytesIO()
    noise.save(target, "PNG")
    pdf = converter.convert(samples.drawn_picture("noise.png", "image/png", target.getvalue()), label="picture")
    with pikepdf.open(BytesIO(pdf)) as opened:
        (image,) = opened.pages[0].get_images().values()
        assert pikepdf.PdfImage(image).as_pil_image().convert("RGB").tobytes() == noise.tobytes()


def test_punctuation_does_not_hang_over_the_margin_and_digits_stand_close(converter: Converter) -> None:
    """LibreOffice reads both settings of Word wrongly, in the styles and in a paragraph of its own."""
    hanging = '<w:p><w:pPr><w:overflowPunct w:val="0"/></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>'
    docx = samples.with_body(hanging.format("国，" * 100), samples.letter("国，" * 100))
    with pdfplumber.open(BytesIO(converter.convert(docx, label="punctuation"))) as pdf:
        right = max(char["x1"] for page in pdf.pages for char in page.chars)
    assert right / 72 * 25.4 <= 184.3
    with pdfplumber.open(BytesIO(converter.convert(samples.letter("年1月"), label="digits"))) as pdf:
        chars = pdf.pages[0].chars
        place = next(i for i, char in enumerate(chars) if char["text"] == "年" and chars[i + 1]["text"] == "1")
    assert chars[place + 1]["x0"] - chars[place]["x1"] == pytest.approx(0, abs=0.1)


def test_the_least_height_of_a_row_includes_its_rules(converter: Converter) -> None:
    """As LibreOffice 7.4 has it; 25.2 would add them."""
    pdf = converter.convert(samples.ruled_table(3, height=40, rule=2), label="table")
    rules = sorted(box.low for page in read(pdf) for box in page.boxes if box.kind == "bar")
    assert [high - low for low, high in pairwise(rules)] == pytest.approx([40.0] * 3, abs=0.2)


def test_a_page_without_a_header_begins_at_its_margin(converter: Converter) -> None:
    """LibreOffice 25.2 would give every page an empty header if the first one has one, and the header a line's height."""
    far, near = (
        converter.convert(samples.with_first_header("页眉", top=20, header=header), label="header")
        for header in (5, 18)
    )
    assert read(near)[1].characters == read(far)[1].characters != []


def test_the_same_document_gives_the_same_bytes_whatever_was_converted_between(converter: Converter) -> None:
    docx = samples.letter(samples.RARE)
    first = converter.convert(docx, label="letter")
    converter.convert(samples.table(), label="table")
    time.sleep(1.1 - time.time() % 1)  # into another second
    assert converter.convert(docx, label="letter") == first


def test_fonts_that_come_as_type_1_do_not_make_a_difference(converter: Converter) -> None:
    """The last fallbacks carry outlines of another kind, in which LibreOffice puts a running number."""
    docx = samples.letter("갃갆")  # in no other font of the chains, whatever their versions
    first, second = (converter.convert(docx, label="letter") for _ in range(2))
    with pikepdf.open(BytesIO(first)) as pdf:
        assert any(isinstance(one, pikepdf.Dictionary) and "/FontFile" in one for one in pdf.objects)
    assert first == second


def test_the_date_is_that_of_the_document_not_of_the_conversion(converter: Converter) -> None:
    today = datetime.now(UTC).strftime("%Y%m%d").encode()
    pdf = converter.convert(samples.letter(), label="letter")
    with pikepdf.open(BytesIO(pdf)) as opened:
        texts = [repr(dict(opened.docinfo)).encode(), opened.Root.Metadata.read_bytes()]
        created = opened.open_metadata()["xmp:CreateDate"]
    assert today == b"20261123" or not any(today in text for text in texts)
    assert datetime.fromisoformat(str(created)) == datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def test_many_threads_never_get_each_others_text(converter: Converter) -> None:
    marks = [f"甲{number:04d}乙" for number in range(24)]
    with ThreadPoolExecutor(6) as threads:
        pdfs = list(threads.map(lambda mark: converter.convert(samples.letter(mark), label="letter"), marks))
    for mark, pdf in zip(marks, pdfs, strict=True):
        text = text_of(pdf)
        assert [other for other in marks if other in text] == [mark]


def test_two_processes_share_one_pool(pool: PoolClient) -> None:
    code = f"""
from tests.pdf import samples
from gipdocs.pdf.pool.client import PoolClient
from gipdocs.pdf.options import decode
pool = PoolClient(decode({options_text(pool)!r}))
print(pool.state()["pid"], len(pool.send(samples.letter(), "letter").pdf))
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    process, size = map(int, ended.stdout.split())
    assert process == pool.state()["pid"]
    assert size > 10_000


def options_text(pool: PoolClient) -> str:
    return encode(pool.options)


HOSTILE = [
    "<select>",
    "A & B",
    "{{7*7}}",
    "]]>",
    "\u200bab",
    "é́",
    "Ünï",
    "ﬁ",
    "ｆｕｌｌ",
    "①②③",
    "○●□☑",
    "𠀀𪚥",
    "a" * 3000,
    "国" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_odd_text_comes_out_as_typed_or_is_refused_by_name(converter: Converter, text: str) -> None:
    docx = samples.letter(text)
    try:
        pdf = converter.convert(docx, label="letter")
    except ConverterRefused as refusal:
        assert "U+" in str(refusal)
        return
    printed = Counter(unicodedata.normalize("NFKC", text_of(pdf)))
    wanted = Counter(unicodedata.normalize("NFKC", text.replace("\u200b", "").replace(" ", "")))
    assert wanted <= printed


def test_health_tells_which_walls_stand_and_what_was_done(converter: Converter) -> None:
    health = converter.health()
    assert health.ready
    assert health.reason == ""
    assert set(health.layers) == {
        "limits",
        "network_namespace",
        "private_mounts",
        "no_privileges",
        "landlock",
        "seccomp",
    }
    assert health.measures["answers"]["ok"] > 0
    assert sum(health.measures["working_seconds"]["counts"]) > 0
