"""How the converter is set: sizes, limits, places."""

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

    `workers` LibreOffice processes convert at the same time and `spares` more stand by, so that nobody waits for a
    start. `queue_length` documents may wait,
    each at most `queue_seconds`; the work on one may take `work_seconds`. A worker is replaced after `recycle_jobs`
    documents or when it holds `recycle_mib`; `memory_mib` is the most it may ever ask for. A pool that nobody is
    connected to ends after `idle_seconds`. `socket` overrides the pool's socket. With `nodes` (URLs) the work is
    sent to those instead, with `token` as bearer token. `hardened` is for the tests that prove that the guards are what
    stops an attack: nobody else switches it off.
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
    nodes: tuple[str, ...] = ()
    token: str | None = field(default=None, repr=False)
    hardened: bool = True


def encode(options: Options) -> str:
    """Options as one argument of a command line: without nodes and their token, which a pool does not need."""
    plain = dataclasses.asdict(dataclasses.replace(options, nodes=(), token=None))
    return json.dumps({**plain, "socket": str(options.socket)}, sort_keys=True)


def decode(text: str) -> Options:
    """What `encode` has written."""
    plain = json.loads(text)
    return Options(**{**plain, "nodes": (), "socket": Path(plain["socket"])})


def workers_folder(socket: Path) -> Path:
    """The folder of the workers of the pool behind a socket."""
    return socket.with_suffix(".workers")
