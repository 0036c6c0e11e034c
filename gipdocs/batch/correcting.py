"""The rows of a batch as a table again, with what is to be corrected in each of them."""

from __future__ import annotations

from gipdocs.access.actors import Actor
from gipdocs.batch.batches import Batch, BatchItem, find_batch, list_rows
from gipdocs.batch.orders import MOST_ROWS, OrderedRow
from gipdocs.batch.table import make_table
from gipdocs.errors import BatchExpired
from gipdocs.register.register import Register

UNMADE = ("invalid", "refused", "failed")
"""The states of rows in which something is wrong."""


def return_table(register: Register, id: str, *, by: Actor) -> bytes:
    """The table to be corrected, as XLSX: all rows of a batch that hasn't begun, else those that weren't made.

    UnknownBatch, BatchExpired, FormatNotOffered if the document has no table.
    """
    batch = find_batch(register, id, by=by)
    if batch.state == "expired":
        raise BatchExpired("这个批次已经过期，填写的内容已经删除；还需要的，请重新提交。")
    states = (*UNMADE, "cancelled") if batch.started_at is not None else ()
    rows = list_rows(register, id, by=by, states=states, most=MOST_ROWS)
    filled = [as_ordered(row) for row in rows]
    letters = batch.purpose == "letters"
    entry = register.registry[batch.document]
    return make_table(entry, register.office(), filled=filled, with_problems=True, cases=letters)


def has_wrong(batch: Batch) -> bool:
    """Whether any row of a batch has to be corrected or couldn't be made."""
    return any(batch.counts.get(state, 0) for state in UNMADE)


def as_ordered(item: BatchItem) -> OrderedRow:
    """A row as it was ordered, with what has been found to be wrong since."""
    return OrderedRow(answers=item.answers, name=item.name, case=item.case_number, line=item.line, faults=item.faults)
