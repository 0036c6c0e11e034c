"""Many processes that issue letters at once, or are killed while they do; run as a program, which prints its figures.

python -m tests.register.crowding crowd URL PROCESSES LETTERS
python -m tests.register.crowding kill URL KILLS SEED
python -m tests.register.crowding backup URL BACKUPS FOLDER
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from gipdocs.access.actors import HERE
from gipdocs.errors import Refused, StoreBusy
from gipdocs.register.issuing import issue
from gipdocs.register.register import Register
from gipdocs.service import Service, load_service
from gipdocs.settings import Settings
from gipdocs.store.backups import back_up
from gipdocs.store.engine import open_store
from tests.register.lettering import answers_of
from tests.register.making import open_sample

Result = TypeVar("Result")
DOCUMENT = "reply-granted"
LETTERS_A_CASE = 10
ALL_TOLD = 65_536
TODAY = date(2026, 4, 30)


def run_program(*arguments: object) -> dict[str, Any]:
    """The figures of this program, run as a process of its own, which may fork and be killed."""
    command = [sys.executable, "-m", "tests.register.crowding", *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    figures: dict[str, Any] = json.loads(ran.stdout)
    return figures


def crowd(register: Register, service: Service, processes: int, count: int) -> dict[str, Any]:
    """Each process issues so many letters, of which one in five is refused after its number was drawn."""
    started = time.monotonic()
    pipes = [_fork(lambda seconds: _issue_some(register, service, count, seconds)) for _ in range(processes)]
    seconds = sorted(float(one) for pid, pipe in pipes for one in _read_to_end(pid, pipe))
    took = time.monotonic() - started
    return {
        "issued": len(seconds),
        "p50_ms": round(1000 * seconds[len(seconds) // 2]),
        "p95_ms": round(1000 * seconds[int(len(seconds) * 0.95)]),
        "worst_ms": round(1000 * seconds[-1]),
        "per_second": round(len(seconds) / took, 1),
    }


def kill(register: Register, service: Service, kills: int, seed: int) -> dict[str, Any]:
    """Kill, so many times, a process that issues letters without end, each at another moment."""
    random, letters = Random(seed), 0
    one_letter = _issue_some(register, service, 2)[-1]
    for _ in range(kills):
        pid, pipe = _fork(lambda seconds: _issue_some(register, service, 1_000_000, seconds))
        os.read(pipe, 1)  # it has opened its case
        time.sleep(random.uniform(0, 5 * one_letter))
        os.kill(pid, signal.SIGKILL)
        letters += len(_read_to_end(pid, pipe, killed=True))
    return {"kills": kills, "told": letters}


def back_up_meanwhile(register: Register, service: Service, backups: int, folder: Path) -> dict[str, Any]:
    """Make so many backups while another process issues letters, each at another moment."""
    pid, pipe = _fork(lambda seconds: _issue_some(register, service, 1_000_000, seconds))
    for number in range(backups):
        os.read(pipe, ALL_TOLD)  # waits until a case was opened or a letter issued
        back_up(register.store, folder / f"{number}.db")
    os.kill(pid, signal.SIGKILL)
    return {"backups": backups, "told": len(_read_to_end(pid, pipe, killed=True))}


def _issue_some(register: Register, service: Service, count: int, told: int | None = None) -> list[float]:
    """Issue letters in cases of their own; the seconds that each took are written to a pipe as it is issued."""
    right = answers_of(service, DOCUMENT)
    wrong = right | {"application": right["application"] | {"name": "张某"}}
    took, number = [], ""
    for index in range(count):
        if index % LETTERS_A_CASE == 0:
            number = _patiently(partial(open_sample, register, service))
            _tell(told, "\n")
        started = time.monotonic()
        try:
            _patiently(partial(issue, register, number, DOCUMENT, wrong if index % 5 == 4 else right, by=HERE))
        except Refused:
            continue
        took.append(time.monotonic() - started)
        _tell(told, f"{took[-1]}\n")
    return took


def _patiently(work: Callable[[], Result]) -> Result:
    """Try again as a person would who is told that the database is busy; a loaded machine may need it."""
    for _ in range(4):
        try:
            return work()
        except StoreBusy:
            continue
    return work()


def _tell(pipe: int | None, text: str) -> None:
    if pipe is not None:
        os.write(pipe, text.encode())


def _fork(work: Callable[[int], object]) -> tuple[int, int]:
    """A process that does some work; its id, and the end of the pipe to which it writes."""
    reading, writing = os.pipe()
    if pid := os.fork():
        os.close(writing)
        return pid, reading
    code = 1
    try:
        work(writing)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _read_to_end(pid: int, pipe: int, *, killed: bool = False) -> list[str]:
    with open(pipe, encoding="utf-8") as told:
        lines = told.read().split()
    _, status = os.waitpid(pid, 0)
    assert killed or status == 0, f"a process ended with {status}"
    return lines


def main(what: str, url: str, count: str, other: str) -> None:
    service = load_service(Settings(secret_key="test"))
    store = open_store(url)
    register = Register(
        store=store,
        registry=service.registry,
        office=lambda: service.office(TODAY),
        converter=lambda: service.converter,
    )
    if what == "backup":
        figures = back_up_meanwhile(register, service, int(count), Path(other))
    else:
        figures = (crowd if what == "crowd" else kill)(register, service, int(count), int(other))
    store.close()
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
