"""What a running service notes about itself in the run folder, so that others can ask it for the version on the disk."""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gipdocs.errors import SetupError
from gipdocs.pdf.places import run_folder


@dataclass(frozen=True, kw_only=True)
class Note:
    """A service's note about itself in the run folder.

    `started` is the start time of its master process in clock ticks, which distinguishes it from a later process with
    the same id. `attempts` counts the calls for a new version; `refused` is why the last one failed, "" if it did not.
    `former` are workers of the previous version that may still be running.
    """

    pid: int
    started: int
    attempts: int = 0
    refused: str = ""
    former: tuple[int, ...] = ()


def call_own() -> Note | None:
    """Ask the master of this worker process for the version on the disk, without waiting for it.

    Returns the note from before: the outcome is known once `find_own` gives one with more attempts. None if this process
    is no worker of a service that could be asked.
    """
    if (before := find_own()) is not None:
        os.kill(before.pid, signal.SIGHUP)
    return before


def find_own() -> Note | None:
    """The note of the service of which this process is a worker; None if there is none."""
    with suppress(SetupError):
        notes = filter(None, map(read_note, run_folder().glob("service-*.json")))
        return next((note for note in notes if _is_own(note)), None)
    return None


def _is_own(note: Note) -> bool:
    return note.pid == os.getppid() and note.started == read_stat(note.pid).get("started")


def note_file(port: int) -> Path:
    """The path of the note of the service on a port; raises SetupError if there can be no run folder."""
    return run_folder() / f"service-{port}.json"


def read_note(file: Path) -> Note | None:
    """The note in a file; None if there is none that can be read."""
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return Note(**{**found, "former": tuple(found["former"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_stat(pid: int) -> dict[str, int]:
    """`parent` and `started` of a running process; empty if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return {}
    return {} if fields[0] in "ZX" else {"parent": int(fields[1]), "started": int(fields[19])}
