"""Documents filled in from a case, and the event that issuing one of them records.

Nothing here reads a database: a case comes as its application, its history, its standing and its letters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import marshmallow as ma

from gipdocs.documents.document import Answers, Document
from gipdocs.law import Office
from gipdocs.letters.case import name_applicants, request
from gipdocs.questions import Block, Choice, Choices, IdNumber, Lines, Question, Questions, Rows, prepare_questions
from gipdocs.register.conflicts import REFS
from gipdocs.register.events import KINDS, EventKind
from gipdocs.register.history import CaseEvent, History
from gipdocs.register.names import OUTCOME, REF, name_event, names_asked
from gipdocs.register.standing import Standing

LONGEST_TITLE = 100
SERVED_BY = {"mail": "mail", "pickup": "in_person", "inspection": "in_person", "email": "online"}
"""How an answer is served, by the one way in which the applicant wants the information."""
SERVED = {"answered": "answer", "reanswered": "answer", "correction_asked": "correction_notice"}
"""The clock that the service of a letter ends, by the event that the letter caused."""
TOLD = {"extended": "extension", "delayed": "delay"}
"""The rows `told` of a letter, by the event that the earlier notice caused."""
PROCEEDINGS = {"reconsideration": "reconsideration", "suit_direct": "suit", "suit_after": "suit"}
ORDERED_BY = {"reconsideration": "decision", "suit_direct": "judgment", "suit_after": "judgment"}


@dataclass(frozen=True, kw_only=True)
class IssuedLetter:
    """A letter of the case that was issued: `document` is the id of its document; forms have no number."""

    id: int
    document: str
    title: str
    number: str = ""
    dated: date


def collect(
    application: Answers,
    history: History,
    standing: Standing,
    *,
    number: str = "",
    department: str = "",
    officer: str = "",
    letters: Sequence[IssuedLetter] = (),
    earlier: Mapping[str, Any] | None = None,
    reasoning: str = "",
) -> dict[str, Any]:
    """What is known of a case, by the names of the vocabulary; `earlier` is what was collected of its parent.

    `letters` are in the order of their issue, `reasoning` is the last judgement in words.
    """
    by_id = {letter.id: letter for letter in letters}
    events = _read_events(history, by_id)
    order, before = _order(history, standing, events), earlier or {}
    posted = None if order else events.get("service.posted")  # the new answer is yet to be posted
    known = {
        "application": dict(application),
        **{f"application.{key}": value for key, value in application.items()},
        "service.way": _way(application),
        **events,
        "clock": {**standing.clock, "posted": posted},
        "case.number": number or events.get("case.number"),
        "case.department": department or events.get("case.department"),
        "case.officer": officer or events.get("case.officer"),
        "case.applicants": name_applicants(application),
        "case.title": _title(application),
        "correction.until": next((due.day for due in standing.due if due.what == "correction"), None),
        "judgement.reasoning": reasoning,
        "earlier.number": before.get("answer.number"),
        "earlier.dated": before.get("answer.dated"),
        "challenge.proceeding": _proceeding(history),
        "again": order,
        "told": [_told(event, by_id) for event in history.of(*TOLD)],
        "letters": [_row(letter) for letter in letters],
        **_last(letters, history),
    }
    return {name: value for name, value in known.items() if value not in (None, "", [], {})}


def _read_events(history: History, letters: Mapping[int, IssuedLetter]) -> dict[str, Any]:
    """The facts, the day and the letter of the last event of each kind; nothing is left of what that event overtook."""
    known: dict[str, Any] = {}
    for event in history.events:
        if not _is_current(event, history):
            continue
        kind = KINDS[event.kind]
        known = {name: value for name, value in known.items() if name not in _overtaken(kind)}
        known |= _tell(event, kind, letters)
        if event.kind == "decided":
            known = {name: value for name, value in known.items() if not name.startswith("challenge.")}
    return known


def _is_current(event: CaseEvent, history: History) -> bool:
    """Whether an event with a reference is about the last consultation, or the last challenge."""
    ref, begun = event.facts.get(REF), history.last(REFS.get(event.kind, event.kind))
    return ref is None or begun is None or begun.facts.get(REF) == ref


def _overtaken(kind: EventKind) -> set[str]:
    """The names that no longer hold once an event of a kind has happened: its own, and those of what followed the last."""
    same = {one.key for one in KINDS.values() if one is kind or (kind.letter and one.letter == kind.letter)}
    return {name for one in KINDS.values() if one.key in same or same & {*one.needs} for name in name_event(one)}


def _tell(event: CaseEvent, kind: EventKind, letters: Mapping[int, IssuedLetter]) -> dict[str, Any]:
    facts = {question.case: event.facts.get(key) for key, question in kind.facts().questions() if question.case}
    letter = letters.get(event.letter) if event.letter is not None else None
    issued = {
        "number": letter.number if letter else None,
        "dated": letter.dated if letter else event.day,
        "title": letter.title if letter else None,
    }
    named = {f"{kind.letter}.{key}": value for key, value in issued.items()} if kind.letter else {}
    told = {**facts, **({kind.day: event.day} if kind.day else {}), **named}
    return {name: value for name, value in told.items() if value is not None}


def _way(application: Answers) -> str | None:
    wanted = application.get("delivery", [])
    return SERVED_BY.get(wanted[0]) if len(wanted) == 1 else None


def _title(application: Answers) -> str:
    """张晓彤申请公开2025年市级党政机关公务用车调配更新计划, cut where it gets too long; empty without name and request."""
    names, asked = name_applicants(application), application.get("info_title") or request(application)
    if not (names and asked):
        return ""
    return f"{names[0]}{'等' if len(names) > 1 else ''}申请公开{asked}".replace("\n", " ")[:LONGEST_TITLE]


def _proceeding(history: History) -> str | None:
    """The kind of the last challenge, unless it was decided."""
    last = history.last("challenged")
    if last is None or history.about("decided", last.facts[REF]):
        return None
    return PROCEEDINGS[last.facts["kind"]]


def _order(history: History, standing: Standing, events: Mapping[str, Any]) -> dict[str, Any]:
    """The block `again` as far as a case knows it, while an order to answer anew is unmet."""
    ref = next((due.ref for due in standing.due if due.what == "redo"), None)
    challenged = history.about("challenged", ref) if ref is not None else None
    decided = history.about("decided", ref) if ref is not None else None
    if challenged is None or decided is None:
        return {}
    return {
        "what": ORDERED_BY[challenged.facts["kind"]],
        "organ": challenged.facts.get("organ"),
        "received": decided.day,
        "order": "redo",
        "ordered": decided.facts.get("ordered"),
        "ordered_unit": decided.facts.get("ordered_unit"),
        "earlier_paper": "notice" if "告知书" in events.get("answer.title", "") else "reply",
        "earlier_number": events.get("answer.number"),
        "earlier_date": events.get("answer.dated"),
    }


def _told(event: CaseEvent, letters: Mapping[int, IssuedLetter]) -> dict[str, Any]:
    letter = letters.get(event.letter) if event.letter is not None else None
    dated = letter.dated if letter else event.day
    return {"what": TOLD[event.kind], "number": letter.number if letter else None, "date": dated}


def _row(letter: IssuedLetter) -> dict[str, Any]:
    return {"letter.title": letter.title, "letter.number": letter.number, "letter.date": letter.dated}


def _last(letters: Sequence[IssuedLetter], history: History) -> dict[str, Any]:
    """The letter that was issued last, of those with a number: the others are forms of the file."""
    last = next((letter for letter in reversed(letters) if letter.number), None)
    if last is None:
        return {}
    kind = next((event.kind for event in history.events if event.letter == last.id), "")
    return {
        "last.title": last.title,
        "last.number": last.number,
        "last.dated": last.dated,
        "last.copies": 1,
        "last.served": SERVED.get(kind, "other"),
    }


Find = Callable[[str, Question], Any]
"""The known value of a question, given with its key."""


def prefill(document: Document, values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that a case knows, as JSON data; some required ones may be missing.

    What the document's own event will tell is left open, and so is the posting of a letter that is yet to be numbered.
    An answer that a question would refuse is dropped, and no identity number is ever filled in.
    """
    schema = prepare_questions(document.schema)
    kind = KINDS.get(document.event)
    left = {question.case for _, question in kind.facts().questions()} if kind else set()
    left |= {"service.posted"} if "letter.number" in names_asked(document.schema) else set()
    return _fill(schema, lambda _, question: values.get(question.case), left - {""})


def prefill_facts(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of an event that a case knows before it is recorded, as JSON data."""
    return _fill(prepare_questions(KINDS[kind].facts), lambda _, question: values.get(question.case), set())


def _fill(questions: Questions, find: Find, left: set[str]) -> dict[str, Any]:
    filled = {}
    for key, question in questions.questions():
        if question.case in left or isinstance(question, IdNumber):
            continue
        value = _answer(key, question, find, left)
        if value not in (None, "", [], {}):
            filled[key] = value
    return filled


def _answer(key: str, question: Question, find: Find, left: set[str]) -> Any:
    known = find(key, question)
    if not isinstance(question, Block):
        return _accepted(question, known)
    questions = question.questions()
    if isinstance(question, Rows):
        within = [_inside(row) for row in known[: question.most]] if isinstance(known, list) else [find]
        return [row for one in within if (row := _fill(questions, one, left))]
    return _fill(questions, _inside(known) if isinstance(known, Mapping) else find, left)


def _inside(known: Mapping[str, Any]) -> Find:
    """Finds the values of a group that is known as a whole, by name or by key; groups in it that it lacks are empty."""

    def find(key: str, question: Question) -> Any:
        empty: Any = [] if isinstance(question, Rows) else {} if isinstance(question, Block) else None
        return known.get(question.case, known.get(key, empty))

    return find


def _accepted(question: Question, known: Any) -> Any:
    """The value as JSON data; None if the question would refuse it."""
    if known is None:
        return None
    plain = _plain(known)
    if isinstance(plain, list) and len(plain) == 1 and type(question) is Choice:
        plain = plain[0]  # the one way that the applicant wants
    try:
        question.deserialize(plain)
    except ma.ValidationError:
        return None
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else value


def event_of(document: Document, answers: Answers, history: History, office: Office) -> tuple[str, dict[str, Any]]:
    """The kind of the event that issuing a document records, and its facts as JSON data; "" and no facts if none.

    `answers` are loaded. An answer to a case that has one already is a new answer.
    """
    if not document.event:
        return "", {}
    again = document.event == "answered" and history.first("answered") is not None
    kind = KINDS["reanswered" if again else document.event]
    facts = {key: _fact(key, question, document, answers, office) for key, question in kind.facts().questions()}
    if REF in facts and kind.facts().fields[REF].required:
        facts[REF] = _next_ref(kind, history)
    return kind.key, {key: _plain(value) for key, value in facts.items() if value not in (None, [])}


def _fact(key: str, question: Question, document: Document, answers: Answers, office: Office) -> Any:
    """A fact as the document declares or computes it, else as it was answered."""
    if key in document.event_facts:
        given = document.event_facts[key]
        return given(answers, office) if callable(given) else given
    if key == OUTCOME:
        return document.id
    found = [*_find(prepare_questions(document.schema), answers, question.case)] if question.case else []
    return [*dict.fromkeys(found)] if isinstance(question, (Lines, Choices)) else next(iter(found), None)


def _find(questions: Questions, answers: Answers, name: str) -> Iterator[Any]:
    """The answers to all questions with this name; of rows, those of each row."""
    for key, question in questions.questions():
        if key not in answers:
            continue
        if question.case == name:
            yield answers[key]
        elif isinstance(question, Block):
            below = answers[key] if isinstance(question, Rows) else [answers[key]]
            for one in below:
                yield from _find(question.questions(), one, name)


def _next_ref(kind: EventKind, history: History) -> int:
    """The reference of a new consultation or challenge; of an event about an earlier one, that of the last such one."""
    begun = REFS.get(kind.key)
    if begun:
        last = history.last(begun)
        return int(last.facts[REF]) if last else 1
    return history.next_ref(kind.key)
