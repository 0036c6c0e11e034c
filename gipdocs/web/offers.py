"""What the register offers to somebody who fills in a year's report: the cases behind each figure, and sentences."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import g, url_for

from gipdocs.errors import GipdocsError
from gipdocs.faces import register
from gipdocs.forms.controls import format_value
from gipdocs.forms.figure_controls import Figures
from gipdocs.web.sheets import CounterSheet, FigureSource, OfferedText
from gipdocs.writing import quote

if TYPE_CHECKING:  # an installation without a database loads nothing of it
    from gipdocs.register.year_account import YearAccount

TABLES = ("table3", "table4")
COUNTED = (*TABLES, "processing_fee")
"""The answers of a report that the register knows."""
NARRATIVE = "narrative"
SENTENCES = {
    "requests": ("requests", "table3", 1),
    "supervision": ("disputes", "table4", 1),
    "matters": ("fee", "processing_fee", 6),
}
"""For a part of the narrative: its sentences, the figures that they must agree with, and the part of the report it is in."""


OFFERED = frozenset(f"{NARRATIVE}-{key}" for key in SENTENCES)
"""The names of the fields for which there may be sentences."""


def read_account(year: int) -> YearAccount:
    """The register's account of a year, read once for a page; UnknownCase for a year that has no form."""
    from gipdocs.register.year_account import account_for

    accounts: dict[int, YearAccount] = g.setdefault("accounts", {})
    if year not in accounts:
        accounts[year] = account_for(register(), year)
    return accounts[year]


def find_account(sheet: CounterSheet) -> YearAccount | None:
    """The register's account of the year in the form; None if it can't be read, or if there is no such year."""
    year = sheet.payload.get("year")
    try:
        return read_account(year) if isinstance(year, int) else None
    except GipdocsError:
        return None


def list_sources(sheet: CounterSheet, keys: Collection[str]) -> Iterator[tuple[str, list[FigureSource]]]:
    """The figures of these questions that count any case or were typed otherwise, by rows, each with its cases' page."""
    if (found := find_account(sheet)) is None:
        return
    for key in (key for key in TABLES if key in keys):
        rows: dict[str, list[FigureSource]] = {}
        for source, row in _table_sources(sheet, key, found):
            rows.setdefault(row, []).append(source)
        yield from rows.items()
    fee = found.figures.fee
    if "processing_fee" in keys and fee.cases:
        yield "信息处理费", [FigureSource(label="件数", number=fee.cases, url=_cases(found, "processing_fee"))]


def _table_sources(sheet: CounterSheet, key: str, found: YearAccount) -> Iterator[tuple[FigureSource, str]]:
    from gipdocs.register.statistics import as_record

    field, cells = sheet.form.find(key), found.figures.cells
    typed = {cell.path: field.data[cell.path].strip() for cell in field.differing(as_record(found.figures)[key])}
    for figure in found.figures.form.table(key).figures:
        path = tuple(int(step) if step.isdigit() else step for step in figure.pointer.split("/")[2:])
        if cells[figure.path] or path in typed:
            url = _cases(found, figure.path) if cells[figure.path] else ""
            number, otherwise = cells[figure.path], typed.get(path, "")
            yield FigureSource(label=figure.column_label, number=number, url=url, typed=otherwise), figure.row_label


def _cases(found: YearAccount, path: str) -> str:
    return url_for("staff.ledger.behind", year=found.figures.year, path=path)


def offer_text(sheet: CounterSheet, name: str) -> OfferedText | None:
    """What the register can add to the field with this name, or why it can't; None for any other field."""
    if name not in OFFERED:
        return None
    key = name.removeprefix(f"{NARRATIVE}-")
    about, figures, part = SENTENCES[key]
    found = find_account(sheet)
    lines = found.sentences.additions.get(about, "").splitlines() if found else []
    if found is None or not lines:
        return OfferedText(told=_why_none(found))
    if any(one.get("no") == part for one in sheet.payload.get("sections", [])):
        return OfferedText(told="这一部分是整段自写的，台账的句子在年度统计页，可以复制。")
    if _differs(sheet, figures, found):
        return OfferedText(told=f"填写的{_label(sheet, figures)}与台账不一致，核对一致以后再写句子。")
    return _offer(lines, _lines_of(sheet, key))


def _why_none(found: YearAccount | None) -> str:
    if found is None:
        return "填写报告年度以后，可以看台账能补充什么。"
    if not found.is_over:
        return f"{found.figures.year}年还没有结束，年度终了以后才能写成句子。"
    return "台账没有可以补充的。"


def _offer(lines: Sequence[str], typed: Sequence[str]) -> OfferedText:
    left = tuple(line for line in lines if line not in typed)
    if not left:
        return OfferedText(told="台账的句子已经写入。")
    stale = [line for line in typed if line not in lines and _words(line) in map(_words, left)]
    return OfferedText(lines=left, told=f"{quote(stale[0])}的数字与台账不同，写入时改为现在的数字。" if stale else "")


def write_text(sheet: CounterSheet, name: str) -> bool:
    """Write what is offered below what was typed; a sentence that differs in its numbers alone is replaced.

    Whether anything can be offered for that field.
    """
    offer = offer_text(sheet, name)
    if offer is None:
        return False
    key = name.removeprefix(f"{NARRATIVE}-")
    fresh = {_words(line): line for line in offer.lines}
    if fresh:
        kept = [fresh.pop(_words(line), line) for line in _lines_of(sheet, key)]
        _field(sheet, key).show("\n".join([*kept, *fresh.values()]))
    return True


def _words(line: str) -> str:
    """The sentence without its numbers."""
    return re.sub(r"\d+", "", line)


def _lines_of(sheet: CounterSheet, key: str) -> list[str]:
    return [line.strip() for line in (_field(sheet, key).answer() or "").splitlines() if line.strip()]


def _field(sheet: CounterSheet, key: str) -> Any:
    return sheet.form.find(NARRATIVE).form.find(key)


def _label(sheet: CounterSheet, key: str) -> str:
    return f"“{sheet.form.find(key).label.text}”"


def _differs(sheet: CounterSheet, key: str, found: YearAccount) -> bool:
    """Whether anything that was typed there differs from the register."""
    from gipdocs.register.statistics import as_record

    field, given = sheet.form.find(key), as_record(found.figures)[key]
    if isinstance(field, Figures):
        return bool(field.differing(given))
    typed: Mapping[str, Any] = field.answer() or {}
    return any(key in given and format_value(typed[key]) != format_value(given[key]) for key in typed)
