"""Numbers follow each other without gap and double, however many processes draw them."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from itertools import chain
from multiprocessing import get_context

import pytest
from sqlalchemy import select

from gipdocs.store.engine import Store, open_store
from gipdocs.store.numbers import draw, raise_to
from gipdocs.store.tables import SequenceRow

PROCESSES, DRAWN = 6, 40


class Refusal(Exception):
    """Something that undoes the transaction."""


def draw_many(url: str) -> list[int]:
    """The numbers that this process keeps; every fifth is drawn and given back."""
    store = open_store(url)
    kept = []
    for count in range(DRAWN):
        try:
            with store.writing() as session:
                number = draw(session, "答", 2026)
                if count % 5 == 0:
                    raise Refusal
            kept.append(number)
        except Refusal:
            pass
    store.close()
    return kept


@pytest.mark.slow
def test_many_processes_draw_no_number_twice_and_lose_none(database: str) -> None:
    open_store(database).close()
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as processes:
        numbers = sorted(chain.from_iterable(processes.map(draw_many, [database] * PROCESSES)))
    assert numbers == list(range(1, PROCESSES * DRAWN * 4 // 5 + 1))


def test_each_series_and_each_year_counts_for_itself(store: Store) -> None:
    with store.writing() as session:
        wanted = [("答", 2026), ("答", 2026), ("补", 2026), ("答", 2027), ("答", 2026)]
        assert [draw(session, series, year) for series, year in wanted] == [1, 2, 1, 1, 3]


@pytest.mark.parametrize(("given", "next_one"), [([7], 8), ([7, 3], 8), ([3, 7], 8), ([], 1)])
def test_numbers_that_were_given_elsewhere_are_not_drawn_again(given: list[int], next_one: int, store: Store) -> None:
    with store.writing() as session:
        for serial in given:
            raise_to(session, "答", 2026, serial)
        assert draw(session, "答", 2026) == next_one


def test_a_row_that_was_read_before_shows_the_number_that_was_drawn(store: Store) -> None:
    with store.writing() as session:
        draw(session, "答", 2026)
        row = session.scalars(select(SequenceRow)).one()
        draw(session, "答", 2026)
        session.refresh(row)
        assert row.last == 2
