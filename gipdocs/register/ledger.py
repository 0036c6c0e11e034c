"""The ledger: one row a case in 24 columns, written as a workbook."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from hashlib import sha256
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.page import PageMargins
from sqlalchemy import select
from sqlalchemy.orm import Session

from gipdocs.access.actors import Actor
from gipdocs.access.permissions import Permission
from gipdocs.law import Office
from gipdocs.law.clock import CHANNELS
from gipdocs.letters.case import name_applicants, request
from gipdocs.register import ledger_cells as cells
from gipdocs.register.finding import Filter, narrow
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.register import Register
from gipdocs.register.standing import find_outcome
from gipdocs.register.statistics import kept_paths
from gipdocs.reports.forms import form_for
from gipdocs.store import audit
from gipdocs.store.tables import CaseRow, EventRow, LetterRow, NoteRow

ERASED = "（个人信息已删除）"
CHUNK = 500
"""How many cases are read at a time."""
A4 = 9  # the number of the paper size in SpreadsheetML
HEAD, CELL = Font(name="黑体", size=11), Font(name="宋体", size=10.5)
GROUND = PatternFill("solid", fgColor="F2F2F2")
THIN = Side(style="thin", color="000000")
BORDER = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
MIDDLE = Alignment(vertical="center", wrap_text=True)
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that a program may take for a formula."""
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""An underscore that spreadsheets would take for the beginning of a character's number."""
Value = str | date | None


@dataclass(frozen=True, kw_only=True)
class LedgerColumn:
    """A column: its key, its heading, its width in Chinese characters, and other headings that mean the same.

    `required`: a ledger without it can't be imported. `derived`: it follows from the others and isn't read. `written`:
    it is a column of our own ledger; the others are only read.
    """

    key: str
    heading: str
    width: float = 6
    also: tuple[str, ...] = ()
    required: bool = False
    derived: bool = False
    written: bool = True


COLUMNS = (
    LedgerColumn(
        key="number", heading="申请编号", also=("编号", "登记编号", "受理编号", "申请号", "登记号", "案件编号")
    ),
    LedgerColumn(
        key="received",
        heading="收到日期",
        also=("收到申请日期", "收件日期", "收到时间", "申请日期", "受理日期", "登记日期", "签收日期"),
        required=True,
    ),
    LedgerColumn(
        key="channel", heading="渠道", also=("收到渠道", "申请渠道", "申请方式", "提交方式", "来源", "申请途径")
    ),
    LedgerColumn(
        key="applicant",
        heading="申请人",
        also=("申请人姓名", "姓名", "申请人名称", "姓名或名称", "申请人姓名或者名称"),
        required=True,
    ),
    LedgerColumn(
        key="kind", heading="申请人类别", also=("申请人类型", "申请人性质", "申请主体", "类别"), required=True
    ),
    LedgerColumn(key="contact", heading="联系方式", width=10, also=("联系电话", "电话", "联系地址", "地址")),
    LedgerColumn(
        key="content",
        heading="申请内容",
        width=16,
        also=("申请公开内容", "申请事项", "所需政府信息", "申请公开的内容", "信息名称", "内容"),
    ),
    LedgerColumn(
        key="department", heading="承办部门", also=("承办科室", "承办处室", "承办单位", "责任科室", "主办科室")
    ),
    LedgerColumn(key="officer", heading="承办人", also=("经办人", "办理人", "责任人")),
    LedgerColumn(
        key="correction_asked", heading="告知补正", also=("告知补正日期", "补正通知日期", "补正告知日期", "补正通知")
    ),
    LedgerColumn(key="corrected", heading="收到补正", also=("收到补正日期", "补正日期", "补正时间")),
    LedgerColumn(key="consulted", heading="征求意见", width=12, also=("征求第三方意见", "征求意见情况")),
    LedgerColumn(key="extended", heading="延期", width=8, also=("延期情况", "延期答复", "延期日期")),
    LedgerColumn(key="fee", heading="收费/缴费", width=8, also=("收费", "缴费", "收费情况", "信息处理费")),
    LedgerColumn(
        key="answer_by", heading="答复期限", also=("答复截止日期", "法定期限", "办理期限", "到期日期"), derived=True
    ),
    LedgerColumn(
        key="outcome",
        heading="办理结果",
        width=8,
        also=("答复类型", "答复结果", "处理结果", "答复情况", "结果", "答复方式"),
    ),
    LedgerColumn(key="row", heading="年报统计行", width=10, also=("统计类别", "年报类别", "年报口径", "统计口径")),
    LedgerColumn(key="letter", heading="答复文号", width=9, also=("文号", "答复书文号", "答复编号")),
    LedgerColumn(key="dated", heading="成文日期", also=("答复日期", "答复时间", "落款日期")),
    LedgerColumn(key="way", heading="送达方式", also=("答复送达方式", "寄送方式")),
    LedgerColumn(
        key="posted", heading="送达日期", also=("办结日期", "办结时间", "送达时间", "寄出日期", "交邮日期", "邮寄日期")
    ),
    LedgerColumn(key="late", heading="是否逾期", width=4, also=("逾期", "是否超期"), derived=True),
    LedgerColumn(
        key="challenges", heading="复议诉讼", width=12, also=("行政复议诉讼", "复议诉讼情况", "行政复议、行政诉讼")
    ),
    LedgerColumn(key="remark", heading="归档/备注", width=10, also=("备注", "归档", "说明")),
    LedgerColumn(key="confirmed", heading="确认日期", also=("与申请人确认日期",), written=False),
    LedgerColumn(key="consulted_on", heading="征求意见发出日期", also=("征求意见日期",), written=False),
    LedgerColumn(key="delivered_on", heading="征求意见送达日期", written=False),
    LedgerColumn(key="opinion_on", heading="收到意见日期", also=("意见回复日期",), written=False),
    LedgerColumn(key="extension_days", heading="延长工作日数", also=("延期天数", "延长天数"), written=False),
)
"""Every column by which a ledger may be read, in the order in which ours is written."""
WRITTEN = tuple(column for column in COLUMNS if column.written)
DAYS = ("received", "correction_asked", "corrected", "answer_by", "dated", "posted")


@cache
def column_labels() -> Mapping[str, str]:
    """The kinds of applicant as table three calls them, by their keys: natural_person is 自然人."""
    form = form_for(date.max.year)
    figures = form.table("table3").figures[: len(form.applicants)]
    return {figure.path.split(".")[2]: figure.column_label for figure in figures}


@cache
def row_labels() -> Mapping[str, str]:
    """The rows of the results as table three prints them, by the path that the register keeps."""
    labels = {figure.path.split(".")[1]: figure.row_label for figure in form_for(date.max.year).table("table3").figures}
    return {path: labels[row] for path, row in kept_paths().items()}


def export_ledger(register: Register, wanted: Filter, *, by: Actor) -> bytes:
    """The ledger for somebody who takes it along, which the audit trail keeps; Forbidden."""
    by.demand(Permission.LEDGER)
    written = write_ledger(register, wanted)
    narrowed = sorted(key for key, value in asdict(wanted).items() if value)
    with register.store.writing() as session:
        audit.note(
            session,
            actor=by.name,
            action="ledger.exported",
            subject_kind="ledger",
            subject_id=str(wanted.year or ""),
            detail={"by": narrowed, "sha256": sha256(written).hexdigest()},
            address=by.address,
        )
    return written


def write_ledger(register: Register, wanted: Filter) -> bytes:
    """The cases that a filter lets through as a workbook, in the order of receipt."""
    office = register.office()
    book = Workbook(write_only=True)
    sheet = book.create_sheet("依申请公开台账")
    _prepare(sheet)
    sheet.append([_cell(sheet, column.heading, Look(head=True)) for column in WRITTEN])
    looks = [Look(day=column.key in DAYS) for column in WRITTEN]
    with register.store.reading() as session:
        for line in ledger_lines(session, wanted, office):
            sheet.append([_cell(sheet, line[one.key], look) for one, look in zip(WRITTEN, looks, strict=True)])
    book.properties.creator, book.properties.title = office.author, "政府信息公开申请台账"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _prepare(sheet: Any) -> None:
    """Freeze and repeat the headings, and print across an A4 page."""
    for number, column in enumerate(WRITTEN, 1):
        sheet.column_dimensions[get_column_letter(number)].width = 2 * column.width
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.oddFooter.center.text = "— &P —"


def _cell(sheet: Any, value: Value, look: Look) -> Any:
    """A cell; its text stays text, whatever it begins with."""
    if isinstance(value, str):
        value = ESCAPE.sub("_x005F_", UNPRINTABLE.sub("", value)) or None
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        look = replace(look, quoted=True) if value.startswith(FORMULA) else look
    cell._style = look.style(sheet)
    return cell


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a cell is printed; its style is made once for each sheet, which is what makes a long ledger quick to write."""

    head: bool = False
    day: bool = False
    quoted: bool = False

    def style(self, sheet: Any) -> Any:
        """The numbers of font, frame and format in the sheet's book."""
        made = vars(sheet).setdefault("looks", {})
        if self not in made:
            cell = WriteOnlyCell(sheet)
            cell.font, cell.border = (HEAD if self.head else CELL), BORDER
            cell.alignment = CENTRED if self.head or self.day else MIDDLE
            cell.quotePrefix = self.quoted
            if self.head:
                cell.fill = GROUND
            if self.day:
                cell.number_format = "yyyy-mm-dd"
            made[self] = cell._style
        return made[self]


def ledger_lines(session: Session, wanted: Filter, office: Office) -> Iterator[dict[str, Value]]:
    """The cells of each row by the keys of their columns, in the order of receipt."""
    query = narrow(select(CaseRow), wanted, office.today).order_by(CaseRow.received_on, CaseRow.number)
    ids = list(session.scalars(query.with_only_columns(CaseRow.id)))
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        rows = {row.id: row for row in session.scalars(select(CaseRow).where(CaseRow.id.in_(chunk)))}
        told = _Told.load(session, chunk)
        for id in chunk:
            yield _line(rows[id], History(told.events.get(id, [])), told, office)
        session.expunge_all()


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What is read for some cases: events by case, remarks by case and place, numbers of letters by their id."""

    events: Mapping[int, Sequence[CaseEvent]]
    notes: Mapping[tuple[int, int], str]
    letters: Mapping[int, str | None]

    @classmethod
    def load(cls, session: Session, case_ids: Sequence[int]) -> _Told:
        found, notes, places = dict[int, list[CaseEvent]](), dict[tuple[int, int], str](), dict[int, int]()
        texts = select(EventRow, NoteRow.text).outerjoin(NoteRow, NoteRow.event_id == EventRow.id)
        for row, text in session.execute(texts.where(EventRow.case_id.in_(case_ids)).order_by(EventRow.id)):
            places[row.id] = row.place
            cancels = places[row.cancels] if row.cancels is not None else None
            event = CaseEvent(
                place=row.place, kind=row.kind, day=row.day, facts=row.facts, letter=row.letter_id, cancels=cancels
            )
            found.setdefault(row.case_id, []).append(event)
            if text:
                notes[row.case_id, row.place] = text
        of_events = select(EventRow.letter_id).where(EventRow.case_id.in_(case_ids), EventRow.letter_id.is_not(None))
        numbers = select(LetterRow.id, LetterRow.number).where(LetterRow.id.in_(of_events))
        return cls(events=found, notes=notes, letters={one.id: one.number for one in session.execute(numbers)})


def _line(row: CaseRow, history: History, told: _Told, office: Office) -> dict[str, Value]:
    application: Mapping[str, Any] = row.application or {}
    remarks = [told.notes[row.id, event.place] for event in history.of("noted") if (row.id, event.place) in told.notes]
    received = history.first("received")
    return {
        "number": row.number,
        "received": row.received_on,
        "channel": CHANNELS[received.facts["channel"]] if received else "",
        "applicant": ERASED if row.erased_on else "、".join(name_applicants(application)),
        "kind": column_labels()[row.column_key],
        "contact": cells.write_contact(application),
        "content": request(application) or row.subject,
        "department": row.department,
        "officer": row.officer,
        "correction_asked": cells.write_days(history, "correction_asked"),
        "corrected": cells.write_days(history, "corrected"),
        "consulted": cells.write_consultations(history),
        "extended": cells.write_extensions(history),
        "fee": cells.write_fees(history),
        "answer_by": row.answer_by,
        "row": row_labels().get(row.row or "", ""),
        "late": _late(row, office.today),
        "challenges": cells.write_challenges(history),
        "remark": cells.write_remark(history, remarks),
        **_answer(row, history, told, office),
    }


def _answer(row: CaseRow, history: History, told: _Told, office: Office) -> dict[str, Value]:
    """The columns of the answer; of a withdrawn application, the day of withdrawal stands for that of the letter."""
    answered, withdrawn = history.first("answered"), history.first("withdrawn")
    outcome = find_outcome(history, office)
    known = office.today_law.outcomes
    number = told.letters.get(answered.letter) if answered and answered.letter else None
    posted = None if withdrawn else history.first("posted")
    return {
        "outcome": known[outcome].name if outcome in known else outcome,
        "letter": number or (answered.facts.get("number") if answered else None),
        "dated": withdrawn.day if withdrawn else answered.day if answered else None,
        "way": cells.write_way(history) if posted else "",
        "posted": posted.day if posted else None,
    }


def _late(row: CaseRow, today: date) -> str:
    """Whether the answer came too late, or hasn't come in time; empty while that is open."""
    if row.answer_by is None:
        return ""
    if row.closed_on is not None:
        return "是" if row.closed_on > row.answer_by else "否"
    return "是" if today > row.answer_by else ""
