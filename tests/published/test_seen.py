"""Of a Word file or a web page that is read which its reader sees."""

from __future__ import annotations

import pytest

from gipdocs.published.blocks import PrintedTable
from gipdocs.published.docx import read_docx
from gipdocs.published.html import read_page
from tests.published.word import paragraph, run, table, word

STYLES = """
<w:docDefaults><w:rPrDefault><w:rPr/></w:rPrDefault></w:docDefaults>
<w:style w:type="character" w:styleId="Note"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Up"><w:rPr><w:position w:val="8"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Mark"><w:basedOn w:val="Note"/></w:style>
<w:style w:type="character" w:styleId="Level"><w:basedOn w:val="Note"/><w:rPr><w:vertAlign w:val="baseline"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Struck"><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Old"><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Loop"><w:basedOn w:val="Loop"/></w:style>
"""


def cell_of(data: bytes) -> str:
    (grid,) = [block for block in read_docx(data) if isinstance(block, PrintedTable)]
    return grid.rows[0][0]


@pytest.mark.parametrize(
    ("more", "seen"),
    [
        (run("1", '<w:vertAlign w:val="superscript"/>'), "4¹"),
        (run("1", '<w:vertAlign w:val="subscript"/>'), "4₁"),
        (run("1", '<w:vertAlign w:val="baseline"/>'), "41"),
        (run("1", '<w:position w:val="6"/>'), "4¹"),
        (run("1", '<w:position w:val="-6"/>'), "4₁"),
        (run("1", '<w:position w:val="0"/>'), "41"),
        (run("1", '<w:rStyle w:val="Up"/>'), "4¹"),
        (run("1", '<w:rStyle w:val="Note"/>'), "4¹"),
        (run("1", '<w:rStyle w:val="Mark"/>'), "4¹"),
        (run("1", '<w:rStyle w:val="Level"/>'), "41"),
        (run("1", '<w:rStyle w:val="Loop"/>'), "41"),
        (run("1", "<w:vanish/>"), "4"),
        (run("1", '<w:vanish w:val="0"/>'), "41"),
        (run("1", "<w:strike/>"), "4"),
        (run("1", "<w:dstrike/>"), "4"),
        (run("1", '<w:rStyle w:val="Struck"/>'), "4"),
        (run("1", '<w:rStyle w:val="Struck"/><w:strike w:val="false"/>'), "41"),
        (f"<w:del>{run('1')}</w:del><w:ins>{run('2')}</w:ins>", "42"),
        ('<w:r><w:footnoteReference w:customMarkFollows="1" w:id="9"/><w:t>1</w:t></w:r>', "4"),
        ("<w:r><w:br/><w:t>1</w:t></w:r>", "4\n1"),
        (run("\u200b1\ufeff"), "41"),
    ],
)
def test_a_run_is_read_as_it_is_seen(more: str, seen: str) -> None:
    assert cell_of(word(table((f"<w:p>{run('4')}{more}</w:p>", "")), styles=STYLES)) == seen


def test_a_run_is_raised_over_the_others_of_its_line() -> None:
    up, more = '<w:position w:val="4"/>', '<w:position w:val="10"/>'
    cell = f"<w:p>{run('1', up)}{run('2', up)}{run('3', more)}</w:p>"
    assert cell_of(word(table((cell, "")))) == "12³"


@pytest.mark.parametrize(
    ("style", "more", "seen"),
    [
        ("Gone", "", ""),
        ("Old", "", ""),
        ("Old", '<w:strike w:val="0"/>', "4"),
        ("Old", '<w:rStyle w:val="Struck"/>', "4"),
        ("Unknown", "", "4"),
    ],
    ids=["hidden", "struck", "switched-off", "switched-twice", "unknown"],
)
def test_a_paragraph_is_read_as_its_style_shows_it(style: str, more: str, seen: str) -> None:
    text = f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run("4", more)}</w:p>'
    assert cell_of(word(table((text, "")), styles=STYLES)) == seen


def test_a_default_style_counts_where_none_is_named() -> None:
    style = '<w:style w:type="paragraph" w:default="1" w:styleId="x"><w:rPr><w:vanish/></w:rPr></w:style>'
    assert read_docx(word(paragraph("字"), styles=style)) == []
    default = "<w:docDefaults><w:rPrDefault><w:rPr><w:strike/></w:rPr></w:rPrDefault></w:docDefaults>"
    assert read_docx(word(paragraph("字"), styles=default)) == []


def test_rows_and_cells_that_are_hidden_or_deleted_are_left_out() -> None:
    row = "<w:tr>{}<w:tc>{}<w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr>"
    gone = [("<w:trPr><w:hidden/></w:trPr>", "", "1"), ("<w:trPr><w:del/></w:trPr>", "", "2")]
    kept = [('<w:trPr><w:hidden w:val="0"/></w:trPr>', "", "3"), ("", "", "4")]
    rows = "".join(row.format(*one) for one in [*gone, *kept, ("", "<w:tcPr><w:cellDel/></w:tcPr>", "5")])
    assert read_docx(word(f"<w:tbl>{rows}</w:tbl>")) == [PrintedTable((("3",), ("4",), ()))]


def test_a_text_box_in_a_cell_is_read_once() -> None:
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    box = f"<w:txbxContent>{paragraph('4')}</w:txbxContent>"
    both = (
        f"<mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    )
    assert cell_of(word(table((f"<w:p><w:r>{both}</w:r></w:p>", "")))) == "4"


def test_paragraphs_of_a_cell_are_lines() -> None:
    assert cell_of(word(table((paragraph("4") + paragraph(" ") + paragraph("1"), "")))) == "4\n1"


UP = (
    *("vertical-align:super", "vertical-align:top", "vertical-align: text-top", "vertical-align:5px"),
    *(
        "vertical-align:30%",
        "VERTICAL-ALIGN: .4em !important",
        "position:relative;top:-3.5pt",
        "top:-5px;position:relative",
    ),
    *("position:relative;bottom:4px", "mso-text-raise:3.0pt"),
)
DOWN = ("vertical-align:-2px", "vertical-align:text-bottom", "position:relative;top:2pt", "mso-text-raise:-1.5pt")
LEVEL = (
    "vertical-align:baseline",
    "vertical-align:0",
    "vertical-align:0.0pt",
    "top:-5px",
    "position:relative;top:0",
    "mso-text-raise:0pt",
)
UNSEEN = (
    "font-size:0.0pt",
    "font-size:0",
    "font-size: 00px",
    "opacity:0",
    "opacity:0.0",
    "mso-hide:all",
    "visibility:collapse",
)


@pytest.mark.parametrize(
    ("inside", "seen"),
    [
        ("4<sup>1</sup>", "4¹"),
        ("4<sup><a>[1]</a></sup>", "4[¹]"),
        ("4<sub>1</sub>", "4₁"),
        ('4<span style="vertical-align:super">1</span>', "4¹"),
        *((f'4<span style="{look}">1</span>', "4¹") for look in UP),
        *((f'4<span style="{look}">1</span>', "4₁") for look in DOWN),
        *((f'4<span style="{look}">1</span>', "41") for look in LEVEL),
        *((f'<p style="{look}">4</p>', "4") for look in UP[1:]),
        *((f'<span style="{look}">41</span>', "41") for look in UP[1:]),
        *((f'<span style="{look}">3</span>4', "4") for look in UNSEEN),
        ('<b><span style="position:relative;top:-3pt">4</span></b>', "4"),
        ('4<b> <span style="position:relative;top:-3pt">1</span></b>', "4 ¹"),
        ('<p style="opacity:0">4</p>', "4"),
        ('<span id="lost">3</span>4<span id="found">5</span>', "45"),
        ("<tt>3</tt>4", "4"),
        ('<div class="box"><p><i class="tiny">3</i>4</p></div><i class="tiny">5</i>', "4\n5"),
        ('<i class="gone kept">3</i>4', "34"),
        ('<i class="gone" style="display:inline">3</i>4', "34"),
        ('<i class="gone" id="kept">3</i>4', "34"),
        ("<del>3</del><ins>4</ins>", "4"),
        ("<s>3</s>4", "4"),
        ("<strike>3</strike>4", "4"),
        ('<span style="color:red; text-decoration: underline line-through">3</span>4', "4"),
        ('<span style="text-decoration-line:line-through">3</span>4', "4"),
        ('<span style="DISPLAY: none">3</span>4', "4"),
        ('<span style="visibility:hidden">3</span>4', "4"),
        ('<span style="font-size:0">3</span>4', "4"),
        ('<span style="font-size:0.9em">3</span>4', "34"),
        ("<span hidden>3</span>4", "4"),
        ('<span class="big gone">3</span>4', "4"),
        ('<span class="old">3</span>4', "4"),
        ('<b class="old">3</b>4', "34"),
        ('<span class="print">3</span>4', "34"),
        ('<svg><text>3</text></svg>4<script>var a = "3"</script><style>p{}</style>', "4"),
        ("<select><option>4</option><option>5</option></select>", "4"),
        ("<select><option>4</option><option selected>5</option></select>", "5"),
        ("<select></select>", ""),
        ('<input type="text" value="4">件', "4件"),
        ('<input value="4"><input type="hidden" value="1"><input type="checkbox" value="1">', "4"),
        ("<textarea>4</textarea>", "4"),
        ("4<br>1", "4\n1"),
        ("<p>4</p><p></p><p>1</p>", "4\n1"),
        ("\n  <span>4</span>\n", "4"),
        ("4&nbsp;&#8203;", "4"),
        ("<ruby>件<rt>jian</rt></ruby>", "件"),
    ],
)
def test_a_cell_of_a_page_is_read_as_it_is_seen(inside: str, seen: str) -> None:
    sheet = "<style>tt, #lost{display:none} #kept{display:inline} i.gone.kept{display:inline} div.box .tiny, td > .no{display:none}"
    sheet += "/* x */ .gone, .x{display:none} span.old{text-decoration:line-through} @media print{.print{display:none}}</style>"
    page = f"<html><head>{sheet}</head><body><table><tr><td>{inside}</td><td></td></tr></table></body></html>"
    assert read_page(page)[0] == [PrintedTable(((seen, ""),))]


def test_paragraphs_of_a_page_are_read_as_they_are_seen() -> None:
    page = "<p>收到<s>3</s>4件<sup>1</sup></p><div style='display:none'><p>无</p></div><p>甲<select><option>乙</option></select></p>"
    assert read_page(page)[0] == ["收到4件¹", "甲乙"]


def test_cells_and_rows_of_a_page_that_are_hidden_are_left_out() -> None:
    row = '<tr><td style="display:none">1</td><td>2</td><td>3</td></tr>'
    gone = row.replace("<tr>", "<tr hidden>")
    assert read_page(f"<table>{row}{gone}</table>")[0] == [PrintedTable((("2", "3"),))]


def test_tables_that_a_page_shows_later_are_read() -> None:
    table = "<table><tr><td>4</td><td><s>3</s><i hidden>1</i>5</td></tr></table>"
    assert read_page(f"<p>甲</p><div style='display:none'><p>乙</p>{table}</div>")[0] == [
        "甲",
        "乙",
        PrintedTable((("4", "5"),)),
    ]
    assert read_page(f"{table}<div style='display:none'>{table}</div>")[0] == [PrintedTable((("4", "5"),))]


@pytest.mark.slow
def test_a_page_full_of_hidden_pieces_is_read_in_no_time() -> None:
    assert read_page(f"<p>{'字<s>字</s>' * 50_000}</p>")[0] == ["字" * 50_000]


INNER = table((paragraph("4"),))
LONG = "现将有关情况报告如下，具体数据见各表，统计期限为全年，特此说明情况。"


def test_a_number_drawn_as_a_table_belongs_to_its_cell() -> None:
    rows = [(paragraph("甲"), INNER), (paragraph("乙"), paragraph("5"))]
    assert read_docx(word(table(*rows))) == [PrintedTable((("甲", "4"), ("乙", "5")))]
    page = (
        "<table><tr><td>甲</td><td><table><tr><td>4</td></tr></table></td></tr><tr><td>乙</td><td>5</td></tr></table>"
    )
    assert read_page(page)[0] == [PrintedTable((("甲", "4"), ("乙", "5")))]


def test_a_table_of_one_cell_and_one_around_tables_are_read_as_what_is_in_them() -> None:
    frame = table((paragraph("甲"), table((paragraph(LONG),))))
    assert read_docx(word(frame + INNER)) == ["甲", LONG, "4"]
    inner = f"<table><tr><td>{LONG}</td></tr></table>"
    assert read_page(f"<table><tr><td>甲</td><td>{inner}</td></tr></table><table><tr><td>4</td></tr></table>")[0] == [
        *("甲", LONG, "4")
    ]
