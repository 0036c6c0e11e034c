"""Reads paragraphs and tables from a web page, laid out with tables or not."""

from __future__ import annotations

from collections.abc import Iterator

import lxml.html
from lxml import etree

from gipdocs.errors import Fault, InvalidInput
from gipdocs.published.blocks import MOST_CELLS, Block, Grid

SILENT = {"script", "style", "noscript", "template", "head", "title", "select", "button", "svg", "iframe", "object"}
INLINE = {"a", "abbr", "b", "bdi", "big", "cite", "code", "em", "font", "i", "ins", "label", "mark", "o:p", "q", "s"}
INLINE |= {"small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr", "img"}


def read_html(text: str) -> list[Block]:
    """Paragraphs and data tables in order; a table that only lays out the page is read as its contents."""
    try:
        root = lxml.html.document_fromstring(text)
    except (etree.ParserError, ValueError) as error:
        raise InvalidInput([Fault("", "file", "网页里没有内容，请核对文件。")]) from error
    _put_notes_in_place(root)
    walk = _Walk()
    walk.element(root)
    return walk.finished()


def _put_notes_in_place(root: lxml.html.HtmlElement) -> None:
    """Footnotes marked as such follow their numbers in brackets, as those of a DOCX do."""
    notes = {}
    for note in root.xpath('//*[@role="doc-footnote"][@id]'):
        for back in note.xpath('.//a[@role="doc-backlink"]'):
            back.drop_tree()
        notes[f"#{note.get('id')}"] = note.text_content().strip()
        note.drop_tree()
    for mark in root.xpath('//a[@role="doc-noteref"]'):
        if (text := notes.get(mark.get("href"))) is not None:
            mark[:] = []
            mark.text = f"（{text}）"


class _Walk:
    """Gathers text until a block ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.line: list[str] = []

    def finished(self) -> list[Block]:
        self.end_line()
        return self.blocks

    def end_line(self) -> None:
        if text := " ".join("".join(self.line).split()):
            self.blocks.append(text)
        self.line = []

    def element(self, element: lxml.html.HtmlElement) -> None:
        if not isinstance(element.tag, str) or element.tag in SILENT:
            return
        if element.tag == "table" and element.find(".//table") is None:
            self.end_line()
            self.blocks.append(_grid(element))
            return
        block = element.tag not in INLINE
        if block:
            self.end_line()
        self.line.append(element.text or "")
        for child in element:
            self.element(child)
            self.line.append(child.tail or "")
        if block:
            self.end_line()


def _grid(table: lxml.html.HtmlElement) -> Grid:
    rows = tuple(tuple(_cells(row)) for row in table.iter("tr"))
    if sum(map(len, rows)) > MOST_CELLS:
        raise InvalidInput([Fault("", "too_large", "表格的单元格过多，不像是年度报告。")])
    return Grid(rows)


def _cells(row: lxml.html.HtmlElement) -> Iterator[str]:
    for cell in row:
        if cell.tag in ("td", "th"):
            yield "".join(cell.itertext()).replace("\xa0", " ").strip()
