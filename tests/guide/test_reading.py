"""A guide is read from whatever it was published as."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from docx import Document as Docx

from gipdocs.errors import InvalidInput
from gipdocs.guide import read

TEXT = "一、主动公开\n电话：0635-6068810　　网址：http://example.gov.cn/a?b=1\n"


def texts(data: bytes | str) -> list[str]:
    return [line.text for line in read(data).lines]


def docx(*, empty: bool = False) -> bytes:
    document = Docx()
    if not empty:
        document.add_heading("一、主动公开", 1)
        table = document.add_table(rows=1, cols=2)
        table.rows[0].cells[0].text, table.rows[0].cells[1].text = "地址：", "花园路22号"
    out = BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert texts(TEXT.encode(encoding)) == texts(TEXT) and len(texts(TEXT)) == 2


def test_paragraphs_of_a_web_page_are_lines_and_so_are_rows_of_a_table() -> None:
    page = (
        '<?xml version="1.0" encoding="utf-8"?><html><head><title>指南</title><style>p{}</style></head><body>'
        "<div><p>一、<b>主动</b>公开</p>前文<br>后文<script>x()</script></div>"
        "<table><tr><td><p>地址：</p></td><td><p>花园路</p><p>22号</p></td></tr><tr><td>邮编：252000</td></tr></table>"
        '<a href="/local">站内</a><a href="https://example.gov.cn/x?sid=9">全文</a></body></html>'
    )
    guide = read(page)
    assert [line.plain for line in guide.lines] == [
        "一、主动公开",
        "前文",
        "后文",
        "地址:花园路22号",
        "邮编:252000",
        "站内全文",
    ]
    assert guide.links == {"https://example.gov.cn/x?sid=9": None}


def test_a_docx_is_read_with_its_tables() -> None:
    assert [line.plain for line in read(docx()).lines] == ["一、主动公开", "地址:花园路22号"]


def test_a_line_is_compared_without_spaces_in_half_width_signs_and_without_links() -> None:
    line = read("时间：８∶３０至１２：００（见http://example.gov.cn/20231122）").lines[0]
    assert line.plain == "时间:8:30至12:00(见http://example.gov.cn/20231122)"
    assert line.unlinked == "时间:8:30至12:00(见)"
    assert read("甲。乙；丙\n").lines[0].clauses == ["甲", "乙", "丙"]


def test_a_link_stands_where_it_is_first_printed() -> None:
    guide = read("甲\n见http://example.gov.cn/a\n又见http://example.gov.cn/a\n")
    assert guide.links == {"http://example.gov.cn/a": 1}


def broken_docx() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w:document")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"%PDF-1.7 ...", "file", "PDF"),
        (b"\xd0\xcf\x11\xe0...", "file", "旧版"),
        (b"PK\x03\x04 not a zip", "file", "DOCX"),
        (broken_docx(), "file", "DOCX"),
        (b"\x00\x01\x02\xff\xff\x00", "file", "编码"),
        (b" \n \n", "empty", "没有文字"),
        (b"<html><body></body></html>", "empty", "没有文字"),
        (docx(empty=True), "empty", "没有文字"),
        (b"x" * (5 * 2**20 + 1), "too-large", "5MB"),
        (b"PK\x03\x04" + b"x" * 20 * 2**20, "too-large", "20MB"),
    ],
    ids=[
        "pdf",
        "doc",
        "no zip",
        "no document",
        "no text",
        "blank",
        "empty page",
        "empty docx",
        "long text",
        "large file",
    ],
)
def test_what_is_no_guide_is_refused(data: bytes, code: str, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(data)
    assert [fault.code for fault in caught.value.faults] == [code] and words in str(caught.value)


def test_a_docx_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gipdocs.published.docx.LARGEST_PART", 1000)
    with pytest.raises(InvalidInput, match="过大"):
        read(docx())
