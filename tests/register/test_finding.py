"""A search finds a case by its number, its applicant, its subject or the 文号 of a letter, the best first."""

from __future__ import annotations

import pytest

from gipdocs.register.finding import search_cases
from gipdocs.register.register import Register
from gipdocs.store.engine import Store
from tests.store.samples import add_case, add_letter

pytestmark = pytest.mark.slow


@pytest.fixture
def kept(register: Register, store: Store) -> Register:
    """Three cases, the second with a letter."""
    with store.writing() as session:
        add_case(session, number="2026-0012", applicant="欧阳晓彤", subject="公务用车更新计划", version=1)
        second = add_case(session, number="2026-0112", applicant="李桂芬", subject="会议纪要，涉及欧阳路", version=1)
        add_letter(session, second, number="云水公开〔2026〕12号", document="x", title="答复", version=1)
        add_case(session, number="2025-0003", applicant=None, subject="100%_成本核算办法（试行）", version=1)
    return register


def numbers(register: Register, text: str, most: int = 9) -> list[str]:
    return [one.number for one in search_cases(register, text, most=most)[0]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2026-0012", ["2026-0012"]),
        ("0012", ["2026-0012"]),
        ("欧阳", ["2026-0012", "2026-0112"]),
        ("欧阳 会议", ["2026-0112"]),
        ("欧阳　晓彤", ["2026-0012"]),
        ("用车 2026-00", ["2026-0012"]),
        ("〔2026〕12号", ["2026-0112"]),
        ("[2026]12号", ["2026-0112"]),
        ("（2026）12号", ["2026-0112"]),
        ("云水公开", ["2026-0112"]),
        ("100%", ["2025-0003"]),
        ("%", ["2025-0003"]),
        ("_", ["2025-0003"]),
        ("办法（试行）", ["2025-0003"]),
        ("试行\0成本", ["2025-0003"]),
        ("没有这样的案件", []),
        ("  ", []),
    ],
)
def test_every_word_must_occur_and_the_best_comes_first(kept: Register, text: str, found: list[str]) -> None:
    assert numbers(kept, text) == found


def test_a_letter_that_matched_is_named(kept: Register) -> None:
    assert search_cases(kept, "12号", most=9)[0][0].why == "文号：云水公开〔2026〕12号"
    assert search_cases(kept, "李桂芬", most=9)[0][0].why == ""


def test_more_than_asked_for_is_told_and_not_given(kept: Register) -> None:
    found, more = search_cases(kept, "202", most=2)
    assert len(found) == 2 and more
    assert search_cases(kept, "202", most=3)[1] is False
