"""The figures of a report that no sum can count: why not, and what the report's own totals say that they would be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from gipdocs.published.xlsx import WITHOUT_VALUE
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
Cause = Literal["form", "extra", "unread", "uncomputed", "misprint", "blank", "unit"]
CAUSES: Mapping[Cause, str] = {
    "form": "报告用的是另一年度的格式，没有这一行、列",
    "extra": "本年度的格式没有这一行、列",
    "unread": "来源中看不清",
    "uncomputed": "是公式，文件里没有算出的数",
    "misprint": "印的不是数",
    "blank": "空白",
    "unit": "没有写明是元还是万元",
}
"""Why a figure is not counted."""
OWN = "是汇总机关自己的报告；应当计入的，请把它列入应报送单位名单"
UNCHOSEN = "报送了不同的{count}份，没有选定用哪一份"
"""Why a whole report is not counted."""


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
        return "uncomputed" if printed == WITHOUT_VALUE else "misprint"
    if value is None:
        return "unread" if path in record.hidden else "blank"
    return "unit" if path == AMOUNT and value and record.amount_unit is None else None


def find_gaps(body: str, record: Record, form: Form) -> Iterator[LeftOut]:
    """What a report has to leave out of a sum in this form: cells, or rows and tables if none of theirs can be counted."""
    wanted, unknown = wanted_parts(form), unknown_figures(record)
    causes = {path: cause_of(record, path) for path in wanted if value_of(record, path) is None}
    for cause, words in CAUSES.items():
        paths = [path for path, found in causes.items() if found == cause]
        for path in _grouped(paths, wanted):
            printed = record.raw.get(path, "").strip()
            reason = f"{words}，印为{quote(printed)}" if printed and cause != "uncomputed" else words
            implied = _implied_by_totals(path, record, unknown)
            yield LeftOut(body=body, path=path, reason=reason, implied=implied)
    yield from _extra_rows(body, record, form)


def _grouped(paths: Sequence[str], wanted: Sequence[str]) -> Iterator[str]:
    """Cells, and rows and tables all of whose figures are among them; a row of one cell is that cell."""
    for group in group_paths(paths, wanted):
        inside = [path for path in paths if path.startswith(f"{group}.")]
        yield inside[0] if len(inside) == 1 else group


def _extra_rows(body: str, record: Record, form: Form) -> Iterator[LeftOut]:
    """The rows with figures above 0 that only the other form has; their totals say how much is in them."""
    known = figures_of(form.key, form.key)
    extra = [path for path, value in record.cells.items() if path not in known and value]
    for row in dict.fromkeys(path.rpartition(".")[0] for path in extra):
        yield LeftOut(body=body, path=row, reason=CAUSES["extra"], implied=record.cells.get(f"{row}.total"))


def unknown_figures(record: Record) -> frozenset[str]:
    """The figures of a report that can't be counted, totals included."""
    return frozenset(path for path in record.cells if cause_of(record, path))


def _implied_by_totals(path: str, record: Record, unknown: frozenset[str]) -> Number | None:
    """What the figures under a path add up to; of a row whose total is unknown too, by the totals of the others."""
    totals = totals_of(record.row_form) | totals_of(record.form)
    inside = frozenset(one for one in record.cells if one not in totals and (one == path or one.startswith(f"{path}.")))
    implied, total = imply(record, inside, unknown), f"{path}.total"
    return imply(record, frozenset((total,)), unknown) if implied is None and total in unknown else implied


def imply(record: Record, paths: frozenset[str], unknown: frozenset[str]) -> Number | None:
    """What some unknown figures must add up to by the report's own totals; None if nothing or no single number follows."""
    found = set(_implied(record, paths, unknown)) if paths else set()
    if len(found) == 1:
        value = found.pop()
        return value if value >= 0 else None
    if found or len(paths) < 2:
        return None
    each = [imply(record, frozenset((path,)), unknown) for path in sorted(paths)]
    known = [value for value in each if value is not None]
    return sum(known) if len(known) == len(each) else None


def _implied(record: Record, paths: frozenset[str], unknown: frozenset[str]) -> Iterator[Number]:
    """What follows from each sum; where nothing is left for several unknown figures, each of them is 0."""
    for identity in identities(record):
        for side, other in ((identity.left, identity.right), (identity.right, identity.left)):
            lacking = unknown.intersection((*side, *other))
            if paths <= lacking <= set(side):
                rest = _known(record, other) - _known(record, [path for path in side if path not in unknown])
                if lacking == paths or rest == 0:
                    yield rest


def _known(record: Record, paths: Iterable[str]) -> Number:
    return sum(record.cells[path] or 0 for path in paths)


@cache
def _other_rows() -> frozenset[str]:
    """The rows of the later form in place of which the older has one."""
    return frozenset(row for form in load_forms().values() for row in form.groups["O"]) - {"other"}
