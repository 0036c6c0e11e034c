"""All tables: cases and what belongs to them, numbers, repeated requests, accounts and keys, batches, the audit trail.

The schema itself is made by the migrations, with triggers that keep events, the audit trail and issued letters as they
are; a test compares it with what stands here.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    CHAR,
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, deferred, mapped_column
from sqlalchemy.util import immutabledict

from gipdocs.store.types import Json, Moment, json_type, now

COLUMN_KEYS = ("natural_person", "enterprise", "research", "public_welfare", "legal_service", "other_org")
LETTER_STATES = ("draft", "submitted", "issued", "void")
KEY_KINDS = ("live", "test")
BATCH_PURPOSES = ("files", "letters")
BATCH_STATES = ("checking", "draft", "checked", "running", "cancelling", "done", "cancelled", "expired")
ROW_STATES = ("unchecked", "invalid", "waiting", "working", "done", "refused", "failed", "cancelled")
FILE_ROLES = ("application", "issued", "signed", "service", "opinion", "other")
LARGEST_FILE = 20 * 1024 * 1024
LONGEST_NOTE = 5000
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""How indexes and constraints are called, so that a later migration finds them."""


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Moment(), Json: json_type()}


def _one_of(column: str, values: tuple[str, ...]) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(map(repr, values))})", name=column)


def _together(*columns: str, name: str) -> CheckConstraint:
    """All of them or none."""
    first, *others = (f"({column} IS NULL)" for column in columns)
    return CheckConstraint(" AND ".join(f"{first} = {other}" for other in others), name=name)


class CaseRow(Base):
    """One 件 of the annual report; from `state` on, its columns are derived from the events."""

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    series: Mapped[str | None] = mapped_column(String(40))
    year: Mapped[int | None]
    serial: Mapped[int | None]
    application: Mapped[Json]
    applicant: Mapped[str | None] = mapped_column(String(100), index=True)
    column_key: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(200), default="")
    officer: Mapped[str | None] = mapped_column(String(60))
    department: Mapped[str | None] = mapped_column(String(60))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    version: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(String(60))
    erasure_proposed_by: Mapped[str | None] = mapped_column(String(60))
    erasure_proposed_at: Mapped[datetime | None]
    erased_on: Mapped[date | None]
    held_until: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(20), default="")
    received_on: Mapped[date | None] = mapped_column(index=True)
    answer_by: Mapped[date | None]
    due_on: Mapped[date | None]
    due_what: Mapped[str | None] = mapped_column(String(40))
    due_why: Mapped[str | None] = mapped_column(String(200))
    closed_on: Mapped[date | None] = mapped_column(index=True)
    outcome: Mapped[str | None] = mapped_column(String(60))
    row: Mapped[str | None] = mapped_column(String(40))
    law_versions: Mapped[str | None] = mapped_column(String(64))

    __mapper_args__ = immutabledict({"version_id_col": version})
    __table_args__ = (
        UniqueConstraint("series", "year", "serial"),
        _one_of("column_key", COLUMN_KEYS),
        _together("series", "year", "serial", name="numbered"),
        CheckConstraint("closed_on >= received_on", name="closed_after_received"),
        _together("closed_on", '"row"', name="closed_with_row"),
        Index(None, "state", "due_on"),
    )


class EventRow(Base):
    """What happened to a case: never changed, never deleted; a wrong event is cancelled by another."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    place: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    day: Mapped[date]
    facts: Mapped[Json]
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)
    cancels: Mapped[int | None] = mapped_column(ForeignKey("events.id"), unique=True)
    made_at: Mapped[datetime] = mapped_column(default=now)
    made_by: Mapped[str | None] = mapped_column(String(60))
    made_key: Mapped[str | None] = mapped_column(String(60))

    __table_args__ = (
        UniqueConstraint("case_id", "place"),
        CheckConstraint("made_by IS NOT NULL OR made_key IS NOT NULL", name="made_by_somebody"),
    )


class NoteRow(Base):
    """The free text of an event; never changed, but emptied when the case is erased."""

    __tablename__ = "notes"

    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), primary_key=True)
    text: Mapped[str] = mapped_column(Text)

    __table_args__ = (CheckConstraint(f"length(text) <= {LONGEST_NOTE}", name="length"),)


class LetterRow(Base):
    """A letter of a case; once issued it only becomes void, gets its PDF, or loses its answers by erasure."""

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    document: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(100))
    filename: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), default="draft")
    number: Mapped[str | None] = mapped_column(String(60), unique=True)
    series: Mapped[str | None] = mapped_column(String(40))
    year: Mapped[int | None]
    serial: Mapped[int | None]
    dated: Mapped[date | None]
    answers: Mapped[Json | None]
    findings: Mapped[list[Any] | None] = mapped_column(json_type())  # as `Finding.as_json` gives them
    provenance: Mapped[Json | None]
    answers_hash: Mapped[str | None] = mapped_column(CHAR(64))
    docx_hash: Mapped[str | None] = mapped_column(CHAR(64))
    pdf_hash: Mapped[str | None] = mapped_column(CHAR(64))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"))
    void_reason: Mapped[str | None] = mapped_column(String(500))
    made_at: Mapped[datetime] = mapped_column(default=now)
    made_by: Mapped[str] = mapped_column(String(60))
    submitted_by: Mapped[str | None] = mapped_column(String(60))
    approved_by: Mapped[str | None] = mapped_column(String(60))
    issued_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = immutabledict({"version_id_col": version})
    __table_args__ = (
        UniqueConstraint("series", "year", "serial"),
        # Deferred: the file of a letter may be added after it in the same transaction.
        ForeignKeyConstraint(
            ["case_id", "docx_hash"], ["files.case_id", "files.sha256"], deferrable=True, initially="DEFERRED"
        ),
        ForeignKeyConstraint(
            ["case_id", "pdf_hash"], ["files.case_id", "files.sha256"], deferrable=True, initially="DEFERRED"
        ),
        _one_of("state", LETTER_STATES),
        _together("series", "year", "serial", name="numbered"),
        CheckConstraint("state <> 'issued' OR (docx_hash IS NOT NULL AND issued_at IS NOT NULL)", name="issued"),
        CheckConstraint("state <> 'void' OR void_reason IS NOT NULL", name="void"),
        # The number of a draft that was deleted is not given to another letter: the audit trail names letters by it.
        {"sqlite_autoincrement": True},
    )


class FileRow(Base):
    """A file of a case by its hash; `content` is read only on demand, and null after erasure."""

    __tablename__ = "files"

    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(CHAR(64), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    added_at: Mapped[datetime] = mapped_column(default=now)
    added_by: Mapped[str] = mapped_column(String(60))

    __table_args__ = (
        _one_of("role", FILE_ROLES),
        CheckConstraint(f"size BETWEEN 0 AND {LARGEST_FILE}", name="size"),
    )


class SequenceRow(Base):
    """The last number that was drawn of a series in a year."""

    __tablename__ = "sequences"

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]

    __table_args__ = (CheckConstraint("last >= 1", name="last"),)


class IdempotencyRow(Base):
    """A request that a program may send again: hashes of its key and its content, and what it was answered."""

    __tablename__ = "idempotency"

    key_hash: Mapped[str] = mapped_column(CHAR(64), primary_key=True)
    request_hash: Mapped[str] = mapped_column(CHAR(64))
    answer: Mapped[str] = mapped_column(String(60), default="")
    made_at: Mapped[datetime] = mapped_column(default=now, index=True)


class AuditRow(Base):
    """Who did what: a chain in which each row holds the hash of the row before.

    Never changed; deleted only from the start of the chain, up to a row that a seal at its end names.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(80))
    document: Mapped[str | None] = mapped_column(String(80))
    # Not JSONB, which spells numbers anew: the hash is of the text.
    detail: Mapped[Json] = mapped_column(JSON)
    address: Mapped[str | None] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(CHAR(64), unique=True)
    hash: Mapped[str] = mapped_column(CHAR(64), unique=True)

    __table_args__ = (Index(None, "subject_id", "at"), Index(None, "action", "at"))


class AccountRow(Base):
    """Somebody of the office: their name is never given to another, since cases and audit name them by it."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    roles: Mapped[list[Any]] = mapped_column(json_type())  # as in access.permissions.ROLES
    password_hash: Mapped[str | None] = mapped_column(String(200))  # null until the invitation is taken up
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    totp_used: Mapped[int | None] = mapped_column(BigInteger)  # the last time step of a code, which works only once
    locked_at: Mapped[datetime | None]  # by an administrator, until unlocked
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(String(60))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = immutabledict({"version_id_col": version})


class InvitationRow(Base):
    """A link by which an account sets its password, once; only the hash of its token is kept."""

    __tablename__ = "invitations"

    token_hash: Mapped[str] = mapped_column(CHAR(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=now)
    made_by: Mapped[str] = mapped_column(String(60))
    ends: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SessionRow(Base):
    """A browser that has signed in; only the hash of its token is kept."""

    __tablename__ = "sessions"

    token_hash: Mapped[str] = mapped_column(CHAR(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    started: Mapped[datetime] = mapped_column(default=now)
    seen: Mapped[datetime] = mapped_column(default=now)  # written at most once a minute
    ends: Mapped[datetime]  # whatever happens until then
    proved: Mapped[datetime]  # when the password, or what stands for it, was shown last
    address: Mapped[str | None] = mapped_column(String(64))


class AttemptRow(Base):
    """Failed proofs of who somebody is, for an account or an address, whichever it was: its name is hashed."""

    __tablename__ = "attempts"

    subject_hash: Mapped[str] = mapped_column(CHAR(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    until: Mapped[datetime | None]


class ApiKeyRow(Base):
    """A key of another system; its secret is shown once, and only the hash is kept."""

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    scopes: Mapped[list[Any]] = mapped_column(json_type())  # as in access.permissions.SCOPES
    networks: Mapped[list[Any]] = mapped_column(json_type())  # in CIDR notation; none is everywhere
    secret_hash: Mapped[str] = mapped_column(CHAR(64))
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by: Mapped[str] = mapped_column(String(60))
    expires_on: Mapped[date]
    revoked_at: Mapped[datetime | None]
    used_on: Mapped[date | None]

    __table_args__ = (_one_of("kind", KEY_KINDS),)


class BatchRow(Base):
    """Documents that are made together; what it counts is counted from its rows.

    `source` is the table that came with it, until its rows have been read; `faults` say why it can't be read. Once it has
    expired, nothing is left of what was typed.
    """

    __tablename__ = "batches"

    id: Mapped[str] = mapped_column(CHAR(32), primary_key=True)
    document: Mapped[str] = mapped_column(String(80))
    format: Mapped[str] = mapped_column(String(8))
    purpose: Mapped[str] = mapped_column(String(8))
    title: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(12))
    base: Mapped[Json]  # answers that all rows share
    options: Mapped[Json]
    faults: Mapped[list[Any]] = mapped_column(json_type(), default=list)
    source: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    source_name: Mapped[str] = mapped_column(String(200), default="")
    wanted: Mapped[bool]  # it is to start by itself as soon as it is checked and its turn comes
    skip_invalid: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)
    created_by: Mapped[str] = mapped_column(String(60))
    key_id: Mapped[str | None] = mapped_column(String(8))
    drafts_only: Mapped[bool]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    webhook_url: Mapped[str | None] = mapped_column(String(500))
    webhook_tries: Mapped[int] = mapped_column(default=0)
    webhook_next: Mapped[datetime | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = immutabledict({"version_id_col": version})
    __table_args__ = (_one_of("purpose", BATCH_PURPOSES), _one_of("state", BATCH_STATES), Index(None, "state"))


class BatchItemRow(Base):
    """One document of a batch: its own answers, and what has become of it."""

    __tablename__ = "batch_rows"

    batch_id: Mapped[str] = mapped_column(ForeignKey("batches.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1
    line: Mapped[int | None]  # the row of the table that it came from, as its programs number them
    answers: Mapped[Json]
    name: Mapped[str] = mapped_column(String(200), default="")
    case_number: Mapped[str | None] = mapped_column(String(40))
    case_version: Mapped[int | None]  # that of the case as it was when the row was checked
    letter_id: Mapped[int | None] = mapped_column(index=True)  # written in the transaction that issues the letter
    state: Mapped[str] = mapped_column(String(12))
    tries: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    findings: Mapped[list[Any]] = mapped_column(json_type(), default=list)
    faults: Mapped[list[Any]] = mapped_column(json_type(), default=list)
    filename: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str | None] = mapped_column(CHAR(64))
    size: Mapped[int | None]
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        _one_of("state", ROW_STATES),
        Index(None, "batch_id", "state", "place"),
        Index(None, "batch_id", "finished_at"),
    )


class BatchFileRow(Base):
    """The finished file of a row, kept until the batch expires; backups leave it out, as it can be made again."""

    __tablename__ = "batch_files"

    batch_id: Mapped[str] = mapped_column(CHAR(32), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (ForeignKeyConstraint(["batch_id", "place"], ["batch_rows.batch_id", "batch_rows.place"]),)
