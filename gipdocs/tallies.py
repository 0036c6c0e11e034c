"""Counts that all processes of a service share, in memory that survives an exchange of its version.

The memory belongs to no file: it takes no room on a disk, needs no folder, and is gone when the last process ends. It is
laid out as cells of one size, each with a number and the key that it counts. Cells are added and never moved.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

NAME = "gipdocs-tallies-1"
"""The name of the memory; its last part changes with its layout."""
HANDED_OVER = "TALLIES_OF_GIPDOCS"
"""The variable by which a re-executed master learns the descriptor of the memory."""
CELL = struct.Struct("<dH238s")
CELLS = 4096
SIZE = 8 + CELL.size * CELLS
USED = struct.Struct("<Q")

Key = tuple[str, ...]
_OURS: set[int] = set()
"""The descriptors of this program, which it doesn't inherit from itself: each is closed once."""


class Tallies:
    """Numbers by key, added up over all processes that were forked since this was made."""

    def __init__(self) -> None:
        self.descriptor = _inherit() or _make()
        _OURS.add(self.descriptor)
        weakref.finalize(self, _close, self.descriptor)
        self._memory = mmap.mmap(self.descriptor, SIZE)
        self._lock = threading.Lock()
        self._places: dict[Key, int] = {}

    def add(self, amounts: Mapping[Key, float]) -> None:
        """Add to several numbers at once; a key that is too long, or has no room left, is not counted."""
        with self._alone():
            for key, amount in amounts.items():
                if (place := self._find(key)) is not None:
                    (number,) = struct.unpack_from("<d", self._memory, place)
                    struct.pack_into("<d", self._memory, place, number + amount)

    def read(self) -> dict[Key, float]:
        """All numbers at one moment."""
        with self._alone():
            self._learn()
            return {key: struct.unpack_from("<d", self._memory, place)[0] for key, place in self._places.items()}

    def hand_over(self) -> None:
        """Leave the memory to the program that this process will become."""
        os.set_inheritable(self.descriptor, True)
        os.environ[HANDED_OVER] = str(self.descriptor)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other threads and processes away; the system frees the lock of a process that is killed."""
        with self._lock:
            fcntl.lockf(self.descriptor, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self.descriptor, fcntl.LOCK_UN)

    def _find(self, key: Key) -> int | None:
        if key not in self._places:
            self._learn()
        if key not in self._places:
            self._append(key)
        return self._places.get(key)

    def _learn(self) -> None:
        """Take up the cells that other processes have added."""
        (used,) = USED.unpack_from(self._memory, 0)
        for number in range(len(self._places), used):
            place = USED.size + number * CELL.size
            _, length, text = CELL.unpack_from(self._memory, place)
            self._places[tuple(text[:length].decode().split("\0"))] = place

    def _append(self, key: Key) -> None:
        number, text = len(self._places), "\0".join(key).encode()
        if number < CELLS and len(text) <= CELL.size - 10:
            place = USED.size + number * CELL.size
            CELL.pack_into(self._memory, place, 0.0, len(text), text)
            USED.pack_into(self._memory, 0, number + 1)
            self._places[key] = place


def _inherit() -> int | None:
    """The descriptor that the former program has left to this one; None if there is none, or if it is something else."""
    with suppress(KeyError, ValueError, OSError):
        descriptor = int(os.environ.pop(HANDED_OVER))
        if descriptor not in _OURS and Path(f"/proc/self/fd/{descriptor}").readlink().name.startswith(f"memfd:{NAME} "):
            return descriptor
    return None


def _close(descriptor: int) -> None:
    _OURS.discard(descriptor)
    os.close(descriptor)


def _make() -> int:
    descriptor = os.memfd_create(NAME)
    os.truncate(descriptor, SIZE)
    return descriptor
