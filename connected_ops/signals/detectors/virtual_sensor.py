"""Virtual sensor: what each signal should read, from the others and from what the engine is doing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from connected_ops.signals.detectors.detector import Floats, OwnLimit, _spacing, mean, quantile
from connected_ops.signals.detectors.evidence import Evidence, usual_hold
from connected_ops.signals.detectors.expectation import CLIP, REACH, design, features_of, learn, outside, seen
from connected_ops.signals.detectors.roles import PLAIN, inputs_of, roles_of
from connected_ops.signals.detectors.run_statistics import KINDS, RecentMeans, RunStatistics

Rows = NDArray[np.bool_]

FOLDS = 8
GAP = 600.0  # steps without a row, or with the engine off, after which a new run begins
RUN_STEP = 4.0  # usual steps of coolant from one fit row to the next that are another run's beginning
OFF_RPM = 300.0
STILL_AIR = 0.1  # of the usual airflow: below it no air flows
FLOOR = 1.0  # usual residuals: no limit is tighter, however alike the fit's runs were
LEAST_SPREAD = 0.3  # of the mean: runs differ at least so much, however alike the few of the fit were
JUMP_SPREADS, JUMP_WORST = 1.5, 2.0  # a step beyond physics: in spreads of the fit rows, and healthy worst steps


class VirtualSensor(OwnLimit):
    """Each signal predicted from the others; what is left over, in units of what is usual in that regime, is watched.

    1. `names` give signals their roles (roles.py: coolant, intake air, MAP, airflow or load, vibration are judged; rpm,
       speed, pedal, timing, ambient are inputs). Without names all are alike: each is predicted from all others.
    2. Expectation (expectation.py): ridge regression on the inputs, their products and steps, Huber weights; and, on
       the same features, the usual size of the residual, so each regime (idle, cruise, boost, overrun) has its own
       scatter. r = residual / usual, at most 8, with weight 1 / usual. Not judged: an engine that stands, a logger that
       repeats itself and a temperature of still air (evidence.py; none of them teaches), and what would have to be
       extrapolated: an input or product, or its mean over `span`, beyond what the fit has seen. A regime that the fit
       saw for seconds at a time is not one it knows for minutes.
    3. Statistics of a run (run_statistics.py) from `settle` steps on, each on either side: the weighted mean of r over
       `span` steps (level); a faster mean against the slow mean of the same run over `anchor` steps, or its highest for
       a signal that a controller holds (change). A fault does not move its own anchor. For slow signals one step from
       one row to the next (jump), kept `span`.
    4. Limits: the fit rows are cut into runs (time gaps; coolant that jumps), at most 8 folds of them, or 8 equal
       parts. Each fold is predicted by a model that has not seen it; a statistic's limit is the mean of the folds'
       worst plus `deviations` of their standard deviations (at least 0.3 of that mean): runs differ, and a limit must
       cover by how much.
    5. Score: the largest statistic over its limit; once over, a signal stays at 1 until it is back below `release`.

    Parameters: times in median spacings of the fit rows. The figures were chosen on real drives (docs/health.md).
    Scale-free without names; with names, airflow, MAP and rpm are ratios and need their true zero.
    Source: model-based residuals after Isermann (2006), Fault-Diagnosis Systems, ch. 9-11; own combination.

    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> load = rng.uniform(10, 90, 2400)
    >>> x = np.stack([load, 30 + 0.5 * load + rng.normal(0, 1, 2400)], axis=1)[None]
    >>> x[:, 2100:, 1] -= 12
    >>> ts = np.arange(2400.0)[None]
    >>> sensor = VirtualSensor(["engine_load_pct", "map_kpa"])
    >>> sensor.fit(ts[:, :1800], x[:, :1800])
    >>> scores = np.array([sensor.score(ts[:, row], x[:, row])[0] for row in range(1800, 2400)])
    >>> bool(scores[:300].max() < 1 <= scores[360:].min())
    True
    """

    def __init__(
        self,
        names: Sequence[str] | None = None,
        fast: float = 60.0,
        span: float = 100.0,
        anchor: float = 1200.0,
        settle: int = 60,
        deviations: float = 4.5,
        release: float = 0.7,
    ) -> None:
        super().__init__()
        self.names, self.deviations, self.release = names, deviations, release
        self.fast, self.span, self.anchor, self.grace = fast, span, anchor, settle

    def fit(self, ts: Floats, x: Floats) -> None:
        """Learn each unit's expectations and limits from ts [units, rows] s and x [units, rows, signals]."""
        x = np.where(np.isfinite(x) & np.isfinite(ts)[..., None], x, np.nan)
        units, _, signals = x.shape
        self._take_roles(signals)
        heard: Rows = np.any(np.isfinite(x), axis=2, keepdims=False)
        ts = np.where(heard, ts, np.nan)
        self._fitted = heard.sum(axis=1) >= self.min_rows
        self._newest = np.full(units, -np.inf)
        self._spacing = _spacing(ts)
        usual = quantile(np.abs(x), 0.5)
        self._usual_value = np.where(usual > 0, usual, 1.0)
        steps = self._steps(ts)
        x, out = self._evidence_of(steps, x)
        x = self._ratios(x, self._usual_value[:, None])
        self._centre = mean(x)
        spread = np.sqrt(mean((x - self._centre[:, None]) ** 2))
        self._spread = np.where(spread > 1e-9 * np.maximum(np.abs(self._centre), 1e-300), spread, np.nan)
        self._heard = np.zeros(units, dtype=np.int64)
        self.shares = np.zeros((units, signals))
        self.limit = np.ones((units, 1))
        self._learn_units(steps, heard, out, (x - self._centre[:, None]) / self._spread[:, None])

    def _take_roles(self, signals: int) -> None:
        roles = roles_of(self.names) if self.names is not None else (PLAIN,) * signals
        if len(roles) != signals:
            raise ValueError(f"VirtualSensor has {len(roles)} names for {signals} signals: give one name a signal.")
        inputs = inputs_of(roles) if self.names is not None else ~np.eye(signals, dtype=bool)
        judged = np.array([role is not None and role.hangs_on is not None for role in roles], dtype=bool)
        self._judged = np.flatnonzero(judged)
        self._roles = [role for role in roles if role is not None and role.hangs_on is not None]
        self._ratio = np.array([role is not None and role.ratio for role in roles], dtype=bool)
        names = [role.name if role is not None else "" for role in roles]
        self._rpm = names.index("rpm") if "rpm" in names else None
        self._flow = names.index("airflow") if "airflow" in names else None
        self._in_air = np.array([role is not None and role.in_air for role in roles], dtype=bool)
        self._mark = names.index("coolant") if "coolant" in names else None
        self._features = features_of(inputs)[:, self._judged]

    def _off(self, x: Floats) -> Rows:
        """[...] whether the engine stands, of x [..., signals]; it runs where nobody says."""
        return x[..., self._rpm] < OFF_RPM if self._rpm is not None else np.zeros(x.shape[:-1], dtype=bool)

    def _steps(self, ts: Floats) -> Floats:
        """[units, rows] usual spacings since the row heard before, 1 at the first, 0 where nothing was heard."""
        newest = np.fmax.accumulate(ts, axis=1)
        since = np.diff(newest, axis=1, prepend=np.nan) / self._spacing[:, None]
        return np.where(np.isfinite(ts), np.where(np.isfinite(since), since, 1.0), 0.0)

    def _evidence_of(self, steps: Floats, x: Floats) -> tuple[Floats, Rows]:
        """x [units, rows, signals] without what is no evidence, and [units, rows] what is not judged at all."""
        if self._rpm is not None:
            self._usual_hold = usual_hold(x[..., self._rpm], self._off(x))
        self._evidence = Evidence(len(x))
        rows = [self._weighed(steps[:, row], x[:, row]) for row in range(x.shape[1])]
        return np.stack([values for values, _ in rows], axis=1), np.stack([out for _, out in rows], axis=1)

    def _weighed(self, steps: Floats, x: Floats) -> tuple[Floats, Rows]:
        """A row x [units, signals] without temperatures of still air, and [units] whether it is not judged at all."""
        if self._rpm is None:
            return x, np.zeros(len(x), dtype=bool)
        still = off = self._off(x)
        if self._flow is not None:
            still = off | (x[:, self._flow] < STILL_AIR * self._usual_value[:, self._flow])
        stale, airless = self._evidence.move(steps, x[:, self._rpm], still, self._usual_hold)
        return np.where(airless[:, None] & self._in_air, np.nan, x), off | stale

    def _ratios(self, x: Floats, usual: Floats) -> Floats:
        """Logarithms where ratios count, from a tenth of the usual value down flat."""
        if not self._ratio.any():
            return x
        share = x / usual
        return np.where(self._ratio, np.log(np.maximum(share, 0.0) + 0.1), x)

    def _learn_units(self, steps: Floats, heard: Rows, out: Rows, z: Floats) -> None:
        units, rows, signals = z.shape
        count, features = len(self._judged), len(self._features)
        self._slopes = np.zeros((units, features, 2 * count))
        self._low, self._high = np.zeros((units, count)), np.zeros((units, count))
        self._precision = np.ones((units, count))
        self._seen, self._seen_mean = np.zeros((2, 2, units, features))
        residual, weight = np.full((units, rows, count), np.nan), np.ones((units, rows, count))
        jump, start = np.zeros((units, rows, count)), np.zeros((units, rows), dtype=bool)
        fold = np.zeros((units, rows), dtype=np.int64)
        for unit in np.flatnonzero(self._fitted):  # one at a time: the features of all would not fit into memory
            at = np.flatnonzero(heard[unit])
            own = z[unit, at]
            begins = self._runs(steps[unit, at], own)
            held = _held(own)
            step = np.where(begins[:, None], 0.0, np.diff(held, axis=0, prepend=held[:1]))
            start[unit, at] = begins
            fold[unit, at] = part = _folds(begins)
            known = np.isfinite(own)
            kept = known & np.concatenate([known[:1], known[:-1]])
            jump[unit, at] = np.where(kept, np.abs(step), 0.0)[:, self._judged]
            inputs = design(held, step)
            runs = ~out[unit, at]
            means = self._means_of(steps[unit, at], held, runs, begins)
            if runs.any():
                self._seen[:, unit], self._seen_mean[:, unit] = seen(inputs[runs]), seen(means[runs])
            for k, signal in enumerate(self._judged):
                known = np.isfinite(own[:, signal]) & runs
                if known.sum() >= self.min_rows:
                    mine, own_features = at[known], self._features[:, k]
                    its, usual = inputs[known][:, own_features], means[known][:, own_features]
                    model, unseen = learn(its, usual, own[known, signal], part[known])
                    self._slopes[unit, own_features, k] = model.slopes
                    self._slopes[unit, own_features, count + k] = model.scatter
                    self._low[unit, k], self._high[unit, k] = model.low, model.high
                    self._precision[unit, k] = model.precision
                    size = np.exp(np.clip(its @ model.scatter, model.low, model.high))
                    residual[unit, mine, k] = np.clip(unseen / size, -CLIP, CLIP)
                    weight[unit, mine, k] = 1.0 / size / model.precision
        self._open(units, signals)
        worst = np.zeros((units, FOLDS, count, KINDS))
        taken = np.zeros((units, FOLDS), dtype=bool)
        every = np.arange(units)
        for row in range(rows):
            self._run.restart(start[:, row])
            new = self._run.move(steps[:, row], residual[:, row], weight[:, row], jump[:, row])
            worst[every, fold[:, row]] = np.maximum(worst[every, fold[:, row]], new)
            taken[every, fold[:, row]] |= heard[:, row]
        self._limits = self._limit_of(worst, taken)
        self._open(units, signals)

    def _means_of(self, steps: Floats, held: Floats, runs: Rows, begins: Rows) -> Floats:
        """The features [rows, features] of the recent means of held [rows, signals] of one unit."""
        recent = RecentMeans(1, held.shape[1], self.span)
        rows = np.clip(held, -REACH, REACH)
        means = np.empty_like(rows)
        for row in range(len(rows)):
            recent.restart(begins[row : row + 1])
            means[row] = recent.move(steps[row : row + 1], rows[row : row + 1], runs[row : row + 1])[0]
        return design(means, np.zeros_like(means))

    def _limit_of(self, worst: Floats, taken: Rows) -> Floats:
        """[units, judged, kinds]: what the folds' worst [units, folds, judged, kinds] allow."""
        worst = np.where(taken[..., None, None], worst, np.nan)
        middle = mean(worst)
        spread = np.sqrt(mean((worst - middle[:, None]) ** 2))
        limit = middle + self.deviations * np.maximum(spread, LEAST_SPREAD * middle)
        slack = np.array([(role.slack, role.slack, 1.0, 1.0, 1.0) for role in self._roles]).reshape(-1, KINDS)
        limit = np.maximum(limit * slack, FLOOR)
        jumps = np.maximum(JUMP_WORST * np.nan_to_num(worst[..., -1]).max(axis=1), JUMP_SPREADS)
        slow = np.array([role.slow for role in self._roles], dtype=bool)
        limit[..., -1] = np.where(slow, jumps, np.inf)
        return limit

    def _runs(self, since: Floats, z: Floats) -> Rows:
        """[rows] whether a run of the engine begins there."""
        begins = since > GAP
        if self._mark is not None:
            step = np.nan_to_num(np.abs(np.diff(z[:, self._mark], prepend=z[0, self._mark])))
            moved = step[step > 0]
            begins |= step > RUN_STEP * (moved.mean() if len(moved) else np.inf)
        begins[0] = True
        return begins

    def _open(self, units: int, signals: int) -> None:
        held = np.array([role.held for role in self._roles], dtype=bool)
        self._run = RunStatistics(units, held, self.fast, self.span, self.anchor, float(self.grace))
        self._recent, self._evidence = RecentMeans(units, signals, self.span), Evidence(units)
        self._last, self._known = np.zeros((units, signals)), np.zeros((units, signals), dtype=bool)
        self._off_for = np.zeros(units)

    def _raw(self, ts: Floats, x: Floats) -> Floats:
        self._stands = self._off(x)
        listening = (ts > self._newest) & np.isfinite(x).any(axis=1) & self._fitted
        since = np.where(np.isinf(self._newest), 1.0, (ts - self._newest) / self._spacing)
        x, self._out = self._weighed(np.where(listening, since, 0.0), x)
        return super()._raw(ts, self._ratios(x, self._usual_value))

    def _move(self, steps: Floats, z: Floats) -> tuple[Floats, Floats]:
        begins = (steps > GAP) | ((self._off_for > GAP) & ~self._stands & (steps > 0))
        self._run.restart(begins)
        self._recent.restart(begins)
        self._off_for = np.where(self._stands, self._off_for + steps, np.where(steps > 0, 0.0, self._off_for))
        count = len(self._judged)
        held = np.where(np.isfinite(z), z, self._last)
        step = np.where((self._run.age > 0)[:, None], held - self._last, 0.0)
        self._last = held
        known = np.isfinite(z)
        jump = np.where(known & self._known, np.abs(step), 0.0)
        self._known = np.where((steps > 0)[:, None], known, self._known)
        inputs = design(held, step)
        means = self._recent.move(steps, np.clip(held, -REACH, REACH), ~self._out)
        means = design(means, np.zeros_like(means))
        told = (inputs[:, None] @ self._slopes)[:, 0]
        beyond = (outside(inputs, self._seen) | outside(means, self._seen_mean)) @ self._features
        precision = np.exp(-np.clip(told[:, count:], self._low, self._high))
        residual = np.clip((z[:, self._judged] - told[:, :count]) * precision, -CLIP, CLIP)
        residual[beyond | self._out[:, None]] = np.nan
        weight = precision / self._precision
        over = (self._run.move(steps, residual, weight, jump[:, self._judged]) / self._limits).max(axis=2)
        over = self._run.hold(over, np.isfinite(residual), self.release)
        parts = np.zeros(z.shape)
        parts[:, self._judged] = over
        return parts, parts


def _held(z: Floats) -> Floats:
    """z [rows, signals] with the last known value where it is absent, 0 before the first."""
    at = np.where(np.isfinite(z), np.arange(len(z))[:, None], 0)
    return np.nan_to_num(np.take_along_axis(z, np.maximum.accumulate(at, axis=0), axis=0))


def _folds(begins: Rows) -> NDArray[np.int64]:
    """[rows] 0..7: whole runs, or equal parts where there are fewer than 4 runs."""
    runs = int(begins.sum())
    if runs >= 4:
        return (np.cumsum(begins) - 1) * FOLDS // runs
    return np.arange(len(begins)) * FOLDS // len(begins)
