"""Ten thousand requests of every kind: what the service's processes hold after each thousand."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.processes import family, memory_mib
from bench.service import Service
from bench.soak import as_json

REQUESTS, STEP, CLIENTS = 10_000, 1000, 4

Request = tuple[str, str, bytes | None]


@dataclass(frozen=True)
class Level:
    """What is held after some requests: PSS of server and pool in MiB, descriptors and threads of the server, files."""

    requests: int
    server_mib: float
    pool_mib: float
    descriptors: int
    threads: int
    files: int


def requests(payloads: Mapping[str, Any]) -> Iterator[Request]:
    """Without end: for one document after the other its form, its files, its check, and what is refused."""
    for id, payload in itertools.cycle(payloads.items()):
        path, body = f"/api/v1/documents/{id}", as_json(payload)
        yield "POST", f"{path}?format=docx", body
        yield "POST", f"{path}?format=html", body
        yield "POST", f"{path}?format=pdf", body
        yield "POST", f"{path}/check", body
        yield "GET", f"/desk/{id}", None
        yield "GET", f"{path}/schema", None
        yield "POST", path, b'{"unknown": 1}'
        yield "POST", path, b"{"
        yield "GET", f"/nowhere/{id}", None


def run(service: Service, payloads: Mapping[str, Any]) -> tuple[Counter[int], list[Level]]:
    """How many answers had which status, and the levels."""
    answers: Counter[int] = Counter()
    levels = [_level(service, 0)]
    wanted = requests(payloads)
    with ThreadPoolExecutor(CLIENTS) as clients:
        for done in range(STEP, REQUESTS + 1, STEP):
            batch: Sequence[Request] = list(itertools.islice(wanted, STEP))
            answers.update(clients.map(lambda one: service.ask(*one)[0], batch))
            levels.append(_level(service, done))
    return answers, levels


def _level(service: Service, done: int) -> Level:
    server = family([service.process.pid])
    return Level(
        requests=done,
        server_mib=memory_mib([service.process.pid]),
        pool_mib=memory_mib([service.pool_process()]),
        descriptors=sum(_entries(process, "fd") for process in server),
        threads=sum(_entries(process, "task") for process in server),
        files=sum(1 for _ in service.folder.rglob("*")),
    )


def _entries(process: int, what: str) -> int:
    try:
        return len(list(Path(f"/proc/{process}/{what}").iterdir()))
    except OSError:
        return 0
