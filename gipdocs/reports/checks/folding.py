"""Findings of many figures told as few: what is said of several is said once, and all jumps of a table together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gipdocs.reports.changes import say_percent
from gipdocs.reports.record import Record
from gipdocs.reports.rules import ReportFinding, Test, breach


def fold(tests: Iterable[Test], record: Record) -> Iterator[Test]:
    """The tests with one finding for figures in each other's place, and one for all unexplained jumps of a table."""
    said: set[str] = set()
    jumps: dict[str, list[ReportFinding]] = {}
    for one in tests:
        if one.finding and one.rule == "XY-JUMP" and not _is_explained(one.finding, record):
            jumps.setdefault(one.finding.pointer.split("/")[1], []).append(one.finding)
        elif not one.finding or one.rule != "XY-MOVED" or one.finding.message not in said:
            said.update([one.finding.message] if one.finding else [])
            yield one
    yield from map(_fold, jumps.values())


def _is_explained(finding: ReportFinding, record: Record) -> bool:
    path = next(path for path, figure in record.figures.items() if figure.pointer == finding.pointer)
    return bool(record.remarked(path.rpartition(".")[0] + "."))


def _fold(found: Sequence[ReportFinding]) -> Test:
    first = found[0]
    numbers = (first.stated, first.computed)
    if len(found) == 1:
        return breach("XY-JUMP", first.message, first.pointer, place=first.place, numbers=numbers)
    listed = "；".join(
        f"{one.place}上年{one.computed}，本年{one.stated}（{say_percent(one.computed, one.stated)}）" for one in found
    )
    cure = "请核对有没有漏填、错行；确有原因的，请在文中说明或者加注。"
    words = f"与上年相比有{len(found)}个数变化较大：{listed}。{cure}"
    return breach("XY-JUMP", words, first.pointer, place=first.place, numbers=numbers)
