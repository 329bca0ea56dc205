"""The sentence in code, once: `take` advances every unit's state in event time, `assess` is a pure reading of it.

The k-th row of every unit in a block is one vectorised step, so 12 units or 10,000 run the same code and wake-ups,
batch sizes and sample spacing change nothing.
"""

from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from connected_ops.history.history import History, Rows
from connected_ops.insight.episode import MACHINE, Seen, finite
from connected_ops.insight.episodes import Episodes
from connected_ops.insight.fixed_limits import FixedLimits
from connected_ops.insight.leading import leading
from connected_ops.risk import scoring
from connected_ops.risk.failure_modes import COOLING, VIBRATION
from connected_ops.risk.readings import Readings
from connected_ops.risk.reasons import Figures
from connected_ops.risk.scoring import Confirmation
from connected_ops.risk.speaking import Speaking
from connected_ops.signals import against_itself, baseline, indicators
from connected_ops.signals.against_itself import AgainstItself
from connected_ops.signals.baseline import QUANTITIES, Baselines
from connected_ops.signals.regime import OFF, WARMING_UP, Regimes
from connected_ops.signals.trend import Trend
from connected_ops.signals.warmth import Warmth
from connected_ops.telemetry import catalog
from connected_ops.telemetry.unit_class import CLASSES
from connected_ops.validation.rules import DUPLICATE, REJECTED, SAMPLE_BIT
from connected_ops.validation.validator import FUTURE_S, Validator, verdicts

TEACHES_BELOW = 0.3  # a mode's evidence from which its quantities stop teaching
SETTLED = 1.5  # °F/min of coolant: a warm-up or a cool-down is no normal
LATE_KEPT = 8192
COMPARED_AT_ONCE = 4  # units a step: a comparison takes 2 ms, and a whole fleet's half hour ends at once
HEARD_S = 60.0  # of the time between two samples, what counts as heard
MIN_INTERVAL_S = 0.5  # the slices of one body are one arrival


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of n samples, in the order given: `verdict` [n] and `fired` [n] bits of rules."""

    verdict: NDArray[np.uint8]
    fired: NDArray[np.uint64]


class Pipeline:
    """The state of a fleet of at most `units` units, and the one way to advance it; its episodes' ids begin with
    `episodes`."""

    def __init__(self, units: int, window: int = 600, episodes: str = "e") -> None:
        self.history = History(units, window)
        self.validator = Validator(units)
        self.baselines = Baselines(units)
        self.coolant_trend = Trend(units)
        self.regimes = Regimes(units)
        self.warmth = Warmth(units)
        self.itself = AgainstItself(units)
        self.confirmation = Confirmation(units)
        self.speaking = Speaking(units)
        self.readings = Readings(units)
        self.episodes = Episodes(units, episodes)
        self.fixed_limits = FixedLimits(units)
        self.values = np.full((units, catalog.COUNT), np.nan)
        self.known = np.full((units, catalog.COUNT), np.nan)
        self.slope = np.zeros(units)
        self.regime = np.full(units, OFF, dtype=np.int8)
        self.interval = np.full(units, np.nan)
        self.arrived = np.full(units, -np.inf)
        self.heard = np.zeros(units)
        self._outside: dict[int, dict[float, None]] = {}

    def clear(self, unit: int) -> None:
        """Forget a unit entirely."""
        for room in (
            self.history, self.validator, self.baselines, self.coolant_trend, self.regimes, self.warmth, self.itself,
            self.confirmation, self.speaking, self.readings, self.episodes, self.fixed_limits,
        ):  # fmt: skip
            room.clear(unit)
        self.values[unit] = self.known[unit] = np.nan
        self.slope[unit] = 0.0
        self.regime[unit] = OFF
        self.interval[unit] = np.nan
        self.arrived[unit] = -np.inf
        self.heard[unit] = 0.0
        self._outside.pop(unit, None)

    def take(
        self,
        unit: NDArray[np.int64],
        unit_class: NDArray[np.int8],
        ts: NDArray[np.float64],
        values: NDArray[np.float64],
        now: float,
    ) -> Taken:
        """Take n samples: `unit` [n] places, `unit_class` [n], `ts` [n] Unix seconds, `values` [n, signals] with NaN
        for
        absent, `now` the time of arrival. Rows may come in any order."""
        order = np.lexsort((ts, unit))
        unit, unit_class, ts, values = unit[order], unit_class[order], ts[order], values[order]
        n = len(unit)
        first = np.empty(n, dtype=bool)
        first[:1] = True
        first[1:] = unit[1:] != unit[:-1]
        newest = self.validator.newest[unit]
        repeat = ~first
        repeat[1:] &= (ts[1:] == ts[:-1]) & (ts[1:] <= now + FUTURE_S)
        if self._outside:
            repeat |= [
                when in self._outside.get(place, ()) for place, when in zip(unit.tolist(), ts.tolist(), strict=True)
            ]
        late = (ts <= newest) & ~repeat
        ordinary = ~(late | repeat)
        verdict = np.full(n, DUPLICATE, dtype=np.uint8)
        fired = np.full(n, SAMPLE_BIT["duplicate"], dtype=np.uint64)
        for rows in _steps(np.flatnonzero(ordinary), unit):
            verdict[rows], fired[rows] = self._step(unit[rows], unit_class[rows], ts[rows], values[rows], now)
        for row in np.flatnonzero(late):
            verdict[row], fired[row] = self._take_late(int(unit[row]), float(ts[row]), values[row])
        kept = ordinary & (verdict != REJECTED)
        if kept.any():
            self.history.append(Rows(unit[kept], ts[kept], values[kept], verdict[kept], fired[kept]))
        self._arrivals(unit[first], now)
        back = np.empty(n, dtype=np.int64)
        back[order] = np.arange(n)
        return Taken(verdict[back], fired[back])

    def _step(self, unit, unit_class, ts, x, now) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
        """At most one sample a unit, newer than all before: validation, signals, risk."""
        dt = ts - self.validator.newest[unit]
        judged = self.validator.judge(unit, ts, x, now)
        verdict, fired = judged.verdict, judged.fired
        self.episodes.take_sensors(unit, ts, x, fired)
        kept = verdict != REJECTED
        if not kept.all():
            self._remember_rejected(unit[~kept], ts[~kept], fired[~kept])
            if not kept.any():
                return verdict, fired
            unit, unit_class, ts, x, dt = unit[kept], unit_class[kept], ts[kept], x[kept], dt[kept]
        trusted = np.where(judged.trusted[kept] & ~self.episodes.doubted[unit], x, np.nan)
        dt = np.where(np.isfinite(dt), dt, 0.0)
        self.heard[unit] += np.minimum(dt, HEARD_S)
        doing = self.regimes.update(unit, dt, trusted, unit_class)
        cold, warming = self.warmth.update(unit, dt, trusted[:, catalog.COOLANT], doing, unit_class)
        doing[warming] = WARMING_UP
        slope = self.coolant_trend.update(unit, ts, trusted[:, catalog.COOLANT])
        q = indicators.quantities(trusted)
        normal = self.baselines.normal(unit, unit_class, doing)
        drift = self._against_itself(unit, ts)
        reading = indicators.Reading(trusted, q, unit_class, normal, slope, doing, drift, cold)
        found = indicators.evidence(reading)
        evidence = self.confirmation.update(unit, dt, found)
        self.speaking.update(unit, ts, self.confirmation.indicator[unit])
        teaches = np.empty(q.shape, dtype=bool)
        running = judged.teaches[kept] & (doing < OFF)
        cool = running & (evidence[:, COOLING] < TEACHES_BELOW)
        teaches[:, baseline.COOLANT] = cool & ~warming & (np.abs(slope) < SETTLED)
        teaches[:, baseline.VIBRATION] = running & (evidence[:, VIBRATION] < TEACHES_BELOW)
        teaches[:, baseline.INTAKE_RISE] = teaches[:, baseline.INTAKE] = cool
        self.baselines.learn(unit, unit_class, doing, q, dt, teaches, normal)
        known = np.where(np.isfinite(trusted), trusted, self.known[unit])
        self.values[unit] = trusted
        self.known[unit] = known
        self.slope[unit] = slope
        self.regime[unit] = doing
        self.fixed_limits.take(unit, x)
        p = scoring.probability(evidence, self.confirmation.confirmed[unit])
        doings = np.stack([doing.astype(np.float64), slope, known[:, catalog.HOURS]], axis=1)
        self.readings.add(unit, ts, now, doings, found, p, normal)

        def seen(row: int, channel: int) -> Seen:
            quoted = figures(
                int(unit_class[row]), known[row], normal.mean[row], normal.learned[row], float(slope[row]), drift[row],
                self.itself.onset[unit[row]],
            )  # fmt: skip
            return self._seen(int(unit[row]), channel, quoted)

        self.episodes.take(unit, ts, p[:, :MACHINE], seen)
        return verdict, fired

    def _against_itself(self, unit: NDArray[np.int64], ts: NDArray[np.float64]) -> NDArray[np.float64]:
        """[n, drifts] levels of units against themselves; a few whose half hour has passed are compared anew."""
        stale = self.itself.stale(unit, ts)
        if stale.any():
            half_hours = self.history.tiers[-1]
            for row in np.flatnonzero(stale)[:COMPARED_AT_ONCE].tolist():
                place = int(unit[row])
                self.itself.update(place, float(ts[row]), *half_hours.series(place))
        return self.itself.level[unit]

    def _seen(self, unit: int, channel: int, quoted: Figures) -> Seen:
        """What an episode of a unit remembers of its newest sample."""
        evidence = tuple(self.confirmation.indicator[unit].tolist())
        key = leading(channel, evidence)[0].indicator
        since = said_at = None
        if key in against_itself.KEYS:
            at = against_itself.KEYS.index(key)
            since, said_at = (finite(float(each[unit, at])) for each in (self.itself.onset, self.itself.said_at))
        return Seen(tuple(self.known[unit].tolist()), evidence, quoted, since, said_at)

    def _take_late(self, unit: int, ts: float, x: NDArray[np.float64]) -> tuple[int, int]:
        """A sample no newer than the unit's newest: a duplicate, or kept where memory still covers its time."""
        if self.history.holds(unit, ts):
            return DUPLICATE, int(SAMPLE_BIT["duplicate"])
        bits = self.validator.judge_late(x[None])
        verdict, fired = int(verdicts(bits)[0]), int(bits[0])
        newest = float(self.validator.newest[unit])
        if verdict == REJECTED or not self.history.insert(unit, ts, x, verdict, fired, newest):
            self._remember_outside(unit, ts)
        return verdict, fired

    def _remember_rejected(self, unit, ts, fired) -> None:
        """A rejected sample sent again is a duplicate, except one from the future: later it may be right."""
        for place, when, bits in zip(unit.tolist(), ts.tolist(), fired.tolist(), strict=True):
            if not bits & int(SAMPLE_BIT["future"]):
                self._remember_outside(place, when)

    def _remember_outside(self, unit: int, ts: float) -> None:
        seen = self._outside.setdefault(unit, {})
        seen[ts] = None
        if len(seen) > LATE_KEPT:
            del seen[next(iter(seen))]

    def _arrivals(self, units: NDArray[np.int64], now: float) -> None:
        """How often each unit is heard, for its freshness; by arrival, on this server's clock."""
        gap = now - self.arrived[units]
        usual = self.interval[units]
        with np.errstate(invalid="ignore"):
            learned = np.where(np.isfinite(usual), usual + 0.2 * (np.minimum(gap, 600.0) - usual), gap)
        self.interval[units] = np.where(np.isfinite(gap) & (gap >= MIN_INTERVAL_S), learned, usual)
        self.arrived[units] = now


def figures(
    unit_class: int,
    known: NDArray[np.float64],
    normal: NDArray[np.float64],
    learned: NDArray[np.bool_],
    slope: float,
    drift: NDArray[np.float64],
    onset: NDArray[np.float64],
) -> Figures:
    """What sentences may quote of one unit: `known` [signals] newest trusted values, `normal` and `learned`
    [quantities], `slope` of coolant in °F/min, `drift` and `onset` [drifts] of the unit against itself."""
    quantities = [quantity.key for quantity in QUANTITIES]
    return Figures(
        unit_class=CLASSES[unit_class],
        values=_present(catalog.KEYS, known),
        normals=dict(zip(quantities, normal.tolist(), strict=True)),
        learned=dict(zip(quantities, learned.tolist(), strict=True)),
        slope=slope,
        drift=_present(against_itself.KEYS, drift),
        since=_present(against_itself.KEYS, onset),
    )


def _present(keys: tuple[str, ...], values: NDArray[np.float64]) -> dict[str, float]:
    return {key: value for key, value in zip(keys, values.tolist(), strict=True) if isfinite(value)}


def _steps(rows: NDArray[np.int64], unit: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """The rows (sorted by unit) as steps: step k holds the k-th row of every unit."""
    if not len(rows):
        return []
    whose = unit[rows]
    new = np.empty(len(rows), dtype=bool)
    new[0] = True
    new[1:] = whose[1:] != whose[:-1]
    if new.all():
        return [rows]
    starts = np.flatnonzero(new)
    counts = np.diff(starts, append=len(rows))
    rank = np.arange(len(rows)) - np.repeat(starts, counts)
    by_rank = np.argsort(rank, kind="stable")
    return np.split(rows[by_rank], np.cumsum(np.bincount(rank))[:-1])
