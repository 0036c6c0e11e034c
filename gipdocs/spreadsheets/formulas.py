"""Keeps the results of formulas in a workbook, so that programs that compute nothing show them too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from lxml import etree

from gipdocs import packing
from gipdocs.markup import parse_own
from gipdocs.packing import Member

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
Result = int | float | Decimal | str


def keep_results(book: bytes, sheets: Sequence[Mapping[str, Result]]) -> bytes:
    """The book with the results of its formulas: for each sheet in its order, by the address of the cell.

    Every formula must have a result; KeyError if one has none.
    """
    members = packing.unpack(book)
    for number, results in enumerate(sheets, 1):
        name = f"xl/worksheets/sheet{number}.xml"
        members[name] = _with_results(members[name], results)
    return packing.write(Member.pack(name, data) for name, data in members.items())


def _with_results(part: bytes, results: Mapping[str, Result]) -> bytes:
    root = parse_own(part)
    for formula in root.iter(f"{MAIN}f"):
        cell = formula.getparent()
        assert cell is not None
        value = cell.find(f"{MAIN}v")
        value = etree.SubElement(cell, f"{MAIN}v") if value is None else value
        result = results[str(cell.get("r"))]
        value.text = str(result)
        if isinstance(result, str):
            cell.set("t", "str")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
