"""Checks the numbers before items, paragraphs and points: （一）, 1. and 一是 in order, and of one kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from gipdocs.reports.narrative import NUMERAL, name_place, plain
from gipdocs.reports.record import Section
from gipdocs.reports.rules import Test, breach
from gipdocs.writing import ORDINALS, numeral, quote, read_number

LISTED = re.compile(r"(?m:^[^\S\n]*(?P<number>\d{1,2})(?P<mark>[.、])(?!\d))")
"""The number of a paragraph: 1. or 1、."""
POINT = re.compile(r"(?<![其之第统唯万惟单同专逐])一是|(?:^|[,。;:\n])(?P<number>[二三四五六七八九十]{1,2})是")
"""The number of a point within a paragraph: 一是."""


def check_order(section: Section, pointer: str) -> Iterator[Test]:
    """Tests the numbers of a part's items, and those of the paragraphs and points in each of them."""
    numbers = [match[0].strip("（）()") for item in section.items if (match := NUMERAL.match(item.head))]
    wanted = list(ORDINALS[: len(numbers)])
    if numbers and len(numbers) <= len(ORDINALS) and numbers != wanted:
        words = f"第{numeral(section.no)}部分的层次序号为{'、'.join(numbers)}，应依次为{'、'.join(wanted)}。"
        yield breach("S-ORDER", words, f"{pointer}/items")
    for k, item in enumerate(section.items):
        where = f"{numeral(section.no)}{head[0] if (head := NUMERAL.match(item.head)) else ''}"
        for told in _within(plain(item.text)):
            yield breach("S-ORDER", f"{name_place(where)}{told}", f"{pointer}/items/{k}/text", place=where)


def _within(text: str) -> Iterator[str]:
    """What is wrong with the numbers within one text (half-width punctuation)."""
    listed = list(LISTED.finditer(text))
    marks = list(dict.fromkeys(f"{quote('1' + match['mark'])}" for match in listed))
    if len(marks) > 1:
        yield f"段前序号的写法不统一（{'、'.join(marks)}），请统一。"
    for form, found in (("段前序号", listed), ("“一是”“二是”的序号", list(POINT.finditer(text)))):
        numbers = [match["number"] or "一" for match in found]
        if not _follow([read_number(number) or 0 for number in numbers]):
            yield f"{form}为{'、'.join(numbers)}，不连续，请核对有没有漏写、重写。"


def _follow(numbers: Sequence[int]) -> bool:
    """Whether each number follows the one before, or begins anew."""
    return all(number in (1, before + 1) for before, number in pairwise(numbers))
