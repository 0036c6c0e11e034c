"""Finds the report's tables among the blocks of a file, and joins tables split by page breaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice

from gipdocs.errors import InvalidInput
from gipdocs.published.blocks import Block, PrintedTable, refuse_file
from gipdocs.reports.forms import load_forms
from gipdocs.reports.grids import TABLE_NAMES
from gipdocs.reports.kinds import titled_kind
from gipdocs.reports.narrative import plain
from gipdocs.reports.reading.page_breaks import join_cut_rows
from gipdocs.reports.reading.printed_tables import ALIKE_ROW, begins_table2, group_rows, kind_of, split_grid
from gipdocs.reports.reading.rows import bare, measure_likeness, split
from gipdocs.reports.reading.story import LONGEST_TITLE
from gipdocs.writing import quote

Part = tuple[Block, str | None]
"""A paragraph or a table, with its key if it is one of the form's tables."""
TITLE = re.compile(r"(20\d\d)年?度?.*年度报告(?:[(].*[)])?$")
MOST_TITLES, MOST_LINKS = 3, 50
"""The most titles named in a message, and the most lines examined for titles."""
NO_TABLES = (
    "没有找到年度报告的表格，叙述无从核对。请核对文件；粘贴时请连同表格的行名一起复制。"
    "学校和公共企事业单位没有表格的报告，请连同标题一起提供，只核对文字。"
)


def assemble(blocks: Sequence[Block]) -> list[Part]:
    """Every paragraph and every table; InvalidInput if they belong to two reports, or none is a table of the form."""
    parts: list[Part] = []
    last: int | None = None  # the place of the last of the form's tables
    for block in map(_whole, blocks):
        for piece in split_grid(block) if isinstance(block, PrintedTable) else [block]:
            kind = kind_of(piece) if isinstance(piece, PrintedTable) else None
            rest = () if kind or last is None else _continuation(parts[last], piece)
            if rest and last is not None:
                parts[last] = _longer(parts[last], rest)
                continue
            if isinstance(piece, str) and bare(piece) in _block_titles():
                continue  # 第二十条第（一）项 above its block, set as a paragraph
            parts.append((piece, kind))
            last = len(parts) - 1 if kind else last
    if not any(kind for _, kind in parts) and not any(_is_others_title(block) for block, _ in parts):
        raise refuse_file("tables", NO_TABLES)
    return _of_one_report([(_whole(block), kind) for block, kind in parts])


def _whole(block: Block) -> Block:
    """The block, with rows made whole that a page break has cut in two."""
    return PrintedTable(join_cut_rows(block.rows)) if isinstance(block, PrintedTable) else block


def _is_others_title(block: Block) -> bool:
    """Whether a paragraph is the title of a report that needs none of the form's tables."""
    if not isinstance(block, str) or len(block) > LONGEST_TITLE or re.search(r"[。；;，,>：:]", block):
        return False
    return titled_kind(block) is not None


def _longer(part: Part, rows: tuple[tuple[str, ...], ...]) -> Part:
    grid, kind = part
    return (PrintedTable(grid.rows + rows) if isinstance(grid, PrintedTable) else grid), kind


def _continuation(part: Part, piece: Block) -> tuple[tuple[str, ...], ...]:
    """The rows in this piece that continue a table, without its head; empty if it does not continue."""
    _, key = part
    if key is None or isinstance(piece, str):
        return ()
    rows = tuple(row for row in piece.rows if not _is_head(row, key))
    return rows if any(_fits(row, key) for row in rows) else ()


def _is_head(row: Sequence[str], key: str) -> bool:
    """Whether a row repeats the table's head; 总计 alone is a row with blank figures."""
    words = [bare(cell) for cell in row if cell.strip()]
    return key != "table2" and len(words) != 1 and all(word in _head_labels(key) for word in words)


def _fits(row: Sequence[str], key: str) -> bool:
    """Whether a row with its figures may belong to the form's table."""
    numbers = [cell for cell in row if re.fullmatch(r"[+-]?[\d,.]+", plain(cell).strip())]
    if key == "table4":
        return len(row) >= len(load_forms()["2021"].table(key).figures) and bool(numbers)
    printed = split(row)
    if printed is None or not printed.cells:
        return False
    return any(measure_likeness(printed.label, label) >= ALIKE_ROW for label in _row_labels(key))


@cache
def _block_titles() -> frozenset[str]:
    """The titles of table 2's blocks, each alone in its row."""
    rows = (row for form in load_forms().values() for row in form.table("table2").rows)
    return frozenset(bare(row[0].text) for row in rows if len(row) == 1)


@cache
def _head_labels(key: str) -> frozenset[str]:
    tables = [form.table(key) for form in load_forms().values()]
    return frozenset(bare(cell.text) for table in tables for row in table.rows[: table.head_rows] for cell in row)


@cache
def _row_labels(key: str) -> frozenset[str]:
    """The labels of the rows that have figures."""
    return frozenset(label for form in load_forms().values() for label, _ in group_rows(form.table(key).rows))


def _of_one_report(parts: Sequence[Part]) -> list[Part]:
    """The parts without repeated tables; InvalidInput if two tables of one kind differ."""
    kept: list[Part] = []
    begun: dict[str, list[PrintedTable]] = {key: [] for key in TABLE_NAMES}
    for block, kind in parts:
        if kind and isinstance(block, PrintedTable) and (kind != "table2" or begins_table2(block)):
            if block in begun[kind]:
                continue
            begun[kind].append(block)
        kept.append((block, kind))
    most = max(begun, key=lambda kind: len(begun[kind]))
    if (count := len(begun[most])) > 1:
        raise _several(count, most, [block for block, _ in parts if isinstance(block, str)])
    return kept


def _several(count: int, kind: str, lines: Iterable[str]) -> InvalidInput:
    number = "两" if count == 2 else str(count)
    found = dict.fromkeys(islice(_titles(lines), MOST_LINKS))
    titles = [one for one in found if not any(other.endswith(one) for other in found if other != one)]
    if len(titles) < 2:
        cure = "请删去不属于本报告的表格；是两份报告的，请分开保存，各自读取和核对。"
        return refuse_file(
            "several", f"文件里有{number}张{TABLE_NAMES[kind]}，内容不同，看不出哪一张是本报告的。{cure}"
        )
    named = "、".join(map(quote, titles[:MOST_TITLES])) + ("等" if len(titles) > MOST_TITLES else "")
    cure = f"请分开保存为{number}个文件，各自读取和核对。"
    return refuse_file("several", f"文件里有{number}份报告：{named}。{cure}")


def _titles(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        if len(line) <= LONGEST_TITLE and TITLE.search(plain(line)) and not re.search(r"[。；;，,>：:]", line):
            yield line.strip()
