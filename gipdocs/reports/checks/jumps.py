"""Figures that changed by more than chance explains, each kind of row by its own measure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gipdocs.reports.changes import say_ratio
from gipdocs.reports.expressions import Number
from gipdocs.reports.record import Record
from gipdocs.reports.rules import Test, breach


@dataclass(frozen=True, kw_only=True)
class Threshold:
    """How much a figure may change unasked: it is asked about from `factor` and `least` on, if both are reached.

    `factor` is that between the two years, `least` the difference between them. `share` is the part of all results of
    the year that the difference must also reach.
    """

    factor: int
    least: int
    share: Decimal = Decimal(0)

    def is_reached(self, now: Number, then: Number, whole: Number = 0) -> bool:
        """Whether two figures differ by so much; a figure after none, or none after a figure, differs by any factor."""
        less, more = sorted((now, then))
        gap = more - less
        return more >= self.factor * less and gap >= self.least and gap >= self.share * whole


DECISIONS = Threshold(factor=2, least=100)
"""Permits, penalties and the like: mass business, which changes slowly; doubled or halved, and by a hundred."""
MONEY = Threshold(factor=2, least=10)
"""Fees in 万元: doubled or halved, and by 100,000 yuan."""
FILES = Threshold(factor=3, least=20)
"""Documents issued or repealed in a year: they come in waves, a clean-up every few years."""
APPLICATIONS = Threshold(factor=2, least=20, share=Decimal("0.05"))
"""Rows of table 3: few cases fluctuate by chance, and a row is worth a question if it moves a twentieth of all results."""
SUITS = Threshold(factor=2, least=10)
"""Reconsiderations and suits in all; how they ended is not in the agency's hand."""
FIELDS = {
    "decisions": DECISIONS,
    "amount_wan": MONEY,
    **dict.fromkeys(("issued", "repealed", "made", "disclosed", "projects"), FILES),
}
"""The measures of table 2, by field; what is in force follows from the rest, and what is bought differs every year."""
FOLLOWS = frozenset(("carried_in", "sum"))
"""Rows of table 3 that others decide."""


def check_jumps(record: Record, previous: Record) -> Iterator[Test]:
    """A note on each figure that changed by more than its kind of row usually does; table 2 only in the same form."""
    for path, measure in _measured(record):
        if path.startswith("table2.") and record.format != previous.format:
            continue
        now, then = record.cells[path], previous.cells.get(path)
        whole = _whole(record, previous) if measure.share else 0
        if now is not None and then is not None and measure.is_reached(now, then, whole):
            yield _jump(record, path, now, then)


def _measured(record: Record) -> Iterator[tuple[str, Threshold]]:
    """The figures that have a measure: those of table 2 by their field, the totals of tables 3 and 4."""
    for path in record.figures:
        table, row, field = path.split(".")
        if table == "table2" and field in FIELDS:
            yield path, FIELDS[field]
        elif table == "table3" and field == "total" and row not in FOLLOWS:
            yield path, APPLICATIONS
        elif table == "table4" and field == "total":
            yield path, SUITS


def _whole(record: Record, previous: Record) -> Number:
    """All results of the year in which there were more."""
    return max(one.cells["table3.sum.total"] or 0 for one in (record, previous))


def _jump(record: Record, path: str, now: Number, then: Number) -> Test:
    figure = record.figures[path]
    explained = record.remarked(path.rpartition(".")[0] + ".")
    cure = f"已注明原因：{explained}" if explained else "请核对有没有漏填、错行；确有原因的，请在文中说明或者加注。"
    ratio = f"，{say_ratio(then, now)}" if now > 0 and then > 0 else ""
    words = f"{figure.place}为{now}，上年为{then}{ratio}。{cure}"
    return breach("XY-JUMP", words, figure.pointer, place=figure.place, numbers=(now, then))
