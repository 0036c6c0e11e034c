"""Reads paragraphs and tables from a DOCX, whoever wrote it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO

from lxml import etree

from gipdocs.documents.relationships import PACKAGE, NotThisFormat, links, main_part, rels_of
from gipdocs.errors import Fault, InvalidInput
from gipdocs.published.blocks import LARGEST_UNPACKED, MOST_CELLS, Block, Grid

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
BOX = f"{W}txbxContent"
BREAKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
LEFT_OUT = (f"{W}del", f"{W}moveFrom", FALLBACK)
"""Text that was deleted, and the second copy of a text box."""


def read_docx(data: bytes) -> list[Block]:
    """Paragraphs and tables of the body in order; a footnote follows its number in brackets.

    Raises InvalidInput for a file that is no DOCX or is too large.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise _refused("too_large", "文件解压后过大，请另存为较小的文件。")
            main = main_part(archive.read) if PACKAGE in archive.namelist() else "word/document.xml"
            body = _parse(archive, main).find(f"{W}body")
            notes = _footnotes(archive, main)
    except NotThisFormat as error:
        raise _refused("file", f"这个文件{error}。") from error
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, NotImplementedError, RuntimeError) as error:
        raise _refused("file", "这不是可以打开的DOCX文件，请用WPS或者Word另存为.docx后再试。") from error
    if body is None:
        raise _refused("file", "DOCX文件里没有正文，请核对文件。")
    return list(_blocks(body, notes))


def _refused(code: str, detail: str) -> InvalidInput:
    return InvalidInput([Fault("", code, detail)])


def _parse(archive: zipfile.ZipFile, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(archive.read(name), parser)


def _footnotes(archive: zipfile.ZipFile, main: str) -> dict[str, str]:
    names, rels = set(archive.namelist()), rels_of(main)
    linked = (
        {link.target for link in links(archive.read(rels), main) if link.kind == "footnotes"}
        if rels in names
        else set()
    )
    parts = (linked or {"word/footnotes.xml"}) & names
    found = (note for name in parts for note in _parse(archive, name).iter(f"{W}footnote"))
    return {note.get(f"{W}id", ""): "".join(_text(one, {}) for one in note.iter(f"{W}p")).strip() for note in found}


def _blocks(element: etree._Element, notes: Mapping[str, str]) -> Iterator[Block]:
    for child in element:
        if child.tag == f"{W}p":
            yield from (line for line in _text(child, notes).split("\n") if line.strip())
            for box in _boxes(child):
                yield from _blocks(box, notes)
        elif child.tag == f"{W}tbl":
            yield _grid(child, notes)
        elif child.tag not in LEFT_OUT:
            yield from _blocks(child, notes)


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Text boxes anchored in a paragraph, each once."""
    for box in paragraph.iter(BOX):
        if next(box.iterancestors(FALLBACK), None) is None and next(box.iterancestors(BOX), None) is None:
            yield box


def _text(paragraph: etree._Element, notes: Mapping[str, str]) -> str:
    return "".join(_runs(paragraph, notes))


def _runs(element: etree._Element, notes: Mapping[str, str]) -> Iterator[str]:
    for child in element:
        if child.tag in LEFT_OUT or child.tag == BOX:
            continue
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in BREAKS:
            yield BREAKS[child.tag]
        elif child.tag == f"{W}footnoteReference":
            note = notes.get(child.get(f"{W}id", ""), "")
            yield f"（{note}）" if note else ""
        elif isinstance(child.tag, str):
            yield from _runs(child, notes)


def _grid(table: etree._Element, notes: Mapping[str, str]) -> Grid:
    rows = [row for row in table.iter(f"{W}tr") if next(row.iterancestors(f"{W}tbl")) is table]
    cells = [tuple(_cells(row, notes)) for row in rows]
    if sum(map(len, cells)) > MOST_CELLS:
        raise _refused("too_large", "表格的单元格过多，不像是年度报告。")
    return Grid(tuple(cells))


def _cells(row: etree._Element, notes: Mapping[str, str]) -> Iterator[str]:
    """The texts of the cells that begin in this row."""
    for cell in row.iter(f"{W}tc"):
        if next(cell.iterancestors(f"{W}tr")) is row and not _continues(cell):
            yield "".join(_text(paragraph, notes) for paragraph in cell.iter(f"{W}p"))


def _continues(cell: etree._Element) -> bool:
    """The cell is the lower or right part of a merged one."""
    for tag in ("vMerge", "hMerge"):
        merge = cell.find(f"{W}tcPr/{W}{tag}")
        if merge is not None and merge.get(f"{W}val", "continue") != "restart":
            return True
    return False
