"""`python -m bench arrivals`: how an office's busiest day goes on some machines, and what it needs, on paper.

Letters arrive as people work, and take as long as was measured. The tables stand in docs/capacity.md. For an office of
one's own: `python -m bench arrivals --office two-cores --letters 30000 --batch 8000`, with any option of the tables.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from itertools import repeat
from random import Random

from bench.offices import OFFICES, Figures, Office
from bench.queues import Work, arrivals, mean_wait, mean_wait_beside_rows, servers_needed, simulate
from bench.stations import (
    DAY,
    HOUR,
    LAST_MINUTES,
    SEED,
    Kind,
    Station,
    converted,
    converting,
    last_minutes,
    monday,
    web,
)

WEEK = 5
ROOM = 0.6
"""Servers that are busy for a larger share of the busiest hour are too few."""
LEAST_BUSY = 0.05
"""Beside a batch people are counted as if they kept the servers busy so much at least, else too few would be seen."""


def options_of(*tables: Figures | Office) -> Iterator[str]:
    """The values that are put in, with the options that change them."""
    yield "| option | value | what it is |"
    yield "|---|---|---|"
    for table in tables:
        for one in fields(table):
            if one.metadata:
                value = f"{getattr(table, one.name):,g} {one.metadata['unit']}".strip()
                yield f"| `--{one.name.replace('_', '-')}` | {value} | {one.metadata['what']} |"


def machines(offices: Sequence[Office]) -> Iterator[str]:
    """The offices with what they do and on what."""
    yield "| | letters a year | busiest week | annual reports at the end | batch | web machines | converter nodes |"
    yield "|---|---|---|---|---|---|---|"
    for one in offices:
        nodes = f"{one.nodes:g} × {one.node_cores:g} cores" if one.nodes else "none"
        yield (
            f"| {one.name} | {one.letters:,g} | × {one.surge:g} | {one.reports:,g} | {one.batch:,g} rows "
            f"| {one.webs:g} × {one.web_cores:g} cores | {nodes} |"
        )


def days(offices: Sequence[Office], figures: Figures) -> Iterator[str]:
    """How the busiest day goes."""
    yield (
        "| | busiest hour: pages/s, PDFs/s | web busy | converting busy | a PDF: p50 / p95 / p99 | beside a batch, p95 "
        "| last ten minutes: busy, p95 | the same, a node away | a batch takes | 60 % busy at |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for office in offices:
        station, end, less = converting(office, figures), last_minutes(office, figures), None
        if office.nodes > 1:
            less = last_minutes(office, figures, away=True)
        elsewhere = (figures.web_ms + figures.engine_ms) / 1000 if office.nodes else 0.0
        row = converted(office, figures, figures.letter_ms)
        quiet, beside = station.times(DAY), _beside_batch(station, row)
        yield (
            f"| {office.name} | {monday(office) / office.pdfs * office.pages * HOUR:.2f}, {monday(office) * HOUR:.2f} "
            f"| {web(office, figures).busy if office.nodes else station.busy:.1%} | {station.busy:.1%} "
            f"| {' / '.join(_ms(_share(quiet, share) + elsewhere) for share in (0.5, 0.95, 0.99))} "
            f"| {_ms(_share(beside, 0.95) + elsewhere)} | {_end(end, elsewhere)} | {_end(less, elsewhere)} "
            f"| {_span(office.batch * row.seconds / station.servers)} "
            f"| {office.letters * ROOM / station.busy / 1e6:.1f} million letters a year |"
        )


def _beside_batch(station: Station, row: Work) -> list[float]:
    """The PDFs of a thousand people, in hours like the busiest one, while rows take whatever is free."""
    more = max(1.0, LEAST_BUSY / station.busy)
    busier = replace(station, jobs=[replace(one, count=one.count * more) for one in station.jobs])
    random = Random(SEED)
    return busier.times([(1000 / busier.rate, 1000 / busier.rate * HOUR)], rows=map(row.draw, repeat(random)))


def _end(station: Station | None, elsewhere: float) -> str:
    if station is None:
        return "–"
    return f"{station.busy:.0%}, {_ms(_share(station.times([(LAST_MINUTES, LAST_MINUTES * HOUR)]), 0.95) + elsewhere)}"


def needs(offices: Sequence[Office], figures: Figures) -> Iterator[str]:
    """What the machines must have."""
    yield (
        "| | converting cores, one node more | memory of a web machine | memory of a node | database grows a year "
        "| batches of a week | broker's memory | network of a node |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for office in offices:
        end = last_minutes(office, figures)
        cores = servers_needed(end.rate, end.work, busy=ROOM)
        here = int(office.node_cores if office.nodes else office.web_cores)
        places, passed = (here + 1) * figures.place_mib, figures.docx_kb + figures.pdf_kb
        own = (office.web_cores + 1) * figures.place_mib  # where there are nodes, for as long as these are away
        at_web = math.ceil(office.bodies / office.webs) * figures.web_mib + own
        rate = here / converted(office, figures, figures.letter_ms).seconds
        node = (f"{cores} + {here}", _mib(figures.celery_mib + places)) if office.nodes else (f"{cores}", "–")
        yield (
            f"| {office.name} | {node[0]} | {_mib(at_web)} | {node[1]} "
            f"| {_mib(office.letters * (passed + figures.facts_kb) / 1024)} "
            f"| {_mib(WEEK * office.batch * (figures.pdf_kb + figures.facts_kb) / 1024)} "
            f"| {_mib(64 * office.nodes * passed / 1024) if office.nodes else '–'} "
            f"| {f'{rate * passed * 8 / 1024:.0f} Mbit/s' if office.nodes else '–'} |"
        )


def checks(figures: Figures) -> Iterator[str]:
    """The formula beside the simulation, at a steady rate of nine letters to one report."""
    kinds = [(0.9, Work(seconds=figures.letter_ms / 1000)), (0.1, Work(seconds=figures.report_ms / 1000))]
    row = Work(seconds=figures.letter_ms / 1000, spread=0.2)
    yield "| servers | busy | mean wait: formula | simulated | error | beside a batch: formula | simulated | error |"
    yield "|---|---|---|---|---|---|---|---|"
    for servers in (1, 2, 4, 8):
        for busy in (0.3, 0.6, 0.85):
            mixed = Station(jobs=[Kind(count=count, work=work) for count, work in kinds], servers=servers)
            rate = busy * servers / mixed.work.seconds
            drawn = _steady(mixed, rate)
            alone = simulate(drawn, servers).mean
            beside = simulate(drawn, servers, rows=map(row.draw, repeat(Random(SEED)))).mean
            told = mean_wait(rate, mixed.work, servers)
            told_beside = mean_wait_beside_rows(rate, mixed.work, servers, row)
            yield (
                f"| {servers} | {busy:.0%} | {_ms(told)} | {_ms(alone)} | {_error(told, alone)} "
                f"| {_ms(told_beside)} | {_ms(beside)} | {_error(told_beside, beside)} |"
            )


def _steady(station: Station, rate: float, jobs: int = 60_000) -> list[tuple[float, float]]:
    random = Random(SEED)
    works, weights = [one.work for one in station.jobs], [one.count for one in station.jobs]
    moments = arrivals(random, [(jobs / rate, rate)])
    return [(moment, random.choices(works, weights)[0].draw(random)) for moment in moments]


def _share(times: Sequence[float], share: float) -> float:
    """The time within which a share of all was ready."""
    return times[min(len(times) - 1, int(share * len(times)))] if times else math.nan


def _error(told: float, found: float) -> str:
    return f"{(told - found) * 1000:+.0f} ms, {told / found - 1:+.0%}"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 10 else f"{seconds:.0f} s"


def _span(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _mib(mib: float) -> str:
    return f"{mib:.0f} MiB" if mib < 1000 else f"{mib / 1024:.1f} GiB"


def report(offices: Sequence[Office], figures: Figures) -> Iterator[str]:
    """All tables, line by line."""
    yield from ("### What was measured", "", *options_of(figures), "")
    yield from ("### The offices", "", *(options_of(*offices) if len(offices) == 1 else machines(offices)), "")
    yield from ("### Their busiest Monday", "", *days(offices, figures), "")
    yield from ("### What they need", "", *needs(offices, figures), "")
    yield from ("### The formula against the simulation", "", *checks(figures))


def main(arguments: Sequence[str]) -> None:
    """Show the tables of all offices, or those of one that the options describe."""
    parser = argparse.ArgumentParser(prog="python -m bench arrivals", description=__doc__)
    parser.add_argument("--office", choices=OFFICES, help="show this one alone, with whatever the other options change")
    for table in (Figures, Office):
        for one in fields(table):
            if one.metadata:
                parser.add_argument(
                    f"--{one.name.replace('_', '-')}", type=float, metavar="N", help=one.metadata["what"]
                )
    told = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value is not None}
    offices = [OFFICES[told.pop("office")]] if "office" in told else list(OFFICES.values())
    figures = Figures(**{name: told.pop(name) for name in list(told) if hasattr(Figures, name)})
    for line in report([replace(office, **told) for office in offices], figures):
        sys.stdout.write(line + "\n")
