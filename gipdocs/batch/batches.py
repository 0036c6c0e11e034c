"""Batches as their owners see them: how far each is, its rows, its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from gipdocs.access.actors import Actor
from gipdocs.access.permissions import Permission
from gipdocs.batch.noting import note_download
from gipdocs.batch.states import FINISHED, UNFINISHED
from gipdocs.errors import BatchExpired, UnknownBatch
from gipdocs.register.register import Register
from gipdocs.store.tables import BatchFileRow, BatchItemRow, BatchRow
from gipdocs.store.types import now

PAGE = 100
RECENT = 100
"""The remaining time is told from so many rows that were finished last."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """A batch and how far it is. `counts` are its rows by their state; `faults` say why its table can't be read."""

    id: str
    document: str
    format: str
    purpose: str
    title: str
    state: str
    base: Mapping[str, Any]
    options: Mapping[str, Any]
    faults: tuple[Mapping[str, Any], ...]
    source_name: str
    wanted: bool
    skip_invalid: bool
    drafts_only: bool
    created_at: datetime
    created_by: str
    key_id: str | None
    started_at: datetime | None
    ended_at: datetime | None
    expires_at: datetime | None
    webhook_url: str | None
    webhook_tries: int
    version: int
    counts: Mapping[str, int]
    eta_seconds: int | None

    @property
    def total(self) -> int:
        """How many rows it has."""
        return sum(self.counts.values())

    @property
    def settled(self) -> int:
        """How many rows need nothing more, whatever has become of them."""
        return sum(self.counts.get(state, 0) for state in FINISHED)

    @property
    def percent(self) -> int:
        """How much of it is settled, of 100; only the last row makes it 100."""
        return 100 * self.settled // self.total if self.total else 0


@dataclass(frozen=True, kw_only=True)
class BatchItem:
    """One row of a batch; `answers` are its own, without those that all share."""

    place: int
    line: int | None
    name: str
    case_number: str | None
    letter_id: int | None
    state: str
    tries: int
    answers: Mapping[str, Any]
    findings: tuple[Mapping[str, Any], ...]
    faults: tuple[Mapping[str, Any], ...]
    filename: str
    sha256: str | None
    size: int | None


def find_batch(register: Register, id: str, *, by: Actor) -> Batch:
    """A batch; UnknownBatch if there is none, or another system's."""
    by.demand(Permission.BATCHES)
    with register.store.reading() as session:
        return describe(session, find_row(session, id, by=by))


def list_batches(register: Register, *, by: Actor, after: str = "") -> list[Batch]:
    """The newest batches, PAGE of them, or those older than the one whose id is given."""
    by.demand(Permission.BATCHES)
    with register.store.reading() as session:
        query = select(BatchRow).where(_seen_by(by)).order_by(BatchRow.created_at.desc(), BatchRow.id)
        if after:
            query = query.where(BatchRow.created_at < find_row(session, after, by=by).created_at)
        return [describe(session, row) for row in session.scalars(query.limit(PAGE))]


def list_rows(
    register: Register, id: str, *, by: Actor, states: Sequence[str] = (), after: int = 0, most: int = PAGE
) -> list[BatchItem]:
    """The next rows of a batch in their order, only those in some states if any are given; UnknownBatch."""
    by.demand(Permission.BATCHES)
    with register.store.reading() as session:
        find_row(session, id, by=by)
        query = select(BatchItemRow).where(BatchItemRow.batch_id == id, BatchItemRow.place > after)
        if states:
            query = query.where(BatchItemRow.state.in_(states))
        return [as_item(row) for row in session.scalars(query.order_by(BatchItemRow.place).limit(most))]


def read_batch_file(register: Register, id: str, place: int, *, by: Actor) -> tuple[str, bytes]:
    """Name and content of a row's file; UnknownBatch if there is none, BatchExpired if it is gone."""
    by.demand(Permission.BATCHES)
    with register.store.reading() as session:
        batch = find_row(session, id, by=by)
        refuse_expired(batch)
        row, file = session.get(BatchItemRow, (id, place)), session.get(BatchFileRow, (id, place))
        if row is None or file is None:
            raise UnknownBatch("这一件还没有生成，或者没有这一件，请回到批次查看。")
    note_download(register, batch, by=by)
    return row.filename, file.content


def find_row(session: Session, id: str, *, by: Actor, hold: bool = False) -> BatchRow:
    """The row of a batch that somebody may see, locked with `hold`; UnknownBatch."""
    query = select(BatchRow).where(BatchRow.id == id, _seen_by(by))
    row = session.scalar(query.with_for_update() if hold else query)
    if row is None:
        raise UnknownBatch("没有这个批次，请核对地址。")
    return row


def refuse_expired(row: BatchRow) -> None:
    """BatchExpired if the files of a batch were deleted."""
    if row.state == "expired":
        raise BatchExpired("这个批次已经过期，文件已经删除；还需要的，请重新生成。")


def describe(session: Session, row: BatchRow) -> Batch:
    """A batch as its readers see it."""
    counted = select(BatchItemRow.state, func.count()).where(BatchItemRow.batch_id == row.id)
    counts = dict(session.execute(counted.group_by(BatchItemRow.state)).all())
    plain = {name: getattr(row, name) for name in Batch.__dataclass_fields__ if name not in ("counts", "eta_seconds")}
    plain["faults"] = tuple(row.faults)
    return Batch(**plain, counts=counts, eta_seconds=_remaining(session, row, counts))


def as_item(row: BatchItemRow) -> BatchItem:
    """A row as its readers see it."""
    plain = {name: getattr(row, name) for name in BatchItem.__dataclass_fields__}
    return BatchItem(**plain | {"findings": tuple(row.findings), "faults": tuple(row.faults)})


def _seen_by(by: Actor) -> ColumnElement[bool]:
    """Which batches somebody may see: all people see all of the office's, a key only its own."""
    return true() if by.key is None else BatchRow.key_id == by.key


def _remaining(session: Session, row: BatchRow, counts: Mapping[str, int]) -> int | None:
    """How many seconds a running batch still needs at the pace of the rows that were finished last; None if unknown."""
    if row.state != "running":
        return None
    finished = select(BatchItemRow.finished_at).where(
        BatchItemRow.batch_id == row.id, BatchItemRow.finished_at >= row.started_at
    )
    times = [
        time
        for time in session.scalars(finished.order_by(BatchItemRow.finished_at.desc()).limit(RECENT))
        if time is not None
    ]
    if len(times) < 2:
        return None
    left = sum(counts.get(state, 0) for state in UNFINISHED)
    return round(left * (now() - times[-1]).total_seconds() / len(times))
