"""Counts what a service answers, over all its processes: requests by route and status, their seconds, PDFs, failed conversions."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import suppress
from itertools import accumulate
from pathlib import Path

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from gipdocs.notes import read_stat
from gipdocs.tallies import Key, Tallies
from gipdocs.tracing import Trace, name_method

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds; a page takes some milliseconds, a letter as PDF about fifty, a full queue ten seconds."""
LABELS = [*map(str, BOUNDS), "+Inf"]
REQUESTS, SECONDS, FAILURES, PDFS, LEFT = "requests", "seconds", "failures", "pdfs", "left"
COUNTERS = {
    REQUESTS: ("http_requests", "requests answered", ["route", "method", "status"]),
    FAILURES: ("conversions_failed", "documents answered without their PDF, by reason", ["reason"]),
    PDFS: ("pdfs", "PDFs drawn, by typesetter", ["typesetter"]),
    LEFT: ("typesetter_failures", "PDFs that LibreOffice drew because the typesetter could not, by reason", ["reason"]),
}
PAGE = os.sysconf("SC_PAGE_SIZE")


class Traffic(Collector):
    """The counts as Prometheus reads them. `master` is the process whose workers serve, None if there is but this one."""

    def __init__(self) -> None:
        self.tallies = Tallies()
        self.master: int | None = None

    def count(self, trace: Trace, method: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        bucket = LABELS[bisect_left(BOUNDS, seconds)]
        amounts: dict[Key, float] = {
            (REQUESTS, trace.route, name_method(method), str(status)): 1,
            (SECONDS, trace.route, bucket): 1,
            (SECONDS, trace.route, "sum"): seconds,
        }
        if trace.failure:
            amounts[FAILURES, trace.failure] = 1
        if trace.typesetter:
            amounts[PDFS, trace.typesetter] = 1
        if trace.typesetter_failure:
            amounts[LEFT, trace.typesetter_failure] = 1
        self.tallies.add(amounts)

    def collect(self) -> Iterator[Metric]:
        """Requests, durations, PDFs, failed conversions, and the memory of each process."""
        counts = self.tallies.read()
        counters = {
            name: CounterMetricFamily(f"gipdocs_{called}", help, labels=labels)
            for name, (called, help, labels) in COUNTERS.items()
        }
        for (name, *values), count in sorted(counts.items()):
            if name in counters:
                counters[name].add_metric(values, count)
        yield from (*counters.values(), _durations(counts), self._memory())

    def _memory(self) -> Metric:
        memory = GaugeMetricFamily(
            "gipdocs_process_resident_memory_bytes", "resident memory of a process of the service", labels=["process"]
        )
        for name, pid in self._processes():
            with suppress(OSError):
                pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
                memory.add_metric([name], int(pages) * PAGE)
        return memory

    def _processes(self) -> list[tuple[str, int]]:
        """The master and its workers, the oldest first; their numbers are labels, so that a new process makes no new one."""
        if self.master is None:
            return [("master", os.getpid())]
        workers = sorted(_children(self.master), key=lambda pid: read_stat(pid).get("started", 0))
        return [("master", self.master), *((f"worker-{number}", pid) for number, pid in enumerate(workers, 1))]


def _durations(counts: dict[Key, float]) -> Metric:
    family = HistogramMetricFamily("gipdocs_http_request_duration_seconds", "time to make an answer", labels=["route"])
    for route in sorted({key[1] for key in counts if key[0] == SECONDS}):
        numbers = accumulate(counts.get((SECONDS, route, label), 0.0) for label in LABELS)
        total = counts.get((SECONDS, route, "sum"), 0.0)
        family.add_metric([route], buckets=list(zip(LABELS, numbers, strict=True)), sum_value=total)
    return family


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
