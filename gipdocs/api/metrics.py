"""The converter's metrics for Prometheus; they contain nothing about persons or documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from gipdocs.pdf.converter import Health

GAUGES = {
    "workers": "LibreOffice processes that are ready",
    "working": "documents being converted",
    "queue": "documents waiting for a worker",
    "memory_mib": "memory of all workers in MiB",
}
COUNTERS = {
    "answers": ("outcome", "documents answered"),
    "failures": ("reason", "documents given up"),
    "restarts": ("reason", "workers replaced"),
}
HISTOGRAMS = {"waiting_seconds": "time in the queue", "working_seconds": "time of conversion"}


class ConverterCollector(Collector):
    """Turns the converter's health into metric families."""

    def __init__(self, health: Health) -> None:
        self.health = health

    def collect(self) -> Iterator[Metric]:
        """Gauges, counters and histograms of the converter."""
        yield GaugeMetricFamily(
            "gipdocs_converter_ready", "whether documents can be converted", float(self.health.ready)
        )
        for name, help in GAUGES.items():
            yield GaugeMetricFamily(f"gipdocs_converter_{name}", help, getattr(self.health, name))
        for name, (label, help) in COUNTERS.items():
            family = CounterMetricFamily(f"gipdocs_converter_{name}", help, labels=[label])
            for value, count in self.health.measures.get(name, {}).items():
                family.add_metric([value], count)
            yield family
        for name, help in HISTOGRAMS.items():
            if data := self.health.measures.get(name):
                yield _histogram(f"gipdocs_converter_{name}", help, data)


def _histogram(name: str, help: str, data: Mapping[str, Any]) -> HistogramMetricFamily:
    bounds = [*(str(bound) for bound in data["bounds"]), "+Inf"]
    buckets = list(zip(bounds, accumulate(data["counts"]), strict=True))
    return HistogramMetricFamily(name, help, buckets=buckets, sum_value=data["sum"])
