"""Expressions of claims: sums and differences of numbers and figures."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gipdocs.reports.expressions import describe, parse
from gipdocs.reports.facts import SOURCES, compute_facts, source
from tests.reports.samples import record


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7+8", 15),
        ("258+35+265+158+0", 716),
        ("1.5+1", Decimal("2.5")),
        ("table3.new.total+table3.carried_in.total", 3646),
        ("table3.D.total", 92),
        ("table3.granted.SUM6+table3.partial.SUM6", 1902),
        ("table4.suit_direct.total+table4.suit_after.total-table4.suit_direct.pending-table4.suit_after.pending", 57),
        ("table2.normative.valid - table2.normative.issued", 370),
    ],
)
def test_an_expression_is_added_up_over_the_record(text: str, number: int) -> None:
    assert record("suqian-2024").worth(parse(text)).number == number


def test_group_o_means_the_rows_that_the_form_of_table_3_has() -> None:
    old, new = record("2020").row_form, record("2021").row_form
    assert [path for _, path in parse("table3.O.total").paths(old)] == ["table3.other.total"]
    assert len(list(parse("table3.O.total").paths(new))) == 3


def test_blanks_count_as_nothing_and_are_named() -> None:
    worth = record("2019").worth(parse("table3.sum.total+1"))
    assert (worth.number, worth.blank, worth.unknown) == (1, ("table3.sum.total",), ())


@pytest.mark.parametrize("text", ["table4.reconsideration.total", "table3.new.total", "table3.o1_no_correction.total"])
def test_unreadable_figures_make_an_expression_unknown(text: str) -> None:
    assert record("yangling-sjj-2022").worth(parse(text)).unknown == (text,)


def test_a_figure_of_the_other_form_is_unknown() -> None:
    assert record("2020").worth(parse("table2.normative.issued")).unknown


@pytest.mark.parametrize(
    "text", ["", "7+", "7 8", "table3.new", "table3.newest.total", "table5.new.total", "x", "7*8", "+-7", "table2.D.x"]
)
def test_what_is_no_sum_of_figures_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"理解|没有|为空"):
        parse(text)


def test_an_expression_can_be_read_aloud() -> None:
    words = describe(parse("table3.D.total+table3.granted.SUM6-2"))
    assert words == "表三“（三）不予公开”总计＋表三“（一）予以公开”六类申请人之和－2"


def test_facts_are_named_numbers_and_none_where_blank_or_unknown() -> None:
    told = compute_facts(record("suqian-2024"))
    assert (told["to_handle"], told["refused"], told["suits_closed"], told["normative_valid"]) == (3646, 92, 57, 420)
    assert told["normative_made"] is None
    assert compute_facts(record("2019"))["handled"] is None
    assert set(compute_facts(record("yangling-sjj-2022"))) == set(SOURCES)


def test_lost_and_not_upheld_cases_add_up_with_the_upheld_ones() -> None:
    sample = record("suqian-2024")
    upheld = parse("table4.reconsideration.upheld+table4.suit_direct.upheld+table4.suit_after.upheld")
    total = sample.worth(source("reconsiderations_and_suits")).number
    assert sample.worth(source("not_upheld")).number + sample.worth(upheld).number == total
