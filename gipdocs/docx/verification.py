"""Reads a filled part back and verifies it: all values in order, no placeholder left, the wording's paragraphs together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from lxml import etree

from gipdocs.errors import TextLost
from gipdocs.ooxml import FALLBACK, MC, W

TAG = re.compile(r"\{[{%#]|[}%#]\}")
PARAGRAPH = "\x1e"  # begins a paragraph in the text that is read back; no answer contains it
ALTERNATE = f"{MC}AlternateContent"
NOT_THE_LINE = {f"{W}drawing", f"{W}pict", f"{W}pPr", ALTERNATE}


def read_all_text(tree: etree._Element, *, twice: bool = False) -> str:
    """All text in the order of the file; with `twice` also the copy of drawings' texts for programs without shapes."""
    second = () if twice else {element for fallback in tree.iter(FALLBACK) for element in fallback.iter()}
    pieces: list[str] = []
    for element in tree.iter(f"{W}t", f"{W}br", f"{W}tab", f"{W}p"):
        if element in second:
            continue
        if element.tag == f"{W}t":
            pieces.append(element.text or "")
        elif element.tag == f"{W}br":
            pieces.append("\n")
        elif element.tag == f"{W}tab":
            if (parent := element.getparent()) is not None and parent.tag == f"{W}r":
                pieces.append("\t")
        else:
            pieces.append(PARAGRAPH)
    return "".join(pieces)


def verify_values(text: str, emitted: Sequence[str], name: str) -> None:
    """Verify that the text has every emitted value, in order, and no placeholder between them; raises TextLost."""
    position, gaps = 0, list[str]()
    for value in emitted:
        found = text.find(value, position)
        if found < 0:
            raise TextLost(f"版式文件{name}填写后少了一项内容，文书没有生成。")
        gaps.append(text[position:found])
        position = found + len(value)
    if TAG.search("\x1f".join([*gaps, text[position:]])):
        raise TextLost(f"版式文件{name}填写后仍有没有填写的占位符，文书没有生成。")


def verify_body(tree: etree._Element, body: Sequence[str | None], name: str) -> None:
    """Verify that the wording's paragraphs follow each other without a gap, except at places (None); raises TextLost."""
    paragraphs, end = [_text(paragraph) for paragraph in tree.iter(f"{W}p")] if body else [], 0
    for run in (list(texts) for is_place, texts in groupby(body, lambda text: text is None) if not is_place):
        places = range(end, len(paragraphs))
        start = next((i for i in places if paragraphs[i : i + len(run)] == run), None)
        if start is None:
            raise TextLost(f"版式文件{name}填写后正文与措辞文件不一致，文书没有生成。")
        end = start + len(run)


def read_sections(tree: etree._Element) -> list[bytes]:
    """Page size, margins and the like of each section, as bytes to compare."""
    return [etree.tostring(section, method="c14n") for section in tree.iter(f"{W}sectPr")]


def _text(paragraph: etree._Element) -> str:
    """The text of a paragraph, not including text boxes anchored in it."""
    return "".join(_pieces(paragraph))


def _pieces(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag == f"{W}br":
            yield "\n"
        elif child.tag == f"{W}tab" and element.tag == f"{W}r":
            yield "\t"
        elif child.tag not in NOT_THE_LINE:
            yield from _pieces(child)
