"""A register moves from its file into another database: wholly, or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from itertools import zip_longest
from typing import Any

from sqlalchemy import ColumnElement, Integer, LargeBinary, Result, Row, Table, func, insert, select, text
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from gipdocs.errors import SetupError, StoreDamaged
from gipdocs.store import audit
from gipdocs.store.engine import open_store
from gipdocs.store.holding import hold_alone_as
from gipdocs.store.places import file_of, locate_database, name_of
from gipdocs.store.tables import Base

TABLES: Sequence[Table] = Base.metadata.sorted_tables
"""All tables, each behind those that its rows refer to."""
AT_ONCE, FILES_AT_ONCE = 500, 10
"""So many rows are in memory together; rows with files are large."""


def move_register(url: str, target: str) -> dict[str, int]:
    """Copy a register from its file into an empty database, and give the numbers of rows by table; the file stays.

    The rows are written in one transaction, read back and compared, and the audit trail is verified. SetupError if
    anybody uses the file, if the target holds anything, and if the source isn't a file; StoreDamaged if the trail is
    broken. Whatever is refused, the target stays empty.
    """
    place = locate_database(url)
    if place.drivername != "sqlite":
        raise SetupError("台账已经在PostgreSQL中，请用pg_dump和pg_restore搬迁。")
    if locate_database(target) == place:
        raise SetupError("新的数据库就是现在的这一个，没有搬迁。请另写一个。")
    if not file_of(place).exists():
        raise SetupError(f"没有找到台账{file_of(place)}。请核对GIPDOCS_DATABASE。")
    with closing(open_store(url)) as source, closing(open_store(target)) as store:
        if source.held is not None:
            hold_alone_as(source.held, file_of(place))
        with source.reading() as old, store.writing() as new:
            return _move(old, new, name_of(store.place))


def _move(old: Session, new: Session, name: str) -> dict[str, int]:
    if row := audit.verify(old):
        raise StoreDamaged(f"操作日志的第{row}行与前面不衔接，没有搬迁。请先运行gipdocs audit verify查明。")
    if full := [table.name for table in TABLES if new.execute(select(table).limit(1)).first()]:
        raise SetupError(f"数据库{name}中已有内容（{'、'.join(full)}），没有搬迁。请另建一个空的数据库。")
    for table in TABLES:
        _copy(old, new, table)
    counts = {table.name: _compare(old, new, table) for table in TABLES}
    _continue_numbers(old, new)
    detail = {"rows": sum(counts.values())}
    audit.note(new, actor="系统", action="store.moved", subject_kind="store", subject_id="sqlite", detail=detail)
    if row := audit.verify(new):
        raise StoreDamaged(f"搬迁以后操作日志的第{row}行与前面不衔接，已撤销。请报告这个错误。")
    return counts


def _copy(old: Session, new: Session, table: Table) -> None:
    with closing(_rows(old, table)) as result:
        for rows in result.partitions():
            try:
                new.execute(insert(table), [dict(row._mapping) for row in rows])
            except DataError as error:  # SQLite holds texts of any length, and characters that aren't any
                raise SetupError(_refusal(table, rows)) from error


def _refusal(table: Table, rows: Sequence[Row[Any]]) -> str:
    first, last = (
        "、".join(str(row._mapping[column]) for column in table.primary_key.columns) for row in (rows[0], rows[-1])
    )
    return f"数据表{table.name}（主键{first}至{last}）中有新数据库不能保存的内容，已撤销，原来的台账没有改动。"


def _compare(old: Session, new: Session, table: Table) -> int:
    """How many rows a table has; StoreDamaged if they aren't the same on both sides."""
    count = 0
    with closing(_rows(old, table)) as here, closing(_rows(new, table)) as there:
        for one, other in zip_longest(here, there):
            if one is None or other is None or tuple(one) != tuple(other):
                raise StoreDamaged(f"数据表{table.name}搬迁以后与原来的不一致，已撤销。请报告这个错误。")
            count += 1
    return count


def _rows(session: Session, table: Table) -> Result[Any]:
    """All rows in the order of their keys, so that those of the same table to which they refer come first."""
    keys = [key.collate("C") if _is_text(session, key) else key for key in table.primary_key.columns]
    at_once = FILES_AT_ONCE if any(isinstance(column.type, LargeBinary) for column in table.columns) else AT_ONCE
    return session.execute(select(table).order_by(*keys).execution_options(yield_per=at_once))


def _is_text(session: Session, key: ColumnElement[Any]) -> bool:
    """Whether PostgreSQL would sort by the rules of a language what SQLite sorts by its bytes."""
    return session.get_bind().dialect.name == "postgresql" and not isinstance(key.type, Integer)


def _continue_numbers(old: Session, new: Session) -> None:
    """See that no number is given a second time that a table gives to its rows, not even one of a deleted row."""
    last = {row.name: row.seq for row in old.execute(text("SELECT name, seq FROM sqlite_sequence"))}
    for table in TABLES:
        if (key := table.autoincrement_column) is None:
            continue
        most = max(last.get(table.name, 0), new.scalar(select(func.max(key))) or 0)
        if new.get_bind().dialect.name == "sqlite":
            if table.name in last:
                new.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
                new.execute(
                    text("INSERT INTO sqlite_sequence VALUES (:name, :most)"), {"name": table.name, "most": most}
                )
        elif most:
            sequence = func.pg_get_serial_sequence(table.name, key.name)
            new.execute(select(func.setval(sequence, most)))
