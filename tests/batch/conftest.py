"""A service of the sample office with a database of its own, and what orders batches of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from gipdocs.access.actors import HERE
from gipdocs.batch.ordering import order
from gipdocs.batch.orders import Order, OrderedRow
from gipdocs.register.register import Register
from gipdocs.service import Service

DOCUMENT = "receipt"


@pytest.fixture
def office(service: Service, database: str) -> Iterator[Service]:
    """The service, with a fresh database, once on each engine."""
    own = replace(service, settings=replace(service.settings, database=database))
    yield own
    own.close()


@pytest.fixture
def register(office: Service) -> Register:
    """The register of that service."""
    assert office.register is not None
    return office.register


@pytest.fixture
def ordered(office: Service, register: Register) -> Callable[..., str]:
    """Orders so many receipts, each for another applicant, and gives the batch's id."""

    def order_some(count: int, *, format: str = "docx", **more: object) -> str:
        wanted = Order(document=DOCUMENT, format=format, base=office.sample(DOCUMENT), rows=rows_of(count))
        return order(register, replace(wanted, **more), by=HERE)  # type: ignore[arg-type]  # fields of Order

    return order_some


def rows_of(count: int) -> list[OrderedRow]:
    """Rows that differ in the applicant's name, which tells the place of each."""
    return [OrderedRow(answers={"application": {"name": name_of(place)}}) for place in range(1, count + 1)]


def name_of(place: int) -> str:
    """The applicant of a row."""
    return f"赵{chr(0x4E00 + place)}"
