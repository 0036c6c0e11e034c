"""Copies of a SQLite database, made while others read and write it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def drafted_copy(source: Path, target: Path) -> Iterator[Path]:
    """A copy of a database as it is at one moment, beside the target, for this user only (0600).

    It is gone at the end unless `publish` has made it the target. Raises sqlite3.Error for a damaged source, OSError
    where the target can't be written.
    """
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600))
        with closing(connect(source)) as present, closing(sqlite3.connect(draft)) as copy:
            present.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, without companions
        sync(draft)
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def connect(file: Path) -> sqlite3.Connection:
    """A connection that only reads, and makes no file where there is none."""
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)


def publish(draft: Path, target: Path) -> None:
    """Give a finished copy its name; an older file of that name is replaced at once."""
    draft.replace(target)
    sync(target.parent)


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
