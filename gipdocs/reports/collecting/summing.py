"""The sum of many reports: a record of its own, each figure of which opens the parts that it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gipdocs.reports.arithmetic import compute_totals, identities
from gipdocs.reports.collecting.submissions import Collection, Submission
from gipdocs.reports.expressions import Number
from gipdocs.reports.forms import form_for
from gipdocs.reports.record import Record, blank, number


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """What one body adds to a figure; None if its report doesn't give it, and so adds nothing."""

    body: str
    value: Number | None


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A figure of a body that is in no sum, or all of its report if `path` is empty, and why in Chinese."""

    body: str
    path: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A figure of the sum that a clerk has changed by hand: what it was, what it is, and why."""

    path: str
    computed: Number | None
    given: Number
    reason: str


@dataclass(frozen=True, kw_only=True)
class SummedReport:
    """The sum: its record, what each figure is made of by path, what was left out, and what was changed by hand."""

    record: Record
    parts: Mapping[str, tuple[Contribution, ...]]
    left_out: tuple[LeftOut, ...] = ()
    corrections: tuple[Correction, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The sum as the API prints it."""
        return {
            "record": self.record.as_json(),
            "parts": {
                path: [{"body": one.body, "value": number(one.value)} for one in made]
                for path, made in self.parts.items()
            },
            "left_out": [vars(one) for one in self.left_out],
            "corrections": [
                {**vars(one), "computed": number(one.computed), "given": number(one.given)} for one in self.corrections
            ],
        }


def sum_up(collection: Collection, *, agency: str, corrections: Sequence[Correction] = ()) -> SummedReport:
    """Add up the reports of a collection, figure by figure, as the report of `agency`; totals are reckoned anew."""
    form = form_for(collection.year)
    counted = [
        one for one in collection.submissions if one.record and one.record.format == one.record.form_rows == form.key
    ]
    record = replace(blank(form), year=collection.year, agency=agency)
    parts = {path: tuple(_part(one, path) for one in counted) for path in record.figures}
    totals = {identity.total for identity in identities(record)}
    sums = {
        path: sum(values) if (values := [one.value for one in made if one.value is not None]) else None
        for path, made in parts.items()
        if path not in totals
    }
    record = record.with_cells(sums)
    record = record.with_cells(compute_totals(record))
    record = record.with_cells({one.path: one.given for one in corrections})
    return SummedReport(record=record, parts=parts, corrections=tuple(corrections))


def _part(sent: Submission, path: str) -> Contribution:
    assert sent.record is not None
    return Contribution(body=sent.body or sent.name, value=sent.record.cells.get(path))
