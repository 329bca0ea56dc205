"""Where units are heading: each against itself over days, and the time to its limit. Worked out when asked, and kept
until there is news."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from connected_ops.engine.pipeline import Pipeline
from connected_ops.machines import catalog
from connected_ops.machines.mode import INDICATORS
from connected_ops.machines.said import said
from connected_ops.machines.unit_class import CLASSES
from connected_ops.read_model import DriftView, Forecast, Span
from connected_ops.risk import forecast
from connected_ops.risk.failure_modes import MODES
from connected_ops.signals import indicators
from connected_ops.signals.against_itself import DRIFTS, WIDTH_S, Comparison, compare
from connected_ops.telemetry.units import UnitRegister

RAMP_SAMPLES = 600
RAMP_EVERY_S, HOURS_EVERY_S = 5.0, 60.0  # a ramp's forecast is good for so long
LEAST_HALF_MINUTES, HARDEST_PERCENT = 60, 98.0
MOST_HARDEST = 5.0
# The first of a mode's indicators that tells of a fast rise, and the first that tells of a drift.
_RISES = ("rising", "heating_coolant")
_TREND = {row.mode: indicators.KEYS.index(row.key) for row in reversed(INDICATORS) if row.row.kind in _RISES}
_OF_MODE = {MODES[row.mode].key: at for at, row in reversed(list(enumerate(DRIFTS)))}


@dataclass(frozen=True, slots=True)
class _Compared:
    """A unit's comparisons, one a drift, and the half hour they were made in."""

    bucket: int
    found: tuple[Comparison | None, ...]


class Outlook:
    """The comparisons and forecasts of one lab's units."""

    def __init__(self, pipeline: Pipeline, register: UnitRegister) -> None:
        self._pipeline = pipeline
        self._register = register
        self._generation = register.generation
        self._compared: dict[int, _Compared] = {}
        self._ramps: dict[tuple[int, int], tuple[float, Span | None]] = {}
        self._in_hours: dict[tuple[int, int], tuple[float, Span | None]] = {}

    def comparisons(self, unit: int) -> tuple[Comparison | None, ...]:
        """A unit against itself, one for each of DRIFTS; None where it has no days to compare."""
        self._forget_old_units()
        bucket = int(self._pipeline.itself.bucket[unit])
        kept = self._compared.get(unit)
        if kept is None or kept.bucket != bucket:
            half_minutes, half_hours = (tier.series(unit) for tier in self._pipeline.history.tiers)
            start, means = half_hours
            done = start + WIDTH_S <= self._pipeline.known.newest[unit]
            anchor = self._pipeline.itself.anchor
            found = (compare(start[done], means[done], row, anchor(unit, at)) for at, row in enumerate(DRIFTS))
            kept = _Compared(bucket, tuple(at_its_hardest(each, half_minutes[1]) for each in found))
            self._compared[unit] = kept
        return kept.found

    def to_limit(self, unit: int, mode: int) -> Span | None:
        """Seconds to the limit of a failure mode's signal (low, middle, high of 80 %), None where nothing warrants
        one."""
        row = MODES[mode]
        limit = self._limit(unit, row.signal)
        if limit is None:
            return None
        trend = _TREND.get(row.key)
        if trend is not None and self._pipeline.confirmation.indicator[unit, trend] > 0.0:
            return self._ramp(unit, mode, limit)
        found = self.comparisons(unit)[_OF_MODE[row.key]] if row.key in _OF_MODE else None
        days = None if found is None else forecast.drift(found, limit)
        return self._hours(unit, mode, limit) if days is None and trend is not None else days

    def drift_view(self, unit: int) -> DriftView | None:
        """The unit against itself over days, by the quantity that is furthest off; None without days of history."""
        found = [each for each in self.comparisons(unit) if each is not None]
        if not found:
            return None
        worst = max(found, key=lambda each: (each.measure - each.drift.start) / (each.drift.full - each.drift.start))
        shown = worst if worst.onset is not None else found[0]
        limit = self._limit(unit, catalog.KEYS[shown.drift.signal])
        path = forecast.path(shown, limit)
        return DriftView(
            key=shown.drift.key,
            label=shown.drift.heading,
            uom=shown.drift.uom,
            decimals=shown.drift.decimals,
            ts=shown.ts,
            above=shown.above,
            usual=shown.usual,
            margin=self.margin(unit, shown),
            level=shown.level,
            onset=shown.onset,
            sentence=sentence(shown),
            forecast=None if path is None else Forecast(*path),
        )

    def margin(self, unit: int, found: Comparison) -> float | None:
        """How far a unit's drift may grow until it reaches the limit at its hardest work; None without such a limit."""
        limit = self._limit(unit, catalog.KEYS[found.drift.signal])
        return None if limit is None or limit <= found.normal_hot else found.goal(limit)

    def _limit(self, unit: int, signal: str) -> float | None:
        """The warning of the unit's class, else its critical limit."""
        warn, critical = CLASSES[self._register.unit_class[unit]].limits(signal)
        return critical if warn is None else warn

    def _ramp(self, unit: int, mode: int, limit: float) -> Span | None:
        self._forget_old_units()
        newest = float(self._pipeline.known.newest[unit])
        kept = self._ramps.get((unit, mode))
        if kept is None or newest - kept[0] >= RAMP_EVERY_S:
            recent = self._pipeline.history.window.samples(unit, RAMP_SAMPLES)
            series = recent.believed[:, catalog.INDEX[MODES[mode].signal]]
            kept = newest, forecast.ramp(recent.ts, series, limit)
            self._ramps[unit, mode] = kept
        return kept[1]

    def _hours(self, unit: int, mode: int, limit: float) -> Span | None:
        self._forget_old_units()
        newest = float(self._pipeline.known.newest[unit])
        kept = self._in_hours.get((unit, mode))
        if kept is None or newest - kept[0] >= HOURS_EVERY_S:
            start, means = self._pipeline.history.tiers[0].series(unit)
            series = means[:, catalog.INDEX[MODES[mode].signal]].astype(np.float64)
            kept = newest, forecast.hours(start, series, limit)
            self._in_hours[unit, mode] = kept
        return kept[1]

    def _forget_old_units(self) -> None:
        """A place may have another unit now."""
        if self._generation != self._register.generation:
            self._generation = self._register.generation
            self._compared.clear()
            self._ramps.clear()
            self._in_hours.clear()


def at_its_hardest(found: Comparison | None, half_minutes: NDArray[np.floating]) -> Comparison | None:
    """A limit is crossed on a hill or at speed and not by the mean of half an hour. The hardest half minutes [m,
    signals] of the last four hours tell how far coolant's own hot normal reaches up, and by how much more a bearing
    shakes there than in the mean."""
    if found is None or found.drift.over is not None:
        return found
    hard = half_minutes[:, found.drift.signal]
    hard = hard[np.isfinite(hard)]
    if len(hard) < LEAST_HALF_MINUTES:
        return found
    hot = float(np.percentile(hard, HARDEST_PERCENT))
    if found.drift.relative:
        times = (hot - found.normal_hot) / max(found.level, found.drift.floor)
        return replace(found, hardest=min(max(times, 1.0), MOST_HARDEST))
    return replace(found, normal_hot=max(found.normal_hot, hot - found.level))


def sentence(found: Comparison) -> str:
    """What a comparison means, in words."""
    row, signal = found.drift, catalog.SIGNALS[found.drift.signal]
    if found.onset is None:
        usual = signal.difference(found.usual)
        same = "at the same load and weather"
        return said("It runs as it did before: within {usual} of its own normal {same}.", usual=usual, same=same)
    if row.relative:
        times = f"{1 + found.measure:.1f}× its own earlier self at the same load and speed"
        return f"{times}." if found.per_day is None else f"{times}, and growing."
    above = signal.difference(found.level) + f" above its own earlier self at the same {row.same}"
    if found.per_day is None:
        return above + "."
    return above + ", and growing " + signal.difference(found.per_day, signal.decimals + 1) + " a day."
