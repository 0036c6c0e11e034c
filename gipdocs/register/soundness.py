"""Whether the register is sound: no number lost, every issued letter whole, every file as it was stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from gipdocs.documents.document import Document
from gipdocs.profile import NumberingChoices
from gipdocs.register.events import JUDGED
from gipdocs.register.issuing import NUMBER, own_key
from gipdocs.register.letters import hash_answers
from gipdocs.register.numbers import CASES, LETTERS, read_number
from gipdocs.register.register import Register
from gipdocs.store.tables import CaseRow, EventRow, FileRow, LetterRow, SequenceRow

AT_ONCE = 20
"""How many files are read at a time."""
Numbering = list[tuple[str, str | None, int | None, int | None]]
"""Numbers with their series, year and serial."""


@dataclass(frozen=True, kw_only=True)
class NumberGaps:
    """What a series lacks in a year: the first and last serial of each gap up to `last`, and the void numbers."""

    series: str
    year: int
    last: int
    missing: tuple[tuple[int, int], ...]
    void: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FileFault:
    """Something of a case that isn't as it was stored; `letter` is an id, None if the fault is about another file."""

    case: str
    letter: int | None
    code: str
    detail: str


def find_number_gaps(register: Register) -> list[NumberGaps]:
    """Gaps and void numbers of each series and year that has any.

    A number that was typed fills its place, in whichever series it was registered. Gaps are lawful where an office types
    its numbers, or where it began the register within a year.
    """
    profile = register.profile
    patterns = _patterns(profile.numbering)
    found = []
    with register.store.reading() as session:
        letters, cases = _numbers(session, LetterRow), _numbers(session, CaseRow)
        void = session.scalars(select(LetterRow).where(LetterRow.state == "void", LetterRow.series.is_not(None))).all()
        for one in session.scalars(select(SequenceRow).order_by(SequenceRow.series, SequenceRow.year)):
            numbers = cases if one.series == CASES else letters
            used = {
                serial for _, series, year, serial in numbers if (series, year) == (one.series, one.year) and serial
            }
            if pattern := patterns.get(one.series):
                read = (read_number(text, pattern, profile) for text, series, _, _ in numbers if series != one.series)
                used |= {place[1] for place in read if place and place[0] == one.year}
            gone = tuple(row.number or "" for row in void if (row.series, row.year) == (one.series, one.year))
            if (missing := tuple(_gaps(used, one.last))) or gone:
                found.append(NumberGaps(series=one.series, year=one.year, last=one.last, missing=missing, void=gone))
    return found


def _patterns(numbering: NumberingChoices) -> dict[str, str]:
    own = {one.name: one.letter for one in numbering.series}
    return {CASES: numbering.case, LETTERS: numbering.letter} | own


def _numbers(session: Session, rows: type[CaseRow] | type[LetterRow]) -> Numbering:
    numbered = select(rows.number, rows.series, rows.year, rows.serial).where(rows.number.is_not(None))
    return [(number or "", series, year, serial) for number, series, year, serial in session.execute(numbered)]


def _gaps(used: Iterable[int], last: int) -> Iterator[tuple[int, int]]:
    """The first and the last of each run of serials from 1 to `last` that nobody has."""
    before = 0
    for serial in sorted({serial for serial in used if serial <= last} | {last + 1}):
        if serial > before + 1:
            yield before + 1, serial - 1
        before = serial


def check_files(register: Register) -> list[FileFault]:
    """Every file that isn't what its hash says, and every issued or void letter that isn't whole."""
    with register.store.reading() as session:
        return [*_file_faults(session), *_letter_faults(session, register)]


def _file_faults(session: Session) -> Iterator[FileFault]:
    kept = select(CaseRow.number, FileRow.sha256, FileRow.size, FileRow.content).join(
        CaseRow, CaseRow.id == FileRow.case_id
    )
    stored = kept.where(FileRow.content.is_not(None)).execution_options(yield_per=AT_ONCE)
    for number, hash, size, content in session.execute(stored):
        if content is not None and (sha256(content).hexdigest(), len(content)) != (hash, size):
            detail = f"案件{number}的文件{hash[:12]}与存入时不一致，请从备份恢复。"
            yield FileFault(case=number or "", letter=None, code="file-changed", detail=detail)


def _letter_faults(session: Session, register: Register) -> Iterator[FileFault]:
    stored = select(FileRow.case_id, FileRow.sha256).where(FileRow.content.is_not(None))
    held = {(case, hash) for case, hash in session.execute(stored)}
    told = set(session.scalars(select(EventRow.letter_id).where(EventRow.kind.not_in((*JUDGED, "cancelled")))))
    out = select(LetterRow, CaseRow.number, CaseRow.erased_on).join(CaseRow, CaseRow.id == LetterRow.case_id)
    letters = out.where(LetterRow.state.in_(("issued", "void"))).order_by(LetterRow.id)
    for row, number, erased_on in session.execute(letters):
        document = register.registry[row.document].document if row.document in register.registry else None
        lacks = [*_lacks(row, document, told), *(() if erased_on else _changed(row, held))]
        for code, detail in lacks:
            detail = f"案件{number}的文书（记录编号{row.id}）{detail}"
            yield FileFault(case=number or "", letter=row.id, code=code, detail=detail)


def _lacks(row: LetterRow, document: Document | None, told: set[int | None]) -> Iterator[tuple[str, str]]:
    if document and own_key(document, NUMBER) and not row.number:
        yield "number-missing", "没有文号。"
    if document and document.event and row.id not in told:
        yield "event-missing", "在案件经过里没有记录。"


def _changed(row: LetterRow, held: set[tuple[int, str]]) -> Iterator[tuple[str, str]]:
    if any(hash and (row.case_id, hash) not in held for hash in (row.docx_hash, row.pdf_hash)):
        yield "file-missing", "缺少存档的文件，请从备份恢复。"
    if row.answers is None or hash_answers(row.answers) != row.answers_hash:
        yield "answers-changed", "留存的填写内容与签发时不一致，请从备份恢复。"
