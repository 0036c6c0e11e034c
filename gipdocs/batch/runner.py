"""The process that works on batches: one for a database, started when there is work, gone when there is none."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import Any

from gipdocs.batch.aftercare import look_after
from gipdocs.batch.checking import Unchecked, Verdict, check_rows, note_verdicts, take_unchecked
from gipdocs.batch.making import BatchTask, Outcome, attempt, judge
from gipdocs.batch.running import (
    LEASE,
    Result,
    claim,
    end_finished,
    has_work,
    longest_pause,
    renew,
    settle,
    start_due,
    take_back,
)
from gipdocs.batch.waking import noted
from gipdocs.errors import GipdocsError, SetupError, StoreBusy, StoreFull, locate
from gipdocs.logs import make_formatter, wants_json
from gipdocs.service import Service, converter_options, load_service
from gipdocs.settings import Settings, read_settings
from gipdocs.store.engine import open_store
from gipdocs.store.turns import MAKING_BATCHES, Privilege

LOG = logging.getLogger(__name__)

NICENESS = 5
IDLE_SECONDS = 30.0
"""A runner that has found nothing to do for so long ends."""
LOOK_SECONDS = 0.3
"""How often it looks for work, and for what is to be started or ended."""
ENDING_SECONDS = 60.0
"""So long it tries to finish and to keep its rows if it is told to end."""
AFTERCARE_SECONDS = 60.0
"""After a failure, ended batches are looked after again so much later."""
STORE_SECONDS = 3.0
"""How long it waits for a database that is busy, full or away."""


class Runner:
    """Works on all batches of a database: this thread asks and tells the database, others check and build.

    While rows are converted, the next are filled: one more than the converter has workers is under way.
    """

    def __init__(self, service: Service, privilege: Privilege) -> None:
        register = service.register
        assert register is not None
        self._service, self._register, self._privilege = service, register, privilege
        self._room = converter_options(service.settings).workers + 1
        self._threads = ThreadPoolExecutor(self._room + 2, "batch")
        self._making: dict[Future[Outcome], BatchTask] = {}
        self._made: list[Result] = []
        self._checking: tuple[Future[list[Verdict]], Unchecked] | None = None
        self._prepared: set[str] = set()
        self._preparing = threading.Lock()
        self._aftercare: Future[bool] | None = None
        self._next_aftercare = 0.0
        self._last_made = self._last_checked = ""
        self._next_try = self._looked = self._renewed = 0.0
        self._worked = time.monotonic()
        self._ending = threading.Event()
        self._deadline = float("inf")

    def end(self) -> None:
        """Take nothing on any more, and finish what is being made."""
        self._deadline = time.monotonic() + ENDING_SECONDS
        self._ending.set()

    def is_ending(self) -> bool:
        """Whether it was told to end."""
        return self._ending.is_set()

    def run(self) -> None:
        """Work until nothing is left to do, or until told to end."""
        self._patiently(partial(take_back, self._register, everything=True))
        while not self._is_over():
            self._patiently(self._turn)
        while (self._making or self._made) and time.monotonic() < self._deadline and self._privilege.is_held():
            self._patiently(self._collect)
        self._threads.shutdown(cancel_futures=True)

    def _is_over(self) -> bool:
        if not self._privilege.is_held():
            LOG.warning("the runner has lost the database, and ends")
            return True
        return self._ending.is_set() or time.monotonic() - self._worked > IDLE_SECONDS

    def _patiently(self, work: Callable[[], None]) -> None:
        """Do some work with the database; where that is busy or full, wait. What was made stays here until it is kept."""
        try:
            work()
        except (StoreBusy, StoreFull) as error:
            LOG.warning("the database is not available: %s", type(error).__name__)
            time.sleep(STORE_SECONDS)

    def _turn(self) -> None:
        self._collect()
        taken = self._take_on()
        if not taken or time.monotonic() - self._looked > LOOK_SECONDS:
            self._look_around()

    def _collect(self) -> None:
        """Wait a little for what is under way, and keep what rows have become."""
        under_way: list[Future[Any]] = [*self._making, *([self._checking[0]] if self._checking else [])]
        if under_way:
            wait(under_way, LOOK_SECONDS, FIRST_COMPLETED)
        elif not self._made:
            self._ending.wait(LOOK_SECONDS)
        for future in [future for future in self._making if future.done()]:
            self._made.append((self._making.pop(future), future.result()))
        self._next_try = max(self._next_try, time.monotonic() + longest_pause(self._made))
        self._keep()
        if self._making and time.monotonic() - self._renewed > LEASE.total_seconds() / 3:
            renew(self._register, self._making.values())
            self._renewed = time.monotonic()

    def _keep(self) -> None:
        try:
            settle(self._register, self._made)
        except GipdocsError:
            raise
        except Exception as error:  # a row that the database refuses must stop no other
            LOG.error("rows can't be kept together: %s at %s", type(error).__name__, locate(error))
            for result in self._made:
                self._keep_alone(*result)
        self._made.clear()

    def _keep_alone(self, task: BatchTask, outcome: Outcome) -> None:
        try:
            settle(self._register, [(task, outcome)])
        except GipdocsError:
            raise
        except Exception as error:
            settle(self._register, [(task, judge(error, task))])

    def _take_on(self) -> bool:
        free = self._room - len(self._making)
        if free <= 0 or time.monotonic() < self._next_try or self._is_at_risk():
            return False
        tasks = claim(self._register, free, after=self._last_made, alone=not self._making)
        for task in tasks:
            self._last_made = task.batch
            self._making[self._threads.submit(self._make, task)] = task
        return bool(tasks)

    def _is_at_risk(self) -> bool:
        """Whether a row is under way at which the program may have ended before: it shall take no other with it."""
        checked_alone = self._checking is not None and self._checking[1].alone
        return checked_alone or any(task.tries > 1 for task in self._making.values())

    def _make(self, task: BatchTask) -> Outcome:
        try:
            self._prepare(task.document)
        except Exception as error:
            return judge(error, task)
        return attempt(self._service, task)

    def _prepare(self, document: str) -> None:
        """Compile and check a document as a start of the service does, before its first row is made."""
        with self._preparing:
            if document not in self._prepared:
                self._service.check_document(document)
                self._prepared.add(document)

    def _look_around(self) -> None:
        self._looked = time.monotonic()
        self._check()
        while end_finished(self._register) or start_due(self._register):
            pass
        self._look_after()
        if self._making or self._checking or has_work(self._register):
            self._worked = time.monotonic()

    def _look_after(self) -> None:
        """Have ended batches looked after beside the other work: an address may be slow, and emptying takes its time."""
        if self._aftercare and self._aftercare.done():
            pause = 0.0 if self._aftercare.result() else AFTERCARE_SECONDS
            self._aftercare, self._next_aftercare = None, time.monotonic() + pause
        if self._aftercare is None and time.monotonic() >= self._next_aftercare:
            self._aftercare = self._threads.submit(look_after, self._register, self._service.settings)

    def _check(self) -> None:
        if self._checking and self._checking[0].done():
            future, rows = self._checking
            if future.exception() is None:
                note_verdicts(self._register, rows, future.result())
            self._checking = None
            future.result()
        if self._checking is None and (
            found := take_unchecked(self._register, after=self._last_checked, alone=not self._making)
        ):
            self._last_checked = found.batch
            self._checking = self._threads.submit(check_rows, self._service, found), found


def main() -> None:
    """Work on the batches of the installation that the environment describes; do nothing if another process does."""
    _log()
    os.nice(NICENESS)
    try:
        settings = read_settings()
        with closing(open_store(settings.database)) as store:
            while (privilege := Privilege.claim(store, MAKING_BATCHES)) is not None:
                with privilege:
                    more = _work(settings, privilege)
                if not more:
                    return
    except Exception as error:  # its text may repeat what was typed, or the database's password
        said = str(error) if isinstance(error, SetupError) else f"{type(error).__name__} at {locate(error)}"
        LOG.error("the runner ends: %s", said)
        sys.exit(1)


def _work(settings: Settings, privilege: Privilege) -> bool:
    """Work as long as there is something to do; whether there is something new after all."""
    service = replace(load_service(settings), patient=True)
    runner = Runner(service, privilege)
    signal.signal(signal.SIGTERM, lambda *_: runner.end())
    LOG.info("the runner begins")
    with closing(service), noted(settings):
        runner.run()
        LOG.info("the runner ends")
        assert service.register is not None
        return not runner.is_ending() and privilege.is_held() and has_work(service.register)


def _log() -> None:
    """Log as the service does: no error says more than its kind and place."""
    handler = logging.StreamHandler()
    handler.setFormatter(make_formatter(json=wants_json()))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.captureWarnings(True)
    logging.getLogger("gipdocs").setLevel(logging.INFO)
