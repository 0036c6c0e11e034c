"""DOCX files for the converter's tests: letters like the real ones, none of them real, and hostile ones."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from PIL import Image

SENTENCE = "本机关收到您提交的申请，现依照有关规定答复如下，并附相关材料一份。"
RARE = "䶮㛃𬭊"
CREATED = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)

RELATIONSHIPS = "word/_rels/document.xml.rels"
MAIN = "word/document.xml"
TYPES = "[Content_Types].xml"
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
COMMENTS = (
    f'<w:comments xmlns:w="{W}">'
    '<w:comment w:id="0" w:author="审核人" w:initials="S"><w:p><w:r><w:t>内部意见</w:t></w:r></w:p></w:comment></w:comments>'
)


def letter(body: str = SENTENCE, *, title: str = "样本函件", paragraphs: int = 6, made_from: str = "") -> bytes:
    """A letter in the official fonts; `body` is its paragraph under the addressee, `paragraphs` follow."""
    document = _blank(title)
    document.core_properties.comments = made_from
    _write(document, "样本机关", "方正小标宋简体", 36, centred=True)
    _write(document, "样函〔2026〕1号", "仿宋_GB2312", 16)
    _write(document, title, "方正小标宋简体", 22, centred=True)
    _write(document, body, "仿宋_GB2312", 16)
    _write(document, "一、关于事项", "黑体", 16)
    _write(document, "（一）获取方式", "楷体_GB2312", 16)
    for number in range(paragraphs):
        _write(document, f"{number + 1}. {SENTENCE}", "仿宋_GB2312", 16)
    _write(document, "表一 宋体", "宋体", 14)
    _write(document, "Contact 0635-1234567", "Times New Roman", 14)
    _write(document, "2026年11月23日", "仿宋_GB2312", 16)
    return _bytes(document)


def slow_letter() -> bytes:
    """A letter on which LibreOffice works for more than a second."""
    return letter(paragraphs=5000)


def table(rows: int = 20, columns: int = 6) -> bytes:
    """A page with one table, each cell of which holds its own coordinates."""
    document = _blank("样本表格")
    _write(document, "样本表格", "方正小标宋简体", 22, centred=True)
    for cells in [document.add_table(rows=rows, cols=columns)._cells]:
        for number, cell in enumerate(cells):
            _fill(cell.paragraphs[0], f"第{number // columns}-{number % columns}格", "宋体", 9)
    _write(document, "以上为全部数据。", "仿宋_GB2312", 16)
    return _bytes(document)


def ruled_table(rows: int, height: int, rule: int) -> bytes:
    """A letter with a table of so many rows, which are to be so many points high at least, and of rules so many points thick."""
    sides = "".join(f'<w:{side} w:val="single" w:sz="{8 * rule}"/>' for side in ("top", "bottom", "insideH"))
    row = (
        f'<w:tr><w:trPr><w:trHeight w:val="{20 * height}" w:hRule="atLeast"/></w:trPr>'
        '<w:tc><w:tcPr><w:tcW w:w="4000" w:type="dxa"/></w:tcPr><w:p/></w:tc></w:tr>'
    )
    properties = f"<w:tblPr><w:tblBorders>{sides}</w:tblBorders></w:tblPr>"
    return with_body(f'<w:tbl>{properties}<w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid>{row * rows}</w:tbl><w:p/>')


def with_first_header(text: str, *, top: float, header: float) -> bytes:
    """Two pages of which only the first has a header; text begins at `top`, headers at `header`, in millimetres."""
    document = _blank("样本函件")
    section = document.sections[0]
    section.top_margin, section.header_distance = Mm(top), Mm(header)
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = text
    _write(document, SENTENCE, "仿宋_GB2312", 16)
    document.add_page_break()
    _write(document, SENTENCE, "仿宋_GB2312", 16)
    return _bytes(document)


def nested_tables(depth: int) -> bytes:
    """Tables inside each other."""
    document = _blank("嵌套")
    cell = document.add_table(1, 1).cell(0, 0)
    for _ in range(depth - 1):
        cell = cell.add_table(1, 1).cell(0, 0)
    cell.text = "最里层"
    return _bytes(document)


def headed() -> bytes:
    """A document with headings, for the outline; in one of them a line may break beside a quotation mark."""
    document = _blank("有标题的文件")
    for text, level in (("第一章", 1), ("关于\u200b“附表”", 2), ("第二章", 1)):
        document.add_heading(text, level=level)
        _write(document, SENTENCE, "仿宋_GB2312", 16)
    return _bytes(document)


def altered(docx: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """The same DOCX with parts replaced, added, or (None) left out."""
    with zipfile.ZipFile(BytesIO(docx)) as source:
        all_parts = {name: source.read(name) for name in source.namelist()} | dict(parts)
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in all_parts.items():
            if content is not None:
                archive.writestr(name, content)
    return target.getvalue()


def part(docx: bytes, name: str) -> bytes:
    """One part of a DOCX."""
    with zipfile.ZipFile(BytesIO(docx)) as archive:
        return archive.read(name)


def with_body(xml: str, docx: bytes | None = None) -> bytes:
    """A letter with raw XML before its section properties."""
    docx = docx or letter()
    return altered(docx, {MAIN: part(docx, MAIN).replace(b"<w:sectPr", xml.encode() + b"<w:sectPr", 1)})


def with_relationship(kind: str, target: str, docx: bytes, *, mode: str = "External") -> bytes:
    """The same DOCX with one more relationship, rIdX, of its main part."""
    one = f'<Relationship Id="rIdX" Type="{KIND}{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    return altered(docx, {RELATIONSHIPS: part(docx, RELATIONSHIPS).replace(b"</Relationships>", one.encode())})


def with_type(name: str, type: str, content: bytes, docx: bytes) -> bytes:
    """The same DOCX with one more part of a content type."""
    override = f'<Override PartName="/{name}" ContentType="{type}"/></Types>'.encode()
    return altered(docx, {name: content, TYPES: part(docx, TYPES).replace(b"</Types>", override)})


def commented(docx: bytes | None = None) -> bytes:
    """A letter with a reviewer's comment on its last paragraph."""
    mark = '<w:commentRangeStart w:id="0"/><w:r><w:t>批注处</w:t></w:r><w:commentRangeEnd w:id="0"/>'
    docx = with_body(f'<w:p>{mark}<w:r><w:commentReference w:id="0"/></w:r></w:p>', docx)
    docx = with_type("word/comments.xml", WORD + "comments+xml", COMMENTS.encode(), docx)
    return with_relationship("comments", "comments.xml", docx, mode="Internal")


def linked_picture(url: str) -> bytes:
    """A letter with a picture that lies elsewhere."""
    return with_relationship("image", url, with_body(PICTURE.format(source='r:link="rIdX"')))


def png() -> bytes:
    """A small picture."""
    target = BytesIO()
    Image.new("RGB", (8, 8), "red").save(target, "PNG")
    return target.getvalue()


def drawn_picture(name: str, type: str, content: bytes) -> bytes:
    """A letter with a picture of its own."""
    docx = with_type(f"word/media/{name}", type, content, with_body(PICTURE.format(source='r:embed="rIdX"')))
    return with_relationship("image", f"media/{name}", docx, mode="Internal")


def field(instruction: str) -> str:
    """A field with this instruction, which is split over two runs as Word does."""
    middle = len(instruction) // 2
    pieces = "".join(
        f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>'
        for piece in (instruction[:middle], instruction[middle:])
    )
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    return f"<w:p>{begin}{pieces}{separate}<w:r><w:t>结果</w:t></w:r>{end}</w:p>"


PICTURE = (
    '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
    '<wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="图"/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:nvPicPr><pic:cNvPr id="0" name="图"/><pic:cNvPicPr/></pic:nvPicPr>'
    '<pic:blipFill><a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" {source}/>'
    "<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr>'
    "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)


def _blank(title: str) -> DocumentObject:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    properties = document.core_properties
    properties.title, properties.author = title, "样本机关"
    properties.subject, properties.keywords = "样本", "测试"
    properties.created = properties.modified = CREATED
    return document


def _write(document: DocumentObject, text: str, font: str, size: int, *, centred: bool = False) -> None:
    paragraph = document.add_paragraph()
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _fill(paragraph, text, font, size)


def _fill(paragraph: Paragraph, text: str, font: str, size: int) -> None:
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    run.font.name = font
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")


def _bytes(document: DocumentObject) -> bytes:
    target = BytesIO()
    document.save(target)
    return target.getvalue()
