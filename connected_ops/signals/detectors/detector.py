"""What a detector is, and what every detector here does alike: scale, hear, limit, explain."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Detector(Protocol):
    """Fitted to each unit's healthy opening rows, then fed one row a unit in event time; scores before it learns."""

    grace: int
    """Rows of a unit after the fit that score 0."""

    shares: Floats
    """[units, signals]: each signal's part in the last score, 0..1; a row adds up to 1, or is 0 where the score is."""

    def fit(self, ts: Floats, x: Floats) -> None:
        """Learn what is healthy, and the own limit: ts [units, rows] s rising, x [units, rows, signals], NaN absent."""
        ...

    def score(self, ts: Floats, x: Floats) -> Floats:
        """One row a unit: ts [units] s, x [units, signals]; [units] ≥ 0, 1 is the own limit, 0 where nothing was heard.

        A row that is not newer than the unit's newest is late: it scores 0 and teaches nothing.
        """
        ...


class OwnLimit:
    """The part all detectors share; a detector says what it learns (`_learn`) and how one row moves it (`_move`).

    1. Each signal is standardised by centre and spread of the fit rows: z = (x - median) / spread, spread the larger
       of 1.4826 MAD and 0.3 standard deviations (a coarse signal has a MAD of 0). A signal that never moved while
       fitting has no scale, so it stays absent: nobody could say how much is much.
    2. `_learn` sees the first `split` of the fit rows; all fit rows are then run through `_move`, and the limit is
       `factor` times the `quantile` of what the rest of them gave (their last third where `split` leaves no rest), at
       least `floor`.
    3. Scoring goes on from the state after the newest fit row.

    Late rows, rows without a time and units without enough fit rows reach `_move` as NaN and 0 steps.
    The factor 4/3 is the one of SKAB's own autoencoders (Katser & Kozitsin 2020, DOI 10.34740/KAGGLE/DSV/1693952).
    """

    grace: int = 0
    floor: float = 1e-9
    min_rows: int = 20

    def __init__(self, factor: float = 4 / 3, quantile: float = 0.999, split: float = 2 / 3) -> None:
        self.factor, self.quantile, self.split = factor, quantile, split

    def fit(self, ts: Floats, x: Floats) -> None:
        """Learn scale, model and limit of each unit from ts [units, rows] s and x [units, rows, signals]."""
        x = np.where(np.isfinite(x) & np.isfinite(ts)[..., None], x, np.nan)
        heard = np.isfinite(x).any(axis=2)
        ts = np.where(heard, ts, np.nan)
        rank, count = np.cumsum(heard, axis=1), heard.sum(axis=1)
        self._fitted = count >= self.min_rows
        self._newest = np.full(len(ts), -np.inf)
        self._spacing = _spacing(ts)
        self._centre = quantile(x, 0.5)
        self._spread = _spread(x, self._centre)
        self._heard = np.zeros(len(ts), dtype=np.int64)
        self.shares = np.zeros((len(ts), x.shape[2]))
        self.limit = np.full((len(ts), 1), np.inf)
        teaching = heard & (rank <= self.split * count[:, None])
        z = (x - self._centre[:, None]) / self._spread[:, None]
        self._learn(np.where(teaching[..., None], z, np.nan))
        raw = np.stack([self._raw(ts[:, row], x[:, row]) for row in range(ts.shape[1])], axis=1)
        testing = heard & (rank > min(self.split, 2 / 3) * count[:, None])
        ran = quantile(np.where(testing[..., None], raw, np.nan), self.quantile)
        self.limit = np.where(np.isfinite(ran) & self._fitted[:, None], np.fmax(self.factor * ran, self.floor), np.inf)
        self._heard[:] = 0

    def score(self, ts: Floats, x: Floats) -> Floats:
        """Score one row a unit, then learn from it: ts [units] s, x [units, signals] -> [units], 1 is the limit."""
        over = self._raw(ts, x) / self.limit
        score = np.where(self._listening & (self._heard > self.grace), over.max(axis=1), 0.0)
        parts = np.nan_to_num(self._parts / self.limit) * (score > 0)[:, None]
        total = parts.sum(axis=1, keepdims=True)
        self.shares = np.divide(parts, total, out=np.zeros_like(parts), where=total > 0)
        return score

    def _raw(self, ts: Floats, x: Floats) -> Floats:
        """Move by one row: [units, columns] of what is held against the limit, 0 where nothing was heard."""
        finite = np.isfinite(x)
        self._listening = (ts > self._newest) & finite.any(axis=1) & self._fitted
        known = finite & self._listening[:, None]
        z = np.divide(x - self._centre, self._spread, out=np.full(x.shape, np.nan), where=known)
        first = np.isinf(self._newest)
        late = np.where(self._listening & ~first, ts - self._newest, 0.0) / self._spacing
        steps = np.where(self._listening & first, 1.0, late)
        self._newest = np.where(self._listening, ts, self._newest)
        self._heard += self._listening
        raw, self._parts = self._move(steps, z)
        return np.where(self._listening[:, None], np.nan_to_num(raw), 0.0)

    def _learn(self, z: Floats) -> None:
        """Parameters and opening state from z [units, rows, signals], standardised, NaN where absent."""
        raise NotImplementedError

    def _move(self, steps: Floats, z: Floats) -> tuple[Floats, Floats]:
        """One row: steps [units] since the last one in median spacings of the fit rows, z [units, signals].

        Gives raw [units, columns] (a limit for each column, the score is the largest column over its limit; a column
        for each signal or one for all) and parts [units, signals] ≥ 0. NaN in z must leave that signal's state alone.
        """
        raise NotImplementedError


def quantile(values: Floats, q: float) -> Floats:
    """The q-quantile along axis 1 with NaN left out, NaN where there is nothing: numpy's own loops over units."""
    ranked = np.sort(values, axis=1)
    place = q * np.maximum(np.isfinite(ranked).sum(axis=1, keepdims=True) - 1, 0)
    below = np.floor(place).astype(np.int64)
    low = np.take_along_axis(ranked, below, axis=1)
    high = np.take_along_axis(ranked, np.ceil(place).astype(np.int64), axis=1)
    return (low + (high - low) * (place - below))[:, 0]


def mean(values: Floats) -> Floats:
    """The mean along axis 1 with NaN left out, 0 where there is nothing."""
    known = np.isfinite(values)
    return np.where(known, values, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)


def gain(steps: Floats, span: float | Floats) -> Floats:
    """The weight [units, 1] of a new row in a mean that forgets over `span` steps; a gap counts as five at most.

    With spans of shape [spans, 1, 1] a weight for each: [spans, units, 1].
    """
    return -np.expm1(-np.minimum(steps, 5.0)[:, None] / span)


def toward(state: Floats, weight: Floats, z: Floats) -> Floats:
    """The state moved by `weight` towards z where z is there."""
    return state + np.where(np.isfinite(z), weight * (z - state), 0.0)


def _spacing(ts: Floats) -> Floats:
    """The median time between a unit's rows [units] s, 1 where there is none."""
    packed = np.sort(ts, axis=1)
    spacing = quantile(np.diff(packed, axis=1), 0.5) if ts.shape[1] > 1 else np.full(len(ts), np.nan)
    return np.where(spacing > 0, spacing, 1.0)


def _spread(x: Floats, centre: Floats) -> Floats:
    """The robust spread of each signal [units, signals]; NaN where it never moved."""
    off = x - centre[:, None]
    deviation = np.sqrt(mean((off - mean(off)[:, None]) ** 2))
    spread = np.fmax(1.4826 * quantile(np.abs(off), 0.5), 0.3 * deviation)
    return np.where(spread > 1e-9 * np.maximum(np.abs(centre), 1e-300), spread, np.nan)
