"""HTML derived from a DOCX keeps its words, headings and table spans."""

from __future__ import annotations

import re
from io import BytesIO

from docx import Document as Docx
from docx.oxml import OxmlElement

from gipdocs.documents.html import body, page


def _bytes(docx: object) -> bytes:
    out = BytesIO()
    docx.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def test_headings_come_from_outline_levels_and_text_is_escaped() -> None:
    docx = Docx()
    docx.add_heading("一、<总体>情况", 1)
    docx.add_paragraph("正文 & 更多")
    html = body(_bytes(docx))
    assert '<h2 id="s1">一、&lt;总体&gt;情况</h2>' in html
    assert "<p>正文 &amp; 更多</p>" in html


def test_every_heading_has_an_anchor_by_its_place_in_the_outline() -> None:
    docx = Docx()
    docx.add_heading("题目", 0)
    for text, level in (("范围", 1), ("形式", 2), ("公报", 3), ("期限", 2), ("救济", 1), ("公报", 3)):
        docx.add_heading(text, level)
    html = body(_bytes(docx))
    assert re.findall(r'<h(\d) id="([\w-]+)">', html) == [
        ("2", "s1"),
        ("3", "s1-1"),
        ("4", "s1-1-1"),
        ("3", "s1-2"),
        ("2", "s2"),
        ("4", "s2-0-1"),
    ]


def test_the_address_of_a_page_becomes_a_link_and_takes_nothing_else_with_it() -> None:
    docx = Docx()
    docx.add_paragraph('见（http://example.gov.cn/a?b=1&c=2），或者https://example.gov.cn/。<a href="http://x">http://')
    assert body(_bytes(docx)) == (
        '<p>见（<a href="http://example.gov.cn/a?b=1&amp;c=2" rel="noreferrer">http://example.gov.cn/a?b=1&amp;c=2</a>），'
        '或者<a href="https://example.gov.cn/" rel="noreferrer">https://example.gov.cn/</a>。'
        '&lt;a href=&quot;<a href="http://x" rel="noreferrer">http://x</a>&quot;&gt;http://</p>'
    )


def test_merged_cells_keep_their_spans_and_header_rows_become_th() -> None:
    docx = Docx()
    table = docx.add_table(rows=3, cols=3)
    for i, row in enumerate(table.rows):
        for j, cell in enumerate(row.cells):
            cell.text = f"{i}{j}"
    table.cell(0, 0).merge(table.cell(0, 1)).text = "宽"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "高"
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    html = body(_bytes(docx))
    assert '<th scope="row" colspan="2">宽</th><th scope="col">02</th>' in html
    assert '<td rowspan="2">高</td>' in html
    assert html.count("<tr>") == 3 and html.count("<td") == 5


def test_the_page_stands_alone_in_chinese() -> None:
    html = page(_bytes(Docx()), title="A&B")
    assert '<html lang="zh-CN">' in html and "<title>A&amp;B</title>" in html and "http" not in html
