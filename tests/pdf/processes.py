"""Looks at processes: which live, which descend from which, which serve a socket; ends those that a test started."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from bench.processes import family, server_of

Found = TypeVar("Found")


def alive(process: int) -> bool:
    """Whether a process exists and is no mere zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def descendants(process: int) -> set[int]:
    """All processes that a process has started, and those that these have started."""
    return family([process]) - {process}


def wait_for(condition: Callable[[], Found], *, seconds: float = 10) -> Found:
    """What a condition gives as soon as it is true; AssertionError when that takes too long."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "the condition did not become true in time"
        time.sleep(0.01)
    return found


def gone(processes: Iterable[int]) -> bool:
    """Whether none of these processes lives."""
    return not any(map(alive, processes))


def end_pools(run: Path) -> None:
    """End the supervisors of the pools in a run folder, and wait for the end of all their processes."""
    for path in run.glob("*.sock"):
        members: set[int] = set()
        while process := server_of(path):
            members |= family([process])
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
            time.sleep(0.02)
        wait_for(partial(gone, members))


def users_may_have_namespaces() -> bool:
    """Whether this system lets a user make namespaces."""
    return not subprocess.run(["unshare", "-Ur", "true"], capture_output=True, check=False).returncode


def run_as_mounter(command: list[str], *, first: str) -> list[str]:
    """The lines that a command prints whose mounts are its own, shared with its children; `first` prepares them."""
    if not users_may_have_namespaces():
        pytest.skip("this system does not let users have namespaces")
    script = ["unshare", "-Ur", "-m", "--propagation", "shared", "sh", "-c", f'{first} && exec "$@"', "sh", *command]
    ended = subprocess.run(script, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()
