"""Copies of a SQLite database, made while others read and write it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path


def copy_database(source: Path, target: Path) -> None:
    """Copy a database as it is at one moment; the target appears whole or not at all, for this user only (0600).

    Raises sqlite3.Error for a damaged source and OSError where the target can't be written.
    """
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(source)) as present, closing(sqlite3.connect(draft)) as copy:
            present.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without companions
        sync(draft)
        draft.replace(target)
        sync(target.parent)
    finally:
        draft.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Have the system write a file's content, or a folder's entries, to the disk."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def free_name(wanted: Path) -> Path:
    """The path, or one with a number behind it if that file exists."""
    names = (wanted, *(wanted.with_stem(f"{wanted.stem}-{count}") for count in range(2, 1000)))
    return next(name for name in names if not name.exists())
