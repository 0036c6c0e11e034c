"""Checks what the preamble says about the report: the period of its figures, and its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from gipdocs.findings import Severity
from gipdocs.reports.narrative import passages, plain
from gipdocs.reports.record import Record
from gipdocs.reports.rules import Test, breach
from gipdocs.writing import ORDINALS, YEAR_SIGNS, numeral, quote, read_number

STRICT = r"统计(?:的)?(?:起止)?(?:期限|时限|时间|日期|期间|时段|周期|区间|范围)|统计[^。;\n]{0,8}?(?:截至|截止)"
PERIOD = re.compile(STRICT)
"""Words that announce the period of the figures anywhere in the report."""
PERIOD_BEFORE = re.compile(
    rf"{STRICT}|起止(?:时间|日期)|(?:数据|数字)[^。;\n]{{0,16}}?(?:期限|时限|起止|截至|截止|止于)|截[至止](?=(?:20\d\d|二[〇○零]..)年)"
)
"""Words that announce the period in a preamble."""
FIGURE = "[一二三四五六七八九十]"
TO = r"[-—–~～至到]"
DAY = re.compile(
    r"(?:(?P<year>20\d\d|二[〇○零]..)年(?:度)?)?"
    rf"(?<![\d第一二三四五六七八九十])(?P<month>\d{{1,2}}|{FIGURE}{{1,2}})(?:月(?:(?P<day>\d{{1,2}}|{FIGURE}{{1,3}})日)?|(?={TO}{{1,2}}(?:\d{{1,2}}|{FIGURE}{{1,2}})月))"
    r"|(?P<year2>20\d\d)[./-](?P<month2>\d{1,2})[./-](?P<day2>\d{1,2})(?!\d)"
)
YEAR = re.compile(r"(20\d\d)(?:年|[./-]\d)|(二[〇○零][〇○零一二三四五六七八九]{2})年")
SHORTER = re.compile(r"[上下]半年|前?[一二三四1-4]个?季度")
"""Parts of a year named without days."""
REACH = 40
"""The days follow within this many characters of the announcing words."""
APART = 8
"""The most characters between the two days of a range."""
FOUNDED = re.compile(r"成立|组建|设立|挂牌|撤销|合并|划转|更名|改革")
"""Reasons why an agency's year may be shorter."""
COUNT = rf"(?<!第)(?P<count>[{ORDINALS}]|\d{{1,2}})(?:等|个|大)*"
ANNOUNCED, ANNOUNCED_PARTS = (re.compile(rf"{COUNT}(?:{words})") for words in ("部分|方面|项内容|项", "部分"))
PARTS = {
    "总体情况": r"总体情况|概述|概况",
    "主动公开政府信息情况": r"主动公开",
    "收到和处理政府信息公开申请情况": r"收到和处理|申请",
    "政府信息公开行政复议、行政诉讼情况": r"复议|诉讼",
    "存在的主要问题及改进情况": r"问题|改进",
    "其他需要报告的事项": r"其他",
}
"""The six parts by their names in the form, and the words that a preamble uses for each."""
FEWEST_NAMED = 4
"""A sentence that names this many parts is a list of parts."""


def check_period(record: Record, *, needed: bool = True) -> Iterator[Test]:
    """Tests that the report states the period of its figures, if `needed`, and that it is the whole year."""
    pointer, sentence = next(_announcements(record), ("", ""))
    if not pointer and not needed:
        return
    if not pointer:
        words = f"没有说明数据统计期限，请写明“{record.year}年1月1日至12月31日”。"
        yield breach("S-PERIOD", words, "/preamble")
        return
    wrong = [year for year in _years(sentence) if year != record.year]
    if wrong:
        words = f"统计期限写的是{wrong[0]}年，本报告为{record.year}年度，请改正。"
        yield breach("S-YEAR", words, pointer, numbers=(wrong[0], record.year))
    elif not _is_whole(days := _range(sentence)) or (not days and SHORTER.search(sentence)):
        grave: Severity = "info" if FOUNDED.search(sentence) else "warning"
        words = f"{quote(sentence)}不是全年，统计期限应为{record.year}年1月1日至12月31日，请核对。"
        yield breach("S-PERIOD", f"{words}机构当年成立、撤并的，请注明。", pointer, severity=grave)


def _range(words: str) -> list[tuple[int, int]]:
    """Month and day of the first day or range of days in a text; a month without a day has day 0."""
    days = list(DAY.finditer(words))
    pair = len(days) > 1 and days[1].start() - days[0].end() <= APART
    return [_month_and_day(match) for match in days[: 2 if pair else 1]]


def _years(words: str) -> list[int]:
    return [int(digits or "".join(YEAR_SIGNS[sign] for sign in signs)) for digits, signs in YEAR.findall(words)]


def _month_and_day(match: re.Match[str]) -> tuple[int, int]:
    month, day = (match[name] or match[f"{name}2"] or "0" for name in ("month", "day"))
    return read_number(month) or 0, read_number(day) or 0


def _is_whole(days: Sequence[tuple[int, int]]) -> bool:
    """Whether the days that are given are the first and last of a year."""
    first, last = (1, 0), (12, 0)
    opens, closes = [one in (first, (1, 1)) for one in days], [one in (last, (12, 31)) for one in days]
    return not days or (opens[0] and closes[1] if len(days) > 1 else opens[0] or closes[0])


def check_parts(record: Record) -> Iterator[Test]:
    """Tests that the parts counted and listed in the preamble are those of the report."""
    said, lacking = _announced(record)
    there = len(record.sections)
    if said is not None and said != there:
        words = f"前言写明由{_numeral(said)}个部分组成，实际有{_numeral(there)}个部分，请改为一致。"
        yield breach("S-PARTS", words, "/preamble", numbers=(said, there))
    elif lacking:
        listed = "、".join(quote(name) for name in lacking)
        counted = f"前言写明有{_numeral(said)}个部分" if said is not None else "前言列举各部分"
        yield breach("S-PARTS", f"{counted}，没有列出{listed}，请补齐。", "/preamble")


def _announced(record: Record) -> tuple[int | None, list[str]]:
    """The number of parts that the preamble gives, and those of the six that its list omits."""
    text = plain(record.preamble or "")
    for sentence in re.split(r"[。\n]", text):
        lacking = [name for name, words in PARTS.items() if not re.search(words, sentence)]
        if len(PARTS) - len(lacking) >= FEWEST_NAMED:
            return _count(ANNOUNCED.search(sentence)), lacking
    return _count(ANNOUNCED_PARTS.search(text)), []


def _count(match: re.Match[str] | None) -> int | None:
    return read_number(match["count"]) if match else None


def _numeral(count: int) -> str:
    return numeral(count) if count <= len(ORDINALS) else str(count)


def _announcements(record: Record) -> Iterator[tuple[str, str]]:
    """Pointer and words of each statement of the period: announced ones first, then bare ranges from the first day."""
    preamble = ("/preamble", plain(record.preamble or ""))
    told = [(one.pointer, plain(one.text)) for one in passages(record)]
    for (pointer, text), announced in ((preamble, PERIOD_BEFORE), *((one, PERIOD) for one in told)):
        for match in announced.finditer(text):
            yield pointer, re.split(r"[。;\n]", text[match.start() : match.end() + REACH], maxsplit=1)[0]
    for pointer, text in (
        preamble,
        *((one.pointer, plain(one.text)) for one in passages(record, record.sections[0].no)),
    ):
        for first, last in pairwise(DAY.finditer(text)):
            if last.start() - first.end() <= APART and _month_and_day(first) == (1, 1):
                yield pointer, text[first.start() : last.end()]
