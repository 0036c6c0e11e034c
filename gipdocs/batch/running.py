"""Does what batches are waiting for: checks their rows, starts them in turn, makes their documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from gipdocs.batch.expiry import keep_until
from gipdocs.batch.orders import merge
from gipdocs.batch.states import ALIVE, MOST_RUNNING, UNFINISHED
from gipdocs.batch.webhook import schedule
from gipdocs.documents.build import Built
from gipdocs.errors import ConversionError, GipdocsError, InvalidInput, Refused
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store.tables import BatchFileRow, BatchItemRow, BatchRow
from gipdocs.store.types import now

LEASE = timedelta(seconds=60)
SOME = 100
"""So many rows are checked in one transaction."""


def run_until_idle(service: Service) -> None:
    """Do everything that can be done now, in this process, and return; for tests and for the command line."""
    register = service.register
    assert register is not None
    while _check_some(service, register) or _start_one(register) or _make_one(service, register) or _end_one(register):
        pass


def _check_some(service: Service, register: Register) -> bool:
    with register.store.writing() as session:
        row = session.scalar(select(BatchRow).where(BatchRow.state == "checking").order_by(BatchRow.created_at))
        if row is None:
            return False
        unchecked = BatchItemRow.batch_id == row.id, BatchItemRow.state == "unchecked"
        items = session.scalars(select(BatchItemRow).where(*unchecked).order_by(BatchItemRow.place).limit(SOME)).all()
        for item in items:
            _check(service, row, item)
        if not items:
            wrong = select(BatchItemRow.place).where(BatchItemRow.batch_id == row.id, BatchItemRow.state == "invalid")
            has_wrong = bool(row.faults) or session.scalar(wrong.limit(1)) is not None
            row.state = "draft" if has_wrong and not (row.skip_invalid and not row.faults) else "checked"
        return True


def _check(service: Service, row: BatchRow, item: BatchItemRow) -> None:
    try:
        findings = service.check(row.document, merge(row.base, item.answers))
    except InvalidInput as error:
        item.state, item.faults = "invalid", [asdict(fault) for fault in error.told]
        return
    item.findings = [finding.as_json() for finding in findings]
    errors = [finding for finding in findings if finding.severity == "error"]
    item.faults = [{"pointer": one.pointer, "code": one.code, "detail": one.message} for one in errors]
    item.state = "invalid" if errors else "waiting"


def _start_one(register: Register) -> bool:
    """Start the oldest batch that is wanted and whose owner has room for it."""
    with register.store.writing() as session:
        wanted = select(BatchRow).where(BatchRow.state == "checked", BatchRow.wanted).order_by(BatchRow.created_at)
        for row in session.scalars(wanted):
            same = BatchRow.key_id == row.key_id if row.key_id else BatchRow.created_by == row.created_by
            running = select(func.count()).where(same, BatchRow.state.in_(("running", "cancelling")))
            if (session.scalar(running) or 0) < MOST_RUNNING:
                row.state, row.started_at = "running", now()
                return True
    return False


def _make_one(service: Service, register: Register) -> bool:
    with register.store.writing() as session:
        found = _claim(session)
        if found is None:
            return False
        row, item = found
        id, place, payload = row.id, item.place, merge(row.base, item.answers)
        document, format, drafts_only = row.document, row.format, row.drafts_only
    try:
        outcome: Built | GipdocsError = service.build(document, payload, format, draft=drafts_only)
    except (InvalidInput, Refused, ConversionError) as error:
        outcome = error
    with register.store.writing() as session:
        _finish(session, id, place, outcome)
    return True


def _claim(session: Session) -> tuple[BatchRow, BatchItemRow] | None:
    free = or_(BatchItemRow.state == "waiting", (BatchItemRow.state == "working") & (BatchItemRow.lease_until < now()))
    query = select(BatchRow, BatchItemRow).join(BatchItemRow, BatchItemRow.batch_id == BatchRow.id)
    found = session.execute(query.where(BatchRow.state == "running", free).limit(1)).first()
    if found is None:
        return None
    row, item = found
    item.state, item.tries, item.lease_until = "working", item.tries + 1, now() + LEASE
    return row, item


def _finish(session: Session, id: str, place: int, outcome: Built | GipdocsError) -> None:
    item = session.get_one(BatchItemRow, (id, place))
    item.lease_until, item.finished_at = None, now()
    if isinstance(outcome, Built):
        item.state, item.filename = "done", outcome.filename
        item.findings = [finding.as_json() for finding in outcome.findings]
        item.sha256, item.size = sha256(outcome.content).hexdigest(), len(outcome.content)
        session.merge(BatchFileRow(batch_id=id, place=place, content=outcome.content))
    else:
        item.state = "failed" if isinstance(outcome, ConversionError) else "refused"
        item.faults = [*_told(outcome)]


def _told(error: GipdocsError) -> list[Mapping[str, Any]]:
    told = error.as_json()
    return told.get("errors") or [{"pointer": "", "code": error.problem_kind.slug, "detail": str(error)}]


def _end_one(register: Register) -> bool:
    with register.store.writing() as session:
        for row in session.scalars(select(BatchRow).where(BatchRow.state.in_(ALIVE))):
            left = select(BatchItemRow.place).where(BatchItemRow.batch_id == row.id, BatchItemRow.state.in_(UNFINISHED))
            if row.state != "checking" and session.scalar(left.limit(1)) is None:
                row.state = "done" if row.state == "running" else "cancelled"
                row.ended_at, row.expires_at = now(), keep_until()
                schedule(session, row)
                return True
    return False
