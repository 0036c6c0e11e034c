"""When a batch's time is over, no file and no name is left of it; what became of its rows is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from gipdocs.access.actors import HERE
from gipdocs.batch import expiry
from gipdocs.batch.batches import find_batch, list_rows, read_batch_file
from gipdocs.batch.expiry import expire
from gipdocs.batch.ordering import cancel, remove
from gipdocs.batch.running import run_until_idle
from gipdocs.batch.states import KEPT_DAYS
from gipdocs.errors import BatchExpired
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store.places import file_of
from gipdocs.store.tables import AuditRow, BatchFileRow, BatchItemRow, BatchRow
from gipdocs.store.types import now
from tests.batch.finished import SECRET, add_finished

pytestmark = pytest.mark.slow

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
OVER = {"expires_at": now() - timedelta(seconds=1)}
TYPED = {
    "base": {"address": SECRET},
    "faults": [{"detail": SECRET}],
    "options": {"names": [f"/{SECRET}"]},
    "source": SECRET.encode() * 5000,
    "source_name": f"{SECRET}.xlsx",
    "title": SECRET,
    "webhook_url": f"https://a.example/{SECRET}",
}


def lying_about(register: Register) -> list[str]:
    """The columns that still hold what was typed."""
    tables = (BatchRow, BatchItemRow, BatchFileRow)
    with register.store.reading() as session:
        rows = [(table, row) for table in tables for row in session.scalars(select(table))]
        return [
            f"{table.__tablename__}.{column.key}"
            for table, row in rows
            for column in table.__table__.columns
            if holds(getattr(row, column.key))
        ]


def holds(value: object) -> bool:
    """Whether a value, or the content of a file, has what was typed, be it spelled as JSON is."""
    plain = value if isinstance(value, bytes) else str(value).encode()
    return any(form in plain for form in (SECRET.encode(), json.dumps(SECRET)[1:-1].encode()))


def files_of(register: Register) -> int:
    with register.store.reading() as session:
        return session.scalar(select(func.count()).select_from(BatchFileRow)) or 0


def typed_batch(register: Register, **columns: object) -> str:
    contents = [SECRET.encode() * 2000, None, b"1"] * 200
    rows = {
        place: {"name": SECRET, "findings": [{"message": SECRET}], "case_number": SECRET} for place in range(1, 601)
    }
    return add_finished(register, contents, rows=rows, **TYPED | columns)


@pytest.mark.parametrize("state", ["cancelled", "checked", "checking", "done", "draft"])
def test_nothing_that_was_typed_is_left_and_what_became_of_it_stays(register: Register, state: str) -> None:
    id = typed_batch(register, state=state, **OVER)
    assert lying_about(register)
    assert expire(register) and not expire(register)
    assert lying_about(register) == [] and files_of(register) == 0
    batch = find_batch(register, id, by=HERE)
    assert (batch.state, batch.counts) == ("expired", {"done": 400, "refused": 200})
    rows = list_rows(register, id, by=HERE, states=["done"])
    assert all(row.sha256 and row.size for row in rows)
    with pytest.raises(BatchExpired):
        read_batch_file(register, id, 1, by=HERE)


@pytest.mark.parametrize("end", ["expiry", "removal"])
@ON_SQLITE
def test_no_name_is_left_in_the_databases_files(register: Register, end: str) -> None:
    id = typed_batch(register, **(OVER if end == "expiry" else {}))
    file = file_of(register.store.place)

    def found() -> bool:
        return any(holds(path.read_bytes()) for path in file.parent.iterdir())

    assert found()
    if end == "expiry":
        expire(register)
    else:
        remove(register, id, by=HERE)
    assert not found()


@pytest.mark.parametrize("state", ["cancelling", "running"])
def test_a_batch_at_work_is_not_ended(register: Register, state: str) -> None:
    id = add_finished(register, [b"1"], state=state, **OVER)
    assert not expire(register) and find_batch(register, id, by=HERE).state == state


def test_a_batch_whose_time_is_not_over_stays(register: Register) -> None:
    add_finished(register, [b"1"])
    assert not expire(register) and files_of(register) == 1


@ON_SQLITE
def test_the_batch_whose_time_was_over_first_goes_first(register: Register) -> None:
    add_finished(register, [b"1"], **OVER)
    first = add_finished(register, [b"1"], id="b" * 32, expires_at=now() - timedelta(days=1))
    assert expire(register) and find_batch(register, first, by=HERE).state == "expired" and files_of(register) == 1
    assert expire(register) and not expire(register)


def test_an_end_that_was_broken_off_is_brought_to_an_end(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    typed_batch(register, **OVER)
    emptied, empty_rows = list[int](), expiry.empty_rows

    def empty_once(*given: object) -> None:
        if emptied:
            raise KeyboardInterrupt
        emptied.append(1)
        empty_rows(*given)  # type: ignore[arg-type]  # passed on as they are

    monkeypatch.setattr(expiry, "empty_rows", empty_once)
    with pytest.raises(KeyboardInterrupt):
        expire(register)
    assert lying_about(register)
    monkeypatch.undo()
    assert expire(register) and lying_about(register) == [] and not expire(register)


@ON_SQLITE
def test_the_end_is_noted_once_without_anything_that_was_typed(register: Register) -> None:
    id = typed_batch(register, **OVER)
    expire(register)
    with register.store.reading() as session:
        (noted,) = session.scalars(select(AuditRow)).all()
    assert (noted.actor, noted.action, noted.subject_kind, noted.subject_id) == ("系统", "batch.expired", "batch", id)
    assert SECRET not in str(noted.detail)


@ON_SQLITE
def test_the_time_of_a_batch_begins_anew_when_it_ends(
    office: Service, register: Register, ordered: Callable[..., str]
) -> None:
    made, stopped = ordered(1), ordered(1, start=False)
    with register.store.writing() as session:
        for id in (made, stopped):
            session.get_one(BatchRow, id).expires_at = now() + timedelta(hours=1)
    run_until_idle(office)
    cancel(register, stopped, by=HERE)
    for id in (made, stopped):
        batch = find_batch(register, id, by=HERE)
        assert batch.ended_at and batch.expires_at
        assert batch.expires_at - batch.ended_at > timedelta(days=KEPT_DAYS, seconds=-1)
