"""A proof letter that loads every font and every part of LibreOffice that a real letter needs."""

from __future__ import annotations

import hashlib
import re
import zipfile
from functools import cache
from io import BytesIO

from gipdocs.ooxml import declare
from gipdocs.pdf import fonts

NAMESPACE = declare("w")
TEXT = "试印 0123456789 ABC abc，。、《》〔〕：；“”（一）"
RARE = "䶮㛃𬭊"

DRAWN = re.compile(rb"^.*\bT[fdmjJ]$", re.M)
"""A line of page content that selects a font, sets a position or draws text; LibreOffice writes one per line."""

CONTENT_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/word/document.xml" \
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""

RELATIONSHIPS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\
<Relationship Id="rId1" \
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" \
Target="word/document.xml"/></Relationships>"""


@cache
def letter() -> bytes:
    """A DOCX with a paragraph in each official font, rare characters and a small table."""
    paragraphs = "".join(_paragraph(chain.names[0], TEXT + RARE) for chain in fonts.CHAINS)
    cell = f"<w:tc><w:tcPr><w:tcW w:w='4000' w:type='dxa'/></w:tcPr>{_paragraph(fonts.BODY, TEXT)}</w:tc>"
    table = f"<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>"
    body = f"<w:body>{paragraphs}{table}{_paragraph(fonts.BODY, TEXT)}</w:body>"
    document = f'<?xml version="1.0" encoding="UTF-8"?><w:document {declare("w")}>{body}</w:document>'
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", RELATIONSHIPS)
        archive.writestr("word/document.xml", document)
    return target.getvalue()


def hash_drawing(pdf: bytes) -> str:
    """A hash of the text of an uncompressed PDF and its positions: the same for every conversion of a document."""
    return hashlib.sha256(b"\n".join(DRAWN.findall(pdf))).hexdigest()


def _paragraph(font: str, text: str) -> str:
    names = f'w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:hint="eastAsia"'
    return f'<w:p><w:r><w:rPr><w:rFonts {names}/><w:sz w:val="32"/></w:rPr><w:t>{text}</w:t></w:r></w:p>'
