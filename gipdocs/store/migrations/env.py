"""Run by Alembic for each migration, on the connection and inside the transaction of `gipdocs.store.schema`."""

from __future__ import annotations

from alembic import context

from gipdocs.store.tables import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
