"""Letters with what Word files of offices carry besides text: reviews, broken fields, strange drawings, wrong references.

Each is a whole DOCX. The converter may refuse it, fail at it or convert it; whatever it does concerns nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.pdf import samples
from tests.pdf.samples import COMMENTS, MAIN, TYPES, WORD, altered, part, with_body, with_relationship, with_type

RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    f'xmlns:r="{RELATED}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
STAMP = 'w:author="审核人" w:date="2026-11-01T00:00:00Z"'
POINT = (
    '<w:commentRangeStart w:id="{0}"/><w:r><w:t>批注处{0}</w:t></w:r><w:commentRangeEnd w:id="{0}"/>'
    '<w:r><w:commentReference w:id="{0}"/></w:r>'
)
EXTENDED = (
    '<w15:commentsEx xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml">'
    '<w15:commentEx w15:paraId="00000001" w15:done="1"/>'
    '<w15:commentEx w15:paraId="00000002" w15:paraIdParent="00000001" w15:done="1"/></w15:commentsEx>'
)


def body(xml: str, docx: bytes | None = None) -> bytes:
    """A letter with raw XML at its end, in which all usual prefixes may be used."""
    docx = with_body(xml, docx)
    return altered(docx, {MAIN: part(docx, MAIN).replace(b"<w:document ", f"<w:document {needed(docx)} ".encode(), 1)})


def needed(docx: bytes) -> str:
    """The declarations of prefixes that the main part lacks."""
    head = part(docx, MAIN).split(b"<w:body")[0].decode()
    return " ".join(one for one in NAMESPACES.split() if one.partition("=")[0] + "=" not in head)


def paragraph(xml: str, properties: str = "") -> str:
    """A paragraph of runs."""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{xml}</w:p>"


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}<w:t>{text}</w:t></w:r>"


def sign(kind: str) -> str:
    """One sign of a complex field."""
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def code(instruction: str) -> str:
    """The instruction of a complex field."""
    return f'<w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>'


def commented(xml: str, *, count: int = 1) -> bytes:
    """A letter with comments whose marks stand in raw XML."""
    one = COMMENTS[COMMENTS.index("<w:comment ") : COMMENTS.index("</w:comments>")]
    all_of_them = "".join(one.replace('w:id="0"', f'w:id="{number}"') for number in range(count))
    docx = with_type("word/comments.xml", WORD + "comments+xml", COMMENTS.replace(one, all_of_them).encode(), body(xml))
    return with_relationship("comments", "comments.xml", docx, mode="Internal")


def replied() -> bytes:
    """A comment with a reply, both resolved, as Word writes them."""
    docx = commented(paragraph(POINT.format(0) + POINT.format(1)), count=2)
    docx = with_type("word/commentsExtended.xml", WORD + "commentsExtended+xml", EXTENDED.encode(), docx)
    relation = (
        '<Relationship Id="rIdE" Type="http://schemas.microsoft.com/office/2011/relationships/commentsExtended" '
        'Target="commentsExtended.xml"/></Relationships>'
    )
    rels = part(docx, samples.RELATIONSHIPS).replace(b"</Relationships>", relation.encode())
    return altered(docx, {samples.RELATIONSHIPS: rels})


def story(kind: str, xml: str, text: str) -> bytes:
    """A letter with a part of paragraphs besides the main one, and raw XML that refers to it."""
    root = {"header": "hdr", "footer": "ftr"}.get(kind, kind)
    content = f'<w:{root} xmlns:w="{samples.W}" {NAMESPACES}>{text}</w:{root}>'
    docx = with_type(f"word/{kind}9.xml", f"{WORD}{kind}+xml", content.encode(), body(xml))
    return with_relationship(kind, f"{kind}9.xml", docx, mode="Internal")


def headed(text: str) -> bytes:
    """A letter with a header of its own."""
    docx = story("header", "", text)
    reference = b'<w:headerReference w:type="default" r:id="rIdX"/><w:pgSz'
    return altered(docx, {MAIN: part(docx, MAIN).replace(b"<w:pgSz", reference, 1)})


def noted(kind: str, text: str) -> bytes:
    """A letter with a note of either kind."""
    mark = f'<w:r><w:{kind}Reference w:id="2"/></w:r>'
    note = f'<w:{kind} w:id="2">{text}</w:{kind}>'
    return story(f"{kind}s", paragraph(run("有注") + mark), note)


def boxed(inner: str) -> str:
    """A text box of Word 97, which may hold another one."""
    return paragraph(
        '<w:r><w:pict><v:shape type="#t" style="width:200pt;height:80pt"><v:textbox><w:txbxContent>'
        f"{inner}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )


def drawing(graphic: str, size: str = 'cx="900000" cy="900000"', number: int = 1) -> str:
    """An inline drawing."""
    return (
        f'<w:p><w:r><w:drawing><wp:inline><wp:extent {size}/><wp:docPr id="{number}" name="图"/>'
        f"<a:graphic>{graphic}</a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def table(rows: int, cells: int, text: str = "格") -> str:
    """A table without properties."""
    row = "<w:tr>" + f"<w:tc>{paragraph(run(text))}</w:tc>" * cells + "</w:tr>"
    return "<w:tbl>" + row * rows + "</w:tbl>" + paragraph(run("表后"))


def formula(depth: int) -> str:
    """A fraction over a fraction over a fraction."""
    inner = "<m:r><m:t>x</m:t></m:r>"
    for _ in range(depth):
        inner = f"<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den>{inner}</m:den></m:f>"
    return paragraph(f"<m:oMathPara><m:oMath>{inner}</m:oMath></m:oMathPara>")


def control(kind: str, content: str) -> str:
    """A content control."""
    return f'<w:sdt><w:sdtPr><w:id w:val="7"/>{kind}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>'


SMART = (
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/diagram">'
    '<dgm:relIds xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'r:dm="rId91" r:lo="rId92" r:qs="rId93" r:cs="rId94"/></a:graphicData>'
)
SHAPE = (
    '<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
    '<wps:cNvSpPr/><wps:spPr><a:prstGeom prst="rect"/></wps:spPr><wps:txbx><w:txbxContent>{}</w:txbxContent></wps:txbx>'
    "<wps:bodyPr/></wps:wsp></a:graphicData>"
)
PICTURE = samples.PICTURE.replace('cx="900000" cy="900000"', 'cx="0" cy="0"')

ODDITIES: Mapping[str, Callable[[], bytes]] = {
    "comment with a range": lambda: commented(paragraph(POINT.format(0))),
    "comment that is a point": lambda: commented(paragraph('<w:r><w:commentReference w:id="0"/></w:r>')),
    "comments with a reply, resolved": replied,
    "comment in a table": lambda: commented(table(2, 2).replace(run("格"), POINT.format(0), 1)),
    "comment over paragraphs": lambda: commented(
        paragraph('<w:commentRangeStart w:id="0"/>' + run("始"))
        + paragraph(run("终") + '<w:commentRangeEnd w:id="0"/><w:r><w:commentReference w:id="0"/></w:r>')
    ),
    "comment that is not there": lambda: body(paragraph(POINT.format(7))),
    "comment in a header": lambda: headed(paragraph(run("页眉") + '<w:r><w:commentReference w:id="0"/></w:r>')),
    "comment in a footnote": lambda: noted(
        "footnote", paragraph(run("脚注") + '<w:r><w:commentReference w:id="0"/></w:r>')
    ),
    "two hundred comments": lambda: commented(
        "".join(paragraph(POINT.format(number)) for number in range(200)), count=200
    ),
    "tracked insertion and deletion": lambda: body(
        paragraph(
            f'<w:ins w:id="1" {STAMP}>{run("插入")}</w:ins>'
            f'<w:del w:id="2" {STAMP}><w:r><w:delText>删除</w:delText></w:r></w:del>'
        )
    ),
    "tracked move": lambda: body(
        paragraph(f'<w:moveFromRangeStart w:id="1" w:name="移" {STAMP}/>')
        + paragraph(f'<w:moveFrom w:id="2" {STAMP}>{run("移走")}</w:moveFrom><w:moveFromRangeEnd w:id="1"/>')
        + paragraph(f'<w:moveToRangeStart w:id="3" w:name="移" {STAMP}/>')
        + paragraph(f'<w:moveTo w:id="4" {STAMP}>{run("移走")}</w:moveTo><w:moveToRangeEnd w:id="3"/>')
    ),
    "half a tracked move": lambda: body(paragraph(f'<w:moveTo w:id="4" {STAMP}>{run("移来")}</w:moveTo>')),
    "tracked format": lambda: body(
        paragraph(run("改格式", f'<w:b/><w:rPrChange w:id="1" {STAMP}><w:rPr><w:i/></w:rPr></w:rPrChange>'))
    ),
    "deleted row": lambda: body(table(3, 2).replace("<w:tr>", f'<w:tr><w:trPr><w:del w:id="1" {STAMP}/></w:trPr>', 1)),
    "deleted paragraph mark at the end": lambda: body(
        paragraph(run("末段"), f'<w:rPr><w:del w:id="1" {STAMP}/></w:rPr>')
    ),
    "field in a field in a field": lambda: body(
        paragraph(
            sign("begin")
            + code(" REF a ")
            + sign("begin")
            + code(" SEQ b ")
            + sign("begin")
            + code(" PAGE ")
            + sign("end") * 3
            + run("后")
        )
    ),
    "field without an end": lambda: body(paragraph(sign("begin") + code(" PAGE ") + sign("separate") + run("1"))),
    "ends without a field": lambda: body(paragraph(sign("end") * 5 + sign("separate") + run("1") + sign("end"))),
    "field over a table": lambda: body(
        paragraph(sign("begin") + code(" TOC ") + sign("separate")) + table(2, 2) + paragraph(sign("end") + run("后"))
    ),
    "reference to a lost place": lambda: body(samples.field(" REF 没有的书签 \\h ")),
    "bookmarks across each other": lambda: body(
        paragraph(
            '<w:bookmarkStart w:id="1" w:name="a"/>'
            + run("甲")
            + '<w:bookmarkStart w:id="1" w:name="a"/>'
            + run("乙")
            + '<w:bookmarkEnd w:id="9"/><w:bookmarkEnd w:id="1"/>'
            + run("丙")
        )
    ),
    "anchor that leads nowhere": lambda: body(paragraph(f'<w:hyperlink w:anchor="没有">{run("链接")}</w:hyperlink>')),
    "controls of all kinds": lambda: body(
        control("<w:date/>", paragraph(run("日期")))
        + control('<w:dropDownList><w:listItem w:value="1"/></w:dropDownList>', paragraph(run("下拉")))
        + control("<w:picture/>", paragraph(run("图片")))
        + paragraph(control("<w:text/>", control("<w:richText/>", run("内外"))))
    ),
    "control without content": lambda: body(control("<w:text/>", "") + paragraph(run("后"))),
    "deep formula": lambda: body(formula(60)),
    "formula without anything": lambda: body(paragraph("<m:oMath/><m:oMathPara/>" + run("后"))),
    "endnote": lambda: noted("endnote", paragraph(run("尾注"))),
    "note that is not there": lambda: body(paragraph(run("注") + '<w:r><w:endnoteReference w:id="77"/></w:r>')),
    "another document inside": lambda: body('<w:altChunk r:id="rIdX"/>'),
    "diagram without its parts": lambda: body(drawing(SMART) + paragraph(run("后"))),
    "old shapes": lambda: body(
        paragraph('<w:r><w:pict><v:oval style="width:0;height:-5pt"/><v:group/><v:shape/></w:pict></w:r>' + run("后"))
    ),
    "box in a box in a box": lambda: body(boxed(boxed(boxed(paragraph(run("里")))))),
    "box in a box of today": lambda: body(
        drawing(SHAPE.format(drawing(SHAPE.format(paragraph(run("里"))), number=2))) + paragraph(run("后"))
    ),
    "huge table": lambda: body(table(300, 8)),
    "table without cells": lambda: body("<w:tbl><w:tr/><w:tr/></w:tbl>" + paragraph(run("后"))),
    "cell without a paragraph": lambda: body("<w:tbl><w:tr><w:tc/></w:tr></w:tbl>" + paragraph(run("后"))),
    "cells merged beyond the table": lambda: body(
        table(2, 3).replace("<w:tc>", '<w:tc><w:tcPr><w:gridSpan w:val="63"/><w:vMerge/></w:tcPr>')
    ),
    "styles that are not there": lambda: body(
        paragraph(run("无", '<w:rStyle w:val="没有"/>'), '<w:pStyle w:val="没有"/>')
    ),
    "lists that are not there": lambda: body(
        paragraph(run("无"), '<w:numPr><w:ilvl w:val="88"/><w:numId w:val="4711"/></w:numPr>')
    ),
    "picture of no size": lambda: samples.with_relationship(
        "image",
        "media/x.png",
        with_type("word/media/x.png", "image/png", samples.png(), with_body(PICTURE.format(source='r:embed="rIdX"'))),
        mode="Internal",
    ),
    "drawings of one number": lambda: body(
        drawing(SHAPE.format(paragraph(run("甲")))) + drawing(SHAPE.format(paragraph(run("乙")))) + paragraph(run("后"))
    ),
    "page of no size": lambda: altered(
        samples.letter(),
        {MAIN: part(samples.letter(), MAIN).replace(b"<w:pgSz", b'<w:pgSz w:w="1" w:h="1"/><w:pgSzOld', 1)},
    ),
    "no body": lambda: altered(samples.letter(), {MAIN: f'<w:document xmlns:w="{samples.W}"/>'.encode()}),
    "text in the wrong place": lambda: body("<w:r><w:t>无段</w:t></w:r><w:tr/><w:tc/>" + paragraph(run("后"))),
    "half a file": lambda: samples.letter()[:4000],
    "types that are not there": lambda: altered(samples.letter(), {TYPES: None}),
}
