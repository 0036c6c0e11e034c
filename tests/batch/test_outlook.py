"""What is told of a batch before it starts: what should be looked at, gathered over its rows, and how long it will take."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from gipdocs.access.actors import HERE, Actor
from gipdocs.batch import ordering
from gipdocs.batch.batches import find_batch
from gipdocs.batch.orders import Order, OrderedRow
from gipdocs.batch.outlook import FEWEST, PACES, PLACES_TOLD, estimate_seconds, gather_advice
from gipdocs.batch.running import run_until_idle
from gipdocs.errors import Forbidden, UnknownBatch
from gipdocs.register.register import Register
from gipdocs.service import Service, load_service
from gipdocs.settings import Settings
from gipdocs.store.tables import BatchRow
from gipdocs.store.types import now

pytestmark = pytest.mark.slow

DOCUMENT = "reply-granted"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with one document and an empty register."""
    database = f"sqlite:///{tmp_path_factory.mktemp('outlook')}/register.db"
    service = load_service(Settings(secret_key="test", database=database), DOCUMENT)
    yield service
    service.close()


@pytest.fixture
def register(service: Service) -> Register:
    assert service.register is not None
    return service.register


@pytest.fixture
def right(service: Service) -> dict[str, Any]:
    return service.sample(DOCUMENT)


def order(register: Register, *answers: dict[str, Any], start: bool = False) -> str:
    rows = [OrderedRow(answers=one, line=line) for line, one in enumerate(answers, 3)]
    return ordering.order(register, Order(document=DOCUMENT, format="docx", rows=rows, start=start), by=HERE)


def test_a_warning_about_many_rows_is_told_once_with_their_number(
    service: Service, register: Register, right: dict[str, Any]
) -> None:
    late = {**right, "date": "2026-06-02"}
    id = order(register, right, *[late] * (PLACES_TOLD + 2), {**late, "date": "2026-02-30"})
    run_until_idle(service)
    found = gather_advice(register, id, by=HERE)
    assert len({one.code for one in found}) == len(found) > 0
    first = found[0]
    assert (first.severity, first.count) == ("warning", PLACES_TOLD + 2)
    assert first.places == tuple(range(4, 4 + PLACES_TOLD)) and first.message and first.basis


def test_rows_without_a_remark_give_no_advice(service: Service, register: Register, right: dict[str, Any]) -> None:
    id = order(register, right, right)
    run_until_idle(service)
    assert gather_advice(register, id, by=HERE) == []


def test_advice_is_for_those_who_make_batches(register: Register, right: dict[str, Any]) -> None:
    id = order(register, right)
    with pytest.raises(Forbidden):
        gather_advice(register, id, by=Actor(name="周敏", permissions=frozenset()))
    with pytest.raises(UnknownBatch):
        gather_advice(register, "0" * 32, by=HERE)


def test_the_time_is_told_at_the_pace_of_the_last_batch_of_the_same_format(
    service: Service, register: Register, right: dict[str, Any]
) -> None:
    waiting = order(register, *[right] * 50)
    run_until_idle(service)
    batch = find_batch(register, waiting, by=HERE)
    assert estimate_seconds(register, batch) == round(50 * PACES["docx"])
    for count, seconds, expected in ((FEWEST - 1, 1000, round(50 * PACES["docx"])), (FEWEST, 40, 100)):
        made = order(register, *[right] * count, start=True)
        run_until_idle(service)
        with register.store.writing() as session:
            row = session.get_one(BatchRow, made)
            row.started_at, row.ended_at = now() - timedelta(hours=1), now() - timedelta(hours=1, seconds=-seconds)
        assert estimate_seconds(register, batch) == expected
