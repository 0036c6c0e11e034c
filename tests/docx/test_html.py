"""HTML derived from a DOCX keeps its words, headings and table spans."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document as Docx
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm

from gipdocs.docx.html.page import render_body, render_page
from gipdocs.docx.template import load_template
from gipdocs.docx.values import Box, Chart, Drawing, Noted, Series
from tests.documents.makers import layout

from .test_template import with_footnotes


def _bytes(docx: object) -> bytes:
    out = BytesIO()
    docx.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def test_headings_come_from_outline_levels_and_text_is_escaped() -> None:
    docx = Docx()
    docx.add_heading("题目", 0)
    docx.add_heading("一、<总体>情况", 1)
    docx.add_paragraph("正文 & 更多")
    html = render_body(_bytes(docx))
    assert '<h2 id="s1">一、&lt;总体&gt;情况</h2>' in html
    assert "<p>正文 &amp; 更多</p>" in html


@pytest.mark.parametrize(
    ("headings", "tags"),
    [
        ([("题目", 1), ("范围", 2), ("公报", 3)], [("h1", "title", ""), ("h2", "", "s1"), ("h3", "", "s1-1")]),
        ([("范围", 1), ("公报", 2), ("期限", 1)], [("h2", "", "s1"), ("h3", "", "s1-1"), ("h2", "", "s2")]),
        ([("题目", 0), ("范围", 1)], [("h1", "title", ""), ("h2", "", "s1")]),
    ],
    ids=["one-first-heading", "several", "title-by-name"],
)
def test_the_only_heading_of_the_first_level_is_the_title(
    headings: list[tuple[str, int]], tags: list[tuple[str, str, str]]
) -> None:
    docx = Docx()
    for text, level in headings:
        docx.add_heading(text, level)
    html = render_body(_bytes(docx))
    assert re.findall(r'<(h\d)(?: class="(\w+)")?(?: id="([\w-]+)")?>', html) == tags


def test_a_layout_with_styles_of_its_own_has_title_and_headings_by_name_and_level() -> None:
    docx = Docx()
    for name, level in (("公文标题", None), ("一级标题", 0), ("二级标题", 1), ("正文", 9)):
        style = docx.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        if level is not None:
            outline = OxmlElement("w:outlineLvl")
            outline.set(qn("w:val"), str(level))
            style.element.get_or_add_pPr().append(outline)
        docx.add_paragraph(name, style)
    assert re.findall(r"<(h\d)", render_body(_bytes(docx))) == ["h1", "h2", "h3"]


def test_every_heading_has_an_anchor_by_its_place_in_the_outline() -> None:
    docx = Docx()
    docx.add_heading("题目", 0)
    for text, level in (("范围", 1), ("形式", 2), ("公报", 3), ("期限", 2), ("救济", 1), ("公报", 3)):
        docx.add_heading(text, level)
    html = render_body(_bytes(docx))
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
    assert render_body(_bytes(docx)) == (
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
    html = render_body(_bytes(docx))
    assert '<th scope="row" colspan="2">宽</th><th scope="col">02</th>' in html
    assert '<td rowspan="2">高</td>' in html
    assert html.count("<tr>") == 3 and html.count("<td") == 5


def test_cells_set_in_the_style_of_a_name_are_headers_of_their_row_or_column() -> None:
    docx = Docx()
    for name in ("小表行名", "小表列名"):
        docx.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    table = docx.add_table(rows=3, cols=3)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(1, 0).merge(table.cell(2, 0))
    styles = {(0, 0): "小表列名", (0, 1): "小表列名", (1, 0): "小表行名", (1, 1): "小表行名", (2, 1): "小表行名"}
    for (row, column), style in styles.items():
        table.cell(row, column).paragraphs[0].style = style
    html = render_body(_bytes(docx))
    assert '<th scope="col"></th><th scope="colgroup" colspan="2">' in html
    assert '<th scope="rowgroup" rowspan="2"></th><th scope="row"></th><td></td>' in html


def test_a_table_of_many_columns_moves_sideways_by_itself() -> None:
    docx = Docx()
    docx.add_table(rows=1, cols=7)
    wide = docx.add_table(rows=1, cols=8)
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), "八列<表>")
    wide._tbl.tblPr.append(caption)
    html = render_body(_bytes(docx))
    assert html.count('<section class="wide" tabindex="0" aria-label="八列&lt;表&gt;"><table>') == 1
    assert html.count('<col style="width:12.5%">') == 8


def test_a_table_is_called_as_the_file_calls_it() -> None:
    docx = Docx()
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), "收费<表>")
    docx.add_table(rows=1, cols=2)._tbl.tblPr.append(caption)
    assert "<table>\n<caption>收费&lt;表&gt;</caption>\n<tbody>\n<tr>" in render_body(_bytes(docx))


def test_an_entry_is_the_header_of_its_row_or_of_its_column_where_the_row_holds_nothing_else() -> None:
    docx = Docx()
    docx.styles.add_style("表格栏目", WD_STYLE_TYPE.PARAGRAPH)
    table = docx.add_table(rows=2, cols=2)
    for row, column in ((0, 0), (0, 1), (1, 0)):
        table.cell(row, column).paragraphs[0].style = "表格栏目"
    html = render_body(_bytes(docx))
    assert '<tr><th scope="col"></th><th scope="col"></th></tr>\n<tr><th scope="row"></th><td></td></tr>' in html


def test_a_table_with_merged_cells_keeps_the_shares_of_its_columns() -> None:
    docx = Docx()
    merged = docx.add_table(rows=1, cols=4)
    merged.cell(0, 1).merge(merged.cell(0, 3))
    docx.add_table(rows=1, cols=3)
    html = render_body(_bytes(docx))
    assert html.count("<colgroup>") == 1 and html.count('<col style="width:25.0%">') == 4


def test_a_cell_keeps_its_alignment() -> None:
    docx = Docx()
    paragraph = docx.add_table(rows=1, cols=1).cell(0, 0).paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.text = "3"
    assert '<td class="center">3</td>' in render_body(_bytes(docx))


def test_charts_and_footnotes_are_shown_in_their_place(tmp_path: Path) -> None:
    chart = Chart(kind="columns", categories=("甲",), series=(Series(name="件", values=(5,)),), alt="甲<5>件")
    path = with_footnotes(layout(tmp_path, "{{ chart }}", "{{ text }}"))
    context = {"chart": chart, "text": Noted(text="22", note="其中<修订>16件")}
    properties = {"title": "题", "creator": "", "created": "2026-03-20"}
    html = render_body(load_template(path).fill(context, properties=properties).content)
    assert html.startswith('<figure tabindex="0"><svg') and "甲&lt;5&gt;件</desc>" in html and ">5</text>" in html
    mark = '<sup><a href="#note-1" id="mark-1" role="doc-noteref">①</a></sup>'
    back = '<a href="#mark-1" role="doc-backlink">①</a>'
    assert f"<p>22{mark}</p>" in html
    assert html.endswith(f'<p class="note" id="note-1" role="doc-footnote">{back}其中&lt;修订&gt;16件</p>')
    assert "<p></p>" not in html


def test_the_caption_under_a_chart_is_part_of_its_figure_with_its_footnote_below(tmp_path: Path) -> None:
    chart = Chart(kind="columns", categories=("甲",), series=(Series(name="件", values=(5,)),), alt="甲5件")
    path = with_footnotes(layout(tmp_path, "{{ chart }}", "{{ text }}", "文后"))
    docx = Docx(path)
    docx.styles.add_style("图注", WD_STYLE_TYPE.PARAGRAPH)
    docx.paragraphs[1].style = docx.paragraphs[2].style = "图注"
    docx.save(str(path))
    context = {"chart": chart, "text": Noted(text="图1 件数", note="上年无此项")}
    properties = {"title": "题", "creator": "", "created": "2026-03-20"}
    lines = render_body(load_template(path).fill(context, properties=properties).content).splitlines()
    assert re.search("</svg><figcaption>图1 件数<sup>.*</sup></figcaption></figure>$", lines[0])
    assert lines[1].startswith('<p class="note"') and lines[2].endswith(">文后</p>")


def test_a_picture_of_shapes_is_a_figure_with_no_empty_line_below(tmp_path: Path) -> None:
    shape = Box(x_mm=0, y_mm=0, width_mm=30, height_mm=10, line="000000")
    drawing = Drawing(shapes=(shape,), alt="一个方框", inline=True)
    filled = load_template(layout(tmp_path, "{{ drawing }}")).fill(
        {"drawing": drawing}, properties={"title": "题", "creator": "", "created": "2026-03-20"}
    )
    html = render_body(filled.content)
    assert html.startswith('<figure tabindex="0"><svg') and html.endswith("</svg></figure>")


def test_a_page_is_printed_on_the_paper_and_with_the_margins_of_the_file() -> None:
    docx = Docx()
    section = docx.sections[0]
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.right_margin, section.bottom_margin, section.left_margin = map(Mm, (16, 14, 16.5, 14))
    html = render_page(_bytes(docx), title="题")
    assert "@page{size:297mm 210mm;margin:16mm 14mm 16.5mm 14mm}" in html
    assert "@media print" in html and "figure, tr { break-inside: avoid }" in html


def test_the_page_stands_alone_in_chinese() -> None:
    html = render_page(_bytes(Docx()), title="A&B")
    assert '<html lang="zh-CN">' in html and "<title>A&amp;B</title>" in html and "http" not in html
