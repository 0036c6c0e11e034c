"""The official tables as grids of questions, from the one source of both forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from gipdocs.questions.figures import Balance, GridCell, Path, Shape, Sum
from gipdocs.reports.arithmetic import Identity, identities
from gipdocs.reports.forms import FIRST_YEAR, Form, form_for, load_forms
from gipdocs.reports.grids import Figure, FormCell
from gipdocs.reports.record import Record, blank

UNITS = ("元", "万元")
AMOUNT = "table2.procurement.amount"
RULE = "一＋二＝三（七）＋四"


def form_of(answers: Mapping[str, Any]) -> Form:
    """The form of answers, which may be wrong: by `format` or table 2's, otherwise by the year, otherwise today's."""
    known, latest = load_forms(), list(load_forms().values())[-1]
    table, year = answers.get("table2"), answers.get("year")
    for named in (answers.get("format"), table.get("format") if isinstance(table, Mapping) else None):
        if isinstance(named, str) and named in known:
            return known[named]
    return form_for(year) if isinstance(year, int) and year >= FIRST_YEAR else latest


def choose_form(answers: Mapping[str, Any]) -> str:
    """The form of tables 2 and 4."""
    return form_of(answers).key


def choose_rows(answers: Mapping[str, Any]) -> str:
    """The form of table 3's rows; a published report may combine them with table 2 of the other form."""
    table = answers.get("table3")
    named = table.get("form_rows") if isinstance(table, Mapping) else None
    return named if isinstance(named, str) and named in load_forms() else choose_form(answers)


def shapes(key: str) -> dict[str, Shape]:
    """The shapes of `table2`, `table3` or `table4`, by form."""
    return {form.key: _shape(form, key) for form in load_forms().values()}


def places() -> dict[str, str]:
    """The name of every figure of both forms in a clerk's words, by path."""
    tables = (table for form in load_forms().values() for table in form.tables)
    return {figure.path: figure.place for table in tables for figure in table.figures}


def _shape(form: Form, key: str) -> Shape:
    table, empty = form.table(key), blank(form)
    paths = {figure.path: path_of(figure) for figure in table.figures}
    own = [identity for identity in identities(empty) if identity.total in paths]
    return Shape(
        rows=tuple(tuple(_cell(cell) for cell in row) for row in table.rows),
        head_rows=table.head_rows,
        sums=tuple(_sums(own, paths)),
        balances=tuple(_balances(own, paths, empty)),
        rule=RULE if key == "table3" else "",
        constants={"table2": {"format": form.key}, "table3": {"form_rows": form.key}}.get(key, {}),
    )


def _cell(cell: FormCell) -> GridCell:
    if cell.figure is None:
        return GridCell(text=cell.text, scope=cell.scope, rows=cell.rows, columns=cell.columns)
    path = path_of(cell.figure)
    with_unit = cell.figure.path == AMOUNT
    return GridCell(
        path=path,
        label=cell.figure.place,
        kind=cell.figure.kind,
        rows=cell.rows,
        columns=cell.columns,
        unit_path=(*path[:-1], "amount_unit") if with_unit else (),
        units=UNITS if with_unit else (),
    )


@cache
def path_of(figure: Figure) -> Path:
    """The path to the figure in its table's answer."""
    return tuple(int(token) if token.isdigit() else token for token in figure.pointer.split("/")[2:])


def _sums(own: list[Identity], paths: Mapping[str, Path]) -> Iterator[Sum]:
    """Rows first, then the columns over them; （七）总计 is a sum of its column only."""
    columns = {identity.total for identity in own if identity.rule == "T3-SUM"}
    for identity in sorted(own, key=lambda one: one.rule == "T3-SUM"):
        if identity.rule != "T3-COL" and not (identity.rule == "T3-ROW" and identity.total in columns):
            yield Sum(total=paths[identity.total], parts=tuple(paths[part] for part in identity.left))


def _balances(own: list[Identity], paths: Mapping[str, Path], empty: Record) -> Iterator[Balance]:
    for identity in own:
        if identity.rule == "T3-COL":
            left, right = (tuple(paths[one] for one in side) for side in (identity.left, identity.right))
            yield Balance(label=empty.figures[identity.total].column_label, left=left, right=right)
