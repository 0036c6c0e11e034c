"""Each engine on the same documents, in turn within one run, so that a noisy minute hits all alike."""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.processes import memory_mib
from bench.rivals import ColdSoffice, Engine
from bench.service import timed

ROUNDS = 30
CLIENTS = (1, 2, 4, 8, 16)
LOAD_SECONDS = 6.0


@dataclass(frozen=True)
class Load:
    """One engine under a number of clients: milliseconds and documents a second."""

    engine: str
    document: str
    clients: int
    p50: float
    p95: float
    rate: float


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def one_client(engines: Sequence[Engine], documents: Sequence[str]) -> dict[tuple[str, str], list[float]]:
    """Milliseconds of each conversion by engine and document; the slow one runs in every third round only."""
    times: dict[tuple[str, str], list[float]] = {}
    for engine, document in itertools.product(engines, documents):
        engine.convert(document)
    for number in range(ROUNDS):
        for engine, document in itertools.product(engines, documents):
            if isinstance(engine, ColdSoffice) and number % 3:
                continue
            milliseconds = timed(lambda: engine.convert(document))  # noqa: B023  # called at once
            times.setdefault((engine.name, document), []).append(milliseconds)
    return times


def many_clients(engines: Sequence[Engine], documents: Sequence[str]) -> list[Load]:
    """Every engine at every number of clients with every document."""
    return [_load(engine, document, clients) for document in documents for clients in CLIENTS for engine in engines]


def _load(engine: Engine, document: str, clients: int) -> Load:
    times: list[float] = []
    ends = time.monotonic() + LOAD_SECONDS

    def work() -> None:
        while time.monotonic() < ends:
            times.append(timed(lambda: engine.convert(document)))

    threads = [threading.Thread(target=work) for _ in range(clients)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(times) / (time.monotonic() - started)
    return Load(engine.name, document, clients, statistics.median(times), percentile(times, 0.95), rate)


def memory(engines: Sequence[Engine]) -> dict[str, float]:
    """What the processes of each engine hold now, in MiB."""
    return {engine.name: memory_mib(engine.processes()) for engine in engines if engine.processes()}
