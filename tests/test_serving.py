"""The servers as an operator starts them: from any folder, with what they need, and with nothing left when they end."""

from __future__ import annotations

import json
import os
import re
import runpy
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gipdocs.access.accounts import add_account
from gipdocs.access.actors import HERE
from gipdocs.batch.orders import MOST_BYTES
from gipdocs.faces import MOST_SENT
from gipdocs.pdf.options import Options
from gipdocs.pdf.pool.client import PoolClient
from gipdocs.service import Service
from gipdocs.settings import MIB, PROJECT
from gipdocs.store.engine import open_store
from gipdocs.store.tables import LARGEST_FILE
from tests.pdf.brokers import running_broker
from tests.pdf.processes import end_pools, wait_for

pytestmark = pytest.mark.alone

PATIENCE_SECONDS = 60.0
GIPDOCS = Path(sys.executable).with_name("gipdocs")
STARTING = "服务正在启动".encode()


class Server:
    """One `gipdocs serve` on a free port, with a run folder of its own; `requests` is the file of its request log."""

    command: tuple[str | Path, ...] = (GIPDOCS,)

    def __init__(self, folder: Path, *arguments: str, port: bool = True, **environment: str) -> None:
        self.run = folder / "run"
        self.run.mkdir(mode=0o700)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.requests = folder / "requests.log"
        with self.requests.open("wb") as requests:
            self.process = subprocess.Popen(
                [*self.command, "serve", *(["--port", str(self.port)] if port else []), *arguments],
                cwd=folder,
                env={**os.environ, "GIPDOCS_RUN": str(self.run), **environment},
                stdout=requests,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body of the first answer that isn't that the service is starting."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            status, answer = self.ask_once(method, path, body, headers)
            if status != 503 or STARTING not in answer or time.monotonic() > deadline:
                return status, answer
            time.sleep(0.05)

    def ask_once(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Status and body of the first answer, whatever it is."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
            try:
                connection.request(method, path, body, dict(headers or {}))
                answer = connection.getresponse()
                return answer.status, answer.read()
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.05)
            finally:
                connection.close()

    def workers(self) -> set[int]:
        """The processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return {*map(int, children.read_text().split())}

    def end(self) -> str:
        """End it as an operator does; what it wrote on the way."""
        self.process.send_signal(signal.SIGTERM)
        _, log = self.process.communicate(timeout=PATIENCE_SECONDS)
        return log.decode()


@contextmanager
def ended(server: Server) -> Iterator[Server]:
    """The server, which is ended with its pool in the end."""
    try:
        yield server
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)  # a pool that is just starting is in the group, too
        server.process.communicate()
        end_pools(server.run)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Any]:
    """A function that starts servers, which are all ended with their pools."""
    servers: list[Server] = []

    def start(*arguments: str, port: bool = True, **environment: str) -> Server:
        folder = tmp_path / str(len(servers))
        folder.mkdir()
        servers.append(Server(folder, *arguments, port=port, **environment))
        return servers[-1]

    with ExitStack() as stack:
        yield start
        for server in servers:
            stack.enter_context(ended(server))


def test_the_service_starts_from_any_folder_and_its_first_answer_is_a_pdf(started: Any, service: Service) -> None:
    server = started()
    body = json.dumps(service.sample("reply-granted"), ensure_ascii=False).encode()
    path, kind = "/api/v1/documents/reply-granted?format=pdf", {"Content-Type": "application/json"}
    status, pdf = server.ask("POST", path, body, kind)
    assert status == 200 and pdf == service.build("reply-granted", service.sample("reply-granted"), "pdf").content
    log = server.end()
    assert f"http://127.0.0.1:{server.port}/" in log and "Traceback" not in log
    assert server.process.returncode == 0


def test_the_first_process_answers_at_once_and_is_replaced_by_one_that_has_loaded_everything(started: Any) -> None:
    server = started()
    answers = [server.ask("GET", "/healthz")[0]]
    first, deadline = min(server.workers()), time.monotonic() + PATIENCE_SECONDS
    page, ready = (server.ask_once("GET", path) for path in ("/", "/readyz"))
    assert (page[0], ready[0]) == (503, 503) and STARTING in page[1] and STARTING in ready[1]
    while ((now := server.workers()) >= {first} or len(now) < 2) and time.monotonic() < deadline:
        answers.append(server.ask("GET", "/healthz")[0])
    assert {*answers} == {200} and first not in now
    assert server.ask_once("GET", "/")[0] == 200 and STARTING not in server.ask_once("GET", "/readyz")[1]
    count = 'gipdocs_http_requests_total{method="GET",route="/healthz",status="200"} '
    metrics = server.ask("GET", "/metrics")[1].decode()
    assert float(metrics.partition(count)[2].partition("\n")[0]) == len(answers)
    assert "Traceback" not in server.end()


def test_a_service_that_is_told_to_end_while_it_starts_does_not_say_that_it_runs(started: Any) -> None:
    server = started()
    assert server.ask("GET", "/healthz")[0] == 200
    assert "the service is running" not in server.end() and server.process.returncode == 0


def test_a_service_whose_log_nobody_reads_runs_all_the_same(started: Any) -> None:
    server = started()
    server.process.stderr.close()
    server.process.stderr = None
    assert server.ask("GET", "/")[0] == 200
    os.kill(server.process.pid, signal.SIGTERM)
    unwritten = 120  # Python's own status for what it could not write at its end
    assert server.process.wait(PATIENCE_SECONDS) in (0, unwritten)


def test_the_service_answers_for_its_health_while_many_wait_for_their_documents(started: Any, service: Service) -> None:
    server = started()
    body = json.dumps(service.sample("receipt"), ensure_ascii=False).encode()
    path, kind = "/api/v1/documents/receipt?format=pdf", {"Content-Type": "application/json"}
    assert server.ask("POST", path, body, kind)[0] == 200
    [found] = server.run.glob("*.sock")
    pool = PoolClient(Options(socket=found))
    process = pool.state()["pid"]
    pool.close()
    os.kill(process, signal.SIGSTOP)
    with ThreadPoolExecutor(40) as clients:
        answers = [clients.submit(server.ask, "POST", path, body, kind) for _ in range(40)]
        time.sleep(2)
        begun = time.monotonic()
        assert server.ask("GET", "/healthz")[0] == 200
        assert time.monotonic() - begun < 1
        assert not any(answer.done() for answer in answers)
        os.kill(process, signal.SIGCONT)
    assert {answer.result()[0] for answer in answers} == {200}


@pytest.mark.slow
def test_what_a_batch_may_weigh_reaches_the_application(started: Any, tmp_path: Path) -> None:
    server = started(GIPDOCS_DATABASE=f"sqlite:///{tmp_path / 'register.db'}", GIPDOCS_RUNNER="none")
    rows = [{"answers": {"remarks": "字" * 5000}}] * 1000
    order = {"document": "reply-granted", "format": "docx", "items": rows}
    body = json.dumps(order, ensure_ascii=False).encode()
    assert 5 * MIB < len(body) < MOST_BYTES < MOST_SENT
    json_body = {"Content-Type": "application/json"}
    status, told = server.ask("POST", "/api/v1/batches?dry_run=1", body, json_body)
    assert status == 200 and json.loads(told)["invalid"] == 1000
    assert LARGEST_FILE + MIB <= MOST_SENT


def test_what_nobody_waits_for_any_more_is_not_converted(started: Any, service: Service) -> None:
    server = started()
    body = json.dumps(service.sample("annual-report"), ensure_ascii=False).encode()
    path, kind = "/api/v1/documents/annual-report?format=pdf", {"Content-Type": "application/json"}
    assert server.ask("POST", path, body, kind)[0] == 200
    hasty = [HTTPConnection("127.0.0.1", server.port) for _ in range(12)]
    for connection in hasty:
        connection.request("POST", path, body, kind)
    for connection in hasty:
        connection.close()
    count = re.compile(r'^gipdocs_conversions_failed_total\{reason="unwanted"\} (\d+)', re.MULTILINE)
    wait_for(
        lambda: sum(map(int, count.findall(server.ask("GET", "/metrics")[1].decode()))) >= 3, seconds=PATIENCE_SECONDS
    )
    assert server.ask("POST", path, body, kind)[0] == 200
    assert "Traceback" not in server.end()


def test_the_service_does_not_start_with_a_broken_profile_and_says_why(started: Any, tmp_path: Path) -> None:
    profile = tmp_path / "机关.toml"
    profile.write_text("name = 1", encoding="utf-8")
    server = started("--agency", str(profile))
    _, log = server.process.communicate(timeout=PATIENCE_SECONDS)
    assert server.process.returncode == 3
    assert "机关.toml" in log.decode() and "Traceback" not in log.decode()


@pytest.mark.parametrize("lacking", ["database", "plugin"])
def test_what_cannot_be_loaded_beside_the_first_documents_ends_the_service_and_is_told(
    started: Any, tmp_path: Path, lacking: str
) -> None:
    (tmp_path / "register.db").write_bytes(b"no database" * 1000)
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "oops.py").write_text("x = (", encoding="utf-8")
    settings = {
        "database": {"GIPDOCS_DATABASE": f"sqlite:///{tmp_path / 'register.db'}"},
        "plugin": {"GIPDOCS_PLUGINS": str(tmp_path / "plugins")},
    }
    server = started(**settings[lacking])
    _, log = server.process.communicate(timeout=PATIENCE_SECONDS)
    assert server.process.returncode == 3
    assert {"database": "数据库文件已损坏", "plugin": "oops.py第1行"}[lacking] in log.decode()
    assert "the service is running" not in log.decode() and "Traceback" not in log.decode()
    assert not list(server.run.glob("service-*"))


def test_a_process_ends_only_once_nothing_is_being_measured_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIPDOCS_SECRET_KEY", "k" * 32)  # the file keeps one for the processes that it forks
    worker_exit = runpy.run_path(str(PROJECT / "gunicorn.conf.py"))["worker_exit"]
    begun, measured = threading.Event(), list[str]()

    def measure() -> None:
        begun.set()
        time.sleep(0.2)
        measured.append("all")

    cfg = SimpleNamespace(graceful_timeout=PATIENCE_SECONDS)
    worker = SimpleNamespace(cfg=cfg, measuring=threading.Timer(0, measure))
    worker.measuring.start()
    begun.wait()
    worker_exit(None, worker)
    assert measured == ["all"]
    later = SimpleNamespace(cfg=cfg, measuring=threading.Timer(PATIENCE_SECONDS, measure))
    later.measuring.start()
    worker_exit(None, later)
    worker_exit(None, SimpleNamespace(cfg=cfg))  # one that went before the others measures nothing
    assert measured == ["all"] and not later.measuring.is_alive()


def test_the_service_sends_its_documents_to_a_node_and_needs_no_converter_of_its_own(
    started: Any, service: Service
) -> None:
    with running_broker() as broker:
        node = started("--converter", port=False, GIPDOCS_ENGINE=broker.url)
        server = started(GIPDOCS_ENGINE=broker.url)
        wait_for(
            lambda: 'gipdocs_engine_nodes{state="ready"} 1.0' in server.ask("GET", "/metrics")[1].decode(), seconds=60
        )
        body = json.dumps(service.sample("receipt"), ensure_ascii=False).encode()
        path, kind = "/api/v1/documents/receipt?format=pdf", {"Content-Type": "application/json"}
        answers = [server.ask("POST", path, body, kind) for _ in range(3)]
        expected = service.build("receipt", service.sample("receipt"), "pdf").content
        assert answers == [(200, expected)] * 3
        assert server.ask("GET", "/readyz")[0] == 200
        log = node.end()
        assert node.process.returncode == 0 and "converts, with LibreOffice" in log
        assert "Traceback" not in log and "receipt" not in log


@pytest.mark.parametrize(
    ("arguments", "engine", "told"),
    [([], "", "GIPDOCS_ENGINE"), (["--port", "8010"], "redis://127.0.0.1:9/0", "不监听端口")],
    ids=["no-engine", "a-port"],
)
def test_a_node_needs_an_engine_and_no_port(arguments: list[str], engine: str, told: str) -> None:
    command = [GIPDOCS, "serve", "--converter", *arguments]
    environment = os.environ | {"GIPDOCS_ENGINE": engine}
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 2 and told in ran.stderr


@pytest.fixture
def register_with_administrator(tmp_path: Path) -> str:
    """The URL of a database in which 李强 is an administrator."""
    url = f"sqlite:///{tmp_path / 'a.db'}"
    store = open_store(url)
    add_account(store, "李强", ["administrator"], by=HERE)
    store.close()
    return url


def test_with_everything_in_place_the_service_listens_elsewhere_and_answers_to_its_own_name_only(
    started: Any, register_with_administrator: str
) -> None:
    server = started(
        "--host",
        "0.0.0.0",
        GIPDOCS_ACCESS="accounts",
        GIPDOCS_DATABASE=register_with_administrator,
        GIPDOCS_URL="https://xxgk.example.gov.cn",
        GIPDOCS_SECRET_KEY="k" * 32,
    )
    assert server.ask("GET", "/", headers={"Host": "xxgk.example.gov.cn"})[0] == 200
    assert server.ask("GET", "/", headers={"Host": "evil.example"})[0] == 400
    assert server.ask("GET", "/desk/", headers={"Host": "xxgk.example.gov.cn"})[0] == 303
    assert server.ask("GET", "/api/v1/documents", headers={"Host": "xxgk.example.gov.cn"})[0] == 401
    log = server.end()
    assert "GIPDOCS_PROXY_FROM" in log and "https://xxgk.example.gov.cn/desk/" in log and "Traceback" not in log


def test_gunicorn_itself_does_not_listen_elsewhere_without_them(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o700)
    command = [sys.executable, "-m", "gunicorn", "-b", "0.0.0.0:0", "wsgi:application"]
    environment = {**os.environ, "GIPDOCS_RUN": str(tmp_path / "run"), "GIPDOCS_SECRET_KEY": ""}
    ran = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 2 and "Listening at" not in ran.stderr
    assert [
        name for name in ("GIPDOCS_URL", "GIPDOCS_ACCESS", "管理员账号", "GIPDOCS_SECRET_KEY") if name not in ran.stderr
    ] == []


def test_on_a_unix_socket_the_proxys_group_comes_in_and_a_reload_finds_the_service(
    started: Any, tmp_path: Path
) -> None:
    path = tmp_path / "web.sock"
    server = started("--host", f"unix:{path}", GIPDOCS_PROXY_FROM="unix", GIPDOCS_URL="https://xxgk.example.gov.cn")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (STARTING in (answer := ask_socket(path, "/")) or not answer) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert b" 200 " in answer.splitlines()[0]
    assert path.stat().st_mode & 0o777 == 0o770
    assert b" 400 " in ask_socket(path, "/", "evil.example").splitlines()[0]
    assert list(server.run.glob("service-*.json"))
    assert "Traceback" not in server.end()


def ask_socket(path: Path, target: str, host: str = "localhost") -> bytes:
    """The whole answer to a request by a Unix socket; empty while nobody listens."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return b""
        client.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: client.recv(65536), b""))
