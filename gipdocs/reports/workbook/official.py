"""Writes an official table into a sheet: the grid, formulas for its totals, remarks below, and a line that checks it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count, groupby

from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import PatternFill
from openpyxl.utils.cell import coordinate_to_tuple

from gipdocs.reports.arithmetic import Identity, identities
from gipdocs.reports.expressions import Number
from gipdocs.reports.grids import FormCell, FormTable
from gipdocs.reports.record import Record
from gipdocs.reports.shapes import AMOUNT, RULE
from gipdocs.reports.workbook.sheet import LINE, ReportSheet, address, count_lines
from gipdocs.spreadsheets.formulas import Result
from gipdocs.spreadsheets.sheets import GROUND, HEAD, TITLE

WRONG = PatternFill("solid", bgColor="F8CBAD")
"""The ground of a total that is not the sum of its parts, and of a check that fails."""
ACROSS = 96.0
"""The width of a table in digits."""
FIRST = 3
"""The row in which a grid begins, below the title and the heading."""
LANDSCAPE = ("table4",)
TALL, LOW, PADDING = 30.0, 24.0, 6.0  # points
SAME, DIFFERENT = "相符", "不符"


def write_table(sheet: ReportSheet, record: Record, table: FormTable, title: str) -> ReportSheet:
    """Write a table of the record under the report's title and the heading of its part."""
    sheet.text(1, 1, title, font=TITLE)
    sheet.text(2, 1, _heading(record, int(table.key[-1])), font=HEAD, side="left")
    for row in (1, 2):
        sheet.merge(row, 1, columns=table.columns)
        sheet.height(row, TALL)
    sheet.cells.update(_addresses(table))
    _write_grid(sheet, record, table)
    last = _write_lines(sheet, record, table, title)
    sheet.print_on("landscape" if table.key in LANDSCAPE else "portrait", f"A1:{address(last, table.columns)}")
    sheet.page.freeze_panes = sheet.page.cell(FIRST + table.head_rows, 1)
    _mark_totals(sheet, record)
    if table.key == "table3":
        _write_check(sheet, record, last + 2, table.columns - len(record.row_form.columns))
    return sheet


def _heading(record: Record, no: int) -> str:
    """The heading of a part: the report's own, otherwise the form's."""
    own = (section.heading for section in record.sections if section.no == no)
    return next((heading for heading in own if heading), record.form.headings[no - 1])


def placed(table: FormTable) -> Iterator[tuple[int, int, FormCell]]:
    """Every cell with the row and the column of the sheet where it begins."""
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(table.rows, FIRST):
        for cell in cells:
            column = next(free for free in count(1) if (row, free) not in taken)
            yield row, column, cell
            taken |= {(row + down, column + across) for down in range(cell.rows) for across in range(cell.columns)}


def _addresses(table: FormTable) -> dict[str, str]:
    return {cell.figure.path: address(row, column) for row, column, cell in placed(table) if cell.figure}


def _write_grid(sheet: ReportSheet, record: Record, table: FormTable) -> None:
    sheet.frame(range(FIRST, FIRST + len(table.rows)), range(1, table.columns + 1))
    sheet.widths(_widths(table))
    sums = dict(_sums(record, sheet.cells))
    for row, column, cell in placed(table):
        if cell.figure is None:
            _write_label(sheet, row, column, cell)
        else:
            _write_figure(sheet, record, cell.figure.path, sums.get(cell.figure.path))
        sheet.merge(row, column, rows=cell.rows, columns=cell.columns)
    for row, height in _heights(table).items():
        sheet.height(row, height)


def _write_label(sheet: ReportSheet, row: int, column: int, cell: FormCell) -> None:
    if cell.scope in ("col", "colgroup"):
        sheet.text(row, column, cell.text, font=HEAD).fill = GROUND
    else:
        sheet.text(row, column, cell.text, side="center" if cell.rows > 1 else "left")


def _heights(table: FormTable) -> dict[int, float]:
    """The height of each row, with room for the lines of its longest label; one that spans rows needs none of its own."""
    widths, heights = _widths(table), dict.fromkeys(range(FIRST, FIRST + len(table.rows)), LOW)
    for row, column, cell in placed(table):
        if cell.rows == 1 and cell.text:
            lines = count_lines(cell.text, sum(widths[column - 1 : column - 1 + cell.columns]))
            heights[row] = max(heights[row], LINE * lines + PADDING)
    return heights


def _widths(table: FormTable) -> list[float]:
    widths = table.widths or (1,) * table.columns
    return [ACROSS * width / sum(widths) for width in widths]


def _write_figure(sheet: ReportSheet, record: Record, path: str, formula: str | None) -> None:
    row, column = coordinate_to_tuple(sheet.cells[path])
    value, raw = record.cells[path], record.raw.get(path)
    unit = record.amount_unit or "" if path == AMOUNT else ""
    if formula:
        sheet.formula(row, column, formula, "" if value is None else value)
    elif value is not None:
        sheet.number(row, column, value, unit)
    else:
        sheet.text(row, column, raw or "")


def _sums(record: Record, cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The formula of each total that is the sum of its parts or, like these, blank; by path.

    （七）总计 is the sum of its column.
    """
    for identity in identities(record):
        if identity.rule == "T3-COL" or identity.total not in cells or not _holds(record, identity):
            continue
        if identity.rule == "T3-ROW" and identity.line == "sum":
            continue
        parts = _ranges([cells[part] for part in identity.left])
        yield identity.total, f'IF(COUNT({parts})=0,"",SUM({parts}))'


def _holds(record: Record, identity: Identity) -> bool:
    values = [record.cells[path] for path in identity.left]
    printed = [path for path in (*identity.left, identity.total) if record.cells[path] is None and record.raw.get(path)]
    known = [value for value in values if value is not None]
    return not printed and record.cells[identity.total] == (sum(known) if known else None)


def _ranges(cells: Sequence[str]) -> str:
    """Cells beside or below each other as ranges: D5:I5."""
    places = [coordinate_to_tuple(cell) for cell in cells]
    across = len({row for row, _ in places}) == 1
    keyed = enumerate(places)
    runs = [
        [place for _, place in run] for _, run in groupby(keyed, key=lambda one: one[1][1 if across else 0] - one[0])
    ]
    return ",".join(f"{address(*run[0])}:{address(*run[-1])}" for run in runs)


def _write_lines(sheet: ReportSheet, record: Record, table: FormTable, title: str) -> int:
    """Write the lines below the grid; returns the last row in use."""
    below, lines = FIRST + len(table.rows), list(_lines(record, table, title))
    for row, line in enumerate(lines, below):
        sheet.text(row, 1, line, side="left")
        sheet.merge(row, 1, columns=table.columns)
        sheet.height(row, LINE * count_lines(line, ACROSS) + PADDING)
    return below + len(lines) - 1


def _lines(record: Record, table: FormTable, title: str) -> Iterator[str]:
    """The remarks on the table's figures, and what the title doesn't say of the report."""
    remarked = (figure for figure in table.figures if record.remarks.get(figure.path))
    yield from (f"注：{figure.place}：{record.remarks[figure.path]}" for figure in remarked)
    if record.agency and record.agency not in title:
        yield f"报告机关：{record.agency}"
    if str(record.year) not in title:
        yield f"报告年度：{record.year}年"


def _mark_totals(sheet: ReportSheet, record: Record) -> None:
    """Colour every total while it isn't the sum of its parts."""
    for identity in identities(record):
        if identity.rule != "T3-COL" and identity.total in sheet.cells:
            total, parts = sheet.cells[identity.total], _ranges([sheet.cells[part] for part in identity.left])
            rule = f"AND(COUNT({parts})>0,N({total})<>SUM({parts}))"
            sheet.page.conditional_formatting.add(total, FormulaRule(formula=[rule], fill=WRONG))


def _write_check(sheet: ReportSheet, record: Record, row: int, labels: int) -> None:
    """Write the line that checks the form's own rule for each column, apart from the grid and not printed."""
    sheet.text(row, 1, f"核对：{RULE}", side="left")
    sheet.merge(row, 1, columns=labels)
    sheet.height(row, LOW)
    held = [identity for identity in identities(record) if identity.rule == "T3-COL"]
    for column, identity in enumerate(held, labels + 1):
        left, right = ("+".join(f"N({sheet.cells[path]})" for path in side) for side in (identity.left, identity.right))
        written = sheet.formula(row, column, f'IF({left}={right},"{SAME}","{DIFFERENT}")', _compared(record, identity))
        rule = FormulaRule(formula=[f'{written.coordinate}="{DIFFERENT}"'], fill=WRONG)
        sheet.page.conditional_formatting.add(written.coordinate, rule)


def _compared(record: Record, identity: Identity) -> Result:
    left, right = (_total(record, side) for side in (identity.left, identity.right))
    return SAME if left == right else DIFFERENT


def _total(record: Record, paths: Sequence[str]) -> Number:
    return sum(record.cells[path] or 0 for path in paths)
