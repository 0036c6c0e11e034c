"""A figure beside that of the year before: what it changed by, and how that is said."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal

from gipdocs.reports.expressions import Number
from gipdocs.reports.record import Record
from gipdocs.reports.shapes import AMOUNT
from gipdocs.writing import plain_number

NO_CHANGE = "—"
NEW = "新增"
WIDE = Context(prec=80, rounding=ROUND_HALF_UP)
"""More digits than two figures and their quotient have before the decimal that is shown."""
TENTH = Decimal("0.1")
UNITS = {"元": Decimal(1), "万元": Decimal(10_000)}
"""What the units of an amount are worth in 元."""


def percent_of(before: Number | None, now: Number | None) -> Decimal | None:
    """The change in per cent to one decimal, a half upwards; None without a figure above 0 in the year before."""
    if before is None or now is None or before <= 0:
        return None
    change = WIDE.divide(WIDE.multiply(Decimal(now - before), Decimal(100)), Decimal(before))
    return WIDE.quantize(change, TENTH)


def say_percent(before: Number | None, now: Number | None) -> str:
    """The change as a table says it: +12.5%, 新增 if there was nothing before, — if there is nothing to say."""
    percent = percent_of(before, now)
    if percent is None:
        return NEW if before == 0 and now is not None and now > 0 else NO_CHANGE
    return f"{percent:+}%" if percent else "0.0%"


def say_difference(before: Number | None, now: Number | None) -> str:
    """The difference with its sign; — if one of the figures is missing."""
    if before is None or now is None:
        return NO_CHANGE
    difference = now - before
    return f"{'+' if difference > 0 else ''}{plain_number(difference)}"


def say_ratio(before: Number, now: Number) -> str:
    """How many times as great a figure is, or what part of the other it is; both are above 0."""
    if now > before:
        return f"是上年的{Decimal(now) / Decimal(before):.1f}倍"
    return f"只有上年的{Decimal(now) / Decimal(before):.2%}"


def amount_before(record: Record, previous: Record) -> Number | None:
    """Last year's 采购总金额 in this year's unit; None if it is blank, or if only one of the units is known."""
    then = previous.cells[AMOUNT]
    if not then or record.amount_unit == previous.amount_unit:
        return then
    here, there = (UNITS.get(one.amount_unit or "") for one in (record, previous))
    if here is None or there is None:
        return None
    value = Decimal(then) * there / here
    return int(value) if value == value.to_integral_value() else value
