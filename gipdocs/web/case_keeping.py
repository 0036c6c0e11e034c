"""What is kept of a case: files that are added and downloaded, personal data that are erased or held back."""

from __future__ import annotations

from flask import Blueprint, Response, request

from gipdocs.access.actors import HERE
from gipdocs.access.permissions import Permission
from gipdocs.errors import GipdocsError
from gipdocs.faces import actor, allow_file, attach, needs, register
from gipdocs.questions.days import NotADay, read_day
from gipdocs.register.papers import ROLES, add_file, read_file
from gipdocs.register.reading import read_case
from gipdocs.register.retention import confirm_erasure, hold, list_expired, propose_erasure
from gipdocs.web.counter import EXPIRED
from gipdocs.web.done import to_case
from gipdocs.web.errors import answer_errors
from gipdocs.web.guard import is_genuine
from gipdocs.web.pages import page
from gipdocs.web.proof import proved
from gipdocs.web.sheets import Notice

keeping = Blueprint("keeping", __name__, url_prefix="/desk", template_folder="templates")
"""The largest form with a file, in bytes; a scanned letter is larger than any other form may be."""
DECIDED = {"propose": "proposed", "confirm": "erased"}
"""What was done, as the page of the case tells it, by the button."""
ADDED = {role: label for role, label in ROLES.items() if role != "issued"}


@keeping.route("/cases/<number:number>/files", methods=["GET", "POST"])
@needs(Permission.WRITE_CASES)
def add(number: str) -> Response:
    """Ask for a file, and add it to the case."""
    allow_file()
    case, told = read_case(register(), number, by=actor()), None
    if request.method == "POST":
        file = request.files.get("file")
        if not is_genuine():
            told = EXPIRED
        elif file is None or not file.filename:
            told = "没有选择文件。请先选择文件，再点“增加”。"
        else:
            try:
                role, kind = request.form.get("role", ""), file.mimetype or "application/octet-stream"
                add_file(register(), number, role, file.filename, kind, file.read(), by=actor())
                return to_case(number, "added")
            except GipdocsError as error:
                told = str(error)
    role = request.form.get("role", "") if told else ""
    return page("case_file", 422 if told else 200, case=case, roles=ADDED, role=role, notice=_bad(told))


@keeping.get("/cases/<number:number>/files/<sha256>")
@needs(Permission.READ_CASES)
def download(number: str, sha256: str) -> Response:
    """A file of the case, only ever as a download."""
    paper = read_file(register(), number, sha256, by=actor())
    return attach(Response(paper.content, content_type=paper.media_type), paper.name, plain="file")


@keeping.route("/cases/<number:number>/keep", methods=["GET", "POST"])
@needs(Permission.ISSUE)
@proved
def decide(number: str) -> Response:
    """Propose or confirm that the personal data of a case are erased, or keep them for longer."""
    case, told = read_case(register(), number, by=actor()), None
    expired = next((one for one in list_expired(register()) if one.number == number), None)
    if request.method == "POST":
        try:
            told = _decide(number) if is_genuine() else EXPIRED
        except GipdocsError as error:
            told = str(error)
        if told is None:
            return to_case(number, DECIDED.get(request.form.get("do", ""), "held"))
    own = expired is not None and actor() != HERE and expired.proposed_by == actor().name
    return page(
        "case_keep", 422 if told else 200, case=case, expired=expired, own=own, notice=_bad(told), typed=request.form
    )


def _decide(number: str) -> str | None:
    """What the pressed button says; returns what is wrong with what was typed."""
    do = request.form.get("do", "")
    if do == "propose":
        propose_erasure(register(), number, by=actor())
    elif do == "confirm":
        confirm_erasure(register(), number, by=actor())
    else:
        if not (typed := request.form.get("until", "").strip()):
            return "请填写保留到哪一天。"
        try:
            until = read_day(typed, register().today).day
        except NotADay as unclear:
            return f"保留到哪一天：{unclear}。"
        if not (reason := request.form.get("note", "").strip()):
            return "请写明暂缓删除的理由。"
        hold(register(), number, until, by=actor(), text=reason)
    return None


def _bad(text: str | None) -> Notice | None:
    return Notice(tone="bad", text=text) if text else None


answer_errors(keeping)
