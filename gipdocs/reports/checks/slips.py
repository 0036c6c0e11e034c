"""Flags figures many times larger or smaller than last year: an extra digit, or the wrong unit."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from gipdocs.findings import Severity
from gipdocs.reports.checks.plausible import in_wan
from gipdocs.reports.expressions import Number
from gipdocs.reports.record import Record
from gipdocs.reports.rules import Test, breach, held

GREAT_JUMP = 3
SMALLEST_GROWN = 20
SMALLEST_GREAT_JUMP = 1000
"""A ratio worth a look if the smaller figure reaches the first size and the larger one the second."""
SLIP = 5
"""A figure of table 2 that grew or shrank by this factor is flagged."""
SMALLEST_SLIP = 1000
SMALLEST_TENFOLD = 10
UNIT = 1000
"""The factor between 元 and 万元."""


def check_slips(record: Record, previous: Record) -> Iterator[Test]:
    """Doubts about figures of table 2 that no other figure confirms and that rarely change by a large factor."""
    for path, figure in record.figures.items():
        now, then = record.cells[path], previous.cells.get(path)
        if not path.endswith((".decisions", ".amount_wan")) or now is None or then is None:
            continue
        if not now or not then:
            if max(now, then) >= SMALLEST_SLIP:
                yield _from_or_to_none(record, path, now, then)
            continue
        slip, jump = _is_slip(now, then), _is_jump(now, then)
        if not slip and not jump:
            yield held("XY-SLIP")
            continue
        words = f"{figure.place}为{now}，上年为{then}，{_ratio(now, then)}。"
        explained = record.remarked(path.rpartition(".")[0] + ".")
        cure = f"已注明原因：{explained}" if explained else _cure(path, now, then) if slip else "请确认无误。"
        grave: Severity = "warning" if slip and not explained else "info"
        rule = "XY-SLIP" if slip else "XY-JUMP"
        yield breach(rule, words + cure, figure.pointer, severity=grave, place=figure.place, numbers=(now, then))


def _from_or_to_none(record: Record, path: str, now: Number, then: Number) -> Test:
    """Many decisions in one year and none in the other: possible if powers were transferred, so only a note."""
    figure = record.figures[path]
    explained = record.remarked(path.rpartition(".")[0] + ".")
    cure = (
        f"已注明原因：{explained}"
        if explained
        else "请核对有没有漏填或者错行；确有原因的（职权划转等），请在该数字后加注说明。"
    )
    words = f"{figure.place}为{now}，上年为{then}。{cure}"
    return breach("XY-SLIP", words, figure.pointer, severity="info", place=figure.place, numbers=(now, then))


def _is_slip(now: Number, then: Number) -> bool:
    """Whether two figures differ by the factor of an extra digit or a wrong unit, and not because both are small."""
    less, more = sorted((now, then))
    tenfold = more == 10 * less and less >= SMALLEST_TENFOLD
    return tenfold or more >= UNIT * less or (more >= SLIP * less and more >= SMALLEST_SLIP)


def _is_jump(now: Number, then: Number) -> bool:
    less, more = sorted((now, then))
    return more >= GREAT_JUMP * less and less >= SMALLEST_GROWN and more >= SMALLEST_GREAT_JUMP


def _ratio(now: Number, then: Number) -> str:
    if now > then:
        return f"是上年的{Decimal(now) / Decimal(then):.1f}倍"
    return f"只有上年的{Decimal(now) / Decimal(then):.2%}"


def _cure(path: str, now: Number, then: Number) -> str:
    more = "；确有原因的（职权划转、集中整治等），请在该数字后加注说明。"
    if path.endswith("_wan") and now >= UNIT * then:
        return f"像是按元填写的，如是{now}元，应填{in_wan(now)}（万元），请核对单位{more}"
    if path.endswith("_wan") and then >= UNIT * now:
        return f"请核对单位是不是万元{more}"
    return f"请核对有没有多写、少写一位数字{more}"
