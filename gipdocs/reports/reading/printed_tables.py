"""Reads the three tables of a report from grids of text: figures, remarks, and a list of what could not be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gipdocs.published.blocks import PrintedTable
from gipdocs.published.xlsx import CellText
from gipdocs.reports.expressions import Number
from gipdocs.reports.forms import Form, form_for, load_forms
from gipdocs.reports.grids import Figure, FormCell
from gipdocs.reports.reading.printed_figures import read_figure
from gipdocs.reports.reading.rows import PrintedRow, bare, match, measure_likeness, split
from gipdocs.reports.record import NOTHING
from gipdocs.reports.shapes import UNITS
from gipdocs.writing import quote

FIRST_ROW = "一、本年新收政府信息公开申请数量"
SURE = 0.9
ALIKE_ROW = 0.7
FIRST_BLOCK = "第二十条第(一)项"


@dataclass
class Found:
    """What was read so far, by path."""

    cells: dict[str, Number] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    remarks: dict[str, str] = field(default_factory=dict)
    raw: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    extra_rows: list[dict[str, object]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unit: str | None = None
    odd: list[CellText] = field(default_factory=list)

    def figure(self, figure: Figure, text: str) -> None:
        """Keep one printed cell."""
        reading = read_figure(text, figure.kind)
        self.seen.add(figure.path)
        misplaced = reading.unit == "元" and figure.path.endswith("_wan")
        if reading.value is not None and not misplaced:
            self.cells[figure.path] = reading.value
        if reading.remark:
            self.remarks[figure.path] = reading.remark
        if reading.raw is not None or misplaced:
            self.raw[figure.path] = " ".join(text.split())
        if isinstance(text, CellText) and (text.fault or (reading.raw or "") not in NOTHING or misplaced):
            self.odd.append(text)
        if figure.path == "table2.procurement.amount" and reading.unit in UNITS:
            self.unit = reading.unit


def choose_form(grids: Iterable[PrintedTable], year: int) -> Form:
    """The form of the printed table 2: the one with more of its own labels; by the year if neither has any."""
    printed = {bare(cell) for grid in grids for row in grid.rows for cell in row if cell.strip()}
    labels = {
        key: {bare(cell.text) for row in form.table("table2").rows for cell in row if cell.text}
        for key, form in load_forms().items()
    }
    shared = set.intersection(*labels.values())
    counts = {key: len((own - shared) & printed) for key, own in labels.items()}
    most = max(counts.values())
    likely = [key for key, count in counts.items() if count == most]
    return load_forms()[likely[0]] if len(likely) == 1 else form_for(year)


def split_grid(grid: PrintedTable) -> list[PrintedTable]:
    """The tables in a grid, which is split before each row that begins another table."""
    parts: list[list[tuple[str, ...]]] = [[]]
    for row in grid.rows:
        cells = {bare(cell) for cell in row}
        begins = "申请人情况" in cells or "行政复议" in cells or FIRST_BLOCK in cells
        if begins and parts[-1]:
            parts.append([])
        parts[-1].append(row)
    return [PrintedTable(tuple(rows)) for rows in parts]


def kind_of(grid: PrintedTable) -> str | None:
    """The key of a grid's table: table2, table3, table4, or None."""
    cells = [bare(cell) for row in grid.rows for cell in row if cell.strip()]
    if any(_is_first_row(cell) for cell in cells):
        return "table3"
    if "行政复议" in cells and any(cell in cells for cell in ("复议后起诉", "未经复议直接起诉")):
        return "table4"
    if set(cells) == {"行政复议", "行政诉讼"}:
        return "table4"  # cut off below the first row
    return "table2" if "信息内容" in cells or any(re.match(r"第二十条第", cell) for cell in cells) else None


def begins_table2(grid: PrintedTable) -> bool:
    """Whether this is the beginning of table 2, and not one of its later blocks."""
    return any(bare(cell) == FIRST_BLOCK for row in grid.rows for cell in row)


def read_table2(grid: PrintedTable, form: Form, found: Found) -> None:
    """Read rows by their labels, and values in the order of the block's columns; headers that differ are noted."""
    blocks = group_rows(form.table("table2").rows)
    header: list[str] = []
    usual = _usual(map(len, grid.rows))
    for row in grid.rows:
        head = next((cell for cell in row if cell.strip()), "")
        if bare(head) == "信息内容":
            header = [cell for cell in row if cell.strip()][1:]
            continue
        label, figures = max(blocks, key=lambda one: measure_likeness(head, one[0]))
        values = [cell.strip() for cell in row[list(row).index(head) + 1 :]] if head else []
        if not head or measure_likeness(head, label) < ALIKE_ROW:
            if any(re.search(r"\d", cell) for cell in values):
                found.extra_rows.append({"label": "".join(head.split()), "values": values})
            continue
        _note_label(found, ".".join(figures[0].path.split(".")[:2]), head, label)
        for figure, printed in zip(figures, header, strict=False):
            _note_label(found, figure.path, printed, figure.column_label)
        header = []
        _keep(found, figures, values_of(values, len(figures), regular=len(row) == usual), values)


def read_table3(grid: PrintedTable, form: Form, found: Found) -> Form:
    """Read rows by their labels, in the order of the form; returns the form to which the rows belong."""
    start = next(i for i, row in enumerate(grid.rows) if any(map(_is_first_row, row)))
    printed = [row for own in grid.rows[start:] if (row := split(own)) and row.cells]
    form = _row_form(printed, form)
    table = group_rows(form.table("table3").rows)
    keys = [(figures[0].path.split(".")[1], label) for label, figures in table]
    figures_of = {key: figures for (key, _), (_, figures) in zip(keys, table, strict=True)}
    if not _columns_in_order(grid.rows[:start], form):
        found.notes.append("表三各列的顺序与格式不同，表三没有读取，请人工录入。")
        return form
    columns = {figure.path: figure.column_label for figure in table[0][1]}
    _note_heads(found, grid.rows[:start], columns)
    rows = match([row.label for row in printed], keys)
    usual = _usual(row.width for row in printed)
    leading = leads((row.cells for row in printed if row.width == usual), len(form.columns))
    for i, row in enumerate(printed):
        if i not in rows:
            found.extra_rows.append({"label": row.label, "values": list(row.cells)})
            continue
        _note_label(found, f"table3.{rows[i]}", row.label, dict(keys)[rows[i]])
        regular = row.width == usual
        values = values_of(row.cells, len(form.columns), leading=leading and regular, regular=regular)
        _keep(found, figures_of[rows[i]], values, row.cells)
    return form


def read_table4(grid: PrintedTable, form: Form, found: Found) -> None:
    """Read the first row of numbers or, if there is none, of blanks or signs for nothing."""
    figures = form.table("table4").figures
    heads = {figure.path.rpartition(".")[0]: figure.row_label for figure in figures}
    heads |= {figure.path: figure.column_label for figure in figures[: len(form.outcomes)]}
    _note_heads(found, [row for row in grid.rows if not any(re.search(r"\d", cell) for cell in row)], heads)
    rows = [part.cells if (part := split(row)) else row for row in grid.rows]
    numbered = [row for row in rows if any(re.search(r"\d", cell) for cell in row)]
    blank = [row for row in rows if len(row) == len(figures) and all(cell.strip() in NOTHING for cell in row)]
    for row in (numbered or blank)[:1]:
        _keep(found, figures, values_of(row, len(figures)), row)


def _keep(found: Found, figures: Sequence[Figure], values: Sequence[str] | None, cells: Sequence[str]) -> None:
    """Keep the values of a row, or note that its cells can't be assigned."""
    if values is None:
        row = ".".join(figures[0].path.split(".")[:2])
        found.raw[row] = " | ".join(" ".join(cell.split()) for cell in cells)
        place = figures[0].row_label
        found.notes.append(f"{quote(place)}一行的格数与格式不符，看不出各数属哪一列，没有读取。")
        return
    for figure, value in zip(figures, values, strict=True):
        found.figure(figure, value)


def values_of(
    cells: Sequence[str], wanted: int, *, leading: bool = False, regular: bool = True
) -> tuple[str, ...] | None:
    """The cells of a row that have its figures; None if it is unclear which these are. Only blank cells are left out.

    If `leading`, empty cells may come before the figures: merged label cells pasted from a spreadsheet leave them. Merged
    columns leave empty cells between the figures only if the row is `regular`, that is, as wide as the others.
    """
    given = tuple(cell.strip() for cell in cells)
    extra = len(given) - wanted
    if extra < 0:
        return None
    filled = [i for i, cell in enumerate(given) if cell]
    if extra == 0 or not filled or (leading and filled[0] >= extra):
        return given[extra:]
    if filled[-1] - filled[0] == wanted - 1:
        return given[filled[0] : filled[-1] + 1]
    return tuple(given[i] for i in filled) if regular and len(filled) == wanted else None


def leads(rows: Iterable[Sequence[str]], wanted: int) -> bool:
    """Whether merged cells come before the figures: all surplus cells there are blank.

    At least one row must not end with a blank cell; otherwise the surplus might be at the end.
    """
    longer = [row for row in rows if len(row) > wanted]
    if any("".join(row[: len(row) - wanted]).strip() for row in longer):
        return False
    return any(row[-1].strip() for row in longer)


def _usual(widths: Iterable[int]) -> int:
    """The number of cells that most rows have."""
    return max(Counter(widths).items(), key=lambda one: one[1], default=(0, 0))[0]


def group_rows(rows: Iterable[Sequence[FormCell]]) -> list[tuple[str, tuple[Figure, ...]]]:
    """(last label, figures) of every row that has figures."""
    found = []
    for row in rows:
        figures = tuple(cell.figure for cell in row if cell.figure)
        labels = [cell.text for cell in row if cell.text]
        if figures and labels:
            found.append((labels[-1], figures))
    return found


def _row_form(printed: Sequence[PrintedRow], form: Form) -> Form:
    """The form of table 3's rows: one row （六）其他处理, or three under it."""
    if any(bare(row.label) == "其他处理" for row in printed):
        return load_forms()["2019"]
    labels = [
        label for label, figures in group_rows(load_forms()["2021"].table("table3").rows) if ".o" in figures[0].path
    ]
    if any(measure_likeness(row.label, label) >= ALIKE_ROW for row in printed for label in labels[:2]):
        return load_forms()["2021"]
    return form


def _columns_in_order(head: Sequence[Sequence[str]], form: Form) -> bool:
    """Whether the kinds of organisation, if the header names them, are in the form's order."""
    wanted = [bare(cell.text) for cell in form.table("table3").rows[2]]
    given = [bare(cell) for row in head for cell in row if bare(cell) in wanted]
    return given == [label for label in wanted if label in given]


def _note_label(found: Found, path: str, printed: str, label: str) -> None:
    if bare(printed) != bare(label):
        found.labels[path] = re.sub(r"\s", "", printed)


def _note_heads(found: Found, rows: Iterable[Sequence[str]], labels: Mapping[str, str]) -> None:
    """Note the heads of columns that are printed with a misprint; those that are not printed at all are left alone."""
    known = {bare(label) for label in labels.values()}
    printed = {bare(cell): cell for row in rows for cell in row if cell.strip()}
    for cell in (cell for key, cell in printed.items() if key not in known):
        path, label = max(labels.items(), key=lambda one: measure_likeness(cell, one[1]))
        if measure_likeness(cell, label) >= ALIKE_ROW:
            _note_label(found, path, cell, label)


def _is_first_row(cell: str) -> bool:
    """Whether a cell is the label of table 3's first row, not a piece of it."""
    return len(bare(cell)) > len(FIRST_ROW) // 2 and measure_likeness(cell, FIRST_ROW) >= SURE
