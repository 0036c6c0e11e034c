"""One document for many cases, a letter each: chosen, filled in once for all, ordered; the batch's own pages lead on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound

from gipdocs.access.permissions import Permission
from gipdocs.batch.batches import Batch, BatchItem, list_rows
from gipdocs.batch.choosing import OfferedLetter, offer_letters
from gipdocs.batch.letters import order_letters, order_submitted, try_letter
from gipdocs.batch.outlook import gather_advice
from gipdocs.batch.sharing import FORMATS, asked_apart, asked_together
from gipdocs.batch.waking import wake
from gipdocs.documents.document import Document
from gipdocs.errors import Fault, GipdocsError, InvalidInput, Refused
from gipdocs.faces import actor, needs, register, service
from gipdocs.findings import Finding
from gipdocs.forms.forms import QuestionsForm, form_class
from gipdocs.questions import Question, Questions
from gipdocs.register.drafts import known_answers
from gipdocs.register.finding import find_numbered
from gipdocs.register.issuing import DATE
from gipdocs.register.letters import hash_answers
from gipdocs.register.reading import note_readings
from gipdocs.store.tables import CaseRow
from gipdocs.tracing import tell
from gipdocs.web.counter import EXPIRED
from gipdocs.web.done import see
from gipdocs.web.errors import answer_errors
from gipdocs.web.guard import is_genuine
from gipdocs.web.pages import page
from gipdocs.web.sheets import Door, FormSheet, Notice
from gipdocs.web.shelves import group_documents, name_documents

batch_letters = Blueprint("batch_letters", __name__, url_prefix="/desk", template_folder="templates")
MOST_PICKED = 100
"""The most cases that are chosen on a page; more go through the API."""
LONGEST_MARK = 60
GONE = "案件{numbers}在填写期间有了变化，不能办理这份文书，原因见下面“不包括在内的”。"
MOVED = "案件{numbers}在填写期间有改动，请看过案件，核对下面为这一件填写的内容。"
AGAIN = "还没有安排：{said}看过以后，再点一次“核对”。"
TOO_MANY = "一次最多{most}份，现在勾选了{count}份，都没有办理。请返回“期限”，去掉一部分勾选，分几次办理。"


class LettersDoor(Door):
    """The counter for letters of many cases, each of which is dated by its issue."""

    def mark(self, question: Question) -> str:
        """What stands beside the label of a question that must be answered."""
        return "不填的，为签发当天" if question.case == DATE else super().mark(question)


DOOR = LettersDoor(staff=True)


@dataclass(frozen=True, kw_only=True)
class OwnAnswers:
    """A case with the answers that may differ from those of the others: a small form, and what the case itself knows.

    `version` is that of the case when its form was filled in.
    """

    row: CaseRow
    form: QuestionsForm
    known: Mapping[str, Any]
    version: str

    @property
    def changed(self) -> dict[str, Any]:
        """What was typed for this case alone; "" for what was emptied."""
        typed = {key: field.answer() for key, field in self.form.named()}
        return {key: "" if one is None else one for key, one in typed.items() if one != self.known.get(key)}


@dataclass(kw_only=True)
class LettersSheet(FormSheet):
    """The form of what all letters share, and below it the cases with what is their own."""

    document: Document
    cases: Sequence[OwnAnswers]
    offered: OfferedLetter
    format: str = "pdf"
    mark: str = ""

    def page(self, notice: Notice | None = None, status: int = 200) -> Response:
        """The page with all input as it was typed."""
        self.form.offer_entries()
        return page(
            "batch_letters",
            status,
            sheet=self,
            document=self.document,
            cases=self.cases,
            columns=_columns(self.document),
            subjects=len(_subjects(one.row for one in self.cases)),
            refusals=self.offered.refusals,
            formats=FORMATS,
            notice=notice,
            errors=self.remarks.of("error"),
        )


@batch_letters.get("/cases/batch")
@needs(Permission.BATCHES)
def choose() -> Response:
    """The chosen cases, and the documents that may be written in them, a letter each."""
    actor().demand(Permission.WRITE_CASES)
    rows = _asked()
    offered = offer_letters(register(), [row.number or "" for row in rows]) if len(rows) <= MOST_PICKED else []
    answers = sorted(offered, key=lambda one: one.document.event != "answered")
    groups: dict[str, list[Document]] = {one.document.group: [] for one in answers} | group_documents(
        [one.document for one in offered]
    )
    return page(
        "batch_letters_choose",
        rows=rows,
        groups=groups,
        names=name_documents(groups),
        offered={one.document.id: one for one in offered},
        most=MOST_PICKED,
        numbers=[row.number for row in rows],
    )


def _asked() -> list[CaseRow]:
    """The cases in the address, in the order in which they were received: so their letters are numbered."""
    found = find_numbered(register(), request.args.getlist("case"))
    return sorted(found, key=lambda row: (str(row.received_on), row.id))


@batch_letters.get("/cases/batch/<id>")
@needs(Permission.BATCHES)
def write(id: str) -> Response:
    """The form of a document for the chosen cases."""
    actor().demand(Permission.WRITE_CASES)
    sheet = _sheet(id, [row.number or "" for row in _asked()])
    note_readings(register(), [one.row.number or "" for one in sheet.cases], actor())
    return sheet.page()


@batch_letters.post("/cases/batch/<id>")
@needs(Permission.BATCHES)
def receive(id: str) -> Response:
    """Change the form, or order the letters."""
    actor().demand(Permission.WRITE_CASES)
    genuine = is_genuine()
    sheet = _sheet(id, request.form.getlist(".case"), request.form)
    if not genuine:
        return sheet.page(Notice(tone="bad", text=EXPIRED), 400)
    do, _, what = request.form.get(".do", "show").partition(":")
    if do in ("add", "remove"):
        sheet.change(do, what)
        return sheet.page()
    return _order(sheet) if do == "order" and request.form.getlist(".case") else sheet.page()


@batch_letters.post("/cases/batch/submitted")
@needs(Permission.ISSUE)
def issue_submitted() -> Response:
    """Order the issue of the ticked letters, which wait for it; what the check finds is looked at before they go out."""
    if not is_genuine():
        return page("error", 400, title="没有办理", cure="页面已经过期，请返回“期限”，刷新以后重新勾选。")
    letters = request.form.getlist("letter", type=int)
    if len(letters) > MOST_PICKED:
        return page("error", 422, title="没有办理", cure=TOO_MANY.format(most=MOST_PICKED, count=len(letters)))
    try:
        ids = order_submitted(register(), letters, by=actor())
    except GipdocsError as error:
        tell(error)
        return page("error", error.status, title=error.title, cure=str(error))
    wake(service().settings)
    return see("batches.show", batch=ids[0]) if len(ids) == 1 else see("batches.list_all")


def _sheet(id: str, numbers: Sequence[str], formdata: MultiDict[str, str] | None = None) -> LettersSheet:
    document, office = service().registry[id].document, service().office()
    found = offer_letters(register(), numbers[:MOST_PICKED], document=id)
    if not found:
        raise NotFound  # it is no letter of a case
    (offered,) = found
    shared = _schema("SharedQuestions", dict(asked_together(document)))
    return LettersSheet(
        door=DOOR,
        form=form_class(shared, office)(formdata),
        url=url_for("batch_letters.receive", id=id),
        document=document,
        offered=offered,
        cases=[*_own_answers(document, offered.cases, formdata)],
        format=_sent(formdata, ".format") if _sent(formdata, ".format") in FORMATS else "pdf",
        mark=_sent(formdata, ".page")[:LONGEST_MARK] or token_urlsafe(),
    )


def _sent(formdata: MultiDict[str, str] | None, name: str) -> str:
    return formdata.get(name, "") if formdata else ""


def _columns(document: Document) -> dict[str, Any]:
    """The questions that are asked for each case, by key."""
    return dict(asked_apart(document, numbered=service().profile.numbering.mode == "typed"))


def _schema(name: str, questions: Mapping[str, Any]) -> type[Questions]:
    return type(name, (Questions,), dict(questions))


def _own_answers(
    document: Document, numbers: Sequence[str], formdata: MultiDict[str, str] | None
) -> Iterator[OwnAnswers]:
    columns = _columns(document)
    made = form_class(_schema("OwnQuestions", columns), service().office())
    seen = _seen_versions(formdata)
    for row in find_numbered(register(), numbers):
        known = known_answers(register(), row.number or "", document.id)
        form = made(formdata, prefix=f"case-{row.id}-")
        if formdata is None:
            form.prefill({key: known[key] for key in columns if key in known})
        yield OwnAnswers(row=row, form=form, known=known, version=seen.get(row.number or "", f"{row.version}"))


def _seen_versions(formdata: MultiDict[str, str] | None) -> dict[str, str]:
    """The versions of the cases with which their forms were filled in, by number: sent as "7 2026-0003"."""
    sent = (one.partition(" ") for one in (formdata.getlist(".version") if formdata else ()))
    return {number: version for version, _, number in sent}


def _tell_changes(sheet: LettersSheet, sent: Sequence[str]) -> str:
    """What has changed in the cases since the page was filled in; the page then rests on what they are now."""
    there = {one.row.number for one in sheet.cases}
    gone = [number for number in dict.fromkeys(sent) if number not in there]
    moved = [one.row.number or "" for one in sheet.cases if one.version != f"{one.row.version}"]
    sheet.cases = [replace(one, version=f"{one.row.version}") for one in sheet.cases]
    told = ((GONE, gone), (MOVED, moved))
    return "".join(text.format(numbers="、".join(numbers)) for text, numbers in told if numbers)


def _order(sheet: LettersSheet) -> Response:
    if changes := _tell_changes(sheet, request.form.getlist(".case")):
        return sheet.page(Notice(tone="bad", text=AGAIN.format(said=changes)), 409)
    if said := _try_first(sheet):
        sheet.say(said)
        return sheet.page(status=422)
    numbers = [one.row.number or "" for one in sheet.cases]
    own = {one.row.number or "": one.changed for one in sheet.cases}
    try:
        id = order_letters(
            register(),
            sheet.document.id,
            numbers,
            sheet.payload,
            by=actor(),
            own=own,
            format=sheet.format,
            title=f"{len(numbers)}件案件，每件一份",
            submit=not actor().may(Permission.ISSUE),
            key=f"{sheet.mark} {hash_answers({'own': own, 'shared': sheet.payload, 'format': sheet.format})}",
        )
    except GipdocsError as error:
        tell(error)
        return sheet.page(Notice(tone="bad", text=f"没有安排：{error}"), error.status)
    wake(service().settings)
    return see("batches.show", batch=id)


def _try_first(sheet: LettersSheet) -> list[Fault | Finding]:
    """What prevents the first letter, as far as it is in what all of them share; the others are checked by the batch."""
    first, submit = sheet.cases[0], not actor().may(Permission.ISSUE)
    where = (register(), sheet.document.id, first.row.number or "")
    try:
        try_letter(*where, sheet.payload, first.changed, unnumbered=submit)
    except InvalidInput as error:
        said: Sequence[Fault | Finding] = error.faults
    except Refused as error:
        said = error.refusing
    except GipdocsError:
        return []  # it is about the case, and the batch tells it
    else:
        return []
    return [one for one in said if sheet.form.find(one.pointer.partition("/")[2].partition("/")[0]) is not None]


def see_checked(batch: Batch) -> dict[str, Any]:
    """What the page of a batch of letters shows that has been checked: its cases, and what was found in them."""
    who = actor()
    return {
        "wrong": list_rows(register(), batch.id, by=who, states=("invalid", "failed"), most=MOST_PICKED),
        "ready": list_rows(register(), batch.id, by=who, states=("waiting",), most=MOST_PICKED),
        "cases": _with_cases,
        "subjects": _count_subjects(batch),
        "advice": gather_advice(register(), batch.id, by=who),
        "today": register().today,
        "is_own": (who.name, who.key) == (batch.created_by, batch.key_id),
    }


def _count_subjects(batch: Batch) -> int:
    """What so many different applications ask for, of the cases whose letters can be issued."""
    rows = list_rows(register(), batch.id, by=actor(), states=("waiting",), most=MOST_PICKED)
    return len(_subjects(case for _, case in _with_cases(rows) if case))


def _subjects(cases: Iterable[CaseRow]) -> set[str]:
    """What cases ask for, each text once, however it is spaced."""
    return {"".join((case.subject or "").split()) for case in cases}


def _with_cases(rows: Sequence[BatchItem]) -> list[tuple[BatchItem, CaseRow | None]]:
    """Rows of a batch, each with its case; None for one that the register doesn't have."""
    found = {row.number: row for row in find_numbered(register(), {row.case_number or "" for row in rows})}
    return [(row, found.get(row.case_number)) for row in rows]


answer_errors(batch_letters)
