"""Turns the pages of a PDF into paragraphs and tables: lines joined, tables joined over page breaks, page numbers left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from gipdocs.published.blocks import Block, PrintedTable, Taken
from gipdocs.published.page_columns import TextColumn, join_lines
from gipdocs.published.page_edges import without_furniture
from gipdocs.published.page_notes import put_notes_in_place
from gipdocs.published.page_parts import NEAR, PageCell, PageLine, PageTable, read_line, read_table
from gipdocs.published.page_pictures import without_pictures

Item = PageLine | PageTable


def read_pages(pages: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Paragraphs and tables in order, out of what the reading process says of each page; InvalidInput if they are too many."""
    taken = Taken()
    lines = [[read_line(line, number, taken) for line in page["lines"]] for number, page in enumerate(pages)]
    heights = [float(page["height"]) for page in pages]
    tables = [[read_table(table, number, taken) for table in page["tables"]] for number, page in enumerate(pages)]
    body = without_pictures(without_furniture(lines, heights), [page["drawn"] for page in pages])
    placed = put_notes_in_place(list(zip(body, tables, strict=True)))
    return [*_blocks([item for page in placed for item in _in_order(*page)], taken)]


def _in_order(lines: Iterable[PageLine], tables: Iterable[PageTable]) -> list[Item]:
    return sorted([*lines, *tables], key=lambda one: one.top if isinstance(one, PageTable) else one.baseline)


def _blocks(items: Sequence[Item], taken: Taken) -> Iterator[Block]:
    """The blocks that items in printed order make up."""
    column = TextColumn([item for item in items if isinstance(item, PageLine)])
    for group in _groups(items, column):
        if isinstance(group[0], PageTable):
            tables = [one for one in group if isinstance(one, PageTable)]
            yield PrintedTable(tuple(taken.row(row) for row in _rows(tables)))
        else:
            yield taken.paragraph(join_lines(line.text for line in group if isinstance(line, PageLine)))


def _groups(items: Sequence[Item], column: TextColumn) -> Iterator[list[Item]]:
    """The lines of each paragraph, and the parts of each table."""
    group: list[Item] = []
    for item in items:
        if group and not _goes_on(group, item, column):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


def _goes_on(group: Sequence[Item], item: Item, column: TextColumn) -> bool:
    last = group[-1]
    if isinstance(last, PageTable) and isinstance(item, PageTable):
        return item.page == last.page + 1 and _is_alike(last, item)
    if isinstance(last, PageLine) and isinstance(item, PageLine):
        return column.goes_on(last, item)
    return False


def _is_alike(one: PageTable, other: PageTable) -> bool:
    return abs(one.left - other.left) < NEAR and abs(one.right - other.right) < NEAR


def _rows(parts: Sequence[PageTable]) -> list[tuple[str, ...]]:
    """The rows of a table with those of its parts on later pages, the repeated head once."""
    padding = _padding(cell for part in parts for row in part.rows for cell in row)
    first, *others = ([tuple(_cell_text(cell, padding) for cell in row) for row in part.rows] for part in parts)
    rows = [*first]
    for more in others:
        rows += more[_repeated_head(rows, more) :]
    return rows


def _repeated_head(rows: Sequence[tuple[str, ...]], more: Sequence[tuple[str, ...]]) -> int:
    """The number of rows that repeat the head of a table: words without figures, and not all that there is."""
    same = 0
    for one, other in zip(rows, more[:-1], strict=False):
        if one != other or any(cell.strip().isdigit() for cell in one) or not "".join(one).strip():
            break
        same += 1
    return same


MOST_PADDING, SPARE = 6.0, 0.5
"""Points."""


def _padding(cells: Iterable[PageCell]) -> float:
    """The space between the edge of a cell and its text, at least."""
    gaps = [gap for cell in cells for line in cell.lines for gap in (line.left - cell.left, cell.right - line.right)]
    return min(max(min(gaps, default=0.0), 0.0), MOST_PADDING)


def _cell_text(cell: PageCell, padding: float) -> str:
    """The text of a cell; a line that is full goes on in the next one."""
    text = cell.lines[0].text if cell.lines else ""
    for line, after in pairwise(cell.lines):
        room = cell.right - cell.left - 2 * padding - line.width
        digits = line.text[-1:].isdigit() and after.text[:1].isdigit()
        full = room < (after.first if digits else after.lead) + SPARE
        text = join_lines([text, after.text]) if full else f"{text}\n{after.text}"
    return text
