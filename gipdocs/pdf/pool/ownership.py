"""Decides which supervisor serves a socket: the one that holds the lock on a file beside it."""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from gipdocs.pdf.options import workers_folder

OWNER = ".owner"
START = ".start"
"""The file that clients lock while one of them starts the supervisor."""


class Ownership:
    """The right to serve the socket at `path`, held until the end of its `with` block or of the process."""

    def __init__(self, path: Path, lock: IO[str]) -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def claim(cls, path: Path) -> Self | None:
        """The right to serve a socket; None if another process has it."""
        while True:
            lock = path.with_suffix(OWNER).open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.close()
                return None
            ownership = cls(path, lock)
            if ownership.holds():
                return ownership
            lock.close()  # its last owner has removed the file meanwhile

    def holds(self) -> bool:
        """Whether the locked file is still in place: it may have been removed, and created again by another owner."""
        try:
            return os.path.samestat(os.fstat(self._lock.fileno()), self.path.with_suffix(OWNER).stat())
        except OSError:
            return False

    def remove_files(self) -> None:
        """Remove everything that belongs to the socket, the lock file last; nothing if the right is lost."""
        if self.holds():
            self.path.unlink(missing_ok=True)
            shutil.rmtree(workers_folder(self.path), ignore_errors=True)
            for suffix in (START, OWNER):
                self.path.with_suffix(suffix).unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.close()
