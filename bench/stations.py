"""Machines that do the same, as so many servers, and what comes to them on an office's busiest day."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random

from bench.offices import Figures, Office
from bench.queues import Work, arrivals, simulate

SEED = 20260131
WORKDAYS = 250
HOURS = (0, 0, 0, 0, 0, 0, 0, 1, 5, 14, 15, 11, 3, 3, 10, 14, 13, 7, 2, 1, 1, 0, 0, 0)
"""Of a hundred arrivals in a working day so many come in each hour: a dip at noon, and a few people who stay longer."""
MONDAY = 1.4
"""A Monday has so much more than the mean of its week."""
LAST_MINUTES = 600.0
"""The seconds before the annual reports are due in which all of them are made, during the busiest hour."""
DAY = [(3600.0, share / sum(HOURS)) for share in HOURS]
HOUR = max(HOURS) / sum(HOURS) / 3600
"""The share of a day's arrivals that come in a second of the busiest hour."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Jobs of one kind: how many a day, how long each takes, and whether it is a PDF that somebody waits for."""

    count: float
    work: Work
    is_pdf: bool = True


@dataclass(frozen=True, kw_only=True)
class Station:
    """Machines that do the same, as so many servers, and what they do on the busiest day."""

    jobs: Sequence[Kind]
    servers: int

    @property
    def rate(self) -> float:
        """Arrivals a second in the busiest hour."""
        return sum(one.count for one in self.jobs) * HOUR

    @property
    def work(self) -> Work:
        """All kinds of jobs as one, with the spread that comes from their difference."""
        total = sum(one.count for one in self.jobs)
        mean = sum(one.count * one.work.seconds for one in self.jobs) / total
        square = sum(one.count * one.work.seconds**2 * (1 + one.work.spread**2) for one in self.jobs) / total
        return Work(seconds=mean, spread=math.sqrt(max(0.0, square / mean**2 - 1)))

    @property
    def busy(self) -> float:
        """The share of the busiest hour for which a server works."""
        return self.rate * self.work.seconds / self.servers

    def times(self, stretches: Sequence[tuple[float, float]], *, rows: Iterable[float] = ()) -> list[float]:
        """Seconds from arrival to completion of each PDF, sorted; `stretches` are seconds with a share of the jobs."""
        random = Random(SEED)
        jobs = []
        for kind in self.jobs:
            rates = [(seconds, kind.count * share / seconds) for seconds, share in stretches]
            jobs += [(moment, kind.work.draw(random), kind.is_pdf) for moment in arrivals(random, rates)]
        jobs.sort()
        waits = simulate([(moment, seconds) for moment, seconds, _ in jobs], self.servers, rows=rows).waits
        return sorted(wait + seconds for wait, (_, seconds, is_pdf) in zip(waits, jobs, strict=True) if is_pdf)


def monday(office: Office) -> float:
    """Letters as PDF on the Monday of the busiest week."""
    return office.letters * office.pdfs / WORKDAYS * office.surge * MONDAY


def web(office: Office, figures: Figures) -> Station:
    """The web machines, where they don't convert."""
    pages = Kind(count=monday(office) / office.pdfs * office.pages, work=Work(seconds=figures.page_ms / 1000, spread=1))
    letters = Kind(count=monday(office), work=Work(seconds=figures.web_ms / 1000))
    return Station(jobs=(pages, letters), servers=int(office.webs * office.web_cores))


def converting(office: Office, figures: Figures) -> Station:
    """The machines that convert: the nodes, or the web machines with their pages."""
    if office.nodes:
        return Station(jobs=(letters_of(office, figures),), servers=int(office.nodes * office.node_cores))
    alone = web(office, figures)
    return replace(alone, jobs=(letters_of(office, figures), replace(alone.jobs[0], is_pdf=False)))


def last_minutes(office: Office, figures: Figures, *, away: bool = False) -> Station:
    """The machines that convert, with all annual reports in the last minutes; one node fewer if it is away."""
    station = converting(office, figures)
    reports = Kind(count=office.reports / (LAST_MINUTES * HOUR), work=converted(office, figures, figures.report_ms))
    fewer = int(office.node_cores) if away else 0
    return Station(jobs=(reports, *station.jobs), servers=station.servers - fewer)


def letters_of(office: Office, figures: Figures) -> Kind:
    return Kind(count=monday(office), work=converted(office, figures, figures.letter_ms))


def converted(office: Office, figures: Figures, ms: float) -> Work:
    """What of a PDF's work is done where it is converted."""
    return Work(seconds=(ms - (figures.web_ms if office.nodes else 0)) / 1000, spread=0.2)
