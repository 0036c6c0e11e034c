"""The figures of a report that no sum can count: why not, and what the report's own totals say that they would be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from gipdocs.reports.arithmetic import identities
from gipdocs.reports.checks.sums import is_misprint
from gipdocs.reports.expressions import Number
from gipdocs.reports.forms import Form, figures, load_forms
from gipdocs.reports.grids import TABLE_NAMES
from gipdocs.reports.record import Record, blank, figures_of, group_paths, number
from gipdocs.writing import quote

AMOUNT = "table2.procurement.amount"
OTHERS = "table3.other."
"""The row of the older form in place of three."""
Cause = Literal["form", "extra", "unread", "misprint", "blank", "unit"]
CAUSES: Mapping[Cause, str] = {
    "form": "报告用的是另一年度的格式，没有这一行、列",
    "extra": "本年度的格式没有这一行、列",
    "unread": "来源中看不清",
    "misprint": "印的不是数",
    "blank": "空白",
    "unit": "没有写明是元还是万元",
}
"""Why a figure is not counted."""


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A figure of a body that is in no sum, or all of its report if `path` is empty, and why in Chinese.

    `path` may be that of a row or of a table whose figures are all left out; `implied` is what they must add up to by
    the report's own totals, None if these don't say.
    """

    body: str
    path: str
    reason: str
    implied: Number | None = None

    @property
    def place(self) -> str:
        """Where it stands, in a clerk's words; "" for the whole report."""
        return name_place(self.path)

    @property
    def harmless(self) -> bool:
        """Whether the sum is the same without it."""
        return self.implied == 0

    def as_json(self) -> dict[str, Any]:
        """What was left out as the API prints it."""
        plain = {"body": self.body, "path": self.path, "place": self.place, "reason": self.reason}
        return {**plain, "implied": number(self.implied)}


def name_place(path: str) -> str:
    """The place of a cell, a row or a table by its path, in a clerk's words."""
    known = figures()
    if path in known or not path:
        return known[path].place if path else ""
    table = TABLE_NAMES[path.split(".")[0]]
    inside = next((figure for one, figure in known.items() if one.startswith(f"{path}.")), None)
    return f"{table}{quote(inside.row_label)}" if inside and "." in path else table


def wanted_parts(form: Form) -> tuple[str, ...]:
    """The figures of a form that are not totals of others."""
    return tuple(path for path in figures_of(form.key, form.key) if path not in totals_of(form))


@cache
def _totals(key: str) -> frozenset[str]:
    return frozenset(identity.total for identity in identities(blank(load_forms()[key])))


def totals_of(form: Form) -> frozenset[str]:
    """The figures of a form that are totals of others."""
    return _totals(form.key)


def value_of(record: Record, path: str) -> Number | None:
    """A figure that can be counted; None if it can't."""
    if path not in record.cells and path.split(".")[1] in _other_rows():
        column = path.rpartition(".")[2]
        return 0 if record.cells.get(OTHERS + column) == 0 else None
    return None if cause_of(record, path) else record.cells[path]


def cause_of(record: Record, path: str) -> Cause | None:
    """Why a figure of a report can't be counted; None if it can."""
    if path not in record.cells:
        return "form"
    value, printed = record.cells[path], record.raw.get(path)
    if printed is not None and is_misprint(printed, value):
        return "misprint"
    if value is None:
        return "unread" if path in record.hidden else "blank"
    return "unit" if path == AMOUNT and value and record.amount_unit is None else None


def find_gaps(body: str, record: Record, form: Form) -> Iterator[LeftOut]:
    """What a report has to leave out of a sum in this form: cells, or rows and tables if none of theirs can be counted."""
    wanted = wanted_parts(form)
    causes = {path: cause_of(record, path) for path in wanted if value_of(record, path) is None}
    for cause in CAUSES:
        paths = [path for path, found in causes.items() if found == cause]
        for path in group_paths(paths, wanted):
            yield _left_out(body, path, cause, record)
    extra = [path for path, value in record.cells.items() if path not in figures_of(form.key, form.key) and value]
    rows = dict.fromkeys(path.rpartition(".")[0] for path in extra)
    yield from (_left_out(body, path, "extra", record) for path in rows)


def _left_out(body: str, path: str, cause: Cause, record: Record) -> LeftOut:
    implied = record.cells.get(f"{path}.total") if cause == "extra" else _implied_by_total(path, record)
    printed = f"，印为{quote(record.raw[path])}" if cause == "misprint" and path in record.raw else ""
    return LeftOut(body=body, path=path, reason=CAUSES[cause] + printed, implied=implied)


def _inside(path: str, record: Record) -> frozenset[str]:
    """The figures under a path that are not totals."""
    totals = totals_of(record.row_form) | totals_of(record.form)
    return frozenset(one for one in record.cells if one not in totals and (one == path or one.startswith(f"{path}.")))


def _implied_by_total(path: str, record: Record) -> Number | None:
    """What the figures under a path add up to; of a row whose total is unknown too, by the totals of the others."""
    implied, total = imply(record, _inside(path, record)), f"{path}.total"
    if implied is None and total in record.cells and cause_of(record, total):
        return imply(record, frozenset((total,)))
    return implied


def imply(record: Record, paths: frozenset[str]) -> Number | None:
    """What some unknown figures must add up to by the report's own totals; None if nothing or no single number follows."""
    found = set(_implied(record, paths)) if paths else set()
    value = found.pop() if len(found) == 1 else None
    return value if value is not None and value >= 0 else None


def _implied(record: Record, paths: frozenset[str]) -> Iterator[Number]:
    for identity in identities(record):
        for side, other in ((identity.left, identity.right), (identity.right, identity.left)):
            unknown = {path for path in (*side, *other) if cause_of(record, path)}
            if unknown == paths and paths <= set(side):
                yield _known(record, other) - _known(record, [path for path in side if path not in paths])


def _known(record: Record, paths: Iterable[str]) -> Number:
    return sum(record.cells[path] or 0 for path in paths)


@cache
def _other_rows() -> frozenset[str]:
    """The rows of the later form in place of which the older has one."""
    return frozenset(row for form in load_forms().values() for row in form.groups["O"]) - {"other"}
