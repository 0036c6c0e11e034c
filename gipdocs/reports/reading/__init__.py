"""Reads a published report back into a record: DOCX, PDF, workbooks, web pages, pasted text, and records themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gipdocs.published.blocks import Block, PrintedTable, refuse_file
from gipdocs.published.publication import is_json, read_published
from gipdocs.reports.checks.complete import describe_read, list_unread
from gipdocs.reports.forms import FIRST_YEAR, Form, form_for
from gipdocs.reports.kinds import agency_kind
from gipdocs.reports.loading import load
from gipdocs.reports.narrative import PROSE, plain
from gipdocs.reports.reading import sentences
from gipdocs.reports.reading.assembly import assemble
from gipdocs.reports.reading.odd_cells import tell_cells
from gipdocs.reports.reading.pasted import read_text
from gipdocs.reports.reading.printed_tables import Found, choose_form, read_table2, read_table3, read_table4
from gipdocs.reports.reading.sheets import Arranged, arrange
from gipdocs.reports.reading.story import Story, period_year, read_story
from gipdocs.reports.record import Record, group_paths, number
from gipdocs.reports.record_questions import LAST_YEAR
from gipdocs.strictjson import NotJson, read_json


def read(data: bytes | str, year: int | None = None) -> Record:
    """The record of a report in a DOCX, a PDF, an XLSX, a CSV, an HTML page, pasted text, or a record's own JSON.

    `not_visible` lists what could not be read, `raw` what was printed instead of a number, `labels_as_printed` and
    `extra_rows` what differs from the form, and `anomalies` what the reader must know. `year` is used if the report
    doesn't name its own. Raises InvalidInput, and ReaderBusy for a PDF.
    """
    published = read_published(data, "一份年度报告", books=True)
    if is_json(published.text):
        return load(_json(published.text))
    if published.kind == "xlsx":
        record = _from_sheets(arrange(published.blocks), year)
    else:
        record = _record(published.blocks or read_text(published.text), year, published.kind)
    return _with_notes(_with_completeness(record), published.notes)


def report_read(data: bytes | str, year: int | None = None) -> dict[str, Any]:
    """The record of a published report as JSON data."""
    return read(data, year).as_json()


def _json(text: str) -> Any:
    try:
        return read_json(text)
    except NotJson as error:
        raise refuse_file("json", f"文件像是JSON记录，但是{error}，请核对。") from error


def _from_sheets(arranged: Arranged, year: int | None) -> Record:
    """The record in a workbook; without a part in prose it is of tables only, and lines beside them are no narrative."""
    record = _record(arranged.blocks, year or arranged.year, "xlsx")
    if arranged.body and not (record.title and record.agency):
        record = replace(record, agency=arranged.body, agency_kind=agency_kind(arranged.body))
    if not any(section.no in PROSE for section in record.sections):
        record = replace(record, sections=(), preamble=None, claims=(), processing_fee=None)
    return _with_notes(replace(record, remarks={**record.remarks, **arranged.remarks}), arranged.notes)


def _record(given: Sequence[Block], year: int | None, source: str) -> Record:
    parts = assemble(given)
    grids = [(block, kind) for block, kind in parts if isinstance(block, PrintedTable)]
    paragraphs = [("" if isinstance(block, PrintedTable) else block, kind) for block, kind in parts]
    story = read_story([(text, kind) for text, kind in paragraphs if text or kind], form_for(year or FIRST_YEAR))
    year = year or _year(story)
    form = choose_form((grid for grid, kind in grids if kind == "table2"), year)
    found = Found()
    row_form = form_for(year)
    for grid, kind in grids:
        match kind:
            case "table2":
                read_table2(grid, form, found)
            case "table3":
                row_form = read_table3(grid, form, found)
            case "table4":
                read_table4(grid, form, found)
    return load(_printed(story, found, year=year, form=form, row_form=row_form)).read_from(source)


def _with_completeness(record: Record) -> Record:
    """The record with how much was read of each table, and a note about each that was not read whole."""
    told = {"kind": record.source_kind, "read": describe_read(record)}
    record = replace(record, described={**record.described, "source": told})
    return _with_notes(record, [f"{words}。" for words in list_unread(record).values()])


def _with_notes(record: Record, notes: Sequence[str]) -> Record:
    """The record with more notes about what its reader must know."""
    return replace(record, described={**record.described, "anomalies": [*record.described["anomalies"], *notes]})


def _year(story: Story) -> int:
    """The reported year: in the title, in the statement of the period, or the year before the date."""
    preamble = plain("\n".join(story.preamble))
    told = "\n".join([preamble, *(plain(line) for _, _, lines, _ in story.parts for line in lines)])
    named = re.search(r"20\d\d", plain(story.title or ""))
    years = [year for year in (named and int(named[0]), period_year(told)) if year]
    if story.date:
        years.append(story.date.year - 1)
    if first := re.search(r"20\d\d(?=年)", told):
        years.append(int(first[0]))
    if not years or not FIRST_YEAR <= years[0] <= LAST_YEAR:
        raise refuse_file("year", "看不出是哪一年度的报告，请指明年度，例如2023。")
    return years[0]


def _printed(story: Story, found: Found, *, year: int, form: Form, row_form: Form) -> dict[str, Any]:
    wanted = (*form.table("table2").figures, *row_form.table("table3").figures, *form.table("table4").figures)
    unseen = [figure.path for figure in wanted if figure.path not in found.seen]
    kept = {figure.path for figure in wanted}
    agency, sections = _agency(story), story.sections()
    return {
        "year": year,
        "format": form.key,
        "agency": agency,
        "agency_kind": agency_kind(agency or ""),
        "title": story.title,
        "preamble": "\n".join(story.preamble) or None,
        "sections": sections,
        "claims": sentences.read_claims(sections),
        "processing_fee": sentences.read_processing_fee(sections),
        **_tables(found, form, row_form),
        "signature": story.signature,
        "date": story.date and story.date.isoformat(),
        "attachments": story.attachments,
        "not_visible": group_paths(unseen, [figure.path for figure in wanted]),
        "raw": found.raw,
        "remarks": {path: text for path, text in found.remarks.items() if path in kept},
        "labels_as_printed": found.labels | _heading_labels(story),
        "extra_rows": found.extra_rows,
        "anomalies": [*found.notes, *tell_cells(found.odd)],
    }


def _tables(found: Found, form: Form, row_form: Form) -> dict[str, Any]:
    tables: dict[str, dict[str, Any]] = {"table2": {"format": form.key}, "table4": {}}
    for key in ("table2", "table4"):
        for figure in form.table(key).figures:
            _, row, column = figure.path.split(".")
            tables[key].setdefault(row, {})[column] = number(found.cells.get(figure.path))
    if "procurement" in tables["table2"]:
        tables["table2"]["procurement"]["amount_unit"] = found.unit
    rows = {row: [found.cells.get(f"table3.{row}.{column}") for column in row_form.columns] for row in row_form.rows}
    return {**tables, "table3": {"form_rows": row_form.key, "rows": rows}}


def _heading_labels(story: Story) -> dict[str, str]:
    """The headings above the tables, for comparison with the form's."""
    return {f"table{no}_heading": heading for no, heading, _, tables in story.parts if tables}


def _agency(story: Story) -> str | None:
    """The agency's name: the title without year and subject, or the signature."""
    name = re.sub(
        r"20\d\d年?[-—–~～至]{1,2}(?:20)?\d\d年?学年(?:度)?|20\d\d年?(?:年?度)?"
        r"|(?:(?:政府)?信息公开|政务公开)(?:工作)?(?:年度)?报告.*$|年度报告$",
        "",
        story.title or "",
    )
    return name.strip() or story.signature
