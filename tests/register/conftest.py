"""A register of the sample office on a fixed day, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from gipdocs.register.register import Register
from gipdocs.service import Service
from gipdocs.store.engine import Store

TODAY = date(2026, 4, 30)


class Day:
    """The day that the register takes for today; a test may change it."""

    def __init__(self) -> None:
        self.today = TODAY


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.fixture
def register(store: Store, service: Service, day: Day) -> Iterator[Register]:
    yield Register(
        store=store,
        registry=service.registry,
        office=lambda: service.office(day.today),
        converter=lambda: service.converter,
    )


@pytest.fixture
def opened(register: Register, service: Service) -> Callable[..., str]:
    """Opens the case of the sample application; further facts of the arrival may be given."""
    from tests.register.making import open_sample

    return lambda **more: open_sample(register, service, **more)
