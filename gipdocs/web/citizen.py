"""The citizens' counter at /: forms to download blank or filled in; no input is kept."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from werkzeug.exceptions import HTTPException

from gipdocs.documents.registry import Entry
from gipdocs.errors import GipdocsError, UnknownDocument
from gipdocs.faces import service
from gipdocs.web import counter
from gipdocs.web.downloads import document_file
from gipdocs.web.errors import from_error, from_fault, from_http
from gipdocs.web.guard import install
from gipdocs.web.pages import POLICY, closed, letter, page
from gipdocs.web.sheets import Door
from gipdocs.web.sizes import blank_file, size

citizen = Blueprint(
    "citizen", __name__, static_folder="static", static_url_path="/web/static", template_folder="templates"
)
citizen.record_once(install)
DOOR = Door(staff=False)


@citizen.get("/")
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
def form(id: str) -> Response:
    """The form of a citizens' document; a document `to_read` is displayed instead."""
    if _public(id).document.to_read:
        return closed(
            Response(status=302, headers={"Location": url_for("citizen.blank", id=id, format="html")}), POLICY
        )
    return counter.show(_public(id), DOOR)


@citizen.post("/documents/<id>")
def receive(id: str) -> Response:
    """Check or change the submitted form, or turn it into a file."""
    return counter.receive(_to_fill(id), DOOR)


@citizen.get("/documents/<id>/preview")
def no_letter_yet(id: str) -> Response:
    """The initial content of the preview frame."""
    _to_fill(id)
    return counter.no_letter_yet()


@citizen.post("/documents/<id>/preview")
def preview(id: str) -> Response:
    """The filled document for the preview frame."""
    return counter.preview(_to_fill(id), DOOR)


@citizen.get("/documents/<id>/blank.<format>")
def blank(id: str, format: str) -> Response:
    """The document without any answers, to fill in by hand or to read."""
    entry = _public(id)
    built = blank_file(entry, format)
    return letter(built.content) if format == "html" else document_file(entry.document, built)


def _public(id: str) -> Entry:
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


for handler, kind in ((from_error, GipdocsError), (from_http, HTTPException), (from_fault, Exception)):
    citizen.register_error_handler(kind, handler)
