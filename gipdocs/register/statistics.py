"""The figures of a year as the annual report asks for them: tables three and four, and the fees that were paid.

They are counted by the days in the register, so that nothing that happens later changes the figures of a past year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from gipdocs.errors import UnknownCase, show_key
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.register import Register
from gipdocs.reports import Form, form_for
from gipdocs.reports.forms import FIRST_YEAR, load_forms
from gipdocs.reports.record import ProcessingFee
from gipdocs.reports.record import number as plain_number
from gipdocs.store.tables import CaseRow, EventRow

ENUMERATOR = re.compile(r"([一二三四五六七八九十]+)、|（([一二三四五六七八九十]+)）|(\d+)\.")
"""How the official form begins the labels of its rows."""
FLOWS = NEW, CARRIED_IN, CLOSED, CARRIED_OUT = ("new", "carried_in", "sum", "carried_out")
"""The rows of table three that count cases whatever their result."""
FEE = "processing_fee"
PENDING, TOTAL = "pending", "total"
Columns = TypeVarTuple("Columns")
Challenged, Decided = aliased(EventRow), aliased(EventRow)


@dataclass(frozen=True, kw_only=True)
class YearFigures:
    """The figures of one year in the form prescribed for it.

    `table3` has the seven columns of each row, `table4` the results of each kind of challenge, both with their totals.
    `unpriced` are the cases that paid an amount nobody recorded: then the sum of the fees isn't known.
    """

    year: int
    form: Form
    table3: Mapping[str, tuple[int, ...]]
    table4: Mapping[str, Mapping[str, int]]
    fee: ProcessingFee
    unpriced: tuple[str, ...] = ()

    @property
    def cells(self) -> dict[str, int]:
        """Every figure by its path in the report: table3.granted.total."""
        columns = self.form.columns
        rows = {
            f"table3.{row}.{column}": cell
            for row, cells in self.table3.items()
            for column, cell in zip(columns, cells, strict=True)
        }
        suits = {
            f"table4.{suit}.{result}": cell for suit, cells in self.table4.items() for result, cell in cells.items()
        }
        return rows | suits

    @property
    def balanced(self) -> bool:
        """Whether new and carried-in cases are as many as those closed and carried out, in every column."""
        new, carried_in, closed, carried_out = (self.table3[row] for row in FLOWS)
        return all(a + b == c + d for a, b, c, d in zip(new, carried_in, closed, carried_out, strict=True))


@dataclass(frozen=True)
class Span:
    """The days of a year."""

    year: int

    @property
    def first(self) -> date:
        """1 January."""
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        """31 December."""
        return date(self.year, 12, 31)


def count_year(register: Register, year: int) -> YearFigures:
    """The figures of a year from 2019 on; UnknownCase for an earlier one, for which no form is prescribed."""
    with register.store.reading() as session:
        return count(session, year)


def count(session: Session, year: int) -> YearFigures:
    """The figures of a year within a transaction."""
    form, span = _form(year), Span(year)
    paid = list(_payments(session, span))
    return YearFigures(
        year=year,
        form=form,
        table3=_table3(session, form, span),
        table4=_table4(session, form, span),
        fee=_fee(paid),
        unpriced=tuple(sorted({number for number, yuan in paid if yuan is None})),
    )


def as_record(figures: YearFigures) -> dict[str, Any]:
    """The figures as that part of the annual report's record that the register knows: tables three and four, and fees."""
    fee = {"yuan": plain_number(figures.fee.yuan), "cases": figures.fee.cases}
    return {
        "year": figures.year,
        "table3": {"form_rows": figures.form.key, "rows": {row: list(cells) for row, cells in figures.table3.items()}},
        "table4": {suit: dict(results) for suit, results in figures.table4.items()},
        FEE: {key: value for key, value in fee.items() if value is not None},
    }


def cases_behind(register: Register, year: int, path: str) -> list[str]:
    """The numbers of the cases that a figure counts, in order.

    `path` is that of a figure of the report, such as table3.granted.total or table4.reconsideration.pending, or
    processing_fee. UnknownCase if the form has no such figure.
    """
    form, span = _form(year), Span(year)
    known = {figure.path for key in ("table3", "table4") for figure in form.table(key).figures}
    if path != FEE and path not in known:
        raise UnknownCase(f"{year}年的年度报告没有“{show_key(path)}”这一项，请核对。")
    with register.store.reading() as session:
        if path == FEE:
            return sorted({number for number, _ in _payments(session, span)})
        table, row, column = path.split(".")
        query = _behind_table3(row, column, form, span) if table == "table3" else _behind_table4(row, column, span)
        return [number or "" for number in session.scalars(query)]


def _form(year: int) -> Form:
    if not FIRST_YEAR <= year <= date.max.year:
        raise UnknownCase(f"年度报告的统计表从{FIRST_YEAR}年起才有，请核对年份。")
    return form_for(year)


def flow(row: str, span: Span) -> ColumnElement[bool]:
    """The condition under which a case belongs in a row of table three, whatever its result."""
    open_then = or_(CaseRow.closed_on.is_(None), CaseRow.closed_on >= span.first)
    open_after = or_(CaseRow.closed_on.is_(None), CaseRow.closed_on > span.last)
    conditions = {
        NEW: CaseRow.received_on.between(span.first, span.last),
        CARRIED_IN: and_(CaseRow.received_on < span.first, open_then),
        CLOSED: CaseRow.closed_on.between(span.first, span.last),
        CARRIED_OUT: and_(CaseRow.received_on <= span.last, open_after),
    }
    return conditions[row]


def _table3(session: Session, form: Form, span: Span) -> dict[str, tuple[int, ...]]:
    cells = {row: dict.fromkeys(form.columns, 0) for row in form.rows}
    for way in FLOWS:
        counted = select(CaseRow.column_key, CaseRow.row, func.count()).where(flow(way, span))
        for column, result, cases in session.execute(counted.group_by(CaseRow.column_key, CaseRow.row)):
            for row in (way, find_row_of(form, result)) if way == CLOSED else (way,):
                cells[row][column] += cases
                cells[row][TOTAL] += cases
    return {row: tuple(counts.values()) for row, counts in cells.items()}


def find_row_of(form: Form, path: str | None) -> str:
    """The row of a form in which a result is counted; the older form has a single row for 其他处理."""
    rows = result_rows(form.key)
    assert path is not None  # a closed case has a row
    return rows.get(path) or rows[path.rstrip("0123456789")]


@cache
def result_rows(key: str) -> Mapping[str, str]:
    """The rows of a form's results by their path, written as the register keeps it: 三(三)4."""
    form = load_forms()[key]
    return {path: row for row, path in _paths(form) if row in form.results}


def _paths(form: Form) -> Iterator[tuple[str, str]]:
    """Each row of table three with the path of its labels; a label stands beside all rows that its cell spans."""
    table = form.table("table3")
    above: list[tuple[str, int]] = []
    for number, cells in enumerate(table.rows[table.head_rows :]):
        above = [(label, end) for label, end in above if end > number]
        above += [(_enumerator(cell.text), number + cell.rows) for cell in cells if not cell.figure]
        figure = next(cell.figure for cell in cells if cell.figure)
        yield figure.path.split(".")[1], "".join(label for label, _ in above)


def _enumerator(label: str) -> str:
    """三 of “三、本年度办理结果”, (四) of “（四）无法提供”, 2 of “2.没有现成信息需要另行制作”."""
    found = ENUMERATOR.match(label)
    assert found, label
    part, item, point = found.groups()
    return part or point or f"({item})"


def _behind_table3(row: str, column: str, form: Form, span: Span) -> Select[str | None]:
    query = select(CaseRow.number).where(flow(row if row in FLOWS else CLOSED, span)).order_by(CaseRow.number)
    if row not in FLOWS:
        query = query.where(CaseRow.row.in_([path for path in kept_paths() if find_row_of(form, path) == row]))
    return query if column == TOTAL else query.where(CaseRow.column_key == column)


def kept_paths() -> Mapping[str, str]:
    """The paths that the register keeps: those of the latest form, whatever the year."""
    return result_rows(form_for(date.max.year).key)


def stands(event: type[EventRow]) -> ColumnElement[bool]:
    """Whether a record still counts: no later one corrects it."""
    correction = aliased(EventRow)
    return ~select(correction.id).where(correction.cancels == event.id).exists()


def _result(span: Span) -> ColumnElement[str]:
    """The result of a challenge as at the end of a year."""
    return case((Decided.day <= span.last, Decided.facts["result"].as_string()), else_=PENDING)


def challenges(query: Select[*Columns], span: Span) -> Select[*Columns]:
    """The challenges of a year's table four: those decided in it and those that were still open at its end."""
    same = and_(
        Decided.case_id == Challenged.case_id,
        Decided.kind == "decided",
        Decided.facts["ref"].as_integer() == Challenged.facts["ref"].as_integer(),
        stands(Decided),
    )
    return (
        query.select_from(Challenged)
        .outerjoin(Decided, same)
        .where(Challenged.kind == "challenged", Challenged.day <= span.last, stands(Challenged))
        .where(or_(Decided.id.is_(None), Decided.day >= span.first))
    )


def _table4(session: Session, form: Form, span: Span) -> dict[str, dict[str, int]]:
    cells = {suit: dict.fromkeys(form.outcomes, 0) for suit in form.suits}
    for kind, result in session.execute(challenges(select(_challenge(), _result(span)), span)):
        cells[kind][result] += 1
        cells[kind][TOTAL] += 1
    return cells


def _challenge() -> ColumnElement[str]:
    kind: ColumnElement[str] = Challenged.facts["kind"].as_string()
    return kind


def _behind_table4(suit: str, result: str, span: Span) -> Select[str | None]:
    query = challenges(select(CaseRow.number).distinct(), span).join(CaseRow, CaseRow.id == Challenged.case_id)
    query = query.where(_challenge() == suit).order_by(CaseRow.number)
    return query if result == TOTAL else query.where(_result(span) == result)


def _payments(session: Session, span: Span) -> Iterator[tuple[str, Decimal | None]]:
    """Case and amount of each payment of a year; the amount is None if neither the payment nor the notice says it."""
    paid = select(EventRow.case_id).where(EventRow.kind == "paid", EventRow.day.between(span.first, span.last))
    query = select(CaseRow.number, EventRow).join(EventRow, EventRow.case_id == CaseRow.id)
    query = query.where(EventRow.kind.in_(("paid", "fee_asked")), EventRow.case_id.in_(paid), stands(EventRow))
    found: dict[str | None, list[CaseEvent]] = {}
    for number, row in session.execute(query.order_by(EventRow.case_id, EventRow.place)):
        found.setdefault(number, []).append(CaseEvent(place=row.place, kind=row.kind, day=row.day, facts=row.facts))
    for number, events in found.items():
        yield from ((number or "", yuan) for day, yuan in _amounts(History(events)) if span.first <= day <= span.last)


def _amounts(history: History) -> Iterator[tuple[date, Decimal | None]]:
    """Day and amount of each payment of a case: what was paid, or else what was asked last before."""
    asked: str | None = None
    for event in history.events:
        if event.kind == "fee_asked":
            asked = event.facts.get("yuan")
        else:
            yuan = event.facts.get("yuan", asked)
            yield event.day, Decimal(yuan) if yuan is not None else None


def _fee(paid: list[tuple[str, Decimal | None]]) -> ProcessingFee:
    amounts = [yuan for _, yuan in paid if yuan is not None]
    known = len(amounts) == len(paid)
    return ProcessingFee(yuan=sum(amounts, Decimal(0)) if known else None, cases=len({number for number, _ in paid}))
