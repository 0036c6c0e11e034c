"""Reads paragraphs and tables from a web page, whether or not tables are used for its layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

import lxml.html
from lxml import etree

from gipdocs.markup import MarkupRefused, parse_html
from gipdocs.published.blocks import Block, PrintedTable, Taken, is_layout, refuse_file
from gipdocs.published.screen import INLINE, show

SILENT = {"script", "style", "noscript", "template", "head", "title", "button", "datalist", "svg", "iframe", "object"}

NEXT_PAGE = re.compile(r"(?<=</html>)\s*(?=(?:<!doctype[^>]{0,200}>\s*)?<html[\s>])", re.IGNORECASE)
"""The gap between two complete pages in one file."""


def read_page(text: str) -> tuple[list[Block], tuple[str, ...]]:
    """Paragraphs and data tables in order, and the addresses behind the links, each once.

    A table used only for layout is read as its contents. If a file has several complete pages, they are read one after
    the other, identical ones once. Raises InvalidInput for a page that is empty or too large.
    """
    walk = _Walk()
    hrefs: dict[str, None] = {}
    for page in dict.fromkeys(NEXT_PAGE.split(text.strip())):
        root = _parse(page)
        hrefs |= dict.fromkeys(link.get("href", "").strip() for link in root.iter("a"))
        _put_notes_in_place(root, walk.taken)
        walk.element(root)
        walk.end_line()
    return walk.blocks, tuple(hrefs)


def _parse(text: str) -> lxml.html.HtmlElement:
    """The root of a web page as its reader sees it; InvalidInput if it is empty or too large."""
    try:
        root = parse_html(text)
    except MarkupRefused as error:
        raise refuse_file("too-large", f"{error}，请删去无关的内容，另存为较小的文件后再试。") from error
    except (etree.ParserError, ValueError) as error:
        raise refuse_file("file", "网页里没有内容，请核对文件。") from error
    show(root)
    return root


def _put_notes_in_place(root: lxml.html.HtmlElement, taken: Taken) -> None:
    """Put marked footnotes in brackets after their numbers, as in a DOCX."""
    notes = {}
    for note in root.xpath('//*[@role="doc-footnote"][@id]'):
        for back in note.xpath('.//a[@role="doc-backlink"]'):
            back.drop_tree()
        notes[f"#{note.get('id')}"] = taken.text(note.text_content().strip())
        note.drop_tree()
    for mark in root.xpath('//a[@role="doc-noteref"]'):
        if (text := notes.get(mark.get("href"))) is not None:
            mark[:] = []
            mark.text = f"（{taken.text(text)}）"


class _Walk:
    """Gathers text until a block ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.line: list[str] = []
        self.taken = Taken()

    def end_line(self) -> None:
        if text := " ".join("".join(self.line).split()):
            self.blocks.append(self.taken.paragraph(self.taken.text(text)))
        self.line = []

    def element(self, element: lxml.html.HtmlElement) -> None:
        if not isinstance(element.tag, str) or element.tag in SILENT:
            return
        if element.tag == "table" and not _lays_out(element):
            self.end_line()
            self.blocks.append(self.grid(element))
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

    def grid(self, table: lxml.html.HtmlElement) -> PrintedTable:
        return PrintedTable(tuple(self.taken.row(tuple(self.cells(row))) for row in _rows(table)))

    def cells(self, row: lxml.html.HtmlElement) -> Iterator[str]:
        """The texts of a row's cells, one line per printed line."""
        for cell in row:
            if cell.tag in ("td", "th"):
                lines = self.taken.text("".join(_pieces(cell))).split("\n")
                yield "\n".join(line for part in lines if (line := " ".join(part.split())))


def _rows(table: lxml.html.HtmlElement) -> Iterator[lxml.html.HtmlElement]:
    """The rows of a table itself, not those of tables in its cells."""
    return (row for row in table.iter("tr") if next(row.iterancestors("table")) is table)


def _lays_out(table: lxml.html.HtmlElement) -> bool:
    """Whether the table is only used for layout."""
    inner = (one for one in table.iter("table") if one is not table)
    return is_layout(_count_cells(table), ((_count_cells(one), one.text_content()) for one in inner))


def _count_cells(table: lxml.html.HtmlElement) -> int:
    return sum(1 for _ in islice(table.iter("td", "th"), 2))


def _pieces(element: lxml.html.HtmlElement) -> Iterator[str]:
    """The text of a cell; a block in it begins and ends a line."""
    for child in (None, *element):
        if child is None:
            yield _spaced(element.text)
            continue
        if isinstance(child.tag, str) and child.tag not in SILENT:
            edge = "" if child.tag in INLINE else "\n"
            yield edge
            yield from _pieces(child)
            yield edge
        yield _spaced(child.tail)


def _spaced(text: str | None) -> str:
    """Source text with line breaks as spaces."""
    return (text or "").replace("\n", " ").replace("\r", " ")
