"""The schema's revision: which one a database has, and how it gets the newest."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.orm import Session

from gipdocs.errors import SetupError
from gipdocs.store import audit

MIGRATIONS = Path(__file__).with_name("migrations")
VERSIONS = MIGRATIONS / "versions"
ONE_AT_A_TIME = 0x6769_7001
"""The key of PostgreSQL's advisory lock that migrations take."""


def newest(versions: Path = VERSIONS) -> str:
    """The revision that this program works with."""
    return str(_script(versions).get_current_head())


def is_known(revision: str, versions: Path = VERSIONS) -> bool:
    """Whether a revision is this program's newest or an older one."""
    return revision in {script.revision for script in _script(versions).walk_revisions()}


def present(connection: Connection) -> str:
    """The revision of a database; "" if it is empty. SetupError if it holds tables that aren't ours."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None and inspect(connection).get_table_names():
        raise SetupError("数据库中已有其他程序的数据表，不是本服务的数据库。请用GIPDOCS_DATABASE另指定一个。")
    return revision or ""


def migrate(engine: Engine, versions: Path = VERSIONS) -> None:
    """Give a database the newest schema in one transaction: wholly, or not at all. The audit trail says so."""
    config = _config(versions)
    with engine.execution_options(purpose="migrating").begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
        config.attributes["connection"] = connection
        before, after = present(connection), newest(versions)
        command.upgrade(config, "head")
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


def _script(versions: Path) -> ScriptDirectory:
    return ScriptDirectory.from_config(_config(versions))


def _config(versions: Path) -> Config:
    config = Config()
    # Alembic reads these as patterns of an INI file.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    return config
