"""The desk's pages of batches: ordered with a table, looked at once checked, watched, handed out, deleted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from gipdocs.access.permissions import Permission
from gipdocs.batch import ordering
from gipdocs.batch.archive import archive_name, archive_size, stream_archive
from gipdocs.batch.batches import PAGE, Batch, BatchItem, find_batch, list_batches, list_rows, read_batch_file
from gipdocs.batch.correcting import return_table
from gipdocs.batch.handout import count_fileless, list_void
from gipdocs.batch.letters import answers_of
from gipdocs.batch.merged import merge_pdfs, merged_name
from gipdocs.batch.naming import digits_for, name_row
from gipdocs.batch.orders import MOST_BYTES
from gipdocs.batch.outlook import estimate_seconds, gather_advice
from gipdocs.batch.states import ALIVE, ROW_STATES, STATES, STEPS
from gipdocs.batch.table import make_table, offers_table
from gipdocs.batch.waking import wake
from gipdocs.documents.document import MEDIA_TYPES, Document
from gipdocs.documents.registry import Entry
from gipdocs.errors import GipdocsError, InvalidInput
from gipdocs.faces import MOST_SENT, actor, allow_file, attach, needs, register, service
from gipdocs.questions import Questions, prepare_questions
from gipdocs.questions.merging import merge
from gipdocs.register.finding import find_numbered
from gipdocs.settings import MIB
from gipdocs.tracing import tell
from gipdocs.web.batch_letters import see_checked
from gipdocs.web.batch_orders import BatchSheet, name_place, read_sheet
from gipdocs.web.counter import EXPIRED, no_letter
from gipdocs.web.done import see
from gipdocs.web.errors import answer_errors
from gipdocs.web.guard import is_genuine
from gipdocs.web.pages import letter, page
from gipdocs.web.sheets import Notice
from gipdocs.web.sizes import tell_size

batches = Blueprint("batches", __name__, url_prefix="/desk", template_folder="templates")
FEW = 20
"""So many rows with faults are listed."""
SHOWN = 3
"""So many documents can be seen before a batch starts."""
PART = 1000
"""So many documents are in one part of a large archive."""
EXPIRED_FILE = "这次没有处理：页面已经过期，或者浏览器没有保存本站的Cookie。请重新选择文件，再点一次。"
NO_FILE = "没有选择文件。请先选择填好的表格（XLSX、CSV或者NDJSON）。"
UNSEEN = "还没有开始：请先看“请注意”里的提示，确认无误的，勾选“以上各项已知悉，仍然生成”，再点一次。"
GONE, NO_PREVIEW = "这个批次的文件和填写的内容已经删除。", "不能预览："
TOO_LARGE = (
    f"表格超过{MOST_BYTES // MIB} MB，没有处理。请返回上一页（填写的内容通常还在），把表格分成几份，每份另办一个批次。"
)
TEMPLATES = {
    "checking": "batch_running",
    "draft": "batch_checked",
    "checked": "batch_checked",
    "running": "batch_running",
    "cancelling": "batch_running",
    "done": "batch_done",
    "cancelled": "batch_done",
    "expired": "batch_expired",
}
OF_LETTERS = {"batch_checked": "batch_letters_checked"}
"""The pages of batches that issue letters, where they differ."""
DONE = {
    "replaced": "已经换成新的表格，正在重新核对。",
    "resumed": "没有生成的各件正在重新核对；没有新的问题和提示的，接着生成。",
    "removed": "批次已经删除，生成的文件和填写的内容都不再保存。",
}
"""What was done, by the word in the address."""


@batches.get("/documents/<id>/batch")
@needs(Permission.BATCHES)
def begin(id: str) -> Response:
    """The page on which a batch is ordered."""
    return read_sheet(_entry(id)).page()


@batches.post("/documents/<id>/batch")
@needs(Permission.BATCHES)
def receive(id: str) -> Response:
    """Take over what was typed for a single letter, change the form, or order the batch."""
    allow_file()
    if (request.content_length or 0) > MOST_SENT:
        return page("error", 413, title="表格太大", cure=TOO_LARGE)
    genuine = is_genuine()
    do, _, what = request.form.get(".do", "show").partition(":")
    sheet = read_sheet(_entry(id), request.form)
    if not genuine:
        return sheet.page(Notice(tone="bad", text=EXPIRED), 400)
    if do in ("add", "remove"):
        sheet.change(do, what)
        return sheet.page()
    return _order(sheet) if do == "order" else sheet.page()


def _order(sheet: BatchSheet) -> Response:
    sheet.say(sheet.find_faults())
    if sheet.remarks.every:
        return sheet.page(status=422)
    file = request.files.get("file")
    if file is None or not file.filename:
        return sheet.page(Notice(tone="bad", text=NO_FILE), 422)
    try:
        wanted = sheet.order(file.read(), file.filename)
        id = ordering.order(register(), wanted, by=actor(), key=sheet.once(wanted))
    except GipdocsError as error:
        tell(error)
        return sheet.page(Notice(tone="bad", text=f"批次没有建立：{error}"), error.status)
    wake(service().settings)
    return see("batches.show", batch=id)


@batches.get("/documents/<id>/batch/table.xlsx")
@needs(Permission.BATCHES)
def table(id: str) -> Response:
    """The table of a document, to be filled in."""
    entry = _entry(id)
    response = Response(make_table(entry, service().office()), content_type=MEDIA_TYPES["xlsx"])
    return attach(response, f"{entry.document.title}-批量填写表.xlsx", plain=id)


def _entry(id: str) -> Entry:
    """The document with an id; NotFound if it has no table, and so no batch."""
    entry = service().registry[id]
    if not offers_table(entry.document):
        raise NotFound
    return entry


@batches.get("/batches")
@needs(Permission.BATCHES)
def list_all() -> Response:
    """The batches of the office, the newest first."""
    found = list_batches(register(), by=actor(), after=request.args.get("after", ""))
    older = found[-1].id if len(found) == PAGE else ""
    return page(
        "batches",
        found=found,
        busy=any(_goes_on(batch) for batch in found),
        older=older,
        titles=service().registry.titles,
        states=STATES,
        notice=_told(),
    )


@batches.get("/batches/<batch>")
@needs(Permission.BATCHES)
def show(batch: str) -> Response:
    """A batch: how far its check is, what the check found, how far it is, or what has been made."""
    found = find_batch(register(), batch, by=actor())
    return _batch_page(found, _told() if _goes_on(found) else None)


def _goes_on(found: Batch) -> bool:
    """Whether a batch gets further without anybody's help."""
    return found.state in ALIVE or (found.state == "checked" and found.wanted)


@batches.post("/batches/<batch>")
@needs(Permission.BATCHES)
def act(batch: str) -> Response:
    """Start, cancel, resume or correct a batch."""
    allow_file()
    if (request.content_length or 0) > MOST_SENT:
        return page("error", 413, title="表格太大", cure=TOO_LARGE)
    found, genuine = find_batch(register(), batch, by=actor()), is_genuine()
    try:
        told, done = _act(found, request.form.get("do", "")) if genuine else (EXPIRED_FILE, "")
    except GipdocsError as error:
        tell(error)
        return _batch_page(find_batch(register(), batch, by=actor()), _bad(str(error)), error.status)
    if told:
        return _batch_page(found, _bad(told), 422 if genuine else 400)
    wake(service().settings)
    return see("batches.show", batch=batch, **({"done": done} if done else {}))


def _act(found: Batch, do: str) -> tuple[str, str]:
    """Do what the pressed button says; what is wrong with what was sent, and the word for what was done."""
    if do in ("start", "skip"):
        if _warns(found) and request.form.get("seen") != str(found.version):
            return UNSEEN, ""
        ordering.start(register(), found.id, by=actor(), skip_invalid=do == "skip")
        return "", ""
    if do == "replace":
        file = request.files.get("file")
        if file is None or not file.filename:
            return NO_FILE, ""
        ordering.replace_table(register(), found.id, file.read(), file.filename, by=actor())
        return "", "replaced"
    if do == "resume":
        ordering.resume(register(), found.id, by=actor())
        return "", "resumed"
    ordering.cancel(register(), found.id, by=actor())
    return "", ""


def _warns(found: Batch) -> bool:
    return any(one.severity == "warning" for one in gather_advice(register(), found.id, by=actor()))


@batches.route("/batches/<batch>/remove", methods=["GET", "POST"])
@needs(Permission.BATCHES)
def remove(batch: str) -> Response:
    """Ask, and then delete the files of a batch and everything that was typed for it."""
    found, told = find_batch(register(), batch, by=actor()), None
    if found.state == "expired":
        return see("batches.show", batch=batch)
    if request.method == "POST":
        try:
            if is_genuine():
                ordering.remove(register(), batch, by=actor())
                return see("batches.list_all", done="removed")
            told = EXPIRED
        except GipdocsError as error:
            told = str(error)
    return _page("batch_remove", found, 422 if told else 200, notice=_bad(told) if told else None)


@batches.get("/batches/<batch>/preview")
@needs(Permission.BATCHES)
def preview(batch: str) -> Response:
    """A document of a batch for the preview frame: `?place=3`."""
    found, place = find_batch(register(), batch, by=actor()), request.args.get("place", 1, type=int)
    if found.state == "expired":
        return no_letter([GONE], 410, hint=NO_PREVIEW)
    rows = list_rows(register(), batch, by=actor(), after=place - 1, most=1)
    if not rows or rows[0].place != place:
        return no_letter(["没有这一件，请从批次的页面选择。"], 404, hint=NO_PREVIEW)
    try:
        is_letter = found.purpose == "letters"
        answers = answers_of(register(), batch, place) if is_letter else merge(found.base, rows[0].answers)
        draft = found.drafts_only or is_letter  # which has no number yet
        return letter(service().build(found.document, answers, "html", draft=draft).content)
    except GipdocsError as error:
        tell(error)
        faults = error.faults if isinstance(error, InvalidInput) else ()
        return no_letter([fault.detail for fault in faults] or [str(error)], error.status)


@batches.get("/batches/<batch>/problems.xlsx")
@needs(Permission.BATCHES)
def problems(batch: str) -> Response:
    """The rows of a batch as a table in which each fault is marked; of one that has run, those that were not made."""
    found = find_batch(register(), batch, by=actor())
    response = Response(return_table(register(), batch, by=actor()), content_type=MEDIA_TYPES["xlsx"])
    entry = service().registry[found.document]
    return attach(response, f"{entry.document.title}-标出问题的表格.xlsx", plain="problems")


@batches.get("/batches/<batch>/files/<int:place>")
@needs(Permission.BATCHES)
def single_file(batch: str, place: int) -> Response:
    """One document of a batch."""
    found = find_batch(register(), batch, by=actor())
    _, content = read_batch_file(register(), batch, place, by=actor())
    (row,) = list_rows(register(), batch, by=actor(), after=place - 1, most=1)
    response = Response(content, content_type=MEDIA_TYPES[found.format])
    return attach(response, _name_files(found, [row])[place], plain=f"document-{place}")


@batches.get("/batches/<batch>/archive.zip")
@needs(Permission.BATCHES)
def archive(batch: str) -> Response:
    """The documents of a batch as a ZIP file, all or those of some rows: `?first=1&last=1000`."""
    found, (first, last) = find_batch(register(), batch, by=actor()), _range()
    body = stream_archive(register(), batch, by=actor(), first=first, last=last)
    return attach(
        Response(body, content_type="application/zip"), archive_name(found, first=first, last=last), plain="batch"
    )


@batches.get("/batches/<batch>/merged.pdf")
@needs(Permission.BATCHES)
def merged(batch: str) -> Response:
    """The documents of a batch as one PDF for printing: `?first=1&last=1000&duplex=1`."""
    found, (first, last) = find_batch(register(), batch, by=actor()), _range()
    body = merge_pdfs(register(), batch, by=actor(), first=first, last=last, duplex="duplex" in request.args)
    name = merged_name(found, first=first, last=last)
    return attach(Response(body, content_type=MEDIA_TYPES["pdf"]), name, plain="batch")


def _range() -> tuple[int, int | None]:
    return max(1, request.args.get("first", 1, type=int)), request.args.get("last", type=int)


def _batch_page(found: Batch, notice: Notice | None = None, status: int = 200) -> Response:
    if found.state == "checked" and found.wanted:
        return _page("batch_running", found, status, notice=notice, refusals=[])
    template = TEMPLATES[found.state]
    if found.purpose == "letters":
        template = OF_LETTERS.get(template, template)
    return _page(template, found, status, notice=notice, **SEEN[template](found))


def _see_running(found: Batch) -> dict[str, Any]:
    refused = list_rows(register(), found.id, by=actor(), states=("refused", "failed"), most=FEW)
    return {"refusals": refused}


def _see_checked(found: Batch) -> dict[str, Any]:
    wrong = list_rows(register(), found.id, by=actor(), states=("invalid", "failed"), most=FEW)
    ready = list_rows(register(), found.id, by=actor(), states=("waiting",), most=SHOWN)
    return {
        "wrong": wrong,
        "ready": ready,
        "names": _name_files(found, [_foresee(found, row) for row in ready]),
        "advice": gather_advice(register(), found.id, by=actor()),
        "seconds": estimate_seconds(register(), found),
    }


def _see_done(found: Batch) -> dict[str, Any]:
    after = max(0, request.args.get("after", 0, type=int))
    files = list_rows(register(), found.id, by=actor(), states=("done",), after=after)
    cases = find_numbered(register(), {row.case_number or "" for row in files})
    return {
        "applicants": {case.number: case.applicant for case in cases},
        "files": files,
        "void": list_void(register(), files),
        "fileless": count_fileless(register(), found.id) if found.purpose == "letters" else {},
        "names": _name_files(found, files),
        "after": after,
        "more": files[-1].place if len(files) == PAGE else 0,
        "refusals": list_rows(register(), found.id, by=actor(), states=("refused", "failed"), most=FEW),
        "size": tell_size(archive_size(register(), found.id)) if found.counts.get("done") else "",
        "parts": [(first, min(first + PART - 1, found.total)) for first in range(1, found.total + 1, PART)],
        "again": found.counts.get("failed", 0) + found.counts.get("cancelled", 0),
        "unmade": sum(found.counts.get(state, 0) for state in ("invalid", "refused", "failed", "cancelled")),
    }


def _foresee(found: Batch, row: BatchItem) -> BatchItem:
    """A row as it will be once its file is made, of which only the name is wanted; as it is if something else names it."""
    if row.name or found.options.get("names"):
        return row
    try:
        answers = merge(found.base, row.answers)
        return replace(row, filename=service().build(found.document, answers, draft=found.drafts_only).filename)
    except GipdocsError:
        return row  # what prevents it is told when it is made


def _name_files(found: Batch, rows: Sequence[BatchItem]) -> Mapping[int, str]:
    """What the files of rows are called in the archive, by place."""
    document = _document(found.document)
    questions = prepare_questions(document.schema) if document else Questions()
    return {row.place: name_row(row, found, questions, digits=digits_for(found.total)) for row in rows}


SEEN: Mapping[str, Callable[[Batch], dict[str, Any]]] = {
    "batch_running": _see_running,
    "batch_checked": _see_checked,
    "batch_letters_checked": see_checked,
    "batch_done": _see_done,
    "batch_expired": lambda found: {},
}
"""What a page shows beyond the batch itself."""


def _page(template: str, found: Batch, status: int = 200, **values: Any) -> Response:
    document = _document(found.document)
    return page(
        template,
        status,
        batch=found,
        title=document.title if document else found.document,
        document=document,
        steps=STEPS[found.state],
        states=STATES,
        row_states=ROW_STATES,
        where=lambda fault: _place(document, fault),
        **values,
    )


def _place(document: Document | None, fault: Mapping[str, Any]) -> str:
    """The column that a fault concerns; "" for one of the whole row."""
    return fault.get("column") or (name_place(document.schema, fault["pointer"]) if document else "")


def _document(id: str) -> Document | None:
    """The document with an id, None if this version of the service doesn't have it."""
    registry = service().registry
    return registry[id].document if id in registry else None


def _told() -> Notice | None:
    text = DONE.get(request.args.get("done", ""), "")
    return Notice(tone="good", text=text) if text else None


def _bad(text: str) -> Notice:
    return Notice(tone="bad", text=text)


answer_errors(batches)
