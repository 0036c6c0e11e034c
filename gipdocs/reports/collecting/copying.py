"""Reports of different bodies that are too much alike: the narrative of one in another, or all its figures."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from gipdocs.reports.collecting.addition import Named
from gipdocs.reports.collecting.gaps import totals_of
from gipdocs.reports.narrative import PROSE, part
from gipdocs.reports.record import Record
from gipdocs.reports.shared_runs import count_covered, find_runs

RUN = 13
"""So many Chinese characters in the same order are no accident."""
FEWEST_CHARACTERS = 120
TOO_MUCH = 50  # per cent
FEWEST_SHARING, USUAL_SHARE = 4, 3
"""What so many bodies, and one in so many of all, have in common was given to them: words of the form or of a notice."""
FEWEST_FIGURES = 6
"""Reports with fewer figures above 0, totals not counted, may be alike by accident."""
HAN = re.compile(r"[^\u4e00-\u9fff]")


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """Two bodies whose narrative or whose figures are the same, in the order in which their reports came.

    Of a narrative, `characters` are those that both have in common, `percent` their share of the shorter one, without what most
    bodies have in common; of figures, `characters` is 0 and `percent` 100.
    """

    kind: Literal["narrative", "figures"]
    body: str
    other: str
    characters: int = 0
    percent: int = 100

    def as_json(self) -> dict[str, Any]:
        """The two as the API prints them."""
        return dict(vars(self))


def find_likenesses(reports: Sequence[Named]) -> tuple[Likeness, ...]:
    """Every two reports whose narratives or figures are too much alike; the names of the bodies make no difference."""
    return (*_same_narratives(reports), *_same_figures(reports))


def _same_narratives(reports: Sequence[Named]) -> Iterator[Likeness]:
    texts = [_written(record, body) for body, record in reports]
    usual = _usual([find_runs(text, RUN) for text in texts])
    own = [find_runs(text, RUN) - usual for text in texts]
    lengths = [count_covered(text, runs, RUN) for text, runs in zip(texts, own, strict=True)]
    for i, k in _sharing(own):
        short, long = (i, k) if lengths[i] <= lengths[k] else (k, i)
        characters = count_covered(texts[short], own[short] & own[long], RUN)
        percent = round(100 * characters / lengths[short])
        if characters >= FEWEST_CHARACTERS and percent > TOO_MUCH:
            bodies = {"body": reports[i][0], "other": reports[k][0]}
            yield Likeness(kind="narrative", characters=characters, percent=percent, **bodies)


def _written(record: Record, body: str) -> str:
    """The Chinese characters of the narrative, without headings and figures and without the body's own name."""
    sections = (section for no in PROSE if (section := part(record, no)))
    text = "".join(item.text.removeprefix(item.head) for section in sections for item in section.items)
    for name in filter(None, (body, record.agency)):
        text = text.replace(name, "")
    return HAN.sub("", text)


def _usual(all_runs: Sequence[frozenset[str]]) -> frozenset[str]:
    """The runs that so many bodies have in common that nobody has copied them from another."""
    counts = Counter(run for runs in all_runs for run in runs)
    least = max(FEWEST_SHARING, -(-len(all_runs) // USUAL_SHARE))
    return frozenset(run for run, count in counts.items() if count >= least)


def _sharing(own: Sequence[frozenset[str]]) -> list[tuple[int, int]]:
    """The pairs that have any run in common, in order."""
    places: dict[str, list[int]] = defaultdict(list)
    for i, runs in enumerate(own):
        for run in runs:
            places[run].append(i)
    return sorted({pair for found in places.values() for pair in combinations(found, 2)})


def _same_figures(reports: Sequence[Named]) -> Iterator[Likeness]:
    for (body, record), (other, compared) in combinations(reports, 2):
        if record.cells == compared.cells and _positive(record.cells, record) >= FEWEST_FIGURES:
            yield Likeness(kind="figures", body=body, other=other)


def _positive(cells: Mapping[str, object], record: Record) -> int:
    totals = totals_of(record.form) | totals_of(record.row_form)
    return sum(bool(value) for path, value in cells.items() if path not in totals)
