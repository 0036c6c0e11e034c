"""The citizens' counter at /: forms to download blank or filled in; nothing that is typed is kept."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.exceptions import HTTPException

from gipdocs.documents.registry import Entry
from gipdocs.errors import GipdocsError, UnknownDocument
from gipdocs.web import counter
from gipdocs.web.downloads import document_file
from gipdocs.web.errors import from_error, from_fault, from_http
from gipdocs.web.guard import install
from gipdocs.web.pages import letter, page, service

citizen = Blueprint(
    "citizen", __name__, static_folder="static", static_url_path="/web/static", template_folder="templates"
)
citizen.record_once(install)
DOOR = counter.Door(staff=False)


@citizen.get("/")
def home() -> Response:
    """What this is, how to apply, and the documents for citizens."""
    entries = [entry for entry in service().registry.values() if entry.document.public]
    return page("home", offers=[(entry.document, _can_be_blank(entry)) for entry in entries])


@citizen.get("/documents/<id>")
def form(id: str) -> Response:
    """The form of a document for citizens."""
    return counter.show(_public(id), DOOR)


@citizen.post("/documents/<id>")
def receive(id: str) -> Response:
    """The form as filled in: checked, changed or turned into a file."""
    return counter.receive(_public(id), DOOR)


@citizen.get("/documents/<id>/preview")
def no_letter_yet(id: str) -> Response:
    """What the frame shows at first."""
    _public(id)
    return counter.no_letter_yet()


@citizen.post("/documents/<id>/preview")
def preview(id: str) -> Response:
    """The filled document for the frame."""
    return counter.preview(_public(id), DOOR)


@citizen.get("/documents/<id>/blank.<format>")
def blank(id: str, format: str) -> Response:
    """The document without a single answer, to be filled in by hand or to be read."""
    document = _public(id).document
    built = service().build(id, {}, format)
    return letter(built.content) if format == "html" else document_file(document, built)


def _public(id: str) -> Entry:
    entry = service().registry[id]
    if not entry.document.public:
        raise UnknownDocument(f"“{entry.document.title}”由工作人员填写，这里不提供。")
    return entry


def _can_be_blank(entry: Entry) -> bool:
    try:
        return not any(finding.severity == "error" for finding in service().check(entry.document.id, {}))
    except GipdocsError:
        return False


for handler, kind in ((from_error, GipdocsError), (from_http, HTTPException), (from_fault, Exception)):
    citizen.register_error_handler(kind, handler)
