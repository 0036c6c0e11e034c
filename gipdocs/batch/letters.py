"""Letters of many cases: ordered together, checked and issued one by one, each with its own number, event and file."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gipdocs.access.actors import Actor
from gipdocs.access.recalling import recall
from gipdocs.batch.ordering import order
from gipdocs.batch.orders import Order, OrderedRow
from gipdocs.batch.outlook import find_unseen, is_attended
from gipdocs.batch.sharing import find_clashes, needed_for
from gipdocs.documents.build import Built, as_draft
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.errors import Fault, InvalidInput, StaleEdit, StepForbidden
from gipdocs.findings import Finding
from gipdocs.questions.merging import merge
from gipdocs.register.drafts import OPEN, known_answers, submit_new
from gipdocs.register.finding import find_numbered
from gipdocs.register.issuing import issue
from gipdocs.register.joining import named_cases
from gipdocs.register.letters import find_letter
from gipdocs.register.papers import make_pdf, read_issued
from gipdocs.register.register import Register
from gipdocs.register.rehearsing import Rehearsed, rehearse
from gipdocs.service import Service
from gipdocs.store.tables import BatchItemRow, BatchRow, CaseRow, LetterRow

CHANGED = "案件{number}在核对以后又有改动，这一件没有签发。请看过案件新的记录，再在案件里签发，或者另办一个批次。"
NO_CASE = "没有写明这一件是哪个案件，或者案件的个人信息已经删除。没有写明的，请写明案件的编号；已经删除的，不再办理。"
SECOND = "案件{number}在核对以后又有了一份《{title}》，这里没有再办一份。请在案件里看过那一份以后办理。"
UNSEEN = "核对以后，这一件有了新的提示：{said}这一件没有签发。请在案件里看过以后签发，或者另办一个批次。"
OF_SEVERAL = "这份文书还写入案件{others}，请在案件里单独签发。"
MOST_AWAITED, LOOK = 20.0, 0.02
"""How long, in seconds, a letter waits for those before it, and how often it looks."""


def order_letters(
    register: Register,
    document: str,
    cases: Sequence[str],
    shared: Mapping[str, Any],
    *,
    by: Actor,
    own: Mapping[str, Mapping[str, Any]] | None = None,
    format: str = "pdf",
    title: str = "",
    submit: bool = False,
    start: bool = False,
    key: str = "",
) -> str:
    """Order one letter for each of these cases, by their numbers, and return the id of the batch.

    `shared` are the answers that all letters have, `own` those of single cases, by number. What neither says is filled in
    from each case. With `submit`, letters are written and submitted for approval instead. Raises what `order` raises;
    faults point to /items/3/case or /base/….
    """
    rows = tuple(OrderedRow(case=number, answers=(own or {}).get(number, {})) for number in cases)
    wanted = Order(
        document=document,
        format=format,
        purpose="letters",
        submit=submit,
        title=title,
        base=shared,
        rows=rows,
        start=start,
    )
    return order(register, wanted, by=by, key=key)


def order_submitted(register: Register, ids: Collection[int], *, by: Actor, format: str = "pdf") -> list[str]:
    """Order the issue of letters that were submitted for approval, and return the ids of the batches, one a document.

    Letters that nobody waits for any longer are left out; InvalidInput if none is left. Raises what `order` raises.
    """
    with register.store.reading() as session:
        waiting = select(LetterRow, CaseRow.number).join(CaseRow, CaseRow.id == LetterRow.case_id)
        found = waiting.where(LetterRow.id.in_(ids), LetterRow.state == "submitted").order_by(LetterRow.id)
        letters = [(letter, number or "") for letter, number in session.execute(found)]
    if not letters:
        raise InvalidInput([Fault("/letters", "required", "请勾选待签发的文书；已经签发、退回的不用再办。")])
    documents = dict.fromkeys(letter.document for letter, _ in letters)
    return [_order_drafts(register, document, letters, by=by, format=format) for document in documents]


def _order_drafts(
    register: Register, document: str, letters: Sequence[tuple[LetterRow, str]], *, by: Actor, format: str
) -> str:
    own = [(letter, number) for letter, number in letters if letter.document == document]
    wanted = Order(
        document=document,
        format=format,
        purpose="letters",
        title=f"{len(own)}份待签发的文书",
        rows=tuple(OrderedRow(answers={}, case=number) for _, number in own),
        drafts=tuple((letter.id, letter.version) for letter, _ in own),
        start=False,
    )
    return order(register, wanted, by=by)


@dataclass(frozen=True, kw_only=True)
class LetterMade:
    """The letter of a row: its id, and its file in the batch's format."""

    letter_id: int
    built: Built


def check_letter(service: Service, batch: str, place: int) -> Rehearsed:
    """What the issue of a row's letter would find, and the version of its case, which the row is to keep; writes nothing.

    Raises what would refuse the letter: InvalidInput, Refused, StepForbidden, NumberTaken, UnknownCase, and Forbidden,
    AccountRefused or Unauthenticated if whoever has ordered it may not issue any longer.
    """
    register = _register(service)
    row, item = _read(register, batch, place)
    if item.letter_id is not None:  # it was issued, and only its file is missing
        return Rehearsed(findings=_as_findings(item.findings), version=item.case_version or 0)
    submit, number = _is_submitted(row), item.case_number or ""
    recall(register.store, row.created_by, row.key_id).demand(needed_for(submit=submit))
    if not number:
        raise InvalidInput([Fault("/case", "required", NO_CASE)])
    if (draft := _draft_of(row, place)) is not None:
        answers = _read_draft(register, draft).answers or {}
        _refuse_several(register, row.document, answers)
        return rehearse(register, number, row.document, answers)
    return try_letter(register, row.document, number, row.base, item.answers, unnumbered=submit)


def try_letter(
    register: Register,
    document: str,
    number: str,
    shared: Mapping[str, Any],
    own: Mapping[str, Any],
    *,
    unnumbered: bool = False,
) -> Rehearsed:
    """What the issue of a letter would find in the case of this number, whether or not it is ordered; writes nothing.

    With `unnumbered`, somebody else will number it. Raises what would refuse it.
    """
    known = known_answers(register, number, document)
    if clashes := find_clashes(register.registry[document].document, shared, known, own):
        raise InvalidInput(clashes)
    answers = merge(merge(shared, known), own)
    _refuse_several(register, document, answers)
    return rehearse(register, number, document, answers, first=True, unnumbered=unnumbered)


def _refuse_several(register: Register, document: str, answers: Mapping[str, Any]) -> None:
    """InvalidInput if a letter would be recorded in further cases: the batch follows the versions of its rows' cases only."""
    named = named_cases(register.registry[document].document, answers)
    if others := [row.number or "" for row in find_numbered(register, [*named.values()])]:
        pointer = next(pointer for pointer, number in named.items() if number == others[0])
        raise InvalidInput([Fault(pointer, "single", OF_SEVERAL.format(others="、".join(others)))])


def make_letter(service: Service, batch: str, place: int) -> LetterMade:
    """Issue the letter of a row, unless that was done already, and make its file in the batch's format.

    That the row has its letter is written in the transaction that issues it, so that no row ever gets a second one.
    Letters are numbered in the order of their rows, as far as no row has to be tried again. Raises what `check_letter`
    and `issue` raise, and ConversionError, after which only the file is missing.
    """
    register = _register(service)
    row, item = _read(register, batch, place)
    letter = item.letter_id
    if letter is None:
        _await_earlier(register, batch, place)
        letter = _write(register, row, item)
    with register.store.reading() as session:
        kept = find_letter(session, letter)
    return LetterMade(letter_id=letter, built=_hand_out(service, register, row, kept))


def answers_of(register: Register, batch: str, place: int) -> dict[str, Any]:
    """All answers of a row's letter: its own, else what its case knows, else what all share; UnknownCase."""
    row, item = _read(register, batch, place)
    return _answers(register, row, item)


def _read(register: Register, batch: str, place: int) -> tuple[BatchRow, BatchItemRow]:
    with register.store.reading() as session:
        return session.get_one(BatchRow, batch), session.get_one(BatchItemRow, (batch, place))


def _answers(register: Register, row: BatchRow, item: BatchItemRow) -> dict[str, Any]:
    if (draft := _draft_of(row, item.place)) is not None:
        return dict(_read_draft(register, draft).answers or {})
    known = known_answers(register, item.case_number or "", row.document)
    return merge(merge(row.base, known), item.answers)


def _await_earlier(register: Register, batch: str, place: int) -> None:
    """Wait until the rows before this one that are being made at this moment have their letters, but not for ever."""
    before = select(BatchItemRow.place).where(
        BatchItemRow.batch_id == batch,
        BatchItemRow.state == "working",
        BatchItemRow.place < place,
        BatchItemRow.letter_id.is_(None),
    )
    end = time.monotonic() + MOST_AWAITED
    while time.monotonic() < end:
        with register.store.reading() as session:
            if session.scalar(before.limit(1)) is None:
                return
        time.sleep(LOOK)


def _write(register: Register, row: BatchRow, item: BatchItemRow) -> int:
    """Issue a row's letter, or submit it for approval, in the name of whoever has ordered it; its id."""
    by, number = recall(register.store, row.created_by, row.key_id), item.case_number or ""
    where, within = (register, number, row.document), partial(_mark, row, item)
    answers, draft = _answers(register, row, item), _draft_of(row, item.place)
    try:
        if _is_submitted(row):
            return submit_new(*where, answers, by=by, version=item.case_version, within=within)
        if draft is None:
            return issue(*where, answers, by=by, version=item.case_version, within=within).letter
        id, version = draft
        return issue(
            *where, answers, by=by, letter=id, version=version, of_case=item.case_version, within=within
        ).letter
    except StaleEdit as error:
        raise StepForbidden(CHANGED.format(number=number)) from error


def _draft_of(row: BatchRow, place: int) -> tuple[int, int] | None:
    """Id and version of the submitted letter that a row issues, None if its letter is a new one."""
    drafts = row.options.get("drafts") or []
    return (drafts[place - 1][0], drafts[place - 1][1]) if drafts else None


def _read_draft(register: Register, draft: tuple[int, int]) -> LetterRow:
    """A submitted letter; StepForbidden if it has changed, or isn't waiting any longer, since it was ordered."""
    id, version = draft
    with register.store.reading() as session:
        row = find_letter(session, id)
    if (row.state, row.version) != ("submitted", version):
        raise StepForbidden("这份文书在安排以后又有改动，或者已经签发、退回，这里没有签发。请在案件里看过以后办理。")
    return row


def _mark(row: BatchRow, checked: BatchItemRow, session: Session, letter: LetterRow) -> None:
    """Write into a row that it has its letter.

    StepForbidden, which undoes the letter, if the row has one already, if somebody has begun the same document in the case
    since the check, or if a warning is new to whoever has looked at what was found.
    """
    item = session.get_one(BatchItemRow, (row.id, checked.place), with_for_update=True, populate_existing=True)
    if item.letter_id is not None:
        raise StepForbidden("这一件已经有文书，不再签发第二份。")
    if _draft_of(row, item.place) is None and _has_another(session, letter):
        raise StepForbidden(SECOND.format(number=checked.case_number, title=letter.title))
    if is_attended(row.options) and (said := find_unseen(checked.findings, letter.findings or ())):
        raise StepForbidden(UNSEEN.format(said="".join(said)))
    item.letter_id = letter.id


def _has_another(session: Session, letter: LetterRow) -> bool:
    """Whether a case has a letter of the same document, begun or issued, beside this one."""
    same = (LetterRow.case_id == letter.case_id, LetterRow.document == letter.document, LetterRow.id != letter.id)
    others = select(LetterRow.id).where(*same, LetterRow.state.in_((*OPEN, "issued")))
    return session.scalar(others.limit(1)) is not None


def _hand_out(service: Service, register: Register, row: BatchRow, letter: LetterRow) -> Built:
    """The file of a letter: of an issued one as it is kept in the case, of another one marked as a draft."""
    if letter.state in ("draft", "submitted"):
        document = register.registry[row.document].document
        answers = as_draft(document, letter.answers or {})
        return service.build(row.document, answers, row.format, today=register.today, draft=True)
    content = make_pdf(register, letter.id) if row.format == "pdf" else read_issued(register, letter.id)
    return Built(
        filename=f"{(letter.filename or '').removesuffix('.docx')}.{row.format}",
        media_type=MEDIA_TYPES[row.format],
        content=content,
        findings=_as_findings(letter.findings or ()),
        provenance=letter.provenance or {},
    )


def _as_findings(plain: Iterable[Mapping[str, Any]]) -> tuple[Finding, ...]:
    return tuple(Finding(**finding) for finding in plain)


def _is_submitted(row: BatchRow) -> bool:
    return bool(row.options.get("submit"))


def _register(service: Service) -> Register:
    assert service.register is not None  # batches exist only where there is one
    return service.register
