"""What a screen reader is told of drawings, tables and the order of a page."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from lxml import etree
from pikepdf import Dictionary, Name, Pdf, String

from gipdocs.labels import Named, name_cells
from gipdocs.pdf.admission.admit import admit
from gipdocs.pdf.admission.drawings import DescribedDrawing, find_drawings
from gipdocs.pdf.converter import Converter
from gipdocs.pdf.finishing.mend import mend
from gipdocs.pdf.finishing.tree import detach
from gipdocs.pdf.pool.client import PoolClient
from tests import reading
from tests.pdf import samples

OPEN = "http://schemas.openxmlformats.org/drawingml/2006"
MICROSOFT = "http://schemas.microsoft.com/office"
SPACES = (
    f'xmlns:w="{samples.W}" xmlns:wp="{OPEN}/wordprocessingDrawing" xmlns:a="{OPEN}/main" xmlns:pic="{OPEN}/picture" '
    f'xmlns:wps="{MICROSOFT}/word/2010/wordprocessingShape" xmlns:wpg="{MICROSOFT}/word/2010/wordprocessingGroup" '
    f'xmlns:adec="{MICROSOFT}/drawing/2017/decorative" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
MM = 36_000
DECORATIVE = (
    '<a:extLst><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative val="1"/></a:ext></a:extLst>'
)


def outline(width: int, height: int, *, x: int = 0, y: int = 0) -> str:
    """A rectangle with a line around it; lengths in millimetres."""
    place = f'<a:off x="{x * MM}" y="{y * MM}"/><a:ext cx="{width * MM}" cy="{height * MM}"/>'
    return (
        f'<wps:spPr><a:xfrm>{place}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        '<a:ln w="9525"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></wps:spPr>'
    )


def shape(width: int, height: int, text: str = "", *, x: int = 0, y: int = 0, name: str = "") -> str:
    """A rectangle, perhaps with a text in it, as a group or a drawing holds it."""
    box = f"<wps:txbx><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></wps:txbx>" if text else ""
    named = f'<wps:cNvPr id="{x * 1000 + y + 1}" name="形状" descr="{name}"/>' if name else ""
    return f"<wps:wsp>{named}<wps:cNvSpPr/>{outline(width, height, x=x, y=y)}{box}<wps:bodyPr/></wps:wsp>"


def drawing(
    content: str, size: tuple[int, int], description: str = "", *, more: str = "", top: int | None = None
) -> str:
    """A paragraph with a drawing: in its line, or `top` millimetres below the edge of the page."""
    kind = "wordprocessingGroup" if "wpg:wgp" in content else "wordprocessingShape"
    inner = (
        f'<wp:docPr id="{len(description) + 20}" name="图" descr="{description}">{more}</wp:docPr>'
        f'<a:graphic><a:graphicData uri="{MICROSOFT}/word/2010/{kind}">{content}</a:graphicData></a:graphic>'
    )
    extent = f'<wp:extent cx="{size[0] * MM}" cy="{size[1] * MM}"/>'
    held = f"<wp:inline>{extent}{inner}</wp:inline>"
    if top is not None:
        held = (
            '<wp:anchor behindDoc="0" distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" '
            'locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
            '<wp:positionH relativeFrom="page"><wp:posOffset>1800000</wp:posOffset></wp:positionH>'
            f'<wp:positionV relativeFrom="page"><wp:posOffset>{top * MM}</wp:posOffset></wp:positionV>'
            f"{extent}<wp:wrapNone/>{inner}</wp:anchor>"
        )
    words = "<w:t>图旁的文字</w:t>" if top is not None else ""
    needs = "wpg" if "wpg:wgp" in content else "wps"
    choice = f'<mc:AlternateContent><mc:Choice Requires="{needs}"><w:drawing>{held}</w:drawing></mc:Choice></mc:AlternateContent>'
    return f"<w:p {SPACES}><w:r>{choice}{words}</w:r></w:p>"


def group(*shapes: str) -> str:
    """A group of shapes that is 80 millimetres wide and 40 high."""
    size = f'<a:off x="0" y="0"/><a:ext cx="{80 * MM}" cy="{40 * MM}"/><a:chOff x="0" y="0"/><a:chExt cx="{80 * MM}" cy="{40 * MM}"/>'
    return f"<wpg:wgp><wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm>{size}</a:xfrm></wpg:grpSpPr>{''.join(shapes)}</wpg:wgp>"


STEPS = (shape(30, 12, "乙步", y=25, name="第二步"), shape(4, 4, x=60, y=2), shape(30, 12, "甲步", name="第一步"))
"""Two boxes with texts, the lower one first, and one without text."""


def converted(converter: Converter, *paragraphs: str) -> bytes:
    return converter.convert(samples.with_body("".join(paragraphs)), label="drawn")


def described(pdf: bytes) -> list[str]:
    with Pdf.open(BytesIO(pdf)) as opened:
        assert reading.torn_links(opened) == []
        return reading.descriptions(opened)


def spoken(pdf: bytes) -> str:
    """The whole text as it is read."""
    return "".join(reading.read_aloud(pdf, Name.Document))


def test_a_shape_keeps_its_description_and_a_group_gets_its_own_as_one_figure(converter: Converter) -> None:
    pdf = converted(
        converter, drawing(shape(30, 10), (30, 10), "一个方框"), drawing(group(*STEPS), (80, 40), "两个步骤")
    )
    assert described(pdf) == ["一个方框", "两个步骤"]


@pytest.mark.parametrize(
    "paragraph",
    [
        drawing(shape(100, 1), (100, 1), "红色分隔线"),
        drawing(shape(30, 10), (30, 10)),
        drawing(shape(30, 10), (30, 10), "花边", more=DECORATIVE),
        drawing(group(*STEPS), (80, 40)),
    ],
    ids=["a line", "no description", "marked as decorative", "a group without description"],
)
def test_ornament_is_no_figure_and_is_marked_in_the_page(converter: Converter, paragraph: str) -> None:
    plain, adorned = converted(converter, "<w:p/>"), converted(converter, paragraph)
    assert described(adorned) == []
    with Pdf.open(BytesIO(plain)) as before, Pdf.open(BytesIO(adorned)) as after:
        assert reading.artifacts(after) > reading.artifacts(before)


def test_the_frame_of_a_text_is_ornament_and_its_text_is_read_once(converter: Converter) -> None:
    pdf = converted(converter, drawing(shape(60, 20, "框里的字"), (60, 20), "框里的字", top=250))
    assert described(pdf) == []
    assert spoken(pdf).count("框里的字") == 1


@pytest.mark.parametrize(("top", "first"), [(5, "框里的字"), (280, "图旁的文字")], ids=["above", "below"])
def test_a_text_in_a_frame_is_read_where_it_stands_on_the_page(converter: Converter, top: int, first: str) -> None:
    text = spoken(converted(converter, drawing(shape(60, 12, "框里的字"), (60, 12), "甲", top=top)))
    assert min(("框里的字", "图旁的文字"), key=text.index) == first


@pytest.mark.parametrize("steps", [STEPS, STEPS[::-1]], ids=["the lower first", "the upper first"])
def test_the_texts_of_a_group_are_read_from_top_to_bottom(converter: Converter, steps: Sequence[str]) -> None:
    text = spoken(converted(converter, drawing(group(*steps), (80, 40), "两个步骤")))
    assert text.index("甲步") < text.index("乙步")


@pytest.mark.parametrize(
    ("description", "inside"), [("先甲步，再乙步", True), ("先甲步，再一步", False)], ids=["all told", "one untold"]
)
def test_texts_lie_inside_a_figure_only_if_its_description_tells_them_all(
    converter: Converter, description: str, inside: bool
) -> None:
    with Pdf.open(BytesIO(converted(converter, drawing(group(*STEPS), (80, 40), description)))) as pdf:
        (figure,) = reading.all_tags(pdf, Name.Figure)
        assert bool([one for one in reading.below(figure) if Name.Div == one.S]) == inside


def headed(paragraph: str) -> bytes:
    """A letter with a paragraph in the header of its first page."""
    document = Document(BytesIO(samples.letter()))
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.is_linked_to_previous = False
    section.first_page_header._element.append(parse_xml(paragraph))
    file = BytesIO()
    document.save(file)
    return file.getvalue()


BEHIND = 'behindDoc="1"'
HIGH = drawing(shape(60, 20), (60, 20), "高处的方框", top=20).replace('behindDoc="0"', BEHIND)
LOW = drawing(shape(60, 20), (60, 20), "低处的方框", top=270).replace('behindDoc="0"', BEHIND)


@pytest.mark.parametrize(
    "paragraph",
    [HIGH, drawing(shape(60, 20), (60, 20), "花边", top=20), drawing(shape(60, 20), (60, 20), top=20)],
    ids=["behind the text", "before the text", "without description"],
)
def test_what_stands_in_a_header_is_ornament_even_if_it_is_described(converter: Converter, paragraph: str) -> None:
    with Pdf.open(BytesIO(converter.convert(headed(paragraph), label="headed"))) as pdf:
        assert [one.S for one in reading.elements(pdf.Root.StructTreeRoot)] == [Name.Document]
        assert reading.descriptions(pdf) == []
        assert reading.torn_links(pdf) == []


def test_what_lies_behind_the_text_is_part_of_the_document(converter: Converter) -> None:
    with Pdf.open(BytesIO(converted(converter, LOW, HIGH))) as pdf:
        assert [one.S for one in reading.elements(pdf.Root.StructTreeRoot)] == [Name.Document]
        assert sorted(reading.descriptions(pdf)) == ["低处的方框", "高处的方框"]
        assert reading.torn_links(pdf) == []


def test_what_libreoffice_puts_beside_the_document_is_read_where_it_stands(
    pool: PoolClient, converter: Converter
) -> None:
    with raw(pool, LOW, HIGH) as pdf:
        if len(list(reading.elements(pdf.Root.StructTreeRoot))) == 1:
            pytest.skip("this LibreOffice keeps what lies behind the text in the paragraph that it hangs on")
    with Pdf.open(BytesIO(converted(converter, LOW, HIGH))) as pdf:
        (document,) = reading.elements(pdf.Root.StructTreeRoot)
        read = [str(one.get(Name.Alt, "")) for one in reading.elements(document)]
    assert read[0] == "高处的方框" and read[-1] == "低处的方框"


def test_a_text_in_a_frame_behind_the_text_is_read_where_it_stands(converter: Converter) -> None:
    for top, first in ((5, "框里的字"), (280, "图旁的文字")):
        framed = drawing(shape(60, 12, "框里的字"), (60, 12), "甲", top=top).replace('behindDoc="0"', BEHIND)
        text = spoken(converted(converter, framed))
        assert min(("框里的字", "图旁的文字"), key=text.index) == first


def raw(pool: PoolClient, *paragraphs: str) -> Pdf:
    """The PDF as LibreOffice makes it."""
    docx = admit(samples.with_body("".join(paragraphs))).docx
    return Pdf.open(BytesIO(pool.send(docx, "raw").pdf))


def forgotten(pdf: Pdf) -> None:
    """Take the descriptions away that one version of LibreOffice takes over and another does not."""
    for figure in reading.all_tags(pdf, Name.Figure):
        if Name.Alt in figure:
            del figure.Alt


TWO = drawing(shape(30, 10), (30, 10), "一个方框") + drawing(shape(30, 15), (30, 15), "一个高方框")


@pytest.mark.parametrize(
    ("known", "wanted"),
    [
        (["一个方框", "一个高方框"], ["一个方框", "一个高方框"]),
        (["一个方框", "看不见的图", "一个高方框"], ["一个方框看不见的图一个高方框"]),
        (["一个方框"], ["一个方框"]),
        ([], []),
    ],
    ids=["as many", "more drawings", "more figures", "no drawing"],
)
def test_no_description_is_lost_where_libreoffice_drops_them(
    pool: PoolClient, known: Sequence[str], wanted: list[str]
) -> None:
    with raw(pool, TWO) as pdf:
        forgotten(pdf)
        mend(pdf, [DescribedDrawing(title="", description=one) for one in known])
        assert reading.descriptions(pdf) == wanted
        assert reading.torn_links(pdf) == []


def test_a_description_is_found_whatever_the_order(pool: PoolClient) -> None:
    with raw(pool, TWO) as pdf:
        found = reading.all_tags(pdf, Name.Figure)
        found[0].Alt, found[1].Alt = String("高"), String("标题 - 一个方框")
        mend(
            pdf, [DescribedDrawing(title="标题", description="一个方框"), DescribedDrawing(title="", description="高")]
        )
        assert reading.descriptions(pdf) == ["高", "一个方框"]


def test_drawings_are_those_of_the_newest_form_alone() -> None:
    told = drawing(group(*STEPS), (80, 40), "先甲步，再乙步")
    doubled = told.replace("</mc:AlternateContent>", f"<mc:Fallback>{TWO}</mc:Fallback></mc:AlternateContent>")
    for one in (told, doubled):
        assert find_drawings(etree.fromstring(one)) == (
            DescribedDrawing(title="", description="先甲步，再乙步", group=True, parts=3, complete=True),
        )


@pytest.mark.parametrize("size", ["", "-1", "9" * 5000, "一"])
def test_a_size_that_is_none_makes_no_line(size: str) -> None:
    odd = drawing(shape(30, 10), (30, 10), "方框").replace(f'<wp:extent cx="{30 * MM}"', f'<wp:extent cx="{size}"')
    (found,) = find_drawings(etree.fromstring(odd))
    assert not found.ornament


def table(*rows: Sequence[str]) -> bytes:
    """A table each cell of which is set in the style that it names."""
    document = Document()
    for style in sorted({style for row in rows for style in row}):
        document.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
    grid = document.add_table(rows=len(rows), cols=len(rows[0]))
    for cells, styles in zip(grid.rows, rows, strict=True):
        for cell, style in zip(cells.cells, styles, strict=True):
            cell.paragraphs[0].style = style
            cell.paragraphs[0].add_run(style)
    document.add_paragraph("表格完。")
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def test_cells_that_name_others_are_header_cells_with_their_scope(converter: Converter) -> None:
    docx = table(
        ["明细栏目", "明细栏目", "明细栏目"],
        ["表格栏目", "填写", "填写"],
        ["大表行名", "大表列名", "数字"],
    )
    with Pdf.open(BytesIO(converter.convert(docx, label="table"))) as pdf:
        rows = [[reading.scope(cell) for cell in reading.elements(row)] for row in reading.all_tags(pdf, Name.TR)]
    assert rows == [["Column"] * 3, ["Row", "", ""], ["Row", "Column", ""]]


@pytest.mark.parametrize(
    ("styles", "names"),
    [
        (["表格栏目", "填写内容", "表格栏目", "填写内容"], ["row", "", "row", ""]),
        (["目录栏目", "目录栏目"], ["column", "column"]),
        (["大表分组列名"], ["column"]),
        (["小表行名", "小表数字"], ["row", ""]),
        ([], []),
    ],
)
def test_styles_say_what_a_cell_names(styles: Sequence[str], names: Sequence[Named]) -> None:
    assert name_cells(styles) == names


def test_a_piece_whose_tag_hangs_nowhere_is_ornament(pool: PoolClient) -> None:
    with raw(pool) as pdf:
        paragraph = reading.all_tags(pdf)[1]
        detach(paragraph)
        assert reading.torn_links(pdf) != []
        mend(pdf, [])
        assert reading.torn_links(pdf) == []


def test_a_pdf_without_tags_is_left_alone() -> None:
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        mend(pdf, [DescribedDrawing(title="", description="甲")])
        assert Name.StructTreeRoot not in pdf.Root
        assert isinstance(pdf.Root, Dictionary)
