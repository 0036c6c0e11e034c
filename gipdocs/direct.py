"""What is drawn without LibreOffice, and where: the documents of proved layouts, here or in processes of their own.

A layout is proved if its documents come out of the typesetter as they come out of LibreOffice; the record names it by
its file and the hash of that.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import re
import threading
import tomllib
from collections.abc import Callable, Set
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing.connection import wait
from pathlib import Path

from gipdocs.drawing.placed import Unsupported
from gipdocs.errors import note_place
from gipdocs.pdf.admission.admit import Admitted
from gipdocs.pdf.checked import check_and_complete
from gipdocs.typeset import typeset

RECORD = Path(__file__).with_name("typeset") / "proved.toml"
LAYOUT = re.compile(r"(?:^|; )template (.+?) ([0-9a-f]{12})(?=;|$)")

NAME = "direct 1"
"""What the provenance calls the typesetter; another number for another look of what it draws."""

MOST_CHARACTERS = 20_000
MOST_PARAGRAPHS = 2_000
"""A document with more would keep others waiting: LibreOffice works beside them, and can be stopped."""
PARAGRAPHS = (b"<w:p>", b"<w:p ")

Layout = tuple[str, str]
"""A layout by the name of its file and its version, which is the hash of that file."""

Draw = Callable[[Admitted], bytes]
"""What makes the verified and finished PDF; raises Unsupported, Wrong, or whatever a fault in it raises."""


@cache
def read_proved(record: Path = RECORD) -> frozenset[Layout]:
    """All proved layouts, as the record names them; a stranger's is never among them."""
    told = tomllib.loads(record.read_text(encoding="utf-8"))
    return frozenset((one["file"], one["version"]) for one in told.get("layouts", ()))


def read_layout(made_from: str) -> Layout | None:
    """The layout that a document's provenance names, as gipdocs.documents.build.origin words it; None if it names none."""
    found = LAYOUT.search(made_from)
    return (found[1], found[2]) if found else None


def draw(admitted: Admitted) -> bytes:
    """The finished PDF of a document; raises Unsupported, Wrong, or whatever a fault in the typesetter raises."""
    return check_and_complete(typeset(admitted.docx), admitted)


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
            return pool.submit(_draw_there, self._draw, admitted).result()
        except BrokenProcessPool as error:
            self._forget(pool)
            raise BrokenProcessPool("a process that drew was killed") from error

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


def _draw_there(draw: Draw, admitted: Admitted) -> bytes:
    try:
        return draw(admitted)
    except Exception as error:
        told = error
        if not _is_sendable(error):
            told = RuntimeError(type(error).__name__).with_traceback(error.__traceback__)
        note_place(told)
        raise told from None


def _is_sendable(error: Exception) -> bool:
    """Whether an error can come from another process; those of some libraries can't."""
    try:
        return type(pickle.loads(pickle.dumps(error))) is type(error)
    except Exception:
        return False


def _begin() -> None:
    """See to it that a process outlives no killed parent."""
    threading.Thread(target=_end_with_parent, daemon=True, name="watch over the parent").start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
