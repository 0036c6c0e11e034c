"""An office on several machines, every part started as docs/operations.md says, and what people and programs do with it."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from bench.processes import family
from tests.network import Machine, machines
from tests.pdf.brokers import PROGRAMS, SETTINGS
from tests.pdf.processes import end_pools, gone, wait_for
from tests.store.postgresql import FAST, as_user, find_program, make_cluster

GIPDOCS = str(Path(sys.executable).with_name("gipdocs"))
NAMES = ("database", "broker", "node1", "node2", "web1", "web2")
WEBS, NODES = ("web1", "web2"), ("node1", "node2")
PORTS = {"database": 5432, "broker": 6379, "web1": 8000, "web2": 8000}
HOST = "127.0.0.1:8000"
"""The name by which everybody asks for the service, whichever web machine takes the request."""
PATIENCE_SECONDS = 180.0
Found = TypeVar("Found")


@dataclass
class Part:
    """A program on a machine that can be killed and started again."""

    machine: Machine
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def run(self) -> Path:
        """The folder for its sockets, as on a machine of its own."""
        return self.folder / "run"

    def start(self) -> None:
        """Start it; that it is ready is seen by whoever needs it."""
        self.run.mkdir(mode=0o700, exist_ok=True)
        given = {"GIPDOCS_RUN": str(self.run), **self.environment}
        self.process = self.machine.start(self.command, log=self.folder / "log", **given)

    def kill(self, kind: int = signal.SIGKILL) -> None:
        """End it with everything that it has started in its session, at once."""
        if self.process and self.process.poll() is None:
            members = family([self.process.pid])
            os.killpg(self.process.pid, kind)
            self.process.wait(60)
            wait_for(lambda: gone(members - self._detached()), seconds=60)

    def end(self) -> None:
        """End it and what goes on without it: pools and runners."""
        self.kill()
        for runner in self._detached():
            with suppress(ProcessLookupError):
                os.kill(runner, signal.SIGKILL)
        end_pools(self.run)

    def _detached(self) -> set[int]:
        """The runner of batches that it has started."""
        notes = (path.read_text() for path in self.run.glob("batches-*.pid"))
        return {int(text) for text in notes if text.isdigit()}

    @property
    def runner(self) -> int:
        """The runner of batches on this machine, 0 if there is none."""
        return next(iter(self._detached()), 0)


class Site:
    """All parts of an office that has grown: two web machines, two nodes, a database and a broker, each a machine."""

    def __init__(self, folder: Path, places: Mapping[str, Machine]) -> None:
        self.folder, self.places = folder, places
        self.database_url = f"postgresql://postgres@{places['database'].address}/gipdocs"
        self.engine_url = f"redis://{places['broker'].address}:{PORTS['broker']}/0"
        cores = sorted(os.sched_getaffinity(0))
        shared = {"GIPDOCS_ENGINE": self.engine_url, "GIPDOCS_LOG": "text"}
        office = {
            "GIPDOCS_DATABASE": self.database_url,
            "GIPDOCS_SECRET_KEY": secrets.token_hex(32),
            "GIPDOCS_ACCESS": "accounts",
            "GIPDOCS_RUNNER": "",  # the tests have none elsewhere
        }
        self.parts = {
            "database": self._part("database", self._postgres()),
            "broker": self._part("broker", self._broker()),
        }
        for place, name in enumerate(NODES):
            one_core = ["taskset", "-c", str(cores[place % len(cores)])]
            node = [*one_core, GIPDOCS, "serve", "--converter"]
            self.parts[name] = self._part(name, node, {**shared, "GIPDOCS_DATABASE": "none"})
        for name in WEBS:
            at = "127.0.0.1" if places[name].is_apart else places[name].address
            serve = [GIPDOCS, "serve", "--host", at, "--port", str(PORTS[name])]
            self.parts[name] = self._part(name, serve, {**shared, **office})
        self._doors = [self._part(f"door-{name}", self._door(name), at=name) for name in WEBS if places[name].is_apart]

    def _part(
        self, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None, at: str = ""
    ) -> Part:
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return Part(self.places[at or name], command, folder, environment or {})

    def _door(self, name: str) -> list[str]:
        return [sys.executable, "-m", "tests.network", self.places[name].address, str(PORTS[name])]

    def _postgres(self) -> list[str]:
        folder = self.folder / "database"
        folder.mkdir(mode=0o755, exist_ok=True)
        if os.getuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        make_cluster(folder)
        with (folder / "data" / "pg_hba.conf").open("a") as rules:
            rules.write("host all all samenet trust\n")
        place = (f"listen_addresses={self.places['database'].address}", f"port={PORTS['database']}")
        settings = (*FAST, "synchronous_commit=on", *place)  # what was answered outlives the server's being killed
        options = [part for setting in settings for part in ("-c", setting)]
        return [*as_user(), find_program("postgres"), "-D", str(folder / "data"), "-k", str(folder), *options]

    def _broker(self) -> list[str]:
        program = next(path for name in PROGRAMS if (path := shutil.which(name)))
        listen = {"port": str(PORTS["broker"]), "bind": self.places["broker"].address, "protected-mode": "no"}
        options = [part for name, value in (SETTINGS | listen).items() for part in (f"--{name}", value)]
        return [program, *options, "--dir", str(self.folder / "broker")]

    def start(self) -> None:
        """Start everything, in the order of the page for operators."""
        self.parts["database"].start()
        self.parts["broker"].start()
        wait_for(self._has_database, seconds=PATIENCE_SECONDS)
        for part in (*self._doors, *(self.parts[name] for name in (*NODES, *WEBS))):
            part.start()
        for name in WEBS:
            self.wait_for_web(name)

    def _has_database(self) -> bool:
        import psycopg

        with suppress(psycopg.OperationalError):
            server = self.database_url.replace("/gipdocs", "/postgres")
            with closing(psycopg.connect(server, autocommit=True, connect_timeout=2)) as connection:
                connection.execute("CREATE DATABASE gipdocs TEMPLATE template0")
            return True
        return False

    def wait_for_web(self, name: str) -> None:
        """Wait until a web machine answers."""
        process = self.parts[name].process
        assert process
        wait_for(
            lambda: process.poll() is not None or self.try_at(name, "GET", "/healthz")[0] == 200,
            seconds=PATIENCE_SECONDS,
        )
        assert process.poll() is None, (self.folder / name / "log").read_text(errors="replace")[-3000:]

    def end(self) -> None:
        """End everything that still runs."""
        self.parts["database"].kill(signal.SIGQUIT)  # which ends its processes, too
        for part in (*self.parts.values(), *self._doors):
            part.end()

    def try_at(
        self, web: str, method: str, path: str, body: bytes = b"", **headers: str
    ) -> tuple[int, bytes, Mapping[str, list[str]]]:
        """Status, body and headers of an answer; status 0 if there is none."""
        connection = HTTPConnection(self.places[web].address, PORTS[web], timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body or None, {"Host": HOST, **named})
            answer = connection.getresponse()
            given: dict[str, list[str]] = {}
            for name, value in answer.getheaders():
                given.setdefault(name, []).append(value)
            return answer.status, answer.read(), given
        except (OSError, HTTPException):
            return 0, b"", {}
        finally:
            connection.close()


@contextmanager
def running_site(*, apart: bool) -> Iterator[Site]:
    """An office on machines of its own, which are gone in the end with all that ran there."""
    with tempfile.TemporaryDirectory(prefix="gipdocs-site-", dir=os.environ.get("TMPDIR", "/tmp")) as folder:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user
        with machines(NAMES, apart=apart) as places:
            site = Site(Path(folder), places)
            try:
                site.start()
                yield site
            finally:
                site.end()


@dataclass
class SwitchedBrowser:
    """A browser that is sent now to one web machine and now to the other, with its cookies."""

    site: Site
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def get(self, web: str, path: str) -> tuple[int, str]:
        """Open a page."""
        return self._send(web, "GET", path, b"")

    def post(self, web: str, path: str, **fields: str) -> tuple[int, str]:
        """Send the form of the page that was shown last."""
        return self._send(web, "POST", path, urlencode({"csrf_token": self.token, **fields}).encode())

    def _send(self, web: str, method: str, path: str, body: bytes) -> tuple[int, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        kind = {"Content_Type": "application/x-www-form-urlencoded"} if body else {}
        status, content, headers = self.site.try_at(
            web, method, path, body, Cookie=cookies, Origin=f"http://{HOST}", **kind
        )
        for line in headers.get("Set-Cookie", []):
            self.cookies |= {name: one.value for name, one in SimpleCookie(line).items()}
        page = content.decode(errors="replace")
        if found := re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page):
            self.token = found[1]
        return status, page


@dataclass
class PersistentCaller:
    """Another system that asks one web machine, and the next one where it gets no answer, until it has one."""

    site: Site
    key: str
    webs: Sequence[str] = WEBS

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        """Status and body of the first answer that isn't "later"."""
        sent = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        kind = {"Content_Type": "application/json"} if sent else {}
        deadline, turn = time.monotonic() + PATIENCE_SECONDS, 0
        while True:
            web = self.webs[turn % len(self.webs)]
            status, content, _ = self.site.try_at(
                web, method, f"/api/v1{path}", sent, Authorization=f"Bearer {self.key}", **kind, **headers
            )
            if status not in (0, 429, 502, 503, 504):
                return status, content
            assert time.monotonic() < deadline, f"{method} {path.partition('?')[0]}: {status} {content[:300]!r}"
            turn += 1
            time.sleep(0.2)
