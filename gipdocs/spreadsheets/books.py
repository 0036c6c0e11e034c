"""Opens workbooks that others made; the contents are counted before any object is made from them.

A cell is read as a spreadsheet program shows it; anything hidden or unreadable is reported with its place.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import column_index_from_string

from gipdocs import packing
from gipdocs.archives import Archive, ArchiveRefused, Limits
from gipdocs.packing import Member
from gipdocs.spreadsheets import number_formats
from gipdocs.spreadsheets.counting import (
    USUAL,
    BookCount,
    BookLimits,
    BookRefused,
    Place,
    Range,
    broken,
    count_part,
    too_large,
)
from gipdocs.spreadsheets.number_formats import Value

LIMITS = Limits(member=100 << 20, total=100 << 20)
"""Pictures are not unpacked."""
UNREAD = (
    *("docProps/", "customXml/", "xl/theme", "xl/drawings", "xl/charts", "xl/chartsheets", "xl/dialogsheets"),
    *("xl/externalLinks", "xl/pivot", "xl/comments", "xl/threadedComments", "xl/tables", "xl/queryTables"),
)
NO_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
ESCAPED = re.compile(rb"_x([0-9A-Fa-f]{4})_")
NAMED = re.compile(r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<bare>[^'!]+))!\$?(?P<column>[A-Z]{1,3})\$?(?P<row>[0-9]{1,7})")
"""The cell to which a defined name leads."""
ALL_ANEW = re.compile(rb'<(?:\w+:)?calcPr\b[^<>]*\bfullCalcOnLoad="(?:1|true)"')
"""Marks a book whose stored values are not the results of its formulas."""
ERRORS = re.compile(
    r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|GETTING_DATA|#+)"
    r"|(?:Err|错误):\d{3}"
)
UNCOMPUTED = "公式没有算出值，请在Excel或者WPS中打开、保存后再试"
WRONG = "公式出错，显示的是“{}”，请改正公式，或者写成文字"
UNKNOWN = "数字的显示格式读不出来，请把单元格设为文本格式，写成要印出的样子"
SHOWS_NOTHING = "单元格的格式把内容隐藏了，要公开的请取消隐藏，不公开的请删去"
HIDDEN_ROWS = 20
"""The number of rows of a hidden sheet that are read, just to find out what it is; none of its data is used."""
Rows = list[list[str]]


@dataclass(frozen=True, kw_only=True)
class ReadSheet:
    """The texts of a sheet in rows of equal length; each cell of a merged range has the text of the range's first cell.

    `values` are the numbers and days behind the texts; `faults` say in Chinese, without a full stop, why a cell can't be
    read. `named` has the cells to which the book gives names; a name goes with its cell when that is moved.
    """

    name: str
    rows: Rows
    values: Mapping[Place, Value] = field(default_factory=dict)
    faults: Mapping[Place, str] = field(default_factory=dict)
    merged: tuple[Range, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    named: Mapping[str, Place] = field(default_factory=dict)


def read_sheets(data: bytes, *, limits: BookLimits = USUAL, exact: bool = False) -> Iterator[ReadSheet]:
    """Each sheet, including the hidden ones; `exact` texts keep the blanks at their ends.

    Raises BookRefused for a file that is not a workbook, and on reaching a visible sheet that is too large.
    """
    parts, counts = _parts(data, limits.unpacked), {}
    stale = any(ALL_ANEW.search(content) for content in parts.values())
    for name, content in parts.items():
        counts[name] = count_part(content, stale=stale, limits=limits)
        parts[name] = NO_SHEET if counts[name].too_many else ESCAPED.sub(_unescaped, content)
    packed = packing.write(Member.pack(name, content) for name, content in parts.items())
    try:
        yield from _read(packed, counts, _Taken(limits), exact=exact)
    except BookRefused:
        raise
    except Exception as error:  # openpyxl may raise anything on a damaged file
        raise broken() from error


def _unescaped(found: re.Match[bytes]) -> bytes:
    """The character that a workbook writes by its number; U+FFFD, which no document prints, if no text may contain it."""
    number = int(found[1], 16)
    allowed = number in (0x9, 0xA, 0xD) or (number >= 0x20 and not 0xD800 <= number < 0xE000 and number < 0xFFFE)
    return b"&#%d;" % (number if allowed else 0xFFFD)


def _too_much(what: str) -> BookRefused:
    return BookRefused("too-many-cells", f"表格里的{what}过多，请删去多余的行、列和工作表，或者分成几份。")


def _parts(data: bytes, largest: int) -> dict[str, bytes]:
    """The parts of a workbook that are needed for its texts, without those for formatting, drawings and links."""
    if not data.startswith(b"PK"):
        raise BookRefused("xlsx", "这个文件不是XLSX表格，请用Excel或者WPS打开，另存为XLSX后再试。")
    try:
        opened = Archive(data, LIMITS)
        wanted = [name for name in opened if name.endswith((".xml", ".rels")) and not name.startswith(UNREAD)]
        if sum(map(opened.size, wanted)) > largest:
            raise too_large()
        return {name: opened[name] for name in wanted}
    except ArchiveRefused as error:
        if error.reason in ("large", "many"):
            raise too_large() from error
        if error.reason == "encrypted":
            raise BookRefused("xlsx", "表格文件加了密码，请先取消密码，另存为XLSX后再试。") from error
        raise broken() from error


def _read(packed: bytes, counts: Mapping[str, BookCount], taken: _Taken, *, exact: bool) -> Iterator[ReadSheet]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about extensions that openpyxl doesn't know and we don't need
        book = load_workbook(BytesIO(packed), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            count, hidden = counts[sheet._worksheet_path], sheet.sheet_state != "visible"
            if count.too_many and not hidden:
                most = f"{taken.limits.rows}行或者{taken.limits.columns}列"
                raise BookRefused("too-many-cells", f"工作表“{sheet.title}”超过{most}，请删去多余的行和列。")
            sheet.reset_dimensions()
            if hidden:
                yield ReadSheet(name=sheet.title, rows=_first_rows(sheet, taken), hidden=True)
            else:
                yield _whole(sheet, count, taken, exact=exact)


def _first_rows(sheet: Any, taken: _Taken) -> Rows:
    return [taken.row([_shown(cell, exact=True)[0] for cell in row]) for row in sheet.iter_rows(max_row=HIDDEN_ROWS)]


def _whole(sheet: Any, count: BookCount, taken: _Taken, *, exact: bool) -> ReadSheet:
    rows, values, faults = [], dict[Place, Value](), dict[Place, str]()
    for number, row in enumerate(sheet.iter_rows(max_row=count.most_rows), 1):
        texts = []
        for column, cell in enumerate(row, 1):
            place = (number, column)
            text, value, fault = _shown(cell, exact=exact) if place not in count.uncomputed else ("", None, UNCOMPUTED)
            texts.append(text)
            if value is not None:
                values[place] = value
                taken.number()
            if fault:
                faults[place] = fault
        rows.append(taken.row(texts))
    return ReadSheet(
        name=sheet.title,
        rows=_merged(rows, count.merged, taken),
        values=values,
        faults=faults,
        merged=tuple(count.merged),
        hidden_rows=frozenset(count.hidden_rows),
        hidden_columns=frozenset(count.hidden_columns),
        named=_named(sheet),
    )


def _named(sheet: Any) -> dict[str, Place]:
    found = ((name, NAMED.fullmatch(one.attr_text or "")) for name, one in sheet.parent.defined_names.items())
    return {
        name: (int(cell["row"]), column_index_from_string(cell["column"]))
        for name, cell in found
        if cell and (cell["bare"] or cell["quoted"].replace("''", "'")) == sheet.title
    }


def _shown(cell: Any, *, exact: bool) -> tuple[str, Value | None, str]:
    """The text that a cell shows, the number or day behind it, and why it can't be read."""
    value = cell.value
    if value is None:
        return "", None, ""
    if isinstance(value, bool):
        return "是" if value else "否", None, ""
    number = cell.style_array.numFmtId
    code = number_formats.CHINESE.get(number) or cell.number_format
    if isinstance(value, str):
        text = number_formats.show_text(value if exact else value.strip(), code)
        wrong = ERRORS.fullmatch(text.strip()) or cell.data_type == "e"
        return text, None, WRONG.format(text) if wrong else SHOWS_NOTHING if value.strip() and not text else ""
    if not isinstance(value, int | float | date | time | timedelta):
        return "", None, UNKNOWN
    shown = number_formats.show(value, code, cell.parent.parent.epoch)
    return shown or "", value, UNKNOWN if shown is None else "" if shown else SHOWS_NOTHING


@dataclass
class _Taken:
    """How many cells and characters have been read from a workbook so far."""

    limits: BookLimits
    cells: int = 0
    numbers: int = 0
    characters: int = 0

    def row(self, row: list[str]) -> list[str]:
        for text in row:
            self.text(text)
        return row

    def text(self, text: str) -> str:
        """The text, counted as the text of one more cell."""
        self.cells += 1
        self.characters += len(text)
        if self.cells > self.limits.cells or self.characters > self.limits.characters:
            raise _too_much("文字")
        return text

    def number(self) -> None:
        self.numbers += 1
        if self.numbers > self.limits.numbers:
            raise _too_much("数字")


def _merged(rows: Rows, ranges: list[Range], taken: _Taken) -> Rows:
    """The rows, padded to equal length, with the text of a merged range's first cell in each of its cells."""
    height = max([len(rows), *(bottom for _, _, _, bottom in ranges)])
    width = max([*map(len, rows), *(right for _, _, right, _ in ranges)], default=0)
    rows = [[*row, *[""] * (width - len(row))] for row in [*rows, *([[]] * (height - len(rows)))]]
    for left, top, right, bottom in ranges:
        text = rows[top - 1][left - 1]
        for row in rows[top - 1 : bottom]:
            row[left - 1 : right] = [taken.text(text) for _ in range(left, right + 1)]
    return rows
