"""Doubtful figures: possible, but often copied from elsewhere, estimated, or beyond the agency's powers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from gipdocs.findings import Severity
from gipdocs.reports.expressions import Number
from gipdocs.reports.narrative import passages, plain
from gipdocs.reports.record import Record
from gipdocs.reports.rules import Test, breach
from gipdocs.writing import plain_number, quote

LAWMAKERS = frozenset(
    (kind, level) for kind in ("government", "government-office") for level in ("province", "prefecture-city")
)
SMALL = frozenset(("department", "township", "central-branch"))
MANY_FILES = 50
"""A department or township rarely has more normative documents than this in force."""
LARGE = 20
"""From this many on, as many files as items on the web site are no coincidence."""
ACTS = {"许可": "licence", "处罚": "penalty", "强制": "coercion"}
POWERS = re.compile(
    r"行政(?P<act>许可|处罚|强制)[^,。;、\d]{0,10}(?P<count>\d{1,9})(?P<unit>[项条])"
    r"|(?<![\d.])(?P<count2>\d{1,9})(?P<unit2>[项条])[^,。;、\d]{0,6}行政(?P<act2>许可|处罚|强制)"
)
"""A count of powers, 项, or of published items, 条."""
FEWEST_POWERS = 10
THOUSAND = 1000
FEES = {"township": 10_000, "county": 300_000, "district": 300_000, "prefecture-city": 2_000_000}
"""The most 行政事业性收费, in 万元, that a region of this level could plausibly collect in a year."""
HIGHEST_FEES = 10_000_000
"""The same, in 万元, for a province, a ministry, or an agency of unknown level."""
PRIOR_REVIEW_FROM = 2024
"""The first year in which disputes over refusals must go to reconsideration before court."""


def check_plausible(record: Record) -> Iterator[Test]:
    """Doubts about single figures."""
    yield from _normative(record)
    yield from _powers(record)
    yield from _rules(record)
    yield from _round(record)
    yield from _fee(record)
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
    if new and new > 1 and (new in items or (new >= LARGE and new in _items(record))):
        place = record.figures[f"table2.normative.{made}"]
        words = f"{place.place}{new}与文中公开信息的条数相同，请确认填的是规范性文件件数。"
        yield breach("T2-NORM", words, place.pointer, numbers=(new, None))


def _items(record: Record) -> set[int]:
    """The counts of published items in part one."""
    return {
        int(number) for one in passages(record, 1) for number in re.findall(r"(?<![\d.])(\d{2,9})条", plain(one.text))
    }


def _powers(record: Record) -> Iterator[Test]:
    """Doubts about decisions that are as many as the powers, or the items about them, that the text tells."""
    for passage in passages(record, 1):
        for match in POWERS.finditer(plain(passage.text)):
            act, unit = match["act"] or match["act2"], match["unit"] or match["unit2"]
            count, path = int(match["count"] or match["count2"]), f"table2.{ACTS[act]}.decisions"
            if count < FEWEST_POWERS or record.cells.get(path) != count:
                continue
            figure = record.figures[path]
            words = f"{figure.place}{count}与{passage.named}{quote(match[0])}相同，请确认填的是处理决定的件数，"
            words += "不是事项数。" if unit == "项" else "不是公开的条数；未公开的决定也应计入。"
            grave: Severity = "warning" if unit == "项" else "info"
            yield breach("T2-MISREAD", words, figure.pointer, severity=grave, place=figure.place, numbers=(count, None))


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


def _fee(record: Record) -> Iterator[Test]:
    """A doubt about an amount that seems to be in 元, in the column for 万元."""
    amount = record.cells.get("table2.fee.amount_wan")
    ceiling = FEES.get(record.level or record.agency_kind or "", HIGHEST_FEES)
    if amount and amount > ceiling:
        figure = record.figures["table2.fee.amount_wan"]
        words = (
            f"{figure.place}为{amount}，合{in_yi(amount)}亿元，数额异常，像是按元填写的。"
            f"如是{amount}元，应填{in_wan(amount)}（万元），请核对。"
        )
        yield breach("T2-FEE", words, figure.pointer, place=figure.place, numbers=(amount, None))


def in_wan(yuan: Number) -> str:
    """An amount in 元 as 万元, without zeros at the end."""
    return plain_number(Decimal(yuan) / 10_000)


def in_yi(wan: Number) -> str:
    """An amount in 万元 as 亿元, to two decimals."""
    return f"{Decimal(wan) / 10_000:.2f}"


def _prior(record: Record) -> Iterator[Test]:
    direct = record.cells["table4.suit_direct.total"]
    if record.year >= PRIOR_REVIEW_FROM and direct:
        words = f"表四“未经复议直接起诉”{direct}件：对不予公开不服的，应当先申请行政复议，请核对有无此类案件混入。"
        yield breach("T4-PRIOR", words, record.figures["table4.suit_direct.total"].pointer, numbers=(direct, None))
