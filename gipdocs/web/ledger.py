"""The desk's pages of the register as a whole: the ledger out and in, the figures of a year, and the report's tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, request, url_for

from gipdocs.access.permissions import Permission
from gipdocs.documents.document import MEDIA_TYPES, Document
from gipdocs.errors import MOST_TOLD, GipdocsError, InvalidInput, mention_limit
from gipdocs.faces import actor, attach, needs, register, service
from gipdocs.web.computing import bring_in, list_told
from gipdocs.web.guard import is_genuine
from gipdocs.web.numbers import read_year
from gipdocs.web.offers import (
    COUNTED,
    OFFERED,
    TABLES,
    find_account,
    list_sources,
    offer_text,
    read_account,
    write_text,
)
from gipdocs.web.pages import page
from gipdocs.web.proof import proved
from gipdocs.web.sheets import CounterSheet, Door, FigureSource, Notice, OfferedText
from gipdocs.writing import chinese_date, plain_number

if TYPE_CHECKING:  # an installation without a database loads nothing of it
    from gipdocs.register.ledger_import import ImportReport
    from gipdocs.register.ledger_reading import LedgerTable
    from gipdocs.register.year_account import YearAccount

ledger = Blueprint("ledger", __name__)
EXPIRED = "这次没有处理：页面已经过期，或者浏览器没有保存本站的Cookie。请重新选择文件，再点一次。"
UNTYPED_YEAR = "没有带入：请先在第一部分填写报告年度，再点“从台账带入”。"


@ledger.before_request
def need_register() -> None:
    """Without a register there are no such pages."""
    if service().register is None:
        abort(404)


@ledger.get("/ledger")
@needs(Permission.LEDGER)
def show() -> Response:
    """Export with filters, and the form of an import."""
    return _page()


@ledger.get("/ledger.xlsx")
@needs(Permission.LEDGER)
@proved
def export() -> Response:
    """The ledger as a workbook: `?year=2025&state=closed&officer=…&text=…`."""
    from gipdocs.register.finding import Filter
    from gipdocs.register.ledger import export_ledger

    year = request.args.get("year", type=read_year)
    state, officer, text = (request.args.get(key, "").strip() for key in ("state", "officer", "text"))
    wanted = Filter(year=year, state=state, officer=officer, text=text)
    content = export_ledger(register(), wanted, by=actor())
    name = f"政府信息公开申请台账{f'（{year}年收到）' if year else ''}.xlsx"
    return attach(Response(content, content_type=MEDIA_TYPES["xlsx"]), name, plain="ledger")


@ledger.post("/ledger")
@needs(Permission.WRITE_CASES)
def bring() -> Response:
    """Check the chosen file, or import it; headings that mean nothing to us are asked."""
    from gipdocs.register.ledger_import import import_ledger, recall_mapping
    from gipdocs.register.ledger_reading import read_ledger

    if not is_genuine():
        return _page(400, notice=Notice(tone="bad", text=EXPIRED))
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page(422, notice=Notice(tone="bad", text="没有选择文件。请先选择台账文件（XLSX或者CSV）。"))
    dry_run = request.form.get("do") != "import"
    table = None
    try:
        table = read_ledger(file.read(), file.filename)
        given = _given(table) or recall_mapping(register(), table.headings)
        report = import_ledger(register(), table, given, by=actor(), dry_run=dry_run)
    except InvalidInput as error:
        return _page(422, notice=Notice(tone="bad", text=str(error)), asked=_asked(table))
    return _page(
        422 if report.faults else 200, notice=_told(report, dry_run=dry_run), report=report, asked=_asked(table)
    )


def _page(
    status: int = 200, *, notice: Notice | None = None, report: ImportReport | None = None, **more: Any
) -> Response:
    from gipdocs.register.standing import STATES

    faults = report.faults if report else ()
    listed = {"faults": faults[:MOST_TOLD], "warnings": report.warnings if report else ()}
    years = range(service().office().today.year, 2018, -1)
    return page("ledger", status, notice=notice, states=STATES, years=years, **{"asked": None, **listed, **more})


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The headings of a file with the columns for which they may be taken; `chosen` is the present choice."""

    headings: tuple[str, ...]
    chosen: Mapping[str, str]
    columns: Mapping[str, str]


def _asked(table: LedgerTable | None) -> Asked | None:
    if table is None:
        return None
    from gipdocs.register.ledger import COLUMNS
    from gipdocs.register.ledger_import import recall_mapping
    from gipdocs.register.ledger_reading import map_headings

    given = _given(table) or recall_mapping(register(), table.headings)
    try:
        chosen = {**given, **map_headings(table.headings, given).columns}
    except InvalidInput:
        chosen = dict(given)
    columns = {column.key: column.heading for column in COLUMNS if not column.derived}
    return Asked(headings=table.headings, chosen=chosen, columns=columns)


def _given(table: LedgerTable) -> dict[str, str]:
    """The columns that the clerk chose, by heading."""
    chosen = {heading: request.form.get(f"column-{heading}", "") for heading in table.headings}
    return {heading: key for heading, key in chosen.items() if key}


def _told(report: ImportReport, *, dry_run: bool) -> Notice:
    if count := len(report.faults):
        text = f"共{report.rows}行，有{count}处需要改正{mention_limit(count)}，一行也没有导入。请在表格里改正后重新选择文件。"
        return Notice(tone="bad", text=text)
    if dry_run:
        text = f"检查完毕：共{report.rows}行，没有错误。请再选择一次这个文件，点“导入”。"
        return Notice(tone="good", text=text)
    return Notice(tone="good", text=f"已导入{report.cases}件。")


@ledger.get("/statistics/<int:year>")
@needs(Permission.LEDGER)
def statistics(year: int) -> Response:
    """Tables three and four of a year, each figure leading to its cases."""
    from gipdocs.register.year_account import account_for

    found = account_for(register(), year)
    figures = found.figures
    yuan = None if figures.fee.yuan is None else plain_number(figures.fee.yuan)
    until = chinese_date(found.until)
    return page("statistics", found=found, figures=figures, cells=figures.cells, yuan=yuan, tables=TABLES, until=until)


@ledger.get("/statistics/<int:year>/<path>")
@needs(Permission.LEDGER)
def behind(year: int, path: str) -> Response:
    """The cases that a figure counts."""
    from gipdocs.register.statistics import FEE, cases_behind
    from gipdocs.reports.forms import place

    numbers = cases_behind(register(), year, path)
    return page("behind", year=year, place="信息处理费" if path == FEE else place(path), numbers=numbers)


@dataclass(frozen=True, kw_only=True)
class Desk(Door):
    """The desk's counter, which fills the report's tables from the register, and leads to the batches."""

    def batch_url(self, document: Document) -> str:
        """Where many of a document are made at once; "" without a register, and for a document without a table."""
        if service().register is None or not actor().may(Permission.BATCHES):
            return ""
        from gipdocs.batch.table import offers_table

        return url_for("batches.receive", id=document.id) if offers_table(document) else ""

    def counted(self, sheet: CounterSheet, keys: Collection[str]) -> str:
        """What the register knows of these questions, if the document asks for a year's tables."""
        asked = {key for key, _ in sheet.entry.document.schema().questions()}
        if service().register is None or not asked >= {"year", *COUNTED} or not {*COUNTED} & {*keys}:
            return ""
        found, names = find_account(sheet), _names(sheet, keys)
        return f"{_told_of(found, keys) if found else '台账按报告年度计数，'}可以填写{names}，已经填写的不改动。"

    def sources(self, sheet: CounterSheet, keys: Collection[str]) -> Sequence[tuple[str, Sequence[FigureSource]]]:
        """The figures of these questions that count any case, each with the page of its cases."""
        return [*list_sources(sheet, keys)] if self.counted(sheet, keys) and actor().may(Permission.LEDGER) else ()

    def text_for(self, sheet: CounterSheet, name: str) -> OfferedText | None:
        """What the register can say there about the report's year."""
        return offer_text(sheet, name) if name in OFFERED and self.counted(sheet, COUNTED) else None

    def write(self, sheet: CounterSheet, name: str) -> bool:
        """Write it below what was typed."""
        return name in OFFERED and self.counted(sheet, COUNTED) != "" and write_text(sheet, name)

    def bring(self, sheet: CounterSheet, key: str, *, replace: bool) -> bool:
        """Fill blank figures with those that the register has counted; any that differ are told, or replaced if wanted."""
        part = next((one for one in sheet.parts.listed if one.key == key), None)
        keys = part.keys if part else COUNTED if not sheet.entry.document.parts else ()
        if not self.counted(sheet, keys):
            return False
        place = part.id if part else "answers"
        said, differs = _bring_figures(sheet, [one for one in COUNTED if one in keys], replace=replace)
        sheet.told = {place: said} | sheet.told
        sheet.contested = place if differs and not replace else ""
        return True


def _names(sheet: CounterSheet, keys: Collection[str]) -> str:
    return "和".join(f"“{sheet.form.find(key).label.text}”" for key in COUNTED if key in keys)


def _told_of(found: YearAccount, keys: Collection[str]) -> str:
    told = f"台账：{found.figures.year}年{_counts_of(found, keys)}。"
    if not found.is_known:
        return f"{told}台账没有这一年及以前的案件，没有登记过的申请请自行填写。"
    return told if found.is_over else f"{told}这一年还没有结束，数字截至{chinese_date(found.until)}。"


def _counts_of(found: YearAccount, keys: Collection[str]) -> str:
    """The most telling numbers of these questions."""
    from gipdocs.register.statistics import CARRIED_IN, CLOSED, NEW

    figures = found.figures
    if "table3" in keys:
        new, carried_in, closed = (figures.table3[flow][-1] for flow in (NEW, CARRIED_IN, CLOSED))
        return f"新收{new}件，上年结转{carried_in}件，办结{closed}件"
    if "table4" in keys:
        reconsiderations, *suits = (cells["total"] for cells in figures.table4.values())
        return f"行政复议{reconsiderations}件，行政诉讼{sum(suits)}件"
    return f"收取信息处理费{figures.fee.cases}件"


def _bring_figures(sheet: CounterSheet, keys: Sequence[str], *, replace: bool) -> tuple[str, bool]:
    """Bring the figures of these questions; what to say about it, and whether any that were typed differ."""
    from gipdocs.register.statistics import FEE, as_record

    year = sheet.payload.get("year")
    if not isinstance(year, int):
        return UNTYPED_YEAR, False
    try:
        figures = read_account(year).figures
    except GipdocsError as error:
        return f"没有带入：{error}", False
    record = as_record(figures)
    differing = [told for key in keys for told in bring_in(sheet.form.find(key), record[key], replace=replace)]
    text = f"已从台账带入{year}年的数字。"
    if differing:
        told = list_told(differing, "；")
        text += f"改动了{len(differing)}处：{told}。" if replace else f"与已经填写的不同，没有改动：{told}。"
    if figures.unpriced and FEE in keys:
        text += f"有{len(figures.unpriced)}件缴费没有记录金额（{figures.unpriced[0]}等），收取金额请自行填写。"
    return text, bool(differing)
