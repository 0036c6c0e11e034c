"""Characters of shared runs count once, however many runs they lie in."""

from __future__ import annotations

import pytest

from gipdocs.reports.shared_runs import count_covered, find_runs


@pytest.mark.parametrize(
    ("text", "other", "covered"),
    [
        ("甲乙丙丁", "甲乙丙丁", 4),
        ("甲乙丙戊", "甲乙丙丁", 3),
        ("甲乙", "甲乙", 0),
        ("", "甲乙丙", 0),
        ("甲乙丙己甲乙丙", "甲乙丙", 6),
    ],
    ids=["the same", "a part", "shorter than a run", "empty", "twice"],
)
def test_characters_of_shared_runs_count_once(text: str, other: str, covered: int) -> None:
    assert count_covered(text, find_runs(other, 3), 3) == covered
