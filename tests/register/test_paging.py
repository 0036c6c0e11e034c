"""Programs read a list of cases page by page, and miss none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gipdocs.access.actors import HERE
from gipdocs.register import cases, finding
from gipdocs.register.finding import Filter
from gipdocs.register.paging import list_cases
from gipdocs.register.register import Register
from tests.register.making import event

pytestmark = pytest.mark.slow


def test_the_pages_are_the_list_though_cases_are_opened_and_closed_between_them(
    register: Register, opened: Callable[..., str]
) -> None:
    numbers = [opened() for _ in range(5)]
    cases.record(register, numbers[1], event("extended", "2026-03-30", working_days=15), by=HERE)
    cases.record(register, numbers[3], event("withdrawn", "2026-03-30"), by=HERE)
    whole = [row.number for row in finding.find_cases(register, Filter())[0]]
    read, after = list_cases(register, Filter(), size=2)
    assert [row.number for row in read] == whole[:2] and after
    opened()
    cases.record(register, numbers[4], event("withdrawn", "2026-03-31"), by=HERE)
    while after:
        page, after = list_cases(register, Filter(), size=2, after=after)
        read += page
    assert [*dict.fromkeys(row.number for row in read)] == whole  # only the case that was closed is told again


def test_the_last_page_has_no_mark(register: Register, opened: Callable[..., str]) -> None:
    opened()
    opened()
    assert list_cases(register, Filter(), size=2)[1] is None
    assert list_cases(register, Filter(text="没有这个人"))[0] == []
