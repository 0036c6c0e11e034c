"""Joins the lines of text copied from a PDF to paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

from gipdocs.published.page_columns import BEGINNING, SENTENCE_END, join_lines
from gipdocs.reports.narrative import plain

DECORATED = re.compile(
    r"[-—–－·]+\s*\d{1,3}\s*[-—–－·]+|第\s*\d{1,3}\s*页(?:[\s,/]*共\s*\d{1,3}\s*页)?|\d{1,3}\s*/\s*\d{1,3}"
)
BARE_NUMBER = re.compile(r"\d{1,3}")
PAGE_END = "\f"
TITLE = re.compile(r"年度?报告$")
LONG = 0.8
"""The share of a full line that an unfinished one has at least: letters are not all as wide as they count here."""
LEAST_REPEATED = 3
"""The pages that have the same line at their head or foot."""
LEAST_WIDTH, LEAST_FULL, SPREAD, FIRST_INDENT = 30, 3, 6, 4
"""Of lines that fill a page: their width and their number at least, the difference of their widths, in half characters."""


def without_page_numbers(lines: Sequence[str]) -> list[str]:
    """The lines without page numbers, and without what stands at the head or the foot of several pages."""
    pages = [page.split("\n") for page in "\n".join(lines).split(PAGE_END)]
    edges = Counter(shape for page in pages for shape in {_shape(line) for line in _outer(page)})
    repeated = {shape for shape, count in edges.items() if count >= LEAST_REPEATED}
    return [line for page in pages for line in _inside(page, repeated, several=len(pages) > 1)]


def _outer(page: Sequence[str]) -> list[str]:
    """The first and the last line of a page."""
    filled = [line for line in page if line.strip()]
    return [filled[0], filled[-1]] if filled else []


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", line))


def _inside(page: Sequence[str], repeated: set[str], *, several: bool) -> Iterator[str]:
    outer = _outer(page)
    for line in page:
        shown = plain(line).strip()
        edge = several and line in outer and (BARE_NUMBER.fullmatch(shown) or _shape(line) in repeated)
        if not DECORATED.fullmatch(shown) and not edge:
            yield line


def find_full_width(lines: Sequence[str]) -> int | None:
    """The width of a full line, in half characters; None if no lines are broken: few end within a sentence and are as wide."""
    widths = sorted((_width(line) for line in lines), reverse=True)
    common = (width for width in widths if sum(width - SPREAD <= other <= width for other in widths) >= LEAST_FULL)
    full = next(common, 0)
    broken = [line for line in lines if _width(line) > full - SPREAD and line.strip()[-1:] not in SENTENCE_END]
    return full if full >= LEAST_WIDTH and len(broken) >= LEAST_FULL else None


def join_wrapped(lines: Sequence[str], full: int | None) -> list[str]:
    """The paragraphs that lines make up; `full` is the width of a full line, None if each line is a paragraph."""
    paragraphs: list[list[str]] = []
    for line in lines:
        text = re.sub(r"\s{2,}", " ", line.strip())
        if text and paragraphs and full and _goes_on(paragraphs[-1], line, full):
            paragraphs[-1].append(text)
        elif text:
            paragraphs.append([text])
    return [join_lines(paragraph) for paragraph in paragraphs]


def _goes_on(paragraph: Sequence[str], line: str, full: int) -> bool:
    """Whether a line continues a paragraph: the one before had no room for its first word, or is long and unfinished."""
    last, text = paragraph[-1], line.strip()
    width = _width(last) + (FIRST_INDENT if len(paragraph) == 1 else 0)
    if last[-1] in SENTENCE_END:
        begins = BEGINNING.match(text) or line.startswith("  ")
        return width + _width(_first_word(text)) > full and not begins
    return width > LONG * full and not TITLE.search(last)


def _first_word(text: str) -> str:
    word = re.match(r"[（《“‘〈【(\[]*(?:[!-~]+|.)[，。；：、！？）》”’〉】％]*", text)
    return word[0] if word else ""


def _width(line: str) -> int:
    return sum(2 if east_asian_width(letter) in "WFA" else 1 for letter in line.strip())
