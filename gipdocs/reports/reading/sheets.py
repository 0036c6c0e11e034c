"""Makes paragraphs and tables of the sheets of a workbook, in the order of a report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from gipdocs.published.blocks import Block, PrintedTable
from gipdocs.published.xlsx import CellText, without_blank_columns
from gipdocs.reports.forms import FIRST_YEAR, load_forms
from gipdocs.reports.narrative import plain
from gipdocs.reports.reading.additions import (
    is_figure,
    is_line,
    is_own,
    mark_figures,
    take_lines,
    unmark,
    without_own_columns,
)
from gipdocs.reports.reading.printed_tables import kind_of, split_grid
from gipdocs.reports.reading.story import HEADING
from gipdocs.reports.record_questions import LAST_YEAR

YEARS = "与上年对照"
"""The name of the sheet that our own workbooks have beside the tables."""
ASIDE = re.compile(r"上年|去年|上一年|对照|对比|比较|填[表报]说明")
"""In the name of a sheet or in its first line: what it holds isn't this year's report."""
WHOLE_DAY = re.compile(r"20\d\d(?:年|[./-])\d{1,2}(?:月|[./-]\d{1,2})")
YEAR = re.compile(r"(?<![〔\[(])20\d\d")
"""A year, but not that of a document's number: 〔2021〕30号."""
STATED = re.compile(r"(?:报告|统计|填报)?年度:\s*(20\d\d)年?(?:度)?")
"""A line that says nothing but the year."""
BODY = re.compile(
    r"(?:填[表报]|报送|编制|报告)?(?:单位|机关)(?:名称)?(?:[(][^)]{1,6}[)])?:\s*(?!万?元|件|条|个|项)([^\s_]{2,40})"
)
"""A line that names the office; 单位：件 names none."""
IN_TITLE = re.compile(r"(.{2,}?(?:[局委厅院所站]|政府|委员会|办公室|办事处|中心))20\d\d年")


@dataclass
class Arranged:
    """Paragraphs and tables in order, the remarks under the tables by path, and notes about what was left aside.

    `names` are those of the sheets that were read, `bodies` and `years` what lines beside the tables say of themselves.
    """

    blocks: list[Block] = field(default_factory=list)
    remarks: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    names: dict[str, None] = field(default_factory=dict)
    bodies: list[str] = field(default_factory=list)
    years: list[int] = field(default_factory=list)

    @property
    def year(self) -> int | None:
        """The year that a line states, or the only one that titles, lines and names of sheets mention."""
        texts = [*(block for block in self.blocks if isinstance(block, str)), *self.names]
        found = {int(one) for text in texts for one in YEAR.findall(WHOLE_DAY.sub("", plain(text)))}
        year = self.years[0] if self.years else found.pop() if len(found) == 1 else None
        return year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None

    @property
    def body(self) -> str | None:
        """The office that a line or the beginning of a title names."""
        titles = (IN_TITLE.match(plain(block)) for block in self.blocks if isinstance(block, str))
        return next(iter([*self.bodies, *(title[1] for title in titles if title)]), None)

    def take(self, line: str) -> bool:
        """Keep what a line beside a table says of a figure, the office or the year; whether it says any of these."""
        remark, body, year = _remark(line), BODY.match(plain(line)), STATED.fullmatch(plain(line))
        self.remarks |= remark
        self.bodies += [body[1]] if body else []
        self.years += [int(year[1])] if year else []
        return bool(remark or body or year)


def arrange(sheets: Iterable[Block]) -> Arranged:
    """The report in the sheets: those with text only come first, and a heading that was read already isn't repeated."""
    arranged = Arranged()
    given = [sheet for sheet in sheets if isinstance(sheet, PrintedTable) and sheet.rows]
    aside = [sheet for sheet in given if _is_aside(sheet) and _name_of(sheet) != YEARS]
    arranged.notes += [_tell_aside(sheet) for sheet in aside if _has_tables(_blocks(sheet))]
    for blocks in sorted((list(_blocks(sheet)) for sheet in given if not _is_aside(sheet)), key=_has_tables):
        _add(blocks, arranged)
    return arranged


def _is_aside(sheet: PrintedTable) -> bool:
    """Whether a sheet holds something else than this year's report, by its name and its first line."""
    title = sheet.rows[0] if is_line(sheet.rows[0]) else ()
    return any(map(ASIDE.search, (_name_of(sheet), *title)))


def _name_of(sheet: PrintedTable) -> str:
    return next((cell.sheet for row in sheet.rows for cell in row if isinstance(cell, CellText)), "")


def _tell_aside(sheet: PrintedTable) -> str:
    return f"工作表“{_name_of(sheet)}”像是上年或者对照用的，没有读取。"


def _cells(blocks: Iterable[Block]) -> Iterator[CellText]:
    for block in blocks:
        cells = [block] if isinstance(block, str) else [cell for row in block.rows for cell in row]
        yield from (cell for cell in cells if isinstance(cell, CellText))


def _has_tables(blocks: Iterable[Block]) -> bool:
    return any(isinstance(block, PrintedTable) and kind_of(block) for block in blocks)


def _add(blocks: Sequence[Block], arranged: Arranged) -> None:
    """Add a sheet; what stands below a part's heading that was read already goes below it there."""
    before, at, beside_tables = [*arranged.blocks], len(arranged.blocks), _has_tables(blocks)
    arranged.names |= dict.fromkeys(cell.sheet for cell in _cells(blocks))
    for block in blocks:
        if isinstance(block, str) and beside_tables and arranged.take(block):
            continue
        if isinstance(block, str) and block in before:
            at = arranged.blocks.index(block) + 1 if HEADING.match(block) else at
        else:
            arranged.blocks.insert(at, block)
            at += 1


def _blocks(sheet: PrintedTable) -> Iterator[Block]:
    """The rows of a sheet as paragraphs and tables; if each has but one cell, all of them are paragraphs."""
    if all(sum(map(bool, row)) == 1 for row in sheet.rows):
        yield from (unmark(cell) for row in sheet.rows for cell in row if cell)
        return
    for words_only, rows in groupby((row for row in sheet.rows if not is_own(row)), key=is_line):
        if words_only:
            yield from (line for row in rows for line in take_lines(row))
        else:
            yield from map(_without_additions, split_grid(PrintedTable(tuple(rows))))


def _without_additions(grid: PrintedTable) -> PrintedTable:
    """A table without what an office added; below the head of table 4 there is always a row, although it may be blank."""
    rows = without_blank_columns(mark_figures(without_own_columns(grid.rows)))
    cells = PrintedTable(tuple(rows))
    if kind_of(cells) == "table4" and not any(is_figure(cell) for row in rows for cell in row if cell):
        return PrintedTable((*rows, ("",) * len(load_forms()["2021"].table("table4").figures)))
    return cells


def _remark(line: str) -> dict[str, str]:
    """The remark in a line as our own workbooks have it: 注：表三“（一）予以公开”总计：…."""
    tables = [table for form in load_forms().values() for table in form.tables] if line.startswith("注：") else []
    for figure in (one for table in tables for one in table.figures):
        if line.startswith(start := f"注：{figure.place}："):
            return {figure.path: line.removeprefix(start)}
    return {}
