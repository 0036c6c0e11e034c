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

from gipdocs.batch.checking import Unchecked, Verdict, check_rows, note_verdicts, take_unchecked
from gipdocs.batch.making import BatchTask, Outcome, attempt, judge
from gipdocs.batch.running import (
    LEASE,
    Result,
    claim,
    end_finished,
    has_work,
    is_untidy,
    longest_pause,
    renew,
    settle,
    start_due,
    take_back,
    tidy,
)
from gipdocs.batch.unpacking import find_unread, unpack
from gipdocs.batch.waking import noted
from gipdocs.errors import GipdocsError, SetupError, StoreBusy, StoreFull, locate
from gipdocs.logs import make_formatter, wants_json
from gipdocs.service import Service, converter_options, load_service
from gipdocs.settings import Settings, read_settings
from gipdocs.store.engine import open_store
from gipdocs.store.turns import MAKING_BATCHES, Privilege

LOG = logging.getLogger(__name__)

NICENESS = 5
AHEAD = 3
"""So many rows are under way for each worker of the converter: one is converted, the others are being filled, or kept."""
MOST_ROOM, OTHER_WORK = 64, 4
"""So many rows are made at once at most, and so much else is done beside them: checking, measuring, reading, tidying up."""
MEASURE_SECONDS = 15.0
IDLE_SECONDS = 30.0
"""A runner that has found nothing to do for so long ends."""
LOOK_SECONDS = 0.3
"""How often it looks for work, and for what is to be started or ended."""
ENDING_SECONDS = 60.0
"""So long it tries to finish and to keep its rows if it is told to end."""
STORE_SECONDS = 3.0
"""How long it waits for a database that is busy, full or away."""


class Runner:
    """Works on all batches of a database: this thread asks and tells the database, others check and build.

    While rows are converted, the next are filled: three times as many as the converter has workers are under way, and new
    ones are taken on several at a time.
    """

    def __init__(self, service: Service, privilege: Privilege) -> None:
        register = service.register
        assert register is not None
        self._service, self._register, self._privilege = service, register, privilege
        self._options = converter_options(service.settings)
        self._workers = self._options.workers
        self._threads = ThreadPoolExecutor(MOST_ROOM + OTHER_WORK, "batch")
        self._making: dict[Future[Outcome], BatchTask] = {}
        self._made: list[Result] = []
        self._checking: tuple[Future[list[Verdict]], Unchecked] | None = None
        self._measuring: Future[None] | None = None
        self._measured = 0.0
        self._reading: Future[None] | None = None
        self._tidying: Future[None] | None = None
        self._prepared: set[str] = set()
        self._preparing = threading.Lock()
        self._last_made = self._last_checked = ""
        self._next_try = self._looked = self._renewed = 0.0
        self._idle_since: float | None = None
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
        nobody_else_works = partial(take_back, self._register, everything=True)
        while not self._is_over() and not self._patiently(nobody_else_works):
            pass
        while not self._is_over():
            self._patiently(self._turn)
        while (self._making or self._made) and time.monotonic() < self._deadline and self._privilege.is_held():
            self._patiently(self._collect)
        self._threads.shutdown(cancel_futures=True)

    def _is_over(self) -> bool:
        if not self._privilege.is_held():
            LOG.warning("the runner has lost the database, and ends")
            return True
        idle = self._idle_since is not None and time.monotonic() - self._idle_since > IDLE_SECONDS
        return idle or self._ending.is_set()

    def _patiently(self, work: Callable[[], None]) -> bool:
        """Do some work with the database; if that is busy or full, wait, and give False.

        What was made stays here until it is kept.
        """
        try:
            work()
        except (StoreBusy, StoreFull) as error:
            LOG.warning("the database is not available: %s", type(error).__name__)
            time.sleep(STORE_SECONDS)
            return False
        return True

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
        free = min(AHEAD * self._workers, MOST_ROOM) - len(self._making)
        if free < min(self._workers, MOST_ROOM) or time.monotonic() < self._next_try or self._is_at_risk():
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
        self._measure()
        self._read()
        self._tidy()
        under_way = self._making or self._checking or self._reading or self._tidying
        if under_way or has_work(self._register):
            self._idle_since = None
        elif self._idle_since is None:
            self._idle_since = time.monotonic()

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

    def _measure(self) -> None:
        """Ask the converter now and then how many workers it has, beside everything else, if it is at work at all."""
        self._measuring = _unless_done(self._measuring)
        converts = any(task.format == "pdf" for task in self._making.values())
        if self._measuring is None and converts and time.monotonic() - self._measured > MEASURE_SECONDS:
            self._measured = time.monotonic()
            self._measuring = self._threads.submit(self._count_workers)

    def _count_workers(self) -> None:
        workers, own = self._service.converter.health().workers, self._options.workers + self._options.spares
        self._workers = workers if workers > own else self._options.workers

    def _read(self) -> None:
        """Read tables beside everything else, which may take seconds."""
        self._reading = _unless_done(self._reading)
        if self._reading is None and (id := find_unread(self._register)) is not None:
            self._reading = self._threads.submit(unpack, self._service, self._register, id)

    def _tidy(self) -> None:
        """Tell of ends and delete what is over, beside everything else: whoever is told may take seconds to answer."""
        self._tidying = _unless_done(self._tidying)
        if self._tidying is None and is_untidy(self._register):
            self._tidying = self._threads.submit(tidy, self._register, self._service.settings)


def _unless_done(work: Future[None] | None) -> Future[None] | None:
    """Some work that is still under way, or nothing; that it has failed is logged."""
    if work is None or not work.done():
        return work
    if error := work.exception():
        LOG.error("something is to be tried again: %s at %s", type(error).__name__, locate(error))
    return None


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
