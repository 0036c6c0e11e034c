"""A converter that looks at what goes in and at what comes out."""

from __future__ import annotations

import threading
import time
from typing import Any, Protocol

from gipdocs.errors import GipdocsError
from gipdocs.pdf.converter import Health

PROBE_SECONDS = 1.0
"""How long an answer about health may be repeated."""


class Transport(Protocol):
    """Where the work is done: the pool of this machine, or nodes elsewhere."""

    def send(self, docx: bytes, label: str) -> bytes:
        """The PDF of a checked DOCX."""

    def state(self) -> dict[str, Any]:
        """The state of the other side, as plain data."""

    def close(self) -> None:
        """Let go."""


class CheckedConverter:
    """The converter: checks, has the work done, checks again."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._lock = threading.Lock()
        self._health: Health | None = None
        self._asked = 0.0

    def convert(self, docx: bytes, *, label: str) -> bytes:
        """See `Converter.convert`."""
        return self._transport.send(docx, label)

    def health(self) -> Health:
        """See `Converter.health`; the answer is at most a second old."""
        with self._lock:
            if self._health is None or time.monotonic() - self._asked > PROBE_SECONDS:
                self._health, self._asked = self._probe(), time.monotonic()
            return self._health

    def close(self) -> None:
        """See `Converter.close`."""
        self._transport.close()

    def _probe(self) -> Health:
        try:
            state = self._transport.state()
        except GipdocsError as error:
            return Health(ready=False, reason=str(error))
        return _health(state)


def _health(state: dict[str, Any]) -> Health:
    reason = state["fault"] or "LibreOffice 正在启动，请稍候。"
    return Health(
        ready=state["ready"],
        reason="" if state["ready"] else reason,
        workers=state["workers"],
        working=state["working"],
        queue=state["queue"],
        memory_mib=state["memory_mib"],
        layers=state["layers"],
        measures={key: state[key] for key in ("answers", "restarts", "waiting_seconds", "working_seconds")},
    )
