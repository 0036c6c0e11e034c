"""Accounts with their invitations, sessions and failed proofs, the keys of other systems, and the end of old notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)
PLAIN = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables of those who come in, and let old rows of the audit trail go that a seal covers."""
    _accounts()
    _invitations()
    _sessions()
    _attempts()
    _keys()
    _seals()


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("roles", PLAIN, nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("totp_secret", sa.String(length=64), nullable=True),
        sa.Column("totp_used", sa.BigInteger(), nullable=True),
        sa.Column("locked_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
    )


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("token_hash", sa.CHAR(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("ends", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitations")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_invitations_account_id")),
    )
    op.create_index(op.f("ix_invitations_account_id"), "invitations", ["account_id"], unique=False)


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.CHAR(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("started", MOMENT, nullable=False),
        sa.Column("seen", MOMENT, nullable=False),
        sa.Column("ends", MOMENT, nullable=False),
        sa.Column("proved", MOMENT, nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id")),
    )
    op.create_index(op.f("ix_sessions_account_id"), "sessions", ["account_id"], unique=False)


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("subject_hash", sa.CHAR(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("subject_hash", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_last_at"), "attempts", ["last_at"], unique=False)


def _keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("scopes", PLAIN, nullable=False),
        sa.Column("networks", PLAIN, nullable=False),
        sa.Column("secret_hash", sa.CHAR(length=64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("created_by", sa.String(length=60), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("name", name=op.f("uq_api_keys_name")),
        sa.CheckConstraint("kind IN ('live', 'test')", name=op.f("ck_api_keys_kind")),
    )


UNSEALED = (
    "OLD.at >= {half_a_year_ago} OR NOT EXISTS (SELECT 1 FROM audit WHERE action = 'audit.cut' AND {last_id} >= OLD.id)"
)
"""When a row of the audit trail may not be deleted."""
REFUSAL = "audit may not undergo this DELETE"
SQLITE = [
    "DROP TRIGGER audit_delete",
    "CREATE TRIGGER audit_delete BEFORE DELETE ON audit WHEN "
    + UNSEALED.format(half_a_year_ago="datetime('now', '-6 months')", last_id="json_extract(detail, '$.last_id')")
    + f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
]
POSTGRESQL = [
    "DROP TRIGGER audit_delete ON audit",
    "CREATE FUNCTION gipdocs_refuse_unsealed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF "
    + UNSEALED.format(half_a_year_ago="now() - interval '6 months'", last_id="CAST(detail->>'last_id' AS integer)")
    + f" THEN RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{REFUSAL}';"
    " END IF; RETURN OLD; END $$",
    "CREATE TRIGGER audit_delete BEFORE DELETE ON audit FOR EACH ROW EXECUTE FUNCTION gipdocs_refuse_unsealed()",
]


def _seals() -> None:
    op.create_index(op.f("ix_audit_action_at"), "audit", ["action", "at"], unique=False)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)
