"""Extracts the printed text of a DOCX, with which its PDF is compared."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from lxml import etree

from gipdocs.ooxml import FALLBACK, URIS, W

PARAGRAPH = W + "p"
TEXT = W + "t"
FIELD = W + "fldChar"
FIRST_LABEL = etree.XPath(
    "(//c:cat)[1][//c:catAx/c:delete/@val='0' or //c:showCatName/@val='1']//c:strCache/c:pt[1]/c:v/text()",
    namespaces={"c": URIS["c"]},
)


@dataclass(frozen=True)
class Expected:
    """What the PDF must contain: the first and last paragraphs, and each character as often as in the DOCX."""

    first: str
    last: str
    characters: Counter[str]


class _Invisible(dict[int, str | None]):
    """A translation table that removes format characters and variation selectors."""

    def __missing__(self, code: int) -> str | None:
        char = chr(code)
        drop = unicodedata.category(char) in {"Cf", "Cc"} or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
        self[code] = None if drop else char
        return self[code]


VISIBLE = _Invisible()


def normalize(text: str) -> str:
    """Text in the form that is compared: case-folded, without spaces and invisible characters."""
    return "".join(text.casefold().split()).translate(VISIBLE)


def expect(paragraphs: Iterable[str], labels: Iterable[str] = ()) -> Expected:
    """What a PDF must contain for these paragraphs and chart labels."""
    filled = [text for text in map(normalize, paragraphs) if text] or [""]
    return Expected(filled[0], filled[-1], Counter("".join([*filled, *map(normalize, labels)])))


def find_first_label(chart: etree._Element) -> str:
    """The first label that a chart draws, or empty if it draws none; its other labels may not fit."""
    return "".join(cast(list[str], FIRST_LABEL(chart)))


def read_paragraphs(story: etree._Element) -> list[str]:
    """The printed text of each paragraph in a part."""
    return ["".join(_read_printed(paragraph)) for paragraph in story.iter(PARAGRAPH)]


def _read_printed(paragraph: etree._Element) -> Iterator[str]:
    """The paragraph's own text: no anchored boxes, field results, hidden or replaced text."""
    in_result = 0
    for element in paragraph.iter(TEXT, FIELD):
        if element.tag == FIELD:
            kind = element.get(W + "fldCharType")
            in_result += (kind == "separate") - (kind == "end" and in_result > 0)
        elif element.text and not in_result and _is_printed(element, paragraph):
            yield element.text


def _is_printed(text: etree._Element, paragraph: etree._Element) -> bool:
    run = text.getparent()
    if run is None or run.find(f"{W}rPr/{W}vanish") is not None:
        return False
    for ancestor in text.iterancestors():
        if ancestor is paragraph:
            return not any(True for _ in paragraph.iterancestors(FALLBACK))
        if ancestor.tag in (PARAGRAPH, FALLBACK, W + "fldSimple"):
            return False
    return True
