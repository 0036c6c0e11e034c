"""Long runs: workers killed under load, a thousand documents in a row, starts from nothing."""

from __future__ import annotations

import copy
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2

from bench.processes import family, memory_mib, processor_seconds
from bench.rivals import environment
from bench.service import PROJECT, Refused, Service, end_pools, memory_folder

KILLED_JOBS, KILL_SECONDS, KILL_CLIENTS = 500, 2.0, 8
LONG_JOBS, SETTLED_JOBS = 1000, 100
STARTED_JOBS = 50


@dataclass
class Kills:
    """What came of documents while workers were killed."""

    answers: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    wrong: list[str] = field(default_factory=list)
    orphans: int = 0
    files: list[str] = field(default_factory=list)
    before_mib: float = 0
    after_mib: float = 0


def marked(payload: Mapping[str, Any], mark: str) -> dict[str, Any]:
    """The letter's payload with a mark in its text, for what was asked for and for what is given."""
    copied: dict[str, Any] = copy.deepcopy(dict(payload))
    copied["application"]["info_title"] = mark
    copied["provided"] = [mark]
    return copied


def text_of(pdf: bytes) -> str:
    """All text of a PDF, without line ends."""
    with LOCK, pypdfium2.PdfDocument(pdf) as opened:
        pages = [opened[number].get_textpage().get_text_range() for number in range(len(opened))]
    return "".join(pages).replace("\r\n", "")


LOCK = threading.Lock()


def kill_workers(service: Service, document: str) -> Kills:
    """Documents of many clients, each with a mark of its own, while a random LibreOffice dies every other second."""
    found = Kills()
    pool = service.pool_process()
    found.before_mib = memory_mib([pool])
    numbers = iter(range(KILLED_JOBS))
    ended = threading.Event()
    lock = threading.Lock()

    def kill() -> None:
        chance = random.Random(1)
        while not ended.wait(KILL_SECONDS):
            offices = [pid for pid in family([pool]) if "soffice.bin" in command(pid)]
            if offices:
                os.kill(chance.choice(offices), signal.SIGKILL)
                found.kills += 1

    def work() -> None:
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            outcome = _one(service, document, number)
            with lock:
                found.answers[outcome] += 1
                if outcome == "wrong":
                    found.wrong.append(str(number))

    killer = threading.Thread(target=kill)
    workers = [threading.Thread(target=work) for _ in range(KILL_CLIENTS)]
    for thread in (killer, *workers):
        thread.start()
    for thread in workers:
        thread.join()
    ended.set()
    killer.join()
    _settle(service, pool, found)
    return found


def _one(service: Service, document: str, number: int) -> str:
    mark = f"甲{number:04d}乙"
    try:
        text = text_of(service.build(document, marked(service.payloads[document], mark)))
    except Refused as refusal:
        return str(refusal.status)
    others = [other for other in (f"甲{n:04d}乙" for n in range(KILLED_JOBS)) if other in text]
    return "right" if others == [mark] else "wrong"


def _settle(service: Service, pool: int, found: Kills) -> None:
    """Look at what is left once the pool is whole again."""
    time.sleep(4)
    for _ in range(20):
        service.convert(next(iter(service.payloads)))
    members = family([pool])
    found.after_mib = memory_mib([pool])
    everywhere = [pid for pid in all_processes() if str(service.folder) in command(pid)]
    found.orphans = len([pid for pid in everywhere if pid not in members])
    alive = {part for pid in members for part in command(pid).split('"') if "/worker-" in part}
    folders = [str(path) for path in service.folder.glob("*.workers/worker-*")]
    found.files = [folder for folder in folders if folder not in alive]


def all_processes() -> list[int]:
    """Every process of the machine."""
    return [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]


def command(pid: int) -> str:
    """The command line of a process, or nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def long_run(service: Service, document: str) -> tuple[float, float]:
    """MiB of the pool after a hundred documents, and after a thousand."""
    pool = service.pool_process()
    early = 0.0
    for number in range(LONG_JOBS):
        service.convert(document)
        if number + 1 == SETTLED_JOBS:
            early = memory_mib([pool])
    return early, memory_mib([pool])


@dataclass(frozen=True, order=True)
class Start:
    """Seconds of a start up to the first PDF, by the clock and of all processors; MiB of all processes some letters later."""

    seconds: float
    processor_seconds: float
    mib: float


def start_service(kind: type[Service], payloads: Mapping[str, Any], document: str, cache: Path) -> Start:
    """A start of the service with no process of it and no converter running; `cache` is what earlier starts have left."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        service = kind(Path(folder), payloads, GIPDOCS_CACHE=str(cache))
        try:
            while True:
                try:
                    service.convert(document)
                    break
                except OSError:
                    time.sleep(0.005)
            spent, used = time.monotonic() - started, processor_seconds(service.processes())
            for _ in range(STARTED_JOBS):
                service.convert(document)
            return Start(spent, used, memory_mib(service.processes()))
        finally:
            service.close()


def first_and_later_start(kind: type[Service], payloads: Mapping[str, Any], document: str) -> tuple[Start, Start]:
    """A start of which nothing is known, when everything has to be checked, and one from the same files after it."""
    with tempfile.TemporaryDirectory() as cache:
        first, later = (start_service(kind, payloads, document, Path(cache)) for _ in range(2))
    return first, later


def start_command_line(payload: bytes, document: str) -> float:
    """Seconds that `gipdocs build` takes for a PDF when no converter is running."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "first.pdf"
        place = memory_folder()
        arguments = ["build", document, "-i", "-", "-o", str(target), "--format", "pdf"]
        started = time.monotonic()
        subprocess.run(
            [sys.executable, "-m", "gipdocs.cli", *arguments],
            input=payload,
            cwd=PROJECT,
            env={**environment(), "GIPDOCS_RUN": str(place)},
            capture_output=True,
            check=True,
        )
        spent = time.monotonic() - started
    end_pools(place)
    return spent


def as_json(payload: Mapping[str, Any]) -> bytes:
    """A payload as a file holds it."""
    return json.dumps(payload, ensure_ascii=False).encode()
