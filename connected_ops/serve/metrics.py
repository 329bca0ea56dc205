"""`/metrics`: read from the labs when asked, so counting costs nothing twice."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Metric, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from connected_ops.labs import Labs
from connected_ops.validation.rules import RULES, VERDICT_NAMES


class LabsCollector(Collector):
    """The labs' figures in Prometheus' terms."""

    def __init__(self, labs: Labs) -> None:
        self._labs = labs

    def collect(self) -> Iterator[Metric]:
        loop = self._labs.read_model.snapshot().loop
        samples = CounterMetricFamily("connected_ops_samples", "Samples taken, by verdict.", labels=["verdict"])
        for name, value in zip(VERDICT_NAMES, self._labs.totals.tolist(), strict=True):
            samples.add_metric([name], value)
        yield samples
        rules = CounterMetricFamily("connected_ops_rule_fired", "Validation rules that fired.", labels=["rule"])
        for rule, value in zip(RULES, self._labs.fired.tolist(), strict=True):
            if value:
                rules.add_metric([rule.id], value)
        yield rules
        refused = sum(lab.intake.counts.refused for lab in self._labs.both)
        yield CounterMetricFamily("connected_ops_bodies_refused", "Bodies without a readable sample.", refused)
        turned_away = sum(lab.intake.counts.turned_away for lab in self._labs.both)
        why = "Bodies for which there was no room for a moment."
        yield CounterMetricFamily("connected_ops_bodies_turned_away", why, turned_away)
        units = GaugeMetricFamily("connected_ops_units", "Units, by freshness.", labels=["freshness"])
        for name in ("live", "late", "silent"):
            units.add_metric([name], getattr(loop, name))
        yield units
        bands = GaugeMetricFamily("connected_ops_units_by_band", "Units that are heard, by risk band.", labels=["band"])
        for name in ("low", "medium", "high"):
            bands.add_metric([name], getattr(loop, name))
        yield bands
        yield GaugeMetricFamily("connected_ops_assess_seconds", "Length of the last assessment.", self._labs.assess_s)
        yield GaugeMetricFamily("connected_ops_sequence", "Sequence of the snapshot.", self._labs.read_model.sequence)


class Metrics:
    """The text of `/metrics` for a server's labs, with the process's own figures."""

    def __init__(self, labs: Labs) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(LabsCollector(labs))
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
