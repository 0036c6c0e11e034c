"""A pool of its own for the converter's tests, and pools that are ended for certain."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from gipdocs.pdf.checked import CheckedConverter
from gipdocs.pdf.converter import Converter
from gipdocs.pdf.options import Options
from gipdocs.pdf.places import run_folder
from gipdocs.pdf.pool.client import PoolClient
from tests.pdf.processes import alive, wait_for

NUMBER = itertools.count()

StartPool = Callable[..., PoolClient]


def own_options(**changes: object) -> Options:
    """Options with a socket that nobody else uses, and a single worker."""
    socket = run_folder() / f"test-{os.getpid()}-{next(NUMBER)}.sock"
    return replace(Options(workers=1, spares=0, idle_seconds=20, socket=socket), **changes)  # type: ignore[arg-type]


def end(pool: PoolClient) -> None:
    """End a pool's supervisor, and wait until it is gone."""
    process = pool.state()["pid"]
    pool.close()
    os.kill(process, signal.SIGTERM)
    deadline = time.monotonic() + 10
    while alive(process) and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.fixture(scope="session")
def pool() -> Iterator[PoolClient]:
    """A hardened pool of two workers that all tests share which do no harm to it."""
    pool = PoolClient(own_options(workers=2))
    wait_for(lambda: pool.state()["workers"] == 2, seconds=30)
    yield pool
    end(pool)


@pytest.fixture(scope="session")
def converter(pool: PoolClient) -> Converter:
    """The whole converter over the shared pool."""
    return CheckedConverter(pool)


@pytest.fixture
def start_pool() -> Iterator[StartPool]:
    """Starts pools with other options; ends them after the test."""
    pools: list[PoolClient] = []

    def start(**changes: object) -> PoolClient:
        pools.append(PoolClient(own_options(**changes)))
        return pools[-1]

    yield start
    for pool in pools:
        end(pool)
