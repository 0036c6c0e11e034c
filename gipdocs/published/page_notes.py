"""Puts the footnotes of a PDF in brackets after their marks, as in other kinds of files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import mode

from gipdocs.published.page_columns import join_lines
from gipdocs.published.page_parts import PageLine, PageTable

MARK = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
SMALLER = 0.95
"""The size of a note at most, compared with the text."""

Page = tuple[list[PageLine], list[PageTable]]


def put_notes_in_place(pages: Sequence[Page]) -> list[Page]:
    """The lines and the tables of each page, without the notes at its foot, which are put where their marks are."""
    sizes = [line.size for lines, _ in pages for line in lines]
    return [_put_in_place(lines, tables, mode(sizes)) for lines, tables in pages] if sizes else list(pages)


def _put_in_place(lines: list[PageLine], tables: list[PageTable], size: float) -> Page:
    small = [line.size < SMALLER * size for line in lines]
    start = next((i for i, line in enumerate(lines) if all(small[i:]) and MARK.match(line.text)), len(lines))
    notes = dict(_read_notes(lines[start:]))
    told = [*lines[:start], *(line for table in tables for row in table.rows for cell in row for line in cell.lines)]
    marks = [mark for line in told for mark in MARK.findall(line.text)]
    if not notes or any(marks.count(mark) != 1 for mark in notes):
        return lines, tables
    placed = [_with_notes(line, notes) for line in lines[:start]]
    return placed, [_in_table(table, notes) for table in tables]


def _read_notes(lines: Sequence[PageLine]) -> Iterator[tuple[str, str]]:
    """The mark and the text of each note."""
    starts = [i for i, line in enumerate(lines) if MARK.match(line.text)]
    for start, end in pairwise([*starts, len(lines)]):
        text = join_lines(line.text for line in lines[start:end])
        if mark := MARK.match(text):
            yield mark[0], text[mark.end() :].strip()


def _with_notes(line: PageLine, notes: dict[str, str]) -> PageLine:
    return replace(
        line, text=MARK.sub(lambda mark: f"（{notes[mark[0]]}）" if mark[0] in notes else mark[0], line.text)
    )


def _in_table(table: PageTable, notes: dict[str, str]) -> PageTable:
    rows = (
        tuple(replace(cell, lines=tuple(_with_notes(line, notes) for line in cell.lines)) for cell in row)
        for row in table.rows
    )
    return replace(table, rows=tuple(rows))
