"""The labels of both official forms, for recognising their rows and columns in what is printed."""

from __future__ import annotations

from functools import cache

from gipdocs.reports.forms import figures, load_forms
from gipdocs.reports.reading.rows import bare


@cache
def every_label() -> frozenset[str]:
    """Every label of either form, bare."""
    tables = [table for form in load_forms().values() for table in form.tables]
    return frozenset(bare(cell.text) for table in tables for row in table.rows for cell in row if cell.text)


@cache
def labels_of_rows() -> frozenset[str]:
    """The labels of the rows that have figures, bare."""
    return frozenset(bare(figure.row_label.rpartition("—")[2]) for figure in figures().values())
