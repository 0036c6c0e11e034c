"""The automatic numbers of a Word file: 一、 and （一） as they are printed before their paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from gipdocs.ooxml import W
from gipdocs.published.numerals import written
from gipdocs.published.styles import Styles, is_on, value_of

FORMATS: Mapping[str, str] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting", "koreanCounting"), "chinese"),
    **dict.fromkeys(("taiwaneseCounting", "taiwaneseCountingThousand"), "chinese"),
    **dict.fromkeys(("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"), "digits"),
    **dict.fromkeys(("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"), "capital"),
    "ideographTraditional": "stems",
    "ideographZodiac": "branches",
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), "circle"),
    "decimalEnclosedParen": "in-brackets",
    "decimalEnclosedFullstop": "with-stop",
    "ideographEnclosedCircle": "chinese-in-brackets",
    "decimalZero": "two-digits",
    **dict.fromkeys(("decimalFullWidth", "decimalFullWidth2"), "full-width"),
    "lowerLetter": "lower-letter",
    "upperLetter": "upper-letter",
    "lowerRoman": "lower-roman",
    "upperRoman": "upper-roman",
}
"""The ways to write a number, by their names in Word; with any other name, digits are used."""
UNPRINTED = ("bullet", "none")


@dataclass(frozen=True, kw_only=True)
class Level:
    """A level of a list; in `text`, %1 stands for the number of the first level."""

    start: int
    format: str
    text: str
    spaced: bool
    restart: int | None
    legal: bool
    style: str | None


@dataclass(frozen=True, kw_only=True)
class List:
    """A list as paragraphs refer to it; lists that continue each other have the same `counted`."""

    counted: str
    levels: Mapping[int, Level]
    restarts: Mapping[int, int]


@dataclass
class Numbering:
    """Counts the paragraphs of one file in their order."""

    lists: Mapping[str, List] = field(default_factory=dict)
    counts: dict[str, dict[int, int]] = field(default_factory=dict)
    begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, paragraph: etree._Element, styles: Styles) -> str:
        """The number printed before this paragraph, the next of its list; "" for a paragraph without one."""
        key, depth = self._reference(paragraph, styles)
        one = self.lists.get(key or "")
        if one is None or depth not in one.levels:
            return ""
        counts = self.counts.setdefault(one.counted, {})
        self._count(key or "", one, depth, counts)
        level = one.levels[depth]
        if level.format == "bullet":
            return ""
        text = re.sub(r"%([1-9])", lambda match: _number(one, int(match[1]) - 1, counts, legal=level.legal), level.text)
        return f"{text} " if level.spaced and text[-1:].isalnum() else text

    def _count(self, key: str, one: List, depth: int, counts: dict[int, int]) -> None:
        if depth in one.restarts and (key, depth) not in self.begun:
            counts.pop(depth, None)
        self.begun.add((key, depth))
        counts[depth] = counts[depth] + 1 if depth in counts else _start(one, depth)
        for below, level in one.levels.items():
            if below > depth and (level.restart is None or depth < level.restart):
                counts.pop(below, None)

    def _reference(self, paragraph: etree._Element, styles: Styles) -> tuple[str | None, int]:
        """The list of a paragraph and its level there; either may come from the style."""
        key, depth = _told(paragraph.findall(f"{W}pPr/{W}numPr"))
        for name, style in styles.chain(styles.paragraph_style(paragraph)):
            of_style, its_depth = _told([] if style.numbered is None else [style.numbered])
            if key is None:
                key = of_style
                own = self.lists.get(key or "")
                linked = (level for level, one in own.levels.items() if one.style == name) if own else iter(())
                its_depth = next(linked, its_depth)
            depth = its_depth if depth is None else depth
        return key, depth or 0


def read_numbering(root: etree._Element) -> Numbering:
    """The lists of a file by the root of their part."""
    abstract = {one.get(f"{W}abstractNumId", ""): one for one in root.iter(f"{W}abstractNum")}
    levels = {key: dict(_levels(one.findall(f"{W}lvl"))) for key, one in abstract.items()}
    named = {_value(one, "styleLink"): key for key, one in abstract.items() if _value(one, "styleLink")}
    lists = {}
    for num in root.iter(f"{W}num"):
        counted = _value(num, "abstractNumId") or ""
        if counted in abstract and (link := _value(abstract[counted], "numStyleLink")):
            counted = named.get(link, counted)
        changed = num.findall(f"{W}lvlOverride")
        lists[num.get(f"{W}numId", "")] = List(
            counted=counted,
            levels=levels.get(counted, {}) | dict(_levels(lvl for one in changed for lvl in one.findall(f"{W}lvl"))),
            restarts=dict(_restarts(changed)),
        )
    return Numbering(lists)


def _restarts(changed: Iterable[etree._Element]) -> Iterator[tuple[int, int]]:
    for one in changed:
        start = _whole(_value(one, "startOverride"))
        if start is not None:
            yield _whole(one.get(f"{W}ilvl")) or 0, start


def _levels(elements: Iterable[etree._Element]) -> Iterator[tuple[int, Level]]:
    for one in elements:
        start = _whole(_value(one, "start"))
        yield (
            _whole(one.get(f"{W}ilvl")) or 0,
            Level(
                start=0 if start is None else start,
                format=_value(one, "numFmt") or "decimal",
                text=_value(one, "lvlText") or "",
                spaced=_value(one, "suff") != "nothing",
                restart=_whole(_value(one, "lvlRestart")),
                legal=is_on(one.find(f"{W}isLgl")),
                style=_value(one, "pStyle"),
            ),
        )


def _start(one: List, depth: int) -> int:
    if depth in one.restarts:
        return one.restarts[depth]
    return one.levels[depth].start if depth in one.levels else 1


def _number(one: List, depth: int, counts: Mapping[int, int], *, legal: bool) -> str:
    level = one.levels.get(depth)
    if level is None or level.format in UNPRINTED:
        return ""
    return written(counts.get(depth, _start(one, depth)), None if legal else FORMATS.get(level.format))


def _told(references: Iterable[etree._Element]) -> tuple[str | None, int | None]:
    """List and level in numPr elements; the last one counts, since some programs write the element twice."""
    key: str | None = None
    depth: int | None = None
    for one in references:
        key = _value(one, "numId") or key
        told = _whole(_value(one, "ilvl"))
        depth = depth if told is None else told
    return key, depth


def _value(element: etree._Element, name: str) -> str | None:
    return value_of(element.find(f"{W}{name}"))


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch(r"\d{1,9}", text, re.ASCII) else None
