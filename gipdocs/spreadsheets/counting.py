"""Counts the contents of a workbook's part while parsing it, and notes what openpyxl doesn't report about a sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

MOST_ROWS, MOST_COLUMNS = 5000, 100
MOST_SHEETS = 50
ELEMENTS = 50
"""The most XML elements in one row, for each of the columns that it may have."""
MOST_OTHERS = 100_000
"""The most XML elements of a part that are not in a row: styles, texts, the formatting of a sheet."""
LONG_TAG = re.compile(rb"<[^<]{262144}")
LONGEST_COMMENT = 10_000
Place = tuple[int, int]
"""Row and column of a cell, counted from 1."""
Range = tuple[int, int, int, int]
"""First column, first row, last column and last row, counted from 1."""


@dataclass(frozen=True, kw_only=True)
class BookLimits:
    """How much a workbook may hold: rows and columns of each sheet; in all sheets together cells, numbers, characters.

    `unpacked` are the bytes of XML in all. A cell in several merged ranges counts once for each. Numbers are counted,
    since it takes some time to find out how a cell shows one; characters, since many cells may share one text.
    """

    rows: int = MOST_ROWS
    columns: int = MOST_COLUMNS
    cells: int = MOST_ROWS * MOST_COLUMNS
    numbers: int = 100_000
    characters: int = 2_000_000
    unpacked: int = 8 << 20


USUAL = BookLimits()
"""Enough for the tables of one document."""


class BookRefused(Exception):
    """A workbook that cannot be read; `code` is a stable word, the message a Chinese sentence."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


class _TooMany(Exception):
    """A part contains more than any office's table would."""


def broken() -> BookRefused:
    return BookRefused("xlsx", "表格文件读不出来，请用Excel或者WPS另存为XLSX后再试。")


def too_large() -> BookRefused:
    return BookRefused("too-large", "表格文件解压后过大，请删去多余的行、列和工作表。")


@dataclass
class BookCount:
    """The contents of a part, counted while it is parsed; `too_many` if a sheet has more than can be read."""

    most_rows: int = MOST_ROWS
    most_columns: int = MOST_COLUMNS
    root: str = ""
    row: int = 0
    column: int = 0
    sheets: int = 0
    others: int = 0
    in_the_row: int = -1
    merged: list[Range] = field(default_factory=list)
    too_many: bool = False
    stale: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    uncomputed: set[Place] = field(default_factory=set)
    """Cells with a formula whose result is not stored."""
    kind: str = ""
    formula: bool = False
    computed: bool = False
    in_value: bool = False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        self.root = self.root or tag
        if tag == "row":
            self.row, self.column, self.in_the_row = self._number(attributes, self.row), 0, 0
            if _hidden(attributes, "ht"):
                self.hidden_rows.add(self.row)
        elif self.in_the_row >= 0:
            self.in_the_row += 1
            self._inside_a_row(tag, attributes)
        else:
            self.others += 1
            self.sheets += tag == "sheet"
        if tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        if tag == "col" and _hidden(attributes, "width"):
            first, last = int(attributes["min"]), int(attributes["max"])
            self.hidden_columns.update(range(first, min(last, self.most_columns) + 1))
        if self.in_the_row > ELEMENTS * self.most_columns or self.others > MOST_OTHERS or self.sheets > MOST_SHEETS:
            raise _TooMany

    def _inside_a_row(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "c":
            self._cell(attributes.get("r"))
            self.kind, self.formula, self.computed = attributes.get("t", "n"), False, False
        elif tag == "f":
            self.formula = True
        elif tag == "v":
            self.in_value, self.computed = True, self.kind == "str"  # the result of a formula may be an empty text

    def text(self, text: str) -> None:
        self.computed = self.computed or self.in_value

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "row":
            self.in_the_row = -1
        elif tag == "v":
            self.in_value = False
        elif tag == "c" and self.formula and (self.stale or not self.computed):
            self.uncomputed.add((self.row, self.column))

    def comment(self, *texts: str) -> None:
        if sum(map(len, texts)) > LONGEST_COMMENT:  # openpyxl's parser would be slow
            raise _TooMany

    def declare(self, *_: object) -> None:
        raise broken()

    @staticmethod
    def _number(attributes: Mapping[str, str], before: int) -> int:
        number = attributes.get("r", "")
        return int(number) if number.isdecimal() and len(number) < 10 else before + 1

    def _cell(self, reference: str | None) -> None:
        row, self.column = coordinate_to_tuple(reference) if reference else (self.row, self.column + 1)
        if max(row, self.row) > self.most_rows or self.column > self.most_columns:
            raise _TooMany

    def _merge(self, reference: str) -> None:
        left, top, right, bottom = range_boundaries(reference)
        if right > self.most_columns or bottom > self.most_rows:
            raise _TooMany
        self.merged.append((left, top, right, bottom))


def _hidden(attributes: Mapping[str, str], size: str) -> bool:
    return attributes.get("hidden") in ("1", "true") or attributes.get(size) in ("0", "0.0")


def count_part(content: bytes, *, stale: bool, limits: BookLimits = USUAL) -> BookCount:
    """The counts of a part; BookRefused if it is damaged, or if it is too large and is not a sheet."""
    count = BookCount(stale=stale, most_rows=limits.rows, most_columns=limits.columns)
    if LONG_TAG.search(content):
        raise too_large()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = count.begin, count.end
    parser.CharacterDataHandler = count.text
    parser.CommentHandler = parser.ProcessingInstructionHandler = count.comment
    parser.StartDoctypeDeclHandler = count.declare
    try:
        parser.Parse(content, True)
    except _TooMany:
        if count.root != "worksheet":
            raise too_large() from None
        count.too_many = True
    except (expat.ExpatError, ValueError, TypeError, KeyError) as error:
        raise broken() from error
    return count
