"""The cases of the desk: the list, a new case, one case with its history, and what is recorded in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from secrets import token_urlsafe
from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.datastructures import MultiDict

from gipdocs.access.keys import list_ending
from gipdocs.access.permissions import Permission
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.errors import Fault, GipdocsError, InvalidInput, NumberTaken, UnknownCase
from gipdocs.faces import actor, allow_file, needs, needs_sign_in, register, service
from gipdocs.filekinds import recognise
from gipdocs.forms.forms import form_class
from gipdocs.letters.case import CaseApplicationQuestions
from gipdocs.questions import Question, Questions
from gipdocs.register import cases as book
from gipdocs.register import finding, reading
from gipdocs.register.amending import KeptApplicationQuestions, amend
from gipdocs.register.conflicts import REFS
from gipdocs.register.drafts import known_facts
from gipdocs.register.due import GROUPS, list_due, list_submitted
from gipdocs.register.events import KINDS, permission_for
from gipdocs.register.feed import calendar_text
from gipdocs.register.history import History
from gipdocs.register.letters import STATES as LETTER_STATES
from gipdocs.register.letters import LetterEntry, hash_answers, list_letters
from gipdocs.register.names import JUDGED_PATH, names_asked
from gipdocs.register.opening import OpeningQuestions, open_application
from gipdocs.register.papers import ROLES, add_file, list_files
from gipdocs.register.recording import RECORDABLE, correct_event, event_questions, record_event
from gipdocs.register.retention import list_expired
from gipdocs.register.standing import DUE, STATES
from gipdocs.register.steps import UNANSWERED, next_steps
from gipdocs.web.batch_letters import MOST_PICKED
from gipdocs.web.carried import NotAnswers, unpack
from gipdocs.web.counter import EXPIRED, EXPIRED_FILE
from gipdocs.web.done import tell_done, to_case
from gipdocs.web.errors import answer_errors
from gipdocs.web.guard import is_genuine
from gipdocs.web.numbers import read_year
from gipdocs.web.pages import page
from gipdocs.web.sheets import Door, FormSheet, Notice
from gipdocs.web.start import may_do
from gipdocs.web.uploads import LONGEST_NAME, TravellingFile, take
from gipdocs.writing import chinese_date

cases = Blueprint("cases", __name__, url_prefix="/desk", template_folder="templates")
DOOR = Door(staff=True)
OWN_PAGE = {"judged": "judge.judge_case"}
"""Kinds that have a page of their own to record them, with its route."""
LONGEST_MARK, MOST_PAGES = 60, 1_000_000


@cases.get("/cases")
@needs(Permission.READ_CASES)
def list_cases() -> Response:
    """The cases that the filters in the address let through, the most urgent first."""
    wanted, number = _filter(), min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    rows, total = finding.find_cases(register(), wanted, page=number)
    return page(
        "cases",
        rows=rows,
        total=total,
        number=number,
        pages=-(-total // finding.PAGE) or 1,
        wanted=wanted,
        states=STATES,
        unanswered=UNANSWERED,
        every="all" in request.args,
        due=DUE,
        today=register().today,
        titles=service().registry.titles,
        other_pages=lambda to, **more: {**request.args, "page": to, **more},
    )


def _filter() -> finding.Filter:
    asked = request.args
    return finding.Filter(
        state=asked.get("state", ""),
        officer=asked.get("officer", "").strip(),
        outcome=asked.get("outcome", ""),
        text=asked.get("q", "").strip(),
        year=asked.get("year", type=read_year),
        overdue="overdue" in asked,
    )


@cases.get("/due")
@needs(Permission.READ_CASES)
def due() -> Response:
    """What is overdue, due today and soon."""
    ours = register()
    return page(
        "due",
        found=list_due(ours),
        groups=GROUPS,
        expired=list_expired(ours),
        submitted=list_submitted(ours) if actor().may(Permission.ISSUE) else (),
        most=MOST_PICKED,
        keys=list_ending(ours.store) if needs_sign_in() else [],
    )


@cases.get("/due.ics")
@needs(Permission.READ_CASES)
def due_calendar() -> Response:
    """The same as a calendar, without names and subjects; browsers have no key for the API's."""
    return Response(calendar_text(register()), content_type="text/calendar; charset=utf-8")


@cases.get("/cases/new")
@needs(Permission.WRITE_CASES)
def new_case() -> Response:
    """The form of a new case."""
    return _opening_page(_sheet(OpeningQuestions, request.path))


@cases.post("/cases/new")
@needs(Permission.WRITE_CASES)
def open_case() -> Response:
    """Take over a citizen's file, change the form, or open the case."""
    allow_file()
    genuine = is_genuine()
    do, _, what = request.form.get(".do", "open").partition(":")
    if do == "load":
        return _load(genuine)
    sheet = _sheet(OpeningQuestions, request.path, request.form)
    if not genuine:
        return _opening_page(sheet, Notice(tone="bad", text=EXPIRED), 400)
    if do in ("add", "remove"):
        sheet.change(do, what)
        return _opening_page(sheet)
    if do == "similar":
        return _opening_page(sheet)
    try:
        number = open_application(register(), sheet.payload, by=actor(), key=_once(sheet))
    except (NumberTaken, UnknownCase) as error:
        sheet.say([Fault("/number" if isinstance(error, NumberTaken) else "/parent", "option", str(error))])
        return _opening_page(sheet, status=422)
    except GipdocsError as error:
        return _opening_page(sheet, _refused(sheet, error), error.status)
    return to_case(number, "opened" if _keep_paper(number) else "opened_alone")


def _keep_paper(number: str) -> bool:
    """Put the file that the application came in into its new case; whether there is none or it is kept."""
    paper = _paper()
    if paper is None:
        return True
    kind = recognise(paper.content)
    media_type = MEDIA_TYPES.get(kind.key, "") if kind else ""
    try:
        add_file(register(), number, "application", paper.name, media_type, paper.content, by=actor())
    except GipdocsError:
        return False  # the case is open all the same, and its page says so
    return True


def _paper() -> TravellingFile | None:
    """The file that travels with the page of a new case."""
    name, packed = request.form.get(".paper-name", ""), request.form.get(".paper", "")
    return TravellingFile(name[-LONGEST_NAME:], packed) if name and packed else None


def _once(sheet: FormSheet) -> str:
    """The key under which a page opens one case with the same answers, however often its button is pressed."""
    page = request.form.get(".page", "")
    return f"{page[:LONGEST_MARK]} {hash_answers(sheet.payload)}" if page else ""


def _load(genuine: bool) -> Response:
    """Fill in the application from a file; what was typed of its arrival stays, and all of it if the file is refused."""
    typed = _sheet(OpeningQuestions, request.path, request.form)
    if not genuine:
        return _opening_page(typed, Notice(tone="bad", text=EXPIRED_FILE), 400)
    try:
        upload = take(request.files.get(".file"), OpeningQuestions)
    except NotAnswers as error:
        return _opening_page(typed, Notice(tone="bad", text=str(error)), 422)
    sheet = _sheet(OpeningQuestions, request.path)
    arrival = {key: answer for key, answer in typed.payload.items() if key != "application"}
    sheet.say([*unpack(sheet.form, OpeningQuestions, arrival | upload.answers), *upload.said])
    told = upload.told or "已载入申请人填写的内容，请与原件核对，填写收到的日期和渠道。"
    if upload.said:
        told += f"有{len(upload.said)}处要对照文件核对，见下面的提示。"
    if upload.too_large:
        told += "文件较大，登记以后请用“增加文件”把它存入案件。"
    return _opening_page(sheet, Notice(tone="calm", text=told), paper=upload.paper, is_new=True)


def _opening_page(
    sheet: FormSheet,
    notice: Notice | None = None,
    status: int = 200,
    *,
    paper: TravellingFile | None = None,
    is_new: bool = False,
) -> Response:
    """The form of a new case with the file that travels with it: the `paper` just taken in if that `is_new`."""
    application: Mapping[str, Any] = sheet.payload.get("application", {})
    name, title = str(application.get("name", "")), str(application.get("info_title", ""))
    similar = finding.find_similar(register(), name, title) if name else []
    mark = request.form.get(".page", "")[:LONGEST_MARK] or token_urlsafe()
    return _form_page(
        "case_new",
        sheet,
        notice,
        status,
        similar=similar,
        states=STATES,
        mark=mark,
        paper=paper if is_new else _paper(),
    )


@cases.get("/cases/<number:number>")
@needs(Permission.READ_CASES)
def show_case(number: str) -> Response:
    """A case: where it stands, what comes next, and everything that was recorded."""
    return _case_page(number)


def _case_page(number: str) -> Response:
    case = reading.read_case(register(), number, by=actor())
    steps, letters = next_steps(case, register().registry, register().office()), list_letters(register(), number)
    return page(
        "case",
        notice=tell_done(),
        case=case,
        standing=case.standing,
        steps=steps,
        here={
            one.kind: _blank_event(case, one.kind)
            for one in steps.first
            if not one.documents and one.kind in RECORDABLE and one.kind not in OWN_PAGE and may_do(one)
        },
        letters=letters,
        letter_states=LETTER_STATES,
        files=[file for file in list_files(register(), number) if file.role != "issued"],
        roles=ROLES,
        served=_served(letters),
        kinds=KINDS,
        recordable=RECORDABLE,
        own_page=OWN_PAGE,
        states=STATES,
        unanswered=UNANSWERED,
        due=DUE,
        today=register().today,
        titles=service().registry.titles,
        can=may_do,
        permission_for=permission_for,
        said=_said,
        applied=list(_applied(case.application)),
    )


def _served(letters: list[LetterEntry]) -> Mapping[str, Any]:
    """The numbered letter that was issued last, and the documents that prove its service: those that ask for it."""
    last = next((one.id for one in reversed(letters) if one.state == "issued" and one.number), None)
    proofs = [id for id, entry in service().registry.items() if "last.number" in names_asked(entry.document.schema)]
    return {"letter": last, "documents": proofs}


def _applied(application: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The application for readers: label and answer of each question that was answered."""
    for key, question in CaseApplicationQuestions().questions():
        value = application.get(key)
        if value not in (None, "", []) and key != "others":
            yield question.label, _shown(question, value)
    for other in application.get("others", []):
        yield "其他申请人", str(other.get("name", ""))


def _said(kind: str, facts: Mapping[str, Any]) -> str:
    """第1次　延长的工作日数：15　同意延期的负责人：李卫东: the facts of an event for readers."""
    told = (
        (key, question, facts[key])
        for key, question in KINDS[kind].facts().questions()
        if key in facts and question.case != JUDGED_PATH  # told in words by its own page
    )
    return "　".join(
        f"第{value}次" if key == "ref" else f"{question.label}：{_shown(question, value)}"
        for key, question, value in told
    )


def _shown(question: Question, value: Any) -> str:
    """An answer for readers: options and documents by their names, days as letters write them."""
    if question.kind == "date":
        return chinese_date(value if isinstance(value, date) else date.fromisoformat(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    names = {**service().registry.titles, **getattr(question, "options", {})}
    return "、".join(str(names.get(one, one)) for one in (value if isinstance(value, list) else [value]))


@cases.get("/cases/<number:number>/record/<kind>")
@needs(Permission.WRITE_CASES)
def show_event(number: str, kind: str) -> Response:
    """The form of an event."""
    case = reading.read_case(register(), number, by=actor())
    return _event_page(_blank_event(case, kind), case, kind)


def _blank_event(case: reading.Case, kind: str) -> FormSheet:
    """The form of an event that happened today, about the consultation or challenge that is open."""
    sheet = _event_sheet(case.number, kind)
    history = History(case.events)
    known = {} if history.of(kind) else known_facts(register(), case.number, kind)
    facts = known | _reference(kind, history)
    sheet.form.prefill({"day": register().today.isoformat(), "facts": facts})
    return sheet


def _reference(kind: str, history: History) -> dict[str, Any]:
    """Which consultation or challenge the event is about: the next one, or the first that is still open."""
    ref, begun = KINDS[kind].facts().fields.get("ref"), REFS.get(kind)
    if ref is None or not ref.required:
        return {}
    if begun is None:
        return {"ref": history.next_ref(kind)}
    refs = (one.facts["ref"] for one in history.of(begun))
    still = next((ref for ref in refs if not history.about(kind, ref)), None)
    return {"ref": still} if still is not None else {}


@cases.post("/cases/<number:number>/record/<kind>")
@needs(Permission.WRITE_CASES)
def record(number: str, kind: str) -> Response:
    """Record the event."""
    sheet = _event_sheet(number, kind, request.form)
    case = reading.read_case(register(), number, by=actor())
    if not is_genuine():
        return _event_page(sheet, case, kind, Notice(tone="bad", text=EXPIRED), 400)
    do, _, what = request.form.get(".do", "record").partition(":")
    if do in ("add", "remove"):
        sheet.change(do, what)
        return _event_page(sheet, case, kind)
    try:
        version = request.form.get(".version", type=int)
        record_event(register(), number, kind, sheet.payload, by=actor(), version=version)
    except GipdocsError as error:
        return _event_page(sheet, case, kind, _refused(sheet, error), error.status)
    return to_case(number, kind)


def _event_sheet(number: str, kind: str, formdata: MultiDict[str, str] | None = None) -> FormSheet:
    """The form of an event; its fields begin with the kind, since the page of a case shows several such forms."""
    if kind not in RECORDABLE:
        raise UnknownCase("没有这种记录，请从案件页选择。")
    actor().demand(permission_for(kind))
    form = form_class(event_questions(kind), service().office())(formdata, prefix=f"{kind}-")
    return FormSheet(door=DOOR, form=form, url=url_for("cases.record", number=number, kind=kind))


def _event_page(
    sheet: FormSheet, case: reading.Case, kind: str, notice: Notice | None = None, status: int = 200
) -> Response:
    return _form_page("case_record", sheet, notice, status, case=case, kind=KINDS[kind])


@cases.route("/cases/<number:number>/application", methods=["GET", "POST"])
@needs(Permission.WRITE_CASES)
def amend_application(number: str) -> Response:
    """The form of the application as the case has it."""
    case = reading.read_case(register(), number, by=actor())
    # Kept through every refusal: a second press doesn't overwrite what somebody else has changed.
    version = request.form.get(".version", case.version, type=int)
    if request.method == "GET":
        sheet = _sheet(KeptApplicationQuestions, request.path)
        sheet.form.prefill(case.application)
        return _form_page("case_application", sheet, None, 200, case=case, version=version)
    sheet = _sheet(KeptApplicationQuestions, request.path, request.form)
    if not is_genuine():
        return _form_page("case_application", sheet, Notice(tone="bad", text=EXPIRED), 400, case=case, version=version)
    do, _, what = request.form.get(".do", "keep").partition(":")
    if do in ("add", "remove"):
        sheet.change(do, what)
        return _form_page("case_application", sheet, None, 200, case=case, version=version)
    try:
        amend(register(), number, sheet.payload, by=actor(), version=version)
    except GipdocsError as error:
        return _form_page("case_application", sheet, _refused(sheet, error), error.status, case=case, version=version)
    return to_case(number, "amended")


@cases.route("/cases/<number:number>/records/<int:place>/cancel", methods=["GET", "POST"])
@needs(Permission.WRITE_CASES)
def cancel(number: str, place: int) -> Response:
    """Ask why a record is wrong and what is right, and correct it."""
    case = reading.read_case(register(), number, by=actor())
    recorded = reading.find_record(case, place)
    actor().demand(permission_for(recorded.event.kind))
    if request.method == "GET":
        return _correction_page(_recorded_sheet(case, recorded), case, recorded)
    kind, reason = recorded.event.kind, request.form.get("note", "").strip()
    sheet = _event_sheet(number, kind, request.form) if kind in RECORDABLE else None
    do, _, what = request.form.get(".do", "cancel").partition(":")
    if not is_genuine():
        return _correction_page(sheet, case, recorded, Notice(tone="bad", text=EXPIRED), 400)
    if sheet and do in ("add", "remove"):
        sheet.change(do, what)
        return _correction_page(sheet, case, recorded)
    if not reason:
        return _correction_page(sheet, case, recorded, Notice(tone="bad", text="请写明更正的原因。"), 422)
    try:
        _correct(case, recorded, sheet.payload if sheet and do == "correct" else None, reason)
    except GipdocsError as error:
        return _correction_page(sheet, case, recorded, _refused(sheet, error), error.status)
    return to_case(number, "cancelled")


def _correct(case: reading.Case, recorded: reading.Recorded, answers: Any, reason: str) -> None:
    version, event = request.form.get(".version", type=int), recorded.event
    if answers is None:
        book.cancel(register(), case.number, event.place, by=actor(), text=reason, version=version)
    else:
        where = (register(), case.number, event.place, event.kind)
        correct_event(*where, answers, by=actor(), reason=reason, version=version)


def _recorded_sheet(case: reading.Case, recorded: reading.Recorded) -> FormSheet | None:
    """The form of an event as it was recorded; None for one that only follows from something else."""
    event = recorded.event
    if event.kind not in RECORDABLE:
        return None
    sheet = _event_sheet(case.number, event.kind)
    known = {"corrected_request": case.application.get("corrected_request", "")}
    facts = book.to_json(event.facts)
    sheet.form.prefill({"day": event.day.isoformat(), "facts": facts, "note": recorded.note, **known})
    return sheet


def _refused(sheet: FormSheet | None, error: GipdocsError) -> Notice | None:
    """Tell a refusal beside the questions to which it belongs, or else above them."""
    if sheet and isinstance(error, InvalidInput) and {one.pointer for one in error.faults} != {"/place"}:
        sheet.say(error.faults)
        return None
    return Notice(tone="bad", text=str(error))


def _correction_page(
    sheet: FormSheet | None,
    case: reading.Case,
    recorded: reading.Recorded,
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    reason = request.form.get("note", "").strip()
    if sheet is None:
        return page("case_cancel", status, case=case, one=recorded, kinds=KINDS, notice=notice, text=reason, errors=[])
    return _form_page("case_cancel", sheet, notice, status, case=case, one=recorded, kinds=KINDS, text=reason)


def _sheet(schema: type[Questions], url: str, formdata: MultiDict[str, str] | None = None) -> FormSheet:
    return FormSheet(door=DOOR, form=form_class(schema, service().office())(formdata), url=url)


def _form_page(template: str, sheet: FormSheet, notice: Notice | None, status: int, **more: Any) -> Response:
    sheet.form.offer_entries()
    return page(template, status, sheet=sheet, notice=notice, errors=sheet.remarks.of("error"), **more)


answer_errors(cases)
