"""The typesetter as the converter uses it: draws the documents of proved layouts, here or in processes of its own."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Set
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait

from gipdocs.pdf.admission.admit import Admitted
from gipdocs.typeset.placed import Unsupported
from gipdocs.typeset.proved import Layout, read_layout, read_proved

NAME = "direct 1"
"""What the provenance calls the typesetter; another number for another look of what it draws."""

MOST_CHARACTERS = 40_000
MOST_PARAGRAPHS = 4_000
"""A document with more would keep others waiting: LibreOffice works beside them, and can be stopped."""
PARAGRAPHS = (b"<w:p>", b"<w:p ")

Draw = Callable[[Admitted], bytes]
"""What makes the verified and finished PDF; raises Unsupported, Wrong, or whatever a fault in it raises."""


class Direct:
    """Draws in the thread that asks."""

    name = NAME

    def __init__(self, draw: Draw, proved: Set[Layout] | None = None) -> None:
        self._draw = draw
        self._proved = read_proved() if proved is None else proved

    def knows(self, made_from: str) -> bool:
        """Whether the layout is proved that a document's provenance names."""
        return read_layout(made_from) in self._proved

    def draw(self, admitted: Admitted) -> bytes:
        """The finished PDF; any exception means that it can't be drawn so."""
        if sum(admitted.expected.characters.values()) > MOST_CHARACTERS:
            raise Unsupported("too many characters")
        if sum(map(admitted.docx.count, PARAGRAPHS)) > MOST_PARAGRAPHS:  # admission leaves the parts uncompressed
            raise Unsupported("too many paragraphs")
        return self._run(admitted)

    def close(self) -> None:
        """Release everything."""

    def _run(self, admitted: Admitted) -> bytes:
        return self._draw(admitted)


class DirectProcesses(Direct):
    """Draws in several processes, so that one process that fills documents keeps all processors busy.

    They start with the first document, and end with this process, however it ends.
    """

    def __init__(self, draw: Draw, proved: Set[Layout] | None = None, *, processes: int) -> None:
        super().__init__(draw, proved)
        self._processes = processes
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool:
            pool.shutdown(cancel_futures=True)

    def _run(self, admitted: Admitted) -> bytes:
        pool = self._open()
        try:
            return pool.submit(self._draw, admitted).result()
        except BrokenProcessPool:
            self._forget(pool)
            raise

    def _open(self) -> ProcessPoolExecutor:
        with self._lock:
            self._pool = self._pool or ProcessPoolExecutor(
                self._processes, multiprocessing.get_context("spawn"), _begin
            )
            return self._pool

    def _forget(self, pool: ProcessPoolExecutor) -> None:
        """Let the next document open other processes in place of those of which one was killed."""
        with self._lock:
            if self._pool is pool:
                self._pool = None


def _begin() -> None:
    """See to it that a process outlives no killed parent."""
    threading.Thread(target=_end_with_parent, daemon=True, name="watch over the parent").start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
