"""Batches: documents that are made together, row by row, and their files."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)
PLAIN = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
PURPOSES = "purpose IN ('files', 'letters')"
STATES = "state IN ('checking', 'draft', 'checked', 'running', 'cancelling', 'done', 'cancelled', 'expired')"
ROW_STATES = "state IN ('unchecked', 'invalid', 'waiting', 'working', 'done', 'refused', 'failed', 'cancelled')"


def upgrade() -> None:
    """Make the tables of batches."""
    _batches()
    _rows()
    _files()


def _batches() -> None:
    op.create_table(
        "batches",
        sa.Column("id", sa.CHAR(length=32), nullable=False),
        sa.Column("document", sa.String(length=80), nullable=False),
        sa.Column("format", sa.String(length=8), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("base", PLAIN, nullable=False),
        sa.Column("options", PLAIN, nullable=False),
        sa.Column("faults", PLAIN, nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.Column("source_name", sa.String(length=200), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("skip_invalid", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(length=60), nullable=False),
        sa.Column("key_id", sa.String(length=8), nullable=True),
        sa.Column("drafts_only", sa.Boolean(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("webhook_url", sa.String(length=500), nullable=True),
        sa.Column("webhook_tries", sa.Integer(), nullable=False),
        sa.Column("webhook_next", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
        sa.CheckConstraint(PURPOSES, name=op.f("ck_batches_purpose")),
        sa.CheckConstraint(STATES, name=op.f("ck_batches_state")),
    )
    for column in ("created_at", "expires_at", "webhook_next", "state"):
        op.create_index(op.f(f"ix_batches_{column}"), "batches", [column], unique=False)


def _rows() -> None:
    op.create_table(
        "batch_rows",
        sa.Column("batch_id", sa.CHAR(length=32), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("answers", PLAIN, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("case_number", sa.String(length=40), nullable=True),
        sa.Column("case_version", sa.Integer(), nullable=True),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("findings", PLAIN, nullable=False),
        sa.Column("faults", PLAIN, nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.CHAR(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("batch_id", "place", name=op.f("pk_batch_rows")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_rows_batch_id")),
        sa.CheckConstraint(ROW_STATES, name=op.f("ck_batch_rows_state")),
    )
    op.create_index(op.f("ix_batch_rows_batch_id_state_place"), "batch_rows", ["batch_id", "state", "place"])
    op.create_index(op.f("ix_batch_rows_batch_id_finished_at"), "batch_rows", ["batch_id", "finished_at"])
    op.create_index(op.f("ix_batch_rows_letter_id"), "batch_rows", ["letter_id"])


def _files() -> None:
    op.create_table(
        "batch_files",
        sa.Column("batch_id", sa.CHAR(length=32), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "place", name=op.f("pk_batch_files")),
        sa.ForeignKeyConstraint(
            ["batch_id", "place"],
            ["batch_rows.batch_id", "batch_rows.place"],
            name=op.f("fk_batch_files_batch_id_place"),
        ),
    )
