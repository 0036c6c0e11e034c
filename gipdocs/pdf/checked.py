"""A converter that checks both the DOCX that goes in and the PDF that comes out."""

from __future__ import annotations

import logging
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from typing import Any, Protocol

from pikepdf import Pdf, PdfError

from gipdocs.errors import ConversionError, GipdocsError, SetupError, locate
from gipdocs.pdf.admission.admit import Admitted, admit
from gipdocs.pdf.converter import DRAWN, Drawn, Health, Made, Need, drop_if_unwanted, report_setup_faults
from gipdocs.pdf.finishing.finish import complete, finish, remove_comments
from gipdocs.pdf.finishing.verify import Wrong, verify
from gipdocs.pdf.pool.libreoffice_profile import find_program
from gipdocs.pdf.typesetting import read_typesetting
from gipdocs.settings import LIBREOFFICE

LOG = logging.getLogger(__name__)

PROBE_SECONDS = 1.0
"""How long a health answer may be reused."""

PATIENCE_SECONDS = 10.0
"""How long the first health check waits for a pool that is just starting."""

TRIES = 2
"""A wrong PDF may be the fault of its worker, so another worker gets a second try."""

MEASURES = ("answers", "failures", "restarts", "waiting_seconds", "working_seconds")


class Transport(Protocol):
    """Where the work is done."""

    def send(self, docx: bytes, label: str) -> Made:
        """The PDF of a checked DOCX, and the name of its maker."""

    def doubt(self, maker: str, label: str, *, last: bool) -> None:
        """Report a wrong PDF, so that its maker has to prove itself; `last` means that the document is given up."""

    def state(self) -> dict[str, Any]:
        """The other side's state as plain data."""

    def wake(self) -> None:
        """Start in the background what is not running."""

    def is_awake(self) -> bool:
        """Whether it runs; asking starts nothing."""

    def close(self) -> None:
        """Release all connections."""


class Typesetter(Protocol):
    """Draws the documents of some layouts without LibreOffice; safe to use from many threads."""

    name: str

    def knows(self, made_from: str) -> bool:
        """Whether it draws the documents of the layout that a document's provenance names."""

    def draw(self, admitted: Admitted) -> bytes:
        """The PDF, verified and finished; LibreOffice has to draw the document after any exception."""

    def close(self) -> None:
        """Release everything."""


class CheckedConverter:
    """Checks the DOCX, has a typesetter draw it or sends it to a transport, checks the PDF.

    Processes with one `need` tell the same of their health.
    """

    def __init__(self, transport: Transport, typesetter: Typesetter | None = None, need: Need | None = None) -> None:
        self._transport = transport
        self._typesetter = typesetter
        self._told: set[tuple[str, str]] = set()
        self._need = Need() if need is None else need
        self._lock = threading.Lock()
        self._health: Health | None = None
        self._asked = 0.0

    def convert(self, docx: bytes, *, label: str) -> bytes:
        """See `Converter.convert`; a failure is logged by its kind."""
        try:
            return self._convert(docx, label)
        except ConversionError as error:
            fields = {"document": label, "kind": error.kind}
            LOG.info("document %s is not converted: %s", label, error.kind, extra={"fields": fields})
            raise

    @report_setup_faults()
    def _convert(self, docx: bytes, label: str) -> bytes:
        drop_if_unwanted()
        admitted, failure = admit(docx), ""
        if self._typesetter and self._typesetter.knows(admitted.made_from):
            try:
                pdf = self._typesetter.draw(admitted)
            except Exception as error:  # whatever it is, LibreOffice can still draw the document
                failure = self._tell(error, label)
            else:
                DRAWN.set(Drawn(self._typesetter.name))
                return pdf
        pdf = self._have_converted(admitted, label)
        DRAWN.set(Drawn(_name_libreoffice(), failure))
        return pdf

    def _tell(self, error: Exception, label: str) -> str:
        """Log once for each kind of document why the typesetter doesn't draw it, with nothing of its text; the error's kind."""
        kind, place = type(error).__name__, locate(error)
        if (label, place) not in self._told:
            self._told.add((label, place))
            LOG.warning("document %s is left to LibreOffice: %s at %s", label, kind, place)
        return kind

    def _have_converted(self, admitted: Admitted, label: str) -> bytes:
        self._need.note()
        for left in reversed(range(TRIES)):
            made = self._transport.send(admitted.docx, label)
            try:
                return check_and_finish(made.pdf, admitted)
            except Wrong as error:
                self._transport.doubt(made.maker, label, last=not left)
                reason = error
        raise ConversionError(
            f"这份文书的PDF两次没有通过核对（{reason}），没有发出：请重试，仍不行请联系管理员。",
            kind="wrong",
        ) from reason

    def wake(self) -> None:
        """See `Converter.wake`."""
        self._need.note()
        self._transport.wake()

    def health(self) -> Health:
        """See `Converter.health`; the answer is at most a second old, plus the time that the next check takes."""
        last = self._health
        if not self._lock.acquire(blocking=last is None):
            assert last is not None
            return last  # another thread is already asking
        try:
            if self._health is None or time.monotonic() - self._asked > PROBE_SECONDS:
                self._health, self._asked = self._ask_until_clear(), time.monotonic()
            return self._health
        finally:
            self._lock.release()

    def close(self) -> None:
        """See `Converter.close`."""
        self._transport.close()
        if self._typesetter:
            self._typesetter.close()

    def _ask_until_clear(self) -> Health:
        return replace(self._ask_libreoffice(), direct=self._typesetter is not None)

    def _ask_libreoffice(self) -> Health:
        """The health of LibreOffice; one that nothing has needed yet is let sleep, and only looked for."""
        if self._typesetter and not self._need and not self._transport.is_awake():
            return look_for_libreoffice()
        deadline = time.monotonic() + (PATIENCE_SECONDS if self._health is None else 0.0)
        while True:
            try:
                state = self._transport.state()
            except GipdocsError as error:
                return Health(ready=False, reason=str(error))
            if state["ready"] or state["fault"] or time.monotonic() > deadline:
                return _as_health(state)
            time.sleep(0.05)


def check_and_finish(pdf: bytes, admitted: Admitted) -> bytes:
    """The finished PDF of LibreOffice; raises Wrong if it does not match the document."""
    with _open(pdf) as opened:
        remove_comments(opened)
        verify(opened, admitted.expected)
        return finish(opened, pdf, admitted)


def check_and_complete(pdf: bytes, admitted: Admitted) -> bytes:
    """The finished PDF of a typesetter, whose tags need no mending; raises Wrong if it does not match the document."""
    with _open(pdf) as opened:
        verify(opened, admitted.expected)
        return complete(opened, admitted.made_from)


@contextmanager
def _open(pdf: bytes) -> Iterator[Pdf]:
    """An opened PDF; raises Wrong for faults in it that are found meanwhile."""
    try:
        with Pdf.open(BytesIO(pdf), inherit_page_attributes=False) as opened:
            yield opened
    except (PdfError, ValueError, LookupError, struct.error) as error:
        raise Wrong("文件不完好") from error


def look_for_libreoffice() -> Health:
    """What can be said of a LibreOffice that is not running."""
    try:
        find_program()
    except SetupError as error:
        return Health(ready=False, reason=str(error))
    return Health(ready=True)


def _name_libreoffice() -> str:
    """LibreOffice with this machine's version, which is that of the nodes too, if it has one."""
    try:
        return f"{LIBREOFFICE} {read_typesetting().libreoffice}".strip()
    except SetupError:
        return LIBREOFFICE


def _as_health(state: dict[str, Any]) -> Health:
    reason = state["fault"] or "LibreOffice 正在启动，请稍候。"
    return Health(
        ready=state["ready"],
        reason="" if state["ready"] else reason,
        workers=state["workers"],
        working=state["working"],
        queue=state["queue"],
        memory_mib=state["memory_mib"],
        layers=state["layers"],
        measures={key: state[key] for key in MEASURES},
        engine=state.get("engine", {}),
    )
