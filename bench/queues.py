"""Waiting before a few servers: simulated event by event, and reckoned by formula.

People's jobs are taken in the order of their arrival. Rows of batches fill the servers that would idle: a person never
waits for a row that hasn't been begun, and no row that has been begun is broken off.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heapreplace
from random import Random


@dataclass(frozen=True, kw_only=True)
class Work:
    """A kind of work: seconds of one server in the mean, and their coefficient of variation."""

    seconds: float
    spread: float = 0.0

    def draw(self, random: Random) -> float:
        """Seconds of one job: the same each time without spread, else gamma-distributed."""
        if not self.spread:
            return self.seconds
        shape = self.spread**-2
        return random.gammavariate(shape, self.seconds / shape)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a run gave: the seconds that each job waited, and the moments at which rows of the batch were ready."""

    waits: Sequence[float]
    rows: Sequence[float]

    @property
    def mean(self) -> float:
        """The mean wait in seconds."""
        return sum(self.waits) / len(self.waits)


def arrivals(random: Random, rates: Sequence[tuple[float, float]]) -> Iterator[float]:
    """Moments of independent arrivals in stretches of so many seconds with so many arrivals a second."""
    begin = 0.0
    for seconds, rate in rates:
        moment = begin - math.log(1 - random.random()) / rate if rate else math.inf
        while moment < begin + seconds:
            yield moment
            moment -= math.log(1 - random.random()) / rate
        begin += seconds


def simulate(jobs: Sequence[tuple[float, float]], servers: int, *, rows: Iterable[float] = ()) -> Outcome:
    """Let jobs (moment of arrival and seconds, in their order) and rows (seconds) through, until the last job is begun."""
    free = [0.0] * servers
    waits, ready = [], []
    waiting = iter(rows)
    for arrival, seconds in jobs:
        # Whoever came before has a server by now, so that one free before this arrival has nobody to serve.
        while free[0] < arrival and (row := next(waiting, None)) is not None:
            ready.append(free[0] + row)
            heapreplace(free, ready[-1])
        begin = max(arrival, free[0])
        waits.append(begin - arrival)
        heapreplace(free, begin + seconds)
    return Outcome(waits=waits, rows=ready)


def erlang_c(servers: int, load: float) -> float:
    """The share of arrivals that find all servers busy (M/M/c); `load` is work a second in servers, less than them."""
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def mean_wait(rate: float, work: Work, servers: int) -> float:
    """The mean seconds that a job waits (M/G/c), by Allen and Cunneen: exact for one server and for M/M/c."""
    load = rate * work.seconds
    if load >= servers:
        return math.inf
    return erlang_c(servers, load) * work.seconds / (servers - load) * (1 + work.spread**2) / 2


def mean_wait_beside_rows(rate: float, work: Work, servers: int, row: Work) -> float:
    """The mean seconds that a job waits while rows take whatever is free, at most: exact for one server.

    It is the wait without rows and the rest of one row; with more servers another is mostly ready sooner.
    """
    return mean_wait(rate, work, servers) + row.seconds * (1 + row.spread**2) / 2


def servers_needed(rate: float, work: Work, *, busy: float) -> int:
    """The fewest servers that are busy for at most a share of the time."""
    return max(1, math.ceil(rate * work.seconds / busy - 1e-9))
