"""What it costs, and what it brings, to have letters converted by nodes behind a broker instead of the own pool."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from bench.latency import percentile
from bench.rivals import PATIENCE_SECONDS, Absent
from bench.service import memory_folder, timed
from gipdocs.pdf.checked import CheckedConverter
from gipdocs.pdf.converter import Converter
from gipdocs.pdf.engine import Engine
from gipdocs.pdf.options import Options
from gipdocs.pdf.pool.client import PoolClient
from tests.pdf.brokers import PROGRAMS, running_broker, running_node
from tests.pdf.processes import end_pools, wait_for

LETTERS, CROWD, CLIENTS, BATCH, SENDERS = 100, 300, 8, 500, 16


@dataclass(frozen=True)
class Way:
    """One way to a PDF: milliseconds of single letters, letters a second of a crowd, and single letters beside a batch."""

    name: str
    p50: float
    p95: float
    rate: float
    beside_p50: float = 0.0
    beside_p95: float = 0.0


def measure(docx: bytes) -> Iterator[Way]:
    """The own pool, one node with as many workers, and two that share them; Absent without a broker."""
    workers = Options().workers
    with pools(1, workers) as [pool]:
        converter = CheckedConverter(pool)
        yield _measure("own pool", docx, converter, None)
        yield from _nodes("one node", docx, [pool])
    with pools(2, max(1, workers // 2)) as found:
        yield from _nodes("two nodes", docx, found)


def _nodes(name: str, docx: bytes, pools: list[PoolClient]) -> Iterator[Way]:
    try:
        with running_broker() as broker, ExitStack() as stack:
            for pool in pools:
                stack.enter_context(running_node(broker.url, pool))
            options = replace(pools[0].options, engine=broker.url)
            hasty, patient = Engine(options), Engine(replace(options, patient=True))
            stack.callback(hasty.close)
            stack.callback(patient.close)
            wait_for(lambda: _ready(hasty) == len(pools), seconds=PATIENCE_SECONDS)
            yield _measure(name, docx, CheckedConverter(hasty), CheckedConverter(patient))
    except StopIteration as error:
        raise Absent(f"none of {' and '.join(PROGRAMS)} is installed") from error


def _ready(engine: Engine) -> int:
    return sum(node["ready"] for node in engine.state()["engine"]["nodes"])


def _measure(name: str, docx: bytes, converter: Converter, patient: Converter | None) -> Way:
    def convert(by: Converter = converter) -> None:
        by.convert(docx, label="letter")

    convert()
    alone = [timed(convert) for _ in range(LETTERS)]
    with ThreadPoolExecutor(CLIENTS) as threads:
        seconds = timed(lambda: list(threads.map(lambda _: convert(), range(CROWD)))) / 1000
    found = Way(name, statistics.median(alone), percentile(alone, 0.95), CROWD / seconds)
    if patient is None:
        return found
    beside = _beside(lambda: convert(patient), convert)
    return replace(found, beside_p50=statistics.median(beside), beside_p95=percentile(beside, 0.95))


def _beside(batch: Callable[[], None], single: Callable[[], None]) -> list[float]:
    """Milliseconds of one person's letters while a batch lies in its queue."""
    with ThreadPoolExecutor(SENDERS) as threads:
        futures = [threads.submit(batch) for _ in range(BATCH)]
        time.sleep(1)
        times = []
        while not all(future.done() for future in futures):
            times.append(timed(single))
        for future in futures:
            future.result()
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
