"""Figures that can be right but seldom are: copied from elsewhere, estimated, or beyond the agency's powers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gipdocs.reports.record import Record
from gipdocs.reports.rules import Test, breach

LAWMAKERS = frozenset(
    (kind, level) for kind in ("government", "government-office") for level in ("province", "prefecture-city")
)
SMALL = frozenset(("department", "township", "central-branch"))
MANY_FILES = 50
"""More normative documents in force than this are unusual for a department or a township."""
THOUSAND = 1000
PRIOR_REVIEW_FROM = 2024
"""The first year in which disputes over refusals must go to reconsideration first."""


def check_plausible(record: Record) -> Iterator[Test]:
    """Doubts about single figures."""
    yield from _normative(record)
    yield from _rules(record)
    yield from _round(record)
    yield from _prior(record)


def _normative(record: Record) -> Iterator[Test]:
    field, made = ("valid", "issued") if record.format == "2021" else ("total_public", "made")
    stock, new = (record.cells[f"table2.normative.{name}"] for name in (field, made))
    figure = record.figures[f"table2.normative.{field}"]
    if record.agency_kind in SMALL and stock and stock > MANY_FILES:
        words = f"{figure.place}为{stock}，部门、乡镇很少有这么多规范性文件，请确认没有把网站信息条数填入。"
        yield breach("T2-NORM", words, figure.pointer, numbers=(stock, None))
    items = {
        claim.value for claim in record.claims if claim.value and re.search(rf"(?<!\d){claim.value}条", claim.quote)
    }
    if new and new > 1 and new in items:
        place = record.figures[f"table2.normative.{made}"]
        words = f"{place.place}{new}与文中公开信息的条数相同，请确认填的是规范性文件件数。"
        yield breach("T2-NORM", words, place.pointer, numbers=(new, None))


def _rules(record: Record) -> Iterator[Test]:
    may = record.agency_kind in (None, "ministry-level") or (record.agency_kind, record.level) in LAWMAKERS
    unclear = record.agency_kind in ("government", "government-office") and record.level is None
    if may or unclear:
        return
    for path, figure in record.figures.items():
        if path.startswith("table2.rules.") and record.cells[path]:
            words = (
                f"{figure.place}为{record.cells[path]}。规章只能由国务院部门和省、自治区、直辖市、"
                "设区的市、自治州的人民政府制定，请核对。"
            )
            yield breach("T2-RULES", words, figure.pointer, numbers=(record.cells[path], 0))


def _round(record: Record) -> Iterator[Test]:
    for path, figure in record.figures.items():
        value = record.cells[path]
        if path.endswith(".decisions") and value and value % THOUSAND == 0:
            words = f"{figure.place}{value}是整千数，请确认不是估计数。"
            yield breach("T2-ROUND", words, figure.pointer, numbers=(value, None))


def _prior(record: Record) -> Iterator[Test]:
    direct = record.cells["table4.suit_direct.total"]
    if record.year >= PRIOR_REVIEW_FROM and direct:
        words = f"表四“未经复议直接起诉”{direct}件：对不予公开不服的，应当先申请行政复议，请核对有无此类案件混入。"
        yield breach("T4-PRIOR", words, record.figures["table4.suit_direct.total"].pointer, numbers=(direct, None))
