"""The wizard in a case: what the records answer is not asked, and the judgement is recorded with its answers."""

from __future__ import annotations

from flask import Blueprint, Response, request

from gipdocs.access.permissions import Permission
from gipdocs.errors import GipdocsError
from gipdocs.faces import actor, needs, register, service
from gipdocs.law.judgement import Course, load_judgement
from gipdocs.register.allowed import allowed_kinds
from gipdocs.register.events import KINDS
from gipdocs.register.finding import find_similar
from gipdocs.register.history import History
from gipdocs.register.judging import earlier_cases, facts
from gipdocs.register.names import names_asked
from gipdocs.register.reading import Case, read_case
from gipdocs.register.recording import RECORDABLE, record_event
from gipdocs.store.tables import LONGEST_NOTE
from gipdocs.web.counter import EXPIRED
from gipdocs.web.done import see, to_case
from gipdocs.web.errors import answer_errors
from gipdocs.web.guard import is_genuine
from gipdocs.web.joint import JOIN
from gipdocs.web.judging import ASK, Inquest, offer_documents, read_given, show_course
from gipdocs.web.sheets import Notice

case_judging = Blueprint("judge", __name__, url_prefix="/desk", template_folder="templates")
KIND, OUTCOME_NAME = "judged", "judgement.outcome"
AFRESH = "afresh"
"""In the address: begin without the answers of the last judgement."""
OPEN_QUESTION = "还没有记录：还有问题没有回答。案件的记录在您研判期间可能有变动，请接着回答。"


@case_judging.get("/cases/<number:number>/judge")
@needs(Permission.WRITE_CASES)
def judge_case(number: str) -> Response:
    """The next question of a case, or where its judgement leads; it begins where the last one ended."""
    case = read_case(register(), number, by=actor())
    return _show(case, _inquest(case))


@case_judging.post("/cases/<number:number>/judge")
@needs(Permission.WRITE_CASES)
def record_judgement(number: str) -> Response:
    """Record the judgement, and go on to a letter, to the record of what was awaited, or back to the case."""
    case = read_case(register(), number, by=actor())
    inquest = _inquest(case)
    course = inquest.course
    if not is_genuine():
        return _show(case, inquest, Notice(tone="bad", text=EXPIRED), 400)
    if course.asked is not None:
        return _show(case, inquest, Notice(tone="bad", text=OPEN_QUESTION), 422)
    try:
        record_event(
            register(), number, KIND, _payload(course), by=actor(), version=request.form.get(".version", type=int)
        )
    except GipdocsError as error:
        return _show(case, inquest, Notice(tone="bad", text=f"还没有记录：{error}"), error.status)
    return _go_on(number, *request.form.get(".do", "").partition(":")[::2])


def _payload(course: Course) -> dict[str, object]:
    told = {"outcome": course.outcome, "path": [*course.codes]}
    note = request.form.get("note", "").strip()
    return {"day": register().today.isoformat(), "facts": told, "note": note}


def _go_on(number: str, do: str, what: str) -> Response:
    if do == "write" and what in service().registry:
        return see("letters.write_letter", number=number, id=what, join=_joined())
    if do == "record" and what in RECORDABLE:
        return see("cases.show_event", number=number, kind=what)
    return to_case(number, KIND)


def _joined() -> list[str]:
    """The numbers of the cases that the letter will answer too, which travel with the page."""
    return (request.form or request.args).getlist(JOIN)


def _inquest(case: Case) -> Inquest:
    """The answers of the page; on first sight of it, those of the last judgement."""
    history, office = History(case.events), register().office()
    known = facts(history, case.standing, office) | earlier_cases(_similar(case))
    last, sent = history.last(KIND), request.form or request.args
    kept = last.facts.get("path", []) if last and not {*sent} - {JOIN} else []
    given = read_given(sent) if {*sent} - {JOIN} else load_judgement().resume(kept, known)
    return Inquest(given=given, office=office, known=known, again=request.args.get(ASK, ""))


def _similar(case: Case) -> list[str]:
    applicant = str(case.application.get("name", ""))
    if not applicant:
        return []
    found = find_similar(register(), applicant, case.subject)
    return [row.number for row in found if row.number and row.number != case.number and row.id < case.id]


def _show(case: Case, inquest: Inquest, notice: Notice | None = None, status: int = 200) -> Response:
    course = inquest.course
    may = KIND in allowed_kinds(case.events, inquest.office) and not case.erased_on
    return show_course(
        inquest,
        status,
        case=case,
        joined=_joined(),
        may_record=may,
        notice=notice,
        note=request.form.get("note", ""),
        most_noted=LONGEST_NOTE,
        review=_review_documents() if course.outcome else [],
        awaited=_awaited(course),
        afresh=AFRESH,
    )


def _review_documents() -> list[str]:
    """The ids of the documents that take the outcome from the judgement: forms by which it is submitted."""
    return [id for id, entry in service().registry.items() if OUTCOME_NAME in names_asked(entry.document.schema)]


def _awaited(course: Course) -> tuple[str, str]:
    """The kind of record for which a course waits, and its label; nothing if a document records it."""
    kind = course.procedure.event if course.procedure else ""
    if kind not in RECORDABLE or [one for one in offer_documents(course) if one.event == kind]:
        return "", ""
    return kind, KINDS[kind].label


answer_errors(case_judging)
