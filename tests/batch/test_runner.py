"""The runner: whatever is away, full, busy or broken meanwhile, each row is made once and rightly."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event, Lock, Thread, Timer
from typing import Any

import pytest
from sqlalchemy import text, update

from gipdocs.access.actors import HERE
from gipdocs.batch import runner as running
from gipdocs.batch.batches import find_batch, list_rows
from gipdocs.batch.ordering import cancel, resume
from gipdocs.batch.runner import Runner
from gipdocs.batch.running import check_some, claim, has_work, start_due
from gipdocs.errors import ConverterBusy
from gipdocs.pdf.converter import Health
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store.engine import open_store
from gipdocs.store.places import file_of
from gipdocs.store.tables import BatchItemRow, BatchRow
from gipdocs.store.turns import MAKING_BATCHES, Privilege, is_claimed
from gipdocs.store.types import now
from tests.batch.making import assert_whole, states
from tests.pdf.processes import wait_for

pytestmark = pytest.mark.slow

Ordered = Callable[..., str]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runners that end soon, and try again soon."""
    monkeypatch.setattr(running, "IDLE_SECONDS", 0.5)
    monkeypatch.setattr(running, "STORE_SECONDS", 0.1)
    monkeypatch.setattr(running, "LOOK_SECONDS", 0.05)


def run(office: Service, *, seconds: float = 0.0) -> None:
    """Let a runner work in this process until it has nothing to do, or is told to end after so many seconds."""
    register = office.register
    assert register is not None
    privilege = Privilege.claim(register.store, MAKING_BATCHES)
    assert privilege is not None
    with privilege:
        runner = Runner(office, privilege)
        if seconds:
            Timer(seconds, runner.end).start()
        runner.run()


@contextmanager
def at_work(office: Service) -> Iterator[Runner]:
    """A runner at work in another thread, which ends before this block does."""
    register = office.register
    assert register is not None
    privilege = Privilege.claim(register.store, MAKING_BATCHES)
    assert privilege is not None
    with privilege:
        runner = Runner(office, privilege)
        thread = Thread(target=runner.run)
        thread.start()
        try:
            yield runner
        finally:
            runner.end()
            thread.join()


def test_a_runner_makes_everything_and_ends(office: Service, register: Register, ordered: Ordered) -> None:
    first, second = ordered(70), ordered(6)
    run(office)
    assert_whole(register, first, 70)
    assert_whole(register, second, 6)
    assert not is_claimed(register.store, MAKING_BATCHES)


def test_a_runner_that_is_told_to_end_leaves_no_row_half_made(
    office: Service, register: Register, ordered: Ordered
) -> None:
    id = ordered(60)
    with at_work(office):
        wait_for(lambda: states(register, id)["done"] > 3, seconds=60)
    assert states(register, id).keys() == {"done", "waiting"}
    run(office)
    assert_whole(register, id, 60)


def test_a_batch_that_is_stopped_and_resumed_under_way_is_whole(
    office: Service, register: Register, ordered: Ordered
) -> None:
    id = ordered(50)
    with at_work(office):
        wait_for(lambda: states(register, id)["done"] >= 20, seconds=60)
        cancel(register, id, by=HERE)
        wait_for(lambda: "working" not in states(register, id), seconds=60)
        made = {item.place: item.sha256 for item in list_rows(register, id, by=HERE, states=["done"])}
        assert set(states(register, id)) == {"done", "cancelled"} and len(made) >= 20
    run(office)
    resume(register, id, by=HERE)
    run(office)
    assert_whole(register, id, 50)
    assert made.items() <= {item.place: item.sha256 for item in list_rows(register, id, by=HERE)}.items()


def test_what_others_take_over_is_theirs(office: Service, register: Register, ordered: Ordered) -> None:
    id = ordered(1)
    released, entered = Event(), Event()

    def build(*_: object, **__: object) -> object:
        entered.set()
        released.wait(30)
        raise KeyError("late")

    slow = replace(office)
    vars(slow).update(register=register, build=build)
    with at_work(slow):
        assert entered.wait(30)
        with register.store.writing() as session:
            session.execute(update(BatchItemRow).values(tries=2))
        released.set()
    assert states(register, id) == {"working": 1}


class Moody:
    """A converter that is busy so many times, and then converts after its fashion."""

    def __init__(self, moods: int) -> None:
        self.moods = moods

    def convert(self, docx: bytes, *, label: str) -> bytes:
        if self.moods:
            self.moods -= 1
            raise ConverterBusy("忙。", retry_after=1)
        return b"%PDF-1.7 " + label.encode()

    def health(self) -> Health:
        return Health(ready=True)

    def close(self) -> None:
        pass


def test_a_busy_converter_is_waited_for(office: Service, register: Register, ordered: Ordered) -> None:
    id = ordered(5, format="pdf")
    vars(office)["converter"] = Moody(6)
    run(office)
    assert states(register, id) == {"done": 5}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_full_disk_is_waited_for(
    office: Service, register: Register, ordered: Ordered, caplog: pytest.LogCaptureFixture
) -> None:
    id = ordered(8)
    narrow = open_store(f"sqlite:///{file_of(register.store.place)}")
    with narrow.writing() as session:
        held = session.execute(text("PRAGMA page_count")).scalar_one()
        session.execute(text(f"PRAGMA max_page_count = {held + 4}"))
    full = replace(office)
    vars(full)["register"] = replace(register, store=narrow)
    with at_work(full):
        wait_for(lambda: "StoreFull" in caplog.text, seconds=30)
        assert states(register, id)["done"] < 8
        narrow.close_connections()  # others may grow
        wait_for(lambda: states(register, id)["done"] == 8, seconds=30)
    narrow.close()
    run(office)
    assert_whole(register, id, 8)


def test_a_locked_database_is_waited_for(
    office: Service, register: Register, ordered: Ordered, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    id = ordered(8)
    locked, entered = Event(), Event()

    def build(*arguments: Any, **options: Any) -> object:
        entered.set()
        locked.wait(30)
        return office.build(*arguments, **options)

    with closing(open_store(database, patience=0.1)) as impatient:
        hurried = replace(office)
        vars(hurried).update(register=replace(register, store=impatient), build=build)
        with at_work(hurried):
            assert entered.wait(30)
            with register.store.writing() as session:
                session.execute(update(BatchItemRow).values(name="x"))
                locked.set()
                wait_for(lambda: "StoreBusy" in caplog.text, seconds=30)
            wait_for(lambda: states(register, id)["done"] == 8, seconds=60)
    run(office)
    assert_whole(register, id, 8)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_another_left_behind_is_taken_back_however_busy_the_database_is(
    office: Service, register: Register, ordered: Ordered, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    id = ordered(3)
    while check_some(office, register):
        pass
    assert start_due(register) and len(claim(register, 2)) == 2
    with ExitStack() as stack:
        impatient = stack.enter_context(closing(open_store(database, patience=0.1)))
        hurried = replace(office)
        vars(hurried)["register"] = replace(register, store=impatient)
        with register.store.writing():
            stack.enter_context(at_work(hurried))
            wait_for(lambda: "StoreBusy" in caplog.text, seconds=30)
        wait_for(lambda: states(register, id)["done"] == 3, seconds=60)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_runner_that_loses_the_server_ends_and_another_goes_on(
    office: Service, register: Register, ordered: Ordered, caplog: pytest.LogCaptureFixture
) -> None:
    id = ordered(40)
    caplog.set_level(logging.INFO)
    with at_work(office):
        wait_for(lambda: states(register, id)["done"] > 3, seconds=60)
        with register.store.writing() as session:
            session.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid = :key"),
                {"key": MAKING_BATCHES},
            )
        wait_for(lambda: "has lost the database" in caplog.text, seconds=30)
    assert not is_claimed(register.store, MAKING_BATCHES)
    run(office)
    assert_whole(register, id, 40)


def test_a_runner_empties_what_is_over(office: Service, register: Register, ordered: Ordered) -> None:
    id = ordered(3)
    run(office)
    with register.store.writing() as session:
        session.execute(update(BatchRow).values(expires_at=now() - timedelta(days=1)))
    assert has_work(register)
    run(office)
    assert find_batch(register, id, by=HERE).state == "expired" and not has_work(register)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_more_is_under_way_where_other_machines_convert(
    office: Service, register: Register, ordered: Ordered, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MEASURE_SECONDS", 0.0)
    crowd, most, lock = Moody(0), [0, 0], Lock()

    def convert(docx: bytes, *, label: str) -> bytes:
        with lock:
            most[0] += 1
            most[1] = max(most)
        time.sleep(0.3)
        with lock:
            most[0] -= 1
        return b"%PDF-1.7 " + label.encode()

    crowd.convert = convert  # type: ignore[method-assign]  # of many machines
    crowd.health = lambda: Health(ready=True, workers=10)  # type: ignore[method-assign]
    vars(office)["converter"] = crowd
    id = ordered(60, format="pdf")
    run(office)
    assert states(register, id) == {"done": 60}
    assert 10 < most[1] <= 30
