"""Files of a case: the bytes of issued letters, their PDFs, and what is added from outside; kept, never opened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from gipdocs.access.actors import Actor
from gipdocs.access.permissions import Permission
from gipdocs.documents.build import file_name
from gipdocs.documents.document import MEDIA_TYPES
from gipdocs.errors import Fault, InvalidInput, UnknownCase
from gipdocs.questions.characters import FORBIDDEN
from gipdocs.register import reading
from gipdocs.register.letters import find_letter, hold_case, hold_letter, note, refuse_unless_allowed
from gipdocs.register.reading import find_row
from gipdocs.register.register import Register
from gipdocs.register.settling import SYSTEM
from gipdocs.store.tables import FILE_ROLES, LARGEST_FILE, CaseRow, FileRow

ROLES = {
    "application": "申请材料",
    "issued": "签发的文书",
    "signed": "盖章的扫描件",
    "service": "送达凭证",
    "opinion": "征求意见的回复",
    "other": "其他材料",
}
LONGEST_NAME, LONGEST_SUFFIX = 200, 12
MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,49}/[a-z0-9][a-z0-9!#$&^_.+-]{0,48}")
UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class PaperEntry:
    """A file of a case as a list shows it; `erased` if its content was deleted with the personal data."""

    sha256: str
    role: str
    name: str
    media_type: str
    size: int
    added_at: datetime
    added_by: str
    erased: bool


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A file of a case with its content."""

    name: str
    media_type: str
    content: bytes


def list_files(register: Register, number: str) -> list[PaperEntry]:
    """The files of a case in the order in which they were added; UnknownCase."""
    kept = ("sha256", "role", "name", "media_type", "size", "added_at", "added_by")
    with register.store.reading() as session:
        row = find_row(session, number)
        listed = select(FileRow, FileRow.content.is_(None)).where(FileRow.case_id == row.id)
        rows = session.execute(listed.order_by(FileRow.added_at, FileRow.sha256)).all()
        return [PaperEntry(**{key: getattr(file, key) for key in kept}, erased=erased) for file, erased in rows]


def read_file(register: Register, number: str, sha256: str, *, by: Actor) -> Paper:
    """A file of a case for download, kept in the audit trail; UnknownCase if there is none, or if it was erased."""
    reading.demand_reading(by)
    with register.store.writing() as session:
        row = find_row(session, number)
        file = session.get(FileRow, (row.id, sha256))
        if file is None or file.content is None:
            raise UnknownCase("案件里没有这个文件，或者它的内容已经删除，请回到案件重新选择。")
        reading.note(session, by, "file.read", row, sha256=sha256, role=file.role)
        return Paper(name=file.name, media_type=file.media_type, content=file.content)


def add_file(
    register: Register, number: str, role: str, name: str, media_type: str, content: bytes, *, by: Actor
) -> str:
    """Add a file to a case and return its hash; the same file twice in the same role is kept once.

    Raises InvalidInput (role, size), StepForbidden if the case was erased, StoreFull, UnknownCase.
    """
    by.demand(Permission.WRITE_CASES)
    if role not in FILE_ROLES or role == "issued":
        choices = "、".join(f"{key}（{label}）" for key, label in ROLES.items() if key != "issued")
        raise InvalidInput([Fault("/role", "option", f"文件的用途应当是{choices}中的一种。")])
    with register.store.writing() as session:
        row = hold_case(session, number)
        hash = keep_file(session, row, content, role=role, name=safe_name(name), media_type=media_type, by=by)
        reading.note(session, by, "file.added", row, sha256=hash, role=role)
        return hash


def keep_file(
    session: Session, case: CaseRow, content: bytes, *, role: str, name: str, media_type: str, by: Actor
) -> str:
    """Put a file into a case within a transaction and return its hash; InvalidInput."""
    if not 0 < len(content) <= LARGEST_FILE:
        detail = f"文件是空的，或者超过{LARGEST_FILE >> 20} MB，请另选文件，或者分成几个。"
        raise InvalidInput([Fault("/content", "too-large", detail)])
    hash = sha256(content).hexdigest()
    if known := session.get(FileRow, (case.id, hash)):
        if known.role != role:
            detail = f"案件里已经有内容完全相同的文件，用途是{ROLES[known.role]}，没有重复保存。"
            raise InvalidInput([Fault("/content", "repeated", detail)])
        return hash
    media_type = media_type if MEDIA_TYPE.fullmatch(media_type) else UNKNOWN_TYPE
    file = FileRow(case_id=case.id, sha256=hash, role=role, name=name, media_type=media_type, size=len(content))
    file.content, file.added_by = content, by.name
    session.add(file)
    session.flush()
    return hash


def safe_name(name: str) -> str:
    """The name of a file without folders and characters that some system refuses, its end kept if it is cut."""
    last = file_name(FORBIDDEN.sub("", re.split(r"[/\\]", name)[-1])).strip(" .")
    suffix = PurePosixPath(last).suffix
    kept = suffix if len(suffix) <= LONGEST_SUFFIX else ""
    return (last.removesuffix(kept)[: LONGEST_NAME - len(kept)] + kept) or "文件"


def make_pdf(register: Register, letter: int, *, by: Actor = SYSTEM) -> bytes:
    """The PDF of an issued letter, made from its stored DOCX the first time and kept since.

    The letter is valid without it. Raises ConversionError and its kinds, StepForbidden for a draft, UnknownCase.
    """
    reading.demand_reading(by)
    docx, pdf = _stored(register, letter)
    if not pdf:
        made = register.converter().convert(docx, label=_document_of(register, letter))
        pdf = _keep_pdf(register, letter, made, by=by)
    with register.store.writing() as session:
        note(session, by, "letter.pdf", find_letter(session, letter))
    return pdf


def read_issued(register: Register, letter: int) -> bytes:
    """The DOCX of an issued letter, for those who have just issued it; UnknownCase if it was erased."""
    docx, _ = _stored(register, letter)
    return docx


def _stored(register: Register, letter: int) -> tuple[bytes, bytes]:
    """The DOCX of a letter and its PDF, b"" while there is none."""
    with register.store.reading() as session:
        row = find_letter(session, letter)
        refuse_unless_allowed(row, "pdf")
        hashes = (row.docx_hash, row.pdf_hash)
        docx, pdf = (session.get(FileRow, (row.case_id, hash)) if hash else None for hash in hashes)
        if docx is None or docx.content is None:
            raise UnknownCase("这份文书的内容已经删除，不能再生成PDF。")
        return docx.content, (pdf.content or b"") if pdf else b""


def _document_of(register: Register, letter: int) -> str:
    with register.store.reading() as session:
        return find_letter(session, letter).document


def _keep_pdf(register: Register, letter: int, made: bytes, *, by: Actor) -> bytes:
    """Keep a PDF unless another request was quicker, whose PDF counts then."""
    with register.store.writing() as session:
        case, row = hold_letter(
            session, letter, erased=True
        )  # a letter of several cases outlives the data of the first
        if row.pdf_hash:
            file = session.get_one(FileRow, (case.id, row.pdf_hash))
            return file.content or made
        name = (row.filename or "").removesuffix(".docx") + ".pdf"
        row.pdf_hash = keep_file(session, case, made, role="issued", name=name, media_type=MEDIA_TYPES["pdf"], by=by)
        return made
