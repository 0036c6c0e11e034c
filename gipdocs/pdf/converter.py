"""The interface of every converter from DOCX to PDF."""

from __future__ import annotations

import mmap
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from gipdocs.errors import ConversionError, ConverterBusy, SetupError

HUNG_UP: ContextVar[Callable[[], bool] | None] = ContextVar("hung_up", default=None)
"""Tells whether the client has hung up; a server sets it for each request if it can tell."""


class Need:
    """Whether something has ever needed LibreOffice: one answer for a process and all that are forked from it."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 1)

    def note(self) -> None:
        """It has been needed."""
        self._shared[0] = 1

    def __bool__(self) -> bool:
        return bool(self._shared[0])


@dataclass(frozen=True)
class Drawn:
    """What has drawn a PDF, such as "direct 1", and the kind of the error if the typesetter has tried and failed."""

    by: str
    failure: str = ""


DRAWN: ContextVar[Drawn | None] = ContextVar("drawn", default=None)
"""What has drawn the last PDF of this thread or request."""


class Unwanted(ConversionError):
    """The client that asked for the document has gone."""

    kind = "unwanted"


def drop_if_unwanted() -> None:
    """Raise Unwanted if the client has hung up."""
    if (hung_up := HUNG_UP.get()) and hung_up():
        raise Unwanted("已经没有人等候这份文书，没有转换。")


@dataclass(frozen=True)
class Made:
    """A PDF as a worker made it, and that worker's name."""

    pdf: bytes
    maker: str


@dataclass(frozen=True, kw_only=True)
class Health:
    """The result of a health check.

    `ready` is LibreOffice, and `reason` a Chinese sentence if it is not; `direct` tells whether the documents of proved
    layouts are drawn without it. One that nothing needed yet sleeps: it is ready, without workers. `layers` tells which layers of the sandbox are
    active. `measures` is plain data: answers by outcome, abandoned documents and restarts by reason, and histograms of
    waiting and working times in seconds. `engine` is plain data too, and empty where this machine converts alone: why
    the nodes are `away`, if they are, the lengths of the `queues`, the `nodes`, and the `libreoffice` that they should have.
    """

    ready: bool
    reason: str = ""
    direct: bool = False
    workers: int = 0
    working: int = 0
    queue: int = 0
    memory_mib: int = 0
    layers: Mapping[str, bool] = field(default_factory=dict)
    measures: Mapping[str, Any] = field(default_factory=dict)
    engine: Mapping[str, Any] = field(default_factory=dict)

    @property
    def restarts(self) -> int:
        """The number of workers replaced so far, whatever the reason."""
        return sum(self.measures.get("restarts", {}).values())


REPAIR_SECONDS = 10
"""When to retry if there is no converter."""


@contextmanager
def report_setup_faults() -> Iterator[None]:
    """Turn SetupError into ConverterBusy: only PDFs fail, and the sentence says what the converter lacks."""
    try:
        yield
    except SetupError as error:
        raise ConverterBusy(f"PDF转换服务暂时不可用：{error}", retry_after=REPAIR_SECONDS) from error


class Converter(Protocol):
    """Turns a filled DOCX into a tagged PDF/A-2b; safe to use from many threads and after a fork."""

    def convert(self, docx: bytes, *, label: str) -> bytes:
        """The PDF; `label` names the document in messages.

        Raises ConverterRefused (not a file of ours), ConverterBusy, ConverterTimeout, ConversionError.
        """

    def health(self) -> Health:
        """Whether documents can be converted now; cheap enough for a call every second.

        Starts the pool if necessary, unless a typesetter has drawn everything so far.
        """

    def wake(self) -> None:
        """Start LibreOffice in the background, since a document may soon need it."""

    def close(self) -> None:
        """Release everything that this converter holds."""
