"""The sums that a report's tables must satisfy, and the totals that follow from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gipdocs.reports.expressions import Number
from gipdocs.reports.record import Record


@dataclass(frozen=True, kw_only=True)
class Identity:
    """One sum: the figures `left` added up must equal the figures `right` added up.

    `total` is the figure that the sum defines; for the form's own identity it is （七）总计, without which the sum
    cannot be checked. `rule` is the rule's id, `line` the row or column that it is about.
    """

    rule: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    total: str
    line: str


def identities(record: Record) -> Iterator[Identity]:
    """Every sum of tables 3 and 4: rows, columns, the form's identity, the groups of table 4."""
    yield from _rows(record)
    yield from _columns(record)
    for suit in record.form.suits:
        *parts, total = (f"table4.{suit}.{outcome}" for outcome in record.form.outcomes)
        yield Identity(rule="T4-SUM", left=tuple(parts), right=(total,), total=total, line=suit)


def compute_totals(record: Record) -> dict[str, Number]:
    """The blank totals that can be computed, by path: those of which at least one part is not blank.

    A blank part counts as 0 but stays blank. A total is not computed if one of its parts could not be read.
    """
    cells = dict(record.cells)
    found: dict[str, Number] = {}
    for identity in [*_rows(record), *_columns(record), *identities(record)]:
        if identity.rule == "T3-COL" or cells[identity.total] is not None or identity.total in record.unread:
            continue
        value = _sum(cells, identity.left)
        if value is not None and not record.unread.intersection(identity.left):
            found[identity.total] = cells[identity.total] = value
    return found


def _rows(record: Record) -> Iterator[Identity]:
    form = record.row_form
    for row in form.rows:
        *parts, total = (f"table3.{row}.{column}" for column in form.columns)
        yield Identity(rule="T3-ROW", left=tuple(parts), right=(total,), total=total, line=row)


def _columns(record: Record) -> Iterator[Identity]:
    form = record.row_form
    for column in form.columns:
        total = f"table3.sum.{column}"
        results = tuple(f"table3.{row}.{column}" for row in form.results)
        yield Identity(rule="T3-SUM", left=results, right=(total,), total=total, line=column)
        received = (f"table3.new.{column}", f"table3.carried_in.{column}")
        handled = (total, f"table3.carried_out.{column}")
        yield Identity(rule="T3-COL", left=received, right=handled, total=total, line=column)


def _sum(cells: Mapping[str, Number | None], paths: tuple[str, ...]) -> Number | None:
    values = [value for path in paths if (value := cells[path]) is not None]
    return sum(values, 0) if values else None
