"""Keeps slow clients from delaying others: no thread of the service ever waits for a client.

Each process gathers requests and sends answers in one loop that watches all its connections. A thread gets only
complete requests, and leaves to the loop what a client does not accept at once. What that is of a long answer, such as all
files of a batch, waits in a file without a name.
"""

from __future__ import annotations

import errno
import resource
import socket
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ, EVENT_WRITE
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Protocol

from gunicorn.config import Config
from gunicorn.http import errors
from gunicorn.http.message import Request
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from gipdocs.errors import locate
from gipdocs.gathering import Gathering
from gipdocs.headers import HEADERS
from gipdocs.tracing import BROKEN, Trace, read_trace

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

HEAD_SECONDS = 10.0
"""How long the head of a request may take, and how long a new connection may stay silent."""

BODY_SECONDS = 60.0
"""How long the body of a request may take."""

ANSWER_SECONDS = 60.0
"""How long a client may take to receive its answer, or what is held of it in memory."""

HELD_OF_ANSWER = 4 << 20
"""So much of an answer is held in memory; what follows it waits in a file."""

SLOWEST = 1 << 17
"""So many bytes a second a client has to receive of what lies in that file."""

SENT_BYTES = 1 << 18
"""The amount taken from that file before others get their turn."""

LINGER_SECONDS = 2.0
"""How long a connection stays open after its last answer; closed at once, it could lose the end of that answer."""

SWEEP_SECONDS = 0.25
"""How often the loop looks for expired connections."""

READ_BYTES = 1 << 16
"""The amount read from one client before others get their turn."""

HELD_BYTES = 256 << 20
"""The memory for requests and answers in a process; beyond it, the largest of the waiting connections are dropped."""

LARGEST_BODY = 32 << 20
"""The largest body that is read, in bytes, unless a server sets another limit."""

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
TOO_SLOW = "请求没有在规定的时间内传完：请检查网络，重新发送。"
CUT_SHORT = "请求没有传完就断开了，没有处理：请重新发送。"
NOT_UNDERSTOOD = "请求不符合HTTP协议，没有处理：请检查发送请求的程序。"
STATUSES = {
    errors.LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    errors.LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    errors.ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    errors.UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
}


class File(Protocol):
    """A file that can be sent as an answer."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; all if negative."""

    def seek(self, offset: int, /) -> object:
        """Go to that byte."""


class PatientSocket(socket.socket):
    """A non-blocking client socket that keeps what the client does not accept at once until it is flushed.

    The next bytes are `unsent`; those behind them, if they are many, wait in a file that no folder lists, so that it is gone
    with the process too.
    """

    def __init__(self, accepted: socket.socket) -> None:
        super().__init__(accepted.family, accepted.type, accepted.proto, accepted.detach())
        self.unsent = bytearray()
        self._rest: IO[bytes] | None = None
        self._taken = self._written = 0

    @property
    def left(self) -> int:
        """How many bytes the client has not accepted yet."""
        return len(self.unsent) + self.put_off

    @property
    def put_off(self) -> int:
        """How many of them wait in the file."""
        return self._written - self._taken

    def sendall(self, data: ReadableBuffer, flags: int = 0, /) -> None:
        """Send as much as the client accepts at once, and keep the rest."""
        rest = memoryview(data).cast("B")
        if self.flush():
            rest = rest[self._send(rest) :]
        if self._rest is None and len(self.unsent) + len(rest) <= HELD_OF_ANSWER:
            self.unsent += rest
        else:
            self._put_off(rest)

    def sendfile(self, file: File, offset: int = 0, count: int | None = None) -> int:
        """Send a file in the same way; returns the number of bytes."""
        file.seek(offset)
        sent = 0
        while data := file.read(SENT_BYTES if count is None else min(SENT_BYTES, count - sent)):
            self.sendall(data)
            sent += len(data)
        return sent

    def flush(self) -> bool:
        """Send as much as the client accepts now, though not very much; returns whether that was everything."""
        if not self.left:
            return True
        if not self.unsent:
            self._take_up()
        del self.unsent[: self._send(self.unsent)]
        return not self.left

    def forget(self) -> None:
        """Give up what has not been sent."""
        self.unsent.clear()
        self._taken = self._written = 0
        if self._rest is not None:
            self._rest.close()
            self._rest = None

    def close(self) -> None:
        """Close the connection, whatever has not been sent."""
        self.forget()
        super().close()

    def _put_off(self, data: memoryview) -> None:
        """Write bytes behind those that wait in the file."""
        if self._rest is None:
            self._rest = TemporaryFile(buffering=0)  # noqa: SIM115  # open until it is sent, or forgotten
        self._rest.seek(self._written)
        while data:
            count = self._rest.write(data)
            self._written, data = self._written + count, data[count:]

    def _take_up(self) -> None:
        """Make the next bytes of the file those that are sent next."""
        if self._rest is not None:
            self._rest.seek(self._taken)
            self.unsent += self._rest.read(SENT_BYTES)
            self._taken += len(self.unsent)
            if self._taken == self._written:
                self._rest.close()
                self._rest, self._taken, self._written = None, 0, 0

    def _send(self, data: ReadableBuffer) -> int:
        try:
            return self.send(data, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0


class ClientConnection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """A client's connection, with the part of its next request that has arrived.

    `task` is what the loop does once the client sends or accepts something before the `deadline`.
    """

    sock: PatientSocket

    def __init__(self, cfg: Config, accepted: socket.socket, client: object, largest_body: int) -> None:
        server = accepted.getsockname()
        super().__init__(cfg, PatientSocket(accepted), client, server)
        self.initialized = True  # otherwise gunicorn's thread would read from it
        self.raw = bytearray()
        self.task: Callable[[ClientConnection], None]
        self.deadline = 0.0
        self.keep = False
        self.weight = 0
        self._largest_body, self._number = largest_body, 0
        self.renew()

    def renew(self) -> None:
        """Expect the next request."""
        self._number += 1
        self.gathering = Gathering(self.cfg, self.client, self._number, self._largest_body)

    @property
    def begun(self) -> bool:
        """Whether part of a request has arrived."""
        return bool(self.raw or self.gathering.request)

    def weigh(self) -> int:
        """The change in the bytes that the connection holds since the last call."""
        before, self.weight = self.weight, len(self.raw) + self.gathering.size + len(self.sock.unsent)
        return self.weight - before


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's threaded worker, fed with complete requests only. Bodies of more than `largest_body` bytes are not read.

    `count` is told of each request that the application doesn't get, with method, status and seconds.
    """

    largest_body = LARGEST_BODY
    count: Callable[[Trace, str, int, float], None] | None = None

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        if files != resource.RLIM_INFINITY:
            self.worker_connections = min(self.cfg.worker_connections, files // 2)
        self._waiting: dict[ClientConnection, None] = {}  # the longest waiting first
        self._held = 0
        self._swept = 0.0

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection; if there are too many, drop the one that has waited longest."""
        try:
            accepted, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:
            if error.errno not in (errno.EMFILE, errno.ENFILE):
                raise
            self._make_room()
            return
        self.nr_conns += 1
        if self.nr_conns >= self.worker_connections:
            self._make_room()
        connection = ClientConnection(self.cfg, accepted, client, self.largest_body)
        self._wait(connection, self._read, HEAD_SECONDS)
        self._turn(connection)  # usually the request has already arrived

    def finish_request(self, connection: ClientConnection, answered: Future[bool]) -> None:
        """After a thread's answer: send what the client has not accepted yet, then expect the next request."""
        keep = not answered.cancelled() and not answered.exception() and answered.result()
        connection.renew()
        self._guard(partial(self._finish, keep=keep), connection)

    def murder_keepalived(self, force: bool = False) -> None:
        """Close all expired connections, or with `force` all waiting ones."""
        now = time.monotonic()
        if not force and now < self._swept + SWEEP_SECONDS:
            return
        self._swept = now
        for connection in [each for each in self._waiting if force or each.deadline <= now]:
            if connection not in self._waiting:  # dropped meanwhile, in favour of another
                continue
            if connection.task == self._read and connection.begun and not force:
                self._guard(partial(self._refuse, status=HTTPStatus.REQUEST_TIMEOUT, sentence=TOO_SLOW), connection)
            else:
                self._drop(connection)

    def _cap_keepalive(self, deadline: float) -> None:
        for connection in self._waiting:
            if connection.task == self._read and not connection.begun:
                connection.deadline = min(connection.deadline, deadline)

    def _keepalive_after(self, _connection: ClientConnection, keepalive: bool) -> bool:
        return keepalive  # the request was read to its end

    def _wait(self, connection: ClientConnection, task: Callable[[ClientConnection], None], seconds: float) -> None:
        event = EVENT_WRITE if task == self._write else EVENT_READ
        self.poller.register(connection.sock, event, lambda _: self._turn(connection))
        connection.task, connection.deadline = task, time.monotonic() + seconds
        self._waiting[connection] = None

    def _leave(self, connection: ClientConnection) -> None:
        del self._waiting[connection]
        self.poller.unregister(connection.sock)

    def _turn(self, connection: ClientConnection) -> None:
        if connection in self._waiting:  # it may have been dropped since the loop found it ready
            self._guard(connection.task, connection)

    def _guard(self, task: Callable[[ClientConnection], None], connection: ClientConnection) -> None:
        """Run a connection's task; its errors affect no other connection."""
        try:
            task(connection)
        except BlockingIOError:
            pass
        except OSError:
            self._drop(connection)
        except Exception:
            self.log.exception("Error on a connection")
            self._drop(connection)
        self._held += connection.weigh()
        self._shed()

    def _shed(self) -> None:
        """Drop the heaviest connections while the total is too high, but none that holds no more than its share."""
        while self._held > HELD_BYTES and self._waiting:
            heaviest = max(self._waiting, key=lambda each: each.weight)
            if heaviest.weight <= HELD_BYTES // self.worker_connections:
                break
            self._drop(heaviest)

    def _drop(self, connection: ClientConnection) -> None:
        if connection in self._waiting:
            self._leave(connection)
        connection.raw.clear()
        connection.sock.forget()
        connection.renew()
        self._held += connection.weigh()
        self.nr_conns -= 1
        connection.close()

    def _make_room(self) -> None:
        if oldest := next(iter(self._waiting), None):
            self._drop(oldest)

    def _read(self, connection: ClientConnection) -> None:
        data = connection.sock.recv(READ_BYTES, socket.MSG_DONTWAIT)
        if not connection.begun:
            connection.deadline = time.monotonic() + HEAD_SECONDS
        connection.raw += data
        if data:
            self._take(connection)
        elif connection.begun:
            self._refuse(connection, HTTPStatus.BAD_REQUEST, CUT_SHORT)
        else:
            self._drop(connection)

    def _take(self, connection: ClientConnection) -> None:
        """Process what has arrived of a request."""
        gathering, had_head = connection.gathering, connection.gathering.request is not None
        try:
            whole = gathering.take(connection.raw)
        except errors.ParseException as error:
            self._refuse(connection, STATUSES.get(type(error), HTTPStatus.BAD_REQUEST), NOT_UNDERSTOOD)
            return
        if gathering.asks_to_continue():
            connection.sock.sendall(CONTINUE)
        if whole:
            self._leave(connection)
            connection.parser = iter([gathering.request])
            self.enqueue_req(connection)
        elif gathering.request and not had_head:
            connection.deadline = time.monotonic() + BODY_SECONDS

    def _write(self, connection: ClientConnection) -> None:
        if connection.sock.flush():
            self._leave(connection)
            self._finish(connection, keep=connection.keep)

    def _finish(self, connection: ClientConnection, *, keep: bool) -> None:
        connection.keep = keep
        if connection.sock.left:
            self._wait(connection, self._write, ANSWER_SECONDS + connection.sock.put_off / SLOWEST)
        elif keep:
            seconds = self.cfg.keepalive if self.alive else STOP_KEEPALIVE_LINGER
            self._wait(connection, self._read, HEAD_SECONDS if connection.begun else seconds)
            if connection.begun:
                self._take(connection)
        else:
            connection.sock.shutdown(socket.SHUT_WR)
            self._wait(connection, self._drain, LINGER_SECONDS)

    def _drain(self, connection: ClientConnection) -> None:
        if not connection.sock.recv(READ_BYTES, socket.MSG_DONTWAIT):
            self._drop(connection)

    def handle_error(
        self, request: Request | None, client: PatientSocket, _address: object, error: BaseException
    ) -> None:
        """Answer a request at which the server itself has failed; gunicorn would log its address."""
        self.log.error("unexpected %s at %s", type(error).__name__, locate(error))
        trace = _trace_of(request)
        self._answer(client, request, HTTPStatus.INTERNAL_SERVER_ERROR, BROKEN.format(trace.id), trace)

    def _refuse(self, connection: ClientConnection, status: HTTPStatus, sentence: str) -> None:
        """Send an error answer, and end the connection."""
        request = connection.gathering.request
        self._answer(connection.sock, request, status, sentence, _trace_of(request))
        connection.raw.clear()
        connection.renew()
        self._leave(connection)
        self._finish(connection, keep=False)

    def _answer(
        self, client: PatientSocket, request: Request | None, status: HTTPStatus, sentence: str, trace: Trace
    ) -> None:
        """Send an error answer, count and log it."""
        body = sentence.encode()
        headers = {
            "Connection": "close",
            "Content-Length": str(len(body)),
            "Content-Type": "text/plain; charset=utf-8",
            **HEADERS,
            **dict(trace.headers()),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        client.sendall(f"HTTP/1.1 {status.value} {status.phrase}\r\n{head}\r\n".encode() + body)
        method = request.method if request else "-"
        if self.count:
            self.count(trace, method, status.value, 0.0)
        self.log.tell(trace, method, status.value, len(body))


def _trace_of(request: Request | None) -> Trace:
    """The trace of a request whose head has arrived, or a new one."""
    headers = dict(request.headers) if request else {}
    return read_trace(headers.get("X-REQUEST-ID", ""), headers.get("TRACEPARENT", ""))
