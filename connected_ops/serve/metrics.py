"""`/metrics`: read from the lab when asked, so counting costs nothing twice."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Metric, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from connected_ops.lab import Lab
from connected_ops.validation.rules import RULES, VERDICT_NAMES


class LabCollector(Collector):
    """A lab's figures in Prometheus' terms."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def collect(self) -> Iterator[Metric]:
        counts, loop = self._lab.intake.counts, self._lab.read_model.snapshot().loop
        samples = CounterMetricFamily("connected_ops_samples", "Samples taken, by verdict.", labels=["verdict"])
        for name, value in zip(VERDICT_NAMES, counts.totals.tolist(), strict=True):
            samples.add_metric([name], value)
        yield samples
        rules = CounterMetricFamily("connected_ops_rule_fired", "Validation rules that fired.", labels=["rule"])
        for rule, value in zip(RULES, counts.fired.sum(axis=0).tolist(), strict=True):
            if value:
                rules.add_metric([rule.id], value)
        yield rules
        yield CounterMetricFamily("connected_ops_bodies_refused", "Bodies without a readable sample.", counts.refused)
        units = GaugeMetricFamily("connected_ops_units", "Units, by freshness.", labels=["freshness"])
        for name in ("live", "late", "silent"):
            units.add_metric([name], getattr(loop, name))
        yield units
        bands = GaugeMetricFamily("connected_ops_units_by_band", "Units that are heard, by risk band.", labels=["band"])
        for name in ("low", "medium", "high"):
            bands.add_metric([name], getattr(loop, name))
        yield bands
        yield GaugeMetricFamily("connected_ops_assess_seconds", "Length of the last assessment.", self._lab.assess_s)
        yield GaugeMetricFamily("connected_ops_sequence", "Sequence of the snapshot.", self._lab.read_model.sequence)


class Metrics:
    """The text of `/metrics` for one lab, with the process's own figures."""

    def __init__(self, lab: Lab) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(LabCollector(lab))
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        self._closed = Counter(
            "connected_ops_live_connections_refused",
            "Live connections that were closed for what they sent.",
            labelnames=["why"],
            registry=self._registry,
        )

    def refused(self, why: str) -> None:
        """Count a live connection that was closed for what it sent; `why` is one of the guard's few words."""
        self._closed.labels(why).inc()

    def text(self) -> bytes:
        return generate_latest(self._registry)
