"""Breaks Chinese text into lines of a given width, at the ends of phrases and as evenly as possible."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate
from math import ceil

from gipdocs.writing import width

FORBIDDEN = 100_000.0
CLOSING, OPENING = "，。；：、）》”’？！〕", "（《“‘〔"
WORDS = re.compile(
    r"[之次]日起|\d+(?:个工作日|个月|日|年)|第[一二三四五六七八九十百]+[条款项]|[0-9A-Za-z.]+"
    r"|申请人?|答复书?|告知书?|通知书|行政复议|行政诉讼|决定书?|意见书?|工作日|期限|机关|机构|负责人?|信息|处理费|补正|公开|"
    r"法律|行政|法规|国家|安全|稳定|档案馆|理由|材料|要件|内容|第三方|或者|可以|应当|不予|登记|收到|提出|提起|延长|审查|检索|送达|"
    r"缴纳|说明|明确|超过|合理|范围|明显|所需|时间|计算|一次性|政府|人民|法院|裁决|国务院|存在|属于|涉及|处理|区分|归档|编号|签批|用印"
)
PARTS = re.compile(r"(?<=[省市县区州盟旗])|(?=人民|铁路)")
"""The places at which the name of a body may be broken."""
INSIDE_A_WORD, ANYWHERE, AFTER_A_MARK = 200.0, 8.0, 0.0


def broken(text: str, room: float, *, names: Iterable[str] = ()) -> list[str]:
    """The text in as few lines of `room` characters as possible; a word longer than a line is cut.

    No line begins with a closing mark or ends with an opening one; words, numbers and the parts of `names` are kept
    whole if possible.
    """
    prices, count = _prices(text, names), ceil(width(text) / room)
    while not (lines := _cheapest(text, prices, count, room)) and count < len(text):
        count += 1
    return lines or [text]


def _prices(text: str, names: Iterable[str]) -> list[float]:
    """What a break before each character costs, in squares of a character's width."""
    prices = [ANYWHERE] * (len(text) + 1)
    parts = [part for name in names for part in PARTS.split(name) if part]
    for words in (WORDS, *(re.compile(re.escape(part)) for part in parts)):
        for word in words.finditer(text):
            for i in range(word.start() + 1, word.end()):
                prices[i] = INSIDE_A_WORD
    for i in range(1, len(text)):
        if text[i] in CLOSING or text[i - 1] in OPENING:
            prices[i] = FORBIDDEN
        elif text[i - 1] in CLOSING or text[i] in OPENING:
            prices[i] = AFTER_A_MARK
    prices[-1] = 0.0
    return prices


def _cheapest(text: str, prices: list[float], count: int, room: float) -> list[str]:
    """The cheapest way to break the text into `count` lines; empty if the rules allow none."""
    until = list(accumulate(map(width, text), initial=0.0))
    wanted = until[-1] / count
    best: dict[int, tuple[float, list[str]]] = {0: (0.0, [])}
    for _ in range(count):
        ways: dict[int, tuple[float, list[str]]] = {}
        for start, (cost, lines) in best.items():
            for end in _ends(until, start, room):
                uneven = (until[end] - until[start] - wanted) ** 2 / 2
                way = (cost + prices[end] + uneven, [*lines, text[start:end]])
                if end not in ways or way < ways[end]:
                    ways[end] = way
        best = ways
    cost, lines = best.get(len(text), (FORBIDDEN, []))
    return lines if cost < FORBIDDEN else []


def _ends(until: list[float], start: int, room: float) -> range:
    """The indexes at which a line that begins at `start` may end; `until` are the widths of the text up to each index."""
    return range(start + 1, bisect_right(until, until[start] + room + 1e-6))
