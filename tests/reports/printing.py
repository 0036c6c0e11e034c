"""Prints a record as an agency would publish it: DOCX, web page, cells pasted from a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from io import BytesIO

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from gipdocs.reports.grids import FormCell, FormTable
from gipdocs.reports.narrative import lines
from gipdocs.reports.record import Record
from gipdocs.writing import chinese_date

Placed = tuple[int, int, FormCell]
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")
EDGES = "".join(f'<w:{side} w:val="single" w:sz="4"/>' for side in SIDES)
"""Thin lines around every cell."""


def as_docx(record: Record) -> bytes:
    """The report in Word, table cells merged as in the official form."""
    return saved(parts(record), record)


def saved(printed: Iterable[str | FormTable], record: Record) -> bytes:
    """A Word file of these paragraphs and tables."""
    document = docx.Document()
    body = document.element.body
    for part in printed:
        if isinstance(part, str):
            document.add_paragraph(part)
        else:
            body.insert(len(body) - 1, parse_xml(word_table(part, record)))
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def as_html(record: Record) -> str:
    """The report as a page whose layout is itself a table, with the lines that web sites print around it."""
    body = on_page(parts(record), record)
    page = f"<p>字号：</p><table><tr><td><div>{body}</div></td></tr></table><p>扫码使用手机浏览本页内容</p>"
    return f"<!doctype html><html><head><title>门户</title></head><body>{page}</body></html>"


def on_page(printed: Iterable[str | FormTable], record: Record) -> str:
    """These paragraphs and tables in HTML."""
    return "".join(f"<p>{escape(part)}</p>" if isinstance(part, str) else _table(part, record) for part in printed)


def as_pasted(record: Record) -> str:
    """The report as pasted from a spreadsheet: merged cells leave empty ones."""
    return pasted(parts(record), record)


def pasted(printed: Iterable[str | FormTable], record: Record) -> str:
    """These paragraphs and tables as a spreadsheet gives them."""
    printed_lines = []
    for part in printed:
        if isinstance(part, str):
            printed_lines.append(part)
            continue
        cells = [[""] * part.columns for _ in part.rows]
        for row, column, cell in placed(part):
            cells[row][column] = shown(cell, record)
        printed_lines += ["\t".join(row) for row in cells]
    return "\n".join(printed_lines)


def placed(table: FormTable) -> Iterator[Placed]:
    """Every cell with the row and column where it begins."""
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate(table.rows):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            yield row, column, cell
            taken |= {(row + down, column + across) for down in range(cell.rows) for across in range(cell.columns)}


def shown(cell: FormCell, record: Record) -> str:
    """What stands in a cell."""
    if cell.figure is None:
        return cell.text
    value = record.cells[cell.figure.path]
    unit = record.amount_unit or "" if cell.figure.path == "table2.procurement.amount" else ""
    remark = record.remarks.get(cell.figure.path)
    return ("" if value is None else f"{value}{unit}") + (f"（{remark}）" if remark else "")


def parts(record: Record) -> Iterator[str | FormTable]:
    """The paragraphs and tables of the report in their order."""
    yield record.title or f"{record.agency}{record.year}年政府信息公开工作年度报告"
    yield from (record.preamble or "").split("\n") if record.preamble else ()
    tables = {table.key: table for table in record.tables}
    for section in record.sections:
        yield section.heading
        yield from (line.text for line in lines(section.items))
        if section.table:
            yield tables.pop(section.table)
    yield from tables.values()
    yield from (line for line in (record.signature, record.date and chinese_date(record.date)) if line)


def word_table(table: FormTable, record: Record) -> str:
    """The merged cells as Word writes them: an empty cell in every row that one spans."""
    cells: dict[tuple[int, int], str] = {}
    for row, column, cell in placed(table):
        for down in range(cell.rows):
            merge = ("<w:vMerge/>" if down else '<w:vMerge w:val="restart"/>') if cell.rows > 1 else ""
            text = "" if down else f"<w:r><w:t>{escape(shown(cell, record))}</w:t></w:r>"
            width = f'<w:tcPr><w:gridSpan w:val="{cell.columns}"/>{merge}</w:tcPr>'
            cells[row + down, column] = f"<w:tc>{width}<w:p>{text}</w:p></w:tc>"
    rows = "".join(
        "<w:tr>" + "".join(cells[at] for at in sorted(cells) if at[0] == row) + "</w:tr>"
        for row in range(len(table.rows))
    )
    return f"<w:tbl {nsdecls('w')}><w:tblPr><w:tblBorders>{EDGES}</w:tblBorders></w:tblPr><w:tblGrid/>{rows}</w:tbl>"


def _table(table: FormTable, record: Record) -> str:
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td rowspan="{cell.rows}" colspan="{cell.columns}"><p>{escape(shown(cell, record))}</p></td>'
            for cell in cells
        )
        + "</tr>"
        for cells in table.rows
    )
    return f"<table><tbody>{rows}</tbody></table>"
