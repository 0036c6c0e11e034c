"""Finds counts that the narrative tells twice, differently: 门户网站912条 in one item, 门户网站916条 in another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gipdocs.reports.breakdowns import UNIT
from gipdocs.reports.claims import MARKING
from gipdocs.reports.narrative import Passage, passages, plain
from gipdocs.reports.record import Record
from gipdocs.reports.rules import Test, breach
from gipdocs.reports.scopes import ADVERB, find_scope, sentence_around
from gipdocs.writing import quote

COUNTED = re.compile(
    rf"(?:^|(?<=[,。;:、()\n]))(?:{ADVERB}|其中|另外)*(?P<name>[\u4e00-\u9fff“”]{{4,24}}?)(?P<number>\d{{1,9}})(?P<unit>{UNIT})"
    r"(?![\u4e00-\u9fff\d.])"
)
"""A clause that is nothing but a name, its number and the unit."""
GENERAL = re.compile(r"(?:召开|举办|组织|开展|发布|公开|印发|参加|接受|办理|报送|编发|制作|举行)[\u4e00-\u9fff]{0,5}")
"""A short name of an act, which may have been done for several purposes."""


def check_repetition(record: Record) -> Iterator[Test]:
    """Doubts about clauses of the same name and unit in two items that give different numbers."""
    told: dict[tuple[str, str], tuple[Passage, str, int]] = {}
    for passage in passages(record):
        text = plain(passage.text)
        for match in COUNTED.finditer(text):
            if GENERAL.fullmatch(match["name"]) or _counts_otherwise(text, match.start("number"), record):
                continue
            key, number = (match["name"], match["unit"]), int(match["number"])
            phrase = passage.text[match.start("name") : match.end()]
            first, words, before = told.setdefault(key, (passage, phrase, number))
            if before != number and first.pointer != passage.pointer:
                yield _contradiction(first, words, passage, phrase, (number, before))


def _counts_otherwise(text: str, at: int, record: Record) -> bool:
    """Whether a number is of another time or body, or of documents that were marked."""
    _, sentence = sentence_around(text, at)
    return find_scope(text, at, record) is not None or bool(re.search(MARKING, sentence))


def _contradiction(first: Passage, words: str, passage: Passage, phrase: str, numbers: tuple[int, int]) -> Test:
    message = f"{first.named}{quote(words)}与{passage.named}{quote(phrase)}不一致，请核对；口径不同的，请在文中写明。"
    return breach("NARR-TWICE", message, passage.pointer, place=passage.where, numbers=numbers)
