"""The runner looks after batches that have ended: others are told, and what is over is emptied, beside the other work."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from gipdocs.access.actors import HERE
from gipdocs.batch import aftercare
from gipdocs.batch import runner as running
from gipdocs.batch.batches import find_batch
from gipdocs.batch.expiry import expire
from gipdocs.batch.runner import Runner
from gipdocs.batch.running import has_work
from gipdocs.batch.webhook import schedule
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store.tables import BatchRow
from gipdocs.store.turns import MAKING_BATCHES, Privilege
from gipdocs.store.types import now
from tests.batch.finished import SECRET, add_finished

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
OVER = now() - timedelta(seconds=1)


def run(office: Service, register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a runner work in this process until it has nothing to do."""
    monkeypatch.setattr(running, "IDLE_SECONDS", 0.5)
    monkeypatch.setattr(running, "LOOK_SECONDS", 0.05)
    privilege = Privilege.claim(register.store, MAKING_BATCHES)
    assert privilege is not None
    with privilege:
        Runner(office, privilege).run()


def test_what_is_due_is_work_and_a_runner_does_it(
    office: Service, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = add_finished(register, [b"1"], expires_at=OVER)
    told = add_finished(register, [b"1"], id="b" * 32, webhook_url="https://not-allowed.example/")
    assert has_work(register)
    with register.store.writing() as session:
        schedule(session, session.get_one(BatchRow, told))
    run(office, register, monkeypatch)
    assert not has_work(register) and find_batch(register, over, by=HERE).state == "expired"
    assert find_batch(register, told, by=HERE).webhook_tries == 1


def test_nothing_due_is_no_work(register: Register) -> None:
    add_finished(register, [b"1"])
    with register.store.writing() as session:
        session.get_one(BatchRow, "a" * 32).webhook_next = now() + timedelta(minutes=1)
    assert not has_work(register)


def test_a_failure_is_logged_without_its_words_and_tried_again_later(
    office: Service,
    register: Register,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    over, tries = add_finished(register, [b"1"], expires_at=OVER), list[int]()

    def fail_once(register: Register) -> bool:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError(SECRET)
        return expire(register)

    monkeypatch.setattr(aftercare, "expire", fail_once)
    monkeypatch.setattr(running, "AFTERCARE_SECONDS", 0.1)
    with caplog.at_level(logging.ERROR, "gipdocs"):
        run(office, register, monkeypatch)
    assert find_batch(register, over, by=HERE).state == "expired"
    assert "ended batches can't be looked after: RuntimeError" in caplog.text and SECRET not in caplog.text
