"""What no letter may say: faults of grammar that can be seen in a sentence, and claims that the case doesn't bear out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from gipdocs.writing import WEB_ADDRESS

QUOTED = re.compile(r"“[^“”]*”")
HEADING = re.compile("[一二三四五六七八九十]+、")
ADDRESS = re.compile("你(?:们|单位)?")
LEAST_SENTENCE = 12
"""Characters; shorter sentences may come again."""

PATTERNS = {
    "two marks": r"[。；，、：！？][。；，、：！？]|[。；，：]）|（[。；，、：]",
    "nothing within marks": r"“\s*”|（\s*）|《\s*》|〔\s*〕|“[，。；：、]",
    "title marks within title marks": r"《[^》]*《",
    "quotation marks within quotation marks": r"“[^”]*“",
    "an act named twice in one list": r"(《[^》]+》)第[^，。；《]*[、和]\1",
    "a placeholder": r"\{\{|\}\}|\{%|%\}|None|True|False|\[|\]|_{2,}|＿",
    "a mark at the beginning": r"^[，。、；：）”》]",
    "a mark after an address": rf"{WEB_ADDRESS}[!-~]*[，。；：、）]",
    "a verb without its object": (
        r"向你(?:们|单位)?提供(?:（[^）]*）)?[。：]|无法提供。|申请提供。|没有说明。|(?<!并)告知你(?:们|单位)?。"
        r"|(?<!问题，)可以通过下列渠道提出：|通过下列渠道获取|可以(?:提出|获取|查阅|领取)。"
    ),
    "a search told twice": r"经检索.*经检索",
    "items that are counted": r"包含\d+项|共\d+项",
    "a word doubled": r"的的|了了|本机关本机关|于于|现现|，现.{0,20}，现|根据根据|依照依照",
    "a blank within Chinese": r"[一-龥] [一-龥]",
}
"""Faults that show in one paragraph, with their regular expressions."""

CLAIMS = {
    "corrected": r"补正",
    "extended": r"延长答复期限|延长期限",
    "consulted": r"征求|第三方(?:不)?同意",
    "again": r"重新答复|重新办理|号行政判决|号行政复议决定|自行撤销",
    "public interest": r"不公开(?:相关信息)?(?:会|可能)对公共利益造成重大影响。",
    "several": r"现一并|各件|第[一二三四]件",
    "separated": r"作了区分处理，现逐项答复",
}
"""What may be said only where the case is so."""


def own_words(paragraph: str) -> str:
    """The paragraph without what it quotes."""
    return QUOTED.sub("“引文”", paragraph)


def sentences(paragraphs: Iterable[str]) -> list[str]:
    """The sentences in the letter's own words."""
    return [one for text in paragraphs for one in re.split(r"(?<=[。；：])", own_words(text)) if one]


def find_patterns(paragraphs: Iterable[str]) -> list[str]:
    """Each fault of PATTERNS with the words that show it."""
    return [
        f"{name}: {found.group()} in {text}"
        for text in paragraphs
        for name, pattern in PATTERNS.items()
        if (found := re.search(pattern, text if "marks" in name or "mark " in name else own_words(text)))
    ]


def find_untrue_claims(paragraphs: Iterable[str], facts: Iterable[str]) -> list[str]:
    """The claims of CLAIMS that these facts don't bear out."""
    known = set(facts)
    return [
        f"not {name}: {found.group()} in {text}"
        for text in map(own_words, paragraphs)
        for name, pattern in CLAIMS.items()
        if name not in known and (found := re.search(pattern, text))
    ]


def find_other_addresses(paragraphs: Iterable[str], you: str) -> list[str]:
    """The sentences that address the reader otherwise than by `you`."""
    return [one for one in sentences(paragraphs) if set(ADDRESS.findall(one)) - {you}]


def find_repetitions(paragraphs: Iterable[str]) -> list[str]:
    """The sentences that stand twice under one heading."""
    found, counted = [], Counter[str]()
    for text in paragraphs:
        if HEADING.match(text):
            counted.clear()
        for one in sentences([text]):
            counted[one] += 1
            found += [one] if counted[one] == 2 and len(one) >= LEAST_SENTENCE else []
    return found


def find_unended(paragraphs: Iterable[str]) -> list[str]:
    """The paragraphs that end without a mark, other than headings and those that end with an address."""
    ended = re.compile(r"[。；：]$|[。！？]”$|[!-~]$")
    return [one for one in paragraphs if not HEADING.match(one) and not ended.search(one)]
