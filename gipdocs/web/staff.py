"""The staff desk at /desk/: every document, with its checks and its preview."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from gipdocs.documents.document import Document
from gipdocs.errors import GipdocsError
from gipdocs.faces import service
from gipdocs.questions.days import NotADay, read_day
from gipdocs.web import counter
from gipdocs.web.errors import from_error, from_fault, from_http
from gipdocs.web.judging import judging
from gipdocs.web.ledger import Desk, ledger
from gipdocs.web.pages import page
from gipdocs.web.reckoning import reckoned

staff = Blueprint("staff", __name__, url_prefix="/desk", template_folder="templates")
DOOR = Desk(staff=True)
GROUPS = ("申请", "程序", "答复", "救济", "监督", "公开")
"""The order of the known groups; others follow."""


@staff.get("/")
def home() -> Response:
    """All documents by group."""
    groups = group_documents(entry.document for entry in service().registry.values())
    return page("desk", groups=groups)


def group_documents(documents: Iterable[Document]) -> dict[str, list[Document]]:
    """The documents of each group, the known groups first."""
    groups: dict[str, list[Document]] = {group: [] for group in GROUPS}
    for document in documents:
        groups.setdefault(document.group, []).append(document)
    return {group: listed for group, listed in groups.items() if listed}


@staff.get("/law")
def law() -> Response:
    """The law's data as of a day: `?on=2026-03-01`, by default today."""
    asked, on, wrong = request.args.get("on", "").strip(), None, ""
    try:
        on = read_day(asked, service().office().today).day if asked else None
    except NotADay as unclear:
        wrong = str(unclear)
    titles = service().registry.titles
    return page("law", seen=service().overview(on), titles=titles, asked=asked, wrong=wrong)


@staff.get("/deadlines")
def deadline() -> Response:
    """A deadline with its derivation, from the query: `?kind=suit_answer&received=2026-03-02`."""
    return page("deadline", **reckoned(request.args, service().office()))


@staff.get("/documents/<id>")
def form(id: str) -> Response:
    """The form of a document."""
    return counter.show(service().registry[id], DOOR)


@staff.post("/documents/<id>")
def receive(id: str) -> Response:
    """Check, change or save the submitted form, or turn it into a file."""
    return counter.receive(service().registry[id], DOOR)


@staff.get("/documents/<id>/preview")
def no_letter_yet(id: str) -> Response:
    """The initial content of the preview frame."""
    _ = service().registry[id]
    return counter.no_letter_yet()


@staff.post("/documents/<id>/preview")
def preview(id: str) -> Response:
    """The filled document for the preview frame."""
    return counter.preview(service().registry[id], DOOR)


staff.register_blueprint(ledger)
staff.register_blueprint(judging)
for handler, kind in ((from_error, GipdocsError), (from_http, HTTPException), (from_fault, Exception)):
    staff.register_error_handler(kind, handler)
