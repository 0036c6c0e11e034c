"""Takes batches on: starts them in turn, gives out their rows, keeps what became of them, ends them."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import timedelta
from hashlib import sha256
from itertools import cycle, islice

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from gipdocs.batch.checking import check_rows, exists_item, note_verdicts, take_unchecked
from gipdocs.batch.expiry import expire, is_expiring, keep_until
from gipdocs.batch.making import FATAL, MOST_TRIES, BatchTask, Failure, Outcome, Product, attempt, broken
from gipdocs.batch.states import ALIVE, MOST_RUNNING, UNFINISHED
from gipdocs.batch.unpacking import find_unread, unpack
from gipdocs.batch.webhook import deliver_due, schedule
from gipdocs.questions.merging import merge
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.settings import Settings
from gipdocs.store.tables import BatchFileRow, BatchItemRow, BatchRow
from gipdocs.store.types import now

LOG = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
"""So long a row belongs to whoever makes it, unless they say that they still do."""
MOST_PAUSES = 3
"""So often `run_until_idle` waits for a busy converter or database, one time after another."""
UNDER_WAY = ("running", "cancelling")
Result = tuple[BatchTask, Outcome]


def run_until_idle(service: Service) -> None:
    """Check, start, make and end all that can be now, in this process, and return; for tests and for the command line."""
    register = service.register
    assert register is not None
    take_back(register)
    pauses = 0
    while (id := find_unread(register)) is not None:
        unpack(service, register, id)
    while check_some(service, register) or start_due(register) or end_finished(register):
        pass
    while pauses < MOST_PAUSES and (tasks := claim(register, 1)):
        results = [(task, attempt(service, task)) for task in tasks]
        settle(register, results)
        pause = longest_pause(results)
        pauses = pauses + 1 if pause else 0
        time.sleep(pause)
        while end_finished(register) or start_due(register):
            pass


def check_some(service: Service, register: Register) -> bool:
    """Check some rows, or note that all of a batch are; whether there was anything to check."""
    rows = take_unchecked(register)
    if rows is not None:
        note_verdicts(register, rows, check_rows(service, rows))
    return rows is not None


def has_work(register: Register) -> bool:
    """Whether there is anything to do without anybody's help."""
    with register.store.reading() as session:
        due = or_(BatchRow.state.in_(ALIVE), and_(BatchRow.state == "checked", BatchRow.wanted))
        return session.scalar(select(BatchRow.id).where(due).limit(1)) is not None or _is_untidy(session)


def is_untidy(register: Register) -> bool:
    """Whether somebody is to be told of the end of a batch, or the time of one is over."""
    with register.store.reading() as session:
        return _is_untidy(session)


def _is_untidy(session: Session) -> bool:
    told = select(BatchRow.id).where(BatchRow.webhook_next <= now()).limit(1)
    return session.scalar(told) is not None or is_expiring(session)


def tidy(register: Register, settings: Settings) -> None:
    """Tell of the end of one batch, or empty one whose time is over; it may take seconds."""
    if not deliver_due(register, settings):
        expire(register)


def take_back(register: Register, *, everything: bool = False) -> None:
    """Give back rows whose lease has run out, or `everything` if nobody else is at work.

    At a row that was given back so often, the program ended each time: it is not tried again.
    """
    with register.store.reading() as session:
        if session.execute(_left(everything).limit(1)).first() is None:
            return
    with register.store.writing() as session:
        for row, item in session.execute(_left(everything).with_for_update()):
            if item.tries >= MOST_TRIES:
                _note_failure(row, item, broken(FATAL))
            elif item.state == "working":
                _note_failure(row, item, Failure(state="waiting"))
            LOG.warning("batch %s, row %d was left behind at try %d: %s", row.id, item.place, item.tries, item.state)


def _left(everything: bool) -> Select[BatchRow, BatchItemRow]:
    """What somebody was working on who is gone: rows that were made, and, if nobody works, rows that were checked."""
    working = and_(BatchRow.state.in_(UNDER_WAY), BatchItemRow.state == "working")
    over = or_(BatchItemRow.lease_until.is_(None), BatchItemRow.lease_until < now())
    fatal = and_(BatchRow.state == "checking", BatchItemRow.state == "unchecked", BatchItemRow.tries >= MOST_TRIES)
    found = select(BatchRow, BatchItemRow).join(BatchItemRow, BatchItemRow.batch_id == BatchRow.id)
    left = found.where(or_(working, fatal) if everything else and_(working, over))
    return left.order_by(BatchRow.created_at, BatchItemRow.place)


def start_due(register: Register) -> bool:
    """Start the oldest batch that is wanted and whose owner has room for it."""
    with register.store.reading() as session:
        id = _find_due(session)
    if id is None:
        return False
    with register.store.writing() as session:
        row = session.get(BatchRow, id, with_for_update=True)
        if row is not None and row.state == "checked" and row.wanted:
            row.state, row.started_at = "running", now()
            LOG.info("batch %s is running", row.id)
    return True


def _find_due(session: Session) -> str | None:
    wanted = select(BatchRow).where(BatchRow.state == "checked", BatchRow.wanted).order_by(BatchRow.created_at)
    for row in session.scalars(wanted):
        same = BatchRow.key_id == row.key_id if row.key_id else BatchRow.created_by == row.created_by
        running = select(func.count()).where(same, BatchRow.state.in_(UNDER_WAY))
        if (session.scalar(running) or 0) < MOST_RUNNING:
            return row.id
    return None


def claim(register: Register, most: int, *, after: str = "", alone: bool = True) -> list[BatchTask]:
    """The next rows to make, from all running batches in turn, the one `after` last; each is now this process's own.

    Rows that were tried before come after all others, one at a time and only `alone`: should one of them end the program
    again, it takes nothing else with it.
    """
    with register.store.reading() as session:
        if not (most and _waiting_batches(session, alone)):
            return []
    with register.store.writing() as session:
        fresh = _claim_fresh(session, most, after)
        if not fresh and alone:
            fresh = _claim_tried(session)
        return fresh


def _waiting_batches(session: Session, tried: bool) -> list[str]:
    """The running batches with rows to make, the oldest first."""
    wanted = _exists_waiting(tried=None if tried else False)
    running = select(BatchRow.id).where(BatchRow.state == "running", wanted)
    return [*session.scalars(running.order_by(BatchRow.started_at, BatchRow.id))]


def _exists_waiting(*, tried: bool | None) -> ColumnElement[bool]:
    """Whether a batch has rows to make: fresh ones, or such as were tried before, or either."""
    which = {None: [], False: [BatchItemRow.tries == 0], True: [BatchItemRow.tries > 0]}[tried]
    return exists_item(BatchItemRow.state == "waiting", *which)


def _claim_fresh(session: Session, most: int, after: str) -> list[BatchTask]:
    ids = _waiting_batches(session, tried=False)
    start = ids.index(after) + 1 if after in ids else 0
    wanted = [*islice(cycle(ids), start, start + most)] if ids else []
    return [
        task
        for id in dict.fromkeys(wanted)
        for task in _claim_rows(session, id, wanted.count(id), BatchItemRow.tries == 0)
    ]


def _claim_tried(session: Session) -> list[BatchTask]:
    running = select(BatchRow.id).where(BatchRow.state == "running", _exists_waiting(tried=True))
    id = session.scalar(running.order_by(BatchRow.started_at).limit(1))
    return _claim_rows(session, id, 1, BatchItemRow.tries > 0) if id is not None else []


def _claim_rows(session: Session, id: str, most: int, which: ColumnElement[bool]) -> list[BatchTask]:
    row = session.get_one(BatchRow, id)
    waiting = select(BatchItemRow).where(BatchItemRow.batch_id == id, BatchItemRow.state == "waiting", which)
    items = session.scalars(
        waiting.order_by(BatchItemRow.tries, BatchItemRow.place).limit(most).with_for_update(skip_locked=True)
    )
    return [_task(row, item) for item in items]


def _task(row: BatchRow, item: BatchItemRow) -> BatchTask:
    item.state, item.tries, item.lease_until = "working", item.tries + 1, now() + LEASE
    return BatchTask(
        batch=row.id,
        place=item.place,
        tries=item.tries,
        document=row.document,
        format=row.format,
        purpose=row.purpose,
        answers=merge(row.base, item.answers),
        case_number=item.case_number,
        drafts_only=row.drafts_only,
        ordered_by=row.created_by,
        key_id=row.key_id,
    )


def renew(register: Register, tasks: Iterable[BatchTask]) -> None:
    """Say that these rows are still being made."""
    ours = [(task.batch, task.place, task.tries) for task in tasks]
    with register.store.writing() as session:
        theirs = tuple_(BatchItemRow.batch_id, BatchItemRow.place, BatchItemRow.tries).in_(ours)
        session.execute(
            update(BatchItemRow).where(theirs, BatchItemRow.state == "working").values(lease_until=now() + LEASE),
            execution_options={"synchronize_session": False},
        )


def settle(register: Register, results: Sequence[Result]) -> None:
    """Keep what has become of some rows, each with its file, in one transaction.

    What somebody else has taken over meanwhile is left to them.
    """
    if not results:
        return
    with register.store.writing() as session:
        for task, outcome in results:
            item = session.get(BatchItemRow, (task.batch, task.place), with_for_update=True)
            if item is not None and (item.state, item.tries) == ("working", task.tries):
                _note(session, session.get_one(BatchRow, task.batch), item, outcome)


def longest_pause(results: Iterable[Result]) -> int:
    """How many seconds nothing should be tried, after these results."""
    return max((outcome.pause for _, outcome in results if isinstance(outcome, Failure)), default=0)


def _note(session: Session, row: BatchRow, item: BatchItemRow, outcome: Outcome) -> None:
    if isinstance(outcome, Failure):
        _note_failure(row, item, outcome)
        return
    _note_product(item, outcome)
    session.merge(BatchFileRow(batch_id=item.batch_id, place=item.place, content=outcome.built.content))


def _note_product(item: BatchItemRow, product: Product) -> None:
    built = product.built
    item.state, item.lease_until, item.finished_at = "done", None, now()
    item.filename, item.letter_id = built.filename, product.letter_id
    item.findings, item.faults = [finding.as_json() for finding in built.findings], []
    item.sha256, item.size = sha256(built.content).hexdigest(), len(built.content)


def _note_failure(row: BatchRow, item: BatchItemRow, failure: Failure) -> None:
    """A row that is to be tried again is given up instead if its batch is being stopped."""
    item.lease_until = None
    if failure.state == "waiting":
        item.state = "waiting" if row.state == "running" else "cancelled"
        item.tries -= bool(failure.pause)
        return
    item.state, item.faults, item.finished_at = failure.state, [*failure.faults], now()
    codes = ",".join(sorted({fault["code"] for fault in failure.faults}))
    LOG.info("batch %s, row %d is %s: %s", row.id, item.place, item.state, codes)


def end_finished(register: Register) -> bool:
    """End the oldest batch in which nothing is left to make."""
    with register.store.reading() as session:
        id = session.scalar(select(BatchRow.id).where(_is_finished()).order_by(BatchRow.started_at).limit(1))
    if id is None:
        return False
    with register.store.writing() as session:
        row = session.scalar(select(BatchRow).where(BatchRow.id == id, _is_finished()).with_for_update())
        if row is not None:
            row.state, row.ended_at = ("done" if row.state == "running" else "cancelled"), now()
            row.expires_at = keep_until()
            schedule(session, row)
            LOG.info("batch %s is %s", row.id, row.state)
    return True


def _is_finished() -> ColumnElement[bool]:
    return BatchRow.state.in_(UNDER_WAY) & ~exists_item(BatchItemRow.state.in_(UNFINISHED))
