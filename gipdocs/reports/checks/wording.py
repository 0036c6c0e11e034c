"""Checks the words of one passage: slips of the pen, units, years, and terms of the Regulations before their revision."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gipdocs.reports.claims import OTHER_MATTERS
from gipdocs.reports.kinds import school_year
from gipdocs.reports.narrative import Passage, plain
from gipdocs.reports.record import Record
from gipdocs.reports.rules import Test, breach
from gipdocs.writing import quote

BROKEN_FROM = 20
"""A paragraph of this length should end with a full stop."""
DOUBLED = re.compile(r"(?![一逐])([\u4e00-\u9fff]{2,8})\1|的的(?!确)|和和(?![美气])|及及|与与")
STOPS = re.compile(r"[,、;:][。,、;:]|。。|(?:以及|并且|或者)。")
PAIRS = (("(", ")", "括号"), ("《", "》", "书名号"), ("“", "”", "引号"))
UNITS = "条|份|起|项|次|个"
APPLICATION = rf"(?:信息公开申请|(?:收到|新收|共收|接收|受理|收办|办理|答复|办结)(?:(?!{OTHER_MATTERS})[^,。;、:\d]){{0,12}}申请)(?:公开)?"
WRONG_UNIT = re.compile(
    rf"{APPLICATION}(?:的)?(?:数量?|总数|总量)?(?:共计?|总计|合计|累计|有|为|达到?|:)*\d{{1,9}}(?P<after>{UNITS})"
    r"(?![\u4e00-\u9fff](?<![均全已都较比同]))"
    rf"|(?:收到|新收|共收|接收|受理|收办|办理|答复|办结)[^,。;、\d]{{0,4}}\d{{1,9}}(?P<before>{UNITS})"
    r"(?:政府信息公开|信息公开|依)申请(?!(?:公开)?[表书人材咨渠事答回提类])"
)
"""Applications counted in another unit than 件: the count is that of the applications, not of 申请表, 申请渠道, 申请后3次."""
PAST_YEAR = re.compile(
    r"(?:^|(?<=[,。;:(\n]))(20\d\d)年(?:度|全年)?,?(?:我|本|全[市县区镇局]|共)"
    r"|截[至止](20\d\d)年(?:(?:12月)?(?:31日|[底末])|12月)"
)
COMING_YEAR = re.compile(
    r"(20\d\d)年(?:度)?,?(?:全年|累计|共)(?!同|[^,。;]{0,4}(?:将|拟|计划|力争|预计|安排|部署))[^,。;]{0,4}(?:收到|受理|公开|发布|办理|答复|举办)"
)
OUTDATED = {
    "上级年度": "意思不清，应为“上级×年度”或者“上年度”",
    "免[于予]公开": "是修订前的条例的说法，现行条例为“不予公开”",
    "(?:生产|生活|科研)等特殊需要": "是修订前的条例规定的条件，2019年修订时已经删去",
    r"(?<!不)(?<!不再)(?<!未)(?<!没有)(?<!免)收取检索、复制、邮寄(?![^,。;]{0,12}(?:取消|停止|不再))": "是修订前的条例规定的费用，现行条例只规定了信息处理费",
}
"""Terms that are wrong in a report, and why."""


def check_wording(passage: Passage, record: Record) -> Iterator[Test]:
    """Every test of the words of a passage."""
    text, at, named, pointer = plain(passage.text), passage.where, passage.named, passage.pointer
    for doubled in dict.fromkeys(match[0] for match in DOUBLED.finditer(text)):
        yield breach("S-DUP", f"{named}有叠字“{doubled}”，请核对。", pointer, place=at)
    for printed in passage.text.split("\n"):
        for told in _sentence_faults(printed):
            yield breach("S-BROKEN", f"{named}{told}", pointer, place=at)
    for match in WRONG_UNIT.finditer(text):
        unit = match["after"] or match["before"]
        words = f"{named}{_shown(passage, match)}：政府信息公开申请以“件”计，请将“{unit}”改为“件”。"
        yield breach("S-UNIT", words, pointer, place=at)
    yield from _years(passage, text, record)
    for outdated, why in OUTDATED.items():
        if found := re.search(outdated, text):
            yield breach("S-PHRASE", f"{named}{_shown(passage, found)}{why}，请核对。", pointer, place=at)


def _shown(passage: Passage, match: re.Match[str], more: str = "") -> str:
    """The words of a match in quotation marks, as they are printed."""
    return quote(passage.text[slice(*match.span())] + more)


def _sentence_faults(printed: str) -> Iterator[str]:
    """What is wrong with the sentences of a paragraph: broken off, stops that follow each other, brackets not closed."""
    line = plain(printed)
    if len(line) >= BROKEN_FROM and line[-1] not in "。!?:;”)》":
        yield f"{quote('…' + printed[-12:])}没有写完或者缺少句号，请核对。"
    for match in STOPS.finditer(line):
        shown = quote("…" + printed[max(match.start() - 8, 0) : match.end()])
        yield f"{shown}的标点有误或者句子没有写完，请核对。"
    for opened, closed, name in PAIRS:
        if (start := _unclosed(line, opened, closed)) is not None:
            yield f"{quote(printed[start : start + 12] + '…')}缺少后半个{name}，请核对。"


def _unclosed(line: str, opened: str, closed: str) -> int | None:
    """Where a bracket opens that is not closed; one that closes alone may belong to a number, 1)."""
    places: list[int] = []
    for i, character in enumerate(line):
        if character == opened:
            places.append(i)
        elif character == closed and places:
            places.pop()
    return places[0] if places else None


def _years(passage: Passage, text: str, record: Record) -> Iterator[Test]:
    """Doubts about sentences that tell of an earlier year, or of the next as if it were over."""
    at, pointer = passage.where, passage.pointer
    first, last = school_year(record.title or "") or (record.year, record.year)
    reported = f"{record.year}年度" if first == last else f"{first}-{last}学年"
    for match in PAST_YEAR.finditer(text):
        if (told := int(match[1] or match[2])) < first and not _compares(text, match, record.year):
            words = f"{passage.named}{_shown(passage, match, '…')}：本报告为{reported}，请确认不是照抄往年。"
            yield breach("S-YEAR", words, pointer, place=at, numbers=(told, record.year))
    for match in COMING_YEAR.finditer(text):
        if (told := int(match[1])) > last:
            words = f"{passage.named}{_shown(passage, match, '…')}：本报告为{reported}，请核对年份。"
            yield breach("S-YEAR", words, pointer, place=at, numbers=(told, record.year))


def _compares(text: str, match: re.Match[str], year: int) -> bool:
    """Whether the sentence goes on to the reported year: 截至2022年底共有3个,2023年新增1个."""
    after = re.split(r"[。\n]", text[match.end() :], maxsplit=1)[0]
    return bool(re.search(rf"{year}年|[今本]年", after))
