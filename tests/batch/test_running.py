"""Batches are made row by row, in turn, and whatever happens to one row happens to no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select, update

from gipdocs.access.actors import HERE
from gipdocs.batch.batches import find_batch, list_rows, read_batch_file
from gipdocs.batch.checking import check_rows, note_verdicts, take_unchecked
from gipdocs.batch.making import MAKERS, MOST_TRIES, BatchTask, Failure, Product, attempt, judge
from gipdocs.batch.ordering import cancel, resume, start
from gipdocs.batch.orders import OrderedRow
from gipdocs.batch.running import check_some, claim, end_finished, renew, run_until_idle, settle, start_due, take_back
from gipdocs.batch.states import MOST_RUNNING
from gipdocs.errors import ConversionError, ConverterBusy, ConverterTimeout, GipdocsError, StoreFull, TextLost
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store.tables import BatchItemRow
from gipdocs.store.types import now
from tests.batch.conftest import name_of
from tests.batch.making import states, text_of

pytestmark = pytest.mark.slow

Ordered = Callable[..., str]


def test_every_row_gets_its_own_file(office: Service, register: Register, ordered: Ordered) -> None:
    id = ordered(5)
    run_until_idle(office)
    batch = find_batch(register, id, by=HERE)
    assert (batch.state, batch.counts, batch.percent) == ("done", {"done": 5}, 100)
    for item in list_rows(register, id, by=HERE):
        _, content = read_batch_file(register, id, item.place, by=HERE)
        assert name_of(item.place) in text_of(register, id, item.place)
        assert (item.sha256, item.size) == (sha256(content).hexdigest(), len(content))


def test_a_wrong_row_stops_the_batch_until_it_is_skipped(office: Service, register: Register, ordered: Ordered) -> None:
    right = {"application": {"name": name_of(1)}}
    id = ordered(1, rows=[OrderedRow(answers=right), OrderedRow(answers={"date": "yesterday"})])
    run_until_idle(office)
    assert find_batch(register, id, by=HERE).state == "draft"
    (wrong,) = list_rows(register, id, by=HERE, states=["invalid"])
    assert wrong.faults[0]["pointer"] == "/date"
    start(register, id, by=HERE, skip_invalid=True)
    run_until_idle(office)
    assert states(register, id) == {"done": 1, "invalid": 1}


def test_a_batch_in_which_every_row_is_wrong_is_not_started(
    office: Service, register: Register, ordered: Ordered
) -> None:
    id = ordered(1, rows=[OrderedRow(answers={"date": "yesterday"})], skip_invalid=True)
    run_until_idle(office)
    assert find_batch(register, id, by=HERE).state == "draft"


def test_what_is_stopped_is_gone_on_with_later(office: Service, register: Register, ordered: Ordered) -> None:
    id = ordered(10)
    check(office, register)
    start_due(register)
    make(office, register, 4)
    tasks = claim(register, 2)
    cancel(register, id, by=HERE)
    settle(register, [(task, attempt(office, task)) for task in tasks])
    assert end_finished(register) and not end_finished(register)
    assert find_batch(register, id, by=HERE).state == "cancelled"
    assert states(register, id) == {"done": 6, "cancelled": 4}
    before = {item.place: item.sha256 for item in list_rows(register, id, by=HERE, states=["done"])}
    resume(register, id, by=HERE)
    run_until_idle(office)
    assert states(register, id) == {"done": 10}
    after = {item.place: item.sha256 for item in list_rows(register, id, by=HERE)}
    assert before.items() <= after.items()


def test_a_small_batch_is_not_behind_a_large_one(office: Service, register: Register, ordered: Ordered) -> None:
    large, small = ordered(60), ordered(5)
    check(office, register)
    while start_due(register):
        pass
    tasks, last = [], ""
    for _ in range(6):
        tasks += claim(register, 2, after=last)
        last = tasks[-1].batch
    assert Counter(task.batch for task in tasks) == {large: 7, small: 5}
    assert len({(task.batch, task.place) for task in tasks}) == 12


def test_batches_of_one_owner_wait_for_their_turn(office: Service, register: Register, ordered: Ordered) -> None:
    ids = [ordered(1) for _ in range(MOST_RUNNING + 1)]
    check(office, register)
    while start_due(register):
        pass
    assert [find_batch(register, id, by=HERE).state for id in ids] == ["running"] * MOST_RUNNING + ["checked"]
    run_until_idle(office)
    assert [find_batch(register, id, by=HERE).state for id in ids] == ["done"] * len(ids)


def test_a_row_at_which_the_program_ends_is_tried_after_all_others_and_then_given_up(
    office: Service, register: Register, ordered: Ordered
) -> None:
    id = ordered(4)
    check(office, register)
    start_due(register)
    (fatal,) = claim(register, 1)
    for tries in range(1, MOST_TRIES + 1):
        assert (fatal.place, fatal.tries) == (1, tries)
        take_back(register, everything=True)
        if tries == 1:
            fresh = claim(register, 8)
            assert [task.place for task in fresh] == [2, 3, 4], "what was tried comes after all others"
            assert not claim(register, 8, alone=False), "and only alone"
            settle(register, [(task, attempt(office, task)) for task in fresh])
        if tries < MOST_TRIES:
            (fatal,) = claim(register, 8)
    assert not claim(register, 8) and end_finished(register)
    assert states(register, id) == {"done": 3, "failed": 1}
    (failed,) = list_rows(register, id, by=HERE, states=["failed"])
    assert failed.faults[0]["code"] == "internal-error" and "中断" in failed.faults[0]["detail"]


def test_a_row_at_whose_check_the_program_ends_is_checked_after_all_others_and_then_given_up(
    office: Service, register: Register, ordered: Ordered
) -> None:
    id, other = ordered(3), ordered(1)
    for tries in range(1, MOST_TRIES + 1):
        rows = take_unchecked(register)
        assert rows is not None and rows.batch == id and 1 in rows.answers
        assert (len(rows.answers), rows.alone) == ((3, False) if tries == 1 else (1, True))
        take_back(register, everything=True)
        if tries == 1:
            fresh = take_unchecked(register, after=id, alone=False)
            assert fresh is not None and fresh.batch == other, "what was tried comes after all others"
            note_verdicts(register, fresh, check_rows(office, fresh))
            assert take_unchecked(register, alone=False) is None
        if tries == 2:
            for _ in range(2):
                harmless = take_unchecked(register)
                assert harmless is not None and 1 not in harmless.answers
                note_verdicts(register, harmless, check_rows(office, harmless))
    run_until_idle(office)
    assert states(register, id) == {"done": 2, "failed": 1}


def test_what_is_being_made_is_not_given_to_anybody_else_while_its_lease_is_renewed(
    register: Register, office: Service, ordered: Ordered
) -> None:
    ordered(1)
    check(office, register)
    start_due(register)
    (task,) = claim(register, 1)
    expire(register)
    renew(register, [task])
    take_back(register)
    assert not claim(register, 1)
    expire(register)
    take_back(register)
    (again,) = claim(register, 1)
    assert (again.place, again.tries) == (task.place, task.tries + 1)


def test_what_was_taken_over_is_not_kept_twice(office: Service, register: Register, ordered: Ordered) -> None:
    id = ordered(1)
    check(office, register)
    start_due(register)
    (late,) = claim(register, 1)
    take_back(register, everything=True)
    (task,) = claim(register, 1)
    settle(register, [(late, Failure(state="failed"))])
    assert states(register, id) == {"working": 1}
    settle(register, [(task, attempt(office, task))])
    settle(register, [(late, Failure(state="failed"))])
    assert states(register, id) == {"done": 1}


PASSING: dict[str, tuple[GipdocsError, int]] = {
    "converter-busy": (ConverterBusy("忙", retry_after=7), 7),
    "database-full": (StoreFull("满"), 5),
}


@pytest.mark.parametrize("kind", sorted(PASSING))
def test_a_try_for_which_there_was_no_room_does_not_count(
    kind: str, register: Register, office: Service, ordered: Ordered
) -> None:
    id = ordered(1)
    check(office, register)
    start_due(register)
    error, pause = PASSING[kind]
    for _ in range(MOST_TRIES + 1):
        (task,) = claim(register, 1)
        failure = judge(error, task)
        assert failure.pause == pause
        settle(register, [(task, failure)])
    make(office, register, 1)
    assert states(register, id) == {"done": 1}


FINAL: dict[str, tuple[Exception, int, str, str]] = {
    "died": (ConversionError("中断", kind="died"), MOST_TRIES, "failed", "conversion-failed"),
    "lost": (TextLost("少了文字"), 1, "failed", "text-lost"),
    "overrun": (ConverterTimeout("太久"), MOST_TRIES, "failed", "conversion-timeout"),
    "unexpected": (KeyError(name_of(1)), 1, "failed", "internal-error"),
}


@pytest.mark.parametrize("kind", sorted(FINAL))
def test_a_row_that_can_not_be_made_is_given_up(
    kind: str, register: Register, office: Service, ordered: Ordered, caplog: pytest.LogCaptureFixture
) -> None:
    id = ordered(2)
    check(office, register)
    start_due(register)
    error, tries, state, code = FINAL[kind]
    make(office, register, 1, place=2)
    for _ in range(tries):
        (task,) = claim(register, 1)
        settle(register, [(task, judge(error, task))])
    assert states(register, id) == {"done": 1, state: 1}
    (given_up,) = list_rows(register, id, by=HERE, states=[state])
    assert [fault["code"] for fault in given_up.faults] == [code]
    assert name_of(1) not in caplog.text + str(given_up.faults)


def test_a_row_that_the_law_forbids_meanwhile_is_refused(register: Register, office: Service, ordered: Ordered) -> None:
    id = ordered(2)
    check(office, register)
    start_due(register)
    (task,) = claim(register, 1)
    wrong = replace(task, answers={**task.answers, "date": "2001-01-01"})
    settle(register, [(task, attempt(office, wrong))])
    run_until_idle(office)
    assert states(register, id) == {"done": 1, "refused": 1}


def test_an_unknown_purpose_or_a_fault_of_ours_fails_only_its_row(office: Service, register: Register) -> None:
    task = BatchTask(
        batch="0" * 32,
        place=1,
        tries=1,
        document="receipt",
        format="docx",
        purpose="unheard-of",
        answers={},
        case_number=None,
        drafts_only=False,
        ordered_by="",
        key_id=None,
    )
    outcome = attempt(office, task)
    assert isinstance(outcome, Failure) and outcome.state == "failed"
    assert sorted(MAKERS) and all(map(callable, MAKERS.values()))


def test_a_key_for_trying_gets_drafts(office: Service, register: Register, ordered: Ordered) -> None:
    ordered(1)
    check(office, register)
    start_due(register)
    (task,) = claim(register, 1)
    outcome = attempt(office, replace(task, drafts_only=True))
    assert isinstance(outcome, Product)
    assert "only-draft" in {finding.code for finding in outcome.built.findings}


def check(office: Service, register: Register) -> None:
    """Check all rows, and make none."""
    while check_some(office, register):
        pass


def make(office: Service, register: Register, count: int, place: int = 0) -> None:
    """Make so many rows, or the one at a place while the others wait."""
    tasks: list[BatchTask] = claim(register, 8 if place else count)
    wanted = [task for task in tasks if not place or task.place == place]
    settle(register, [(task, attempt(office, task)) for task in wanted])
    settle(register, [(task, Failure(state="waiting", pause=1)) for task in tasks if task not in wanted])


def expire(register: Register) -> None:
    """Let all leases be over."""
    with register.store.writing() as session:
        past: Any = {"lease_until": now() - timedelta(seconds=1)}
        session.execute(update(BatchItemRow).values(past))
        assert session.scalar(select(BatchItemRow.lease_until).limit(1))
