"""Letters as tests write them, on the cases of tests.register.making."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from gipdocs.access.actors import HERE
from gipdocs.register import reading
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store.tables import FileRow, LetterRow, SequenceRow


def answers_of(service: Service, document: str, **changes: Any) -> dict[str, Any]:
    """The sample of a document without its number; None takes an answer away."""
    changed = service.sample(document) | {"number": None} | changes
    return {key: value for key, value in changed.items() if value is not None}


def kinds_of(register: Register, number: str) -> list[str]:
    """The kinds of the records of a case after its arrival."""
    return [one.event.kind for one in reading.read_case(register, number, by=HERE).records[3:]]


def letter_numbers(register: Register) -> list[str]:
    """The numbers of all letters in the order of their serials."""
    with register.store.reading() as session:
        return [row.number or "" for row in session.scalars(select(LetterRow).order_by(LetterRow.serial)) if row.number]


def letter_serials(register: Register) -> list[int]:
    """The serials of all letters, in order."""
    with register.store.reading() as session:
        return sorted(session.scalars(select(LetterRow.serial).where(LetterRow.serial.is_not(None))))


def last_drawn(register: Register, series: str = "文号") -> int:
    """The last number that was drawn of a series; 0 if none was."""
    with register.store.reading() as session:
        return session.scalar(select(SequenceRow.last).where(SequenceRow.series == series)) or 0


def content_of(register: Register, hash: str) -> bytes:
    """The content of a stored file."""
    with register.store.reading() as session:
        return session.scalars(select(FileRow.content).where(FileRow.sha256 == hash)).one() or b""
