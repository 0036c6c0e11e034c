"""The converter's settings: sizes, limits, places."""

from __future__ import annotations

import dataclasses
import json
import os
from dataclasses import dataclass, field
from pathlib import Path


def _cores() -> int:
    return len(os.sched_getaffinity(0))


@dataclass(frozen=True, kw_only=True)
class Options:
    """Everything an operator may set; times are in seconds, memory in MiB.

    `workers` LibreOffice processes convert at the same time, and `spares` more stand by so that no document waits for a
    start. At most `queue_length` documents wait, each for at most `queue_seconds`; a conversion may take
    `work_seconds`. A worker is replaced after `recycle_jobs` documents, or once it holds `recycle_mib`; it can never
    allocate more than `memory_mib`. A pool without clients ends after `idle_seconds`. `socket` overrides the pool's
    socket. If `engine` is given, the address of a broker, other machines convert what it passes on to them; documents of a
    `patient` client let those of all others go first. Only tests clear `hardened`, to prove that it is the guards that
    stop an attack.
    """

    workers: int = field(default_factory=_cores)
    spares: int = 1
    queue_length: int = 64
    queue_seconds: float = 10
    work_seconds: float = 20
    start_seconds: float = 30
    recycle_jobs: int = 1000
    recycle_mib: int = 500
    memory_mib: int = 2048
    idle_seconds: float = 60
    socket: Path | None = None
    python: str = "/usr/bin/python3"
    engine: str = field(default="", repr=False)  # may hold a password
    patient: bool = False
    hardened: bool = True


def encode(options: Options) -> str:
    """Options as one command-line argument, without what is the client's alone: the engine, patience."""
    plain = dataclasses.asdict(dataclasses.replace(options, engine="", patient=False))
    return json.dumps({**plain, "socket": str(options.socket)}, sort_keys=True)


def decode(text: str) -> Options:
    """Options from the text that `encode` wrote."""
    plain = json.loads(text)
    return Options(**{**plain, "socket": Path(plain["socket"])})


def workers_folder(socket: Path) -> Path:
    """The folder for the workers of a socket's pool."""
    return socket.with_suffix(".workers")
