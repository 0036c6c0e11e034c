"""The ids under which a request stands in the log, and what the log may say about it.

A sender may name its request by X-Request-ID, and the trace that the request belongs to by traceparent (W3C Trace Context);
otherwise the service makes both. An id from outside stands in the log as it came, so that it must look like an id: at most
128 ASCII letters, digits and . _ : -, and no part of it a mobile number or an identity number. Anything else is replaced.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from gipdocs.errors import ConversionError, GipdocsError, InvalidInput, Refused, locate
from gipdocs.headers import HEADERS

LOG = logging.getLogger(__name__)
BROKEN = "服务内部出错，没有处理：请把编号{}告诉管理员。"
"""What is answered if not even a page can be made."""

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "-"})
OTHER = "other"
"""What log and metrics call any other method: it may be anything, a name too."""

ENVIRON = "gipdocs.trace"
"""Where a request's environment has its trace."""

UNROUTED = "(none)"
"""The route of requests that no route takes: their addresses may be anything."""

ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
PERSONAL = re.compile(r"(?:86)?1[3-9][0-9]{9}|[0-9]{17}[0-9Xx]")
"""A mobile number or an identity number of a person in China."""
SEPARATORS = re.compile(r"[._:-]+")
PARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
KNOWN_FLAGS = 0x03
"""The flags of traceparent that have a meaning, sampled and random; others must not be passed on."""

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


@dataclass(kw_only=True)
class Trace:
    """One request: its ids, and what its line in the log says beside method, status and time.

    `outcome` is "ok" or the kind of the refusal, `codes` counts the codes of its faults or findings, `failure` is the kind
    of a failed conversion, `typesetter` what has drawn a PDF, `typesetter_failure` the kind of error for which LibreOffice
    had to. Nothing in it was typed by anybody.
    """

    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    trace_id: str = field(default_factory=lambda: secrets.token_hex(16))
    span_id: str = field(default_factory=lambda: secrets.token_hex(8))
    flags: int = 0
    route: str = UNROUTED
    document: str = ""
    format: str = ""
    outcome: str = ""
    failure: str = ""
    typesetter: str = ""
    typesetter_failure: str = ""
    codes: Mapping[str, int] = field(default_factory=dict)

    @property
    def instance(self) -> str:
        """The request as a URI, for a problem's `instance`."""
        return f"urn:request:{self.id}"

    def headers(self) -> list[tuple[str, str]]:
        """The headers by which an answer names its request; the span is the service's own."""
        parent = f"00-{self.trace_id}-{self.span_id}-{self.flags:02x}"
        return [("X-Request-ID", self.id), ("traceparent", parent)]

    def end(self, status: int) -> None:
        """Settle the outcome of a request that was answered with this status."""
        self.outcome = self.outcome or name_outcome(status)


CURRENT: ContextVar[Trace | None] = ContextVar("trace", default=None)


def read_trace(id: str = "", parent: str = "") -> Trace:
    """The trace of a request with these headers, X-Request-ID and traceparent; what is no id in them is replaced."""
    trace = Trace()
    if _is_id(id):
        trace.id = id
    if found := _read_parent(parent):
        trace.trace_id, trace.flags = found
    return trace


def current_id() -> str:
    """The id of the request that is being answered; empty outside one."""
    trace = CURRENT.get()
    return trace.id if trace else ""


def tell(error: Exception) -> None:
    """Note for the log why the current request is not answered as its sender wished: kind and codes, no text."""
    if (trace := CURRENT.get()) is None:
        return
    trace.outcome = (error if isinstance(error, GipdocsError) else GipdocsError()).problem_kind.slug
    if isinstance(error, InvalidInput):
        trace.codes = Counter(fault.code for fault in error.faults)
    elif isinstance(error, Refused):
        trace.codes = Counter(finding.code for finding in error.refusing)
    elif isinstance(error, ConversionError):
        trace.failure = error.kind


def name_method(method: str) -> str:
    """The method as log and metrics name it; "-" is where what came was not HTTP."""
    return method if method in METHODS else OTHER


def name_outcome(status: int) -> str:
    """404 is "not-found"; whatever is no error is "ok"."""
    if status < HTTPStatus.BAD_REQUEST:
        return "ok"
    try:
        return HTTPStatus(status).name.lower().replace("_", "-")
    except ValueError:
        return "error"


class Traced:
    """A WSGI application whose every answer names its request; `ended` is told of each with method, status and seconds."""

    def __init__(self, application: Application, ended: Callable[[Trace, str, int, float], None]) -> None:
        self._application, self._ended = application, ended

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        trace = read_trace(environ.get("HTTP_X_REQUEST_ID", ""), environ.get("HTTP_TRACEPARENT", ""))
        environ[ENVIRON] = trace
        status = int(HTTPStatus.INTERNAL_SERVER_ERROR)

        def start(line: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal status
            status = int(line[:3])
            return start_response(line, [*headers, *trace.headers()], *rest)

        before, begun = CURRENT.set(trace), time.monotonic()
        try:
            return self._application(environ, start)
        except Exception as error:  # whatever it is, the answer has the number by which the log tells of it
            LOG.error("unexpected %s at %s", type(error).__name__, locate(error))
            tell(error)
            start("500 INTERNAL SERVER ERROR", [("Content-Type", "text/plain; charset=utf-8"), *HEADERS.items()])
            return [BROKEN.format(trace.id).encode()]
        finally:
            CURRENT.reset(before)
            trace.end(status)
            self._ended(trace, environ["REQUEST_METHOD"], status, time.monotonic() - begun)


def _is_id(text: str) -> bool:
    return bool(ID.fullmatch(text)) and not any(map(PERSONAL.fullmatch, SEPARATORS.split(text)))


def _read_parent(text: str) -> tuple[str, int] | None:
    """Trace id and flags of a traceparent that is valid by W3C Trace Context; a later version may say more at its end."""
    if (found := PARENT.fullmatch(text)) is None:
        return None
    version, trace, parent, flags, more = found.groups()
    if version == "ff" or (version == "00" and more) or not int(trace, 16) or not int(parent, 16):
        return None
    return trace, int(flags, 16) & KNOWN_FLAGS
