"""What the routes of the register ask, in addresses and bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from gipdocs.api.answers import of
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.errors import Fault, InvalidInput, InvalidParameter
from gipdocs.law.clock import YEARS
from gipdocs.questions import Choice, Date, LongText, Number, Questions, Text, YesNo, load, prepare_questions
from gipdocs.register.events import KINDS
from gipdocs.register.issuing import LONGEST_REASON
from gipdocs.register.paging import PageMark
from gipdocs.register.recording import RECORDABLE, event_questions
from gipdocs.register.standing import STATES
from gipdocs.store.tables import LONGEST_NOTE

XLSX = MEDIA_TYPES["xlsx"]
CSV = "text/csv"
TRUTHS = {"1": True, "true": True, "0": False, "false": False}
CURSOR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})?_([0-9]{1,9})")
KIND = Choice("记录的种类", options={kind: KINDS[kind].label for kind in RECORDABLE}, required=True)
SAMPLE_EVENT = {"kind": "correction_asked", "day": "2026-03-05", "facts": {"received": "2026-03-06"}}

DOCUMENT_ID = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"


class LedgerQuestions(Questions):
    """Which cases a ledger has."""

    state = Choice("办理状态", options=STATES)
    due_before = Date("在这一天之前到期", years=YEARS)
    year = Number("收到年份", least=YEARS[0], most=YEARS[1])
    q = Text("在申请编号、申请人和申请内容中查找", longest=100)
    overdue = YesNo("只列已经逾期的")


class PageQuestions(Questions):
    """After which case a list goes on."""

    cursor = Text("上一页的next", longest=24, pattern=CURSOR.pattern, cure="请照原样填写，或者不填")


class ListQuestions(LedgerQuestions, PageQuestions):
    """Which cases a list shows, and after which of them it goes on."""


class ImportQuestions(Questions):
    """How a ledger is imported."""

    dry_run = YesNo("只核对，不导入")
    mapping = Text(
        "表头对应的栏目",
        help="JSON对象，例如{“登记号”: “number”}，引号用半角；不写的，按表头的文字和上一次导入的对应关系。",
        longest=4000,
    )


class CancelQuestions(Questions):
    """Why a record is corrected."""

    note = LongText("更正的原因", example="记错案件。", longest=LONGEST_NOTE, required=True)


class ReturnQuestions(Questions):
    """What is to be changed in a letter that was submitted."""

    note = LongText("退回修改的意见", example="请补充依据。", longest=LONGEST_NOTE, required=True)


class ReasonQuestions(Questions):
    """Why a letter is declared void."""

    reason = LongText("作废的原因", example="收件人姓名有误。", longest=LONGEST_REASON, required=True)


class NoQuestions(Questions):
    """For deeds that need no reason: an empty object."""


DEED_QUESTIONS: Mapping[str, type[Questions]] = {
    "submit": NoQuestions,
    "return": ReturnQuestions,
    "approve": NoQuestions,
    "issue": NoQuestions,
    "void": ReasonQuestions,
}
"""What is asked of whoever decides about a letter."""


class LetterQuestions(Questions):
    """A letter of a case, but for its answers, which are those of its document."""

    document = Text("文书的标识", example="reply-granted", pattern=DOCUMENT_ID, longest=80, required=True)
    issue = YesNo("是否签发；不签发的保存为草稿", example=False)
    replaces = Number("所代替的作废文书的id", least=1, most=2**31 - 1, in_sample=False, example=1)


def names_of(schema: type[Questions]) -> tuple[str, ...]:
    """The parameters of an address that asks these questions."""
    return tuple(key for key, _ in prepare_questions(schema).questions())


def read_query(schema: type[Questions], arguments: Mapping[str, str]) -> Mapping[str, Any]:
    """The answers in an address, where numbers are digits, and 1 and true are true; InvalidParameter if they are wrong."""
    questions = prepare_questions(schema).fields
    typed = {key: _typed(questions[key], text) for key, text in arguments.items()}
    try:
        return load(schema, typed)
    except InvalidInput as error:
        raise InvalidParameter(error.faults) from None


def _typed(question: Any, text: str) -> Any:
    if isinstance(question, YesNo):
        return TRUTHS.get(text, text)
    return int(text) if isinstance(question, Number) and re.fullmatch("[0-9]{1,9}", text) else text


def read_mark(cursor: str) -> PageMark | None:
    """Where a list goes on; InvalidParameter for anything that no list has given."""
    if not cursor:
        return None
    found = CURSOR.fullmatch(cursor)
    try:
        if found:
            return PageMark(due_on=date.fromisoformat(found[1]) if found[1] else None, id=int(found[2]))
    except ValueError:
        pass
    raise InvalidParameter([Fault("/cursor", "format", "cursor应是上一页给出的next，请照原样填写，或者不填。")])


def write_mark(mark: PageMark | None) -> str | None:
    """The mark as a list gives it for the next page."""
    return f"{mark.due_on or ''}_{mark.id}" if mark else None


def read_event(body: Any) -> tuple[str, dict[str, Any]]:
    """The kind of an event and the answers to its questions, still unchecked."""
    if not isinstance(body, Mapping):
        raise InvalidInput([Fault("", "type", "应为一组填写项（JSON对象）。")])
    kind = body.get("kind")
    if kind in (None, ""):
        raise InvalidInput([Fault("/kind", "required", "请填写“记录的种类”。")])
    if not isinstance(kind, str):
        raise InvalidInput([Fault("/kind", "type", "“记录的种类”应为文字。")])
    return kind, {key: value for key, value in body.items() if key != "kind" and (key, value) != ("facts", {})}


def read_correction(body: Any) -> tuple[str, Any]:
    """Why a record is corrected, and the event that it should have been, still unchecked; None if it just doesn't count."""
    if not isinstance(body, Mapping):
        return str(load(CancelQuestions, body)["note"]), None
    reason = load(CancelQuestions, {key: value for key, value in body.items() if key != "instead"})["note"]
    return reason, body.get("instead")


def event_bodies() -> dict[tuple[str, ...], dict[str, Any]]:
    """JSON Schemas of the bodies that record an event, each with the kinds of events that take it."""
    kinds: dict[str, list[str]] = {}
    schemas = {kind: prepare_questions(event_questions(kind)).json_schema() for kind in RECORDABLE}
    for kind, schema in schemas.items():
        kinds.setdefault(json.dumps(schema, sort_keys=True), []).append(kind)
    return {tuple(alike): _event_body(alike, schemas[alike[0]]) for alike in kinds.values()}


def _event_body(kinds: Sequence[str], schema: dict[str, Any]) -> dict[str, Any]:
    no_facts = {"type": "object", "properties": {}, "additionalProperties": False}
    which = {"const": kinds[0]} if len(kinds) == 1 else {"enum": [*kinds]}
    chosen = {**which, "title": KIND.label, "description": "、".join(KINDS[kind].label for kind in kinds)}
    return {
        **schema,
        "properties": {"kind": chosen, "facts": no_facts, **schema["properties"]},
        "required": ["kind", *schema["required"]],
    }


def cancel_body() -> dict[str, Any]:
    """JSON Schema of the body that corrects a record."""
    schema = prepare_questions(CancelQuestions).json_schema()
    told = "正确的内容，种类与原记录相同；不填的，原记录只是不再作数。"
    instead = {"description": told, "allOf": [of("EventBody")]}
    return {**schema, "properties": {**schema["properties"], "instead": instead}}


def letter_body() -> dict[str, Any]:
    """JSON Schema of the body that makes a letter."""
    schema = prepare_questions(LetterQuestions).json_schema()
    answers = {
        "type": "object",
        "description": "文书的填写项，见/api/v1/documents/{document}/schema；文号和成文日期可以不填，签发时给出。"
        "一并答复的其他申请写明申请编号的，签发时一并记入那些案件。",
        "additionalProperties": {},
    }
    return {
        **schema,
        "properties": {**schema["properties"], "answers": answers},
        "required": [*schema["required"], "answers"],
    }
