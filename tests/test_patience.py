"""Slow and broken clients of a running service: they keep nobody waiting, and what they cut short is not processed."""

from __future__ import annotations

import json
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from gipdocs.headers import HEADERS
from gipdocs.patience import CUT_SHORT, NOT_UNDERSTOOD, TOO_SLOW
from gipdocs.service import Service
from tests.test_serving import Server, ended

pytestmark = pytest.mark.alone

MANY = 300
PATIENCE_SECONDS = 30.0
PROMPT_SECONDS = 2.0
POST = b"POST /api/v1/documents/receipt?format=docx HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The service on a free port, with the doors at which nobody sends large files."""
    with ended(Server(tmp_path_factory.mktemp("service"), GIPDOCS_DOORS="citizen api")) as server:
        assert server.ask("GET", "/")[0] == 200
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
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+) ", answer)]


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


def promptly(server: Server, path: str = "/healthz") -> float:
    """How long the slowest of four health checks takes, in seconds."""
    seconds = []
    for _ in range(4):
        begun = time.monotonic()
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_SECONDS)) as connection:
            connection.request("GET", path)
            assert connection.getresponse().status == 200
        seconds.append(time.monotonic() - begun)
    return max(seconds)


KINDS: dict[str, tuple[bytes, bytes]] = {
    "silent": (b"", b""),
    "slow head": (b"GET /healthz HTTP/1.1\r\nX-Slow: ", b"a"),
    "slow body": (POST + b"Content-Length: 100000\r\n\r\n{", b" "),
    "slow chunks": (POST + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "answers left lying": (b"GET /api/static/vendor/swagger-ui.css HTTP/1.1\r\nHost: localhost\r\n\r\n", b""),
    "connections left open": (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", b""),
}


@pytest.mark.parametrize("kind", KINDS)
def test_many_slow_clients_keep_nobody_waiting(server: Server, kind: str) -> None:
    beginning, drop = KINDS[kind]
    with slow(server, beginning, drop) as clients:
        time.sleep(1)
        for client in clients if beginning.endswith(b"\r\n\r\n") and not drop else ():
            assert client.recv(12, socket.MSG_PEEK) == b"HTTP/1.1 200"
        assert promptly(server) < PROMPT_SECONDS


CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
BROKEN = {
    "negative size": CHUNKED + b"-1\r\n{}\r\n0\r\n\r\n",
    "size with a prefix": CHUNKED + b"0x2\r\n{}\r\n0\r\n\r\n",
    "signed size": CHUNKED + b"+2\r\n{}\r\n0\r\n\r\n",
    "no size": CHUNKED + b"\r\n{}\r\n0\r\n\r\n",
    "size with an underscore": CHUNKED + b"1_0\r\n{}\r\n0\r\n\r\n",
    "size line without an end": CHUNKED + b"2;" + b"a" * 9000,
    "size line that ends in LF": CHUNKED + b"2\n{}\r\n0\r\n\r\n",
    "bad extension": CHUNKED + b"2;a=\x01\r\n{}\r\n0\r\n\r\n",
    "bad end of a chunk": CHUNKED + b"2\r\n{}XX0\r\n\r\n",
    "half a bad end of a chunk": CHUNKED + b"2\r\n{}X",
    "length in a trailer": CHUNKED + b"2\r\n{}\r\n0\r\nContent-Length: 2\r\n\r\n",
    "bad trailer": CHUNKED + b"2\r\n{}\r\n0\r\nno field\r\n\r\n",
    "trailer that ends in LF": CHUNKED + b"2\r\n{}\r\n0\r\nX: a\n",
    "head that ends in LF": b"GET /healthz HTTP/1.1\nHost: localhost\n\n",
    "head without a host": b"GET /healthz HTTP/1.1\r\n\r\n",
    "negative length": POST + b"Content-Length: -1\r\n\r\n",
    "length and chunks": POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("request_", BROKEN.values(), ids=BROKEN)
def test_what_is_not_http_is_refused_and_ends_the_connection(server: Server, request_: bytes) -> None:
    answer = exchange(server, request_)
    assert statuses(answer) == [400] and NOT_UNDERSTOOD in answer.decode()
    assert all(f"\r\n{name}: {value}\r\n" in answer.decode() for name, value in HEADERS.items())


def test_what_never_reaches_a_route_has_its_ids_too(server: Server) -> None:
    named = POST + b"X-Request-ID: job-7\r\nContent-Length: 9\r\n\r\n{"
    assert b"\r\nX-Request-ID: job-7\r\n" in exchange(server, named, hang_up=True)
    answer = exchange(server, BROKEN["negative length"])
    assert re.search(rb"\r\nX-Request-ID: [0-9a-f-]{36}\r\ntraceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-00\r\n", answer)


def test_no_header_says_under_which_path_the_service_is(server: Server) -> None:
    path = b"/api/docs"
    plain = exchange(server, b"GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % path)
    for prefix in (b"/api", b"/x", b"/"):
        head = b"GET %s HTTP/1.1\r\nHost: localhost\r\nSCRIPT_NAME: %s\r\nPATH_INFO: /\r\nConnection: close\r\n\r\n"
        answer = exchange(server, head % (path, prefix))
        assert statuses(answer) == [200]
        assert answer.partition(b"\r\n\r\n")[2] == plain.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize(("name", "status"), [(b"localhost", 200), (b"elsewhere.example", 400)])
def test_the_host_in_the_target_is_the_host(server: Server, name: bytes, status: int) -> None:
    head = b"GET http://%s/healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % name
    assert statuses(exchange(server, head)) == [status]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /" + b"a" * 8000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000, 431),
        (CHUNKED + b"0\r\nX: " + b"a" * 70_000, 431),
        (POST + b"Transfer-Encoding: odd\r\n\r\n", 501),
        (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        (POST + b"Expect: magic\r\n\r\n", 417),
    ],
    ids=["address", "field", "head without end", "trailers without end", "coding", "coding in chunks", "expectation"],
)
def test_what_is_too_much_is_refused_with_its_own_status(server: Server, request_: bytes, status: int) -> None:
    assert statuses(exchange(server, request_)) == [status]


def framed(body: bytes, *, chunked: bool, whole: bool = True) -> bytes:
    """A request with that body, without its last byte unless it is to be whole."""
    if chunked:
        cut = len(body) // 3
        parts = b"".join(b"%x;a=b\r\n%b\r\n" % (len(part), part) for part in (body[:cut], body[cut:]))
        return (CHUNKED + parts + b"0\r\nX-Sum: 1\r\n\r\n")[: None if whole else -1]
    return POST + b"Content-Length: %d\r\n\r\n" % len(body) + (body if whole else body[:-1])


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
def test_a_body_that_is_cut_short_is_not_processed(server: Server, letter: bytes, chunked: bool) -> None:
    padded = letter + b" "  # whole for whoever doesn't look at its length
    answer = exchange(server, framed(padded, chunked=chunked, whole=False), hang_up=True)
    assert statuses(answer) == [400] and CUT_SHORT in answer.decode()


def test_a_head_that_is_cut_short_is_refused(server: Server) -> None:
    assert statuses(exchange(server, b"GET /healthz HTTP/1.1\r\n", hang_up=True)) == [400]


@pytest.mark.parametrize("step", [1, 7, 1 << 20], ids=["one byte", "seven bytes", "whole"])
@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
def test_a_request_is_the_same_in_whatever_pieces_it_comes(
    server: Server, letter: bytes, chunked: bool, step: int
) -> None:
    request_ = framed(letter, chunked=chunked)
    with connect(server) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(request_), step):
            client.sendall(request_[at : at + step])
        assert client.recv(12) == b"HTTP/1.1 200"


def test_requests_that_are_sent_ahead_are_answered_in_their_order(server: Server, letter: bytes) -> None:
    ask = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    answer = exchange(server, ask * 20 + framed(letter, chunked=True) + framed(letter, chunked=False) + ask + last)
    assert statuses(answer) == [200] * 23 + [404]


def test_a_client_that_asks_whether_to_go_on_is_told(server: Server, letter: bytes) -> None:
    head, _, body = framed(letter, chunked=False).partition(b"\r\n\r\n")
    with connect(server) as client:
        client.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert client.recv(1 << 16) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(body)
        assert client.recv(12) == b"HTTP/1.1 200"


@pytest.mark.parametrize("expect", [b"", b"Expect: 100-continue\r\n"], ids=["unasked", "asked"])
def test_a_body_that_is_too_large_is_refused_before_it_comes(server: Server, expect: bytes) -> None:
    answer = exchange(server, POST + expect + b"Content-Length: 3000000\r\n\r\n", b"GET /healthz HTTP/1.1\r\n\r\n")
    assert statuses(answer) == [413] and b"application/problem+json" in answer


def test_chunks_that_are_too_large_are_refused_as_soon_as_they_are(server: Server) -> None:
    answer = exchange(server, CHUNKED + b"1000000\r\n" + b" " * 2_500_000)
    assert statuses(answer) == [413] and b"application/problem+json" in answer


def test_a_large_answer_arrives_whole_however_slowly_it_is_fetched(server: Server) -> None:
    path = "/api/static/vendor/swagger-ui-bundle.js"
    _, expected = server.ask("GET", path)
    with connect(server) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        time.sleep(0.5)
        answer = b""
        while piece := client.recv(1 << 14):
            answer += piece
            time.sleep(0.001)
    assert answer.partition(b"\r\n\r\n")[2] == expected


class LimitedServer(Server):
    """A service with other limits than usual."""

    def __init__(self, folder: Path, limits: Mapping[str, float], **environment: str) -> None:
        start = "import sys; from gipdocs import cli, patience; patience.__dict__.update({}); sys.exit(cli.main())"
        self.command = (sys.executable, "-c", start.format(limits))
        super().__init__(folder, **environment)


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service of less patience, whose log shows no fault in the end."""
    limits = {"HEAD_SECONDS": 4, "BODY_SECONDS": 4, "ANSWER_SECONDS": 4, "HELD_BYTES": 8 << 20}
    folder, room = tmp_path_factory.mktemp("hasty"), "--worker-connections 100 --keep-alive 1"
    with ended(LimitedServer(folder, limits, GUNICORN_CMD_ARGS=room)) as server:
        assert server.ask("GET", "/")[0] == 200
        yield server
        log = server.end()
        assert "Traceback" not in log and "Error" not in log


@pytest.mark.parametrize(
    ("beginning", "drop", "expected"),
    [
        (b"", b"", []),
        (b"GET /healthz HTTP/1.1\r\nX: ", b"a", [408]),
        (POST + b"Content-Length: 1000\r\n\r\n", b" ", [408]),
        (CHUNKED, b"1\r\n \r\n", [408]),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", b"", [200]),
        (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nG", b"", [200, 408]),
    ],
    ids=["silent", "slow head", "slow body", "slow chunks", "idle", "slow second head"],
)
def test_who_is_too_slow_is_told_and_disconnected(
    hasty: Server, beginning: bytes, drop: bytes, expected: list[int]
) -> None:
    with connect(hasty) as client:
        client.sendall(beginning)
        client.settimeout(0.2)
        answer, begun = b"", time.monotonic()
        while time.monotonic() < begun + PATIENCE_SECONDS:
            try:
                answer += (piece := client.recv(1 << 16))
            except TimeoutError:
                client.sendall(drop)
            else:
                if not piece:
                    break
    assert time.monotonic() < begun + PATIENCE_SECONDS, "it was left connected"
    assert statuses(answer) == expected
    assert (TOO_SLOW in answer.decode()) == (408 in expected)


def test_who_does_not_fetch_an_answer_is_disconnected(hasty: Server) -> None:
    with connect(hasty) as client:
        client.sendall(b"GET /api/static/vendor/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n")
        time.sleep(7)
        fetched = 0
        with suppress(ConnectionResetError):
            while piece := client.recv(1 << 16):
                fetched += len(piece)
    assert 0 < fetched < 1_500_000


def test_many_that_send_much_and_never_all_do_not_fill_the_memory(hasty: Server, letter: bytes) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(connect(hasty)) for _ in range(40)]
        for client in clients:
            with suppress(ConnectionResetError, BrokenPipeError):
                client.sendall(POST + b"Content-Length: 1500000\r\n\r\n" + b" " * 1_000_000)
        assert promptly(hasty) < PROMPT_SECONDS
        assert statuses(
            exchange(hasty, framed(letter, chunked=False).replace(b"Host", b"Connection: close\r\nHost"))
        ) == [200]
        assert sum(map(connected, clients)) <= 2 * 8


def connected(client: socket.socket) -> bool:
    try:
        return client.recv(1, socket.MSG_DONTWAIT) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def test_more_connections_than_there_is_room_for_cost_the_oldest_of_them(hasty: Server) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(connect(hasty)) for _ in range(MANY)]
        assert promptly(hasty) < PROMPT_SECONDS
        assert sum(map(connected, clients)) <= 2 * 100


def test_a_service_that_is_to_end_answers_what_has_begun_and_waits_for_nobody_else(
    tmp_path: Path, letter: bytes
) -> None:
    request_ = framed(letter, chunked=False)
    with ended(LimitedServer(tmp_path, {"HEAD_SECONDS": 100})) as server:
        assert server.ask("GET", "/")[0] == 200
        with connect(server), connect(server) as begun:
            begun.sendall(request_[:-1])
            time.sleep(0.5)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            begun.sendall(request_[-1:])
            answer = begun.recv(1 << 10)
            _, log = server.process.communicate(timeout=25)
        assert statuses(answer) == [200] and b"Connection: close" in answer
        assert server.process.returncode == 0 and b"Traceback" not in log
