"""Figures copied out of a spreadsheet or a text document, put into their places in a grid."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from io import StringIO

from gipdocs.documents.figures import GridCell, Path, Shape

FIGURE = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?(?:[^\W\d_]{1,2})?(?:\(.*\))?", re.DOTALL)
"""A number as it is printed in a cell, perhaps with its unit and a remark in brackets."""
NOTHING = re.compile(r"[-−/\\—–_]+|无")
"""What people put where there is no number."""
MENTIONED = 20
"""Characters of a pasted text that a message repeats."""

Line = Sequence[str]


class NotPasted(Exception):
    """The figures have no clear places: nothing was put anywhere; the message is for the clerk."""


def paste(text: str, shape: Shape, start: Path | None = None) -> dict[Path, str]:
    """The figures in a copied `text`, by path, as they stand there; blank cells are left out.

    Rows are found by their names where these were copied too; figures alone are laid down from `start` on, from the
    first figure of the grid where none is given. Raises NotPasted.
    """
    lines = list(csv.reader(StringIO(text), delimiter="\t"))
    while lines and not "".join(lines[-1]).strip():
        lines.pop()
    if not lines:
        raise NotPasted("没有可以粘贴的内容。请先在表格软件里选中数字并复制，再到这里粘贴。")
    grid = _occupied(shape)
    named = _by_names(lines, grid)
    found = dict(named if named is not None else _from(lines, grid, start or shape.figures[0].path))
    if not found:
        raise NotPasted("粘贴的内容里没有数字，没有填入。")
    return found


def _occupied(shape: Shape) -> list[list[GridCell | None]]:
    """The cell that covers each place of the grid."""
    width = sum(cell.columns for cell in shape.rows[0])
    grid: list[list[GridCell | None]] = [[None] * width for _ in shape.rows]
    for i, row in enumerate(shape.rows):
        for cell in row:
            first = grid[i].index(None)
            for k in range(i, i + cell.rows):
                grid[k][first : first + cell.columns] = [cell] * cell.columns
    return grid


def _by_names(lines: Sequence[Line], grid: Sequence[Sequence[GridCell | None]]) -> Iterator[tuple[Path, str]] | None:
    """The figures behind the names of their rows; None where no name of the grid was copied."""
    rows = {plain(name): figures for row in grid if (figures := _figures(row)) and (name := _name(row))}
    if not any(plain(text) in rows for line in lines for text in line):
        return None
    return _behind(lines, rows)


def _behind(lines: Sequence[Line], rows: dict[str, list[tuple[int, GridCell]]]) -> Iterator[tuple[Path, str]]:
    for line in lines:
        last = max((i for i, text in enumerate(line) if text.strip() and not _is_figure(text)), default=-1)
        values = line[last + 1 :]
        if not any(map(str.strip, values)):
            continue  # a heading
        name = line[last] if last >= 0 else ""
        if plain(name) not in rows:
            raise NotPasted(
                f"表格里没有名称为“{name.strip()[:MENTIONED]}”的行，没有填入。请核对行的名称，或者只复制数字。"
            )
        yield from _laid(values, rows[plain(name)], f"“{name.strip()[:MENTIONED]}”这一行")


def _from(lines: Sequence[Line], grid: Sequence[Sequence[GridCell | None]], start: Path) -> Iterator[tuple[Path, str]]:
    """The figures laid down from a place on; rows of words before them are headings and left out."""
    first = next((i for i, line in enumerate(lines) if any(map(_is_figure, line)) or not "".join(line).strip()), 0)
    bare = [_without_names(line) for line in lines[first:]]
    rows = [row for row in map(_figures, grid) if row]
    at = next((i for i, row in enumerate(rows) if any(cell.path == start for _, cell in row)), 0)
    if len(bare) > len(rows) - at:
        raise NotPasted(f"粘贴的内容有{len(bare)}行，从这里往下只有{len(rows) - at}行，没有填入。请从第一行开始粘贴。")
    for i, line in enumerate(bare):
        row = rows[at + i]
        column = next((place for place, cell in rows[at] if cell.path == start), row[0][0])
        wanted = [one for one in row if one[0] >= column] or row
        yield from _laid(line, wanted, f"第{i + 1}行")


def _without_names(line: Line) -> Line:
    last = max((i for i, text in enumerate(line) if text.strip() and not _is_figure(text)), default=-1)
    return line[last + 1 :]


def _laid(values: Line, cells: Sequence[tuple[int, GridCell]], where: str) -> Iterator[tuple[Path, str]]:
    """One row's values in its cells: one after the other, or where each begins if the blanks of merged cells came too."""
    begins = [place - cells[0][0] for place, _ in cells]
    width = begins[-1] + cells[-1][1].columns
    while len(values) > width and not values[0].strip():  # what a merged name leaves behind
        values = values[1:]
    filled = [i for i, text in enumerate(values) if text.strip()]
    spread = len(values) == width or filled[-1:] >= [len(cells)]
    if spread and not set(filled) <= set(begins):
        raise NotPasted(f"{where}有{len(values)}格，表格从这里往右只有{len(cells)}格，没有填入。请核对后再粘贴。")
    for place, (_, cell) in zip(begins if spread else range(len(cells)), cells, strict=True):
        if place < len(values) and values[place].strip():
            yield cell.path, values[place].strip()


def _figures(row: Sequence[GridCell | None]) -> list[tuple[int, GridCell]]:
    """The figures of a row with the column in which each begins."""
    found: dict[Path, tuple[int, GridCell]] = {}
    for i, cell in enumerate(row):
        if cell is not None and cell.path:
            found.setdefault(cell.path, (i, cell))
    return list(found.values())


def _name(row: Sequence[GridCell | None]) -> str:
    """The name of a row: what stands before its first figure."""
    first = next(i for i, cell in enumerate(row) if cell is not None and cell.path)
    before = row[first - 1] if first else None
    return before.text if before is not None else ""


def _is_figure(text: str) -> bool:
    bare = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    return bool(FIGURE.fullmatch(bare) or NOTHING.fullmatch(bare))


def plain(text: str) -> str:
    """A name without what differs between programs: spaces, width, and the kinds of quotes and brackets."""
    folded = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s\"'“”‘’,，。.、:：;；()（）]", "", folded)
