"""In which part of a report a finding stands, as one office tells another."""

from __future__ import annotations

import re

from gipdocs.findings import Finding
from gipdocs.reports.record import Record
from gipdocs.writing import ORDINALS, numeral

WHOLE, PROSE = "报告全文", "文字叙述"
TABLE_PARTS = {"table2": 2, "table3": 3, "table4": 4}
"""The part in which each table stands."""
FEE_PART = 6
PLACES = {
    "title": "标题",
    "preamble": "前言",
    "signature": "落款",
    "date": "落款",
    "attachments": "附件",
    "format": "报告格式",
    "labels_as_printed": "报告格式",
    "extra_rows": "报告格式",
    "sections": "报告格式",
    "agency": "标题",
    "claims": PROSE,
}
"""The rest of a report, by the first word of a pointer."""
FIRST, LAST = ("标题", "前言", "报告格式"), (PROSE, WHOLE, "落款", "附件")
"""The places before the six parts, and those behind them, in the order in which they are told."""
SAME_TEXT = ("XY-SIM", "sum-copy")
"""The findings about all the prose together."""


def place_of(finding: Finding, record: Record) -> str:
    """标题, 前言, 第三部分（收到和处理政府信息公开申请情况） …; 报告全文 if it is about all of it."""
    first, *rest = finding.pointer.strip("/").split("/")
    if finding.code in SAME_TEXT:
        return PROSE
    if "form_rows" in rest:
        return PLACES["format"]
    if number := _part(first, rest, record):
        return _named(number, record)
    return PLACES.get(first, WHOLE)


def rank_of(place: str, record: Record) -> tuple[int, int]:
    """Where a place comes among all: as it would in the report, from its title to its enclosures."""
    parts = [_named(number, record) for number in range(1, len(ORDINALS) + 1)]
    for rank, known in enumerate((FIRST, parts, LAST)):
        if place in known:
            return rank, [*known].index(place)
    return len(LAST), 0


def _part(first: str, rest: list[str], record: Record) -> int | None:
    """The number of the part to which a pointer leads."""
    if first in TABLE_PARTS:
        return TABLE_PARTS[first]
    if first == "processing_fee":
        return FEE_PART
    if first == "sections" and rest and int(rest[0]) < len(record.sections):
        return record.sections[int(rest[0])].no
    if first == "claims" and rest:
        return _part_of_claim(record.claims[int(rest[0])].where)
    return None


def _part_of_claim(where: str) -> int | None:
    match = re.match(rf"第?([{ORDINALS}])", where)
    return ORDINALS.index(match[1]) + 1 if match else None


def _named(number: int, record: Record) -> str:
    headings = record.form.headings
    heading = headings[number - 1].partition("、")[2] if number <= len(headings) else ""
    return f"第{numeral(number)}部分" + (f"（{heading}）" if heading else "")
