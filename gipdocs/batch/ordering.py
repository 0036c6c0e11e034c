"""What its owner does with a batch: order, start, cancel, resume, correct, remove it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from gipdocs.access.actors import Actor
from gipdocs.access.permissions import Permission
from gipdocs.batch.batches import find_row
from gipdocs.batch.expiry import empty, keep_until
from gipdocs.batch.keeping import UNKEPT, find_unkept
from gipdocs.batch.naming import find_strange_names
from gipdocs.batch.noting import note
from gipdocs.batch.orders import MOST_BYTES, MOST_ROWS, Order
from gipdocs.batch.outlook import is_attended
from gipdocs.batch.sharing import needed_for, refuse_wrong_order
from gipdocs.batch.states import MOST_OPEN, STATES, STEPS
from gipdocs.batch.webhook import check_webhook, schedule
from gipdocs.documents.build import refuse_unmarked
from gipdocs.errors import MOST_TOLD, Fault, FormatNotOffered, InvalidInput, StepForbidden, TooManyRequests
from gipdocs.questions import prepare_questions
from gipdocs.register.register import Register
from gipdocs.store import once
from gipdocs.store.scrubbing import scrub
from gipdocs.store.tables import BatchItemRow, BatchRow
from gipdocs.store.types import now

REFUSALS = {
    "start": "现在不能开始生成",
    "replace": "已经开始生成的不能再换表格",
    "cancel": "现在没有什么可以停止",
    "resume": "现在没有什么可以接着生成",
    "remove": "正在办理的批次不能删除，请先停止",
}
OF_OWNER = ("start", "resume", "replace")
"""The steps by which letters go out in the name of whoever has ordered them."""
WAIT_SECONDS = 60


def order(register: Register, wanted: Order, *, by: Actor, key: str = "", webhooks: Sequence[str] = ()) -> str:
    """Keep an order and return the id of its batch; it is checked, and then started, by the runner.

    The same order under the same `key` makes no second batch, and returns the id of the first. `webhooks` are the prefixes
    under which the address must lie that is told of the end, if one is given. Raises UnknownDocument, FormatNotOffered,
    InvalidInput, TooManyRequests, Forbidden.
    """
    check(register, wanted, by=by, webhooks=webhooks)
    with register.store.writing() as session:
        if key and (known := once.recall(session, key, _plain(wanted), by=by.name)):
            return known
        _refuse_too_many(session, by)
        row = _new_row(wanted, by=by)
        session.add(row)
        session.flush()
        _add_rows(session, row.id, wanted)
        note(session, by, "batch.ordered", row, rows=len(wanted.rows))
        if key:
            once.remember(session, key, row.id, by=by.name)
        return row.id


def start(register: Register, id: str, *, by: Actor, skip_invalid: bool = False) -> None:
    """Start a batch that has been checked; UnknownBatch, StepForbidden while rows of it are wrong, unless they are skipped."""
    with register.store.writing() as session:
        row = _held(session, id, "start", by=by)
        rights = select(func.count()).where(BatchItemRow.batch_id == id, BatchItemRow.state == "waiting")
        if row.state == "draft" and not (skip_invalid and session.scalar(rights)):
            raise StepForbidden(f"{REFUSALS['start']}，请先改正表格，或者跳过有问题的行。", allowed=STEPS[row.state])
        row.state, row.wanted, row.skip_invalid = "checked", True, row.skip_invalid or skip_invalid
        note(session, by, "batch.started", row)


def replace_table(register: Register, id: str, source: bytes, name: str, *, by: Actor) -> None:
    """Check a batch again with a corrected table in place of its rows; UnknownBatch, StepForbidden, InvalidInput."""
    refuse_large(source)
    if UNKEPT.search(name):
        raise InvalidInput([Fault("/source_name", "character", "文件名里有不能保存的字符，请改名后再交。")])
    with register.store.writing() as session:
        row = _held(session, id, "replace", by=by)
        if row.started_at is not None:
            raise StepForbidden(f"{REFUSALS['replace']}。", allowed=STEPS[row.state])
        session.execute(delete(BatchItemRow).where(BatchItemRow.batch_id == id))
        row.state, row.faults, row.source, row.source_name = "checking", [], source, name[-200:]
        note(session, by, "batch.replaced", row)


def cancel(register: Register, id: str, *, by: Actor) -> None:
    """Stop a batch: what is being made is finished, the rest isn't made; UnknownBatch, StepForbidden."""
    with register.store.writing() as session:
        row = _held(session, id, "cancel", by=by)
        if row.state == "running":
            row.state = "cancelling"
        else:
            row.state, row.wanted, row.ended_at = "cancelled", False, now()
            row.expires_at = keep_until()
            schedule(session, row)
        if row.source is not None:  # which was not read to its end
            session.execute(delete(BatchItemRow).where(BatchItemRow.batch_id == id))
            row.source = None
        unmade = BatchItemRow.state.in_(("unchecked", "waiting"))
        session.execute(update(BatchItemRow).where(BatchItemRow.batch_id == id, unmade).values(state="cancelled"))
        note(session, by, "batch.cancelled", row)


def resume(register: Register, id: str, *, by: Actor) -> None:
    """Give the rows of a batch that failed or were cancelled another try; UnknownBatch, StepForbidden."""
    with register.store.writing() as session:
        row = _held(session, id, "resume", by=by)
        again = BatchItemRow.state.in_(("failed", "cancelled"))
        waiting = update(BatchItemRow).where(BatchItemRow.batch_id == id, again)
        found: Any = session.execute(waiting.values(state="unchecked", tries=0, faults=[]))
        if not found.rowcount:
            raise StepForbidden(f"{REFUSALS['resume']}，各件都已经办完。", allowed=STEPS[row.state])
        row.state, row.ended_at = "checking", None
        row.wanted = row.started_at is not None or not is_attended(row.options)
        row.expires_at, row.webhook_tries, row.webhook_next = keep_until(), 0, None
        note(session, by, "batch.resumed", row)


def remove(register: Register, id: str, *, by: Actor) -> None:
    """Delete the files of a batch and everything that was typed; how many there were stays. UnknownBatch, StepForbidden."""
    with register.store.writing() as session:
        row = _held(session, id, "remove", by=by)
        row.state = "expired"
        note(session, by, "batch.removed", row)
    empty(register, id)
    scrub(register.store)


def refuse_large(source: bytes) -> None:
    """InvalidInput if a table is too large."""
    if len(source) > MOST_BYTES:
        detail = f"表格超过{MOST_BYTES >> 20} MB，请分成几份。"
        raise InvalidInput([Fault("/source", "too-large", detail)])


def check(register: Register, wanted: Order, *, by: Actor, webhooks: Sequence[str] = ()) -> None:
    """Refuse what no row can cure, as `order` does; the rows themselves are checked later."""
    by.demand(Permission.BATCHES)
    if wanted.purpose == "letters":
        by.demand(needed_for(submit=wanted.submit))
    document = register.registry[wanted.document].document
    if wanted.format not in document.formats:
        raise FormatNotOffered(f"“{document.title}”不提供{wanted.format}格式，可选：{'、'.join(document.formats)}。")
    if by.drafts_only:
        refuse_unmarked(document, wanted.format)
    if faults := [*islice(find_unkept(wanted), MOST_TOLD)]:
        raise InvalidInput(faults)
    if faults := [*find_strange_names(wanted.names, prepare_questions(document.schema)), *_idle_submit(wanted)]:
        raise InvalidInput(faults)
    if wanted.purpose == "letters":
        refuse_wrong_order(register, wanted)
    if wanted.source is not None:
        refuse_large(wanted.source)
    elif not wanted.rows:
        raise InvalidInput([Fault("/items", "required", "批次里没有内容，请至少写一件。")])
    elif len(wanted.rows) > MOST_ROWS:
        raise InvalidInput([Fault("/items", "too-many", f"一个批次最多{MOST_ROWS}件，请分成几个批次。")])
    if wanted.webhook:
        check_webhook(webhooks, wanted.webhook)


def _idle_submit(wanted: Order) -> Iterator[Fault]:
    if wanted.submit and wanted.purpose != "letters":
        yield Fault("/submit", "mismatch", "提请签发的只有文书：请把purpose写成letters，或者去掉submit。")


def _refuse_too_many(session: Session, by: Actor) -> None:
    mine = BatchRow.key_id == by.key if by.key else BatchRow.created_by == by.name
    open_ones = select(func.count()).where(mine, BatchRow.state.in_(("checking", "checked", "running", "cancelling")))
    if (session.scalar(open_ones) or 0) >= MOST_OPEN:
        detail = f"没有办完的批次已经有{MOST_OPEN}个，请等前面的办完，或者停止不要的。"
        raise TooManyRequests(detail, retry_after=WAIT_SECONDS)


def _new_row(wanted: Order, *, by: Actor) -> BatchRow:
    return BatchRow(
        id=secrets.token_hex(16),
        document=wanted.document,
        format=wanted.format,
        purpose=wanted.purpose,
        title=wanted.title,
        state="checking",
        base=dict(wanted.base),
        options=_options(wanted),
        source=wanted.source,
        source_name=wanted.source_name[-200:],
        wanted=wanted.start,
        skip_invalid=wanted.skip_invalid,
        created_by=by.name,
        key_id=by.key,
        drafts_only=by.drafts_only,
        expires_at=keep_until(),
        webhook_url=wanted.webhook or None,
    )


def _options(wanted: Order) -> dict[str, Any]:
    options: dict[str, Any] = {"names": [*wanted.names]}
    if wanted.purpose == "letters" and not wanted.start:
        options["attended"] = True
    if wanted.submit:
        options["submit"] = True
    if wanted.drafts:
        options["drafts"] = [[*draft] for draft in wanted.drafts]
    return options


def _add_rows(session: Session, id: str, wanted: Order) -> None:
    if rows := [*plain_rows(id, wanted)]:
        session.execute(insert(BatchItemRow), rows)


def plain_rows(id: str, wanted: Order) -> Iterator[dict[str, Any]]:
    """The rows of an order as the database keeps them."""
    for place, row in enumerate(wanted.rows, 1):
        yield {
            "batch_id": id,
            "place": place,
            "line": row.line,
            "answers": dict(row.answers),
            "name": row.name,
            "case_number": row.case,
            "state": "invalid" if row.faults else "unchecked",
            "faults": [dict(fault) for fault in row.faults],
        }


def _plain(wanted: Order) -> Mapping[str, Any]:
    return asdict(wanted) | {"source": wanted.source.hex() if wanted.source is not None else None}


def _refusal(step: str, state: str) -> str:
    if state == "expired":
        return "这个批次已经删除，不能再办理。"
    return f"批次的状态是“{STATES[state]}”，{REFUSALS[step]}。"


def _held(session: Session, id: str, step: str, *, by: Actor) -> BatchRow:
    by.demand(Permission.BATCHES)
    row = find_row(session, id, by=by, hold=True)
    if step not in STEPS[row.state]:
        raise StepForbidden(_refusal(step, row.state), allowed=STEPS[row.state])
    if row.purpose == "letters" and step in OF_OWNER:
        by.demand(needed_for(submit=bool(row.options.get("submit"))))
        if (by.name, by.key) != (row.created_by, row.key_id):
            raise StepForbidden(f"这个批次的文书以{row.created_by}的名义签发，请由其本人办理，或者另行安排一个批次。")
    return row
