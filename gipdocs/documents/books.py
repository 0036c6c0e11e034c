"""Opens workbooks that others made: what one holds is counted before an object is made of any of it."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from gipdocs.archives import Archive, ArchiveRefused, Limits
from gipdocs.documents import archive
from gipdocs.documents.archive import Member

LARGEST = 8 * 1024 * 1024
"""The most bytes of XML that a workbook may unpack to."""
LIMITS = Limits(member=100 << 20, total=100 << 20)
"""Pictures are not unpacked."""
MOST_ROWS, MOST_COLUMNS = 5000, 100
MOST_CELLS = MOST_ROWS * MOST_COLUMNS
"""Of all sheets that are read, together; one of several merged ranges counts for each of them."""
MOST_SHEETS = 50
MOST_IN_A_ROW = 50 * MOST_COLUMNS
"""XML elements of one row."""
MOST_OTHERS = 100_000
"""XML elements of a part that are in no row: styles, texts, the look of a sheet."""
MOST_CHARACTERS = 2_000_000
"""Of all cells together: many cells may show one text."""
LONG_TAG = re.compile(rb"<[^<]{262144}")
LONGEST_COMMENT = 10_000
UNREAD = (
    *("docProps/", "customXml/", "xl/theme", "xl/drawings", "xl/charts", "xl/chartsheets", "xl/dialogsheets"),
    *("xl/externalLinks", "xl/pivot", "xl/comments", "xl/threadedComments", "xl/tables", "xl/queryTables"),
)
NO_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
Rows = list[list[Any]]
Range = tuple[int, int, int, int]
"""First column, first row, last column and last row, from 1."""


class BookRefused(Exception):
    """`code` is a stable word, the message a Chinese sentence."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


class _TooMany(Exception):
    """A part holds more than an office's table does."""


def read_sheets(data: bytes) -> Iterator[Rows]:
    """The values of each visible sheet, a row as wide as the others, each cell of a merged range with its value.

    Raises BookRefused for what is no workbook, and when it comes to a sheet that is too large.
    """
    parts, counts = _parts(data), {}
    for name, content in parts.items():
        counts[name] = _counted(content)
        if counts[name].too_many:
            parts[name] = NO_SHEET
    packed = archive.write(Member.pack(name, content) for name, content in parts.items())
    try:
        yield from _read(packed, counts)
    except BookRefused:
        raise
    except Exception as error:  # openpyxl fails in any way on a damaged file
        raise _broken() from error


def _broken() -> BookRefused:
    return BookRefused("xlsx", "表格文件读不出来，请用Excel或者WPS另存为XLSX后再试。")


def _too_large() -> BookRefused:
    return BookRefused("too-large", "表格文件解压后过大，请删去多余的行、列和工作表。")


def _parts(data: bytes) -> dict[str, bytes]:
    """What a workbook's texts are in, nothing of its looks, drawings and links."""
    try:
        opened = Archive(data, LIMITS)
        wanted = [name for name in opened if name.endswith((".xml", ".rels")) and not name.startswith(UNREAD)]
        if sum(map(opened.size, wanted)) > LARGEST:
            raise _too_large()
        return {name: opened[name] for name in wanted}
    except ArchiveRefused as error:
        if error.reason in ("large", "many"):
            raise _too_large() from error
        if error.reason == "encrypted":
            raise BookRefused("xlsx", "表格文件加了密码，请先取消密码，另存为XLSX后再试。") from error
        raise _broken() from error


@dataclass
class _Count:
    """What is in a part, counted while it is parsed; `too_many` where a sheet holds more than is read."""

    root: str = ""
    row: int = 0
    column: int = 0
    sheets: int = 0
    others: int = 0
    in_the_row: int = -1
    merged: list[Range] = field(default_factory=list)
    too_many: bool = False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        self.root = self.root or tag
        if tag == "row":
            self.row, self.column, self.in_the_row = self._number(attributes, self.row), 0, 0
        elif self.in_the_row >= 0:
            self.in_the_row += 1
            if tag == "c":
                self._cell(attributes.get("r"))
        else:
            self.others += 1
            self.sheets += tag == "sheet"
        if tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        if self.in_the_row > MOST_IN_A_ROW or self.others > MOST_OTHERS or self.sheets > MOST_SHEETS:
            raise _TooMany

    def end(self, name: str) -> None:
        if name.endswith(" row"):
            self.in_the_row = -1

    def comment(self, *texts: str) -> None:
        if sum(map(len, texts)) > LONGEST_COMMENT:  # openpyxl's parser would take its time
            raise _TooMany

    def declare(self, *_: object) -> None:
        raise _broken()

    @staticmethod
    def _number(attributes: Mapping[str, str], before: int) -> int:
        number = attributes.get("r", "")
        return int(number) if number.isdecimal() and len(number) < 10 else before + 1

    def _cell(self, reference: str | None) -> None:
        row, self.column = coordinate_to_tuple(reference) if reference else (self.row, self.column + 1)
        if max(row, self.row) > MOST_ROWS or self.column > MOST_COLUMNS:
            raise _TooMany

    def _merge(self, reference: str) -> None:
        left, top, right, bottom = range_boundaries(reference)
        if right > MOST_COLUMNS or bottom > MOST_ROWS:
            raise _TooMany
        self.merged.append((left, top, right, bottom))


def _counted(content: bytes) -> _Count:
    """The counts of a part; BookRefused for what is broken, or too large and not a sheet."""
    count = _Count()
    if LONG_TAG.search(content):
        raise _too_large()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = count.begin, count.end
    parser.CommentHandler = parser.ProcessingInstructionHandler = count.comment
    parser.StartDoctypeDeclHandler = count.declare
    try:
        parser.Parse(content, True)
    except _TooMany:
        if count.root != "worksheet":
            raise _too_large() from None
        count.too_many = True
    except (expat.ExpatError, ValueError, TypeError) as error:
        raise _broken() from error
    return count


def _read(packed: bytes, counts: Mapping[str, _Count]) -> Iterator[Rows]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that openpyxl doesn't know and we don't need
        book = load_workbook(BytesIO(packed), read_only=True, data_only=True, keep_links=False)
        taken = _Taken()
        for sheet in book.worksheets:
            count = counts[sheet._worksheet_path]
            if sheet.sheet_state == "visible":
                if count.too_many:
                    limits = f"{MOST_ROWS}行或者{MOST_COLUMNS}列"
                    raise BookRefused("too-many-cells", f"工作表“{sheet.title}”超过{limits}，请删去多余的行和列。")
                sheet.reset_dimensions()
                rows = [taken.row(row) for row in sheet.iter_rows(max_row=MOST_ROWS, values_only=True)]
                yield _merged(rows, count.merged, taken)


@dataclass
class _Taken:
    """How many cells and characters were taken out of a book so far."""

    cells: int = 0
    characters: int = 0

    def row(self, row: tuple[Any, ...]) -> list[Any]:
        for value in row:
            self.value(value)
        return list(row)

    def value(self, value: Any) -> Any:
        """The value, counted as it is printed in one more cell."""
        self.cells += 1
        self.characters += len(value) if isinstance(value, str) else 0
        if self.cells > MOST_CELLS or self.characters > MOST_CHARACTERS:
            raise BookRefused("too-many-cells", "表格里的文字过多，请删去多余的行、列和工作表，或者分成几份。")
        return value


def _merged(rows: Rows, ranges: list[Range], taken: _Taken) -> Rows:
    """The rows filled up to one width, each cell of a merged range with the value of its first."""
    height = max([len(rows), *(bottom for _, _, _, bottom in ranges)])
    width = max([*map(len, rows), *(right for _, _, right, _ in ranges)], default=0)
    rows = [[*row, *[None] * (width - len(row))] for row in [*rows, *([[]] * (height - len(rows)))]]
    for left, top, right, bottom in ranges:
        value = rows[top - 1][left - 1]
        for row in rows[top - 1 : bottom]:
            row[left - 1 : right] = [taken.value(value) for _ in range(left, right + 1)]
    return rows
