"""Letters of a case, as a reader of the register sees them, and the steps that the state of each of them allows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gipdocs.access.actors import Actor
from gipdocs.errors import Fault, InvalidInput, StaleEdit, StepForbidden, UnknownCase
from gipdocs.questions import Block, IdNumber, Questions
from gipdocs.register.joining import joined_numbers, letters_of
from gipdocs.register.prefill import IssuedLetter
from gipdocs.register.reading import demand_reading, find_row, note_reading
from gipdocs.register.register import Register
from gipdocs.store import audit
from gipdocs.store.tables import BatchItemRow, CaseRow, LetterRow
from gipdocs.strictjson import is_deep

STEPS: Mapping[str, tuple[str, ...]] = {
    "draft": ("save", "submit", "issue", "discard"),
    "submitted": ("save", "send_back", "approve", "issue", "discard"),
    "issued": ("pdf", "void"),
    "void": ("pdf", "replace"),
}
"""What can be done with a letter, by its state."""
STATES = {"draft": "草稿", "submitted": "待签发", "issued": "已签发", "void": "已作废"}
MOST_LETTERS = 2**31 - 1
"""The highest id that a database gives."""
LARGEST_ANSWERS = 1 << 20
"""The most bytes of a draft's answers, written as JSON."""


@dataclass(frozen=True, kw_only=True)
class LetterEntry:
    """A letter as a list shows it: `version` must be sent back with a change. `replaces` is the id of a void letter.

    `case` is the number of the case in which it was written, `joined` are those of the others that it was issued for too.
    `batch` is the id of the batch in which it was written, "" if it was written alone.
    """

    id: int
    case: str
    joined: tuple[str, ...]
    document: str
    title: str
    state: str
    number: str
    dated: date | None
    filename: str
    docx_hash: str
    pdf_hash: str
    replaces: int | None
    void_reason: str
    made_by: str
    made_at: datetime
    submitted_by: str
    approved_by: str
    issued_at: datetime | None
    version: int
    batch: str = ""

    @property
    def allowed(self) -> tuple[str, ...]:
        """The steps that are possible now."""
        return STEPS[self.state]

    @property
    def is_sent_back(self) -> bool:
        """Whether it was submitted and is a draft again."""
        return self.state == "draft" and bool(self.submitted_by)


@dataclass(frozen=True, kw_only=True)
class Letter(LetterEntry):
    """A letter with all that is kept of it; answers and findings are None after erasure."""

    answers: Mapping[str, Any] | None
    findings: tuple[Mapping[str, Any], ...] | None
    provenance: Mapping[str, str]


def list_letters(register: Register, number: str) -> list[LetterEntry]:
    """The letters of a case, those of others that were issued for it too, in the order in which they were begun; UnknownCase."""
    with register.store.reading() as session:
        row = find_row(session, number)
        wanted = select(LetterRow, CaseRow.number).join(CaseRow, CaseRow.id == LetterRow.case_id)
        rows = session.execute(wanted.where(letters_of(row.id)).order_by(LetterRow.id)).all()
        ids = [letter.id for letter, _ in rows]
        joined, batches = joined_numbers(session, ids), _find_batches(session, ids)
        return [LetterEntry(**_entry(letter, case, joined), batch=batches.get(letter.id, "")) for letter, case in rows]


def _find_batches(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The batches in which some letters were written, by the ids of those."""
    found = select(BatchItemRow.letter_id, BatchItemRow.batch_id).where(BatchItemRow.letter_id.in_(ids))
    return {letter: batch for letter, batch in session.execute(found) if letter is not None}


def read_letter(register: Register, letter: int, *, by: Actor) -> Letter:
    """A letter with its answers; kept in the audit trail as a look at its case. UnknownCase."""
    demand_reading(by)
    with register.store.reading() as session:
        row = find_letter(session, letter)
        number = _case_of(session, row).number or ""
        read = Letter(
            **_entry(row, number, joined_numbers(session, [row.id])),
            answers=row.answers,
            findings=None if row.findings is None else tuple(row.findings),
            provenance=row.provenance or {},
        )
    note_reading(register, number, by)
    return read


def _entry(row: LetterRow, case: str | None, joined: Mapping[int, tuple[str, ...]]) -> dict[str, Any]:
    """The fields of a LetterEntry, whose types are those of the columns."""
    texts = ("number", "filename", "docx_hash", "pdf_hash", "void_reason", "submitted_by", "approved_by")
    same = ("id", "document", "title", "state", "dated", "made_by", "made_at", "issued_at", "version")
    return (
        {key: getattr(row, key) or "" for key in texts}
        | {key: getattr(row, key) for key in same}
        | {"replaces": row.replaces_id, "case": case or "", "joined": joined.get(row.id, ())}
    )


def issued_letters(session: Session, case_id: int) -> list[IssuedLetter]:
    """The issued letters of a case in the order of their issue, as they are told to later ones."""
    issued = select(LetterRow).where(letters_of(case_id), LetterRow.state == "issued")
    rows = session.scalars(issued.order_by(LetterRow.issued_at, LetterRow.id))
    return [
        IssuedLetter(id=row.id, document=row.document, title=row.title, number=row.number or "", dated=row.dated)
        for row in rows
        if row.dated
    ]


def find_letter(session: Session, letter: int) -> LetterRow:
    """The row of a letter; UnknownCase."""
    row = session.get(LetterRow, letter) if letter <= MOST_LETTERS else None
    if row is None:
        raise UnknownCase("没有这份文书的记录，请回到案件重新选择。")
    return row


def hold_letter(
    session: Session, letter: int, *, version: int | None = None, erased: bool = False
) -> tuple[CaseRow, LetterRow]:
    """A letter and its case for a change, which nobody else can change until the transaction ends.

    StaleEdit if the letter has changed since the caller read it, UnknownCase, StepForbidden if the case was erased,
    unless it may be.
    """
    number = _case_of(session, find_letter(session, letter)).number or ""
    case = find_row(session, number, hold=True) if erased else hold_case(session, number)
    row = session.get_one(LetterRow, letter, populate_existing=True)
    if version is not None and version != row.version:
        raise StaleEdit("这份文书在您打开以后已经有别人改动，这次没有保存。请重新打开文书，核对后再办理。")
    return case, row


def hold_case(session: Session, number: str, *, version: int | None = None) -> CaseRow:
    """A case to whose letters something is added; StaleEdit, UnknownCase, StepForbidden if it was erased."""
    row = find_row(session, number, version=version, hold=True)
    if row.erased_on:
        raise StepForbidden("案件的个人信息已经删除，不能再办理文书。")
    return row


def refuse_unless_allowed(row: LetterRow, step: str) -> None:
    """StepForbidden if the letter's state doesn't allow a step."""
    if step not in STEPS[row.state]:
        raise StepForbidden(
            f"文书现在的状态是“{STATES[row.state]}”，不能这样办理，请重新打开文书查看。", allowed=STEPS[row.state]
        )


def _case_of(session: Session, row: LetterRow) -> CaseRow:
    return session.get_one(CaseRow, row.case_id)


def plain_answers(answers: Any) -> dict[str, Any]:
    """Answers that a database can keep, right or wrong; InvalidInput if they are too large or no JSON object."""
    if not isinstance(answers, Mapping):
        raise InvalidInput([Fault("", "type", "应为一组填写项（JSON对象）。")])
    try:
        text = json.dumps(answers, ensure_ascii=False, allow_nan=False)
        size = len(text.encode())
    except (TypeError, ValueError, RecursionError):
        raise InvalidInput([Fault("", "type", "填写的内容不能保存，请重新填写。")]) from None
    plain: dict[str, Any] = json.loads(text)
    if "\\u0000" in text or size > LARGEST_ANSWERS or is_deep(plain):
        detail = f"填写的内容超过{LARGEST_ANSWERS >> 10} KB，或者有不能保存的字符，请改正后再保存。"
        raise InvalidInput([Fault("", "too-large", detail)])
    return plain


def without_identity(questions: Questions, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers, right or wrong, without the identity numbers that the document doesn't print (个人信息保护法第六条)."""
    kept = {}
    for key, value in answers.items():
        question = questions.fields.get(key)
        if isinstance(question, IdNumber) and question.on_file:
            continue
        kept[key] = _within(question, value) if isinstance(question, Block) else value
    return kept


def _within(question: Block, value: Any) -> Any:
    if isinstance(value, list):
        return [_within(question, row) for row in value]
    return without_identity(question.questions(), value) if isinstance(value, Mapping) else value


def hash_answers(answers: Mapping[str, Any]) -> str:
    """SHA-256 of the answers as canonical JSON."""
    return sha256(json.dumps(answers, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def note(session: Session, by: Actor, action: str, row: LetterRow, **detail: Any) -> None:
    """Keep in the audit trail what was done with a letter; never an answer."""
    audit.note(
        session,
        actor=by.name,
        action=action,
        subject_kind="letter",
        subject_id=str(row.id),
        document=row.document,
        detail=detail,
        address=by.address,
    )
