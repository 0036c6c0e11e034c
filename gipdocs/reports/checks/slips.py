"""Flags figures many times larger or smaller than last year: an extra digit, or the wrong unit."""

from __future__ import annotations

from collections.abc import Iterator

from gipdocs.findings import Severity
from gipdocs.reports.changes import amount_before, say_ratio
from gipdocs.reports.checks.plausible import in_wan
from gipdocs.reports.expressions import Number
from gipdocs.reports.record import Record
from gipdocs.reports.rules import Test, breach, held
from gipdocs.reports.shapes import AMOUNT

SLIP = 5
"""A figure of table 2 that grew or shrank by this factor is flagged."""
SMALLEST_SLIP = 1000
SMALLEST_TENFOLD = 10
UNIT = 1000
"""The factor from which 元 and 万元 may have been confused."""
FEWEST_DIGITS = 4
"""Shorter numbers are alike by chance."""
TURNED = "与上年只差相邻两位数字的先后，请核对有没有写颠倒"
SLIPPERY = (".decisions", ".amount_wan", AMOUNT)
"""The figures that no other figure confirms; what is bought differs every year, so that only its unit is doubted."""


def check_slips(record: Record, previous: Record) -> Iterator[Test]:
    """Doubts about figures of table 2 that no other figure confirms and that rarely change by a large factor."""
    for path in (one for one in record.figures if one.endswith(SLIPPERY)):
        now, then = record.cells[path], amount_before(record, previous) if path == AMOUNT else previous.cells[path]
        if not now or not then or (path == AMOUNT and UNIT * min(now, then) > max(now, then)):
            continue
        if _is_slip(now, then):
            yield _slip(record, path, now, then, _cure(path, now, then))
        elif _is_turned(now, then):
            yield _slip(record, path, now, then, TURNED)
        else:
            yield held("XY-SLIP")


def _slip(record: Record, path: str, now: Number, then: Number, cure: str) -> Test:
    figure = record.figures[path]
    explained = record.remarked(path.rpartition(".")[0] + ".")
    words = f"{figure.place}为{now}，上年为{then}，{say_ratio(then, now)}。"
    more = (
        f"已注明原因：{explained}"
        if explained
        else f"{cure}；确有原因的（职权划转、集中整治等），请在该数字后加注说明。"
    )
    severity: Severity = "info" if explained or cure == TURNED else "warning"
    return breach("XY-SLIP", words + more, figure.pointer, severity=severity, place=figure.place, numbers=(now, then))


def _is_slip(now: Number, then: Number) -> bool:
    """Whether two figures differ by the factor of an extra digit or a wrong unit, and not because both are small."""
    less, more = sorted((now, then))
    tenfold = more == 10 * less and less >= SMALLEST_TENFOLD
    return tenfold or more >= UNIT * less or (more >= SLIP * less and more >= SMALLEST_SLIP)


def _is_turned(now: Number, then: Number) -> bool:
    """Whether two long numbers are the same but for two neighbouring digits that have changed places."""
    one, other = str(now), str(then)
    apart = [i for i, digits in enumerate(zip(one, other, strict=False)) if digits[0] != digits[1]]
    if len(one) != len(other) or len(one) < FEWEST_DIGITS or len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    first, second = apart
    return one[first] == other[second] and one[second] == other[first]


def _cure(path: str, now: Number, then: Number) -> str:
    if path.endswith("_wan") and now >= UNIT * then:
        return f"像是按元填写的，如是{now}元，应填{in_wan(now)}（万元），请核对单位"
    if path.endswith("_wan") and then >= UNIT * now:
        return "请核对单位是不是万元"
    if path == AMOUNT:
        return "请核对单位是元还是万元"
    return "请核对有没有多写、少写一位数字"
