"""A sum as a workbook: the main figures body by body, every figure with its parts, and all that is to be done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from gipdocs import packing
from gipdocs.findings import GRADES, Finding
from gipdocs.reports.collecting.assessment import STATES, Standing
from gipdocs.reports.collecting.gaps import AMOUNT, CAUSES, cause_of, totals_of
from gipdocs.reports.collecting.submissions import Collection
from gipdocs.reports.collecting.summed import SummedReport
from gipdocs.reports.expressions import Expression, Number, parse
from gipdocs.reports.facts import SUITS
from gipdocs.reports.grids import TABLE_NAMES
from gipdocs.reports.record import Record
from gipdocs.spreadsheets.sheets import BORDER, CELL, GROUND, HEAD, TITLE, put_text

A4, A3 = 9, 8
"""The numbers of paper sizes in SpreadsheetML."""
BOLD = Font(name="黑体", size=10.5)
ODD = PatternFill("solid", fgColor="FCE4D6")
"""Behind what doesn't balance, can't be read or was changed by hand."""
ODD_NOTE = "底色标出的：单位的数不平、空白或者读不出，汇总的数由人工更正。"
MAIN: tuple[tuple[str, str, str], ...] = (
    *(
        ("表二", f"规章\n{label}", f"table2.rules.{key}")
        for key, label in (("issued", "制发"), ("repealed", "废止"), ("valid", "有效"))
    ),
    *(
        ("表二", f"规范性文件\n{label}", f"table2.normative.{key}")
        for key, label in (("issued", "制发"), ("repealed", "废止"), ("valid", "有效"))
    ),
    *(
        ("表二", f"{name}\n{label}", f"table2.{row}.{key}")
        for row, name in (("rules", "规章"), ("normative", "规范性文件"))
        for key, label in (("made", "新制作"), ("disclosed", "新公开"), ("total_public", "公开总数"))
    ),
    ("表二", "行政许可", "table2.licence.decisions"),
    ("表二", "行政处罚", "table2.penalty.decisions"),
    ("表二", "行政强制", "table2.coercion.decisions"),
    ("表二", "事业性收费\n（万元）", "table2.fee.amount_wan"),
    ("表二", "集中采购\n金额", AMOUNT),
    ("表三", "新收", "table3.new.total"),
    ("表三", "上年结转", "table3.carried_in.total"),
    ("表三", "予以公开", "table3.granted.total"),
    ("表三", "部分公开", "table3.partial.total"),
    ("表三", "不予公开", "table3.D.total"),
    ("表三", "无法提供", "table3.U.total"),
    ("表三", "不予处理", "table3.N.total"),
    ("表三", "其他处理", "table3.O.total"),
    ("表三", "办结总计", "table3.sum.total"),
    ("表三", "结转下年", "table3.carried_out.total"),
    ("表四", "行政复议", "table4.reconsideration.total"),
    ("表四", "行政诉讼", SUITS),
)
"""The main figures: their table, their heading and what they are made of."""


@dataclass(frozen=True, kw_only=True)
class MainFigure:
    """A column of the table by body."""

    table: str
    heading: str
    worth: Expression


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
    sheet.title = "各单位"
    columns = [*_main_figures(summed.record)]
    width = 3 + len(columns)
    _head(sheet, _title(summed), f"{summed.record.agency or ''}　{_count(summed, collection)}", width)
    for k, label in enumerate(("单位", "核对", "计入"), 1):
        _put(sheet, 3, k, label, font=HEAD, ground=GROUND)
        _put(sheet, 4, k, "", font=HEAD, ground=GROUND)
        sheet.merge_cells(start_row=3, end_row=4, start_column=k, end_column=k)
    for k, column in enumerate(columns, 4):
        _put(sheet, 3, k, column.table, font=HEAD, ground=GROUND)
        _put(sheet, 4, k, column.heading, font=HEAD, ground=GROUND)
    _merge_alike(sheet, 3, [column.table for column in columns], first=4)
    row = 5
    for line in _in_order(standings, collection):
        _write_line(sheet, row, line, columns, summed)
        row += 1
    _write_sum(sheet, row, columns, summed)
    notes = [one.sentence for one in summed.corrections] + [ODD_NOTE]
    for i, words in enumerate(notes, row + 1):
        _across(sheet, i, words, width)
    _size(sheet, [18, 8, 6, *[8] * len(columns)])
    _print(sheet, head=4, paper=A3)


def _main_figures(record: Record) -> Iterator[MainFigure]:
    """Those that the form of the year has."""
    for table, heading, text in MAIN:
        worth = parse(text)
        if all(path in record.cells for _, path in worth.paths(record.row_form)):
            yield MainFigure(table=table, heading=heading, worth=worth)


def _count(summed: SummedReport, collection: Collection) -> str:
    due = f"应报送{len(collection.due)}个单位，未报送{len(collection.missing)}个，" if collection.due else ""
    return f"{due}计入汇总{len(summed.counted)}个单位"


def _in_order(standings: Sequence[Standing], collection: Collection) -> list[Standing]:
    """The lines in the order of the bodies that are due, then in the order in which files came."""
    due = {body: i for i, body in enumerate(collection.due)}
    came = {one.name: i for i, one in enumerate(collection.submissions)}
    last = len(due)
    return sorted(
        standings,
        key=lambda line: (due.get(line.body, last), came.get(line.submission.name, 0) if line.submission else 0),
    )


def _write_line(
    sheet: Worksheet, row: int, line: Standing, columns: Sequence[MainFigure], summed: SummedReport
) -> None:
    sent = line.submission
    counts = sent is not None and sent.name in {one.name for one in summed.counted}
    _put(sheet, row, 1, line.body or (sent.name if sent else ""), side="left")
    _put(sheet, row, 2, STATES[line.state])
    _put(sheet, row, 3, "是" if counts else "否", ground=None if counts else ODD)
    wrong = {one.path for one in summed.unbalanced if sent and one.body == sent.label} if counts else set()
    for k, column in enumerate(columns, 4):
        value, odd = _shown(sent.record, column.worth) if sent and sent.record else ("", False)
        odd = odd or bool(wrong.intersection(path for _, path in column.worth.paths(summed.record.row_form)))
        _put(sheet, row, k, value, ground=ODD if odd else None)


def _shown(record: Record, worth: Expression) -> tuple[Number | str, bool]:
    """What a report gives for a main figure, and whether something about it is odd."""
    found = record.worth(worth)
    causes = [cause for _, path in worth.paths(record.row_form) if (cause := cause_of(record, path))]
    if not causes:
        return found.number, False
    single = len([*worth.paths(record.row_form)]) == 1
    return (_short(causes[0]) if single or found.unknown else found.number), True


def _short(cause: str) -> str:
    return {"form": "无此项", "blank": "空白", "unit": "单位不明"}.get(cause, "读不出")


def _write_sum(sheet: Worksheet, row: int, columns: Sequence[MainFigure], summed: SummedReport) -> None:
    corrected = {one.path for one in summed.corrections}
    _put(sheet, row, 1, "合计", font=BOLD)
    for k in (2, 3):
        _put(sheet, row, k, "")
    for k, column in enumerate(columns, 4):
        paths = {path for _, path in column.worth.paths(summed.record.row_form)}
        worth = summed.record.worth(column.worth)
        value = worth.number if not worth.unknown and len(worth.blank) < len(paths) else ""
        _put(sheet, row, k, value, font=BOLD, ground=ODD if paths & corrected else None)


def _write_figures(sheet: Worksheet, summed: SummedReport) -> None:
    """Every figure in a row, with what each body adds to it."""
    bodies = [one.label for one in summed.counted]
    corrected = {one.path: one for one in summed.corrections}
    unbalanced = {(one.body, one.path) for one in summed.unbalanced}
    records = [one.record for one in summed.counted]
    _head(sheet, "全部数字，各单位分列", "总计按各分项计算；各单位的总计照印出的数列出。" + ODD_NOTE, 5 + len(bodies))
    for k, label in enumerate(["表", "行", "列", "合计", "更正", *bodies], 1):
        _put(sheet, 3, k, label, font=HEAD, ground=GROUND)
    for row, (path, figure) in enumerate(summed.record.figures.items(), 4):
        is_total = path in totals_of(summed.record.form)
        for k, words in enumerate((TABLE_NAMES[path.split(".")[0]], figure.row_label, figure.column_label), 1):
            _put(sheet, row, k, words, side="left" if k > 1 else "center")
        change = corrected.get(path)
        _put(sheet, row, 4, _cell(summed.record.cells[path]), font=BOLD, ground=ODD if change else None)
        _put(sheet, row, 5, change.sentence if change else "", side="left")
        for k, (body, part, record) in enumerate(zip(bodies, summed.parts[path], records, strict=True), 6):
            cause = cause_of(record, path) if record else None
            odd = bool(cause) or (body, path) in unbalanced
            shown = CAUSES[cause] if cause and part.value is None else _cell(part.value)
            _put(sheet, row, k, shown, font=BOLD if is_total else CELL, ground=ODD if odd else None)
    _size(sheet, [6, 26, 12, 9, 14, *[9] * len(bodies)])
    _print(sheet, head=3, paper=A3, columns=5)


def _cell(value: Number | None) -> Number | str:
    return "" if value is None else value


def _write_findings(sheet: Worksheet, summed: SummedReport, standings: Sequence[Standing]) -> None:
    """What is to be done: about the sum first, then body by body what their reports have to be sent back for."""
    _head(sheet, "要处理的事项", "先列汇总的，再逐个单位列报告本身的；供参考的不列。", 4)
    for k, label in enumerate(("单位", "文件", "程度", "事项"), 1):
        _put(sheet, 3, k, label, font=HEAD, ground=GROUND)
    rows = [*_of_the_sum(summed.findings), *_of_the_bodies(standings)]
    for row, cells in enumerate(rows or [("", "", "", "没有要处理的事项。")], 4):
        for k, words in enumerate(cells, 1):
            _put(sheet, row, k, words, side="center" if k == 3 else "left")
    _size(sheet, [18, 24, 9, 90])
    _print(sheet, head=3, paper=A4)


def _of_the_sum(findings: Iterable[Finding]) -> Iterator[tuple[str, str, str, str]]:
    for one in findings:
        yield "（汇总）", "", GRADES[one.severity].demand, one.message


def _of_the_bodies(standings: Sequence[Standing]) -> Iterator[tuple[str, str, str, str]]:
    for line in standings:
        name = line.submission.name if line.submission else ""
        for one in line.findings:
            if one.severity != "info":
                yield line.body, name, GRADES[one.severity].demand, one.message


def _head(sheet: Worksheet, title: str, note: str, width: int) -> None:
    for row, words, font in ((1, title, TITLE), (2, note, CELL)):
        _across(sheet, row, words, width, font=font, side="center" if row == 1 else "left")


def _across(sheet: Worksheet, row: int, words: str, width: int, *, font: Font = CELL, side: str = "left") -> None:
    _put(sheet, row, 1, words, font=font, side=side, framed=False)
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)


def _put(
    sheet: Worksheet,
    row: int,
    column: int,
    value: Number | str,
    *,
    font: Font = CELL,
    side: str = "center",
    ground: PatternFill | None = None,
    framed: bool = True,
) -> None:
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    if isinstance(value, str):
        put_text(cell, value)
    else:
        cell.value = value
    cell.font = font
    cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
    if framed:
        cell.border = BORDER
    if ground:
        cell.fill = ground


def _merge_alike(sheet: Worksheet, row: int, words: Sequence[str], *, first: int) -> None:
    """Merge neighbours with the same heading."""
    start = 0
    for i in range(1, len(words) + 1):
        if i == len(words) or words[i] != words[start]:
            if i - start > 1:
                sheet.merge_cells(start_row=row, end_row=row, start_column=first + start, end_column=first + i - 1)
            start = i


def _size(sheet: Worksheet, widths: Sequence[float]) -> None:
    for k, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(k)].width = width


def _print(sheet: Worksheet, *, head: int, paper: int, columns: int = 1) -> None:
    sheet.freeze_panes = sheet.cell(head + 1, columns + 1)
    sheet.print_title_rows = f"1:{head}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", paper
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "— &P —"
