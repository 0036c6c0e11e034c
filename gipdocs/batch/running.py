"""Does what batches are waiting for: checks their rows, starts them in turn, makes their documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from gipdocs.batch.letters import check_letter, make_letter
from gipdocs.batch.orders import merge
from gipdocs.batch.states import ALIVE, MOST_RUNNING, UNFINISHED
from gipdocs.documents.build import Built
from gipdocs.errors import ConversionError, GipdocsError, InvalidInput, Refused, StoreBusy, StoreDamaged, StoreFull
from gipdocs.findings import Finding
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store.tables import BatchFileRow, BatchItemRow, BatchRow
from gipdocs.store.types import now

LEASE = timedelta(seconds=60)
AGAIN = (StoreBusy, StoreFull, StoreDamaged)
"""What says nothing about a row, which is waiting still."""
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
        findings = _findings(service, row, item)
    except (InvalidInput, Refused) as error:
        item.state, item.faults = "invalid", [*_told(error)]
        return
    except GipdocsError as error:
        if row.purpose == "files":
            raise
        item.state, item.faults = "invalid", [*_told(error)]
        return
    item.findings = [finding.as_json() for finding in findings]
    errors = [finding for finding in findings if finding.severity == "error"]
    item.faults = [{"pointer": one.pointer, "code": one.code, "detail": one.message} for one in errors]
    item.state = "invalid" if errors else "waiting"


def _findings(service: Service, row: BatchRow, item: BatchItemRow) -> Sequence[Finding]:
    if row.purpose == "files":
        return service.check(row.document, merge(row.base, item.answers))
    checked = check_letter(service, row.id, item.place)
    item.case_version = checked.version
    return checked.findings


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
    outcome = _make(service, row, item)
    with register.store.writing() as session:
        _finish(session, row.id, item.place, outcome)
    return True


def _make(service: Service, row: BatchRow, item: BatchItemRow) -> Built | GipdocsError:
    try:
        if row.purpose == "letters":
            return make_letter(service, row.id, item.place).built
        return service.build(row.document, merge(row.base, item.answers), row.format, draft=row.drafts_only)
    except (InvalidInput, Refused, ConversionError) as error:
        return error
    except GipdocsError as error:
        if row.purpose == "files" or isinstance(error, AGAIN):
            raise
        return error


def _claim(session: Session) -> tuple[BatchRow, BatchItemRow] | None:
    free = or_(BatchItemRow.state == "waiting", (BatchItemRow.state == "working") & (BatchItemRow.lease_until < now()))
    query = select(BatchRow, BatchItemRow).join(BatchItemRow, BatchItemRow.batch_id == BatchRow.id)
    open_ones = query.where(BatchRow.state == "running", free).order_by(BatchRow.created_at, BatchItemRow.place)
    found = session.execute(open_ones.limit(1)).first()
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
                row.ended_at = now()
                return True
    return False
