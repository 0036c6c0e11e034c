"""The views of many gathered reports: where each stands, their sum, both years beside each other, and what is made of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Response, request

from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.errors import InvalidInput
from gipdocs.faces import MOST_SENT, attach, service
from gipdocs.reports.collecting.assessment import ReportStanding, assess, find_previous
from gipdocs.reports.collecting.comparison import MARKS, compare
from gipdocs.reports.collecting.orders import SumOrder
from gipdocs.reports.collecting.overview import ReportsOverview
from gipdocs.reports.collecting.returning import LETTER
from gipdocs.reports.collecting.submissions import Collection, Submission
from gipdocs.reports.collecting.summed import SummedReport
from gipdocs.reports.collecting.summed_book import write_book
from gipdocs.reports.record import Record
from gipdocs.settings import MIB
from gipdocs.web.carried import unpack as fill_form
from gipdocs.web.counter import blank_sheet
from gipdocs.web.downloads import document_file
from gipdocs.web.ledger import Desk
from gipdocs.web.pages import page
from gipdocs.web.parcels import MOST_FILES
from gipdocs.web.report_standings import group_standings, list_repeated
from gipdocs.web.returned_reports import answers_for, offers_letters, read_return_day, write_letters
from gipdocs.web.sheets import Notice
from gipdocs.web.summed_reports import look_behind
from gipdocs.web.workpapers import as_file, files_of, pack, remember, with_files

REPORT = "annual-report"
"""The document into which the sum leads."""
COMPARISON = "report-comparison"
"""The sheet of both years."""
LARGEST = (MOST_SENT // MIB) - 1
"""So many MiB of files can be sent at once."""
LED = "已填入汇总的三张表{}，请核对后接着填写叙述部分。年报汇总还开在原来的标签页里。"
COMPARED = "两年的数已经填好。变化大、接不上的，请写明情况，再检查、下载。年报汇总还开在原来的标签页里。"
LETTER_LED = "函的内容已经按核对的结果填好，请逐处看过，删去不必写的，再检查、下载。年报汇总还开在原来的标签页里。"
NO_DAY = "没有写函：请先在“退回函”里填“重报的最后日期”。"
NO_LETTER = "没有可以写的函：没有一份报告有必须改正、需要核实的地方，或者都看不出是哪个机关的。"
TAKEN, DROPPED = "已经选定{}，它计入汇总，同一机关的其他文件不计。", "已经去掉{}。"


@dataclass(kw_only=True)
class PaperSheet:
    """A paper on its page; `faults` are what is wrong with the corrections that were typed, by the path of the figure."""

    paper: SumOrder
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def collection(self) -> Collection:
        """The reports that came."""
        return self.paper.collection

    @property
    def agency(self) -> str:
        """The body whose report the sum becomes, by default the government of the place."""
        return self.paper.agency or service().profile.government

    def sum_up(self) -> SummedReport:
        """The sum; each correction keeps what the sum was when it was made."""
        summed = self.paper.sum_up(self.agency)
        self.paper = remember(self.paper, summed.corrections)
        return summed

    def assess(self) -> tuple[ReportStanding, ...]:
        """Where each body stands, by the law in force."""
        return assess(self.collection, law=service().law, local=service().profile.reports, take=self.paper.take)

    def file(self, what: str) -> Submission | None:
        """The file at a place of the collection, None if there is none."""
        sent = self.collection.submissions
        return sent[int(what)] if what.isdecimal() and int(what) < len(sent) else None

    def page(self, view: str, notice: Notice | None = None, status: int = 200, **values: Any) -> Response:
        """One of the views of the paper, which travels with it."""
        shared = {"sheet": self, "collection": self.collection, "packed": pack(self.paper), "view": view}
        return page(f"reports_{view}", status, notice=notice, **shared, **limits(), **values)


def limits() -> dict[str, Any]:
    """What the pages say about how much can be sent."""
    return {"most_files": MOST_FILES, "largest": LARGEST}


def bad(text: str) -> Notice:
    """A sentence about what went wrong."""
    return Notice(tone="bad", text=text)


def show_standings(sheet: PaperSheet, notice: Notice | None = None, status: int = 200) -> Response:
    """Where each body stands, what is to be sent back first."""
    return sheet.page(
        "standings",
        notice,
        status,
        groups=group_standings(sheet.collection, sheet.assess()),
        repeated=list_repeated(sheet.paper),
        offers_letters=offers_letters(),
    )


def show_sum(sheet: PaperSheet, notice: Notice | None = None, status: int = 200) -> Response:
    """The sum, each figure with what stands behind it."""
    summed = sheet.sum_up()
    behind = look_behind(summed, request.form, sheet.faults)
    return sheet.page("sum", notice, status, summed=summed, behind=behind, offers_report=REPORT in service().registry)


def _see_standings(sheet: PaperSheet, what: str) -> Response:
    return show_standings(sheet)


def _see_sum(sheet: PaperSheet, what: str) -> Response:
    return show_sum(sheet)


def _see_years(sheet: PaperSheet, what: str) -> Response:
    """The sum beside that of last year, or one body's report beside its own of the year before."""
    name, now, before = _pair(sheet, what)
    try:
        comparison = compare(now, before) if now and before else None
    except InvalidInput as error:
        return show_standings(sheet, bad(str(error)), 422)
    offers_sheet = COMPARISON in service().registry
    return sheet.page("years", comparison=comparison, marks=MARKS, place=what, name=name, offers_sheet=offers_sheet)


def _pair(sheet: PaperSheet, what: str) -> tuple[str, Record | None, Record | None]:
    """The name over a comparison, and the reports of both years as far as they came."""
    sent = sheet.file(what)
    if sent is None:
        record = sheet.sum_up().record
        return f"{sheet.agency}（汇总）", record, record.previous
    return sent.label, sent.record, find_previous(sent, sheet.collection)


def _explain_years(sheet: PaperSheet, what: str) -> Response:
    """The form of the sheet of both years, in which the office explains what has changed."""
    if answers := _two_years(sheet, what):
        return _fill(COMPARISON, answers, COMPARED)
    return _see_years(sheet, what)


def _give_years(sheet: PaperSheet, what: str) -> Response:
    """The sheet of both years as a workbook, without explanations."""
    if not (answers := _two_years(sheet, what)):
        return _see_years(sheet, what)
    entry = service().registry[COMPARISON]
    return document_file(entry.document, service().build(entry, answers, "xlsx", draft=True))


def _two_years(sheet: PaperSheet, what: str) -> dict[str, Any]:
    """The answers of the sheet of both years; empty unless both reports came."""
    _, now, before = _pair(sheet, what)
    if now is None or before is None:
        return {}
    return {"record": replace(now, previous=None).as_json(), "previous": replace(before, previous=None).as_json()}


def _lead_on(sheet: PaperSheet, what: str) -> Response:
    """The form of the own report, filled with the sum and with last year's."""
    record = sheet.sum_up().record
    led = LED.format("和上年的数" if record.previous else "")
    return _fill(REPORT, report_answers(record), led)


def _fill(document: str, answers: Mapping[str, Any], led: str) -> Response:
    """The form of a document, filled with answers."""
    entry = service().registry[document]
    form = blank_sheet(entry, Desk(staff=True))
    form.say(fill_form(form.form, entry.document.schema, dict(answers)))
    return form.page(Notice(tone="calm", text=led))


def report_answers(record: Record) -> dict[str, Any]:
    """The answers that the form of the annual report takes from a sum, with last year's."""
    plain = record.as_json()
    answers = {key: plain[key] for key in ("year", "format", "agency", "table2", "table3", "table4", "processing_fee")}
    kept = {key: value for key, value in answers.items() if value is not None}
    return {**kept, "previous": report_answers(record.previous)} if record.previous else kept


def _take(sheet: PaperSheet, what: str) -> Response:
    """Have one of the files of a body count."""
    if sent := sheet.file(what):
        sheet.paper = replace(sheet.paper, take={**sheet.paper.take, sent.label: sent.name})
        return show_standings(sheet, Notice(tone="good", text=TAKEN.format(f"“{sent.name}”")))
    return show_standings(sheet)


def _drop(sheet: PaperSheet, what: str) -> Response:
    """Take a file out of the paper."""
    if sent := sheet.file(what):
        rest = [one for one in files_of(sheet.paper) if one is not sent]
        sheet.paper = with_files(sheet.paper, rest, year=sheet.collection.year, due=sheet.collection.due)
        return show_standings(sheet, Notice(tone="good", text=DROPPED.format(f"“{sent.name}”")))
    return show_standings(sheet)


def _write_letter(sheet: PaperSheet, what: str) -> Response:
    """The form of the letter to one body, filled with what was found."""
    try:
        day = read_return_day(request.form.get("return_by", ""))
    except InvalidInput as error:
        return show_standings(sheet, bad(str(error)), 422)
    sent = sheet.file(what)
    standing = next((one for one in sheet.assess() if sent is not None and one.submission is sent), None)
    return _fill(LETTER, answers_for(standing, day), LETTER_LED) if standing else show_standings(sheet)


def _give_letters(sheet: PaperSheet, what: str) -> Response:
    """Drafts of all letters in an archive."""
    try:
        day = read_return_day(request.form.get("return_by", ""))
    except InvalidInput as error:
        return show_standings(sheet, bad(str(error)), 422)
    if day is None:
        return show_standings(sheet, bad(NO_DAY), 422)
    letters = write_letters(sheet.assess(), day)
    if letters.unwritten:
        return show_standings(sheet, bad(f"没有写函：{'；'.join(letters.unwritten)}。请先处理，或者逐家写。"), 422)
    if not letters.count:
        return show_standings(sheet, bad(NO_LETTER), 422)
    response = Response(letters.archive, content_type="application/zip")
    return attach(response, f"{sheet.collection.year}年度报告退回函（{letters.count}件）.zip", plain="report-letters")


def _give_table(sheet: PaperSheet, what: str) -> Response:
    overview = ReportsOverview(collection=sheet.collection, standings=sheet.assess())
    content = overview.xlsx(author=service().profile.name, created=service().office().today)
    response = Response(content, content_type=MEDIA_TYPES["xlsx"])
    return attach(response, f"{sheet.collection.year}年度报告核对情况.xlsx", plain="report-standings")


def _give_paper(sheet: PaperSheet, what: str) -> Response:
    return _json_file(as_file(sheet.paper), f"{sheet.collection.year}年度报告汇总底稿", "report-collection")


def _give_book(sheet: PaperSheet, what: str) -> Response:
    """The sum as a workbook: figures by body, every figure with its parts, and what is to be done."""
    name, today = service().profile.name, service().office().today
    content = write_book(sheet.sum_up(), sheet.collection, sheet.assess(), author=name, created=today)
    response = Response(content, content_type=MEDIA_TYPES["xlsx"])
    return attach(response, f"{sheet.agency}{sheet.collection.year}年度报告汇总表.xlsx", plain="report-sum")


def _give_record(sheet: PaperSheet, what: str) -> Response:
    content = json.dumps(sheet.sum_up().record.as_json(), ensure_ascii=False, indent=2) + "\n"
    return _json_file(content.encode(), f"{sheet.agency}{sheet.collection.year}年度报告汇总数据", "report-sum")


def _json_file(content: bytes, title: str, plain: str) -> Response:
    return attach(Response(content, content_type="application/json"), f"{title}.json", plain=plain)


DEEDS: dict[str, Callable[[PaperSheet, str], Response]] = {
    "standings": _see_standings,
    "sum": _see_sum,
    "years": _see_years,
    "explain": _explain_years,
    "sheet": _give_years,
    "report": _lead_on,
    "take": _take,
    "drop": _drop,
    "letter": _write_letter,
    "letters": _give_letters,
    "table": _give_table,
    "paper": _give_paper,
    "record": _give_record,
    "book": _give_book,
}
"""What the buttons do, by their value; what stands in it after a colon, the place of a file, is handed on."""
