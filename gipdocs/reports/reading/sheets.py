"""Makes paragraphs and tables of the sheets of a workbook: titles, notes, remarks and checks of an office's own apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

from gipdocs.published.blocks import Block, PrintedTable
from gipdocs.published.xlsx import CellText, without_blank_columns
from gipdocs.reports.forms import figures, load_forms
from gipdocs.reports.narrative import plain
from gipdocs.reports.reading.printed_tables import kind_of, split_grid
from gipdocs.reports.reading.rows import bare, measure_likeness
from gipdocs.reports.record import NOTHING

YEARS = "与上年对照"
"""The name of the sheet that our own workbooks have beside the tables."""
DRAFT = "（草稿）"
"""What stands behind the title of a draft."""
ASIDE = re.compile(r"上年|去年|上一年|对照|对比|比较|填[表报]说明")
"""In the name of a sheet or in its first line: what it holds isn't this year's report."""
REMARKS = re.compile(r"备注|说明|注")
OWN_COLUMN = re.compile(r"序号|(?:上年|去年|上一年|上年度|同期)(?:度|数|数据|数量|同期)?|增减.*|核对|校验|勾稽|审核.*")
"""The heading of a column that an office added for itself."""
OWN_ROW = re.compile(r"核对|校验|勾稽|检查|填表人|填报人|审核人|制表人")
"""The beginning of a row that an office added below a table."""
LABEL = 0.9
NUMBER = re.compile(r"[+-]?\d[\d,.]*")


@dataclass
class Arranged:
    """Paragraphs and tables in order, the remarks under the tables by path, and notes about what was left aside."""

    blocks: list[Block] = field(default_factory=list)
    remarks: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def arrange(sheets: Iterable[Block]) -> Arranged:
    """The report in the sheets: those with text only come first, and a heading that was read already isn't repeated."""
    arranged = Arranged()
    split_up = [list(_blocks(sheet)) for sheet in sheets if isinstance(sheet, PrintedTable)]
    used = [blocks for blocks in split_up if not _is_aside(blocks, arranged)]
    for blocks in sorted(used, key=_has_tables):
        _add(blocks, arranged)
    return arranged


def _is_aside(blocks: Sequence[Block], arranged: Arranged) -> bool:
    """Whether a sheet holds something else than this year's report; if it has the form's tables, that is noted."""
    first = next(iter(_cells(blocks)), None)
    if first is None or not (ASIDE.search(first.sheet) or (isinstance(blocks[0], str) and ASIDE.search(blocks[0]))):
        return False
    if first.sheet != YEARS and _has_tables(blocks):
        arranged.notes.append(f"工作表“{first.sheet}”像是上年或者对照用的，没有读取。")
    return True


def _cells(blocks: Iterable[Block]) -> Iterator[CellText]:
    for block in blocks:
        cells = [block] if isinstance(block, str) else [cell for row in block.rows for cell in row]
        yield from (cell for cell in cells if isinstance(cell, CellText))


def _has_tables(blocks: Iterable[Block]) -> bool:
    return any(isinstance(block, PrintedTable) and kind_of(block) for block in blocks)


def _add(blocks: Iterable[Block], arranged: Arranged) -> None:
    """Add a sheet; what stands below a part's heading that was read already goes below it there."""
    before, at = [*arranged.blocks], len(arranged.blocks)
    for block in blocks:
        if isinstance(block, str) and (noted := _remark(block)):
            arranged.remarks |= noted
        elif isinstance(block, str) and block in before:
            at = arranged.blocks.index(block) + 1 if block in _headings() else at
        else:
            arranged.blocks.insert(at, block)
            at += 1


def _blocks(sheet: PrintedTable) -> Iterator[Block]:
    """The rows of a sheet as paragraphs, where only one cell is filled with words that aren't the form's, and tables."""
    for is_line, rows in groupby(sheet.rows, key=_is_line):
        if is_line:
            yield from (_line(row) for row in rows)
            continue
        for part in split_grid(PrintedTable(tuple(row for row in rows if not _is_own(row)))):
            if part.rows:
                yield PrintedTable(tuple(without_blank_columns(_mark_figures(_without_own_columns(part.rows)))))


def _line(row: Sequence[str]) -> str:
    """The only text of a row, without the mark of a draft."""
    cell = next(cell for cell in row if cell)
    return cell.with_text(cell.removesuffix(DRAFT)) if isinstance(cell, CellText) else cell


def _is_line(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell]
    if len(filled) != 1 or NUMBER.fullmatch(plain(filled[0])) or filled[0] in NOTHING:
        return False
    return not any(measure_likeness(filled[0], label) > LABEL for label in _labels())


def _is_own(row: Sequence[str]) -> bool:
    return bool(OWN_ROW.match(bare(next((cell for cell in row if cell), ""))))


def _without_own_columns(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The rows without the columns that an office added; a remark goes behind the last figure of its row."""
    added: dict[int, bool] = {}
    kept = []
    for row in rows:
        cells = [cell for cell in row if isinstance(cell, CellText)]
        added |= {cell.column: bool(REMARKS.fullmatch(_heading(cell))) for cell in cells if _is_added(cell)}
        said = "；".join(cell for cell in cells if cell and added.get(cell.column) and not _is_added(cell))
        kept.append(_with_remark([cell for cell in cells if cell.column not in added], said))
    return kept


def _mark_figures(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The rows, each cell marked whose column has a number in any of them."""
    cells = [cell for row in rows for cell in row if isinstance(cell, CellText)]
    figures = {cell.column for cell in cells if NUMBER.fullmatch(plain(cell))}
    for cell in cells:
        cell.among_figures = cell.column in figures
    return rows


def _heading(cell: str) -> str:
    return re.sub(r"\s", "", plain(cell))


def _is_added(cell: str) -> bool:
    heading = _heading(cell)
    return bool(REMARKS.fullmatch(heading) or OWN_COLUMN.fullmatch(heading)) and bare(cell) not in _labels()


def _with_remark(cells: list[CellText], said: str) -> tuple[str, ...]:
    last = next((i for i in range(len(cells) - 1, -1, -1) if NUMBER.fullmatch(plain(cells[i]))), None)
    if said and last is not None:
        cells[last] = cells[last].with_text(f"{cells[last]}（{said}）")
    return tuple(cells)


def _remark(line: str) -> dict[str, str]:
    """The remark in a line as our own workbooks have it: 注：表三“（一）予以公开”总计：…."""
    for path, figure in figures().items():
        if line.startswith(start := f"注：{figure.place}："):
            return {path: line.removeprefix(start)}
    return {}


@cache
def _headings() -> frozenset[str]:
    return frozenset(heading for form in load_forms().values() for heading in form.headings)


@cache
def _labels() -> frozenset[str]:
    """Every label of either form."""
    tables = [table for form in load_forms().values() for table in form.tables]
    return frozenset(bare(cell.text) for table in tables for row in table.rows for cell in row if cell.text)
