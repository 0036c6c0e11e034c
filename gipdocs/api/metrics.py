"""The metrics of the service and of its converter for Prometheus; they contain nothing about persons or documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from hashlib import sha256
from itertools import accumulate
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from gipdocs import __version__
from gipdocs.law import Office
from gipdocs.pdf.converter import Health
from gipdocs.service import ZONE

MIB = 1 << 20
GAUGES = {
    "workers": ("workers", 1, "LibreOffice processes that are ready"),
    "jobs_working": ("working", 1, "documents being converted"),
    "jobs_queued": ("queue", 1, "documents waiting for a worker"),
    "memory_bytes": ("memory_mib", MIB, "memory of all workers"),
}
COUNTERS = {
    "answers": ("outcome", "documents answered"),
    "failures": ("reason", "documents given up"),
    "restarts": ("reason", "workers replaced"),
}
HISTOGRAMS = {"waiting_seconds": "time in the queue", "working_seconds": "time of conversion"}


class ServiceCollector(Collector):
    """The versions with which documents are made, and how far the working-day calendar goes."""

    def __init__(self, office: Office) -> None:
        self.office = office

    def collect(self) -> Iterator[Metric]:
        """Build information and the calendar's last day."""
        rules = "\n".join(f"{name} {version}" for name, version in sorted(self.office.law.versions.items()))
        versions = {
            "version": __version__,
            "law": sha256(rules.encode()).hexdigest()[:12],
            "profile": self.office.profile.version,
        }
        build = GaugeMetricFamily("gipdocs_build_info", "versions of program, law and profile", labels=list(versions))
        build.add_metric(list(versions.values()), 1)
        yield build
        last = datetime.combine(self.office.law.calendar.ends_on, time(), ZONE)
        yield GaugeMetricFamily(
            "gipdocs_calendar_last_day_timestamp_seconds",
            "beginning of the last day that the working-day calendar knows",
            last.timestamp(),
        )


class ConverterCollector(Collector):
    """Turns the converter's health into metric families."""

    def __init__(self, health: Health) -> None:
        self.health = health

    def collect(self) -> Iterator[Metric]:
        """Gauges, counters and histograms of the converter."""
        for name, help, ready in (
            ("typesetter", "whether proved layouts are drawn without LibreOffice", self.health.direct),
            ("converter", "whether LibreOffice can convert documents", self.health.ready),
        ):
            yield GaugeMetricFamily(f"gipdocs_{name}_ready", help, float(ready))
        for name, (source, unit, help) in GAUGES.items():
            yield GaugeMetricFamily(f"gipdocs_converter_{name}", help, getattr(self.health, source) * unit)
        if self.health.engine:
            yield from _engine(self.health.engine)
        for name, (label, help) in COUNTERS.items():
            family = CounterMetricFamily(f"gipdocs_converter_{name}", help, labels=[label])
            for value, count in self.health.measures.get(name, {}).items():
                family.add_metric([value], count)
            yield family
        for name, help in HISTOGRAMS.items():
            if data := self.health.measures.get(name):
                yield _histogram(f"gipdocs_converter_{name}", help, data)


def _engine(engine: Mapping[str, Any]) -> Iterator[Metric]:
    """Gauges of the engine by which other machines convert."""
    yield GaugeMetricFamily("gipdocs_engine_up", "whether converter nodes can be reached", float(not engine["away"]))
    queued = GaugeMetricFamily("gipdocs_engine_jobs_queued", "documents waiting for a node", labels=["queue"])
    for queue, length in engine["queues"].items():
        queued.add_metric([queue], length)
    yield queued
    nodes = GaugeMetricFamily("gipdocs_engine_nodes", "converter nodes", labels=["state"])
    states = ["refused" if not node["alike"] else "ready" if node["ready"] else "unready" for node in engine["nodes"]]
    for state in ("ready", "unready", "refused"):
        nodes.add_metric([state], states.count(state))
    yield nodes


def _histogram(name: str, help: str, data: Mapping[str, Any]) -> HistogramMetricFamily:
    bounds = [*(str(bound) for bound in data["bounds"]), "+Inf"]
    buckets = list(zip(bounds, accumulate(data["counts"]), strict=True))
    return HistogramMetricFamily(name, help, buckets=buckets, sum_value=data["sum"])
