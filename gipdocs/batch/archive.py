"""All files of a batch as one ZIP, made while it is sent.

Each file is held in memory while it is written, and no other. They are stored, not deflated: PDF and DOCX are compressed
already. Their sizes stand before them, not behind, so that even programs that read a ZIP as a stream can unpack it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from io import SEEK_SET, BytesIO
from zipfile import ZipFile, ZipInfo

from sqlalchemy import func, select

from gipdocs.access.actors import Actor
from gipdocs.batch.batches import Batch
from gipdocs.batch.handout import Handout, open_handout
from gipdocs.batch.manifest import Manifest, tell_contents
from gipdocs.batch.naming import name_whole
from gipdocs.register.register import Register
from gipdocs.service import ZONE
from gipdocs.store.tables import BatchItemRow

READABLE = 0o644 << 16
"""The mode of an unpacked file, as a ZIP keeps it."""


def stream_archive(
    register: Register, id: str, *, by: Actor, first: int = 1, last: int | None = None, partial: bool = False
) -> Iterator[bytes]:
    """A ZIP of the files that were made, with a list of all rows and a page about it, piece by piece.

    The same batch gives the same bytes. UnknownBatch, BatchExpired, StepForbidden (while it isn't ended, unless `partial`) and
    Forbidden are raised at once; BatchExpired in the middle if the batch expires meanwhile, which leaves no readable ZIP.
    """
    return _stream(open_handout(register, id, by=by, first=first, last=last, partial=partial))


def archive_name(batch: Batch, *, first: int = 1, last: int | None = None) -> str:
    """The name of the ZIP of a batch, or of a part of it."""
    return name_whole(batch, ".zip", first=first, last=last)


def archive_size(register: Register, id: str, *, first: int = 1, last: int | None = None) -> int:
    """How many bytes the files of a batch have together; its ZIP is a little larger."""
    sizes = select(func.sum(BatchItemRow.size)).where(BatchItemRow.batch_id == id, BatchItemRow.place >= first)
    with register.store.reading() as session:
        return session.scalar(sizes if last is None else sizes.where(BatchItemRow.place <= last)) or 0


class Window:
    """The end of a file whose beginning has been sent: what hasn't been taken yet can still be written over."""

    def __init__(self) -> None:
        self._sent = 0
        self._held = BytesIO()

    def tell(self) -> int:
        """Where in the whole file the next bytes go."""
        return self._sent + self._held.tell()

    def seek(self, place: int, whence: int = SEEK_SET) -> int:
        """Go to a place of the whole file; ValueError for one that has been sent."""
        return self._sent + self._held.seek(place - self._sent, whence)

    def write(self, data: bytes) -> int:
        """Write where the file stands."""
        return self._held.write(data)

    def flush(self) -> None:
        """Nothing: what is held is taken by `take`."""

    def close(self) -> None:
        """Nothing: what is left can still be taken."""

    def take(self) -> bytes:
        """What is held, which is sent now."""
        taken, self._held = self._held.getvalue(), BytesIO()
        self._sent += len(taken)
        return taken


def _stream(handout: Handout) -> Iterator[bytes]:
    window, manifest, states = Window(), Manifest(), Counter[str]()
    moment = handout.batch.ended_at or handout.batch.created_at
    with ZipFile(window, "w") as archive:
        for row, state, name, content in handout.files():
            if content is not None:
                archive.writestr(_entry(name, row.finished_at or moment), content)
            states[state] += 1
            manifest.add(row, state, name if content is not None else "")
            if content is not None:
                yield window.take()
        archive.writestr(_entry("manifest.csv", moment), manifest.content())
        archive.writestr(_entry("README.txt", moment), tell_contents(handout, states))
    yield window.take()


def _entry(name: str, moment: datetime) -> ZipInfo:
    entry = ZipInfo(name, moment.astimezone(ZONE).timetuple()[:6])
    entry.external_attr = READABLE
    return entry
