"""Checks reports of schools and of other public bodies: their words, years and sums, but never the parts of the national form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from gipdocs.reports.checks.numbers import check_numbers
from gipdocs.reports.checks.preamble import check_period
from gipdocs.reports.checks.prose import check_text
from gipdocs.reports.checks.repetition import check_repetition
from gipdocs.reports.checks.sums import check_tables
from gipdocs.reports.checks.years import check_years
from gipdocs.reports.kinds import REPORTER_KINDS, ReporterKind, has_tables, school_year
from gipdocs.reports.narrative import passages
from gipdocs.reports.record import Record
from gipdocs.reports.rules import FILLING, FORMAT, Test, breach, held
from gipdocs.writing import chinese_date, quote

DUE = (10, 31)
"""Month and day by which a university publishes, in the year in which its school year ends."""
NEEDS_TABLES = ("NARR-UNBOUND",)
"""Rules that say nothing where a report has no tables."""


def check_other(record: Record, before: Record | None, kind: ReporterKind) -> Iterator[Test]:
    """Every test that applies, after one note that says what was judged and what was not."""
    yield _note(record, kind)
    tested = [*_numbers(record, before), *check_text(record, prescribed=False), *check_repetition(record)]
    if not has_tables(record):
        tested = [one for one in tested if one.state != "unknown" and one.rule not in NEEDS_TABLES]
    yield from map(_without_form, tested)
    if years := school_year(record.title or ""):
        yield from _school_year(record, years)
        yield from _published(record, years, kind)
    elif record.sections:
        yield from check_period(record, needed=False)


def _without_form(test: Test) -> Test:
    """The test without the national form as its basis, since the form does not bind this body."""
    finding = test.finding
    if finding is None or finding.basis not in (FORMAT, FILLING):
        return test
    return replace(test, finding=replace(finding, basis=""))


def _numbers(record: Record, before: Record | None) -> Iterator[Test]:
    if has_tables(record):
        yield from check_tables(record)
    yield from check_numbers(record, before)
    yield from check_years(record, before) if before else ()


def _note(record: Record, kind: ReporterKind) -> Test:
    """What was judged and what was not, in one note."""
    judged = "文字、年度和叙述中的分项合计"
    judged += "，以及三张表格的合计、叙述与表格的一致" if has_tables(record) else "；没有表格，叙述中的数没有与表格核对"
    words = (
        f"{kind.name}{kind.rules}，不使用行政机关的年度报告格式。这里核对了{judged}。"
        f"应当有哪些部分、公开了哪些事项，没有核对。不是{kind.name}的，请改正标题中的名称{'和学年' * ('学年' in (record.title or ''))}。"
    )
    return breach("F-KIND", words, "/title")


def _school_year(record: Record, years: tuple[int, int]) -> Iterator[Test]:
    """Tests that the title's school year is one year, and that the text speaks of it."""
    first, last = years
    if last != first + 1:
        words = f"标题写的学年是{first}至{last}年，一个学年只跨两个相连的年份，请改正。"
        yield breach("S-TITLE", words, "/title", numbers=(last, first + 1))
        return
    told = [(one.pointer, named) for one in passages(record) if (named := school_year(one.text))]
    told += [("/preamble", named)] if (named := school_year(record.preamble or "")) else []
    if told and all(named != years for _, named in told):
        pointer, (other, end) = told[-1]
        words = f"文中写的是{other}-{end}学年，标题是{first}-{last}学年，请确认不是照抄往年，改为一致。"
        yield breach("S-YEAR", words, pointer, numbers=(other, first))
    elif told:
        yield held("S-YEAR")


def _published(record: Record, years: tuple[int, int], kind: ReporterKind) -> Iterator[Test]:
    """Tests the date of a university's report."""
    if record.date is None or kind is not REPORTER_KINDS[0] or years[1] != years[0] + 1:
        return
    last = date(years[1], *DUE)
    if record.date > last:
        words = f"落款日期{chinese_date(record.date)}晚于{chinese_date(last)}，高等学校的年度报告应在10月底前公布。"
        yield breach("U-DATE", words, "/date", state="fail")
    elif record.date.year < years[1]:
        words = f"落款日期{chinese_date(record.date)}在{quote(f'{years[0]}-{years[1]}学年')}结束之前，请核对年份。"
        yield breach("U-DATE", words, "/date", state="fail")
    else:
        yield held("U-DATE")
