"""Checks what the place asks of a report beside the national form; nothing is asked unless the office's profile says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from gipdocs.profile.values import COUNTS, ReportChoices
from gipdocs.reports.checks.form import due_day
from gipdocs.reports.claims import NOT_COUNTS
from gipdocs.reports.narrative import part, plain, whole
from gipdocs.reports.record import Record, Section
from gipdocs.reports.rules import Test, breach, held
from gipdocs.writing import chinese_date

COUNT = r"(?:\d|[零一两二三四五六七八九十百]+(?:余|多)?[个期条件篇次处份家]|没有|未|无|尚无)"
AFTER, BEFORE = 30, 16
"""A count stands within so many characters after its words, or before them."""
WORDS: Mapping[str, str] = {
    "website": r"网站|门户网",
    "media": r"新媒体|微信|微博|公众号|客户端",
    "gazette": r"公报(?![^,;。]{0,8}期)",
    "boards": r"公告栏|公示栏|公开栏|宣传栏",
    "interpretation": r"解读",
    "response": r"回应",
    "documents": r"规范性文件",
    "platforms": r"平台|网站|新媒体|账号",
    "zones": r"专区",
    "issues": r"公报",
}
"""The words beside which each count stands."""
COUNTED = {"platforms": r"个", "issues": r"期"}
"""The units without which a number is another count."""


def check_local(record: Record, local: ReportChoices) -> Iterator[Test]:
    """Every test of the place's own rules, each with the notice that asks it as its basis."""
    for test in _tests(record, local):
        finding = test.finding and replace(test.finding, basis=local.source)
        yield replace(test, finding=finding)


def _tests(record: Record, local: ReportChoices) -> Iterator[Test]:
    if section := part(record, 1):
        pointer = f"/sections/{record.sections.index(section)}"
        yield from _length(section, pointer, local)
        yield from _counts(section, pointer, local)
    yield from _sent(record, local)


def _length(section: Section, pointer: str, local: ReportChoices) -> Iterator[Test]:
    """Tests the length of part one in characters, without blanks."""
    if local.longest_overview is None:
        return
    length = len(re.sub(r"\s", "", whole(section)))
    if length <= local.longest_overview:
        yield held("L-LENGTH")
        return
    words = f"第一部分“总体情况”共{length}字（不计空格），本地要求不超过{local.longest_overview}字，请压缩。"
    yield breach("L-LENGTH", words, pointer, state="fail", numbers=(length, local.longest_overview))


def _counts(section: Section, pointer: str, local: ReportChoices) -> Iterator[Test]:
    """Tests that part one tells every count that is asked for; 没有 and 未 tell one too."""
    if not local.told:
        return
    text = NOT_COUNTS.sub("", plain(whole(section)))
    lacking = [COUNTS[key] for key in local.told if not _tells(text, key)]
    if lacking:
        words = f"第一部分没有写明{'、'.join(lacking)}，本地要求写明，请补写；没有的，写明没有。"
        yield breach("L-COUNTS", words, pointer, state="fail")
    else:
        yield held("L-COUNTS")


def _tells(text: str, key: str) -> bool:
    count = rf"(?:\d+|[零一两二三四五六七八九十百]+){COUNTED[key]}|没有|未|无" if key in COUNTED else COUNT
    after = rf"(?:{WORDS[key]})[^。;\n]{{0,{AFTER}}}?(?:{count})"
    before = rf"(?:{count})[^。;,\n]{{0,{BEFORE}}}?(?:{WORDS[key]})"
    return bool(re.search(rf"{after}|{before}", text))


def _sent(record: Record, local: ReportChoices) -> Iterator[Test]:
    """Tests that a report was signed by the day on which it must be sent; the law's own day is another rule's business."""
    if local.send_by is None or record.date is None or record.agency_kind == "government":
        return
    last, due = date(record.year + 1, *local.send_by), due_day(record)
    if record.date <= last or (due and record.date > due):
        return
    words = f"落款日期{chinese_date(record.date)}晚于本地要求的报送日期{chinese_date(last)}，请核对落款日期，尽快报送。"
    yield breach("L-SENT", words, "/date", state="fail")
