"""The citizens' counter at /: forms to download blank or filled in; no input is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, url_for

from gipdocs.documents.document import Document, HandIn
from gipdocs.documents.registry import Entry
from gipdocs.errors import Fault, GipdocsError, InvalidInput, UnknownDocument
from gipdocs.faces import Public, compressed, needs, service
from gipdocs.forms.forms import QuestionsForm
from gipdocs.questions import Block
from gipdocs.web import counter
from gipdocs.web.downloads import document_file
from gipdocs.web.errors import answer_errors
from gipdocs.web.guard import install
from gipdocs.web.pages import POLICY, closed, letter, page
from gipdocs.web.sheets import CounterSheet, Door, Notice
from gipdocs.web.sizes import blank_file, size
from gipdocs.web.steps import FormStep, arrange_steps, has_steps, is_stray

citizen = Blueprint(
    "citizen", __name__, static_folder="static", static_url_path="/web/static", template_folder="templates"
)
look = Blueprint(
    "citizen", __name__, static_folder="static", static_url_path="/web/static", template_folder="templates"
)
"""What other pages need of this one where the citizens' counter is closed: style sheets, scripts and templates."""
for blueprint in (citizen, look):
    blueprint.record_once(install)
ENCLOSE = "enclose"


class CitizenDoor(Door):
    """The citizens' counter: forms in steps, and what goes into the same envelope."""

    def template(self, sheet: CounterSheet) -> str:
        return "apply" if has_steps(sheet.form) else "form"

    def steps(self, sheet: CounterSheet) -> list[FormStep]:
        """The steps of the form."""
        return arrange_steps(sheet.form, sheet.remarks, sheet.touched)

    def is_stray(self, form: QuestionsForm, field: Any) -> bool:
        """Whether a field is filled in although it doesn't apply."""
        return is_stray(form, field)

    def hand_in(self, document: Document) -> HandIn | None:
        """What to do with the file once it is downloaded."""
        return document.hand_in(service().office()) if document.hand_in else None

    def enclosures(self, document: Document) -> list[Document]:
        """The documents that may go with this one."""
        registry = service().registry
        return [registry[id].document for id in document.enclosures if id in registry]

    def act(self, sheet: CounterSheet, do: str) -> Response | None:
        """Make one of the enclosures from the answers of the form."""
        for other in self.enclosures(sheet.entry.document):
            for format in other.formats:
                if do == f"{ENCLOSE}.{other.id}.{format}":
                    return _enclose(sheet, service().registry[other.id], format)
        return None


DOOR = CitizenDoor(staff=False)


@citizen.get("/")
@needs(Public.EVERYBODY)
def home() -> Response:
    """The home page: what this is, how to apply, documents to fill in or to read, with the sizes of blank files."""
    entries = [entry for entry in service().registry.values() if entry.document.public]
    office = service().office()
    blanks = {entry.document.id: _blanks(entry) for entry in entries}
    return page(
        "home",
        forms=[entry.document for entry in entries if not entry.document.to_read],
        readings=[entry.document for entry in entries if entry.document.to_read],
        blanks=blanks,
        answer=office.law.limit("answer", office.today).text,
        extension=office.law.limit("extension", office.today).text,
    )


@citizen.get("/documents/<id>")
@needs(Public.EVERYBODY)
def form(id: str) -> Response:
    """The form of a citizens' document; a document `to_read` is displayed instead."""
    if _public(id).document.to_read:
        return closed(
            Response(status=302, headers={"Location": url_for("citizen.blank", id=id, format="html")}), POLICY
        )
    return counter.show(_public(id), DOOR)


@citizen.post("/documents/<id>")
@needs(Public.EVERYBODY)
def receive(id: str) -> Response:
    """Check or change the submitted form, or turn it into a file."""
    return counter.receive(_to_fill(id), DOOR)


@citizen.post("/documents/<id>/preview")
@needs(Public.EVERYBODY)
def preview(id: str) -> Response:
    """The filled document for the preview frame."""
    return counter.preview(_to_fill(id), DOOR)


@citizen.get("/documents/<id>/blank.<format>")
@needs(Public.EVERYBODY)
def blank(id: str, format: str) -> Response:
    """The document without any answers, to fill in by hand or to read."""
    entry = _public(id)
    built = blank_file(entry, format)
    return compressed(letter(built.content)) if format == "html" else document_file(entry.document, built)


def _enclose(sheet: CounterSheet, entry: Entry, format: str) -> Response:
    """The enclosure, or the form with what is wrong beside the same questions."""
    wrong: list[Fault] = []
    try:
        return document_file(entry.document, service().build(entry, share_answers(sheet.payload, entry), format))
    except InvalidInput as error:
        wrong = [Fault(f"/{fault.pointer.rpartition('/')[2]}", fault.code, fault.detail) for fault in error.faults]
    except GipdocsError as error:
        return sheet.page(Notice(tone="bad", text=f"{entry.document.title}没有生成：{error}"), error.status)
    sheet.say(wrong)
    return sheet.page(status=422)


def share_answers(payload: Mapping[str, Any], entry: Entry) -> dict[str, Any]:
    """The answers of a flat form that the blocks of another document print."""
    blocks = ((key, one) for key, one in entry.document.schema().questions() if one.kind == "block")
    shared = {
        key: {
            name: payload[name]
            for name, asked in block.questions().questions()
            if name in payload and not asked.on_file
        }
        for key, block in blocks
        if isinstance(block, Block)
    }
    return {key: answers for key, answers in shared.items() if answers}


def _public(id: str) -> Entry:
    if id not in service().registry:
        raise UnknownDocument("没有这张表格，地址可能写错了，请从首页重新选择。")
    entry = service().registry[id]
    if not entry.document.public:
        raise UnknownDocument(f"“{entry.document.title}”由工作人员填写，这里不提供。")
    return entry


def _to_fill(id: str) -> Entry:
    entry = _public(id)
    if entry.document.to_read:
        raise UnknownDocument(f"“{entry.document.title}”不用填写，请在首页阅读或者下载。")
    return entry


def _blanks(entry: Entry) -> dict[str, str]:
    """The formats of the blank document with their sizes; empty if it cannot be built without answers."""
    try:
        return {format: size(entry, format) for format in entry.document.formats}
    except GipdocsError:
        return {}


answer_errors(citizen)
