"""Handles a form: shows, checks, previews and changes it, or turns it into a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Response, render_template, request
from werkzeug.datastructures import MultiDict

from gipdocs.documents.registry import Entry
from gipdocs.errors import (
    MOST_TOLD,
    ConversionError,
    ConverterBusy,
    GipdocsError,
    InvalidInput,
    Refused,
    mention_limit,
)
from gipdocs.faces import service
from gipdocs.forms.forms import (
    form_class,
)
from gipdocs.tracing import tell
from gipdocs.web.carried import NotAnswers, unpack
from gipdocs.web.computing import fill_in, unbrought
from gipdocs.web.downloads import answers_file, document_file
from gipdocs.web.guard import is_genuine
from gipdocs.web.pages import letter
from gipdocs.web.sheets import CounterSheet, Door, Notice
from gipdocs.web.uploads import take

EXPIRED = (
    "这次没有处理：页面已经过期，或者浏览器没有保存本站的Cookie。填写的内容都还在下面，请再点一次；"
    "仍然不行的，请允许本站使用Cookie后重试。"
)
EXPIRED_FILE = "这次没有载入：页面已经过期，或者浏览器没有保存本站的Cookie。请重新选择文件，再点一次“载入”。"
TAKE_DOCX = "填写的内容都还在下面，没有保存到服务器。可以先下载DOCX，内容相同，用Word或者WPS可以另存为PDF。"
PLAIN = "-plain"
"""Ends the name of a format that is wanted without the answers inside."""
CODE = re.compile(r"[A-Za-z0-9_-]{1,60}")


WRITTEN = "请核对这一段，需要的再作修改。"
NOT_FOUND = Notice(tone="bad", text="没有找到要改动的那一项，内容没有变化。")


def blank_sheet(entry: Entry, door: Door, formdata: MultiDict[str, str] | None = None) -> CounterSheet:
    """A document's form, empty or as the browser sent it."""
    form = form_class(entry.document.schema, service().office())(formdata)
    seen = {code for code in formdata.getlist(".seen") if CODE.fullmatch(code)} if formdata else set()
    version = formdata.get(".version", type=int) if formdata else None
    part = formdata.get(".part", "") if formdata else ""
    return CounterSheet(entry=entry, door=door, form=form, seen=seen, version=version, part=part)


def show(entry: Entry, door: Door) -> Response:
    """An empty form, or the sample if the clerk asks for it."""
    sheet = blank_sheet(entry, door)
    notice = door.begin(sheet)
    if door.staff and "sample" in request.args:
        sheet.form.prefill(service().sample(entry))
        return sheet.page(Notice(tone="calm", text="已载入示例，请改成实际内容后再使用。"))
    return sheet.page(notice)


def receive(entry: Entry, door: Door) -> Response:
    """Perform the action of the pressed button."""
    genuine = is_genuine()
    do, _, what = request.form.get(".do", "check").partition(":")
    if do == "load":
        return _load(blank_sheet(entry, door), genuine)
    sheet = blank_sheet(entry, door, request.form)
    sheet.told |= unbrought(sheet.form)
    if not genuine:
        return sheet.page(Notice(tone="bad", text=EXPIRED), 400)
    if do == "save" and door.staff:
        return answers_file(entry.document, sheet.payload)
    if do == "show":
        return sheet.page()
    if do == "part":
        return _turn(sheet, what)
    if do in ("add", "remove"):
        return _change(sheet, do, what)
    if what:
        return _fill_in(sheet, do, what)
    if (done := door.act(sheet, do)) is not None:
        return done
    format = do.removesuffix(PLAIN)
    carry = not door.staff and format == do
    return _file(sheet, format, carry=carry) if format in entry.document.formats else _check(sheet)


def preview(entry: Entry, door: Door) -> Response:
    """The letter as HTML for the preview frame, or what still prevents it."""
    if not is_genuine():
        return no_letter([EXPIRED], 400)
    try:
        payload = door.complete(entry.document, blank_sheet(entry, door, request.form).payload)
        built = service().build(entry, payload, "html")
    except (InvalidInput, Refused) as error:
        tell(error)
        return no_letter(list(_sentences(error)), error.status)
    except GipdocsError as error:
        tell(error)
        return no_letter([str(error)], error.status)
    return letter(built.content)


def no_letter(sentences: list[str], status: int, *, hint: str = "现在还不能预览，请先补正下列内容：") -> Response:
    """The content of the preview frame while there is no letter: what prevents it."""
    return letter(render_template("web/no_letter.html", sentences=sentences, hint=hint), status)


def _sentences(error: InvalidInput | Refused) -> Iterator[str]:
    said = (
        [fault.detail for fault in error.faults]
        if isinstance(error, InvalidInput)
        else [finding.message for finding in error.refusing]
    )
    yield from said[:MOST_TOLD]
    if untold := mention_limit(len(said)):
        yield f"共有{len(said)}处需要改正{untold}。"


def _load(sheet: CounterSheet, genuine: bool) -> Response:
    if not genuine:
        return sheet.page(Notice(tone="bad", text=EXPIRED_FILE), 400)
    try:
        upload = take(request.files.get(".file"), sheet.entry.document.schema, saved=sheet.door.staff)
    except NotAnswers as error:
        return sheet.page(Notice(tone="bad", text=str(error)), 422)
    schemas = [entry.document.schema for entry in service().registry.values()]
    sheet.say([*unpack(sheet.form, sheet.entry.document.schema, upload.answers, schemas), *upload.said])
    return sheet.page(Notice(tone="calm", text=upload.told or "已载入文件里的填写内容，请核对后继续。"))


def _turn(sheet: CounterSheet, part: str) -> Response:
    """Show another part of the form; if the form was checked, with what there is to say now."""
    sheet.part, sheet.turned = part, True
    if ".checked" in request.form:
        judge(sheet)
    return sheet.page()


def _change(sheet: CounterSheet, do: str, what: str) -> Response:
    return sheet.page() if sheet.change(do, what) else sheet.page(NOT_FOUND, 422)


def _fill_in(sheet: CounterSheet, do: str, what: str) -> Response:
    if do in ("ledger", "replace") and sheet.door.bring(sheet, what, replace=do == "replace"):
        return sheet.page()
    if (do == "look" and sheet.door.text_for(sheet, what)) or (do == "write" and sheet.door.write(sheet, what)):
        sheet.told = {what: WRITTEN if do == "write" else ""} | sheet.told
        return sheet.page()
    done = fill_in(sheet.entry, sheet.form, do, what)
    if done is None:
        return sheet.page(NOT_FOUND, 422)
    place, said = done
    sheet.told = {place: said} | sheet.told
    return sheet.page()


def _check(sheet: CounterSheet) -> Response:
    refusal = examine(sheet)
    if refusal is not None:
        return refusal
    ready = "可以出具" if sheet.door.staff else "可以下载"
    if sheet.remarks.of("warning"):
        return sheet.page(Notice(tone="calm", text=f"{ready}，但有需要注意的地方，请看下面的提示。"))
    if sheet.remarks.every:
        return sheet.page(Notice(tone="good", text=f"{ready}。另有几点说明，请看下面。"))
    return sheet.page(Notice(tone="good", text=f"检查完毕，没有发现问题，{ready}。"))


def _file(sheet: CounterSheet, format: str, *, carry: bool) -> Response:
    document = sheet.entry.document
    refusal = examine(sheet)
    if refusal is not None:
        return refusal
    if sheet.door.staff and sheet.has_unseen_warnings:
        text = "文书还没有下载：有需要注意的地方，请先看下面的提示；确认无误的，再点一次下载。"
        return sheet.page(Notice(tone="calm", text=text))
    try:
        return document_file(document, service().build(sheet.entry, sheet.payload, format, carry=carry))
    except ConversionError as error:
        tell(error)
        response = sheet.page(Notice(tone="bad", text=f"PDF没有生成：{error}{TAKE_DOCX}"), error.status)
        if isinstance(error, ConverterBusy):
            response.headers["Retry-After"] = str(error.retry_after)
        return response
    except GipdocsError as error:
        tell(error)
        return sheet.page(Notice(tone="bad", text=f"{error.title}：{error}"), error.status)


def examine(sheet: CounterSheet) -> Response | None:
    """Put all faults and findings on the sheet; returns the refusing page if there are errors."""
    judge(sheet)
    wrong = len(sheet.remarks.of("error"))
    return sheet.page(status=422) if wrong else None


def judge(sheet: CounterSheet) -> None:
    """Put all faults and findings on the sheet."""
    try:
        sheet.say(service().check(sheet.entry, sheet.door.complete(sheet.entry.document, sheet.payload)))
    except InvalidInput as error:
        tell(error)
        sheet.say(error.faults)
