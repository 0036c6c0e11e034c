"""How quick a batch is beside what the converter alone can do, and what a person's letters cost meanwhile."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.latency import percentile
from bench.processes import memory_mib, server_of
from bench.service import Service, timed
from gipdocs.access.actors import HERE
from gipdocs.batch.batches import Batch, find_batch
from gipdocs.batch.ordering import cancel, order
from gipdocs.batch.orders import Order, OrderedRow
from gipdocs.pdf.options import Options
from gipdocs.pdf.pool.client import PoolClient
from gipdocs.register.register import Register
from gipdocs.service import load_service
from gipdocs.settings import Settings

LETTERS, LONG = 400, 5000
"""Letters in the batch that is measured alone, and in the one that lasts while a person works."""
ALONE_SECONDS = 10.0
CLIENTS = 4
PERSON_LETTERS, PERSON_PAUSE = 40, 0.4
PATIENCE_SECONDS = 300.0


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Letters a second of the converter alone, before and after, of clients, and of a batch; a person's milliseconds; MiB of the runner.

    `alone` is empty if no LibreOffice was needed.
    """

    alone: tuple[float, ...]
    by_clients: float
    batch: float
    quiet: list[float]
    meanwhile: list[float]
    rate_meanwhile: float
    memory: float


def measure(kind: type[Service], folder: Path, letter: str, payload: Mapping[str, Any], docx: bytes) -> Measured:
    """All of it in one run, on a service and a database of its own."""
    database = f"sqlite:///{folder / f'batches-{kind.typesetter}.db'}"
    service = kind(folder, {letter: payload}, GIPDOCS_DATABASE=database)
    with closing(service), closing(load_service(Settings(database=database))) as own:
        service.wait()
        register = own.register
        assert register is not None
        quiet = _person(service, letter)
        before = _rate_alone(service, docx)
        by_clients = _rate_of_clients(service, letter)
        done = _finish(register, _order(register, letter, payload, LETTERS))
        assert done.started_at is not None and done.ended_at is not None
        memory = memory_mib([_runner(service)])
        after = _rate_alone(service, docx)
        long = _order(register, letter, payload, LONG)
        _wait(lambda: find_batch(register, long, by=HERE).counts.get("done", 0) > 10)
        counted, started = _done(register, long), time.monotonic()
        meanwhile = _person(service, letter)
        rate = (_done(register, long) - counted) / (time.monotonic() - started)
        cancel(register, long, by=HERE)
        return Measured(
            alone=(*before, *after),
            by_clients=by_clients,
            batch=LETTERS / (done.ended_at - done.started_at).total_seconds(),
            quiet=quiet,
            meanwhile=meanwhile,
            rate_meanwhile=rate,
            memory=memory,
        )


def report(found: Measured) -> Iterator[str]:
    """What was measured, as lines of Markdown."""
    yield f"{LETTERS} letters by the runner: {found.batch:.1f} a second."
    if found.alone:
        told = ", ".join(f"{rate:.1f}" for rate in found.alone)
        share = found.batch / statistics.mean(found.alone)
        yield f"The converter alone, fed with finished DOCX, before and after: {told}; the batch has {share:.0%} of its rate."
    yield f"{CLIENTS} clients of the service, for which all the same is done, get {found.by_clients:.1f} ({found.batch / found.by_clients:.0%})."
    yield f"Memory of the runner: {found.memory:.0f} MiB (PSS)."
    yield ""
    yield "| one person's letters, milliseconds | p50 | p95 |"
    yield "|---|---|---|"
    for name, times in (("quiet", found.quiet), ("during a batch", found.meanwhile)):
        yield f"| {name} | {statistics.median(times):.0f} | {percentile(times, 0.95):.0f} |"
    ratio = percentile(found.meanwhile, 0.95) / percentile(found.quiet, 0.95)
    yield ""
    yield f"The p95 during a batch is {ratio:.1f} × the quiet one; the batch makes {found.rate_meanwhile:.1f} letters a second meanwhile."
    yield ""


def _order(register: Register, letter: str, payload: Mapping[str, Any], count: int) -> str:
    rows = [OrderedRow(answers={}) for _ in range(count)]
    return order(register, Order(document=letter, format="pdf", base=payload, rows=rows), by=HERE)


def _finish(register: Register, id: str) -> Batch:
    _wait(lambda: find_batch(register, id, by=HERE).state == "done")
    return find_batch(register, id, by=HERE)


def _done(register: Register, id: str) -> int:
    return find_batch(register, id, by=HERE).counts.get("done", 0)


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError("the batch is not made")
        time.sleep(0.2)


def _person(service: Service, letter: str) -> list[float]:
    """Milliseconds of a person's letters, who rests between them."""
    service.convert(letter)
    times = []
    for _ in range(PERSON_LETTERS):
        times.append(timed(lambda: service.convert(letter)))
        time.sleep(PERSON_PAUSE)
    return times


def _rate_alone(service: Service, docx: bytes) -> list[float]:
    """Letters a second that the service's pool, if it has one, makes of finished DOCX, with one more client than workers."""
    return [_rate_of(path, docx) for path in service.folder.glob("*.sock") if server_of(path)]


def _rate_of(socket: Path, docx: bytes) -> float:
    options = Options(socket=socket)
    clients = options.workers + 1
    ends, made = time.monotonic() + ALONE_SECONDS, [0] * clients

    def convert(number: int) -> None:
        while time.monotonic() < ends:
            pool.send(docx, "letter")
            made[number] += 1

    with closing(PoolClient(options)) as pool, ThreadPoolExecutor(clients) as threads:
        list(threads.map(convert, range(clients)))
    return sum(made) / ALONE_SECONDS


def _rate_of_clients(service: Service, letter: str) -> float:
    """Letters a second that clients of the service get, each one letter after the other."""
    ends, made = time.monotonic() + ALONE_SECONDS, [0] * CLIENTS

    def ask(number: int) -> None:
        while time.monotonic() < ends:
            service.convert(letter)
            made[number] += 1

    with ThreadPoolExecutor(CLIENTS) as threads:
        list(threads.map(ask, range(CLIENTS)))
    return sum(made) / ALONE_SECONDS


def _runner(service: Service) -> int:
    (note,) = service.folder.glob("batches-*.pid")
    return int(note.read_text())
