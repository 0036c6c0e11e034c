"""Judges a printed report, or prepares one to be built; findings are in Chinese."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gipdocs.findings import Finding, count_by_gravity, explain, order_by_gravity
from gipdocs.law import Law
from gipdocs.profile import ReportChoices
from gipdocs.reports.arithmetic import compute_totals
from gipdocs.reports.checks.complete import check_complete, describe_read
from gipdocs.reports.checks.fee import check_fee
from gipdocs.reports.checks.form import check_form
from gipdocs.reports.checks.local import check_local
from gipdocs.reports.checks.numbers import check_numbers
from gipdocs.reports.checks.others import check_other
from gipdocs.reports.checks.plausible import check_plausible
from gipdocs.reports.checks.prose import check_text
from gipdocs.reports.checks.repetition import check_repetition
from gipdocs.reports.checks.sums import check_tables
from gipdocs.reports.checks.years import check_years
from gipdocs.reports.expressions import Number
from gipdocs.reports.grids import TABLE_NAMES, FormTable
from gipdocs.reports.kinds import reporter_kind
from gipdocs.reports.loading import load
from gipdocs.reports.record import Record
from gipdocs.reports.rules import BROKEN, RULES, Group, ReportFinding, Test, breach
from gipdocs.writing import quote

GROUPS: tuple[Group, ...] = ("tables", "form", "narrative", "cross_year")


@dataclass(frozen=True, kw_only=True)
class Completed:
    """A record with its blank totals filled in, and findings about each."""

    record: Record
    findings: tuple[Finding, ...]


def apply(record: Record, previous: Record | None = None, local: ReportChoices | None = None) -> list[Test]:
    """Every application of every rule; `previous` is last year's record, by default the one in the record.

    `local` are the rules of the place, which are tested only if given.
    """
    before = previous or record.previous
    tests = list(check_complete(record, before))
    if kind := reporter_kind(record):
        return tests + list(check_other(record, before, kind))
    tests += [*check_tables(record), *check_numbers(record, before)]
    tests += [*check_plausible(record), *check_form(record), *check_fee(record)]
    tests += [*check_text(record), *check_repetition(record), *(check_local(record, local) if local else ())]
    return tests + list(check_years(record, before)) if before else tests


def check(
    record: Record, previous: Record | None = None, *, law: Law | None = None, local: ReportChoices | None = None
) -> list[Finding]:
    """Faults and doubts in a printed report, most severe first, and rules that could not be tested.

    With `law`, each finding cites the articles behind its rule as they were in the year of publication; with `local`,
    the rules of the place are tested too.
    """
    found = gather_findings(apply(record, previous, local))
    return [*_sourced(found, record, law)] if law else found


def _sourced(found: Iterable[Finding], record: Record, law: Law) -> Iterator[Finding]:
    """The findings with the articles in force at the end of the year in which the report is published."""
    dated = law.on(date(record.year + 1, 12, 31))
    for one in found:
        rule = RULES.get(one.code)
        yield replace(one, basis=dated.cite(*rule.cites).short) if rule and rule.cites else one


def complete(record: Record) -> Completed:
    """The record with its blank totals computed, and a finding about these; no other blank is filled, not even with 0."""
    filled = compute_totals(record)
    told = [_filled(own, record) for table in record.tables if (own := _of_table(filled, table))]
    return Completed(record=record.with_cells(filled), findings=tuple(gather_findings(told)))


def _of_table(filled: Mapping[str, Number], table: FormTable) -> dict[str, Number]:
    """The totals of one table, in the order in which they are printed."""
    return {figure.path: filled[figure.path] for figure in table.figures if figure.path in filled}


def _filled(own: Mapping[str, Number], record: Record) -> Test:
    """One finding for the totals computed in a table, placed at the first of them."""
    first, *others = (record.figures[path] for path in own)
    listed = "，".join(f"{record.figures[path].place}填为{value}" for path, value in own.items())
    table = TABLE_NAMES[first.path.split(".")[0]]
    words = f"{table}有{len(own)}个总计空白，已按各项之和填写：{listed}。"
    numbers = (None, own[first.path] if not others else None)
    return breach("TOTAL-FILLED", words, first.pointer, place=first.place, numbers=numbers)


def prepare_record(record: Record, previous: Record | None = None, *, law: Law | None = None) -> Completed:
    """The record to build, with totals computed, and its findings; if one is an `error`, it must not be built."""
    completed = complete(record)
    judged = check(completed.record, previous, law=law)
    return replace(completed, findings=(*completed.findings, *judged))


def gather_findings(tests: Iterable[Test]) -> list[Finding]:
    """The findings of tests, errors first, with one finding for each rule that could not be tested."""
    tests = list(tests)
    found: list[Finding] = [one.finding for one in tests if one.finding]
    return order_by_gravity([*found, *_untested(tests)])


def give_verdict(tests: Iterable[Test]) -> dict[str, str]:
    """For tables, form, narrative and cross_year: fail, pass, incomplete (nothing broken, some unread), or untested."""
    tests = list(tests)
    return {group: _result([one for one in tests if RULES[one.rule].group == group]) for group in GROUPS}


def tally(tests: Iterable[Test]) -> dict[str, dict[str, int]]:
    """For each rule, the number of applications by state."""
    counts: dict[str, Counter[str]] = {}
    for one in tests:
        counts.setdefault(one.rule, Counter())[one.state] += 1
    return {rule: dict(counter) for rule, counter in counts.items()}


@dataclass(frozen=True, kw_only=True)
class ReportJudgement:
    """The result for one report; `tested` counts each rule's applications by state.

    `read` says for each table how much of it was read from a file, and how much is due.
    """

    year: int
    format: str
    findings: tuple[Finding, ...]
    verdict: Mapping[str, str]
    tested: Mapping[str, Mapping[str, int]]
    summary: str
    read: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The judgement as the API prints it."""
        return {**vars(self), "findings": [finding.as_json() for finding in self.findings], "read": list(self.read)}

    def explain(self) -> str:
        """The judgement as a clerk reads it."""
        read = f"{'；'.join(self.read)}。" if self.read else ""
        return f"{self.year}年度报告。{self.summary}{read}\n\n{explain(self.findings)}"


def judge(
    record: Record, previous: Record | None = None, *, law: Law | None = None, local: ReportChoices | None = None
) -> ReportJudgement:
    """Every rule applied to a report as printed; `previous`, `law` and `local` as in `check`."""
    tests = apply(record, previous, local)
    return ReportJudgement(
        year=record.year,
        format=record.format,
        findings=tuple(_sourced(gather_findings(tests), record, law) if law else gather_findings(tests)),
        verdict=give_verdict(tests),
        tested=tally(tests),
        summary=summarise(tests),
        read=tuple(describe_read(record)),
    )


def report_check(body: Any, *, law: Law | None = None, local: ReportChoices | None = None) -> dict[str, Any]:
    """The API's answer to a record (JSON data): year, format, findings, verdict, tested and a Chinese summary.

    Last year's record is the record's key `previous`. Raises InvalidInput.
    """
    return judge(load(body), law=law, local=local).as_json()


def summarise(tests: Iterable[Test]) -> str:
    """One sentence with the number of tests and of findings."""
    tests = list(tests)
    held = sum(one.state in ("pass", "pass-blank", *BROKEN) for one in tests)
    return f"共核对{held}项：{count_by_gravity(gather_findings(tests))}。"


def _result(tests: Sequence[Test]) -> str:
    states = {one.state for one in tests} - {"note"}
    if states & set(BROKEN):
        return "fail"
    if "unknown" in states:
        return "incomplete"
    return "pass" if states else "untested"


def _untested(tests: Sequence[Test]) -> Iterator[Finding]:
    counts = Counter(one.rule for one in tests if one.state == "unknown")
    for rule, count in counts.items():
        across = RULES[rule].group == "cross_year"
        why = "上年报告或者本报告中没有所需的数字" if across else "所需单元格在来源中看不到，或者读不成数"
        pointer = "/previous" if across else "/not_visible"
        message = f"{quote(RULES[rule].title)}有{count}处没有核对：{why}。"
        yield ReportFinding(code="NOT-TESTED", severity="info", message=message, pointer=pointer, place=rule)
