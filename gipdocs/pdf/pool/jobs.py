"""A document on its way through the pool, and its outcome."""

from __future__ import annotations

import asyncio
import itertools
import time
from dataclasses import dataclass, field

from gipdocs.pdf.pool.process import Worker

JobNumber = itertools.count(1)


@dataclass(frozen=True)
class Answer:
    """The outcome of a job: ok, full, late, overrun, died, failed, stopped or broken.

    `worker` is the name of the worker that made the PDF. `reason` is a Chinese sentence if the pool is broken, that is,
    if no LibreOffice starts at all.
    """

    outcome: str
    pdf: bytes = b""
    seconds: float = 0.0
    retry_after: int = 0
    reason: str = ""
    worker: str = ""


@dataclass(eq=False)
class Job:
    """A document to convert; `answer` is cancelled once the client has gone.

    `label` is the kind of document; `tried` is the worker that failed to convert it. A `patient` one lets all others go
    first.
    """

    docx: bytes
    answer: asyncio.Future[Answer]
    label: str = ""
    patient: bool = False
    tried: Worker | None = None
    arrived: float = field(default_factory=time.monotonic)
    name: str = field(default_factory=lambda: str(next(JobNumber)))
