"""Last year's figures beside this year's, as far as both forms ask for the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gipdocs.reports.changes import amount_before
from gipdocs.reports.expressions import Number
from gipdocs.reports.forms import figures as all_figures
from gipdocs.reports.grids import Figure
from gipdocs.reports.record import Record
from gipdocs.reports.shapes import AMOUNT
from gipdocs.writing import plain_number

OTHER = "table3.other."
TABLE_2 = (
    "两年的表二格式不同（2019年格式、2021年格式），“规章”“规范性文件”“行政事业性收费”等各栏含义不同，不能对照；"
    "只有“行政许可”“行政处罚”“行政强制”的处理决定数量可以对照，但不作提示：2019年格式的这一栏常被填成事项数。"
)
TABLE_3 = "2019年格式的表三“（六）其他处理”只有一行，与2021年格式这一项下三行之和对照，三行本身没有上年数。"


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """The figures to compare by path, in printed order, both years' values of each, and what can't be compared."""

    figures: Mapping[str, Figure]
    before: Mapping[str, Number | None]
    now: Mapping[str, Number | None]
    apart: tuple[str, ...]


def look_back(record: Record, previous: Record) -> Earlier:
    """Every figure of a report with last year's, None where that form or report has none."""
    paths = list(_paths(record, previous))
    before = {path: _value(previous, path) for path in paths}
    apart = list(_apart(record, previous))
    if AMOUNT in before and record.amount_unit != previous.amount_unit:
        before[AMOUNT] = amount_before(record, previous)
        apart += filter(None, [_say_amount(record, previous)])
    return Earlier(
        figures={path: all_figures()[path] for path in paths},
        before=before,
        now={path: _value(record, path) for path in paths},
        apart=tuple(apart),
    )


def _paths(record: Record, previous: Record) -> Iterator[str]:
    """The figures of the report; where only last year's form has （六） as one row, that row after its three."""
    last = f"table3.{record.row_form.groups['O'][-1]}.total"
    one_row = record.form_rows != previous.form_rows and len(record.row_form.groups["O"]) > 1
    for path in record.figures:
        yield path
        if one_row and path == last:
            yield from (f"{OTHER}{column}" for column in record.row_form.columns)


def _value(record: Record, path: str) -> Number | None:
    """A figure; that of （六） is the sum of its rows where the form has several, None if one of them could not be read."""
    if not path.startswith(OTHER) or path in record.cells:
        return record.cells.get(path)
    column = path.removeprefix(OTHER)
    parts = [f"table3.{row}.{column}" for row in record.row_form.groups["O"]]
    values = [value for part in parts if (value := record.cells[part]) is not None]
    return sum(values) if values and record.unread.isdisjoint(parts) else None


def _apart(record: Record, previous: Record) -> Iterator[str]:
    if record.format != previous.format:
        yield TABLE_2
    if record.form_rows != previous.form_rows:
        yield TABLE_3


def _say_amount(record: Record, previous: Record) -> str:
    """What is to be said of 采购总金额 if the two years don't have the same unit; "" if there was none."""
    then, place = previous.cells[AMOUNT], record.figures[AMOUNT].place
    if not then:
        return ""
    if amount_before(record, previous) is None:
        return f"{place}两年没有都写明单位，不能对照；上年为{plain_number(then)}{previous.amount_unit or ''}。"
    return f"{place}上年为{plain_number(then)}{previous.amount_unit}，已换算成{record.amount_unit}对照。"
