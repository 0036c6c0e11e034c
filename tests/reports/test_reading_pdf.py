"""Reports printed as PDFs in many ways come back with every figure and every word, or say what was not read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gipdocs.reports import judge, load, read
from gipdocs.reports.narrative import lines
from gipdocs.reports.record import Record
from tests.reports.samples import SEEDS, record
from tests.reports.test_sowing import VARIANTS, given_right
from tests.reports.typeset import Manner, typeset

pytestmark = pytest.mark.slow

MANNERS = {
    "lines": Manner(),
    "boxes": Manner(boxes=True, number="第{}页 共{}页"),
    "single letters": Manner(single=True, number="- {} -", head="某市政府信息公开"),
    "repeated heads": Manner(heads=True, number="{}/{}", head="年度报告"),
    "no indent": Manner(indent=0, number="{}"),
}
PRINTED = {**{f"given {name}": lambda name=name: record(name) for name in SEEDS}, **VARIANTS}
"""The five given reports as they are, and those made right in many sizes, years and forms."""


def told(read: Record) -> list[tuple[str, str]]:
    """The six parts without blanks."""
    return [
        ("".join(part.heading.split()), "".join("".join(line.text for line in lines(part.items)).split()))
        for part in read.sections
    ]


def assert_same(again: Record, sample: Record) -> None:
    """Every figure and word is as it was printed."""
    assert again.not_visible == () and again.raw == {} and again.described["anomalies"] == []
    assert (again.year, again.format, again.form_rows) == (sample.year, sample.format, sample.form_rows)
    assert {path: value for path, value in again.cells.items() if value != sample.cells[path]} == {}
    assert again.remarks == sample.remarks
    assert told(again) == told(sample)
    assert (again.signature, again.date) == (sample.signature, sample.date)


@pytest.mark.parametrize("name", PRINTED)
def test_a_printed_report_comes_back_whole(name: str) -> None:
    sample = PRINTED[name]()
    assert_same(read(typeset(sample)), sample)


@pytest.mark.parametrize("manner", MANNERS)
@pytest.mark.parametrize("name", ["2019", "2023", "suqian-2024"])
def test_a_report_comes_back_whole_however_it_is_printed(name: str, manner: str) -> None:
    sample = given_right(name)
    assert_same(read(typeset(sample, MANNERS[manner])), sample)


def test_a_title_that_a_page_prints_twice_is_read_once() -> None:
    sample = record("2019")
    assert (sample.preamble or "").startswith(sample.agency or "")
    assert read(typeset(sample)).title == sample.title


def test_a_remark_beside_a_figure_comes_back() -> None:
    sample = replace(given_right("2023"), remarks={"table3.granted.total": "含上年结转2件"})
    assert read(typeset(sample)).remarks == sample.remarks


def test_how_much_was_read_is_told() -> None:
    again = read(typeset(given_right("2023")))
    whole = ["表二读出6行10格，应有6行10格", "表三读出25行175格，应有25行175格", "表四读出3组15格，应有3组15格"]
    assert again.described["source"] == {"kind": "pdf", "read": whole}
    assert load(again.as_json()) == again
    judgement = judge(again)
    assert list(judgement.read) == whole and judgement.as_json()["read"] == whole
    assert "；".join(whole) in judgement.explain()


def test_nothing_is_told_of_reading_a_record_that_was_typed() -> None:
    judgement = judge(given_right("2023"))
    assert judgement.read == () and "读出" not in judgement.explain()
