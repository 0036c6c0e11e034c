"""Tells the official tables of a sheet from everything that an office added to them: rows, columns, remarks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from gipdocs.published.xlsx import CellText
from gipdocs.reports.forms import load_forms
from gipdocs.reports.narrative import plain
from gipdocs.reports.reading.rows import bare, measure_likeness
from gipdocs.reports.record import NOTHING

REMARKS = re.compile(r"备注|说明|注")
OWN_COLUMN = re.compile(r"序号|(?:上年|去年|上一年|上年度|同期)(?:度|数|数据|数量|同期)?|增减.*|核对|校验|勾稽|审核.*")
"""The heading of a column that an office added for itself."""
OWN_ROW = re.compile(r"核对|校验|勾稽|检查")
"""The beginning of a row that an office added below a table."""
SIGNED_BY = re.compile(
    r"(?:(?:填[表报]|审[核签]|制表|编制|报送|负责|联系|经办)(?:人员?|日期|时间)|统计人员?|(?:联系)?电话|日期)"
    r"(?:[(].{1,6}[)])?(?::|$)"
)
"""The beginning of a cell that says who filled the sheet in, and when."""
COLONS, YEAR = ("：", ":"), re.compile(r"20\d\d")
LABEL = 0.9
NUMBER = re.compile(r"[+-]?\d[\d,.]*")
MANY = 10
"""A row with at least so many numbers has nothing but figures."""
DRAFT = "（草稿）"
"""What stands behind the title of a draft."""


def is_line(row: Sequence[str]) -> bool:
    """Whether a row has words only that are neither labels of the form nor headings of an office's own columns."""
    filled = [cell for cell in row if cell]
    asked = {i + 1 for i, cell in enumerate(filled) if cell.endswith(COLONS)}
    others = [cell for i, cell in enumerate(filled) if not (i in asked and YEAR.fullmatch(plain(cell)))]
    return bool(filled) and not any(is_figure(cell) or _is_label(cell) or is_added(cell) for cell in others)


def take_lines(row: Sequence[str]) -> Iterator[str]:
    """The texts of such a row; one that ends with a colon and the next are one, those about its makers are left out."""
    before = ""
    for cell in (one for one in row if one):
        text = f"{before}{cell}"
        before = text if text.endswith(COLONS) else ""
        if not before and not SIGNED_BY.match(bare(text)):
            yield unmark(cell.with_text(text) if isinstance(cell, CellText) else text)


def unmark(cell: str) -> str:
    """A line without the mark of a draft."""
    text = cell.removesuffix(DRAFT)
    return cell.with_text(text) if isinstance(cell, CellText) else text


def is_own(row: Sequence[str]) -> bool:
    """Whether an office added the row below a table, to check it or to say who filled it in."""
    filled = [bare(cell) for cell in row if cell]
    return bool(filled and ((OWN_ROW.match(filled[0]) and len(filled) > 1) or SIGNED_BY.match(filled[0])))


def without_own_columns(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The rows without the columns that an office added; a remark goes behind the last figure of its row."""
    added: dict[int, bool] = {}
    kept = []
    for row in rows:
        cells = [cell for cell in row if isinstance(cell, CellText)]
        added |= {cell.column: bool(REMARKS.fullmatch(_heading(cell))) for cell in cells if is_added(cell)}
        said = "；".join(cell for cell in cells if cell and added.get(cell.column) and not is_added(cell))
        kept.append(_with_remark([cell for cell in cells if cell.column not in added], said))
    return kept


def is_added(cell: str) -> bool:
    """Whether a cell is the heading of a column that an office added."""
    heading = _heading(cell)
    return bool(REMARKS.fullmatch(heading) or OWN_COLUMN.fullmatch(heading)) and bare(cell) not in _labels()


def mark_figures(rows: Sequence[tuple[str, ...]]) -> Sequence[tuple[str, ...]]:
    """The rows, each cell marked if its column has a number in any of them, or if its row consists of numbers."""
    cells = [[cell for cell in row if isinstance(cell, CellText)] for row in rows]
    figures = {cell.column for row in cells for cell in row if NUMBER.fullmatch(plain(cell))}
    for row in cells:
        many = sum(bool(NUMBER.fullmatch(plain(cell))) for cell in row) >= MANY
        for cell in row:
            cell.among_figures = many or cell.column in figures
    return rows


def _with_remark(cells: list[CellText], said: str) -> tuple[str, ...]:
    last = next((i for i in range(len(cells) - 1, -1, -1) if NUMBER.fullmatch(plain(cells[i]))), None)
    if said and last is not None:
        cells[last] = cells[last].with_text(f"{cells[last]}（{said}）")
    return tuple(cells)


def _heading(cell: str) -> str:
    return re.sub(r"\s", "", plain(cell))


def is_figure(cell: str) -> bool:
    """Whether a cell is a number, or a sign for nothing."""
    return cell in NOTHING or bool(NUMBER.fullmatch(plain(cell)))


def _is_label(cell: str) -> bool:
    """Whether a cell is a label of the form, perhaps misprinted; only labels about as long are compared."""
    text = bare(cell)
    near = (label for label in _labels() if LABEL * len(text) - 1 < len(label) < len(text) / LABEL + 1)
    return text in _labels() or any(measure_likeness(text, label) > LABEL for label in near)


@cache
def _labels() -> frozenset[str]:
    """Every label of either form."""
    tables = [table for form in load_forms().values() for table in form.tables]
    return frozenset(bare(cell.text) for table in tables for row in table.rows for cell in row if cell.text)
