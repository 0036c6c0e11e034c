"""HTML derived from a DOCX keeps its words, headings and table spans."""

from __future__ import annotations

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
    assert "<h2>一、&lt;总体&gt;情况</h2>" in html
    assert "<p>正文 &amp; 更多</p>" in html


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
