"""Checks the rows of a batch before any is made, some at a time, so that nobody waits for the database meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from gipdocs.batch.cells import name_options
from gipdocs.batch.columns import TableColumn, known_columns
from gipdocs.batch.letters import check_letter
from gipdocs.batch.local import show_errors
from gipdocs.batch.making import UNEXPECTED, broken, tell
from gipdocs.batch.outlook import find_unseen, is_attended
from gipdocs.documents.document import Finding
from gipdocs.errors import GipdocsError, StoreBusy, StoreDamaged, StoreFull, locate
from gipdocs.questions.merging import merge
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store.tables import BatchItemRow, BatchRow

LOG = logging.getLogger(__name__)

SHEETS = (".xlsx", ".csv")
"""The names of tables that people fill in end so."""
SOME = 50
"""So many rows are checked between two looks at what else there is to do."""


@dataclass(frozen=True, kw_only=True)
class Unchecked:
    """Some rows of a batch that are still unchecked: all their answers, by their places.

    One at whose check the program ended before is `alone`. With `in_cells` they were filled in by people, in a table.
    """

    batch: str
    document: str
    purpose: str
    drafts_only: bool
    answers: Mapping[int, Mapping[str, Any]]
    alone: bool = False
    in_cells: bool = False


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the check of one row has found; `kept` are further columns of the row."""

    place: int
    state: str
    findings: Sequence[Mapping[str, Any]] = ()
    faults: Sequence[Mapping[str, Any]] = ()
    kept: Mapping[str, Any] = field(default_factory=dict)


BatchCheck = Callable[[Service, Unchecked, int], tuple[Sequence[Finding], Mapping[str, Any]]]


def _check_file(service: Service, rows: Unchecked, place: int) -> tuple[Sequence[Finding], Mapping[str, Any]]:
    return service.check(rows.document, rows.answers[place], draft=rows.drafts_only), {}


def _check_letter(service: Service, rows: Unchecked, place: int) -> tuple[Sequence[Finding], Mapping[str, Any]]:
    checked = check_letter(service, rows.batch, place)
    return checked.findings, {"case_version": checked.version}


CHECKS: Mapping[str, BatchCheck] = {"files": _check_file, "letters": _check_letter}
"""What checks a row, by the purpose of its batch: it gives the findings, and columns in which the row is to keep something."""


def take_unchecked(register: Register, *, after: str = "", alone: bool = True) -> Unchecked | None:
    """The next rows to check, none if only the end is to be noted; batches take turns, the one `after` comes last.

    That their check has begun is kept as a try. Rows that were tried before come after all others, and only `alone`.
    """
    with register.store.reading() as session:
        if (rows := _find_unchecked(session, after, tried=False)) is None and alone:
            rows = _find_unchecked(session, after, tried=True)
    if rows is not None and rows.answers:
        with register.store.writing() as session:
            tried = update(BatchItemRow).where(_rows_of(rows), BatchItemRow.state == "unchecked")
            session.execute(
                tried.values(tries=BatchItemRow.tries + 1), execution_options={"synchronize_session": False}
            )
    return rows


def _find_unchecked(session: Session, after: str, *, tried: bool) -> Unchecked | None:
    which = BatchItemRow.tries > 0 if tried else BatchItemRow.tries == 0
    wanted = exists_item(BatchItemRow.state == "unchecked", which)
    ready = wanted if tried else or_(wanted, ~exists_item(BatchItemRow.state == "unchecked"))
    is_read = (BatchRow.state == "checking") & BatchRow.source.is_(None)
    checking = select(BatchRow.id).where(is_read, ready).order_by(BatchRow.created_at, BatchRow.id)
    if not (ids := [*session.scalars(checking)]):
        return None
    row = session.get_one(BatchRow, ids[(ids.index(after) + 1) % len(ids)] if after in ids else ids[0])
    unchecked = select(BatchItemRow.place, BatchItemRow.answers).where(
        BatchItemRow.batch_id == row.id, BatchItemRow.state == "unchecked", which
    )
    items = session.execute(unchecked.order_by(BatchItemRow.tries, BatchItemRow.place).limit(1 if tried else SOME))
    answers = {place: merge(row.base, own) for place, own in items}
    return Unchecked(
        batch=row.id,
        document=row.document,
        purpose=row.purpose,
        drafts_only=row.drafts_only,
        answers=answers,
        alone=tried,
        in_cells=row.source_name.lower().endswith(SHEETS),
    )


def exists_item(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a batch has any row of which all this is true."""
    return select(BatchItemRow.place).where(BatchItemRow.batch_id == BatchRow.id, *which).exists()


def _rows_of(rows: Unchecked) -> ColumnElement[bool]:
    return and_(BatchItemRow.batch_id == rows.batch, BatchItemRow.place.in_([*rows.answers]))


def check_rows(service: Service, rows: Unchecked) -> list[Verdict]:
    """What the checks find in some rows."""
    return [_check(service, rows, place) for place in rows.answers]


def _check(service: Service, rows: Unchecked, place: int) -> Verdict:
    try:
        findings, kept = CHECKS[rows.purpose](service, rows, place)
    except (StoreBusy, StoreFull, StoreDamaged):  # they say nothing about the row
        raise
    except GipdocsError as error:
        return Verdict(place=place, state="invalid", faults=_tell(service, rows, error))
    except Exception as error:  # one row must stop no other; its error may repeat what was typed
        LOG.error("batch %s, row %d: %s at %s", rows.batch, place, type(error).__name__, locate(error))
        return Verdict(place=place, state="failed", faults=broken(UNEXPECTED).faults)
    errors = show_errors(findings)
    return Verdict(
        place=place,
        state="invalid" if errors else "waiting",
        findings=[finding.as_json() for finding in findings],
        faults=errors,
        kept=kept,
    )


def _tell(service: Service, rows: Unchecked, error: GipdocsError) -> Sequence[Mapping[str, Any]]:
    """An error as a row keeps it; whoever fills in a table is told labels, not the values behind them."""
    if not rows.in_cells:
        return tell(error)
    columns = known_columns(service.registry[rows.document].document.schema)
    return [_in_labels(columns, fault) for fault in tell(error)]


def _in_labels(columns: Mapping[str, TableColumn], fault: Mapping[str, Any]) -> Mapping[str, Any]:
    pointer = str(fault["pointer"])
    column = columns.get(pointer) or columns.get(pointer.rpartition("/")[0])
    if column is None or column.question is None:
        return fault
    return {**fault, "detail": name_options(column.question, str(fault["detail"]))}


def note_verdicts(register: Register, rows: Unchecked, verdicts: Sequence[Verdict]) -> None:
    """Keep what was found, unless the batch was stopped meanwhile; one without unchecked rows is checked."""
    with register.store.writing() as session:
        row = session.get(BatchRow, rows.batch, with_for_update=True)
        if row is None or row.state != "checking":
            return
        if is_attended(row.options) and _warns_anew(session, row, verdicts):
            row.wanted = False  # its owner looks again before it goes on
        for one in verdicts:
            unchecked = (BatchItemRow.batch_id == row.id) & (BatchItemRow.place == one.place)
            found = {**one.kept, "tries": 0, "state": one.state, "findings": [*one.findings], "faults": [*one.faults]}
            changed = update(BatchItemRow).where(unchecked, BatchItemRow.state == "unchecked").values(found)
            session.execute(changed, execution_options={"synchronize_session": False})
        if not _has(session, row, BatchItemRow.state == "unchecked"):
            _end_check(session, row)


def _warns_anew(session: Session, row: BatchRow, verdicts: Sequence[Verdict]) -> bool:
    """Whether rows that can be made have warnings that their last check did not find."""
    places = [one.place for one in verdicts if one.state == "waiting"]
    found = select(BatchItemRow.place, BatchItemRow.findings).where(BatchItemRow.batch_id == row.id)
    before: dict[int, list[Any]] = dict(session.execute(found.where(BatchItemRow.place.in_(places))).all())
    return any(find_unseen(before[one.place], one.findings) for one in verdicts if one.place in before)


def _end_check(session: Session, row: BatchRow) -> None:
    """With a wrong row the batch is a draft, unless such rows are to be skipped and there are others.

    They are skipped, too, if it goes on: nobody can correct its table any more.
    """
    wrong, right = BatchItemRow.state == "invalid", BatchItemRow.state != "invalid"
    skips = row.started_at is not None or (row.skip_invalid and _has(session, row, right))
    is_right = not row.faults and (skips or not _has(session, row, wrong))
    row.state = "checked" if is_right else "draft"
    LOG.info("batch %s is %s", row.id, row.state)


def _has(session: Session, row: BatchRow, which: ColumnElement[bool]) -> bool:
    found = select(BatchItemRow.place).where(BatchItemRow.batch_id == row.id, which)
    return session.scalar(found.limit(1)) is not None
