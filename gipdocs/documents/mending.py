"""Makes whole what conditions and loops have emptied: Word opens no cell without a paragraph, no table without a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from lxml import etree

from gipdocs.documents.tags import W

NEEDS_A_PARAGRAPH = (
    f"{W}tc",
    f"{W}body",
    f"{W}hdr",
    f"{W}ftr",
    f"{W}footnote",
    f"{W}txbxContent",
)
BLOCKS = (f"{W}p", f"{W}tbl", f"{W}sdt", f"{W}customXml")
AFTER = f"{W}sectPr"
CELL_ORDER = (
    *("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection"),
    *("tcFitText", "vAlign", "hideMark", "headers", "cellIns", "cellDel", "cellMerge", "tcPrChange"),
)
"""The order that the schema fixes for the properties of a cell; docxtpl writes those of its own at the wrong end."""
_disordered = etree.XPath(
    "//w:tcPr[w:tcW/preceding-sibling::w:gridSpan or w:tcW/preceding-sibling::w:shd"
    " or w:vMerge/preceding-sibling::*[not(self::w:cnfStyle or self::w:tcW or self::w:gridSpan or self::w:hMerge)]"
    " or w:shd/following-sibling::*[self::w:gridSpan or self::w:vMerge or self::w:tcBorders]]",
    namespaces={"w": W[1:-1]},
)


def mend(tree: etree._Element) -> None:
    """Take out rows without a cell and tables without a row, add the paragraphs that the schema and Word ask for."""
    _drop(row for row in tree.iter(f"{W}tr") if row.find(f".//{W}tc") is None)
    _drop(table for table in tree.iter(f"{W}tbl") if table.find(f".//{W}tr") is None)
    for table in list(tree.iter(f"{W}tbl")):
        if (following := table.getnext()) is not None and following.tag == table.tag:
            table.addnext(etree.Element(f"{W}p"))
    for place in list(tree.iter(*NEEDS_A_PARAGRAPH)):
        _end_with_a_paragraph(place)
    for properties in cast(list[etree._Element], _disordered(tree)):
        properties[:] = sorted(properties, key=_cell_order)


def _drop(elements: Iterable[etree._Element]) -> None:
    for element in list(elements):
        if (parent := element.getparent()) is not None:
            parent.remove(element)


def _end_with_a_paragraph(place: etree._Element) -> None:
    """Add an empty paragraph where there is no block, or the last is a table; only a body may end with one."""
    blocks = [child for child in place if child.tag in BLOCKS]
    if blocks and (blocks[-1].tag != f"{W}tbl" or place.tag == f"{W}body"):
        return
    end = place.find(AFTER)
    paragraph = etree.Element(f"{W}p")
    if end is None:
        place.append(paragraph)
    else:
        end.addprevious(paragraph)


def _cell_order(property: etree._Element) -> int:
    name = str(property.tag).removeprefix(W)
    return CELL_ORDER.index(name) if name in CELL_ORDER else len(CELL_ORDER)
