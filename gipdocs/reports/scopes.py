"""Finds the scope that the words before a number set: another year, part of the year, several years, another body."""

from __future__ import annotations

import re
from enum import Enum

from gipdocs.reports.record import Record

LONGEST_SENTENCE = 300
TO = r"[-—–~～至到]{1,2}"
TIME = re.compile(
    rf"(?P<several>20\d\d年?(?:度)?{TO}20\d\d年|近[一二两三四五六七八九十\d]{{1,2}}年|历年|[一二两三四五六七八九十\d]年[间来]"
    r"|(?<![年月日度\d])以来)"
    rf"|(?P<whole>(?<!\d)1月?(?:1日|份)?(?:起)?{TO}(?:20\d\d年)?12月(?:31日|份|底)?|(?<!\d)12月(?:31日|底)|全年)"
    r"|(?P<part>[上下]半年|[一二三四1-4]季度|(?<!\d)\d{1,2}月)"
    r"|(?<![转到入])(?<![转延]至)(?!(?<=[比较与同和])20\d\d年(?:度|全年|同期)?(?:相?比|[增减上下持多少有,]))(?P<year>20\d\d)年(?!修[订正改]|版|印发|[发公]布|制定|出台)"
    r"|(?<![比较与同和])(?P<last>[去上]一?年)(?!度?(?:结转|转|未|遗留|剩余))"
    r"|(?P<this>本年|今年|当年)|(?P<sum>累计)"
)
"""Words that set a time for the text after them; the last of them counts."""
SINCE = re.compile(r"(?:度)?(?:\d{1,2}月(?:\d{1,2}日)?)?(?:[^。,;\d]{0,6})以来")
ADVERB = (
    rf"(?:20\d\d年(?:度)?|[\d月日]{{1,6}}{TO}[\d月日]{{2,6}}|[上下]半年|第?[一二三四]季度|全年度?|[今本当]年度?|年内"
    r"|总?共计?|累计|合计|依法|已经?|均|分别)"
)
BUSINESS = (
    r"(?:收到|新收|接到|接收|受理|收办|办理|处理|答复|办结|予以公开|部分公开|不予|无法提供|结转|制定|制发|出台|印发|废止"
    r"|作出|做出|发生|收取|被?提起|行政复议|行政诉讼)"
)
BODY = r"(?:[局委办厅部院处所镇乡县区市省州旗]|委员会|办公室|街道|办事处|中心|公司|集团|学校|医院|单位|部门|机关|机构|政府|本级)"
BRACKETED = "市县区镇乡街道办局委"
SUBJECT = re.compile(
    rf"(?:^|[,;:、()])(?:其中|另外|此外)?{ADVERB}{{0,3}}(?P<body>[\u4e00-\u9fff]{{0,14}}?{BODY})(?:[(][{BRACKETED}]{{1,4}}[)])?"
    rf"{ADVERB}{{0,3}}(?=(?:未|没有|无)?{BUSINESS})"
)
"""A body that is the subject of the following words."""
OWN = re.compile(r"(?:我|本(?!级)|全[市县区省州旗镇乡国系局委办厅院街])")
"""An agency's words for itself, or for itself with its subordinate units."""


class Scope(Enum):
    """The scope of a number, if other than the report's agency and year."""

    YEAR = "another year"
    TIME = "part of the year, or several years"
    BODY = "another body"


def sentence_around(text: str, at: int) -> tuple[int, str]:
    """The sentence that contains position `at` of a text, with its own position."""
    start = max(*(text.rfind(mark, 0, at) + 1 for mark in "。\n"), at - LONGEST_SENTENCE)
    return start, re.split(r"[。\n]", text[start : at + LONGEST_SENTENCE], maxsplit=1)[0]


def find_scope(text: str, at: int, record: Record) -> Scope | None:
    """The scope that the sentence (half-width punctuation) sets for the number at `at`; None is the agency's whole year."""
    start, sentence = sentence_around(text, at)
    return _time(sentence, at - start, record.year) or _body(sentence, at - start, record.agency)


def _time(sentence: str, at: int, year: int) -> Scope | None:
    own, found = False, None
    for mark in TIME.finditer(sentence, 0, at):
        kind = mark.lastgroup
        if kind in ("year", "last"):
            own = kind == "year" and int(mark["year"]) == year
            found = None if own else Scope.TIME if SINCE.match(sentence, mark.end()) else Scope.YEAR
        elif kind == "this" or (kind == "whole" and found is not Scope.YEAR):
            own, found = True, None
        elif kind in ("part", "several") or (kind == "sum" and not own):
            found = found or Scope.TIME
    return found


def _body(sentence: str, at: int, agency: str | None) -> Scope | None:
    subjects = [match["body"] for match in SUBJECT.finditer(sentence) if match.end("body") <= at]
    if not subjects or OWN.match(subjects[-1]) or (agency and abbreviates(subjects[-1], agency)):
        return None
    return Scope.BODY if agency or re.match(r"各|[下所直]属", subjects[-1]) else None


def abbreviates(short: str, name: str) -> bool:
    """Whether every character of `short` occurs in `name`, in the same order: 市发改委 in 某市发展和改革委员会."""
    rest = iter(name)
    return all(character in rest for character in short)
