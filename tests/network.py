"""Machines for a test: each with a network of its own on one bridge, or addresses of this machine where that is forbidden.

`python -m tests.network ADDRESS PORT` hands what comes to an address on to the same port of the machine's loopback, as a
proxy on that machine would.
"""

from __future__ import annotations

import os
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SUBNET, LOOPBACK = "10.213.{}", "127.213.{}"


@dataclass(frozen=True)
class Machine:
    """Something with an address that runs programs; `enter` is what a command begins with to be run there."""

    address: str
    enter: tuple[str, ...] = ()
    link: str = ""

    @property
    def is_apart(self) -> bool:
        """Whether it has a network of its own."""
        return bool(self.enter)

    def start(self, command: Sequence[str], *, log: Path, **environment: str) -> subprocess.Popen[bytes]:
        """Run a program there, in a session of its own; whoever starts it ends it."""
        with log.open("ab") as output:
            return subprocess.Popen(
                [*self.enter, *command],
                env={**os.environ, **environment},
                cwd=PROJECT,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def unplug(self) -> None:
        """Pull its cable out: nothing comes through, and nobody is told."""
        _ip("link", "set", self.link, "down")

    def plug_in(self) -> None:
        """Put the cable back."""
        _ip("link", "set", self.link, "up")


@contextmanager
def machines(names: Sequence[str], *, apart: bool) -> Iterator[dict[str, Machine]]:
    """Machines by their names; `apart` gives each a network of its own, else they share this machine's loopback."""
    if not apart:
        net = LOOPBACK.format(os.getpid() % 200 + 20)
        yield {name: Machine(f"{net}.{place}") for place, name in enumerate(names, 2)}
        return
    with ExitStack() as stack:
        mark = f"g{os.getpid() % 100000}"
        net = SUBNET.format(os.getpid() % 200 + 20)
        _ip("link", "add", mark, "type", "bridge")
        stack.callback(_ip, "link", "del", mark)
        _ip("addr", "add", f"{net}.1/24", "dev", mark)
        _ip("link", "set", mark, "up")
        yield {name: _make(stack, mark, name, f"{net}.{place}") for place, name in enumerate(names, 2)}


def can_be_apart() -> bool:
    """Whether this user may make networks."""
    if os.getuid():
        return False
    name = f"g{os.getpid() % 100000}try"
    with suppress(OSError, subprocess.CalledProcessError):
        _ip("link", "add", name, "type", "bridge")
        _ip("link", "del", name)
        _ip("netns", "add", name)
        _ip("netns", "del", name)
        return True
    return False


def _make(stack: ExitStack, bridge: str, name: str, address: str) -> Machine:
    space, outer, inner = f"{bridge}-{name}", f"{bridge}o{address.rpartition('.')[2]}", "eth0"
    _ip("netns", "add", space)
    stack.callback(_ip, "netns", "del", space)
    _ip("link", "add", outer, "type", "veth", "peer", "name", inner, "netns", space)
    _ip("link", "set", outer, "master", bridge, "up")
    enter = ("ip", "netns", "exec", space)
    for command in (
        ("link", "set", "lo", "up"),
        ("addr", "add", f"{address}/24", "dev", inner),
        ("link", "set", inner, "up"),
    ):
        subprocess.run([*enter, "ip", *command], check=True, capture_output=True)
    return Machine(address, enter, outer)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


class Forwarder(socketserver.BaseRequestHandler):
    """One connection, handed on to the loopback."""

    def handle(self) -> None:
        """Hand bytes on in both directions until both sides have ended."""
        with socket.create_connection(("127.0.0.1", self.server.server_address[1])) as inner:
            back = threading.Thread(target=_hand_on, args=(inner, self.request))
            back.start()
            _hand_on(self.request, inner)
            back.join()


def _hand_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class Door(socketserver.ThreadingTCPServer):
    """Listens beyond the loopback."""

    allow_reuse_address = daemon_threads = True


if __name__ == "__main__":
    Door((sys.argv[1], int(sys.argv[2])), Forwarder).serve_forever()
