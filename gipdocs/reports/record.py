"""The record of one annual report: every figure, the narrative, and the numbers that the narrative claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from types import MappingProxyType
from typing import Any

from gipdocs.reports.expressions import Expression, Number, Worth, evaluate
from gipdocs.reports.forms import Form, load_forms
from gipdocs.reports.grids import Figure, FormTable

SCHEMA = "gipdocs-annual-report/1"


@dataclass(frozen=True, kw_only=True)
class Item:
    """A heading with the text under it; `text` has one paragraph a line.

    If the text begins with its `head`, it is printed unchanged: the number is part of the first paragraph.
    """

    head: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Section:
    """One of the parts 一 to 六, with the key of its table if it has one."""

    no: int
    heading: str
    items: tuple[Item, ...] = ()
    table: str | None = None


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A number in the narrative; `compare` is the value it must equal, None if no table confirms it."""

    key: str
    value: Number | None
    quote: str = ""
    where: str = ""
    compare: Expression | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class ProcessingFee:
    """The 信息处理费 of the year: yuan and cases, as part six reports them."""

    yuan: Number | None = None
    cases: int | None = None
    quote: str | None = None


NOTHING = frozenset(("", "/", "／", "-", "－", "—", "——", "–", "\\", "无", "空"))
"""The signs that agencies print for 0 or for a number that does not apply."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """One report.

    `format` is the form of table 2, `form_rows` that of table 3. `cells` has every figure of these tables by path; None
    is a blank, unless the path is in `hidden`: then the source could not be read. `remarks` are printed beside a figure,
    `raw` is what was printed in place of a plain number. `described` is kept and never judged.
    """

    year: int
    format: str
    form_rows: str
    cells: Mapping[str, Number | None]
    amount_unit: str | None = None
    hidden: frozenset[str] = frozenset()
    not_visible: tuple[str, ...] = ()
    remarks: Mapping[str, str] = field(default_factory=dict)
    raw: Mapping[str, str] = field(default_factory=dict)
    agency: str | None = None
    agency_kind: str | None = None
    level: str | None = None
    title: str | None = None
    preamble: str | None = None
    sections: tuple[Section, ...] = ()
    claims: tuple[Claim, ...] = ()
    processing_fee: ProcessingFee | None = None
    signature: str | None = None
    date: date | None = None
    attachments: tuple[str, ...] = ()
    previous: Record | None = None
    described: Mapping[str, Any] = field(default_factory=dict)

    @property
    def form(self) -> Form:
        """The form of table 2, of the headings and of table 4."""
        return load_forms()[self.format]

    @property
    def row_form(self) -> Form:
        """The form whose rows table 3 has; it differs from `form` in a hybrid."""
        return load_forms()[self.form_rows]

    @property
    def tables(self) -> tuple[FormTable, FormTable, FormTable]:
        """Tables 2, 3 and 4 as this report prints them."""
        return _tables(self.format, self.form_rows)

    @property
    def figures(self) -> Mapping[str, Figure]:
        """Every figure that the tables ask for, by path, in printed order."""
        return figures_of(self.format, self.form_rows)

    def worth(self, expression: Expression) -> Worth:
        """The value of an expression in this report."""
        return evaluate(expression, self.cells, self.unread, self.row_form)

    def remarked(self, *prefixes: str) -> str:
        """The remarks printed beside the figures whose paths have these prefixes."""
        return "；".join(text for path, text in self.remarks.items() if path.startswith(prefixes))

    @cached_property
    def unread(self) -> frozenset[str]:
        """The paths of unknown figures: unreadable in the source, or not a plain number."""
        odd = {path for path, printed in self.raw.items() if printed.strip() not in NOTHING}
        return self.hidden.union(path for path, value in self.cells.items() if value is None and path in odd)

    @property
    def source_kind(self) -> str | None:
        """The kind of source of the record, if stated: docx, page, text …."""
        source = self.described.get("source")
        kind = source.get("kind") if isinstance(source, Mapping) else None
        return kind if isinstance(kind, str) else None

    def read_from(self, kind: str) -> Record:
        """The same report with the kind of source that it was read from."""
        return replace(self, described={**self.described, "source": {"kind": kind}})

    def with_cells(self, cells: Mapping[str, Number | None]) -> Record:
        """The same report with some figures changed."""
        return replace(self, cells={**self.cells, **cells})

    def as_json(self) -> dict[str, Any]:
        """The record as JSON data; `load` gives the same record back."""
        plain = {
            **self.described,
            "schema": SCHEMA,
            "year": self.year,
            "format": self.format,
            **{key: getattr(self, key) for key in ("agency", "agency_kind", "level", "title", "preamble", "signature")},
            "table2": self._table2(),
            "table3": self._table3(),
            "table4": _nested(self.cells, "table4"),
            "sections": [_section(section) for section in self.sections],
            "claims": [_claim(claim) for claim in self.claims],
            "processing_fee": _fee(self.processing_fee),
            "remarks": dict(self.remarks),
            "raw": dict(self.raw),
            "not_visible": list(self.not_visible),
            "attachments": list(self.attachments),
            "date": self.date and self.date.isoformat(),
        }
        return {**plain, "previous": self.previous.as_json()} if self.previous else plain

    def _table2(self) -> dict[str, Any]:
        table: dict[str, Any] = {"format": self.format, **_nested(self.cells, "table2")}
        if "procurement" in table:
            table["procurement"]["amount_unit"] = self.amount_unit
        return table

    def _table3(self) -> dict[str, Any]:
        form = self.row_form
        rows = {row: [number(self.cells[f"table3.{row}.{column}"]) for column in form.columns] for row in form.rows}
        return {"columns": list(form.columns), "form_rows": self.form_rows, "rows": rows}


@cache
def _tables(format: str, form_rows: str) -> tuple[FormTable, FormTable, FormTable]:
    form, row_form = load_forms()[format], load_forms()[form_rows]
    return form.table("table2"), row_form.table("table3"), form.table("table4")


@cache
def figures_of(format: str, form_rows: str) -> Mapping[str, Figure]:
    """Every figure by path, in printed order: tables 2 and 4 of one form, and table 3 with the rows of another."""
    tables = _tables(format, form_rows)
    return MappingProxyType({figure.path: figure for table in tables for figure in table.figures})


def blank(form: Form) -> Record:
    """A report in which nothing has been filled in."""
    cells = dict.fromkeys(figures_of(form.key, form.key))
    return Record(year=form.first_year, format=form.key, form_rows=form.key, cells=cells)


def plain_path(path: str) -> str:
    """The path of a cell without the word `rows` that the record's nesting has."""
    return path.replace("table3.rows.", "table3.")


def group_paths(paths: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Some of the wanted cells by their paths, whole rows and whole tables of them by their shorter path."""
    grouped: list[str] = []
    for level in (1, 2, 3):
        for path in paths:
            group = ".".join(path.split(".")[:level])
            inside = [one for one in wanted if one == group or one.startswith(f"{group}.")]
            if group not in grouped and not _covered(group, grouped) and set(inside) <= set(paths):
                grouped.append(group)
    return grouped


def _covered(path: str, paths: Sequence[str]) -> bool:
    return any(path.startswith(f"{one}.") for one in paths)


def number(value: Number | None) -> int | float | None:
    """A figure as JSON writes it."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def _nested(cells: Mapping[str, Number | None], table: str) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for path, value in cells.items():
        of, row, column = path.split(".")
        if of == table:
            nested.setdefault(row, {})[column] = number(value)
    return nested


def _section(section: Section) -> dict[str, Any]:
    items = [{"head": item.head, "text": item.text} for item in section.items]
    plain = {"no": section.no, "heading": section.heading, "items": items}
    return {**plain, "table": section.table} if section.table else plain


def _claim(claim: Claim) -> dict[str, Any]:
    plain = {
        "key": claim.key,
        "value": number(claim.value),
        "quote": claim.quote,
        "where": claim.where,
        "compare": claim.compare.text if claim.compare else None,
    }
    return plain if claim.note is None else {**plain, "note": claim.note}


def _fee(fee: ProcessingFee | None) -> dict[str, Any] | None:
    if fee is None:
        return None
    plain = {"yuan": number(fee.yuan), "cases": fee.cases, "quote": fee.quote}
    return {key: value for key, value in plain.items() if value is not None}
