"""Reads what another office published, whatever the kind of file: a DOCX, a PDF, a workbook, a web page, or text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from gipdocs.filekinds import recognise
from gipdocs.published.blocks import LARGEST_FILE, LARGEST_TEXT, Block, refuse_file
from gipdocs.published.docx import read_docx
from gipdocs.published.encodings import decode
from gipdocs.published.html import read_page
from gipdocs.published.pdf import read_pdf
from gipdocs.published.xlsx import is_book, read_book, read_csv_text

LOOKS_LIKE_HTML = re.compile(r"<(?:html|body|table|div|p|h\d|br|!doctype)[\s/>]", re.IGNORECASE)
MOST_SEARCHED = 100_000
"""The characters of a text that may hold the first tag of a page."""
ZIP = b"PK\x03\x04"


@dataclass(frozen=True, kw_only=True)
class Published:
    """A published file: its paragraphs and tables, or only its text if it is plain text, which does not mark tables.

    `hrefs` are the addresses behind the links of a web page, in order, `notes` say what of the file wasn't read. The tables
    of a workbook (xlsx) are its sheets.
    """

    kind: Literal["docx", "pdf", "page", "text", "xlsx"]
    blocks: tuple[Block, ...] = ()
    text: str = ""
    hrefs: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_published(data: bytes | str, name: str, *, books: bool = False) -> Published:
    """A DOCX, a PDF, an HTML page or text (UTF-8, UTF-16, GB 18030), with `books` a workbook or CSV; otherwise InvalidInput.

    `name` is what messages call the expected document: 一份指南.
    """
    if len(data) > LARGEST_FILE:
        raise refuse_file("too-large", f"文件超过{LARGEST_FILE // 2**20}MB，请另存为较小的文件。")
    if books and isinstance(data, bytes) and is_book(data):
        return Published(kind="xlsx", blocks=tuple(read_book(data)))
    if isinstance(data, bytes) and data.startswith(ZIP):
        return Published(kind="docx", blocks=tuple(read_docx(data)))
    if isinstance(data, bytes) and (kind := recognise(data)) and kind.key == "pdf":
        blocks, notes = read_pdf(data)
        return Published(kind="pdf", blocks=tuple(blocks), notes=notes)
    if len(data) > LARGEST_TEXT:
        raise refuse_file("too-large", f"文字超过{LARGEST_TEXT // 2**20}MB，不像是{name}。")
    text = decode(data)
    if books and not is_json(text) and (table := read_csv_text(text)):
        return Published(kind="xlsx", blocks=tuple(table))
    if is_json(text) or not LOOKS_LIKE_HTML.search(text[:MOST_SEARCHED]):
        return Published(kind="text", text=text)
    read, hrefs = read_page(text)
    return Published(kind="page", blocks=tuple(read), hrefs=hrefs)


def is_json(text: str) -> bool:
    """Whether a text is meant to be a JSON object, whose strings may contain tags."""
    return text.lstrip().startswith("{")
