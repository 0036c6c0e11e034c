"""The staff desk at /desk/: its first page, and every document with its checks and its preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from gipdocs.access.permissions import Permission
from gipdocs.faces import Public, actor, needs, service
from gipdocs.questions.days import NotADay, read_day
from gipdocs.web import counter
from gipdocs.web.collected_reports import reports
from gipdocs.web.errors import answer_errors
from gipdocs.web.judging import judging
from gipdocs.web.ledger import Desk, ledger
from gipdocs.web.navigation import DeskWay, list_ways
from gipdocs.web.pages import page
from gipdocs.web.profile import office
from gipdocs.web.reckoning import reckoned
from gipdocs.web.search import search
from gipdocs.web.shelves import group_documents, name_documents

if TYPE_CHECKING:  # an installation without a database loads nothing of it
    from gipdocs.web.start import Today

staff = Blueprint("staff", __name__, url_prefix="/desk", template_folder="templates")
DOOR = Desk(staff=True)
DUTIES = {
    "账号": "增加账号，分派角色，停用和恢复。",
    "密钥": "给其他系统发放密钥，作废密钥。",
    "操作记录": "查看账号、密钥和机关概况的操作记录。",
    "机关概况": "机关名称、地址、电话、办公时间，所有文书都用这一份。",
}
"""What the ways are for that administrators go, by their labels."""


@staff.get("/")
@needs(Public.ACCOUNTS)
def home() -> Response:
    """What is pressing, a search, and all documents by group."""
    groups = group_documents(entry.document for entry in service().registry.values())
    return page("desk", groups=groups, names=name_documents(groups), today=_today(), duties=_duties())


def _duties() -> list[tuple[DeskWay, str]]:
    """What there is for an account that writes no documents: ways of the row, each with what it is for."""
    if actor().may(Permission.DOCUMENTS):
        return []
    return [(way, DUTIES[way.label]) for way in list_ways() if way.label in DUTIES]


def _today() -> Today | None:
    """What is pressing today; None in an installation without a register, or for those who may see no case."""
    found = service().register
    if found is None or not actor().may(Permission.READ_CASES):
        return None
    from gipdocs.web.start import list_today

    return list_today(found)


@staff.get("/law")
@needs(Permission.DOCUMENTS)
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
@needs(Permission.DOCUMENTS)
def deadline() -> Response:
    """A deadline with its derivation, from the query: `?kind=suit_answer&received=2026-03-02`."""
    return page("deadline", **reckoned(request.args, service().office()))


@staff.get("/documents/<id>")
@needs(Permission.DOCUMENTS)
def form(id: str) -> Response:
    """The form of a document."""
    return counter.show(service().registry[id], DOOR)


@staff.post("/documents/<id>")
@needs(Permission.DOCUMENTS)
def receive(id: str) -> Response:
    """Check, change or save the submitted form, or turn it into a file."""
    return counter.receive(service().registry[id], DOOR)


@staff.post("/documents/<id>/preview")
@needs(Permission.DOCUMENTS)
def preview(id: str) -> Response:
    """The filled document for the preview frame."""
    return counter.preview(service().registry[id], DOOR)


staff.register_blueprint(ledger)
staff.register_blueprint(judging)
staff.register_blueprint(search)
staff.register_blueprint(office)
staff.register_blueprint(reports)
answer_errors(staff)
