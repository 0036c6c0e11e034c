"""Figures of a sum that a clerk changes by hand, each with the reason, so that whoever reads the sum can see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gipdocs.errors import Fault, InvalidInput
from gipdocs.reports.collecting.addition import reckon_totals
from gipdocs.reports.collecting.gaps import totals_of
from gipdocs.reports.expressions import Number
from gipdocs.reports.forms import figures
from gipdocs.reports.record import Record, number


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A figure of the sum that a clerk has changed by hand: what it was, what it is, and why.

    `expected` is what the sum was when the clerk changed it, None if that isn't known.
    """

    path: str
    computed: Number | None = None
    given: Number
    reason: str
    expected: Number | None = None

    @property
    def stale(self) -> bool:
        """Whether the sum has become another since it was changed by hand."""
        return self.expected is not None and self.expected != self.computed

    @property
    def sentence(self) -> str:
        """The change in Chinese."""
        return f"{figures()[self.path].place}{self.remark.rstrip('。')}。"

    @property
    def remark(self) -> str:
        """The change in Chinese, where the figure itself is beside it."""
        before = "没有数字" if self.computed is None else f"为{self.computed}"
        return f"汇总{before}，人工更正为{self.given}：{self.reason}"

    def as_json(self) -> dict[str, Any]:
        """The change as the API prints it."""
        return {
            "path": self.path,
            "place": figures()[self.path].place,
            "computed": number(self.computed),
            "given": number(self.given),
            "reason": self.reason,
        }


def correct(record: Record, corrections: Sequence[Correction]) -> tuple[Record, tuple[Correction, ...]]:
    """The record with figures changed by hand, and the changes with what was there; totals follow, unless changed themselves.

    A correction's `computed`, if it has one, is taken as what the clerk saw. InvalidInput for a figure that the form
    doesn't have, a second change of one figure, a number that can't stand there and a reason that says nothing.
    """
    if faults := [*_wrong(record, corrections)]:
        raise InvalidInput(faults)
    parts = {one.path: one.given for one in corrections if one.path not in totals_of(record.form)}
    followed = _follow(record, parts)
    done = tuple(
        replace(one, computed=(record if one.path in parts else followed).cells[one.path], expected=one.computed)
        for one in corrections
    )
    return followed.with_cells({one.path: one.given for one in corrections}), done


def _follow(record: Record, parts: dict[str, Number]) -> Record:
    """The record with some figures changed, and with every total that these are a part of reckoned anew."""
    if not parts:
        return record
    return reckon_totals(record.with_cells(dict(parts)))


def _wrong(record: Record, corrections: Sequence[Correction]) -> Iterator[Fault]:
    seen = set()
    for i, one in enumerate(corrections):
        figure = record.figures.get(one.path)
        if figure is None:
            yield Fault(
                f"/corrections/{i}/path", "no-such-cell", "本年度的格式里没有要更正的单元格，例如table3.granted.total。"
            )
            continue
        if one.path in seen:
            yield Fault(f"/corrections/{i}/path", "repeated", f"{figure.place}更正了两次，请合并为一次。")
        seen.add(one.path)
        whole = one.given == int(one.given)
        if (one.given < 0 and figure.kind != "signed") or not (whole or figure.kind == "money"):
            wanted = {"money": "不小于0的数", "signed": "整数", "count": "不小于0的整数"}[figure.kind]
            yield Fault(f"/corrections/{i}/given", "range", f"{figure.place}应为{wanted}。")
        if not one.reason.strip():
            yield Fault(f"/corrections/{i}/reason", "required", f"更正{figure.place}，请写明理由。")
