"""Records an event from one set of answers, as page, API and command line ask it: day, facts, remark."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cache, partial
from typing import Any

from sqlalchemy.orm import Session

from gipdocs.access.actors import Actor
from gipdocs.errors import Fault, InvalidInput
from gipdocs.law.clock import YEARS
from gipdocs.letters.case import CaseApplicationQuestions
from gipdocs.questions import Block, Date, LongText, Question, Questions, load
from gipdocs.register.amending import change_application
from gipdocs.register.cases import record, replace_record
from gipdocs.register.events import KINDS
from gipdocs.register.history import CaseEvent
from gipdocs.register.register import Register
from gipdocs.store.tables import LONGEST_NOTE, CaseRow

MADE_ELSEWHERE = {kind.key: kind.elsewhere for kind in KINDS.values() if kind.elsewhere}
"""Kinds of event that only follow from other deeds, and where these are done."""
CORRECTED = dict(CaseApplicationQuestions().questions())["corrected_request"]
"""Part of the application, asked where the correction is recorded."""
Also = Callable[[Session, CaseRow], None]
RECORDABLE = tuple(kind for kind in KINDS if kind not in MADE_ELSEWHERE)


@cache
def event_questions(kind: str) -> type[Questions]:
    """The questions of one kind of event; `facts` only if the kind has any."""
    facts = KINDS[kind].facts
    questions: dict[str, Question] = {
        "day": Date("日期", help=KINDS[kind].says, example="2026-04-10", required=True, years=YEARS)
    }
    if fields := facts().fields:
        needed = any(question.required for question in fields.values())
        questions["facts"] = Block("内容", facts, required=needed)
    if kind == "corrected":
        questions["corrected_request"] = copy(CORRECTED)
    questions["note"] = LongText("备注", example="电话告知，申请人无异议。", in_sample=False, longest=LONGEST_NOTE)
    return type(f"{kind}_questions", (Questions,), dict(questions))


def record_event(
    register: Register, number: str, kind: str, payload: Any, *, by: Actor, version: int | None = None
) -> None:
    """Record an event of a case from the answers to its questions.

    Raises InvalidInput, StepForbidden, StaleEdit, UnknownCase.
    """
    event, text, also = _read(kind, payload, by)
    record(register, number, event, by=by, text=text, version=version, also=also)


def correct_event(
    register: Register,
    number: str,
    place: int,
    kind: str,
    payload: Any,
    *,
    by: Actor,
    reason: str,
    version: int | None = None,
) -> None:
    """Correct a record by another of its kind, from the answers to its questions; raises what `record_event` raises."""
    event, text, also = _read(kind, payload, by)
    replace_record(register, number, place, event, by=by, reason=reason, text=text, version=version, also=also)


def _read(kind: str, payload: Any, by: Actor) -> tuple[CaseEvent, str, Also | None]:
    """The event, its remark, and what else it changes; InvalidInput."""
    if kind not in RECORDABLE:
        why = MADE_ELSEWHERE.get(kind, f"没有这种记录，可用的是：{'、'.join(RECORDABLE)}")
        raise InvalidInput([Fault("/kind", "option", f"{why}。")])
    answers = load(event_questions(kind), payload)
    event = CaseEvent(place=0, kind=kind, day=answers["day"], facts=answers.get("facts", {}))
    also = partial(_take_over_correction, answers["corrected_request"], by) if "corrected_request" in answers else None
    return event, answers.get("note", ""), also


def _take_over_correction(request: str, by: Actor, session: Session, row: CaseRow) -> None:
    change_application(session, row, {**row.application, "corrected_request": request}, by=by)
