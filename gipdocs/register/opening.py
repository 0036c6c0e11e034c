"""Opens a case from one set of answers: the application and how it arrived, as page, API and command line ask it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from typing import Any

from gipdocs.access.actors import Actor
from gipdocs.errors import InvalidInput
from gipdocs.law.clock import YEARS, ClockQuestions
from gipdocs.letters.case import CaseApplicationQuestions
from gipdocs.questions import Block, Date, Question, Questions, Text, load
from gipdocs.register.cases import add_case
from gipdocs.register.history import CaseEvent
from gipdocs.register.register import Register
from gipdocs.store import once

POINTERS = {
    "/received/day": "/received",
    "/received/facts/channel": "/channel",
    "/confirmed/day": "/confirmed",
    "/registered/day": "/received",
}
"""Where the faults of the first events belong in these questions."""


def _needed(key: str) -> Question:
    """A question about the clock of letters, which a new case has to answer."""
    question = copy(dict(ClockQuestions().questions())[key])
    question.required = True
    return question


class OpeningQuestions(Questions):
    """A new case."""

    received = _needed("received")
    channel = _needed("channel")
    confirmed = Date(
        "与申请人确认日期",
        help="平常信函、互联网、传真提交的，确认之日为收到申请之日；还没有确认的，以后补记。",
        example="2026-03-03",
        years=YEARS,
        only_if=("channel", ("ordinary_mail", "online", "fax")),
    )
    application = Block("申请", CaseApplicationQuestions, needs=("applicant_kind", "name"), required=True)
    number = Text(
        "申请编号",
        help="不填的，由系统按序编号。",
        example="2026-0012",
        in_sample=False,
        longest=40,
        pattern=r"(?!(new|\.+)$).*",
        cure="不能写作new，不能只有点号，请改写",
    )
    parent = Text(
        "由哪一件申请拆分",
        help="一份申请拆分为几件的，填原申请的编号。",
        example="2026-0011",
        in_sample=False,
        longest=40,
    )


def open_application(register: Register, payload: Any, *, by: Actor, key: str = "") -> str:
    """Open a case from the answers to `OpeningQuestions` and return its number; InvalidInput, NumberTaken, UnknownCase.

    A program that sends the same answers again under the same key opens no second case, and gets the number of the first.
    """
    answers = load(OpeningQuestions, payload)
    arrival = [CaseEvent(place=0, kind="received", day=answers["received"], facts={"channel": answers["channel"]})]
    if "confirmed" in answers:
        arrival.append(CaseEvent(place=0, kind="confirmed", day=answers["confirmed"]))
    try:
        with register.store.writing() as session:
            if key and (known := once.recall(session, key, payload, by=by.name)):
                return known
            number = add_case(
                session,
                register.office(),
                _plain(payload["application"]),
                arrival,
                by=by,
                number=answers.get("number", ""),
                parent=answers.get("parent", ""),
            )
            if key:
                once.remember(session, key, number, by=by.name)
            return number
    except InvalidInput as error:
        faults = [replace(one, pointer=POINTERS.get(one.pointer, one.pointer)) for one in error.faults]
        raise InvalidInput({(one.pointer, one.code): one for one in faults}.values()) from None


def _plain(application: Mapping[str, Any]) -> dict[str, Any]:
    """The application without what was left blank."""
    return {key: value for key, value in application.items() if value not in (None, "")}
