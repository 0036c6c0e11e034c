"""Records an event from one set of answers, as page, API and command line ask it: day, facts, remark."""

from __future__ import annotations

from functools import cache
from typing import Any

from gipdocs.errors import Fault, InvalidInput
from gipdocs.law.clock import YEARS
from gipdocs.questions import Block, Date, LongText, Question, Questions, load
from gipdocs.register.cases import LONGEST_NOTE, record
from gipdocs.register.events import KINDS
from gipdocs.register.history import CaseEvent
from gipdocs.register.register import Actor, Register

MADE_ELSEWHERE = {kind.key: kind.elsewhere for kind in KINDS.values() if kind.elsewhere}
"""Kinds of event that only follow from other deeds, and where these are done."""
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
    questions["note"] = LongText("备注", example="电话告知，申请人无异议。", in_sample=False, longest=LONGEST_NOTE)
    return type(f"{kind}_questions", (Questions,), dict(questions))


def record_event(
    register: Register, number: str, kind: str, payload: Any, *, by: Actor, version: int | None = None
) -> None:
    """Record an event of a case from the answers to its questions.

    Raises InvalidInput, StepForbidden, StaleEdit, UnknownCase.
    """
    if kind not in RECORDABLE:
        why = MADE_ELSEWHERE.get(kind, f"没有这种记录，可用的是：{'、'.join(RECORDABLE)}")
        raise InvalidInput([Fault("/kind", "option", f"{why}。")])
    answers = load(event_questions(kind), payload)
    event = CaseEvent(place=0, kind=kind, day=answers["day"], facts=answers.get("facts", {}))
    record(register, number, event, by=by, text=answers.get("note", ""), version=version)
