"""Converter nodes: the same interface over HTTP, with another node when one is gone."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.validate import validator

import pytest

from gipdocs.errors import ConversionError, ConverterBusy, ConverterRefused, ConverterTimeout, SetupError
from gipdocs.pdf.converter import Converter
from gipdocs.pdf.nodes.application import node_application
from gipdocs.pdf.nodes.balancing import CONNECT_SECONDS, PENALTY_SECONDS, Nodes
from gipdocs.pdf.opening import open_converter
from gipdocs.pdf.options import Options, encode
from gipdocs.pdf.pool.client import MARGIN_SECONDS, PoolClient
from tests.pdf import samples
from tests.pdf.processes import wait_for

pytestmark = pytest.mark.alone

TOKEN = "sample-token"
ROOT = Path(__file__).resolve().parents[2]

SERVE = """
import sys
from dataclasses import replace
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from gipdocs.pdf.nodes.application import node_application
from gipdocs.pdf.options import decode

class Server(ThreadingMixIn, WSGIServer):
    pass

class Quiet(WSGIRequestHandler):
    def log_message(self, format, *args):
        pass

application = node_application(replace(decode(sys.argv[1]), token=sys.argv[2]))
server = make_server("127.0.0.1", 0, application, Server, Quiet)
print(server.server_port, flush=True)
server.serve_forever()
"""


class NodeProcess:
    """A node in a process of its own, over the shared pool."""

    def __init__(self, pool: PoolClient) -> None:
        command = [sys.executable, "-c", SERVE, encode(pool.options), TOKEN]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)
        assert self.process.stdout
        self.url = f"http://127.0.0.1:{int(self.process.stdout.readline())}"

    def kill(self) -> None:
        self.process.kill()
        if self.process.stdout and not self.process.stdout.closed:
            self.process.communicate()


@pytest.fixture
def nodes(pool: PoolClient) -> Iterator[list[NodeProcess]]:
    nodes = [NodeProcess(pool) for _ in range(2)]
    yield nodes
    for node in nodes:
        node.kill()


def over(urls: list[str], **changes: object) -> Converter:
    options = {"token": TOKEN, "nodes": tuple(urls), **changes}
    return open_converter(Options(**options))  # type: ignore[arg-type]


def test_a_node_gives_the_same_bytes_as_the_pool(converter: Converter, nodes: list[NodeProcess]) -> None:
    docx = samples.letter(samples.RARE)
    elsewhere = over([nodes[0].url])
    assert elsewhere.convert(docx, label="样本") == converter.convert(docx, label="样本")
    health = elsewhere.health()
    assert health.ready
    assert health.workers == 2
    assert health.layers == converter.health().layers
    elsewhere.close()


def test_a_killed_node_costs_no_answer(nodes: list[NodeProcess]) -> None:
    converter = over([node.url for node in nodes])
    marks = [f"甲{number:03d}乙" for number in range(16)]
    answered = threading.Semaphore(0)

    def convert(mark: str) -> bytes:
        pdf = converter.convert(samples.letter(mark), label="样本")
        answered.release()
        return pdf

    with ThreadPoolExecutor(4) as threads:
        futures = [threads.submit(convert, mark) for mark in marks]
        for _ in range(4):
            assert answered.acquire(timeout=30)
        nodes[0].kill()
        assert all(future.result(30).startswith(b"%PDF-") for future in futures)
    health = converter.health()
    assert health.ready
    assert health.workers == 2
    nodes[1].kill()
    with pytest.raises(ConversionError, match="所有转换节点都不可用"):
        converter.convert(samples.letter(), label="样本")
    wait_for(lambda: not converter.health().ready)
    assert nodes[1].url in converter.health().reason
    converter.close()


def test_a_node_is_told_which_of_its_workers_made_a_wrong_pdf(pool: PoolClient, nodes: list[NodeProcess]) -> None:
    far = Nodes(Options(token=TOKEN, nodes=tuple(node.url for node in nodes)))
    made = far.send(samples.letter(), "样本")
    url, _, worker = made.maker.partition(" ")
    assert url in {node.url for node in nodes} and worker.startswith("worker-")
    before = pool.state()["failures"].get("wrong", 0)
    far.doubt(made.maker, "样本", last=True)
    assert pool.state()["failures"]["wrong"] == before + 1
    assert far.state()["failures"]["wrong"] == 2 * (before + 1)
    for node in nodes:
        node.kill()
    far.doubt(made.maker, "样本", last=True)
    far.close()


def test_a_wrong_token_is_refused_and_says_so(nodes: list[NodeProcess]) -> None:
    converter = over([nodes[0].url], token="falsch")
    with pytest.raises(ConversionError, match="令牌不对"):
        converter.convert(samples.letter(), label="样本")
    assert "令牌不对" in converter.health().reason
    converter.close()


def test_a_refusal_is_told_even_if_the_node_hangs_up_before_it_has_the_whole_document() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as threads:
        refused = threads.submit(refuse_early, server)
        nodes = Nodes(Options(nodes=(address_of(server),), token="falsch"))
        with pytest.raises(ConversionError, match="令牌不对"):
            nodes.send(bytes(16 << 20), "样本")  # more than fits between client and node
        refused.result()
        assert nodes._nodes[0]._free == []
        nodes.close()


def refuse_early(server: socket.socket) -> None:
    """Answer a request as soon as its head is there."""
    connection, _ = server.accept()
    with connection, connection.makefile("rb", buffering=0) as request:
        while request.readline().strip():
            pass
        body = json.dumps({"message": "令牌不对"}).encode()
        connection.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))


def test_an_address_that_is_none_stops_the_start() -> None:
    with pytest.raises(SetupError, match=r"地址“10\.0\.0\.2:8010”不对"):
        over(["10.0.0.2:8010"])


@pytest.mark.parametrize("token", ["", " x", "令牌", "a\nb"])
def test_a_token_that_no_header_can_carry_stops_the_start(token: str) -> None:
    with pytest.raises(SetupError, match="令牌只能用"):
        over(["http://127.0.0.1:1"], token=token)
    with pytest.raises(SetupError, match="令牌只能用"):
        node_application(Options(token=token))


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


class Fixed:
    """A server that gives every request the same answer, and counts them."""

    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.asked = 0

        def application(environ: dict[str, object], start_response: object) -> list[bytes]:
            self.asked += 1
            environ["wsgi.input"].read(int(str(environ.get("CONTENT_LENGTH") or 0)))  # type: ignore[attr-defined]
            start_response(status, [*headers, ("Content-Length", str(len(body)))])  # type: ignore[operator]
            return [body]

        self.server: WSGIServer = make_server("127.0.0.1", 0, application, handler_class=Quiet)  # type: ignore[arg-type]
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


JSON = [("Content-Type", "application/json")]
MESSAGE = json.dumps({"message": "节点的说明"}).encode()

ANSWERS = {
    "busy": ("503 Busy", [*JSON, ("Retry-After", "7")], MESSAGE, ConverterBusy, 2),
    "timeout": ("504 Late", JSON, MESSAGE, ConverterTimeout, 1),
    "refused": ("422 No", JSON, MESSAGE, ConverterRefused, 1),
    "failed": ("502 Bad", JSON, MESSAGE, ConversionError, 1),
    "another server": ("200 OK", [("Content-Type", "text/html")], b"<html>", ConversionError, 2),
    "a crash": ("500 Error", JSON, b"", ConversionError, 2),
}


@pytest.mark.parametrize(("status", "headers", "body", "error", "asked"), ANSWERS.values(), ids=ANSWERS)
def test_only_an_absent_or_busy_node_sends_the_job_to_another(
    status: str, headers: list[tuple[str, str]], body: bytes, error: type[Exception], asked: int
) -> None:
    servers = [Fixed(status, headers, body) for _ in range(2)]
    converter = over([server.url for server in servers])
    try:
        with pytest.raises(error) as caught:
            converter.convert(samples.letter(), label="样本")
    finally:
        converter.close()
        for server in servers:
            server.close()
    assert type(caught.value) is error
    assert sum(server.asked for server in servers) == asked
    if isinstance(caught.value, ConverterBusy):
        assert caught.value.retry_after == 7


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A node that hangs: the system accepts connections for it, and nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def steady() -> Iterator[Fixed]:
    """A node that gives a PDF to everybody."""
    server = Fixed("200 OK", [("Content-Type", "application/pdf")], b"%PDF-")
    yield server
    server.close()


def address_of(server: socket.socket) -> str:
    return f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_node_that_hangs_costs_one_document_and_the_message_names_that(silent: socket.socket, steady: Fixed) -> None:
    patience = {"queue_seconds": -MARGIN_SECONDS, "work_seconds": 0.1}
    nodes = Nodes(Options(nodes=(address_of(silent), steady.url), **patience))  # type: ignore[arg-type]
    with pytest.raises(ConverterTimeout, match="“样本”") as caught:
        nodes.send(b"", "样本")
    assert address_of(silent) not in str(caught.value)
    for _ in range(4):
        assert nodes.send(b"", "样本").pdf == b"%PDF-"
    assert nodes._nodes[0].avoided_until > time.monotonic() + PENALTY_SECONDS
    nodes.close()


def test_a_node_that_takes_no_connection_is_given_up_soon(silent: socket.socket, steady: Fixed) -> None:
    silent.listen(0)
    nodes = Nodes(Options(nodes=(address_of(silent), steady.url)))
    with socket.create_connection(silent.getsockname()):  # nobody takes it in: no more may wait
        started = time.monotonic()
        assert nodes.send(b"", "样本").pdf == b"%PDF-"
        assert CONNECT_SECONDS <= time.monotonic() - started < CONNECT_SECONDS + 1
    nodes.close()


@pytest.fixture
def door(pool: PoolClient) -> Iterator[str]:
    """The host and port of a node without a token, behind a checker of the WSGI rules."""
    node = node_application(pool.options)
    server = make_server("127.0.0.1", 0, validator(node), handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
    node.close()


REQUESTS = {
    "health": ("GET", "/health", b"", {}, 200),
    "another address": ("GET", "/other", b"", {}, 404),
    "another method": ("GET", "/convert", b"", {}, 405),
    "a doubt": ("POST", "/doubt", b'{"maker": "nobody", "label": "", "last": false}', {}, 200),
    "half a doubt": ("POST", "/doubt", b'{"maker": "nobody"}', {}, 400),
    "no doubt": ("POST", "/doubt", b"[]", {}, 400),
    "no document": ("POST", "/convert", b"<html>", {}, 422),
    "too much": ("POST", "/convert", None, {"Content-Length": str(1 << 30)}, 413),
}


@pytest.mark.parametrize(("method", "path", "body", "headers", "status"), REQUESTS.values(), ids=REQUESTS)
def test_the_door_of_a_node_answers_with_a_status_and_a_sentence(
    door: str, method: str, path: str, body: bytes | None, headers: dict[str, str], status: int
) -> None:
    connection = HTTPConnection(door, timeout=20)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    found = json.loads(answer.read())
    connection.close()
    assert answer.status == status
    assert answer.getheader("Cache-Control") == "no-store"
    assert status == 200 or found["message"].endswith("。")


def test_a_node_without_a_token_serves_this_machine_only(pool: PoolClient) -> None:
    statuses: list[str] = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/health", "REMOTE_ADDR": "10.0.0.9"}
    node_application(pool.options)(environ, lambda status, headers: statuses.append(status))
    assert statuses == ["403 Forbidden"]
