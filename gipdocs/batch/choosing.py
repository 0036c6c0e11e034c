"""The documents that may be written in many cases at once, and for each case why one of them may not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from gipdocs.batch.sharing import FORMATS
from gipdocs.documents.document import Document
from gipdocs.law import Office
from gipdocs.register.allowed import allowed_kinds
from gipdocs.register.events import KINDS
from gipdocs.register.history import History
from gipdocs.register.issuing import NUMBER
from gipdocs.register.names import names_asked
from gipdocs.register.reading import load_all_events
from gipdocs.register.register import Register
from gipdocs.register.rehearsing import tell_second
from gipdocs.register.standing import STATES
from gipdocs.store.tables import CaseRow, LetterRow


@dataclass(frozen=True, kw_only=True)
class OfferedLetter:
    """A document for many cases: the numbers of those in which it may be written, and why not in the others, by number."""

    document: Document
    cases: tuple[str, ...]
    refusals: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class _Known:
    """What decides, in one case, which documents may be written."""

    number: str
    state: str
    is_erased: bool
    history: History
    allowed: tuple[str, ...]
    letters: Mapping[str, Collection[str]]


def offer_letters(register: Register, numbers: Collection[str], *, document: str = "") -> list[OfferedLetter]:
    """The documents that may be written in at least half of these cases, in the order of the registry.

    With the id of a document, that one alone, however few cases it fits. Raises UnknownDocument.
    """
    office = register.office()
    known = [*_look_at(register, numbers, office)]
    entries = [register.registry[document]] if document else register.registry.values()
    offered = (_offer(entry.document, known, office) for entry in entries if _belongs(entry.document))
    return [one for one in offered if document or 2 * len(one.cases) >= len(known) > 0]


def _belongs(document: Document) -> bool:
    """Whether a document is a letter of the office about a case: it has a number, or its issue records an event."""
    is_letter = document.event or NUMBER in names_asked(document.schema)
    return bool(is_letter) and not document.public and {*FORMATS} <= {*document.formats}


def _look_at(register: Register, numbers: Collection[str], office: Office) -> Iterator[_Known]:
    with register.store.reading() as session:
        rows = session.scalars(select(CaseRow).where(CaseRow.number.in_([*numbers]))).all()
        ids = [row.id for row in rows]
        events = load_all_events(session, ids)
        wanted = select(LetterRow.case_id, LetterRow.document, LetterRow.state).where(LetterRow.case_id.in_(ids))
        letters: dict[int, dict[str, list[str]]] = {}
        for case_id, document, state in session.execute(wanted):
            letters.setdefault(case_id, {}).setdefault(document, []).append(state)
    by_number = {row.number: row for row in rows}
    for row in (by_number[number] for number in dict.fromkeys(numbers) if number in by_number):
        yield _Known(
            number=row.number or "",
            state=row.state,
            is_erased=row.erased_on is not None,
            history=History(events.get(row.id, [])),
            allowed=allowed_kinds(events.get(row.id, []), office),
            letters=letters.get(row.id, {}),
        )


def _offer(document: Document, known: Iterable[_Known], office: Office) -> OfferedLetter:
    said = {one.number: _refusal(document, one, office) for one in known}
    return OfferedLetter(
        document=document,
        cases=tuple(number for number, why in said.items() if not why),
        refusals={number: why for number, why in said.items() if why},
    )


def _refusal(document: Document, known: _Known, office: Office) -> str:
    """Why a document may not be written in a case, "" if it may."""
    if known.is_erased:
        return "案件的个人信息已经删除，不能再办理文书。"
    if said := tell_second(known.letters.get(document.id, ()), known.history, document, office):
        return said[1]
    again = document.event == "answered" and known.history.first("answered") is not None
    kind = "reanswered" if again else document.event
    if kind and kind not in known.allowed:
        return f"案件的状态是“{STATES.get(known.state, known.state)}”，现在不能办理“{KINDS[kind].label}”。"
    return ""
