"""Memory and kinship of processes, and which of them serves a socket."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterable
from pathlib import Path


def family(roots: Iterable[int]) -> set[int]:
    """Processes and all that descend from them."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found = set(roots)
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def memory_mib(roots: Iterable[int]) -> float:
    """Proportional set size of a family of processes."""
    return sum(map(own_mib, family(roots)))


def own_mib(process: int) -> float:
    """Proportional set size of one process; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def processor_seconds(roots: Iterable[int]) -> float:
    """Seconds of all processors that a family of processes has used, with those of its members that have ended."""
    ticks = 0
    for process in family(roots):
        try:
            ticks += sum(map(int, Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[11:15]))
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def server_of(path: Path) -> int:
    """The process that listens on a local socket; 0 if none does."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return 0
        found = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", found)[0])
