"""Capacity on paper: the simulation against what is known exactly, the formulas against the simulation, the page's tables."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import repeat
from pathlib import Path
from random import Random

import pytest

from bench.arrivals import main
from bench.offices import OFFICES, Figures
from bench.queues import (
    Work,
    arrivals,
    erlang_c,
    mean_wait,
    mean_wait_beside_rows,
    servers_needed,
    simulate,
)
from bench.stations import DAY, converting, last_minutes, monday

pytestmark = pytest.mark.slow
PAGE = Path(__file__).resolve().parents[1] / "docs" / "capacity.md"
JOBS = 150_000
TOLERANCE = 0.04
"""Of the mean over so many jobs, whose waits depend on each other."""


def run(work: Work, *, servers: int, busy: float, jobs: int = JOBS, rows: Iterable[float] = ()) -> float:
    """The simulated mean wait at a steady rate."""
    random, rate = Random(7), busy * servers / work.seconds
    drawn = [(moment, work.draw(random)) for moment in arrivals(random, [(jobs / rate, rate)])]
    return simulate(drawn, servers, rows=rows).mean


@pytest.mark.parametrize("busy", [0.3, 0.6, 0.8])
def test_exponential_work_on_one_server_waits_as_known(busy: float) -> None:
    assert run(Work(seconds=2, spread=1), servers=1, busy=busy) == pytest.approx(2 * busy / (1 - busy), rel=TOLERANCE)


@pytest.mark.parametrize("busy", [0.3, 0.6, 0.8])
def test_constant_work_on_one_server_waits_half_as_long(busy: float) -> None:
    assert run(Work(seconds=2), servers=1, busy=busy) == pytest.approx(busy / (1 - busy), rel=TOLERANCE)


@pytest.mark.parametrize("servers", [2, 4, 8])
@pytest.mark.parametrize("busy", [0.6, 0.8])
def test_exponential_work_on_several_servers_waits_as_erlang_says(servers: int, busy: float) -> None:
    load = busy * servers
    terms = [load**number / math.factorial(number) for number in range(servers)]
    last = load**servers / math.factorial(servers) / (1 - busy)
    share = last / (sum(terms) + last)
    assert erlang_c(servers, load) == pytest.approx(share)
    found = run(Work(seconds=1, spread=1), servers=servers, busy=busy)
    assert found == pytest.approx(share / (servers - load), rel=TOLERANCE)


def test_jobs_are_taken_in_the_order_of_arrival_by_whoever_is_free() -> None:
    assert simulate([(0, 5), (1, 1), (1, 1), (2, 1)], 2).waits == [0, 0, 1, 1]


def test_a_row_takes_an_idle_server_and_a_job_waits_for_its_end_alone() -> None:
    outcome = simulate([(1, 2), (1.5, 2), (10, 1)], 1, rows=repeat(4, 2))
    assert outcome.waits == [3, 4.5, 2]
    assert outcome.rows == [4, 12]


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_a_batch_costs_the_rest_of_a_row_on_one_server(spread: float) -> None:
    work, row = Work(seconds=1, spread=0.5), Work(seconds=2, spread=spread)
    found = run(work, servers=1, busy=0.5, rows=map(row.draw, repeat(Random(8))))
    assert found == pytest.approx(mean_wait_beside_rows(0.5, work, 1, row), rel=TOLERANCE)
    assert found == pytest.approx(mean_wait(0.5, work, 1) + (1 + spread**2), rel=TOLERANCE)


@pytest.mark.parametrize("servers", [1, 2, 4])
@pytest.mark.parametrize("busy", [0.6, 0.8])
def test_the_formula_is_near_the_simulation_and_above_it_beside_a_batch(servers: int, busy: float) -> None:
    work, row = Work(seconds=1, spread=0.6), Work(seconds=1, spread=0.2)
    rate = busy * servers
    found = run(work, servers=servers, busy=busy)
    assert mean_wait(rate, work, servers) == pytest.approx(found, rel=0.08)
    beside = run(work, servers=servers, busy=busy, rows=map(row.draw, repeat(Random(8))))
    assert found < beside < mean_wait_beside_rows(rate, work, servers, row) * 1.05


def test_servers_that_are_too_few_wait_for_ever() -> None:
    work = Work(seconds=1)
    assert mean_wait(2, work, 2) == mean_wait_beside_rows(2, work, 2, work) == math.inf
    assert [servers_needed(rate, work, busy=0.5) for rate in (0.1, 0.5, 0.6, 2)] == [1, 1, 2, 4]


def test_a_day_brings_what_the_office_has_in_the_mean() -> None:
    office = OFFICES["province"]
    times = converting(office, Figures()).times(DAY)
    assert len(times) == pytest.approx(monday(office), rel=0.02)
    end = last_minutes(office, Figures())
    assert len(end.times([(600, 1 / 6 * end.rate * 3600 / sum(one.count for one in end.jobs))])) > office.reports * 0.95


def test_the_page_shows_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    printed = capsys.readouterr().out
    assert printed in PAGE.read_text(encoding="utf-8"), (
        "put what `python -m bench arrivals` prints into docs/capacity.md"
    )


def test_an_office_of_ones_own_is_told_by_options(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--office", "two-cores", "--letters", "30000", "--letter-ms", "60"])
    printed = capsys.readouterr().out
    assert "| `--letters` | 30,000 |" in printed and "| `--letter-ms` | 60 ms |" in printed
    assert "a province" not in printed
