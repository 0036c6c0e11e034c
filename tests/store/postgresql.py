"""A PostgreSQL server for one run of tests: a folder of its own, a socket in it, no port; it ends with the run."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from signal import SIGINT

import psycopg

from gipdocs.store.engine import open_store

PACKAGES = Path("/usr/lib/postgresql")
USER = "postgres"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "shared_buffers=16MB", "max_connections=60")
"""What a cluster may do without that is thrown away."""


@dataclass
class Server:
    """A running server; every database that it gives is fresh."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)
    _pattern: str = ""

    def url(self, database: str) -> str:
        return f"postgresql://{USER}@/{database}?host={self.folder}"

    def empty_database(self) -> str:
        """The URL of a database without any table."""
        return self._make("template1")

    def database(self) -> str:
        """The URL of a database with the newest schema; copied, which is faster than made."""
        if not self._pattern:
            self._pattern = self.empty_database()
            open_store(self._pattern).close()
        return self._make(self._pattern.partition("?")[0].rpartition("/")[2])

    def _make(self, pattern: str) -> str:
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {pattern}")
        return self.url(name)

    def execute(self, statement: str, database: str = "postgres") -> None:
        with closing(psycopg.connect(self.url(database), autocommit=True)) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_server() -> Iterator[Server]:
    """A server as a user that isn't root, since PostgreSQL refuses to run as root."""
    folder = Path(tempfile.mkdtemp(prefix="gipdocs-postgresql-", dir=os.environ.get("TMPDIR", "/tmp")))
    try:
        if os.getuid() == 0:
            found = pwd.getpwnam(USER)
            os.chown(folder, found.pw_uid, found.pw_gid)
        make_cluster(folder)
        options = [part for option in FAST for part in ("-c", option)]
        command = [
            *as_user(),
            find_program("postgres"),
            "-D",
            str(folder / "data"),
            "-k",
            str(folder),
            "-h",
            "",
            *options,
        ]
        with (
            (folder / "log").open("wb") as log,
            subprocess.Popen(command, stdout=log, stderr=log, cwd=folder) as server,
        ):
            try:
                _wait(server, folder)
                yield Server(folder)
            finally:
                server.send_signal(SIGINT)  # ends its connections, then itself
                server.wait(30)
    finally:
        shutil.rmtree(folder)


def make_cluster(folder: Path) -> None:
    options = ["--auth=trust", f"--username={USER}", "--no-sync", "--encoding=UTF8", "--locale=C"]
    command = [*as_user(), find_program("initdb"), *options, "--pgdata", str(folder / "data")]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)


def as_user() -> list[str]:
    """What runs a program as another user than root, and ends it if these tests are killed."""
    as_other = [f"--reuid={USER}", f"--regid={USER}", "--clear-groups"] if os.getuid() == 0 else []
    return ["setpriv", *as_other, "--pdeathsig=INT", "--"]


def find_program(name: str) -> str:
    return str(max(PACKAGES.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3])))


def _wait(server: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(300):
        try:
            psycopg.connect(f"postgresql://{USER}@/postgres?host={folder}").close()
            return
        except psycopg.OperationalError:
            assert server.poll() is None, (folder / "log").read_text(encoding="utf-8")
            time.sleep(0.1)
    raise AssertionError("PostgreSQL did not start")
