"""The sentence in code, once: `take` advances every unit's state in event time, `assess` is a pure reading of it.

The k-th row of every unit in a block is one vectorised step, so 12 units or 10,000 run the same code and wake-ups,
batch sizes and sample spacing change nothing.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from connected_ops.engine import backlog
from connected_ops.engine.backlog import Backlog
from connected_ops.engine.clocks import Clocks
from connected_ops.engine.figures import figures
from connected_ops.engine.latecomers import Late, Latecomers
from connected_ops.engine.present import Present
from connected_ops.engine.steps import steps
from connected_ops.history.history import History, Rows
from connected_ops.insight.episode import MACHINE, Seen, finite
from connected_ops.insight.episodes import Episodes
from connected_ops.insight.fixed_limits import FixedLimits
from connected_ops.insight.leading import leading
from connected_ops.insight.sensors import SENSOR_MODE
from connected_ops.machines import catalog
from connected_ops.machines.masks import every, some
from connected_ops.risk import scoring
from connected_ops.risk.readings import Readings
from connected_ops.risk.reasons import Figures
from connected_ops.risk.scoring import Confirmation
from connected_ops.risk.speaking import Speaking
from connected_ops.signals import against_itself, baseline, indicators
from connected_ops.signals.against_itself import AgainstItself
from connected_ops.signals.baseline import Baselines
from connected_ops.signals.envelope import Envelopes
from connected_ops.signals.kinds import Reading
from connected_ops.signals.regime import OFF, WARMING_UP, Regimes
from connected_ops.signals.trend import COLUMNS, RISING, Trend
from connected_ops.signals.warmth import Warmth
from connected_ops.validation.known import Known
from connected_ops.validation.rules import BIT, DUPLICATE, FUTURE_S, NEEDS_REVIEW, REJECTED, WHOLE, WIDTH, Fired
from connected_ops.validation.running import RUNS_RPM
from connected_ops.validation.validator import Judged, judge

TEACHES_BELOW = 0.3  # a mode's evidence from which its quantities stop teaching
SETTLED = 1.5  # °F/min of coolant: a warm-up or a cool-down is no normal
IN_ORDER_S = 60.0  # behind its unit's clock, what is newer than its own signal's newest is no backlog
COMPARED_AT_ONCE = 4  # units a step: a comparison takes 2 ms, and a whole fleet's half hour ends at once
HEARD_S = 60.0  # of the time between two samples, what counts as heard
MIN_INTERVAL_S = 0.5  # the slices of one body are one arrival
READIED = 256  # places at once: of a room for 10,000 units, what no unit has touched takes no memory


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of n samples, in the order given: `verdict` [n] and `fired` [n, signals + 1] bits of rules."""

    verdict: NDArray[np.uint8]
    fired: Fired


class Pipeline:
    """The state of a fleet of at most `units` units, and the one way to advance it; its episodes' ids begin with
    `episodes`."""

    def __init__(self, units: int, window: int = 600, episodes: str = "e", *, judges_late: bool = True) -> None:
        self.history = History(units, window)
        self.known = Known(units)
        self.present = Present(units)
        self.baselines = Baselines(units)
        self.envelopes = Envelopes(units)
        self.trend = Trend(units)
        self.regimes = Regimes(units)
        self.warmth = Warmth(units)
        self.itself = AgainstItself(units)
        self.confirmation = Confirmation(units)
        self.speaking = Speaking(units)
        self.readings = Readings(units)
        self.episodes = Episodes(units, episodes)
        self.fixed_limits = FixedLimits(units)
        self.slope = np.zeros((units, len(RISING)))
        self.regime = np.full(units, OFF, dtype=np.int8)
        self.interval = np.full(units, np.nan)
        self.arrived = np.full(units, -np.inf)
        self.heard = np.zeros(units)
        self._ready = 0
        self._width = max(catalog.WITH_ROLES, 1 + int(indicators.SIGNAL.max()))
        self._clocks = Clocks(units)
        self._latecomers = Latecomers(self.history)
        aside = Pipeline(backlog.UNITS, backlog.WINDOW, judges_late=False) if judges_late else None
        self._backlog = None if aside is None else Backlog(self, aside)

    def clear(self, unit: int) -> None:
        """Forget a unit entirely."""
        for room in (
            self.history, self.known, self.present, self.baselines, self.envelopes, self.trend, self.regimes,
            self.warmth, self.itself, self.confirmation, self.speaking, self.readings, self.episodes,
            self.fixed_limits, self._clocks,
        ):  # fmt: skip
            room.clear(unit)
        self.slope[unit] = self.heard[unit] = 0.0
        self.regime[unit] = OFF
        self.interval[unit] = np.nan
        self.arrived[unit] = -np.inf
        self._latecomers.clear(unit)
        if self._backlog is not None:
            self._backlog.clear(unit)

    def take(
        self,
        unit: NDArray[np.int64],
        unit_class: NDArray[np.int16],
        ts: NDArray[np.float64],
        values: NDArray[np.float64],
        now: float,
    ) -> Taken:
        """Take n samples, in any order: `unit` [n] places, `unit_class` [n], `ts` [n] Unix seconds, `values`
        [n, signals], NaN for absent, `now` the time of arrival."""
        order = np.lexsort((ts, unit))
        unit, unit_class, ts, values = unit[order], unit_class[order], ts[order], values[order]
        n = len(unit)
        if n and unit[-1] >= self._ready:
            self._make_ready(int(unit[-1]))
        first = np.empty(n, dtype=bool)
        first[:1] = True
        first[1:] = unit[1:] != unit[:-1]
        verdict = np.full(n, REJECTED, dtype=np.uint8)
        fired = np.zeros((n, WIDTH), dtype=np.uint16)
        future = ts > now + FUTURE_S
        fired[future, WHOLE] |= BIT["future"]
        if self._width < catalog.COUNT:
            self._widen(values)
            values = values[:, : self._width]
        x = catalog.available(values)
        for rows in steps(np.flatnonzero(~future), unit):
            verdict[rows], fired[rows] = self._message(
                unit[rows], unit_class[rows], ts[rows], x[rows], values[rows], now
            )
        late = self._latecomers.taken()
        if late and self._backlog is not None:
            self._backlog.take(late, now)
        newer = (verdict <= NEEDS_REVIEW) & ((fired[:, WHOLE] & BIT["late"]) == 0)
        if n:  # what is late, repeated or refused says nothing of the present
            self._arrivals(unit[first][np.logical_or.reduceat(newer, np.flatnonzero(first))], now)
        back = np.empty(n, dtype=np.int64)
        back[order] = np.arange(n)
        return Taken(verdict[back], fired[back])

    def _widen(self, values: NDArray[np.float64]) -> None:
        """Read as many columns as somebody has sent: a catalogue may have far more."""
        came = np.isfinite(values[:, self._width :])
        if some(came):
            self._width += 1 + int(np.flatnonzero(came.any(axis=0))[-1])

    def _make_ready(self, place: int) -> None:
        """Fill what a unit begins with, up to a place and some after it."""
        ready = min((place // READIED + 1) * READIED, len(self.arrived))
        for room in (self.known, self.present):
            room.clear(np.arange(self._ready, ready))
        self._ready = ready

    def _message(self, unit, unit_class, ts, x, values, now) -> tuple[NDArray[np.uint8], Fired]:
        """At most one message a unit: what of it is newer than its signals' newest moves the unit on, the rest is late
        or was here before."""
        newest = self.known.newest[unit]
        if every(ts > newest):  # as most messages are
            self._clocks.right(unit)
            return self._step(unit, unit_class, ts, x, values, now)
        told = self._clocks.stepped_back(unit, ts, newest, now)
        for row in np.flatnonzero(told).tolist():
            self._rebase(int(unit[row]), float(newest[row] - ts[row]) + 1e-3, float(ts[row]))
        newest = self.known.newest[unit]
        if self._backlog is not None:
            late = ts < newest - IN_ORDER_S
            for row in np.flatnonzero(late & (self._clocks.behind[unit] == 0.0)).tolist():  # a repeat tells of no clock
                kept = catalog.whole(x[row])
                late[row] = not self.history.window.repeats(int(unit[row]), float(ts[row]), kept)
            right = self._clocks.corrected(unit, ts, late, now)
            told |= right != ts
            ts = right
        sent = np.isfinite(values)
        fresh = sent & (ts[:, None] > self.known.sent[unit, : sent.shape[1]]) & (ts >= newest - IN_ORDER_S)[:, None]
        moves = fresh.any(axis=1) | (ts > newest)
        verdict = np.full(len(unit), DUPLICATE, dtype=np.uint8)
        fired = np.zeros((len(unit), WIDTH), dtype=np.uint16)
        fired[~moves, WHOLE] = BIT["duplicate"]
        if moves.any():
            mine = fresh[moves]
            verdict[moves], fired[moves] = self._step(
                unit[moves], unit_class[moves], ts[moves], np.where(mine, x[moves], np.nan),
                np.where(mine, values[moves], np.nan), now,
            )  # fmt: skip
        for row in np.flatnonzero((sent & ~fresh).any(axis=1)).tolist():
            rest = catalog.whole(np.where(fresh[row], np.nan, x[row]))
            late = Late(int(unit[row]), int(unit_class[row]), float(ts[row]), rest)
            spoke = self._latecomers.take(late, float(newest[row]))
            if spoke is None:
                continue
            verdict[row] = max(verdict[row] % DUPLICATE, NEEDS_REVIEW)  # it outweighs that others were repeats
            fired[row] = (fired[row] if moves[row] else 0) | spoke
        if told.any():
            fired[told, WHOLE] |= BIT["clock_back"]
            verdict[told & (verdict == 0)] = NEEDS_REVIEW
        return verdict, fired

    def _rebase(self, unit: int, back_s: float, ts: float) -> None:
        for room in (self.known, self.present, self.trend, self.episodes):
            room.rebase(unit, back_s)
        self.history.cut(unit, ts - 1e-3)
        self._clocks.clear(unit)

    def _step(self, unit, unit_class, ts, x, values, now) -> tuple[NDArray[np.uint8], Fired]:
        """At most one message a unit, newer than all its signals' before: validation, signals, risk. `values` are as
        they were sent, `x` without what is not available."""
        dt = np.maximum(ts - self.known.newest[unit], 0.0)
        dt[dt == np.inf] = 0.0  # a unit's first
        seen = self.known.seen[unit]
        judged = self._judge(unit, unit_class, ts, x, values)
        came, stood, known, held = self.present.take(unit, ts, x, values, judged)
        self.heard[unit] += np.minimum(dt, HEARD_S)
        doing = self.regimes.update(unit, dt, held, unit_class)
        turns = np.where(held[:, catalog.RPM] >= RUNS_RPM, doing, OFF)
        cold, warming = self.warmth.update(unit, dt, held[:, catalog.COOLANT], turns, unit_class)
        doing[warming] = WARMING_UP
        slope = self.trend.update(unit, ts, judged.x.take(COLUMNS, axis=1))
        q = indicators.quantities(held)
        normal = self.baselines.normal(unit, unit_class, doing)
        air = np.where(self.present.doubtful[unit, catalog.INTAKE], np.nan, held[:, catalog.INTAKE])
        usual = self.envelopes.update(unit, dt, held, air, doing, unit_class, normal)
        drift = self._against_itself(unit, ts)
        reading = Reading(held, q, unit_class, normal, usual, slope, doing, drift, cold)
        found = indicators.evidence(reading, came)
        evidence = self.confirmation.update(unit, dt, found, came[:, indicators.SIGNAL], stood[:, indicators.SIGNAL])
        self.speaking.update(unit, ts, self.confirmation.indicator[unit])
        running = judged.teaches & (doing < OFF) & ~(held[:, catalog.RPM] < RUNS_RPM)
        teaches = running[:, None] & (evidence.take(baseline.MODE, axis=1) < TEACHES_BELOW)
        cool, calm = teaches[:, baseline.COOLANT].copy(), evidence[:, SENSOR_MODE[catalog.INTAKE]] < TEACHES_BELOW
        self.envelopes.learn(unit, dt, held[:, catalog.COOLANT], usual, doing, unit_class, cool, running & calm, calm)
        teaches[:, baseline.COOLANT] &= ~warming & (np.abs(slope[:, 0]) < SETTLED)
        since = (ts[:, None] - seen)[:, baseline.SIGNAL]
        lasted = np.where(came[:, baseline.SIGNAL] & (since < np.inf), since, 0.0)
        self.baselines.learn(unit, unit_class, doing, q, lasted, teaches, normal)
        self.slope[unit], self.regime[unit], rpm = slope, doing, x[:, catalog.RPM]
        self.fixed_limits.take(unit, x, np.where(np.isfinite(rpm), rpm, held[:, catalog.RPM]))
        p, shown = scoring.probability(evidence, self.confirmation.confirmed[unit]), self.envelopes.show(unit, normal)
        doings = np.array((doing * 1.0, known[:, catalog.HOURS])).T
        self.readings.add(unit, ts, now, doings, slope, found, p, shown)

        def seen_by(row: int, channel: int) -> Seen:
            quoted = figures(
                int(unit_class[row]), known[row], shown.mean[row], shown.learned[row], slope[row], drift[row],
                self.itself.onset[unit[row]], self.present.doubtful[unit[row]],
            )  # fmt: skip
            return self._seen(int(unit[row]), channel, quoted)

        self.episodes.take(unit, ts, p[:, :MACHINE], seen_by)
        self.history.append(Rows(unit, ts, x, judged.x, judged.verdict, judged.fired))
        return judged.verdict, judged.fired

    def _judge(self, unit, unit_class, ts, x, values) -> Judged:
        """Validation; a sensor that it doubts from this message on is not read by it either."""
        width = x.shape[1]
        before = self.episodes.doubted[unit, :width]
        judged = judge(self.known, unit, unit_class, ts, x, np.isfinite(values), before)
        spoke = judged.fired[:, : catalog.COUNT].copy()
        spoke[:, :width] *= judged.counts
        self.episodes.take_sensors(unit, ts, x, spoke)
        new = self.episodes.doubted[unit, :width] & ~before
        return replace(judged, x=np.where(new, np.nan, judged.x)) if some(new) else judged

    def _against_itself(self, unit: NDArray[np.int64], ts: NDArray[np.float64]) -> NDArray[np.float64]:
        """[n, drifts] levels of units against themselves; a few whose half hour has passed are compared anew."""
        stale = self.itself.stale(unit, ts)
        if some(stale):
            half_hours = self.history.tiers[-1]
            for row in stale.nonzero()[0][:COMPARED_AT_ONCE].tolist():
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
        return Seen(tuple(self.present.known[unit].tolist()), evidence, quoted, since, said_at)

    def _arrivals(self, units: NDArray[np.int64], now: float) -> None:
        """How often each unit is heard, for its freshness; by arrival, on this server's clock."""
        gap = now - self.arrived[units]
        usual = self.interval[units]
        with np.errstate(invalid="ignore"):
            learned = np.where(np.isfinite(usual), usual + 0.2 * (np.minimum(gap, 600.0) - usual), gap)
        self.interval[units] = np.where(np.isfinite(gap) & (gap >= MIN_INTERVAL_S), learned, usual)
        self.arrived[units] = now
