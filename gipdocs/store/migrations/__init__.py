"""How a database gets the present schema, by Alembic: one file a step in `versions`."""
