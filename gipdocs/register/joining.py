"""Several cases in one letter: what each tells the letter's rows, which of them the rows name, and which may be among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from gipdocs.documents.document import Document
from gipdocs.errors import Fault, InvalidInput, StaleEdit
from gipdocs.letters.case import name_applicants, request
from gipdocs.questions import Rows, prepare_questions
from gipdocs.register.history import History
from gipdocs.register.names import JOINED, JOINED_NUMBER
from gipdocs.store.tables import CaseRow, EventRow, LetterRow

MOST_CASES = 50
"""The most cases that one letter answers."""
LONGEST_NAMES = 100
OF_CLOCK = ("channel", "received", "confirmed", "corrected", "extension")
"""The days of a case that a row asks for."""
OF_PERSON = ("applicant_kind", "name")
"""What the letter needs of those who apply in the other cases."""


def join(known: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What is known of a case and of others that one letter answers with it: of these, application, clock and number.

    Everybody who applies in any of them is one of the application's applicants; who applies in several is named once.
    """
    application = known.get("application", {})
    first, people = name_applicants(application), [*application.get("others", [])]
    for other in others:
        theirs = other.get("application", {})
        for one in (theirs, *theirs.get("others", [])):
            if "name" in one and one["name"] not in (*first[:1], *(person["name"] for person in people)):
                people.append({key: one[key] for key in OF_PERSON if key in one})
    return {
        **known,
        JOINED: [_row(other, first) for other in others],
        "application": {**application, **({"others": people} if people else {})},
    }


def _row(known: Mapping[str, Any], first: Sequence[str]) -> dict[str, Any]:
    """The row of a case; it names its applicant if it isn't `first`, the applicants of the leading case."""
    application, clock = known.get("application", {}), known.get("clock", {})
    names = name_applicants(application)
    row = {
        JOINED_NUMBER: known.get("case.number"),
        "applicant": _together(names) if names != [*first] else None,
        **{key: clock.get(key) for key in OF_CLOCK},
        "request": request(application),
        "corrected_request": application.get("corrected_request"),
    }
    return {key: value for key, value in row.items() if value not in (None, "")}


def _together(names: Sequence[str]) -> str:
    """李桂芬、王建国: all names, or the first one if they are too long for a row."""
    all_names = "、".join(names)
    return all_names if len(all_names) <= LONGEST_NAMES else names[0]


def add_rows(document: Document, typed: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The answers of a draft with those rows and applicants that it lacks; both are lists of the document's answers."""
    key, number = _asked(document)
    rows = _mappings(typed.get(key))
    there = {row.get(number) for row in rows}
    added = {**typed, key: [*rows, *(row for row in known.get(key, []) if row.get(number) not in there)]}
    drafted, brought = typed.get("application"), known.get("application", {})
    if isinstance(drafted, Mapping):
        people = _mappings(drafted.get("others"))
        names = {drafted.get("name"), *(one.get("name") for one in people)}
        people += [one for one in brought.get("others", []) if one.get("name") not in names]
        added["application"] = {**drafted, **({"others": people} if people else {})}
    return added


def named_cases(document: Document, answers: Mapping[str, Any]) -> dict[str, str]:
    """The numbers in the rows of a document's answers, right or wrong, by their pointers: {"/applications/0/number": …}.

    Rows beyond the most that a document takes are passed over: it will be refused for them.
    """
    key, number = _asked(document)
    rows = answers.get(key) if key else None
    typed = enumerate(rows[:MOST_CASES] if isinstance(rows, list) else [])
    told = {i: row.get(number) for i, row in typed if isinstance(row, Mapping)}
    return {f"/{key}/{i}/{number}": one.strip() for i, one in told.items() if isinstance(one, str) and one.strip()}


def _asked(document: Document) -> tuple[str, str]:
    """The key of a document's rows for further cases, and that of their number; "" if it asks for none."""
    for key, question in prepare_questions(document.schema).questions():
        if isinstance(question, Rows) and question.case == JOINED:
            below = question.questions().questions()
            return key, next((name for name, one in below if one.case == JOINED_NUMBER), "")
    return "", ""


def _mappings(rows: Any) -> list[Mapping[str, Any]]:
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def hold_cases(session: Session, condition: ColumnElement[bool]) -> list[CaseRow]:
    """The cases that fit, in the order in which they were opened, which nobody else can change until the transaction ends.

    Whoever holds several cases does so by this: in one order, so that no two letters wait for each other.
    """
    held = select(CaseRow).where(condition).order_by(CaseRow.id).with_for_update()
    return [*session.scalars(held.execution_options(populate_existing=True))]


def find_joined(
    rows: Iterable[CaseRow], case: CaseRow, named: Mapping[str, str], *, versions: Mapping[str, int]
) -> Iterator[tuple[str, CaseRow]]:
    """The pointers and the rows of the further cases that are named; a number that the register doesn't have is just text.

    `versions` are those of the cases as the caller read them, by number. InvalidInput, StaleEdit.
    """
    by_number = {row.number: row for row in rows}
    taken = {case.id}
    for pointer, number in named.items():
        if (row := by_number.get(number)) is None:
            continue
        if row.id in taken:
            _refuse(pointer, row, "repeated", "已经在这份文书里，不能再填一次，请删去这一行。")
        if row.erased_on:
            _refuse(pointer, row, "closed", "的个人信息已经删除，不能再一并办理，请删去这一行。")
        if versions.get(number, row.version) != row.version:
            raise StaleEdit(
                f"{which(pointer)}的案件{number}在您打开以后已经有别人改动，这次没有签发。请看过那件案件新的记录，核对这一行再办理。"
            )
        taken.add(row.id)
        yield pointer, row


def refuse_other_stage(pointer: str, row: CaseRow, ours: History, theirs: History) -> None:
    """InvalidInput for a case that isn't as far as the leading one: answered, or withdrawn, while that one isn't, or not yet."""
    stages = {
        "withdrawn": ("的申请已经撤回", "的申请没有撤回，本案的申请已经撤回"),
        "answered": ("已经答复", "还没有答复，本案已经答复"),
    }
    for kind, (beyond, behind) in stages.items():
        if (theirs.first(kind) is None) != (ours.first(kind) is None):
            told = beyond if theirs.first(kind) else behind
            cure = "请删去这一行；确须写在一份文书里的，清空这一行的申请编号，另在那件案件中记录。"
            _refuse(pointer, row, "closed", f"{told}，不能与本案一并办理。{cure}")


def _refuse(pointer: str, row: CaseRow, code: str, why: str) -> None:
    raise InvalidInput([Fault(pointer, code, f"{which(pointer)}的案件{row.number}{why}")])


def which(pointer: str) -> str:
    """第2行: the row to which a pointer belongs."""
    return f"第{int(pointer.split('/')[2]) + 1}行"


def cases_of(letters: ColumnElement[bool]) -> ColumnElement[bool]:
    """The condition on a row of `cases`: some of these letters were written in it or recorded something in it."""
    of_events = select(EventRow.case_id).join(LetterRow, LetterRow.id == EventRow.letter_id).where(letters)
    return or_(CaseRow.id.in_(select(LetterRow.case_id).where(letters)), CaseRow.id.in_(of_events))


def letters_of(case_id: int) -> ColumnElement[bool]:
    """The condition on a row of `letters`: it was written in a case, or recorded something in it."""
    event = aliased(EventRow)  # the condition may stand inside another one on events
    told = select(event.letter_id).where(event.case_id == case_id, event.letter_id.is_not(None))
    return or_(LetterRow.case_id == case_id, LetterRow.id.in_(told))


def joined_numbers(session: Session, letters: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The numbers of the cases that each of these letters has recorded something in besides its own, by its id."""
    wanted = (
        select(EventRow.letter_id, CaseRow.number)
        .join(CaseRow, CaseRow.id == EventRow.case_id)
        .join(LetterRow, LetterRow.id == EventRow.letter_id)
        .where(EventRow.letter_id.in_([*letters]), EventRow.case_id != LetterRow.case_id)
        .distinct()
    )
    found: dict[int, list[str]] = {}
    for letter, number in session.execute(wanted.order_by(CaseRow.number)):
        if letter is not None:
            found.setdefault(letter, []).append(number or "")
    return {letter: tuple(numbers) for letter, numbers in found.items()}
