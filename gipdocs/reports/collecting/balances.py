"""The sums that don't hold in single reports, and what they make of the sum of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gipdocs.reports.arithmetic import Identity, identities
from gipdocs.reports.collecting.addition import Addition, Contribution, Named, total
from gipdocs.reports.collecting.gaps import cause_of, totals_of
from gipdocs.reports.expressions import Number
from gipdocs.reports.forms import figures
from gipdocs.reports.record import Record, number

COLUMN = "T3-COL"
"""The rule of the form's own identity: what was received in a column of table 3 is handled or left."""


def say_column(received: Number, settled: Number) -> str:
    """Both sides of that identity, in the words of the form."""
    return f"第一项加第二项为{received}，第三项（七）加第四项为{settled}"


@dataclass(frozen=True, kw_only=True)
class Unbalanced:
    """A total of a body's report that isn't the sum of its parts: what is printed, and what the parts add up to.

    Of the form's own identity (rule T3-COL), `computed` is what was received, `printed` what was handled or is left.
    """

    body: str
    path: str
    rule: str
    printed: Number
    computed: Number
    parts: tuple[str, ...] = ()
    """The paths of the figures that should add up to the total."""

    @property
    def difference(self) -> Number:
        """What is printed less what the parts add up to."""
        return self.printed - self.computed

    @property
    def place(self) -> str:
        """Where the total stands, in a clerk's words."""
        figure = figures()[self.path]
        return f"表三“{figure.column_label}”一列" if self.rule == COLUMN else figure.place

    @property
    def sentence(self) -> str:
        """What doesn't hold, in a clerk's words."""
        apart = f"多{self.difference}" if self.difference > 0 else f"少{-self.difference}"
        if self.rule == COLUMN:
            return f"{self.place}{say_column(self.computed, self.printed)}，后者{apart}"
        return f"{self.place}印为{self.printed}，应为{self.computed}，{apart}"

    def as_json(self) -> dict[str, Any]:
        """The total as the API prints it."""
        numbers = {key: number(getattr(self, key)) for key in ("printed", "computed", "difference")}
        return {"body": self.body, "path": self.path, "place": self.place, "rule": self.rule, **numbers}


@dataclass(frozen=True, kw_only=True)
class TotalOfTotals:
    """A total of the sum for which the printed totals of the bodies add up to another number than their parts."""

    path: str
    printed: Number
    computed: Number

    def as_json(self) -> dict[str, Any]:
        """Both numbers as the API prints them."""
        return {"path": self.path, "printed": number(self.printed), "computed": number(self.computed)}


@dataclass(frozen=True, kw_only=True)
class OpenColumn:
    """A column of table 3 in which the sum has received another number than it has handled or has left.

    `bodies` are those whose own figures are to blame, each with what it has received too many of, or too few (below 0).
    """

    path: str
    received: Number
    settled: Number
    bodies: tuple[Contribution, ...]

    def as_json(self) -> dict[str, Any]:
        """The column as the API prints it."""
        numbers = {"received": number(self.received), "settled": number(self.settled)}
        bodies = [{"body": one.body, "value": number(one.value)} for one in self.bodies]
        return {"path": self.path, **numbers, "bodies": bodies}


def find_open_columns(added: Addition, record: Record) -> Iterator[OpenColumn]:
    """The columns of the sum, as it is after corrections, for which the form's own identity doesn't hold."""
    for identity in identities(record):
        if identity.rule != COLUMN or any(record.cells[path] is None for path in (*identity.left, *identity.right)):
            continue
        received, settled = (sum(record.cells[path] or 0 for path in side) for side in (identity.left, identity.right))
        if received != settled:
            bodies = tuple(one for one in _blame(added, identity) if one.value)
            yield OpenColumn(path=identity.total, received=received, settled=settled, bodies=bodies)


def _blame(added: Addition, identity: Identity) -> Iterator[Contribution]:
    """What each body has received more than it has handled or has left, by its figures without the printed totals."""
    column = identity.line
    results = [f"table3.{row}.{column}" for row in added.record.row_form.results]
    settled = [*results, *(path for path in identity.right if path != identity.total)]
    for i, one in enumerate(added.parts[identity.total]):
        here, there = (sum(_parts_of(added, path, i) for path in side) for side in (identity.left, settled))
        yield Contribution(body=one.body, value=here - there)


def _parts_of(added: Addition, path: str, i: int) -> Number:
    """What a body adds to a figure; to the total of a row what it adds to the six applicants."""
    row, _, column = path.rpartition(".")
    form = added.record.row_form
    paths = [f"{row}.{one}" for one in form.applicants] if column == form.columns[-1] else [path]
    return sum(added.parts[one][i].value or 0 for one in paths)


def find_unbalanced(reports: Iterable[Named]) -> Iterator[Unbalanced]:
    """Every sum that doesn't hold in a report, in the order of the reports; those with unknown figures are left out."""
    for body, record in reports:
        for identity in identities(record):
            if not any(cause_of(record, path) for path in (*identity.left, *identity.right)):
                yield from _compared(body, record, identity)


def _compared(body: str, record: Record, identity: Identity) -> Iterator[Unbalanced]:
    left, right = (sum(record.cells[path] or 0 for path in side) for side in (identity.left, identity.right))
    if left != right:
        yield Unbalanced(
            body=body, path=identity.total, rule=identity.rule, printed=right, computed=left, parts=tuple(identity.left)
        )


def compare_totals(added: Addition) -> Iterator[TotalOfTotals]:
    """The totals for which adding up what the bodies have printed leads elsewhere than reckoning them anew.

    A total that not every body has printed is not compared.
    """
    for path, made in added.parts.items():
        if path in totals_of(added.record.form) and all(one.value is not None for one in made):
            printed, computed = total(made), added.record.cells[path]
            if printed is not None and computed is not None and printed != computed:
                yield TotalOfTotals(path=path, printed=printed, computed=computed)
