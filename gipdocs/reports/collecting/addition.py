"""Adds up reports figure by figure, exactly, and keeps what each figure is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from gipdocs.reports.arithmetic import compute_totals
from gipdocs.reports.collecting.gaps import AMOUNT, LeftOut, find_gaps, totals_of, value_of
from gipdocs.reports.expressions import Number
from gipdocs.reports.forms import form_for
from gipdocs.reports.record import ProcessingFee, Record, blank, figures_of

WAN = 10_000
"""So many yuan are 1 万元."""
Named = tuple[str, Record]
"""A body's name, and its report."""
FEES = ("yuan", "cases")
"""The two figures of the 信息处理费."""


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """What one body adds to a figure; None if its report doesn't give it, and so adds nothing."""

    body: str
    value: Number | None


@dataclass(frozen=True, kw_only=True)
class Addition:
    """A record in the year's form whose figures are sums, what each is made of by path, and what was left out.

    `fees` has what the 信息处理费 is made of, by `yuan` and `cases`. The parts of a total are the totals as printed; the
    total itself is reckoned anew from the figures of the sum.
    """

    record: Record
    parts: Mapping[str, tuple[Contribution, ...]]
    fees: Mapping[str, tuple[Contribution, ...]]
    left_out: tuple[LeftOut, ...]


def add(reports: Sequence[Named], *, year: int, agency: str) -> Addition:
    """The sum of the reports of some bodies, as the report of `agency`; a figure that no report gives is blank."""
    form = form_for(year)
    unit = _common_unit(record for _, record in reports)
    parts = {
        path: tuple(Contribution(body=body, value=_counted(record, path, unit)) for body, record in reports)
        for path in figures_of(form.key, form.key)
    }
    fees = {key: tuple(Contribution(body=body, value=_fee(record, key)) for body, record in reports) for key in FEES}
    sums = {path: total(made) for path, made in parts.items() if path not in totals_of(form)}
    record = replace(blank(form), year=year, agency=agency, amount_unit=unit, processing_fee=_fee_of_all(fees))
    record = record.with_cells(sums)
    return Addition(
        record=reckon_totals(record),
        parts=parts,
        fees=fees,
        left_out=tuple(gap for body, record in reports for gap in find_gaps(body, record, form)),
    )


def total(made: Iterable[Contribution]) -> Number | None:
    """The parts of a figure added up; None if no body gives it."""
    values = [one.value for one in made if one.value is not None]
    return sum(values) if values else None


def reckon_totals(record: Record) -> Record:
    """The record with all its totals reckoned from their parts, whatever they were."""
    emptied = record.with_cells(dict.fromkeys(totals_of(record.form)))
    return emptied.with_cells(compute_totals(emptied))


def _common_unit(records: Iterable[Record]) -> str | None:
    """The unit of the amount of procurement: yuan, which holds every amount exactly, if the reports don't agree."""
    units = {record.amount_unit for record in records if record.cells.get(AMOUNT) and record.amount_unit}
    return units.pop() if len(units) == 1 else "元" if units else None


def _counted(record: Record, path: str, unit: str | None) -> Number | None:
    value = value_of(record, path)
    if path != AMOUNT or value is None or record.amount_unit in (unit, None):
        return value
    return _whole(Decimal(value) * WAN)


def _whole(value: Decimal) -> Number:
    return int(value) if value == value.to_integral_value() else value


def _fee(record: Record, key: str) -> Number | None:
    """One of the two figures; nobody paid where nothing was charged."""
    fee = record.processing_fee
    if fee is None:
        return None
    value: Number | None = getattr(fee, key)
    return 0 if value is None and fee.yuan == 0 else value


def _fee_of_all(fees: Mapping[str, Sequence[Contribution]]) -> ProcessingFee | None:
    """The fee of all bodies, each of its figures only if every body has reported it; None if that holds for neither."""
    known = {key: total(made) for key, made in fees.items() if all(one.value is not None for one in made)}
    yuan, cases = known.get("yuan"), known.get("cases")
    if yuan is None and cases is None:
        return None
    return ProcessingFee(yuan=yuan, cases=None if cases is None else int(cases))
