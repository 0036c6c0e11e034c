"""The routes of the cases: the list, a new case, one case with what happened in it, and its deadline."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import PathConverter

from gipdocs.access.permissions import Permission
from gipdocs.api.bodies import read_body
from gipdocs.api.case_answers import link, show_case, summarise
from gipdocs.api.case_bodies import (
    ListQuestions,
    names_of,
    read_correction,
    read_event,
    read_mark,
    read_query,
    write_mark,
)
from gipdocs.api.problems import answer_errors
from gipdocs.api.protocol import keep_protocol, takes
from gipdocs.errors import Fault, InvalidInput, StaleEdit, StepForbidden
from gipdocs.faces import actor, needs, register
from gipdocs.register import cases as book
from gipdocs.register import finding, reading
from gipdocs.register.letters import list_letters
from gipdocs.register.opening import open_application
from gipdocs.register.paging import list_cases
from gipdocs.register.recording import correct_event, record_event

LONGEST_KEY = 255
MOST_PLACES = 1_000_000


class NumberConverter(PathConverter):
    """The number of a case in an address: it may contain "/", written as it is or as %2F, but no control character."""

    regex = r"[^/\x00-\x1f\x7f][^\x00-\x1f\x7f]*?"


def _know_numbers(state: BlueprintSetupState) -> None:
    state.app.url_map.converters["number"] = NumberConverter


cases = Blueprint("register_api", __name__, url_prefix="/api/v1")
cases.record(_know_numbers)
answer_errors(cases)
keep_protocol(cases)


@cases.get("/cases")
@needs(Permission.READ_CASES)
@takes(*names_of(ListQuestions))
def search_cases() -> Response:
    """The cases that a filter lets through, the most urgent first, 50 at a time."""
    asked = read_query(ListQuestions, request.args)
    rows, mark = list_cases(register(), find_filter(asked), after=read_mark(asked.get("cursor", "")))
    return jsonify(cases=[summarise(row) for row in rows], next=write_mark(mark))


def find_filter(asked: Mapping[str, Any]) -> finding.Filter:
    """The filter that the arguments of an address describe."""
    return finding.Filter(
        state=asked.get("state", ""),
        text=asked.get("q", ""),
        year=asked.get("year"),
        overdue=asked.get("overdue", False),
        due_before=asked.get("due_before"),
    )


@cases.post("/cases")
@needs(Permission.WRITE_CASES)
def open_case() -> Response:
    """Open a case; a request that is sent again under the same Idempotency-Key opens no second one."""
    number = open_application(register(), read_body(), by=actor(), key=idempotency_key())
    return created(told(number), link("get_case", number=number))


def idempotency_key() -> str:
    """What the request is known by if it is sent again, "" if it doesn't say; InvalidInput."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY:
        raise InvalidInput([Fault("", "too-long", f"Idempotency-Key最多{LONGEST_KEY}个字符，请缩短。")])
    if not re.fullmatch("[!-~]*", key):
        raise InvalidInput(
            [Fault("", "format", "Idempotency-Key应为半角字母、数字和符号，没有空格，请改正，或者不写。")]
        )
    return key


@cases.get("/cases/<number:number>")
@needs(Permission.READ_CASES)
def get_case(number: str) -> Response:
    """A case with its standing, its records and its letters; its ETag is the version that a change may send back."""
    return told(number)


@cases.get("/cases/<number:number>/deadline")
@needs(Permission.READ_CASES)
def get_deadline(number: str) -> Response:
    """The deadline of the answer with its derivation."""
    case = reading.read_case(register(), number, by=actor())
    if case.standing.answer is None:
        raise StepForbidden("案件还没有收到日期，不能计算答复期限，请先补记收到申请。", allowed=("received",))
    return jsonify(case.standing.answer.as_json())


@cases.post("/cases/<number:number>/events")
@needs(Permission.WRITE_CASES)
def add_event(number: str) -> Response:
    """Record that something happened in a case."""
    kind, answers = read_event(read_body())
    record_event(register(), number, kind, answers, by=actor(), version=expected_version())
    return created(told(number), link("get_case", number=number))


@cases.post(f"/cases/<number:number>/events/<int(max={MOST_PLACES}):place>/cancel")
@needs(Permission.WRITE_CASES)
def cancel_event(number: str, place: int) -> Response:
    """Correct a record: it stays, and no longer counts; what is told instead does."""
    reason, instead = read_correction(read_body())
    if instead is None:
        book.cancel(register(), number, place, by=actor(), text=reason, version=expected_version())
    else:
        _correct(number, place, reason, instead)
    return created(told(number), link("get_case", number=number))


def _correct(number: str, place: int, reason: str, instead: Any) -> None:
    version = expected_version()
    try:
        kind, answers = read_event(instead)
        correct_event(register(), number, place, kind, answers, by=actor(), reason=reason, version=version)
    except InvalidInput as error:
        faults = [
            one if one.pointer == "/place" else replace(one, pointer=f"/instead{one.pointer}") for one in error.faults
        ]
        raise InvalidInput(faults) from None


def told(number: str) -> Response:
    """The case as it stands now, with its version."""
    case = reading.read_case(register(), number, by=actor())
    return with_version(jsonify(show_case(case, list_letters(register(), number))), case.version)


def created(response: Response, location: str) -> Response:
    """The answer to a request that has made something, or added to it: where it is."""
    response.status_code, response.headers["Location"] = 201, location
    return response


def with_version(response: Response, version: int) -> Response:
    """The response with the version of what it shows as its ETag."""
    response.headers["ETag"] = f'"{version}"'
    return response


def expected_version() -> int | None:
    """The version that If-Match names, None if any will do; StaleEdit for one that can't be any.

    A proxy that compresses answers makes weak tags of ours, which still name the version.
    """
    tags = request.if_match
    if not tags or tags.star_tag:
        return None
    named = [tag for tag in tags.as_set(include_weak=True) if tag.isascii() and tag.isdigit() and len(tag) < 10]
    if len(named) != 1:
        raise StaleEdit('If-Match应是读取时收到的ETag，只写一个，例如"3"；这次没有保存。')
    return int(named[0])
