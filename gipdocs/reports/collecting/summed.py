"""The sum of many reports, with all that has to be known about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gipdocs.findings import Finding
from gipdocs.reports.collecting.addition import Contribution
from gipdocs.reports.collecting.balances import OpenColumn, TotalOfTotals, Unbalanced
from gipdocs.reports.collecting.copying import Likeness
from gipdocs.reports.collecting.corrections import Correction
from gipdocs.reports.collecting.gaps import LeftOut
from gipdocs.reports.collecting.repetition import Repetition
from gipdocs.reports.collecting.submissions import Submission
from gipdocs.reports.record import Record, number


@dataclass(frozen=True, kw_only=True)
class SummedReport:
    """The sum: its record, what each figure is made of by path, what was left out, and what was changed by hand.

    The parts of a total are the totals that the bodies have printed; the total is reckoned anew, and `differing` has
    those for which this makes a difference, `unbalanced` the bodies because of which, and `open_columns` the columns in which
    the sum itself doesn't balance. `fees` has what the 信息处理费 is made of. `counted` are the files that are in the sum.
    """

    record: Record
    parts: Mapping[str, tuple[Contribution, ...]]
    left_out: tuple[LeftOut, ...] = ()
    corrections: tuple[Correction, ...] = ()
    fees: Mapping[str, tuple[Contribution, ...]] = field(default_factory=dict)
    counted: tuple[Submission, ...] = ()
    repeated: tuple[Repetition, ...] = ()
    unbalanced: tuple[Unbalanced, ...] = ()
    differing: tuple[TotalOfTotals, ...] = ()
    open_columns: tuple[OpenColumn, ...] = ()
    likenesses: tuple[Likeness, ...] = ()
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The sum as the API prints it."""
        return {
            "record": self.record.as_json(),
            "counted": [{"body": one.label, "file": one.name} for one in self.counted],
            "parts": _parts({**self.parts, **{f"processing_fee.{key}": made for key, made in self.fees.items()}}),
            **{key: [one.as_json() for one in getattr(self, key)] for key in LISTS},
        }


LISTS = (*("left_out", "corrections", "repeated", "unbalanced", "likenesses", "findings"),)
"""The lists of a sum, as the API names them."""


def _parts(parts: Mapping[str, Sequence[Contribution]]) -> dict[str, Any]:
    return {path: [{"body": one.body, "value": number(one.value)} for one in made] for path, made in parts.items()}
