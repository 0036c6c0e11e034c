"""The table that came with a batch becomes its rows, all of them or none."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from sqlalchemy import update

from gipdocs.access.actors import HERE
from gipdocs.batch import unpacking
from gipdocs.batch.batches import find_batch, list_rows
from gipdocs.batch.making import MOST_TRIES
from gipdocs.batch.ordering import cancel, order, replace_table, resume
from gipdocs.batch.orders import MOST_ROWS, Order
from gipdocs.batch.running import run_until_idle
from gipdocs.batch.unpacking import find_unread, unpack
from gipdocs.errors import InvalidInput, StepForbidden
from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store.tables import BatchRow
from tests.batch.conftest import DOCUMENT, name_of, rows_of
from tests.batch.making import assert_whole, states


def table_of(count: int) -> bytes:
    """Lines of JSON with so many rows."""
    lines = [json.dumps({"answers": row.answers}, ensure_ascii=False) for row in rows_of(count)]
    return "\n".join(lines).encode()


@pytest.fixture
def uploaded(office: Service, register: Register) -> Callable[..., str]:
    """Orders a batch with a table, and gives its id."""

    def order_table(source: bytes, name: str = "t.ndjson", *, start: bool = True) -> str:
        base = office.sample(DOCUMENT)
        wanted = Order(document=DOCUMENT, format="docx", base=base, source=source, source_name=name, start=start)
        return order(register, wanted, by=HERE)

    return order_table


def test_each_row_of_a_table_gets_its_file(
    office: Service, register: Register, uploaded: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "SOME", 3)
    id = uploaded(table_of(7))
    run_until_idle(office)
    assert_whole(register, id, 7)
    with register.store.reading() as session:
        row = session.get_one(BatchRow, id)
        assert row.source is None and row.options == {"names": []}


def test_a_table_that_can_not_be_read_makes_a_draft_that_says_why(
    office: Service, register: Register, uploaded: Callable[..., str]
) -> None:
    id = uploaded(b"\xff\xfe nothing", "t.xlsx")
    run_until_idle(office)
    batch = find_batch(register, id, by=HERE)
    assert batch.state == "draft" and batch.faults and not batch.counts
    replace_table(register, id, table_of(2), "t.ndjson", by=HERE)
    run_until_idle(office)
    assert_whole(register, id, 2)


def test_a_reading_that_was_interrupted_begins_anew(
    office: Service, register: Register, uploaded: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "SOME", 3)
    id = uploaded(table_of(8))
    monkeypatch.setattr(unpacking, "_end", lambda *_, **__: None)  # the program is killed before the last transaction
    unpack(office, register, id)
    assert find_unread(register) == id and states(register, id) == {"unchecked": 8}
    monkeypatch.undo()
    run_until_idle(office)
    assert_whole(register, id, 8)


def test_what_is_stopped_while_its_table_is_read_can_not_be_resumed_with_a_part_of_it(
    office: Service, register: Register, uploaded: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    id = uploaded(table_of(8))
    monkeypatch.setattr(unpacking, "_end", lambda *_, **__: None)
    unpack(office, register, id)
    cancel(register, id, by=HERE)
    batch = find_batch(register, id, by=HERE)
    assert batch.state == "cancelled" and not batch.counts and find_unread(register) is None
    unpack(office, register, id)
    assert not find_batch(register, id, by=HERE).counts
    with pytest.raises(StepForbidden):
        resume(register, id, by=HERE)


def test_a_table_at_which_the_program_ends_is_given_up(
    office: Service, register: Register, uploaded: Callable[..., str]
) -> None:
    id = uploaded(table_of(2))
    for _ in range(MOST_TRIES):
        assert unpacking._begin(register, id) is not None
    unpack(office, register, id)
    batch = find_batch(register, id, by=HERE)
    assert batch.state == "draft" and batch.faults[0]["code"] == "internal-error"


def test_what_another_version_left_in_the_options_stays(
    office: Service, register: Register, uploaded: Callable[..., str]
) -> None:
    id = uploaded(table_of(2), start=False)
    with register.store.writing() as session:
        session.execute(update(BatchRow).values(options={"names": [], "other": 1}))
    run_until_idle(office)
    batch = find_batch(register, id, by=HERE)
    assert (batch.state, batch.options) == ("checked", {"names": [], "other": 1})
    assert [item.answers["application"]["name"] for item in list_rows(register, id, by=HERE, most=MOST_ROWS)] == [
        name_of(1),
        name_of(2),
    ]


def test_a_corrected_table_whose_name_can_not_be_kept_is_refused(
    office: Service, register: Register, uploaded: Callable[..., str]
) -> None:
    id = uploaded(b"{", "t.ndjson")
    run_until_idle(office)
    for name in ("a\0.csv", "a\ud800.csv"):
        with pytest.raises(InvalidInput):
            replace_table(register, id, table_of(1), name, by=HERE)
    assert find_batch(register, id, by=HERE).state == "draft"
