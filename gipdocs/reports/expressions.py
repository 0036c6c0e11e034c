"""Sums and differences of numbers and figures: what a claim of the narrative must equal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from gipdocs.reports.forms import Form, figures, load_forms
from gipdocs.writing import quote

Number = int | Decimal
TERM = re.compile(r"\s*(?:([+-])\s*)?(?:(\d{1,15}(?:\.\d{1,12})?)|(table[234](?:\.[A-Za-z0-9_]+){2}))\s*", re.ASCII)
ROW_GROUPS = {"D": "（三）不予公开", "U": "（四）无法提供", "N": "（五）不予处理", "O": "（六）其他处理"}
APPLICANTS = "SUM6"
"""The six kinds of applicant without their total."""


@dataclass(frozen=True, kw_only=True)
class Expression:
    """Signed terms: a number, or the path of a figure or of a group of figures (table3.D.total)."""

    text: str
    terms: tuple[tuple[int, Number | str], ...]

    def paths(self, form: Form) -> Iterator[tuple[int, str]]:
        """Every figure that the expression adds (1) or subtracts (-1), groups resolved for the form of table 3."""
        for sign, term in self.terms:
            if isinstance(term, str):
                yield from ((sign, path) for path in resolve(term, form))

    @property
    def constant(self) -> Number:
        """The sum of the plain numbers."""
        return sum((sign * term for sign, term in self.terms if not isinstance(term, str)), 0)

    @property
    def literal(self) -> bool:
        """Whether it contains no figure."""
        return not any(isinstance(term, str) for _, term in self.terms)


@dataclass(frozen=True, kw_only=True)
class Worth:
    """The value of an expression: blanks count as 0 and are listed; an unreadable figure makes it unknown."""

    number: Number
    blank: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


def parse(text: str) -> Expression:
    """The expression in `text`, e.g. "table3.new.total+table3.carried_in.total" or "7+8"; ValueError names the fault."""
    terms: list[tuple[int, Number | str]] = []
    at = 0
    while at < len(text):
        match = TERM.match(text, at)
        if match is None or (terms and not match[1]):
            raise ValueError(f"从“{text[at : at + 20]}”起无法理解")
        if match[3]:
            _check(match[3])
        number = match[2] and (Decimal(match[2]) if "." in match[2] else int(match[2]))
        terms.append((-1 if match[1] == "-" else 1, match[3] or number))
        at = match.end()
    if not terms:
        raise ValueError("内容为空")
    return Expression(text=text, terms=tuple(terms))


def resolve(path: str, form: Form) -> tuple[str, ...]:
    """The figures behind a path: itself, or the rows of a group and the six applicants of `SUM6`."""
    table, row, column = path.split(".")
    if table != "table3":
        return (path,)
    rows = form.groups[row] if row in ROW_GROUPS else (row,)
    columns = form.applicants if column == APPLICANTS else (column,)
    return tuple(f"{table}.{row}.{column}" for row in rows for column in columns)


def evaluate(expression: Expression, cells: Mapping[str, Number | None], hidden: frozenset[str], form: Form) -> Worth:
    """The worth of an expression over `cells` (None is blank); figures that the form lacks are unknown."""
    total: Number = expression.constant
    blank: list[str] = []
    unknown: list[str] = []
    for sign, path in expression.paths(form):
        value = cells.get(path)
        if path in hidden or path not in cells:
            unknown.append(path)
        elif value is None:
            blank.append(path)
        else:
            total += sign * value
    return Worth(number=total, blank=tuple(blank), unknown=tuple(unknown))


def describe(expression: Expression) -> str:
    """The expression in words: 表三“一、本年新收政府信息公开申请数量”总计＋…."""
    words = ""
    for sign, term in expression.terms:
        words += ("－" if sign < 0 else "＋" if words else "") + (_named(term) if isinstance(term, str) else str(term))
    return words


def _named(path: str) -> str:
    known = figures()
    if path in known:
        return known[path].place
    _, row, column = path.split(".")
    label = ROW_GROUPS.get(row) or known[f"table3.{row}.total"].row_label
    of = "六类申请人之和" if column == APPLICANTS else known[f"table3.new.{column}"].column_label
    return f"表三{quote(label)}{of}"


def _check(path: str) -> None:
    if not any(
        all(one in figures() for one in resolve(path, form)) for form in load_forms().values() if _has(path, form)
    ):
        raise ValueError(f"没有“{path}”这个单元格")


def _has(path: str, form: Form) -> bool:
    row = path.split(".")[1]
    return row not in ROW_GROUPS or row in form.groups
