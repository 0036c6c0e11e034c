"""Cases with their events, notes, letters and files, sequences of numbers, repeated requests, and the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
PLAIN = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make all tables, and the triggers that keep what may not change."""
    _audit()
    _cases()
    _sequences()
    _idempotency()
    _files()
    _letters()
    _events()
    _notes()
    triggers = _sqlite_triggers() if op.get_bind().dialect.name == "sqlite" else _postgresql_triggers()
    for statement in triggers:
        op.execute(statement)


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject_kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.String(length=80), nullable=False),
        sa.Column("document", sa.String(length=80), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("previous", sa.CHAR(length=64), nullable=False),
        sa.Column("hash", sa.CHAR(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash")),
        sa.UniqueConstraint("previous", name=op.f("uq_audit_previous")),
    )
    op.create_index(op.f("ix_audit_subject_id_at"), "audit", ["subject_id", "at"], unique=False)


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=True),
        sa.Column("series", sa.String(length=40), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("application", PLAIN, nullable=False),
        sa.Column("applicant", sa.String(length=100), nullable=True),
        sa.Column("column_key", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("officer", sa.String(length=60), nullable=True),
        sa.Column("department", sa.String(length=60), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(length=60), nullable=False),
        sa.Column("erasure_proposed_by", sa.String(length=60), nullable=True),
        sa.Column("erasure_proposed_at", MOMENT, nullable=True),
        sa.Column("erased_on", sa.Date(), nullable=True),
        sa.Column("held_until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_what", sa.String(length=40), nullable=True),
        sa.Column("due_why", sa.String(length=200), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.Column("row", sa.String(length=40), nullable=True),
        sa.Column("law_versions", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "column_key IN ('natural_person', 'enterprise', 'research', 'public_welfare', 'legal_service', 'other_org')",
            name=op.f("ck_cases_column_key"),
        ),
        sa.CheckConstraint('(closed_on IS NULL) = ("row" IS NULL)', name=op.f("ck_cases_closed_with_row")),
        sa.CheckConstraint(
            "(series IS NULL) = (year IS NULL) AND (series IS NULL) = (serial IS NULL)", name=op.f("ck_cases_numbered")
        ),
        sa.CheckConstraint("closed_on >= received_on", name=op.f("ck_cases_closed_after_received")),
        sa.ForeignKeyConstraint(["parent_id"], ["cases.id"], name=op.f("fk_cases_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("number", name=op.f("uq_cases_number")),
        sa.UniqueConstraint("series", "year", "serial", name=op.f("uq_cases_series_year_serial")),
    )
    op.create_index(op.f("ix_cases_applicant"), "cases", ["applicant"], unique=False)
    op.create_index(op.f("ix_cases_closed_on"), "cases", ["closed_on"], unique=False)
    op.create_index(op.f("ix_cases_received_on"), "cases", ["received_on"], unique=False)
    op.create_index(op.f("ix_cases_state_due_on"), "cases", ["state", "due_on"], unique=False)


def _sequences() -> None:
    op.create_table(
        "sequences",
        sa.Column("series", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 1", name=op.f("ck_sequences_last")),
        sa.PrimaryKeyConstraint("series", "year", name=op.f("pk_sequences")),
    )


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("key_hash", sa.CHAR(length=64), nullable=False),
        sa.Column("request_hash", sa.CHAR(length=64), nullable=False),
        sa.Column("answer", sa.String(length=60), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_idempotency")),
    )
    op.create_index(op.f("ix_idempotency_made_at"), "idempotency", ["made_at"], unique=False)


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.CHAR(length=64), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by", sa.String(length=60), nullable=False),
        sa.CheckConstraint(
            "role IN ('application', 'issued', 'signed', 'service', 'opinion', 'other')", name=op.f("ck_files_role")
        ),
        sa.CheckConstraint("size BETWEEN 0 AND 20971520", name=op.f("ck_files_size")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_files_case_id")),
        sa.PrimaryKeyConstraint("case_id", "sha256", name=op.f("pk_files")),
    )


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("series", sa.String(length=40), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=True),
        sa.Column("dated", sa.Date(), nullable=True),
        sa.Column("answers", PLAIN, nullable=True),
        sa.Column("findings", PLAIN, nullable=True),
        sa.Column("provenance", PLAIN, nullable=True),
        sa.Column("answers_hash", sa.CHAR(length=64), nullable=True),
        sa.Column("docx_hash", sa.CHAR(length=64), nullable=True),
        sa.Column("pdf_hash", sa.CHAR(length=64), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("void_reason", sa.String(length=500), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("submitted_by", sa.String(length=60), nullable=True),
        sa.Column("approved_by", sa.String(length=60), nullable=True),
        sa.Column("issued_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'issued' OR (docx_hash IS NOT NULL AND issued_at IS NOT NULL)", name=op.f("ck_letters_issued")
        ),
        sa.CheckConstraint("state <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_letters_void")),
        sa.CheckConstraint("state IN ('draft', 'submitted', 'issued', 'void')", name=op.f("ck_letters_state")),
        sa.CheckConstraint(
            "(series IS NULL) = (year IS NULL) AND (series IS NULL) = (serial IS NULL)",
            name=op.f("ck_letters_numbered"),
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "docx_hash"],
            ["files.case_id", "files.sha256"],
            name=op.f("fk_letters_case_id_docx_hash"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "pdf_hash"],
            ["files.case_id", "files.sha256"],
            name=op.f("fk_letters_case_id_pdf_hash"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_letters_case_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["letters.id"], name=op.f("fk_letters_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("number", name=op.f("uq_letters_number")),
        sa.UniqueConstraint("series", "year", "serial", name=op.f("uq_letters_series_year_serial")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_letters_case_id"), "letters", ["case_id"], unique=False)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("facts", PLAIN, nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("cancels", sa.Integer(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=True),
        sa.Column("made_key", sa.String(length=60), nullable=True),
        sa.CheckConstraint("made_by IS NOT NULL OR made_key IS NOT NULL", name=op.f("ck_events_made_by_somebody")),
        sa.ForeignKeyConstraint(["cancels"], ["events.id"], name=op.f("fk_events_cancels")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_events_case_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letters.id"], name=op.f("fk_events_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("cancels", name=op.f("uq_events_cancels")),
        sa.UniqueConstraint("case_id", "place", name=op.f("uq_events_case_id_place")),
    )
    op.create_index(op.f("ix_events_letter_id"), "events", ["letter_id"], unique=False)


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("length(text) <= 5000", name=op.f("ck_notes_length")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_notes_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_notes")),
    )


FROZEN = (
    "id",
    "case_id",
    "document",
    "title",
    "number",
    "series",
    "year",
    "serial",
    "dated",
    "provenance",
    "answers_hash",
    "docx_hash",
    "replaces_id",
    "made_at",
    "made_by",
    "submitted_by",
    "approved_by",
    "issued_at",
)
"""The columns that stay for ever once a letter is out; `version` counts on."""
OUT = "OLD.state IN ('issued', 'void')"
VOIDED = "(OLD.state = 'issued' AND NEW.state = 'void')"


def _refusals(same: str) -> list[tuple[str, str, str]]:
    """Table, act and condition of each refusal; `same` is the engine's operator for "equal, or both null"."""

    def kept(column: str) -> str:
        return f"NEW.{column} {same} OLD.{column}"

    letter_may = [
        *map(kept, FROZEN),
        f"({kept('state')} OR {VOIDED})",
        f"({kept('filename')} OR NEW.filename IS NULL)",
        f"({kept('void_reason')} OR {VOIDED} OR (OLD.void_reason IS NOT NULL AND NEW.void_reason = ''))",
        f"({kept('pdf_hash')} OR OLD.pdf_hash IS NULL)",
        f"({kept('answers')} OR NEW.answers IS NULL)",
        f"({kept('findings')} OR NEW.findings IS NULL)",
    ]
    return [
        ("events", "UPDATE", ""),
        ("events", "DELETE", ""),
        ("audit", "UPDATE", ""),
        ("audit", "DELETE", ""),
        ("notes", "UPDATE", f"NOT ({kept('event_id')} AND NEW.text = '')"),
        ("notes", "DELETE", ""),
        ("letters", "UPDATE", f"{OUT} AND NOT ({' AND '.join(letter_may)})"),
        ("letters", "DELETE", OUT),
    ]


def _sqlite_triggers() -> list[str]:
    return [
        f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} {f'WHEN {condition}' if condition else ''}"
        f" BEGIN SELECT RAISE(ABORT, '{table} may not undergo this {act}'); END"
        for table, act, condition in _refusals("IS")
    ]


def _postgresql_triggers() -> list[str]:
    refuse = (
        "CREATE FUNCTION gipdocs_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation',"
        " MESSAGE = TG_TABLE_NAME || ' may not undergo this ' || TG_OP; END $$"
    )
    rows = [
        f"CREATE TRIGGER {table}_{act.lower()} BEFORE {act} ON {table} FOR EACH ROW"
        f" {f'WHEN ({condition})' if condition else ''} EXECUTE FUNCTION gipdocs_refuse()"
        for table, act, condition in _refusals("IS NOT DISTINCT FROM")
    ]
    emptied = [
        f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION gipdocs_refuse()"
        for table in ("events", "audit", "notes", "letters")
    ]
    return [refuse, *rows, *emptied]
