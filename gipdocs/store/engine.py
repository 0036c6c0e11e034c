"""The store: opened once, it checks the schema; then it gives transactions, in every thread and after a fork."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from weakref import WeakSet

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from gipdocs.errors import SetupError, StoreBusy
from gipdocs.store import schema
from gipdocs.store.connecting import PATIENCE, make_engine, reading_engine
from gipdocs.store.copies import drafted_copy, free_name, publish
from gipdocs.store.faults import translated
from gipdocs.store.holding import hold, release
from gipdocs.store.places import Kind, file_of, locate_database, make_file, name_of


class Store:
    """One database; no connection crosses a fork, and each thread has its own."""

    def __init__(self, place: URL, *, patience: float = PATIENCE) -> None:
        self.place = place
        self.kind: Kind = "sqlite" if place.drivername == "sqlite" else "postgresql"
        self._engine = make_engine(place, patience=patience)
        self._reading = reading_engine(self._engine)
        self._inherited: list[Pool] = []
        self.held = self._hold()
        _stores.add(self)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of everything and can't write."""
        with translated(), Session(self._reading, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is one transaction: written at the end, undone by any exception.

        On SQLite it holds the only write lock from its beginning. Raises StoreBusy, StoreFull, StoreDamaged, StaleEdit.
        """
        with translated(), Session(self._engine, expire_on_commit=False) as session, session.begin():
            session.connection()
            yield session

    def close(self) -> None:
        """Leave the database; the store can't be used again."""
        self.close_connections()
        if self.held is not None:
            release(self.held)
            self.held = None

    def close_connections(self) -> None:
        """Close all connections that aren't in use; others are opened when they are needed."""
        self._engine.dispose()

    def leave_connections_behind(self) -> None:
        """In a child process: forget the parent's connections without closing them, which would end the parent's work."""
        self._inherited.append(self._engine.pool)
        self._engine.dispose(close=False)

    def _hold(self) -> int | None:
        if self.kind != "sqlite":
            return None
        make_file(file_of(self.place))
        return hold(file_of(self.place))


_stores: WeakSet[Store] = WeakSet()


def _close_before_fork() -> None:
    """SQLite must not find, in the child, an open file that its parent holds locks on."""
    for store in list(_stores):
        store.close_connections()


def _forget_after_fork() -> None:
    for store in list(_stores):
        store.leave_connections_behind()


os.register_at_fork(before=_close_before_fork, after_in_child=_forget_after_fork)


def open_store(url: str, *, patience: float = PATIENCE, versions: Path = schema.VERSIONS) -> Store:
    """The store at a URL, with the newest schema; `patience` is in seconds, `versions` the folder of the migrations.

    An empty database gets the schema. An older SQLite schema is backed up beside the file and migrated. SetupError for
    what can't be opened, an older schema on PostgreSQL, and any newer one; StoreDamaged for a file that is no database.
    """
    place = locate_database(url)
    store = Store(place, patience=patience)
    try:
        with _reachable(place), translated():
            _settle_schema(store, versions)
    except BaseException:
        store.close()
        raise
    store.close_connections()  # a server that forks now has none to lose
    return store


def migrate_store(url: str, *, versions: Path = schema.VERSIONS) -> None:
    """Give an older database the newest schema, on PostgreSQL too; SetupError as in `open_store`."""
    place = locate_database(url)
    with closing(Store(place)) as store, _reachable(place), translated():
        if store.kind == "postgresql" and _revision(store, versions):
            _upgrade(store, versions)
    open_store(url, versions=versions).close()


def _settle_schema(store: Store, versions: Path) -> None:
    revision = _revision(store, versions)
    if revision == schema.newest(versions):
        return
    if not revision:
        schema.migrate(store._engine, versions)
    elif store.kind == "postgresql":
        raise SetupError(
            f"数据库{name_of(store.place)}的结构（{revision}）比程序旧。请先用pg_dump备份，再运行gipdocs register migrate。"
        )
    else:
        _migrate_with_backup(store, revision, versions)


def _revision(store: Store, versions: Path) -> str:
    """The database's revision, "" if it is empty; SetupError if this program doesn't know it."""
    with store._reading.connect() as connection:
        revision = schema.present(connection)
    if revision and not schema.is_known(revision, versions):
        raise SetupError(
            f"数据库{name_of(store.place)}的结构（{revision}）比程序新，程序没有改动它。"
            "请升级程序，或者用GIPDOCS_DATABASE另指定一个数据库。"
        )
    return revision


def _migrate_with_backup(store: Store, revision: str, versions: Path) -> None:
    file = file_of(store.place)
    backup = free_name(file.with_name(f"{file.stem}-{date.today()}-{revision}{file.suffix}"))
    with drafted_copy(file, backup) as draft:
        publish(draft, backup)
    _upgrade(store, versions, f"升级前的备份在{backup}。")


def _upgrade(store: Store, versions: Path, backup: str = "") -> None:
    try:
        schema.migrate(store._engine, versions)
    except Exception as error:  # whatever a migration may raise, the operator has to know how the database is left
        raise SetupError(
            f"数据库{name_of(store.place)}升级失败（{type(error).__name__}），内容没有改动。{backup}"
            "请换回原版本的程序，并报告这个错误。"
        ) from error


@contextmanager
def _reachable(place: URL) -> Iterator[None]:
    """Says, at the start, that the database can't be opened; the driver's own words may hold the address."""
    try:
        yield
    except StoreBusy as error:
        raise SetupError(f"数据库{name_of(place)}打不开：{error}") from error
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorname", getattr(error.orig, "sqlstate", None)) or "连接失败"
        raise SetupError(
            f"数据库{name_of(place)}打不开（{code}）。请检查GIPDOCS_DATABASE、读写权限和数据库服务。"
        ) from None
