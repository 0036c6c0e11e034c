"""PDFs are read into paragraphs and tables, and refused by name if they can't be, however they were made."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from pikepdf import Array, Dictionary, Encryption, Name, Pdf

from gipdocs.errors import InvalidInput
from gipdocs.published import pdf
from gipdocs.published.blocks import PrintedTable
from gipdocs.published.pdf import read_pdf
from gipdocs.published.publication import read_published
from tests.published.drawing import Drawing, nameless, save, song

pytestmark = pytest.mark.slow

LONG = "本机关全面贯彻落实有关规定，主动公开政府信息，做好依申请公开工作，加强信息管理和平台建设，完善监督保障机制，取得了较好的成效。"


def blocks_of(*drawings: Drawing) -> list[str | PrintedTable]:
    return read_pdf(save(*drawings))[0]


def paragraph(drawing: Drawing, down: float, *lines: str, left: float = 80, indent: float = 32) -> float:
    for i, line in enumerate(lines):
        drawing.text(left + (0 if i else indent), down, line)
        down += 28
    return down


def grid(drawing: Drawing, rows: list[list[str]], *, top: float = 300, left: float = 80, wide: float = 100) -> None:
    """A table with a line around each cell."""
    for i, row in enumerate(rows):
        for k, text in enumerate(row):
            x, y = left + k * wide, top + i * 20
            for edge in (
                (x, y, x + wide, y),
                (x, y + 20, x + wide, y + 20),
                (x, y, x, y + 20),
                (x + wide, y, x + wide, y + 20),
            ):
                drawing.line(*edge)
            drawing.text(x + 5, y + 14, text, 9)


def fault_of(data: bytes) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as refused:
        read_published(data, "一份年度报告")
    (fault,) = refused.value.faults
    return fault.code, fault.detail


def test_lines_are_joined_to_paragraphs() -> None:
    page = Drawing()
    down = paragraph(page, 100, LONG[:25], LONG[25:52], LONG[52:])
    down = paragraph(page, down, "一、总体情况")
    paragraph(page, down, LONG[:25], LONG[25:52], LONG[52:60])
    assert blocks_of(page) == [LONG, "一、总体情况", LONG[:60]]


def test_a_paragraph_goes_on_over_a_page_break_and_a_page_number() -> None:
    first, second, third = Drawing(), Drawing(), Drawing()
    paragraph(first, 680, LONG[:25], LONG[25:52])
    paragraph(second, 100, LONG[52:], indent=0)
    paragraph(third, 100, "附注。")
    for number, page in enumerate((first, second, third), 1):
        page.text(280, 790, f"— {number} —", 14)
        page.text(80, 60, "某局年度报告", 9)
    assert blocks_of(first, second, third) == [LONG, "附注。"]


@pytest.mark.parametrize("number", ["1", "- 1 -", "第1页 共1页", "1/1"])
def test_the_number_of_a_single_page_is_left_out(number: str) -> None:
    page = Drawing()
    paragraph(page, 100, "一、总体情况")
    page.text(280, 800, number, 12)
    assert blocks_of(page) == ["一、总体情况"]


def test_a_table_goes_on_over_a_page_break_with_its_head_again() -> None:
    first, second = Drawing(), Drawing()
    grid(first, [["项目", "数量"], ["许可", "3"]], top=700)
    grid(second, [["项目", "数量"], ["处罚", "4"]], top=100)
    assert blocks_of(first, second) == [PrintedTable((("项目", "数量"), ("许可", "3"), ("处罚", "4")))]


def test_the_same_figures_again_are_no_head() -> None:
    first, second = Drawing(), Drawing()
    grid(first, [["甲", "3"], ["乙", "3"]], top=700)
    grid(second, [["甲", "3"], ["丙", "4"]], top=100)
    (table,) = blocks_of(first, second)
    assert isinstance(table, PrintedTable) and len(table.rows) == 4


def test_a_table_open_above_has_all_its_rows() -> None:
    page = Drawing()
    for k, x in enumerate((80, 180, 280, 380)):
        page.line(x, 100, x, 160)
        page.text(x + 5, 115, f"列{k}"[: 2 if x < 380 else 0], 9)
    for y in (120, 140, 160):
        page.line(80, y, 380, y)
    assert blocks_of(page) == [PrintedTable((("列0", "列1", "列2"), ("", "", ""), ("", "", "")))]


def test_a_table_open_on_its_sides_has_all_its_columns() -> None:
    page = Drawing()
    for x in (180, 280):
        page.line(x, 100, x, 140)
    for y in (100, 120, 140):
        page.line(80, y, 380, y)
    page.text(85, 115, "许可", 9)
    page.text(285, 135, "7", 9)
    assert blocks_of(page) == [PrintedTable((("许可", "", ""), ("", "", "7")))]


def test_the_words_of_a_chart_are_no_text() -> None:
    page = Drawing()
    paragraph(page, 100, LONG[:25], LONG[25:52], LONG[52:])
    for k in range(3):
        page.box(100 + 60 * k, 250, 140 + 60 * k, 400 - 30 * k, way="0 0 1 rg")
        page.text(110 + 60 * k, 240, f"{k}条", 9)
        page.text(100 + 60 * k, 415, "网站", 9)
    paragraph(page, 480, "二、情况")
    assert blocks_of(page) == [LONG, "二、情况"]


def test_a_footnote_stands_after_its_mark() -> None:
    page = Drawing()
    grid(page, [["许可", "3"]])
    page.text(190, 311, "1", 5)
    paragraph(page, 100, LONG[:25], LONG[25:52], LONG[52:])
    page.text(80, 696, "1", 5)
    page.text(86, 700, "含上年结转2件。", 9)
    page.text(280, 790, "— 1 —", 14)
    assert blocks_of(page) == [LONG, PrintedTable((("许可", "3（含上年结转2件。）"),))]


def test_framed_text_is_text() -> None:
    page = Drawing()
    grid(page, [["提示"]], wide=200)
    assert blocks_of(page) == ["提示"]


def test_a_number_too_long_for_its_cell_is_one_number() -> None:
    page = Drawing()
    grid(page, [["许可", "处罚"], ["", ""]], wide=30)
    page.text(112, 330, "12345", 9)
    page.text(112, 338, "67", 9)
    page.text(82, 334, "3", 9)
    assert blocks_of(page) == [PrintedTable((("许可", "处罚"), ("3", "1234567")))]


def test_two_numbers_in_a_cell_stay_two() -> None:
    page = Drawing()
    grid(page, [["许可", "处罚"], ["", ""]])
    page.text(185, 330, "12", 9)
    page.text(185, 338, "67", 9)
    assert blocks_of(page) == [PrintedTable((("许可", "处罚"), ("", "12\n67")))]


@pytest.mark.parametrize("way", ["3 Tr", "1 g", "1 1 1 rg"], ids=["without ink", "white", "white in color"])
def test_what_cannot_be_seen_is_not_read(way: str) -> None:
    page = Drawing()
    paragraph(page, 100, "看得见的文字")
    page.text(80, 200, "看不见的文字", way=way)
    assert blocks_of(page) == ["看得见的文字"]


def test_white_text_on_a_dark_ground_is_read() -> None:
    page = Drawing()
    page.box(70, 80, 400, 120, way="0 0 0.5 rg")
    page.text(80, 105, "白字", way="1 g")
    assert blocks_of(page) == ["白字"]


def test_text_printed_twice_to_be_bold_is_read_once() -> None:
    page = Drawing()
    page.text(80, 100, "二、情况22件")
    page.text(80.3, 100, "二、情况22件")
    assert blocks_of(page) == ["二、情况22件"]


def test_raised_digits_are_no_part_of_a_number() -> None:
    page = Drawing()
    page.text(80, 100, "收到12")
    page.text(128, 94, "3", 8)
    assert blocks_of(page) == ["收到12³"]


def test_gaps_between_digits_are_kept() -> None:
    page = Drawing()
    page.text(80, 100, "收到12")
    page.text(136, 100, "3件")
    assert blocks_of(page) == ["收到12 3件"]


def test_characters_outside_the_page_are_not_read() -> None:
    page = Drawing()
    page.text(80, 100, "页内")
    page.text(80, 1000, "页外")
    page.text(-300, 100, "页外")
    assert blocks_of(page) == ["页内"]


def test_a_page_that_is_a_picture_is_told() -> None:
    first, second, third = Drawing(), Drawing(), Drawing()
    for page in (first, third):
        paragraph(page, 100, "一、总体情况", LONG[:20])
    second.picture(0, 0, 595, 842)
    blocks, notes = read_pdf(save(first, second, third))
    assert len(blocks) == 4 and notes == ("PDF的第2页是图片，上面的文字没有读取。",)


def test_a_page_that_lies_on_its_side_is_told() -> None:
    first, second = Drawing(), Drawing()
    paragraph(first, 100, "一、总体情况")
    turned(second)
    assert read_pdf(save(first, second, first))[1] == ("PDF的第2页上的文字是横放的，没有读取，请把页面转正后再试。",)


def turned(page: Drawing) -> None:
    page.marks.append(f"BT /F 16 Tf 0 1 -1 0 200 200 Tm <{LONG.encode('utf-16-be').hex()}> Tj ET")


def scan() -> bytes:
    page = Drawing()
    page.picture(20, 20, 575, 822)
    return save(page, page)


def scan_with_recognised_text() -> bytes:
    page = Drawing()
    page.picture(0, 0, 595, 842)
    page.text(80, 100, LONG, 5, way="3 Tr")
    return save(page)


def empty() -> bytes:
    return save(Drawing())


def without_names() -> bytes:
    page = Drawing()
    page.text(80, 100, LONG[:20])
    return save(page, font=nameless)


def two_up() -> bytes:
    page = Drawing(842, 595)
    for i in range(6):
        page.text(60, 100 + 28 * i, LONG[:18])
        page.text(480, 100 + 28 * i, LONG[20:38])
    return save(page, page)


def sideways() -> bytes:
    page = Drawing()
    turned(page)
    return save(page)


def with_password() -> bytes:
    page = Drawing()
    page.text(80, 100, LONG[:20])
    return save(page, encryption=Encryption(owner="a", user="b"))


def restricted() -> bytes:
    page = Drawing()
    page.text(80, 100, LONG[:20])
    return save(page, encryption=Encryption(owner="a", user=""))


def cut_off() -> bytes:
    page = Drawing()
    page.text(80, 100, LONG[:20])
    return save(page)[:600]


def with_damaged_text() -> bytes:
    return with_content(zlib.compress(b"BT /F 9 Tf (abc) Tj ET " * 500)[:60])


def with_content(content: bytes, **entries: object) -> bytes:
    """A page whose content is packed like this."""
    opened = Pdf.new()
    page = opened.add_blank_page()
    page.obj.Resources = Dictionary(Font=Dictionary(F=opened.make_indirect(song())))
    page.obj.Contents = opened.make_stream(content, Filter=Name.FlateDecode, **entries)
    file = BytesIO()
    opened.save(file, compress_streams=False, stream_decode_level=None)
    return file.getvalue()


def bomb() -> bytes:
    packer = zlib.compressobj(9)
    return with_content(b"".join([*(packer.compress(b" " * (1 << 20)) for _ in range(100)), packer.flush()]))


def many_pages() -> bytes:
    kids = " ".join(f"{number} 0 R" for number in range(3, 10_003))
    pages = "".join(f"{number} 0 obj<</Type/Page/Parent 2 0 R>>endobj\n" for number in range(3, 10_003))
    tree = f"2 0 obj<</Type/Pages/Count 10000/MediaBox[0 0 9 9]/Kids[{kids}]>>endobj\n"
    return f"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n{tree}{pages}trailer<</Root 1 0 R>>\n".encode()


def many_lines() -> bytes:
    lines = "".join(f"{i % 600} 0 m {i % 600} 800 l S 0 {i % 800} m 600 {i % 800} l S\n" for i in range(20_000))
    return with_content(zlib.compress(lines.encode()))


def deep() -> bytes:
    return with_content(zlib.compress(b"[" * 100_000))


def nested_drawings() -> bytes:
    opened = Pdf.new()
    page = opened.add_blank_page()
    inner = opened.make_stream(b"0 0 m 1 1 l S", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    for _ in range(8):
        below = Dictionary(XObject=Dictionary(A=inner))
        inner = opened.make_stream(
            b"/A Do " * 10, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]), Resources=below
        )
    page.obj.Resources = Dictionary(XObject=Dictionary(A=inner))
    page.obj.Contents = opened.make_stream(b"/A Do " * 10)
    file = BytesIO()
    opened.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("made", "code", "words"),
    [
        (scan, "file", "扫描件"),
        (scan_with_recognised_text, "file", "扫描件"),
        (empty, "file", "没有可以读取的文字"),
        (without_names, "file", "乱码"),
        (two_up, "file", "并排印有两页"),
        (sideways, "file", "横放"),
        (with_password, "file", "密码"),
        (restricted, "file", "密码或者限制了权限"),
        (cut_off, "file", "损坏"),
        (with_damaged_text, "file", "损坏"),
        (bomb, "too-large", "解压后过大"),
        (many_pages, "too-large", "超过200页"),
        (many_lines, "too-large", "线条过多"),
        (nested_drawings, "too-large", "图形过于庞杂"),
    ],
)
def test_what_cannot_be_read_is_refused_by_name_with_a_cure(made: Callable[[], bytes], code: str, words: str) -> None:
    told, detail = fault_of(made())
    assert told == code and words in detail and ("请改交" in detail or "改交DOCX" in detail or "请只交" in detail)


def test_a_hundred_thousand_brackets_are_no_text() -> None:
    code, _ = fault_of(deep())
    assert code in ("file", "too-large")


def test_what_does_something_by_itself_does_nothing() -> None:
    page = Drawing()
    page.text(80, 100, "一、总体情况")
    with Pdf.open(BytesIO(save(page))) as opened:
        opened.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.launchURL('http://localhost')")
        file = BytesIO()
        opened.save(file)
    assert read_pdf(file.getvalue())[0] == ["一、总体情况"]


def test_a_reader_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "READER", "while True: pass")
    monkeypatch.setattr(pdf, "SECONDS", 1)
    assert fault_of(empty())[1].startswith("PDF过于复杂，在规定的时间里读不完")


def test_a_reader_may_open_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = pdf.READER.replace("        told = read(data)", "        told = {'pages': [open('/etc/hosts').read()]}")
    assert opened != pdf.READER
    monkeypatch.setattr(pdf, "READER", opened)
    assert "损坏" in fault_of(empty())[1]


def test_many_at_once_wait_for_one_another() -> None:
    page = Drawing()
    page.text(80, 100, "一、总体情况")
    data, read = save(page), list[object]()
    threads = [threading.Thread(target=lambda: read.append(read_pdf(data)[0])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == [["一、总体情况"]] * 8


def test_a_caption_in_the_middle_goes_on_in_the_next_line() -> None:
    page = Drawing()
    paragraph(page, 100, LONG[:25], LONG[25:52], LONG[52:])
    page.text(90, 300, LONG[:34], 12)
    page.text(266, 318, "本年度四条", 12)
    assert blocks_of(page) == [LONG, LONG[:34] + "本年度四条"]
