"""Fills in what can be computed from other answers of a report: totals, and the carry-over from last year."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from gipdocs.errors import InvalidInput
from gipdocs.questions.figures import put_figure
from gipdocs.reports import Record, load
from gipdocs.reports.arithmetic import compute_totals, identities
from gipdocs.reports.expressions import Number
from gipdocs.reports.record import number
from gipdocs.reports.shapes import form_of

TABLES = ("format", "table2", "table3", "table4")


def computed(payload: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with every total recomputed, and with a blank 上年结转 taken from last year's report.

    Tables that contain anything but numbers are returned unchanged; other faults and gaps don't matter. A total whose
    parts are all blank keeps its value.
    """
    answers = deepcopy(dict(payload))
    record = _tables(answers, "previous") or _tables(answers)
    if record is None:
        return answers
    for path, value in _reckoned(record).items():
        figure = record.figures[path]
        table, *steps = figure.pointer.split("/")[1:]
        if not isinstance(answers.get(table), dict):
            answers[table] = {}
        put_figure(answers[table], tuple(int(step) if step.isdigit() else step for step in steps), number(value))
    return answers


def _tables(answers: Mapping[str, Any], *more: str) -> Record | None:
    """The record of the tables alone; None if they do not load."""
    year, form = answers.get("year"), form_of(answers)
    known = year if isinstance(year, int) and year >= form.first_year else form.first_year
    try:
        return load({"year": known} | {key: answers[key] for key in (*TABLES, *more) if key in answers})
    except InvalidInput:
        return None


def _reckoned(record: Record) -> dict[str, Number]:
    """The figures that change, by path."""
    carried = _carried(record)
    open_totals = dict.fromkeys(identity.total for identity in identities(record))
    reckoned = compute_totals(record.with_cells({**open_totals, **carried}))
    return {**carried, **reckoned}


def _carried(record: Record) -> dict[str, Number]:
    """二、上年结转, taken from last year's 四、结转下年度 if the whole row is blank."""
    paths = {column: f"table3.carried_in.{column}" for column in record.row_form.columns}
    if record.previous is None or any(record.cells[path] is not None for path in paths.values()):
        return {}
    before = {column: record.previous.cells[f"table3.carried_out.{column}"] for column in paths}
    return {paths[column]: value for column, value in before.items() if value is not None}
