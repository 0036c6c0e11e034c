"""`python -m bench`: measures everything and writes bench/results.md; `python -m bench filling load` only those parts.

`python -m bench arrivals` measures nothing: it reckons on paper what an office needs.
"""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from bench import arrivals, batches, bulk, filling, latency, mixed, nodes, poison, register, soak
from bench.latency import Load
from bench.rivals import Absent, Carbone, ColdSoffice, Engine, Unoserver
from bench.service import PROJECT, LibreOfficeOnly, Service, own_pool
from gipdocs.service import open_service
from gipdocs.settings import Settings

RESULTS = Path(__file__).with_name("results.md")
LETTER, REPORT = "reply-granted", "annual-report"
PARTS = (
    "filling",
    "latency",
    "load",
    "kills",
    "poison",
    "long",
    "mixed",
    "start",
    "register",
    "batches",
    "bulk",
    "engine",
)
MIXED = 6
"""Kinds of documents in the run with poison."""


class Bench:
    """One run: the documents, the engines, and the lines of the report."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        own = open_service(Settings())
        self.names = [name for name in (LETTER, REPORT) if name in own.registry]
        self.payloads: dict[str, Any] = {name: own.sample(name) for name in self.names}
        self.files = {name: own.build(name, self.payloads[name]).content for name in self.names}
        self.cores = len(os.sched_getaffinity(0))
        self.notes = [] if REPORT in self.names else [f"{REPORT} is not declared: only the letter was measured."]
        self._engines: list[Engine] = []
        self._stack = ExitStack()

    def close(self) -> None:
        """End every engine that was started."""
        self._stack.close()

    def engines(self) -> list[Engine]:
        """All engines that this machine can run; why another is missing becomes a note."""
        if not self._engines:
            makers: list[Callable[[], Engine]] = [
                partial(ColdSoffice, self.folder, self.files),
                partial(Unoserver, self.folder, self.files, servers=self.cores),
                partial(Carbone, self.folder, self.files, factories=self.cores),
                partial(self._open, Service),
                partial(self._open, LibreOfficeOnly),
            ]
            for maker in makers:
                self._start(maker)
        return self._engines

    def own(self) -> Service:
        """gipdocs with LibreOffice alone, by itself or among the others: what is asked of its pool."""
        found = next((engine for engine in self._engines if isinstance(engine, LibreOfficeOnly)), None)
        return found or self._open(LibreOfficeOnly)

    def _open(self, kind: type[Service]) -> Service:
        service = kind(self.folder, self.payloads)
        self._stack.callback(service.close)
        service.wait()
        time.sleep(5)  # until the spare worker has started as well
        return service

    def _start(self, maker: Callable[[], Engine]) -> None:
        try:
            engine = maker()
        except Absent as absence:
            self.notes.append(f"{getattr(maker, 'func', maker).__name__} was not measured: {absence}.")
            return
        self._engines.append(engine)
        self._stack.callback(engine.close)


def heading(bench: Bench) -> Iterator[str]:
    """What was measured, where."""
    version = subprocess.run(["soffice", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    yield f"# Measured on {time.strftime('%Y-%m-%d')}"
    yield ""
    yield f"{version}, Python {platform.python_version()}, {bench.cores} cores. One run; engines take turns."
    yield ""


def filling_lines(bench: Bench) -> Iterator[str]:
    """DOCX alone."""
    yield "## Filling a DOCX: validate, check, fill, verify"
    yield ""
    yield filling.report()
    yield ""


def latency_lines(bench: Bench) -> Iterator[str]:
    """One client, engine beside engine."""
    engines = bench.engines()
    times = latency.one_client(engines, bench.names)
    yield "## One client, milliseconds for a PDF"
    yield ""
    yield "| engine | " + " | ".join(f"{name} p50 | p95 | gipdocs is faster by" for name in bench.names) + " |"
    yield "|---|" + "---|---|---|" * len(bench.names)
    for engine in engines:
        yield (
            f"| {engine.name} | " + " | ".join(_latency_cells(times, engine.name, name) for name in bench.names) + " |"
        )
    yield ""
    yield "gipdocs over HTTP includes filling the DOCX, checking it and comparing the PDF; the others only convert."
    yield "All make tagged PDF/A-2b with the same fonts, but for Carbone, whose PDF is plain."
    yield ""


def _latency_cells(times: Mapping[tuple[str, str], Sequence[float]], engine: str, document: str) -> str:
    ours = statistics.median(times[Service.name, document])
    own = times[engine, document]
    median = statistics.median(own)
    return f"{median:.0f} | {latency.percentile(own, 0.95):.0f} | {median / ours:.1f} ×"


def load_lines(bench: Bench) -> Iterator[str]:
    """Many clients, and memory after them."""
    engines = bench.engines()
    loads = latency.many_clients(engines, bench.names)
    for name in bench.names:
        yield f"## Many clients, {name}: documents a second, p50 / p95 in milliseconds"
        yield ""
        yield "| engine | " + " | ".join(f"{clients} clients" for clients in latency.CLIENTS) + " |"
        yield "|---|" + "---|" * len(latency.CLIENTS)
        for engine in engines:
            row = [load for load in loads if (load.engine, load.document) == (engine.name, name)]
            cells = " | ".join(f"{load.rate:.1f}/s, {load.p50:.0f} / {load.p95:.0f}" for load in row)
            yield f"| {engine.name} | {cells} |"
        yield ""
    yield from _verdicts([load for load in loads if load.document == LETTER], bench.cores)
    yield "| memory after that | MiB (PSS) |"
    yield "|---|---|"
    for name, mib in latency.memory(engines).items():
        yield f"| {name} | {mib:.0f} |"
    yield ""


def _verdicts(loads: Sequence[Load], cores: int) -> Iterator[str]:
    table = {(load.engine, load.clients): load for load in loads}
    ours, single = table[Service.name, 8], table[Service.name, 1]
    if (Unoserver.name, 8) in table:
        ratio = ours.rate / table[Unoserver.name, 8].rate
        yield f"Eight clients, {LETTER}: {ratio:.2f} × the throughput of unoserver."
    bound = 2.5 * single.p50 * 8 / cores
    yield f"Eight clients, {LETTER}: p95 {ours.p95:.0f} ms; 2.5 × own p50 × clients / cores = {bound:.0f} ms."
    yield ""


def kill_lines(bench: Bench) -> Iterator[str]:
    """Documents while workers are killed."""
    found = soak.kill_workers(bench.own(), LETTER)
    answers = ", ".join(f"{count} × {outcome}" for outcome, count in sorted(found.answers.items()))
    yield "## A random LibreOffice killed every two seconds"
    yield ""
    yield f"{soak.KILLED_JOBS} letters, {soak.KILL_CLIENTS} clients, {found.kills} kills: {answers}."
    yield f"Wrong files: {len(found.wrong)}. Orphaned processes: {found.orphans}. Files left: {len(found.files)}."
    yield f"Memory of the pool: {found.before_mib:.0f} MiB before, {found.after_mib:.0f} MiB after."
    yield ""


def poison_lines(bench: Bench) -> Iterator[str]:
    """Documents among which some make LibreOffice fail."""
    service = open_service(Settings())
    kinds = [name for name in service.registry if "pdf" in service.registry[name].document.formats]
    files = {
        name: service.build(name, service.sample(name)).content
        for name in [*bench.names, *kinds[:: len(kinds) // MIXED]]
    }
    with own_pool() as pool:
        clean, mixed = poison.compare(pool, files, soak.text_of)
        state = pool.state()
    answers = ", ".join(f"{count} × {outcome}" for outcome, count in sorted(mixed.answers.items()))
    yield f"## One document in {poison.EVERY} that LibreOffice fails at"
    yield ""
    yield f"{poison.ROUNDS} × {poison.JOBS} documents of {len(files)} kinds, {poison.CLIENTS} clients: {answers}."
    yield f"Right documents a second: {clean.rate:.1f} without, {mixed.rate:.1f} with ({mixed.rate / clean.rate:.0%})."
    yield f"Workers replaced: {state['restarts'] or 'none'}. Given up: {state['failures']}."
    yield ""


def long_lines(bench: Bench) -> Iterator[str]:
    """A thousand documents."""
    early, late = soak.long_run(bench.own(), LETTER)
    yield "## A thousand letters in a row"
    yield ""
    yield f"Memory of the pool (PSS): {early:.0f} MiB after {soak.SETTLED_JOBS}, {late:.0f} MiB after {soak.LONG_JOBS}"
    yield f"({(late / early - 1) * 100:+.0f} %)."
    yield ""


def mixed_lines(bench: Bench) -> Iterator[str]:
    """Requests of every kind."""
    own = open_service(Settings())
    answers, levels = mixed.run(bench.own(), {name: own.sample(name) for name in own.registry})
    told = ", ".join(f"{count} × {status}" for status, count in sorted(answers.items()))
    half = [level.server_mib for level in levels[len(levels) // 2 :]]
    yield "## Requests of every kind"
    yield ""
    yield f"{mixed.REQUESTS} requests over all documents, {mixed.CLIENTS} clients: {told}."
    yield f"Memory of the server over the last half: {max(half) / min(half) - 1:.0%} between least and most."
    yield ""
    yield "| after | server, MiB | pool, MiB | descriptors | threads | files |"
    yield "|---|---|---|---|---|---|"
    for one in levels:
        yield (
            f"| {one.requests} | {one.server_mib:.0f} | {one.pool_mib:.0f} "
            f"| {one.descriptors} | {one.threads} | {one.files} |"
        )
    yield ""


def start_lines(bench: Bench) -> Iterator[str]:
    """From nothing to the first PDF, with the program compiled as `make setup` leaves it."""
    for folder in ("gipdocs", "plugins"):
        compileall.compile_dir(PROJECT / folder, quiet=1)
    payload = soak.as_json(bench.payloads[LETTER])
    found = {
        kind: [soak.first_and_later_start(kind, bench.payloads, LETTER) for _ in range(3)]
        for kind in (Service, LibreOfficeOnly)
    }
    line = min(soak.start_command_line(payload, LETTER) for _ in range(3))
    yield "## From a cold start to the first PDF"
    yield ""
    yield "| | the very first start | a later one | MiB (PSS of all processes) |"
    yield "|---|---|---|---|"
    for kind, starts in found.items():
        first, later = map(min, zip(*starts, strict=True))
        yield f"| {kind.name} | {_start(first)} | {_start(later)} | {later.mib:.0f} after {soak.STARTED_JOBS} letters |"
    yield ""
    yield "The first PDF is made while everything else is loaded and, at the very first start, checked (docs/operations.md)."
    yield f"`gipdocs build`: {line:.1f} s. (Best of three, no process of the service and no converter running.)"
    yield ""


def _start(start: soak.Start) -> str:
    return f"{start.seconds:.2f} s ({start.processor_seconds:.2f} s of all processors)"


def register_lines(bench: Bench) -> Iterator[str]:
    """Ten thousand cases on each database."""
    times: dict[str, dict[str, register.Timing]] = {}
    try:
        with register.databases(bench.folder) as urls:
            for engine, url in urls.items():
                times[engine] = {one.what: one for one in register.measure(url)}
    except Absent as absence:
        bench.notes.append(f"The register was not measured: {absence}.")
        return
    found = list(times.values())
    yield f"## The register: {register.CASES} cases with {register.EVENTS} events, milliseconds at the server"
    yield ""
    yield f"| what | {' | '.join(times)} | allowed |"
    yield "|---|" + "---|" * len(times) + "---|"
    for what, one in found[0].items():
        cells = " | ".join(f"{timings[what].ms:.0f}" for timings in found)
        yield f"| {what} | {cells} | {one.limit_ms or ''} |"
    over = [what for timings in found for what, one in timings.items() if one.limit_ms and one.ms > one.limit_ms]
    yield ""
    yield f"Over what is allowed: {', '.join(over) or 'nothing'}. Settling moves the days of every case."
    yield ""


def batch_lines(bench: Bench) -> Iterator[str]:
    """A batch alone, and a person beside one."""
    yield "## Batches"
    yield ""
    for kind in (Service, LibreOfficeOnly):
        yield f"### {kind.name}"
        yield ""
        yield from batches.report(
            batches.measure(kind, bench.folder, LETTER, bench.payloads[LETTER], bench.files[LETTER])
        )


def bulk_lines(bench: Bench) -> Iterator[str]:
    """Thousands of letters by the pages of the desk."""
    yield f"## {bulk.LETTERS} letters from a table"
    yield ""
    yield from bulk.report(bulk.measure(bench.folder, LETTER, bench.payloads[LETTER]))


def engine_lines(bench: Bench) -> Iterator[str]:
    """Nodes behind a broker beside the own pool, all on this machine."""
    try:
        ways = nodes.measure(bench.files[LETTER])
    except Absent as absence:
        bench.notes.append(f"The engine was not measured: {absence}.")
        return
    yield f"## Nodes behind a broker, {LETTER}, all on this machine"
    yield ""
    yield f"| way | one client, ms p50 / p95 | {nodes.CLIENTS} clients | one client beside {nodes.BATCH} batch letters, ms p50 / p95 |"
    yield "|---|---|---|---|"
    for way in ways:
        yield f"| {way.name} | {_spread(way.alone)} | {way.rate:.1f}/s | {_spread(way.beside)} |"
    yield ""


def _spread(times: Sequence[float]) -> str:
    return f"{statistics.median(times):.1f} / {latency.percentile(times, 0.95):.1f}" if times else ""


LINES: dict[str, Callable[[Bench], Iterator[str]]] = {
    "filling": filling_lines,
    "latency": latency_lines,
    "load": load_lines,
    "kills": kill_lines,
    "poison": poison_lines,
    "long": long_lines,
    "mixed": mixed_lines,
    "start": start_lines,
    "register": register_lines,
    "batches": batch_lines,
    "bulk": bulk_lines,
    "engine": engine_lines,
}


def main() -> None:
    """Measure, show each part as soon as it is known, and write the file when all parts were asked for."""
    if sys.argv[1:2] == ["arrivals"]:
        arrivals.main(sys.argv[2:])
        return
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], metavar="|".join(PARTS))
    parts = parser.parse_args().parts or list(PARTS)
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder))
        try:
            for part in (heading, *(LINES[part] for part in parts)):
                for line in part(bench):
                    lines.append(line)
                    sys.stdout.write(line + "\n")
                    sys.stdout.flush()
        finally:
            bench.close()
    for note in bench.notes:
        sys.stdout.write(note + "\n")
    if parts == list(PARTS):
        RESULTS.write_text("\n".join([*lines, *bench.notes]).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
