"""Puts figures copied from a spreadsheet or a text document into their places in a grid."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO

from gipdocs.questions.figures import NARROW, NOTHING, GridCell, Path, Shape

FIGURE = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?[①-⑳¹²³]?(?:[^\W\d_]{1,2})?(?:\(.*\))?", re.DOTALL)
"""A number as it is printed in a cell, perhaps with the mark of a note, a unit, a remark in brackets."""
MENTIONED = 20
"""How many characters of a pasted text a message quotes."""

Line = Sequence[str]


class NotPasted(Exception):
    """The places of the figures are unclear, so none was put into the grid; the message is for the clerk."""


def paste(text: str, shape: Shape, start: Path | None = None) -> dict[Path, str]:
    """The figures in a copied `text`, by path, as they are written there; blank cells are left out.

    Rows are found by name if the names were copied too. Figures without names are placed from `start` on (by default
    from the first figure of the grid). Raises NotPasted.
    """
    lines = _lines(text)
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


def _lines(text: str) -> list[Line]:
    """The cells, line by line, without blank lines at the end."""
    try:
        lines: list[Line] = list(csv.reader(StringIO(text.replace("\r\n", "\n").replace("\r", "\n")), delimiter="\t"))
    except csv.Error as error:
        raise NotPasted("粘贴的内容不像是表格里复制来的，没有填入。请在表格软件里选中数字，重新复制。") from error
    while lines and not "".join(lines[-1]).strip():
        lines.pop()
    return lines


def _by_names(lines: Sequence[Line], grid: Sequence[Sequence[GridCell | None]]) -> Iterator[tuple[Path, str]] | None:
    """The figures that follow the names of their rows; None if no figure has a name before it."""
    rows = {plain(name): figures for row in grid if (figures := _figures(row)) and (name := _name(row))}
    named = [(_name_place(line, rows), line) for line in lines]
    return _behind(named, rows) if any(place is not None for place, _ in named) else None


def _name_place(line: Line, rows: Mapping[str, object]) -> int | None:
    """The index of a row's name: of the last filled cell before its first figure, or of a cell with a known name."""
    first = next((i for i, text in enumerate(line) if _is_figure(text)), None)
    known = next((i for i, text in enumerate(line) if plain(text) in rows), None)
    if first is None:
        return known
    return next((i for i in reversed(range(first)) if line[i].strip()), None)


def _behind(
    named: Sequence[tuple[int | None, Line]], rows: Mapping[str, list[tuple[int, GridCell]]]
) -> Iterator[tuple[Path, str]]:
    for number, (place, line) in enumerate(named, 1):
        if place is None and any(map(_is_figure, line)):
            raise NotPasted(f"粘贴的内容第{number}行没有名称，别的行有，没有填入。请连同名称复制，或者只复制数字。")
        if place is None or not any(text.strip() for text in line[place + 1 :]):
            continue  # a heading
        name = line[place].strip()[:MENTIONED]
        if plain(line[place]) not in rows:
            raise NotPasted(f"表格里没有名称为“{name}”的行，没有填入。请核对行的名称，或者只复制数字。")
        yield from _laid(line[place + 1 :], rows[plain(line[place])], f"“{name}”这一行")


def _from(lines: Sequence[Line], grid: Sequence[Sequence[GridCell | None]], start: Path) -> Iterator[tuple[Path, str]]:
    """The figures, placed from a path on; rows of words before them are headings and left out."""
    first = next((i for i, line in enumerate(lines) if any(map(_is_figure, line)) or not "".join(line).strip()), None)
    bare = lines[first:] if first is not None else []
    rows = [row for row in map(_figures, grid) if row]
    at = next((i for i, row in enumerate(rows) if any(cell.path == start for _, cell in row)), 0)
    if len(bare) > len(rows) - at:
        raise NotPasted(f"粘贴的内容有{len(bare)}行，从这里往下只有{len(rows) - at}行，没有填入。请从第一行开始粘贴。")
    for i, line in enumerate(bare):
        row = rows[at + i]
        column = next((place for place, cell in rows[at] if cell.path == start), row[0][0])
        wanted = [one for one in row if one[0] >= column] or row
        yield from _laid(line, wanted, f"第{i + 1}行")


def _laid(values: Line, cells: Sequence[tuple[int, GridCell]], where: str) -> Iterator[tuple[Path, str]]:
    """One row's values in its cells: side by side or, if the blanks of merged cells were copied too, by column."""
    begins = [place - cells[0][0] for place, _ in cells]
    width = begins[-1] + cells[-1][1].columns
    while len(values) > width and not values[0].strip():  # blanks that a merged name leaves
        values = values[1:]
    filled = [i for i, text in enumerate(values) if text.strip()]
    spread = len(values) == width or filled[-1:] >= [len(cells)]
    if spread and not set(filled) <= set(begins):
        raise NotPasted(f"{where}有{len(values)}格，表格从这里往右只有{len(cells)}格，没有填入。请核对后再粘贴。")
    for place, (_, cell) in zip(begins if spread else range(len(cells)), cells, strict=True):
        if place < len(values) and values[place].strip():
            yield cell.path, values[place].strip()


def _figures(row: Sequence[GridCell | None]) -> list[tuple[int, GridCell]]:
    """The figures of a row, each with the column in which it begins."""
    found: dict[Path, tuple[int, GridCell]] = {}
    for i, cell in enumerate(row):
        if cell is not None and cell.path:
            found.setdefault(cell.path, (i, cell))
    return list(found.values())


def _name(row: Sequence[GridCell | None]) -> str:
    """The name of a row: the text before its first figure."""
    first = next(i for i, cell in enumerate(row) if cell is not None and cell.path)
    before = row[first - 1] if first else None
    return before.text if before is not None else ""


def _is_figure(text: str) -> bool:
    bare = re.sub(r"\s", "", text.translate(NARROW).replace("（", "(").replace("）", ")"))
    return bool(FIGURE.fullmatch(bare) or NOTHING.fullmatch(bare))


def plain(text: str) -> str:
    """A name without everything in which programs differ: spaces, width of characters, quotes, brackets, punctuation."""
    folded = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s\"'“”‘’,，。.、:：;；()（）]", "", folded)
