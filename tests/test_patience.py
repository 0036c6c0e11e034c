"""Slow and broken clients of a running service: they keep nobody waiting, and what they cut short is not processed."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection

import pytest

from gipdocs.service import Service
from tests.test_serving import Server, ended

MANY = 300
PATIENCE_SECONDS = 30.0
PROMPT_SECONDS = 2.0
POST = b"POST /api/v1/documents/receipt?format=docx HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service on a free port."""
    with ended(Server(tmp_path_factory.mktemp("service"))) as server:
        assert server.ask("GET", "/healthz")[0] == 200
        yield server


@pytest.fixture(scope="module")
def letter(service: Service) -> bytes:
    """Answers from which the receipt is built."""
    return json.dumps(service.sample("receipt"), ensure_ascii=False).encode()


def connect(server: Server) -> socket.socket:
    """A connection on which little can be under way, so that what its client leaves lying stays with the service."""
    client = socket.socket()
    client.settimeout(PATIENCE_SECONDS)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
    client.connect(("127.0.0.1", server.port))
    return client


def exchange(server: Server, *pieces: bytes, hang_up: bool = False) -> bytes:
    """All that the service answers until it ends the connection."""
    with connect(server) as client:
        for piece in pieces:
            client.sendall(piece)
            time.sleep(0.02)
        if hang_up:
            client.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := client.recv(1 << 16):
            answer += piece
        return answer


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"^HTTP/1\.1 (\d+) ", answer, re.MULTILINE)]


@contextmanager
def slow(server: Server, beginning: bytes, drop: bytes = b"") -> Iterator[list[socket.socket]]:
    """Many clients that begin alike and then send `drop` again and again, each a few times in a second."""
    done = threading.Event()
    with ExitStack() as stack:
        clients = [stack.enter_context(connect(server)) for _ in range(MANY)]

        def drip() -> None:
            while not done.wait(0.2):
                for client in clients:
                    client.sendall(drop)

        for client in clients:
            client.sendall(beginning)
        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            yield clients
        finally:
            done.set()
            dripping.join()


def promptly(server: Server) -> float:
    """How long the slowest of four health checks takes, in seconds."""
    seconds = []
    for _ in range(4):
        begun = time.monotonic()
        connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)
        connection.request("GET", "/healthz")
        assert connection.getresponse().status == 200
        connection.close()
        seconds.append(time.monotonic() - begun)
    return max(seconds)


KINDS: dict[str, tuple[bytes, bytes]] = {
    "silent": (b"", b""),
    "slow head": (b"GET /healthz HTTP/1.1\r\nX-Slow: ", b"a"),
    "slow body": (POST + b"Content-Length: 100000\r\n\r\n{", b" "),
    "slow chunks": (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "answers left lying": (b"GET /api/static/vendor/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n", b""),
    "connections left open": (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b""),
}


@pytest.mark.parametrize("kind", KINDS)
def test_many_slow_clients_keep_nobody_waiting(server: Server, kind: str) -> None:
    with slow(server, *KINDS[kind]):
        time.sleep(1)
        assert promptly(server) < PROMPT_SECONDS
