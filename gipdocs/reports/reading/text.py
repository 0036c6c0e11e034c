"""Reads paragraphs and tables from pasted text: cells between tabs or upright bars."""

from __future__ import annotations

from collections.abc import Iterator

from gipdocs.reports.reading.blocks import Block, Grid

MOST_JOINED = 6
"""A spreadsheet cell of more lines than this is an unclosed quotation mark."""


def read_text(text: str) -> list[Block]:
    """Lines that hold a tab or a bar are rows of a table, the others paragraphs."""
    blocks: list[Block] = []
    rows: list[tuple[str, ...]] = []
    for line in _whole_lines(text):
        separator = "\t" if "\t" in line.strip("\n ") else "|" if "|" in line else None
        if separator:
            rows.append(tuple(cell.strip().strip('"').strip() for cell in _inside(line, separator).split(separator)))
            continue
        if line.strip() and rows:
            blocks.append(Grid(tuple(rows)))
            rows = []
        if line.strip():
            blocks.append(line.strip())
    return [*blocks, Grid(tuple(rows))] if rows else blocks


def _inside(line: str, separator: str) -> str:
    """A row without the bars that some programs draw around it."""
    if separator == "|" and line.strip().startswith("|"):
        return line.strip().removeprefix("|").removesuffix("|")
    return line


def _whole_lines(text: str) -> Iterator[str]:
    """Lines, those of a quoted spreadsheet cell joined."""
    pending: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        pending.append(line)
        joined = "".join(pending)
        if "\t" in joined and joined.count('"') % 2 and len(pending) < MOST_JOINED:
            continue
        yield joined
        pending = []
    yield "".join(pending)
