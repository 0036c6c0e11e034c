"""What a database driver says, in our own tree of errors; what isn't known here passes as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, TimeoutError
from sqlalchemy.orm.exc import StaleDataError

from gipdocs.errors import GipdocsError, StaleEdit, StoreBusy, StoreDamaged, StoreFull

BUSY = "数据库正被其他操作占用，等待超时，这次没有保存。请稍候重试。"
UNREACHABLE = "数据库暂时连接不上，这次没有保存。请稍候重试；仍然不行的，请管理员检查数据库服务。"
FULL = "数据库所在的磁盘空间不足，这次没有保存。请管理员腾出空间后重试。"
DAMAGED = "数据库文件已损坏，或者不是数据库文件。请管理员停止服务，用gipdocs register restore恢复备份。"
STALE = "其他人刚刚修改了同一内容，这次没有保存。请重新打开，核对后再填写。"

SQLITE_KINDS = {
    sqlite3.SQLITE_BUSY: "busy",
    sqlite3.SQLITE_LOCKED: "busy",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
}
POSTGRESQL_KINDS = {
    "40001": "busy",  # serialization failure
    "40P01": "busy",  # deadlock
    "55P03": "busy",  # lock timeout
    "53300": "busy",  # too many connections
    "53100": "full",
    "XX001": "damaged",
    "XX002": "damaged",  # of an index
}
SHUT_DOWN = ("08", "57P")
"""How the states of a connection begin that is lost or refused."""


@contextmanager
def translated() -> Iterator[None]:
    """Raises StoreBusy, StoreFull, StoreDamaged and StaleEdit instead of what SQLAlchemy and the drivers raise."""
    try:
        yield
    except StaleDataError as error:
        raise StaleEdit(STALE) from error
    except TimeoutError as error:  # of the pool
        raise StoreBusy(BUSY) from error
    except (DBAPIError, sqlite3.Error) as error:
        if fault := translate(error.orig if isinstance(error, DBAPIError) else error):
            raise fault from error
        raise


def translate(cause: BaseException | None) -> GipdocsError | None:
    """The error of ours for a driver's exception, None if there is none."""
    kind = _kind_in_sqlite(cause) if isinstance(cause, sqlite3.Error) else _kind_in_postgresql(cause)
    match kind:
        case "busy":
            return StoreBusy(BUSY)
        case "unreachable":
            return StoreBusy(UNREACHABLE, retry_after=5)
        case "full":
            return StoreFull(FULL)
        case "damaged":
            return StoreDamaged(DAMAGED)
    return None


def _kind_in_sqlite(cause: sqlite3.Error) -> str:
    code = getattr(cause, "sqlite_errorcode", 0)  # missing in faults of the driver itself
    return SQLITE_KINDS.get(code & 0xFF, "")


def _kind_in_postgresql(cause: BaseException | None) -> str:
    state = getattr(cause, "sqlstate", None)
    if state is None:
        names = {kind.__name__ for kind in type(cause).__mro__}
        return "unreachable" if "OperationalError" in names else ""
    return POSTGRESQL_KINDS.get(state, "unreachable" if state.startswith(SHUT_DOWN) else "")
