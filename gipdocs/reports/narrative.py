"""Converts the narrative of a report to printed lines and back: headings, run-in numbers, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gipdocs.reports.record import Item, Record, Section
from gipdocs.writing import numeral

NUMERAL = re.compile(r"[（(][一二三四五六七八九十]+[）)]")
PLACE = re.compile(r"[一二三四五六](?:[（(].*)?")
ENDINGS = "。；;！!？?：:，,"
LONGEST_HEADING = 40
PROSE = (1, 5, 6)
"""The parts that have no table."""
HALF_WIDTH = str.maketrans("（）［］，；：！？％．＋－／０１２３４５６７８９　", "()[],;:!?%.+-/0123456789 ")


@dataclass(frozen=True, kw_only=True)
class NarrativeLine:
    """One printed paragraph of the narrative; `heading` if it is a line of its own above its text."""

    text: str
    heading: bool = False


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A text of the narrative for the checks; `where` is its place in a clerk's words: 一（二）."""

    text: str
    part: int
    where: str
    pointer: str

    @property
    def named(self) -> str:
        """Its place in a sentence: 第一部分（二）."""
        return name_place(self.where)


def name_place(where: str) -> str:
    """The place of a text as a sentence names it, 第一部分（二） for 一（二）; any other words as they are."""
    return f"第{where[0]}部分{where[1:]}" if PLACE.fullmatch(where) else where


def lines(items: Iterable[Item]) -> Iterator[NarrativeLine]:
    """The printed paragraphs of items, in order."""
    for item in items:
        if item.head and not item.text.startswith(item.head):
            yield NarrativeLine(text=item.head, heading=True)
        yield from (NarrativeLine(text=line) for line in item.text.split("\n") if line.strip())


def group(paragraphs: Iterable[str]) -> tuple[Item, ...]:
    """Items from printed paragraphs: a short one that begins with （一） and does not end a sentence is a heading."""
    found: list[tuple[str, list[str]]] = []
    for paragraph in paragraphs:
        begun = NUMERAL.match(paragraph)
        if begun and len(paragraph) <= LONGEST_HEADING and paragraph[-1] not in ENDINGS:
            found.append((paragraph, []))
        elif begun:
            found.append((begun[0], [paragraph]))
        elif found:
            found[-1][1].append(paragraph)
        else:
            found.append(("", [paragraph]))
    return tuple(Item(head=head, text="\n".join(texts)) for head, texts in found)


def passages(record: Record, *parts: int) -> Iterator[Passage]:
    """Every item's text with its place; `parts` restricts them to some of 一 to 六."""
    for i, section in enumerate(record.sections):
        if parts and section.no not in parts:
            continue
        for k, item in enumerate(section.items):
            where = f"{numeral(section.no)}{_numeral(item)}"
            yield Passage(text=item.text, part=section.no, where=where, pointer=f"/sections/{i}/items/{k}/text")


def part(record: Record, no: int) -> Section | None:
    """One of the parts, if the report has it."""
    return next((section for section in record.sections if section.no == no), None)


def whole(section: Section) -> str:
    """The whole text of a part, headings included."""
    return "\n".join(line.text for line in lines(section.items))


def plain(text: str) -> str:
    """The text with half-width digits and punctuation, every character in its place."""
    return text.translate(HALF_WIDTH)


def _numeral(item: Item) -> str:
    head = NUMERAL.match(item.head)
    return f"（{head[0][1:-1]}）" if head else ""
