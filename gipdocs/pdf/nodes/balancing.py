"""Sends each job to the least busy converter node, and to another node if that one fails."""

from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from collections import Counter
from email.message import Message
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import quote, urlsplit

from gipdocs.errors import ConversionError, ConverterBusy, ConverterRefused, ConverterTimeout, SetupError
from gipdocs.pdf.converter import Made
from gipdocs.pdf.nodes.application import LABEL_HEADER, MAKER_HEADER, check_token
from gipdocs.pdf.options import Options
from gipdocs.pdf.pool.client import MARGIN_SECONDS
from gipdocs.pdf.pool.measures import add_up

PENALTY_SECONDS = 5.0
"""How long an unresponsive node is tried last."""

HUNG_SECONDS = 120.0
"""The same for a node that took a document and never answered: the next job sent there would have the longest wait."""

CONNECT_SECONDS = 2.0
PROBE_SECONDS = 2.0


COUNTERS = ("answers", "failures", "restarts")


class Unreachable(Exception):
    """The node did not answer, or its answer was not that of a node."""


class Hung(Exception):
    """The node was reached but did not answer in time."""


class Node:
    """A node: its address, the number of our jobs it is working on, and until when it is avoided."""

    def __init__(self, url: str, options: Options) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SetupError(f"转换节点的地址“{url}”不对：应当像 http://10.0.0.2:8010 这样写。")
        self.url = url
        self.working = 0
        self.avoided_until = 0.0
        self._parts = parts
        self._token = options.token
        self._seconds = options.queue_seconds + 2 * options.work_seconds + MARGIN_SECONDS
        self._free: list[HTTPConnection] = []
        self._process = os.getpid()

    def convert(self, docx: bytes, label: str) -> Made:
        """The PDF; raises the node's own error, or Unreachable or Hung if it does not answer."""
        headers = {"Content-Type": "application/octet-stream", LABEL_HEADER: quote(label)}
        status, given, body = self._ask("POST", "/convert", headers, docx, self._seconds)
        if status == HTTPStatus.OK and given["Content-Type"] == "application/pdf":
            return Made(body, f"{self.url} {given.get(MAKER_HEADER, '')}")
        wait = given.get("Retry-After", "")
        retry_after = int(wait) if wait.isdecimal() else 1
        message = _read_message(body) or f"转换节点 {self.url} 答复异常（{status}）。"
        match status:
            case HTTPStatus.UNPROCESSABLE_ENTITY | HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                raise ConverterRefused(message)
            case HTTPStatus.GATEWAY_TIMEOUT:
                raise ConverterTimeout(message)
            case HTTPStatus.SERVICE_UNAVAILABLE:
                raise ConverterBusy(message, retry_after=max(1, retry_after))
            case HTTPStatus.BAD_GATEWAY:
                raise ConversionError(message)
        raise Unreachable(message)

    def state(self) -> dict[str, Any]:
        """The state of the node's pool."""
        status, _, body = self._ask("GET", "/health", {}, None, PROBE_SECONDS)
        try:
            found = json.loads(body)
        except ValueError as error:
            raise Unreachable(f"转换节点 {self.url} 答复异常（{status}）。") from error
        if status != HTTPStatus.OK:
            raise Unreachable(found.get("message", f"转换节点 {self.url} 答复异常（{status}）。"))
        return dict(found)

    def doubt(self, maker: str, label: str, *, last: bool) -> None:
        """Report a wrong PDF of one of the node's workers."""
        body = json.dumps({"maker": maker, "label": label, "last": last}).encode()
        self._ask("POST", "/doubt", {"Content-Type": "application/json"}, body, PROBE_SECONDS)

    def close(self) -> None:
        """Hang up."""
        free, self._free = self._free, []
        for connection in free:
            connection.close()

    def _ask(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None, seconds: float
    ) -> tuple[int, Message, bytes]:
        """Status, headers and body; reconnects if the node has closed a kept connection."""
        if self._token is not None:
            headers = {**headers, "Authorization": f"Bearer {self._token}"}
        while True:
            connection, used = self._connection(seconds)
            try:
                sent = _send(connection, method, self._parts.path.rstrip("/") + path, body, headers)
                answer = connection.getresponse()
                data = answer.read()
            except TimeoutError as error:
                connection.close()
                raise Hung(f"转换节点 {self.url} 迟迟没有答复。") from error
            except (OSError, HTTPException) as error:
                connection.close()
                if used:
                    continue
                raise Unreachable(f"转换节点 {self.url} 没有应答。") from error
            if sent and connection.sock is not None:  # the node may have closed it
                self._free.append(connection)
            else:
                connection.close()
            return answer.status, answer.headers, data

    def _connection(self, seconds: float) -> tuple[HTTPConnection, bool]:
        """A connection, and whether it has been used before."""
        if self._process != os.getpid():  # in a fork, the connections belong to the parent
            self._process, self._free = os.getpid(), []
        try:
            connection, used = self._free.pop(), True
        except IndexError:
            connection, used = self._connect(), False
        connection.sock.settimeout(seconds)
        return connection, used

    def _connect(self) -> HTTPConnection:
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        connection = kind(str(self._parts.hostname), self._parts.port, timeout=CONNECT_SECONDS)
        try:
            connection.connect()
        except OSError as error:
            raise Unreachable(f"转换节点 {self.url} 没有应答。") from error
        return connection


class Nodes:
    """All nodes as one transport."""

    def __init__(self, options: Options) -> None:
        check_token(options.token)
        self._nodes = [Node(url, options) for url in options.nodes]
        self._lock = threading.Lock()

    def send(self, docx: bytes, label: str) -> Made:
        """The PDF from the first node that returns one; a job is tried once on each node, and not again after a timeout."""
        tried: list[Node] = []
        last: Exception = ConversionError("没有设置转换节点。")
        while (node := self._take(tried)) is not None:
            try:
                return node.convert(docx, label)
            except (Unreachable, ConverterBusy) as error:
                last = error
                if isinstance(error, Unreachable):
                    node.avoided_until = time.monotonic() + PENALTY_SECONDS
            except Hung as error:
                node.avoided_until = time.monotonic() + HUNG_SECONDS
                raise ConverterTimeout(f"文书“{label}”迟迟没有转换完，已停止等待。", kind="silent") from error
            finally:
                with self._lock:
                    node.working -= 1
        if isinstance(last, ConversionError):
            raise last
        raise ConversionError(f"所有转换节点都不可用：{last}", kind="unreachable") from last

    def doubt(self, maker: str, label: str, *, last: bool) -> None:
        """See `Transport.doubt`; a node that is gone needs no report."""
        url, _, worker = maker.partition(" ")
        for node in self._nodes:
            if node.url == url:
                with contextlib.suppress(Unreachable, Hung):
                    node.doubt(worker, label, last=last)

    def state(self) -> dict[str, Any]:
        """The combined state of all nodes: ready if any is."""
        states, faults = [], []
        for node in self._nodes:
            try:
                states.append(node.state())
            except (Unreachable, Hung) as error:
                faults.append(str(error))
        return _combine(states, faults)

    def close(self) -> None:
        """Hang up."""
        for node in self._nodes:
            node.close()

    def _take(self, tried: list[Node]) -> Node | None:
        """The least busy untried node, recently failed ones last; its job count goes up by one."""
        now = time.monotonic()
        with self._lock:
            left = [node for node in self._nodes if node not in tried]
            if not left:
                return None
            node = min(left, key=lambda node: (node.avoided_until > now, node.working))
            node.working += 1
        tried.append(node)
        return node


def _send(connection: HTTPConnection, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> bool:
    """Send a request; False if the node hung up before its end, which it may have done after a refusal."""
    try:
        connection.request(method, path, body, headers)
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


def _combine(states: list[dict[str, Any]], faults: list[str]) -> dict[str, Any]:
    layers = [state["layers"] for state in states if state["layers"]]
    return {
        "ready": any(state["ready"] for state in states),
        "fault": "；".join(faults + [state["fault"] for state in states if state["fault"]]),
        "layers": {name: all(each.get(name, False) for each in layers) for each in layers[:1] for name in each},
        **{key: sum(state[key] for state in states) for key in ("workers", "working", "queue", "memory_mib")},
        **{key: dict(sum((Counter(state.get(key, {})) for state in states), Counter())) for key in COUNTERS},
        **{key: add_up([state[key] for state in states]) for key in ("waiting_seconds", "working_seconds")},
    }


def _read_message(body: bytes) -> str:
    try:
        return str(json.loads(body)["message"])
    except (ValueError, LookupError, TypeError):
        return ""
