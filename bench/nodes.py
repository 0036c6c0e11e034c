"""What it costs, and what it brings, to have letters converted by nodes behind a broker instead of the own pool."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bench.rivals import PATIENCE_SECONDS, Absent
from bench.service import memory_folder, timed
from gipdocs.pdf.checked import CheckedConverter
from gipdocs.pdf.converter import Converter
from gipdocs.pdf.engine import Engine
from gipdocs.pdf.options import Options, encode
from gipdocs.pdf.pool.client import PoolClient
from tests.pdf.brokers import PROGRAMS, running_broker, running_node
from tests.pdf.processes import end_pools, wait_for

PROJECT = Path(__file__).resolve().parents[1]
LETTERS, CROWD, CLIENTS, BATCH = 100, 200, 8, 300
SENDER = """
import os, sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from gipdocs.batch.runner import AHEAD, NICENESS
from gipdocs.pdf.checked import CheckedConverter
from gipdocs.pdf.engine import Engine
from gipdocs.pdf.options import decode

os.nice(NICENESS)
docx, options = sys.stdin.buffer.read(), decode(sys.argv[1])
batch = CheckedConverter(Engine(replace(options, engine=sys.argv[2], patient=True)))
with ThreadPoolExecutor(AHEAD * options.workers) as threads:
    list(threads.map(lambda _: batch.convert(docx, label="letter"), range(int(sys.argv[3]))))
batch.close()
"""


@dataclass(frozen=True)
class Way:
    """One way to a PDF: milliseconds of single letters, letters a second of a crowd, and single letters beside a batch."""

    name: str
    alone: list[float]
    rate: float
    beside: list[float]


def measure(docx: bytes) -> list[Way]:
    """The own pool and one node over it, in turn letter by letter, and two nodes that share the cores; Absent without a broker."""
    workers = Options().workers
    with pools(1, workers) as found, _nodes(found) as (hasty, options):
        pool = CheckedConverter(found[0])
        alone = _in_turn(docx, [pool, hasty])
        ways = [Way("own pool", alone[0], _rate(docx, pool), [])]
        ways.append(Way("one node", alone[1], _rate(docx, hasty), _beside(docx, options, hasty)))
    with pools(2, max(1, workers // 2)) as found, _nodes(found) as (hasty, options):
        [alone_of_two] = _in_turn(docx, [hasty])
        return [*ways, Way("two nodes", alone_of_two, _rate(docx, hasty), _beside(docx, options, hasty))]


@contextmanager
def _nodes(pools: list[PoolClient]) -> Iterator[tuple[Converter, Options]]:
    """A node over each pool, as people reach them, and the options by which they are reached."""
    if not any(map(shutil.which, PROGRAMS)):
        raise Absent(f"none of {' and '.join(PROGRAMS)} is installed")
    with running_broker() as broker, ExitStack() as stack:
        for pool in pools:
            stack.enter_context(running_node(broker.url, pool))
        options = replace(pools[0].options, engine=broker.url)
        hasty = Engine(options)
        stack.callback(hasty.close)
        wait_for(lambda: _ready(hasty) == len(pools), seconds=PATIENCE_SECONDS)
        yield CheckedConverter(hasty), options


def _ready(engine: Engine) -> int:
    return sum(node["ready"] for node in engine.state()["engine"]["nodes"])


def _in_turn(docx: bytes, converters: list[Converter]) -> list[list[float]]:
    """Milliseconds of single letters by each converter, one after the other, so that a noisy minute hits all alike."""
    rounds = [[timed(lambda: by.convert(docx, label="letter")) for by in converters] for _ in range(LETTERS)]  # noqa: B023  # called at once
    return [list(times) for times in zip(*rounds[1:], strict=True)]


def _rate(docx: bytes, converter: Converter) -> float:
    with ThreadPoolExecutor(CLIENTS) as threads:
        convert = partial(converter.convert, docx, label="letter")
        return CROWD / timed(lambda: [done.result() for done in [threads.submit(convert) for _ in range(CROWD)]]) * 1000


def _beside(docx: bytes, batch: Options, single: Converter) -> list[float]:
    """Milliseconds of one person's letters while a process of its own, as the runner is one, has a batch made."""
    command = [sys.executable, "-c", SENDER, encode(batch), batch.engine, str(BATCH)]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE) as sender:
        assert sender.stdin is not None
        sender.stdin.write(docx)
        sender.stdin.close()
        time.sleep(3)
        times = []
        while sender.poll() is None:
            times.append(timed(lambda: single.convert(docx, label="letter")))
    if sender.returncode:
        raise RuntimeError("the batch was not made")
    return times


@contextmanager
def pools(number: int, workers: int) -> Iterator[list[PoolClient]]:
    """So many pools of so many workers, ready and used by nobody else."""
    folder = memory_folder()
    found = [PoolClient(Options(workers=workers, socket=folder / f"pool-{one}.sock")) for one in range(number)]
    try:
        for pool in found:
            wait_for(lambda: pool.state()["workers"] == workers + 1, seconds=PATIENCE_SECONDS)  # noqa: B023  # called at once
        yield found
    finally:
        for pool in found:
            pool.close()
        end_pools(folder)
