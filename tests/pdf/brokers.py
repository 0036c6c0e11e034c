"""Brokers and nodes for the tests of the engine: real servers, started on sockets of their own and ended by their ids."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from redis import Redis, RedisError

from gipdocs.pdf.options import encode
from gipdocs.pdf.pool.client import PoolClient
from tests.pdf.processes import wait_for

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("valkey-server", "redis-server")
SETTINGS = {"save": "", "appendonly": "no", "maxmemory": "512mb", "maxmemory-policy": "noeviction", "port": "0"}
"""The settings of the documentation."""

PATIENCE_SECONDS = 60

SERVE = """
import sys
from gipdocs.pdf.options import decode
from gipdocs.pdf.tasks import Node

Node(sys.argv[1], decode(sys.argv[2])).run()
"""


class Broker:
    """A server on a Unix socket, which can be killed and started again."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.socket = folder / "broker.sock"
        self.url = f"unix://{self.socket}"
        self._settings = SETTINGS | {name.replace("_", "-"): value for name, value in settings.items()}
        self._program = next(path for name in PROGRAMS if (path := shutil.which(name)))
        self.start()

    def start(self) -> None:
        """Start it, empty."""
        lines = [f'{name} "{value}"' for name, value in self._settings.items()]
        file = self.folder / "broker.conf"
        users = self.folder / "users.acl"
        file.write_text("\n".join([*lines, *([f"aclfile {users}"] if users.exists() else []), ""]))
        command = [self._program, str(file), "--unixsocket", str(self.socket), "--dir", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_for(self._answers, seconds=PATIENCE_SECONDS)

    def kill(self) -> None:
        """As when the power fails."""
        self.process.kill()
        self.process.wait()

    def left(self) -> list[str]:
        """The names of everything that lies there, without what Celery keeps for as long as it runs."""
        with Redis.from_url(self.url) as client:
            return sorted(name.decode() for name in client.keys("*") if not name.startswith(b"_kombu"))

    def _answers(self) -> bool:
        with Redis(unix_socket_path=str(self.socket)) as client, suppress(RedisError, OSError):
            try:
                client.ping()
            except RedisError as error:
                return "NOAUTH" in str(error) or "uthentication" in str(error)
            return True
        return False


@contextmanager
def running_broker(**settings: str) -> Iterator[Broker]:
    """A broker in a folder of its own, in which its path stays short."""
    with tempfile.TemporaryDirectory(prefix="gipdocs-broker-", dir=os.environ.get("TMPDIR", "/tmp")) as folder:
        broker = Broker(Path(folder), **settings)
        try:
            yield broker
        finally:
            broker.kill()


class NodeProcess:
    """A node in a process of its own, over a pool of the tests."""

    def __init__(self, url: str, pool: PoolClient, **environment: str) -> None:
        command = [sys.executable, "-c", SERVE, url, encode(pool.options)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stderr=subprocess.PIPE, text=True
        )

    def kill(self) -> None:
        """As when the power fails."""
        self.process.kill()
        self.process.communicate()

    def end(self) -> str:
        """Tell it to end; what it has logged."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=PATIENCE_SECONDS)[1]


@contextmanager
def running_node(url: str, pool: PoolClient, **environment: str) -> Iterator[NodeProcess]:
    """A node, which is ended in the end."""
    node = NodeProcess(url, pool, **environment)
    try:
        yield node
    finally:
        if node.process.poll() is None:
            node.kill()
        elif node.process.stderr and not node.process.stderr.closed:
            node.process.communicate()
