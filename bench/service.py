"""gipdocs itself as its users meet it: the whole service on a port, with a converter that nobody else uses."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.processes import server_of
from bench.rivals import PATIENCE_SECONDS, environment, free_port
from gipdocs.pdf.options import Options
from gipdocs.pdf.pool.client import PoolClient
from gipdocs.settings import AUTO, LIBREOFFICE

PROJECT = Path(__file__).resolve().parents[1]


class Refused(Exception):
    """An answer that is not a PDF; `status` is its HTTP status."""

    def __init__(self, status: int, detail: str) -> None:
        self.status = status
        super().__init__(f"{status} {detail}")


class Service:
    """`gipdocs serve`; a document is filled, checked, drawn and compared for every request."""

    name = "gipdocs over HTTP"
    typesetter = AUTO

    def __init__(self, folder: Path, payloads: Mapping[str, Any], **variables: str) -> None:
        self.folder = memory_folder()
        self.port = free_port()
        self.payloads = payloads
        self._local = threading.local()
        self._log = folder / f"service-{self.port}.log"
        log = self._log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gipdocs.cli", "serve", "--port", str(self.port)],
            cwd=PROJECT,
            env={**environment(), "GIPDOCS_RUN": str(self.folder), "GIPDOCS_TYPESETTER": self.typesetter, **variables},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()

    def wait(self) -> None:
        """Wait until the service says that it is ready."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._ready():
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise RuntimeError("the service did not start:\n" + self._log.read_text(errors="replace")[-2000:])
            time.sleep(0.02)

    def _ready(self) -> bool:
        try:
            return self.ask("GET", "/readyz")[0] == 200
        except OSError:
            return False

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Status and body; each thread keeps its connection, and opens another when the server has closed it."""
        headers = {"Content-Type": "application/json", "Accept": "application/pdf"} if body else {}
        connection = getattr(self._local, "connection", None)
        while True:
            fresh = connection is None
            connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                self._local.connection = connection
                return answer.status, answer.read()
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                self._local.connection = connection = None
                if fresh:
                    raise OSError(str(error)) from error

    def convert(self, document: str) -> bytes:
        """The PDF of a document's sample."""
        return self.build(document, self.payloads[document])

    def build(self, document: str, payload: Any) -> bytes:
        """The PDF of any payload; raises Refused for every other answer."""
        body = json.dumps(payload, ensure_ascii=False).encode()
        status, answer = self.ask("POST", f"/api/v1/documents/{document}", body)
        if status != 200 or not answer.startswith(b"%PDF-"):
            raise Refused(status, answer[:200].decode(errors="replace"))
        return answer

    def pool_process(self) -> int:
        """The supervisor of its converter."""
        (supervisor,) = _supervisors(self.folder)
        return supervisor

    def processes(self) -> list[int]:
        """The server, and the supervisor of the converter if LibreOffice has been needed."""
        return [self.process.pid, *_supervisors(self.folder)]

    def close(self) -> None:
        """End both."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait()
        end_pools(self.folder)


class LibreOfficeOnly(Service):
    """The same without its typesetter."""

    name = f"{Service.name} (LibreOffice only)"
    typesetter = LIBREOFFICE


def end_pools(folder: Path) -> None:
    """End the pools of a run folder, and remove it."""
    supervisors = _supervisors(folder)
    for supervisor in supervisors:
        os.kill(supervisor, signal.SIGTERM)
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in supervisors) and time.monotonic() < deadline:
        time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def own_pool() -> Iterator[PoolClient]:
    """The converter's pool alone, whole and used by nobody else, without the service around it."""
    folder = memory_folder()
    options = Options(socket=folder / "pool.sock")
    pool = PoolClient(options)
    try:
        while pool.state()["workers"] < options.workers + options.spares:
            time.sleep(0.1)
        yield pool
    finally:
        pool.close()
        end_pools(folder)


def memory_folder() -> Path:
    """A folder for the pool in memory, where the real one lies as well."""
    folder = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path("/tmp")
    place = folder / f"gipdocs-bench-{os.getpid()}-{time.monotonic_ns()}"
    place.mkdir(mode=0o700)
    return place


def _supervisors(folder: Path) -> list[int]:
    """The processes that serve the sockets of a run folder."""
    return [process for process in map(server_of, folder.glob("*.sock")) if process]


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that something takes."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000
