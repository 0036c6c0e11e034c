"""Counts and durations of the pool, as plain data."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

BOUNDS = (0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the histogram's buckets in seconds; a last bucket takes everything beyond."""


@dataclass
class Histogram:
    """The number of durations in each bucket, and their sum in seconds."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one duration."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds

    def mean(self) -> float:
        """The average in seconds; a tenth of a second before anything was measured."""
        return self.total / sum(self.counts) if any(self.counts) else 0.1

    def as_data(self) -> dict[str, Any]:
        """`bounds`, `counts` (one more than bounds) and `sum`."""
        return {"bounds": list(BOUNDS), "counts": list(self.counts), "sum": self.total}


def add_up(histograms: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The sum, as plain data, of histograms with the same bounds; of none, an empty one."""
    counts = [[0] * (len(BOUNDS) + 1), *(one["counts"] for one in histograms)]
    return {
        "bounds": list(BOUNDS),
        "counts": [sum(column) for column in zip(*counts, strict=True)],
        "sum": sum(one["sum"] for one in histograms),
    }


@dataclass
class Measures:
    """Everything that the pool counts: answers by outcome, abandoned documents and restarts by reason, waiting and
    working times."""

    answers: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    restarts: Counter[str] = field(default_factory=Counter)
    waiting: Histogram = field(default_factory=Histogram)
    working: Histogram = field(default_factory=Histogram)

    def as_data(self) -> dict[str, Any]:
        """Plain data for a health answer."""
        return {
            "answers": dict(self.answers),
            "failures": dict(self.failures),
            "restarts": dict(self.restarts),
            "waiting_seconds": self.waiting.as_data(),
            "working_seconds": self.working.as_data(),
        }
