"""The citizens' counter at /: forms to download blank or filled in; nothing that is typed is kept."""

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
from gipdocs.web.sizes import blank_file, size

citizen = Blueprint(
    "citizen", __name__, static_folder="static", static_url_path="/web/static", template_folder="templates"
)
citizen.record_once(install)
DOOR = counter.Door(staff=False)
PUBLISHED = "公开"
"""The group of what the office publishes: to be read, not to be filled in."""


@citizen.get("/")
def home() -> Response:
    """What this is, how to apply, the documents to fill in and those to read, with the sizes of the blank files."""
    entries = [entry for entry in service().registry.values() if entry.document.public]
    office = service().office()
    blanks = {entry.document.id: _blanks(entry) for entry in entries}
    return page(
        "home",
        forms=[entry.document for entry in entries if not _to_read(entry)],
        readings=[entry.document for entry in entries if _to_read(entry)],
        blanks=blanks,
        answer=office.law.limit("answer", office.today).text,
        extension=office.law.limit("extension", office.today).text,
    )


@citizen.get("/documents/<id>")
def form(id: str) -> Response:
    """The form of a document for citizens; one that is to be read is shown."""
    if _to_read(_public(id)):
        return closed(
            Response(status=302, headers={"Location": url_for("citizen.blank", id=id, format="html")}), POLICY
        )
    return counter.show(_public(id), DOOR)


@citizen.post("/documents/<id>")
def receive(id: str) -> Response:
    """The form as filled in: checked, changed or turned into a file."""
    return counter.receive(_to_fill(id), DOOR)


@citizen.get("/documents/<id>/preview")
def no_letter_yet(id: str) -> Response:
    """What the frame shows at first."""
    _to_fill(id)
    return counter.no_letter_yet()


@citizen.post("/documents/<id>/preview")
def preview(id: str) -> Response:
    """The filled document for the frame."""
    return counter.preview(_to_fill(id), DOOR)


@citizen.get("/documents/<id>/blank.<format>")
def blank(id: str, format: str) -> Response:
    """The document without a single answer, to be filled in by hand or to be read."""
    entry = _public(id)
    built = blank_file(entry, format)
    return letter(built.content) if format == "html" else document_file(entry.document, built)


def _public(id: str) -> Entry:
    entry = service().registry[id]
    if not entry.document.public:
        raise UnknownDocument(f"“{entry.document.title}”由工作人员填写，这里不提供。")
    return entry


def _to_read(entry: Entry) -> bool:
    """What the office publishes has nothing for a citizen to fill in."""
    return entry.document.group == PUBLISHED


def _to_fill(id: str) -> Entry:
    entry = _public(id)
    if _to_read(entry):
        raise UnknownDocument(f"“{entry.document.title}”不用填写，请在首页阅读或者下载。")
    return entry


def _blanks(entry: Entry) -> dict[str, str]:
    """The formats in which the document can be had without an answer, each with its size; none where it can't."""
    try:
        return {format: size(entry, format) for format in entry.document.formats}
    except GipdocsError:
        return {}


for handler, kind in ((from_error, GipdocsError), (from_http, HTTPException), (from_fault, Exception)):
    citizen.register_error_handler(kind, handler)
