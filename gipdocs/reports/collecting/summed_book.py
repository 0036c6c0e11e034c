"""A sum as a workbook: the main figures body by body, every figure with its parts, and all that is to be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from gipdocs import packing
from gipdocs.findings import GRADES
from gipdocs.reports.collecting.addition import Contribution, reckon_totals
from gipdocs.reports.collecting.assessment import STATES, Standing
from gipdocs.reports.collecting.book_cells import merge_alike, prepare_print, put, put_across, put_head, set_widths
from gipdocs.reports.collecting.gaps import CAUSES, cause_of, totals_of
from gipdocs.reports.collecting.main_figures import MainFigure, main_figures
from gipdocs.reports.collecting.submissions import Collection, Submission
from gipdocs.reports.collecting.summed import SummedReport
from gipdocs.reports.expressions import Number
from gipdocs.reports.grids import TABLE_NAMES, Figure
from gipdocs.spreadsheets.sheets import CELL, GROUND, HEAD

A4, A3 = 9, 8
"""The numbers of paper sizes in SpreadsheetML."""
BOLD = Font(name="黑体", size=10.5)
ODD = PatternFill("solid", fgColor="FCE4D6")
"""Behind what doesn't balance, can't be counted or was changed by hand."""
ODD_NOTE = "有底色的：单位的数不平、空白或者读不出；合计的数由人工更正。"
BEFORE, BODY_HEAD = ("单位", "核对", "计入"), 4
FIGURE_HEADINGS = ("表", "行", "列", "合计", "更正")
OF_THE_SUM = "（汇总）"


def write_book(
    summed: SummedReport, collection: Collection, standings: Sequence[Standing], *, author: str, created: date
) -> bytes:
    """The workbook with three sheets; the same sum gives the same bytes."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    _write_bodies(first, summed, collection, standings)
    _write_figures(book.create_sheet("全部数字"), summed)
    _write_findings(book.create_sheet("要处理的事项"), summed, standings)
    book.properties.creator, book.properties.title = author, _title(summed)
    out = BytesIO()
    book.save(out)
    return packing.redate(out.getvalue(), created)


def _title(summed: SummedReport) -> str:
    return f"{summed.record.year}年度政府信息公开工作年度报告汇总表"


def _write_bodies(
    sheet: Worksheet, summed: SummedReport, collection: Collection, standings: Sequence[Standing]
) -> None:
    """A line for each body with its main figures, and their sum."""
    sheet.title = "各单位"
    columns = [*main_figures(summed.record)]
    width = len(BEFORE) + len(columns)
    put_head(sheet, _title(summed), f"{summed.record.agency or ''}　{_count(summed, collection)}", width)
    _write_heads(sheet, columns)
    row = BODY_HEAD
    for row, line in enumerate(_in_order(standings, collection), BODY_HEAD + 1):
        _write_line(sheet, row, line, columns, summed)
    _write_sum(sheet, row + 1, columns, summed)
    for below, words in enumerate([*(one.sentence for one in summed.corrections), ODD_NOTE], row + 2):
        put_across(sheet, below, words, width)
    set_widths(sheet, [26, 10, 6, *[9] * len(columns)])
    prepare_print(sheet, head=BODY_HEAD, paper=A3)


def _count(summed: SummedReport, collection: Collection) -> str:
    due = f"应报送{len(collection.due)}个单位，未报送{len(collection.missing)}个，" if collection.due else ""
    return f"{due}计入汇总{len(summed.counted)}个单位"


def _write_heads(sheet: Worksheet, columns: Sequence[MainFigure]) -> None:
    upper, lower = BODY_HEAD - 1, BODY_HEAD
    for k, label in enumerate(BEFORE, 1):
        put(sheet, upper, k, label, font=HEAD, ground=GROUND)
        put(sheet, lower, k, "", font=HEAD, ground=GROUND)
        sheet.merge_cells(start_row=upper, end_row=lower, start_column=k, end_column=k)
    for k, column in enumerate(columns, len(BEFORE) + 1):
        put(sheet, upper, k, column.table, font=HEAD, ground=GROUND)
        put(sheet, lower, k, column.heading, font=HEAD, ground=GROUND)
    merge_alike(sheet, upper, [column.table for column in columns], first=len(BEFORE) + 1)
    sheet.row_dimensions[lower].height = 45


def _in_order(standings: Sequence[Standing], collection: Collection) -> list[Standing]:
    """The lines in the order of the bodies that are due, then in the order in which files came."""
    due = {body: i for i, body in enumerate(collection.due)}
    came = {one.name: i for i, one in enumerate(collection.submissions)}
    return sorted(standings, key=lambda line: (due.get(line.body, len(due)), came.get(_file(line), 0)))


def _file(line: Standing) -> str:
    return line.submission.name if line.submission else ""


def _write_line(
    sheet: Worksheet, row: int, line: Standing, columns: Sequence[MainFigure], summed: SummedReport
) -> None:
    counts = _file(line) in {one.name for one in summed.counted}
    put(sheet, row, 1, line.body or _file(line), side="left")
    put(sheet, row, 2, STATES[line.state])
    put(sheet, row, 3, "是" if counts else "否", ground=None if counts else ODD)
    wrong = {one.path for one in summed.unbalanced if counts and one.body == (line.body or _file(line))}
    record = line.submission.record if line.submission else None
    for k, column in enumerate(columns, len(BEFORE) + 1):
        shown, odd = column.show(record) if record else ("", False)
        odd = odd or bool(record and wrong & column.paths(record))
        put(sheet, row, k, shown, ground=ODD if odd else None)


def _write_sum(sheet: Worksheet, row: int, columns: Sequence[MainFigure], summed: SummedReport) -> None:
    changed = changed_by_hand(summed)
    for k, label in enumerate(("合计", "", ""), 1):
        put(sheet, row, k, label, font=BOLD)
    for k, column in enumerate(columns, len(BEFORE) + 1):
        odd = changed & column.paths(summed.record)
        put(sheet, row, k, column.sum_of(summed.record), font=BOLD, ground=ODD if odd else None)


def changed_by_hand(summed: SummedReport) -> frozenset[str]:
    """The figures of a sum that a clerk has changed, and the totals that have followed."""
    computed = {one.path: one.computed for one in summed.corrections}
    before = reckon_totals(summed.record.with_cells(computed)) if computed else summed.record
    return frozenset(path for path, value in before.cells.items() if value != summed.record.cells[path])


def _write_figures(sheet: Worksheet, summed: SummedReport) -> None:
    """Every figure in a row, with what each body adds to it."""
    bodies = [one.label for one in summed.counted]
    note = f"总计按各分项计算，各单位的总计照印出的数列出。{ODD_NOTE}"
    put_head(sheet, "全部数字，各单位分列", note, len(FIGURE_HEADINGS) + len(bodies))
    for k, label in enumerate([*FIGURE_HEADINGS, *bodies], 1):
        put(sheet, 3, k, label, font=HEAD, ground=GROUND)
    odd, changed = {(one.body, one.path) for one in summed.unbalanced}, changed_by_hand(summed)
    for row, figure in enumerate(summed.record.figures.values(), 4):
        _write_figure(sheet, row, figure, summed, changed=figure.path in changed)
        for k, (sent, part) in enumerate(
            zip(summed.counted, summed.parts[figure.path], strict=True), len(FIGURE_HEADINGS) + 1
        ):
            _write_part(sheet, (row, k), sent, part, figure.path, odd=(sent.label, figure.path) in odd)
    set_widths(sheet, [6, 30, 16, 10, 26, *[12] * len(bodies)])
    sheet.row_dimensions[3].height = 45
    prepare_print(sheet, head=3, paper=A3, columns=len(FIGURE_HEADINGS))


def _write_figure(sheet: Worksheet, row: int, figure: Figure, summed: SummedReport, *, changed: bool) -> None:
    """Where a figure stands, its sum, and what was changed by hand."""
    change = next((one for one in summed.corrections if one.path == figure.path), None)
    put(sheet, row, 1, TABLE_NAMES[figure.path.partition(".")[0]])
    put(sheet, row, 2, figure.row_label, side="left")
    put(sheet, row, 3, figure.column_label, side="left")
    put(sheet, row, 4, _shown(summed.record.cells[figure.path]), font=BOLD, ground=ODD if changed else None)
    put(sheet, row, 5, change.remark if change else "随分项更正" if changed else "", side="left")


def _write_part(
    sheet: Worksheet, place: tuple[int, int], sent: Submission, part: Contribution, path: str, *, odd: bool
) -> None:
    """What a body adds to a figure, or why it adds nothing."""
    assert sent.record
    cause = cause_of(sent.record, path) if part.value is None else None
    is_total = path in totals_of(sent.record.form)
    shown = CAUSES[cause] if cause else _shown(part.value)
    put(sheet, *place, shown, font=BOLD if is_total else CELL, ground=ODD if odd or cause else None)


def _shown(value: Number | None) -> Number | str:
    return "" if value is None else value


def _write_findings(sheet: Worksheet, summed: SummedReport, standings: Sequence[Standing]) -> None:
    """What is to be done: about the sum first, then what single reports have to be sent back or asked about for."""
    put_head(
        sheet, "要处理的事项", "先列汇总的，再逐个单位列报告本身的，供参考的不列；单位的数不平的，汇总按各分项计算。", 4
    )
    for k, label in enumerate(("单位", "文件", "程度", "事项"), 1):
        put(sheet, 3, k, label, font=HEAD, ground=GROUND)
    rows = [*_of_the_sum(summed), *_of_the_bodies(standings)] or [{"事项": "没有要处理的事项。"}]
    for row, cells in enumerate(rows, 4):
        for k, label in enumerate(("单位", "文件", "程度", "事项"), 1):
            put(sheet, row, k, cells.get(label, ""), side="center" if label == "程度" else "left")
    set_widths(sheet, [26, 30, 10, 100])
    prepare_print(sheet, head=3, paper=A4)


def _of_the_sum(summed: SummedReport) -> Iterator[Mapping[str, str]]:
    for one in summed.findings:
        if one.code == "sum-balance":
            continue  # told below as a fault of the body's own report
        yield {"单位": OF_THE_SUM, "程度": GRADES[one.severity].demand, "事项": one.message}


def _of_the_bodies(standings: Sequence[Standing]) -> Iterator[Mapping[str, str]]:
    for line in standings:
        for one in line.findings:
            if one.severity != "info":
                grade = GRADES[one.severity].demand
                yield {"单位": line.body, "文件": _file(line), "程度": grade, "事项": one.message}
