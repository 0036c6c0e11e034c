"""Both official forms of the annual report, the one source of every table that is printed, shown or read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from gipdocs.reports.grids import Figure, FormTable, build_table2, build_table3, build_table4, leaves

FIRST_YEAR = 2019
"""The first year covered by a form."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """One official form.

    `rows` are the row keys of table 3 in order, `results` those of its third part that add up to （七）总计, `groups` the
    rows under one heading: D 不予公开, U 无法提供, N 不予处理, O 其他处理. `columns` are the seven of table 3.
    """

    key: str
    basis: str
    first_year: int
    last_year: int | None
    headings: tuple[str, ...]
    tables: tuple[FormTable, FormTable, FormTable]
    rows: tuple[str, ...]
    results: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    columns: tuple[str, ...]
    suits: tuple[str, ...]
    outcomes: tuple[str, ...]

    @property
    def applicants(self) -> tuple[str, ...]:
        """The six kinds of applicant, without the total."""
        return self.columns[:-1]

    def table(self, key: str) -> FormTable:
        """`table2`, `table3` or `table4`."""
        return next(table for table in self.tables if table.key == key)


@cache
def load_forms() -> Mapping[str, Form]:
    """The forms by key: "2019" (国办公开办函〔2019〕60号) and "2021" (国办公开办函〔2021〕30号)."""
    data = json.loads(resources.files("gipdocs.reports").joinpath("data/forms.json").read_text("utf-8"))
    return {key: _form(key, data) for key in data["forms"]}


def form_for(year: int) -> Form:
    """The form prescribed for a reported year; the latest form has no last year."""
    return next(form for form in load_forms().values() if form.first_year <= year <= (form.last_year or year))


@cache
def figures() -> Mapping[str, Figure]:
    """Every figure of either form by its path; a path means the same number in both."""
    return {figure.path: figure for form in load_forms().values() for table in form.tables for figure in table.figures}


def place(path: str) -> str:
    """The place of a figure in a clerk's words: 表三“（一）予以公开”总计."""
    return figures()[path].place


def _form(key: str, data: Mapping[str, Any]) -> Form:
    about, table3, table4 = data["forms"][key], data["table3"], data["table4"]
    rows = tuple(leaves(table3["rows"], key))
    keys = tuple(row for row, _ in rows)
    letters = dict.fromkeys(letter for _, letter in rows if letter)
    return Form(
        key=key,
        basis=about["basis"],
        first_year=about["first_year"],
        last_year=about["last_year"],
        headings=tuple(data["headings"]),
        tables=(build_table2(data["table2"][key]), build_table3(table3, key), build_table4(table4)),
        rows=keys,
        results=keys[keys.index("granted") : keys.index("sum")],
        groups={letter: tuple(row for row, of in rows if of == letter) for letter in letters},
        columns=tuple(name for name, _ in table3["columns"]),
        suits=tuple(part["key"] for group in table4["groups"] for part in group.get("groups", [group])),
        outcomes=tuple(name for name, _ in table4["results"]),
    )
