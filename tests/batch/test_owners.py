"""Whose batches somebody sees: a key its own, people all of the office's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gipdocs.access.actors import HERE, Actor
from gipdocs.batch.batches import find_batch, list_batches, list_rows, read_batch_file
from gipdocs.batch.ordering import cancel, order, remove
from gipdocs.batch.orders import Order, OrderedRow
from gipdocs.errors import UnknownBatch
from gipdocs.register.register import Register

ONE, OTHER = Actor(name="一个系统", key="aaaaaaaa"), Actor(name="另一个系统", key="bbbbbbbb")


@pytest.fixture
def id(register: Register) -> str:
    return order(register, Order(document="receipt", format="docx", rows=[OrderedRow(answers={})]), by=ONE)


def test_people_see_what_a_key_has_ordered(register: Register, id: str) -> None:
    assert (
        [one.id for one in list_batches(register, by=ONE)]
        == [id]
        == [one.id for one in list_batches(register, by=HERE)]
    )
    assert find_batch(register, id, by=HERE).key_id == ONE.key


@pytest.mark.parametrize(
    "act",
    [
        lambda register, id: find_batch(register, id, by=OTHER),
        lambda register, id: list_rows(register, id, by=OTHER),
        lambda register, id: read_batch_file(register, id, 1, by=OTHER),
        lambda register, id: cancel(register, id, by=OTHER),
        lambda register, id: remove(register, id, by=OTHER),
    ],
    ids=["find", "rows", "file", "cancel", "remove"],
)
def test_another_key_neither_sees_nor_touches_it(
    register: Register, id: str, act: Callable[[Register, str], object]
) -> None:
    assert list_batches(register, by=OTHER) == []
    with pytest.raises(UnknownBatch):
        act(register, id)
    assert find_batch(register, id, by=ONE).state == "checking"
