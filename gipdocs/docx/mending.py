"""Repairs what docxtpl, conditions and loops leave behind, so that it satisfies the schema and Word."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from gipdocs.ooxml import W

P, RUN, TABLE, ROW, CELL, BODY = (f"{W}{name}" for name in ("p", "r", "tbl", "tr", "tc", "body"))
STORIES = tuple(f"{W}{name}" for name in ("hdr", "ftr", "footnote", "txbxContent"))
NOT_BLOCKS = tuple(f"{W}{name}" for name in ("tcPr", "sectPr", "bookmarkStart", "bookmarkEnd", "proofErr"))
CELL_PROPERTIES = re.compile(r"(?<=<w:tcPr>).*?(?=</w:tcPr>)", re.DOTALL)
PROPERTY = re.compile(r'<w:(\w+)(?:[^<>"]|"[^"]*")*?(?:/>|>.*?</w:\1>)', re.DOTALL)
CELL_ORDER = (
    *("cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar", "textDirection"),
    *("tcFitText", "vAlign", "hideMark"),
)
"""The order that the schema fixes for the properties of a cell."""


def mend(tree: etree._Element) -> None:
    """Remove rows without a cell and tables without a row, and add the paragraphs that the schema and Word require.

    Cells, headers, footnotes and text boxes must end with a paragraph, and there must be one between two tables.
    """
    _drop(row for row in tree.iter(ROW) if not _ends_with(row, CELL) and row.find(f".//{CELL}") is None)
    _drop(table for table in tree.iter(TABLE) if not _ends_with(table, ROW) and table.find(f".//{ROW}") is None)
    for table in list(tree.iter(TABLE)):
        if (following := table.getnext()) is not None and following.tag == TABLE:
            table.addnext(etree.Element(P))
    for place in [place for place in tree.iter(CELL, *STORIES, BODY) if not _ends_with(place, P)]:
        _end_with_a_paragraph(place)


def drop_empty_runs(tree: etree._Element) -> None:
    """Remove the empty texts that placeholders leave behind, and the runs that contain nothing else."""
    _drop(text for text in tree.iter(f"{W}t") if not text.text)
    _drop(run for run in tree.iter(RUN) if all(child.tag == f"{W}rPr" for child in run))


def order_properties(source: str) -> str:
    """The source with the properties of each cell in the schema's order; docxtpl adds its own at one end."""
    return CELL_PROPERTIES.sub(lambda found: _ordered(found[0]) if "{" in found[0] else found[0], source)


def _ordered(properties: str) -> str:
    found = sorted(
        PROPERTY.finditer(properties), key=lambda one: CELL_ORDER.index(one[1]) if one[1] in CELL_ORDER else -1
    )
    result = "".join(one[0] for one in found)
    return result if len(result) == len(properties) else properties


def _ends_with(place: etree._Element, tag: str) -> bool:
    return len(place) > 0 and place[-1].tag == tag


def _drop(elements: Iterable[etree._Element]) -> None:
    for element in list(elements):
        if (parent := element.getparent()) is not None:
            parent.remove(element)


def _end_with_a_paragraph(place: etree._Element) -> None:
    """Add an empty paragraph if there is no block or the last one is a table; only a body may end with a table."""
    blocks = [child for child in place if child.tag not in NOT_BLOCKS]
    if not blocks or (blocks[-1].tag == TABLE and place.tag != BODY):
        end = place.find(f"{W}sectPr")
        (place.append if end is None else end.addprevious)(etree.Element(P))
