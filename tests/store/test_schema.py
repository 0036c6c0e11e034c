"""A database gets the newest schema, wholly or not at all, and one of a newer program is left alone."""

from __future__ import annotations

import re
import shutil
import sqlite3
import textwrap
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from gipdocs.errors import SetupError
from gipdocs.store import schema
from gipdocs.store.connecting import make_engine
from gipdocs.store.engine import Store, migrate_store, open_store
from gipdocs.store.places import file_of, locate_database, make_file
from gipdocs.store.tables import Base, SequenceRow

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from tests.store.postgresql import Server

SOUND = "op.add_column('cases', sa.Column('colour', sa.String(9)))"
"""A step that copies the table on SQLite."""
BROKEN = "op.add_column('cases', sa.Column('colour', sa.String(9))); op.execute('UPDATE cases SET nothing = 1')"


@pytest.fixture
def empty(request: pytest.FixtureRequest, database: str) -> str:
    """The URL of a database without tables."""
    if database.startswith("sqlite"):
        return database
    server: Server = request.getfixturevalue("postgresql")
    return server.empty_database()


def versions_with(folder: Path, step: str) -> Path:
    """A folder with the released steps and one more."""
    shutil.copytree(schema.VERSIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    source = f"""
        import sqlalchemy as sa
        from alembic import op
        revision = "9999"
        down_revision = "{schema.newest()}"
        def upgrade():
            {step}
    """
    (folder / "rev_9999.py").write_text(textwrap.dedent(source), encoding="utf-8")
    return folder


def revision(url: str) -> str:
    engine = make_engine(locate_database(url))
    with engine.connect() as connection:
        found = schema.present(connection)
    engine.dispose()
    return found


def filled(url: str) -> str:
    store = open_store(url)
    with store.writing() as session:
        session.add(SequenceRow(series="x", year=2026, last=7))
    store.close()
    return url


def dump(url: str) -> list[str]:
    with closing(sqlite3.connect(file_of(locate_database(url)))) as connection:
        return list(connection.iterdump())


def test_the_tables_of_the_program_are_those_of_the_migrations(store: Store) -> None:
    engine = make_engine(store.place)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_the_checks_of_the_program_are_those_of_the_migrations(store: Store, empty: str, tmp_path: Path) -> None:
    beside = make_engine(locate_database(empty.replace("gipdocs.db", "beside.db")))
    migrated = make_engine(store.place)
    Base.metadata.create_all(beside)
    for table in Base.metadata.tables:
        found, wanted = (
            sorted((check["name"] or "", check["sqltext"]) for check in inspect(engine).get_check_constraints(table))
            for engine in (migrated, beside)
        )
        assert found == wanted
    beside.dispose()
    migrated.dispose()


def test_an_empty_database_gets_the_newest_schema(empty: str) -> None:
    open_store(empty).close()
    assert revision(empty) == schema.newest()


def test_opening_again_changes_nothing(database: str) -> None:
    filled(database)
    store = open_store(database)
    with store.reading() as session:
        assert session.scalar(text("SELECT last FROM sequences")) == 7
    store.close()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_an_older_file_is_backed_up_and_migrated(database: str, tmp_path: Path) -> None:
    filled(database)
    open_store(database, versions=versions_with(tmp_path / "versions", SOUND)).close()
    assert revision(database) == "9999"
    (backup,) = file_of(locate_database(database)).parent.glob(f"gipdocs-????-??-??-{schema.newest()}.db")
    assert revision(f"sqlite:///{backup}") == schema.newest() and backup.stat().st_mode & 0o777 == 0o600
    assert any("\"sequences\" VALUES('x',2026,7)" in line for line in dump(f"sqlite:///{backup}"))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_an_older_database_on_a_server_waits_for_the_command(database: str, tmp_path: Path) -> None:
    filled(database)
    versions = versions_with(tmp_path / "versions", SOUND)
    with pytest.raises(SetupError, match="gipdocs register migrate"):
        open_store(database, versions=versions)
    assert revision(database) == schema.newest()
    migrate_store(database, versions=versions)
    assert revision(database) == "9999"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_migration_that_fails_leaves_the_file_as_it_was(database: str, tmp_path: Path) -> None:
    before = dump(filled(database))
    with pytest.raises(
        SetupError, match=rf"没有改动.*备份在.*gipdocs-\d{{4}}-\d\d-\d\d-{schema.newest()}\.db"
    ) as caught:
        open_store(database, versions=versions_with(tmp_path / "versions", BROKEN))
    backup = re.search(r"备份在(.*?\.db)", str(caught.value))
    assert backup and dump(f"sqlite:///{backup[1]}") == before == dump(database)
    open_store(database).close()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_migration_that_fails_leaves_the_server_as_it_was(database: str, tmp_path: Path) -> None:
    filled(database)
    with pytest.raises(SetupError, match="没有改动"):
        migrate_store(database, versions=versions_with(tmp_path / "versions", BROKEN))
    assert revision(database) == schema.newest()
    with closing(open_store(database)) as store, store.reading() as session:
        assert "colour" not in {column["name"] for column in inspect(session.connection()).get_columns("cases")}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_rows_that_a_migration_leaves_without_their_case_undo_it(database: str, tmp_path: Path) -> None:
    orphan = "op.execute(\"INSERT INTO notes VALUES (99, 'x')\")"
    before = dump(filled(database))
    with pytest.raises(SetupError, match="没有改动"):
        open_store(database, versions=versions_with(tmp_path / "versions", orphan))
    assert dump(database) == before


def test_the_schema_of_a_newer_program_is_left_alone(database: str, tmp_path: Path) -> None:
    store = open_store(database)
    with store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(SetupError, match="（9999）比程序新"):
        open_store(database)
    assert revision(database) == "9999"


def test_the_tables_of_another_program_are_left_alone(empty: str) -> None:
    place = locate_database(empty)
    if place.drivername == "sqlite":
        make_file(file_of(place))
    engine = make_engine(place)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE cases (id INTEGER)"))
    engine.dispose()
    with pytest.raises(SetupError, match="其他程序的数据表"):
        open_store(empty)
