"""One document on its way through the pool, and what became of it."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field

from gipdocs.pdf.pool.process import Worker

JobNumber = itertools.count(1)


@dataclass(frozen=True)
class Answer:
    """What became of a job: `outcome` is ok, full, late, overrun, died, failed, stopped or broken.

    `worker` is the name of the one that made the PDF. `reason` is a Chinese sentence when the pool is broken: when no
    LibreOffice starts at all.
    """

    outcome: str
    pdf: bytes = b""
    seconds: float = 0.0
    retry_after: int = 0
    reason: str = ""
    worker: str = ""


@dataclass(eq=False)
class Job:
    """One document on its way; `answer` is cancelled when nobody waits for it any more.

    `label` says what kind of document it is; `tried` is the worker that has failed at it.
    """

    docx: bytes
    answer: asyncio.Future[Answer]
    label: str = ""
    tried: Worker | None = None
    arrived: float = field(default_factory=time.monotonic)
    name: str = field(default_factory=lambda: str(next(JobNumber)))
