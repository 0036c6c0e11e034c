"""What can be told of a checked batch before it starts: what should be looked at in its rows, and how long it will take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from gipdocs.access.actors import Actor
from gipdocs.access.permissions import Permission
from gipdocs.batch.batches import Batch, find_row
from gipdocs.register.register import Register
from gipdocs.store.tables import BatchItemRow, BatchRow

PACES: Mapping[str, float] = {"docx": 0.02, "pdf": 0.1}
"""Seconds for one document where no batch has been made yet, as on an ordinary machine that does other things too."""
SLOWEST = 0.1
FEWEST = 20
"""A batch with fewer documents tells nothing of the pace."""
PLACES_TOLD = 5
AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class Advice:
    """A finding that concerns `count` rows: `message` and `basis` are those of the first, `places` the first few of them."""

    code: str
    severity: str
    message: str
    basis: str
    count: int
    places: tuple[int, ...]


def gather_advice(register: Register, id: str, *, by: Actor) -> list[Advice]:
    """What is said about the rows that can be made, the gravest and most frequent first; UnknownBatch."""
    by.demand(Permission.BATCHES)
    with register.store.reading() as session:
        find_row(session, id, by=by)
        query = select(BatchItemRow.place, BatchItemRow.line, BatchItemRow.findings)
        ready = query.where(BatchItemRow.batch_id == id, BatchItemRow.state == "waiting").order_by(BatchItemRow.place)
        rows = session.execute(ready).yield_per(AT_ONCE)
        found = [*_gather((line or place, findings) for place, line, findings in rows)]
    return sorted(found, key=lambda one: (one.severity != "warning", -one.count, one.code))


def _gather(rows: Iterable[tuple[int, list[Mapping[str, Any]]]]) -> Iterator[Advice]:
    first, places = dict[str, Mapping[str, Any]](), dict[str, list[int]]()
    for place, findings in rows:
        for code, finding in {one["code"]: one for one in reversed(findings)}.items():
            first.setdefault(code, finding)
            places.setdefault(code, []).append(place)
    for code, finding in first.items():
        yield Advice(
            code=code,
            severity=finding["severity"],
            message=finding["message"],
            basis=finding.get("basis", ""),
            count=len(places[code]),
            places=tuple(places[code][:PLACES_TOLD]),
        )


def is_attended(options: Mapping[str, Any]) -> bool:
    """Whether somebody looks at what was found before letters go out; an order that starts by itself asks nobody."""
    return bool(options.get("attended"))


def find_unseen(before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> list[str]:
    """The warnings that were not found before, each once; one that has changed is new too."""
    seen = {(one["pointer"], one["message"]) for one in before}
    new = (one for one in now if one["severity"] == "warning" and (one["pointer"], one["message"]) not in seen)
    return [*dict.fromkeys(one["message"] for one in new)]


def estimate_seconds(register: Register, batch: Batch) -> int:
    """How long a batch that has not started will take, at the pace of the last one of its format, or at a usual one."""
    left = batch.counts.get("waiting", 0)
    with register.store.reading() as session:
        ended = select(BatchRow).where(BatchRow.format == batch.format, BatchRow.ended_at.is_not(None))
        for row in session.scalars(ended.order_by(BatchRow.ended_at.desc()).limit(PLACES_TOLD)):
            if row.started_at is None or row.ended_at is None:
                continue
            made = BatchItemRow.batch_id == row.id, BatchItemRow.finished_at >= row.started_at
            if (count := session.scalar(select(func.count()).where(*made)) or 0) >= FEWEST:
                return round(left * (row.ended_at - row.started_at).total_seconds() / count)
    return round(left * PACES.get(batch.format, SLOWEST))
