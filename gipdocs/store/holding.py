"""Who has a SQLite database open: every store holds its lock file, so that no file is exchanged under a service.

The lock lies beside the database, for SQLite loses its own locks if anybody else opens and closes its file.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from gipdocs.errors import SetupError


def hold(file: Path) -> int:
    """Hold a database beside others; children share the hold. SetupError while its file is being exchanged."""
    return _lock(file, fcntl.LOCK_SH, f"数据库{file}正在恢复备份，请稍候再启动。")


def hold_alone(file: Path) -> int:
    """Hold a database that nobody else holds; SetupError if somebody does."""
    return _lock(file, fcntl.LOCK_EX, f"数据库{file}正在使用中，不能替换。请先停止服务和其他gipdocs命令。")


def hold_alone_as(number: int, file: Path) -> None:
    """Let a hold that is shared become one that nobody shares; SetupError if somebody does."""
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise SetupError(f"数据库{file}正在使用中，不能搬迁。请先停止服务和其他gipdocs命令。") from error


def release(number: int) -> None:
    """End a hold."""
    os.close(number)


def _lock(file: Path, kind: int, refusal: str) -> int:
    number = os.open(file.with_name(f"{file.name}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(number, kind | fcntl.LOCK_NB)
    except OSError as error:
        os.close(number)
        raise SetupError(refusal) from error
    return number
