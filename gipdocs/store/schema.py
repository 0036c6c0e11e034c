"""The schema's revision: which one a database has, and how it gets the newest.

Alembic is loaded only where there is something to migrate: a start just compares two numbers.
"""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.orm import Session

from gipdocs.errors import SetupError
from gipdocs.store import audit

MIGRATIONS = Path(__file__).with_name("migrations")
VERSIONS = MIGRATIONS / "versions"
REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
MARK = "alembic_version"
"""The table in which Alembic keeps the revision."""
ONE_AT_A_TIME = 0x6769_7001
"""The key of PostgreSQL's advisory lock that migrations take."""


def newest(versions: Path = VERSIONS) -> str:
    """The revision that this program works with."""
    return max(_revisions(versions))


def is_known(revision: str, versions: Path = VERSIONS) -> bool:
    """Whether a revision is this program's newest or an older one."""
    return revision in _revisions(versions)


def present(connection: Connection) -> str:
    """The revision of a database; "" if it is empty. SetupError if it holds tables that aren't ours."""
    tables = inspect(connection).get_table_names()
    revision = connection.scalar(text(f"SELECT version_num FROM {MARK}")) if MARK in tables else None
    if revision is None and {*tables} - {MARK}:
        raise SetupError("数据库中已有其他程序的数据表，不是本服务的数据库。请用GIPDOCS_DATABASE另指定一个。")
    return revision or ""


def migrate(engine: Engine, versions: Path = VERSIONS) -> None:
    """Give a database the newest schema in one transaction: wholly, or not at all. The audit trail says so."""
    with engine.execution_options(purpose="migrating").begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        before, after = present(connection), newest(versions)
        _upgrade(connection, versions)
        if before and before != after:
            _note(connection, before, after)
        if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise SetupError("升级后的数据互相不一致，已撤销。")
    engine.dispose()  # on SQLite, this connection no longer checks foreign keys


def _note(connection: Connection, before: str, after: str) -> None:
    with Session(connection) as session:
        detail = {"before": before, "after": after}
        audit.note(
            session, actor="系统", action="store.migrated", subject_kind="store", subject_id=after, detail=detail
        )
        session.commit()


def _revisions(versions: Path) -> list[str]:
    """All revisions that the files of the migrations declare; they are numbered."""
    return [found[1] for file in versions.glob("*.py") if (found := REVISION.search(file.read_text(encoding="utf-8")))]


def _upgrade(connection: Connection, versions: Path) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    # Alembic reads these as patterns of an INI file.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
