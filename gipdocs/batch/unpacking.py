"""Reads the table that came with a batch, and keeps its rows, some at a time, so that nobody waits for the database."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, undefer

from gipdocs.batch.making import MOST_TRIES, broken, tell
from gipdocs.batch.ordering import plain_rows
from gipdocs.batch.orders import Order, OrderedRow
from gipdocs.batch.sharing import find_wrong_rows
from gipdocs.batch.sources import read_source
from gipdocs.errors import GipdocsError, StoreBusy, StoreDamaged, StoreFull, locate
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store.tables import BatchItemRow, BatchRow

LOG = logging.getLogger(__name__)

SOME = 500
"""So many rows are kept or deleted in one transaction."""
READS = "reads"
"""The option of a batch that counts how often its table was begun to be read."""
UNREADABLE = "读取表格时程序出错，没有读出来。请把表格另存为一份新的XLSX文件再上传；仍然不行的，请联系管理员查看日志。"


def find_unread(register: Register) -> str | None:
    """The oldest batch whose table is still to be read."""
    with register.store.reading() as session:
        unread = select(BatchRow.id).where(BatchRow.state == "checking", BatchRow.source.is_not(None))
        return session.scalar(unread.order_by(BatchRow.created_at, BatchRow.id).limit(1))


def unpack(service: Service, register: Register, id: str) -> None:
    """Read the table of a batch and keep its rows; it becomes a draft if the table can't be read.

    Rows count only once all are kept: a reading that was interrupted begins anew.
    """
    if (row := _begin(register, id)) is None:
        return
    try:
        rows = read_source(service, row)
    except (StoreBusy, StoreDamaged, StoreFull):
        raise
    except GipdocsError as error:
        _end(register, id, faults=tell(error))
        return
    except Exception as error:  # it may repeat what was typed
        LOG.error("the table of batch %s can't be read: %s at %s", id, type(error).__name__, locate(error))
        _end(register, id, faults=broken(UNREADABLE).faults)
        return
    wanted = Order(document=row.document, format=row.format, purpose=row.purpose, rows=rows)
    _keep(register, id, [*plain_rows(id, replace(wanted, rows=_marked(register, wanted)))])


def _marked(register: Register, wanted: Order) -> Sequence[OrderedRow]:
    """The rows of a table, letters with what is wrong with their cases and numbers, which no row alone can tell."""
    if wanted.purpose != "letters":
        return wanted.rows
    wrong = find_wrong_rows(register, wanted)
    return [replace(row, faults=[*row.faults, *wrong.get(place, ())]) for place, row in enumerate(wanted.rows, 1)]


def _begin(register: Register, id: str) -> BatchRow | None:
    """The batch with its table, and a note that its reading has begun; None if the program ended at each one before."""
    with register.store.writing() as session:
        if (row := _still_unread(session, id)) is None:
            return None
        tries = row.options.get(READS, 0) + 1
        row.options = {**row.options, READS: tries}
    if tries > MOST_TRIES:
        _end(register, id, faults=broken(UNREADABLE).faults)
        return None
    with register.store.reading() as session:
        return session.get(BatchRow, id, options=[undefer(BatchRow.source)])


def _keep(register: Register, id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep rows in place of any that an interrupted reading has left; nothing if the batch was stopped meanwhile."""
    is_left = True
    while is_left:
        with register.store.writing() as session:
            if _still_unread(session, id) is None:
                return
            left = session.scalars(select(BatchItemRow.place).where(BatchItemRow.batch_id == id).limit(SOME)).all()
            session.execute(delete(BatchItemRow).where(BatchItemRow.batch_id == id, BatchItemRow.place.in_(left)))
            is_left = bool(left)
    for first in range(0, len(rows), SOME):
        with register.store.writing() as session:
            if _still_unread(session, id) is None:
                return
            session.execute(insert(BatchItemRow), rows[first : first + SOME])
    _end(register, id)


def _end(register: Register, id: str, *, faults: Sequence[Mapping[str, Any]] = ()) -> None:
    with register.store.writing() as session:
        if (row := _still_unread(session, id)) is not None:
            row.source, row.options = None, {key: value for key, value in row.options.items() if key != READS}
            row.faults, row.state = [*faults], "draft" if faults else "checking"
            LOG.info("the table of batch %s is %s", id, "refused" if faults else "read")


def _still_unread(session: Session, id: str) -> BatchRow | None:
    unread = select(BatchRow).where(BatchRow.id == id, BatchRow.state == "checking", BatchRow.source.is_not(None))
    return session.scalar(unread.with_for_update())
