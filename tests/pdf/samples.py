"""DOCX files for the converter's tests: letters like the real ones, and none of them real."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

SENTENCE = "本机关收到您提交的政府信息公开申请，现依照《中华人民共和国政府信息公开条例》的有关规定答复如下。"


def letter(body: str = SENTENCE, *, title: str = "政府信息公开申请答复书", paragraphs: int = 8) -> bytes:
    """A one-page letter in the official fonts; `body` is its first paragraph under the addressee."""
    document = _blank(title)
    _write(document, "样本机关文件", "方正小标宋简体", 36, centred=True)
    _write(document, "样公开〔2026〕1号", "仿宋_GB2312", 16)
    _write(document, title, "方正小标宋简体", 22, centred=True)
    _write(document, "样本申请人：", "仿宋_GB2312", 16)
    _write(document, body, "仿宋_GB2312", 16)
    _write(document, "一、关于申请的事项", "黑体", 16)
    _write(document, "（一）信息的获取", "楷体_GB2312", 16)
    for number in range(paragraphs):
        _write(document, f"{number + 1}. {SENTENCE}", "仿宋_GB2312", 16)
    _write(document, "Contact 0635-1234567", "Times New Roman", 14)
    _write(document, "2026年11月23日", "仿宋_GB2312", 16)
    return _bytes(document)


def table(rows: int = 30, columns: int = 10) -> bytes:
    """A page with one table, each cell of which holds its own coordinates."""
    document = _blank("政府信息公开工作年度报告")
    _write(document, "政府信息公开工作年度报告", "方正小标宋简体", 22, centred=True)
    grid = document.add_table(rows=rows, cols=columns)
    for row in range(rows):
        for column in range(columns):
            _fill(grid.cell(row, column).paragraphs[0], f"第{row}-{column}格", "宋体", 9)
    _write(document, "以上为全部数据。", "仿宋_GB2312", 16)
    return _bytes(document)


def _blank(title: str) -> DocumentObject:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    properties = document.core_properties
    properties.title, properties.author = title, "样本机关"
    properties.subject, properties.keywords = "答复", "政府信息公开"
    properties.created = properties.modified = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
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


__all__ = ["OxmlElement", "letter", "table"]
