"""The small interface behind which DOCX becomes PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Protocol

from gipdocs.errors import ConverterBusy, SetupError

HUNG_UP: ContextVar[Callable[[], bool] | None] = ContextVar("hung_up", default=None)
"""Tells whether whoever waits for a document has gone; a server sets it for each request that it can see the end of."""


@dataclass(frozen=True)
class Made:
    """A PDF as a worker has made it, and the name of that worker."""

    pdf: bytes
    maker: str


@dataclass(frozen=True, kw_only=True)
class Health:
    """What a probe found.

    `reason` is a Chinese sentence when it is not `ready`; `layers` says which walls of the sandbox stand; `measures`
    is plain data: answers by outcome, documents given up and restarts by reason, histograms of waiting and working times
    in seconds.
    """

    ready: bool
    reason: str = ""
    workers: int = 0
    working: int = 0
    queue: int = 0
    memory_mib: int = 0
    layers: Mapping[str, bool] = field(default_factory=dict)
    measures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def restarts(self) -> int:
        """How many workers have been replaced, for whatever reason."""
        return sum(self.measures.get("restarts", {}).values())


REPAIR_SECONDS = 10
"""When to come again to a converter that is not there."""


@contextmanager
def report_setup_faults() -> Iterator[None]:
    """Whoever waits for a PDF is told what the converter lacks, and to come again: everything else goes on."""
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
        """Whether documents can be converted now; cheap enough to be asked every second. Starts what it needs."""

    def close(self) -> None:
        """Let go of everything that this converter holds."""
