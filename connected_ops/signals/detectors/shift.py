"""Shift: has a signal left the level it held a minute ago, beyond what it wanders while healthy?"""

from collections.abc import Sequence

import numpy as np

from connected_ops.signals.detectors.detector import Floats, OwnLimit, gain, mean, toward

WARM = 5.0  # slow spans of fit rows before the wander counts
GATE = 0.6  # of the limit: from here on the baseline hesitates
HESITANT = 0.1  # of its pace


class Shift(OwnLimit):
    """Robust level against a baseline that forgives drift, one a signal, with a limit that says how settled it is.

    A short mean e (span `fast`) is held against a lagging one, b (two means of a `slow` span in a row): d = e - b.
    White noise alone gives d the variance r, known from row-to-row differences; D is what d² came to. Their ratio says
    how much the signal wanders by itself, and few wanderings fit into the fit rows, so the excess is not trusted as it
    stands but counted D / r times:  s² = r + (D / r) (D - r),  q = |d| / (`sigmas` s).  A steady signal is judged by
    its noise, a drifting one only when it leaves far behind all it did.

    Over 0.6 of the limit b follows at a tenth of its pace, over the limit not at all: the fault is not learned.
    q then counts from `back` of the limit (hysteresis) until the signal is back or `hold` rows have passed, after which
    the level is the new normal; meanwhile s² widens as a random walk does. Outside shifts D is learned on over `memory`
    rows. Each `slow` span has its own b, for quick and for gradual shifts; the score is the largest q.

    Parameters: `fast`, `slow`, `hold`, `memory` in rows; `sigmas`; `back` 0..1 of the limit.
    Source: own; level and gate as in a local-level Kalman filter (Harvey 1989), the limit as in EWMA charts for
    autocorrelated data (Montgomery & Mastrangelo 1991, J. Quality Technology 23).

    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> x = np.c_[rng.normal(size=500), rng.normal(size=500) + 0.02 * np.arange(500)][None]
    >>> x[0, 450:, 0] += 3
    >>> ts, shift = np.arange(500.0)[None], Shift()
    >>> shift.fit(ts[:, :400], x[:, :400])
    >>> scores = [float(shift.score(ts[:, row], x[:, row])[0]) for row in range(400, 500)]
    >>> max(scores[:50]) < 1 < min(scores[60:]), shift.shares.round(1).tolist()
    (True, [[1.0, 0.0]])
    """

    floor = 1.0

    def __init__(
        self,
        fast: float = 6.0,
        slow: Sequence[float] = (20.0, 60.0),
        sigmas: float = 5.0,
        back: float = 0.5,
        hold: float = 600.0,
        memory: float = 2000.0,
    ) -> None:
        super().__init__(split=1.0)
        self.fast, self.sigmas, self.back, self.hold, self.memory = fast, sigmas, back, hold, memory
        self.slow = np.array(slow, dtype=np.float64)[:, None, None]

    def _learn(self, z: Floats) -> None:
        units, rows = z.shape[:2]
        noise = np.fmax(mean(np.diff(z, axis=1) ** 2) / 2, 1e-6)
        self._noise = noise * np.array([self._passed(span) for span in self.slow.ravel()])[:, None, None]
        opening = mean(z[:, : int(1.5 * self.slow.min())])
        self._start(opening)
        ones, apart = np.ones(units), np.zeros((rows, *self._noise.shape))
        for row in range(rows):
            self._short = toward(self._short, gain(ones, self.fast), z[:, row])
            self._follow(gain(ones, self.slow), z[:, row])
            apart[row] = self._short - self._level
        heard = np.moveaxis(np.isfinite(z), 1, 0)[:, None]
        rank, count = np.cumsum(heard, axis=0), heard.sum(axis=0)
        late = heard & (rank > np.minimum(WARM * self.slow, count / 2))
        self._wander = (apart**2 * late).sum(axis=0) / np.maximum(late.sum(axis=0), 1)
        self._off = np.zeros(self._noise.shape, dtype=np.bool_)
        self._hot, self._age = self._off.copy(), np.zeros(self._noise.shape)
        self._start(opening)

    def _move(self, steps: Floats, z: Floats) -> tuple[Floats, Floats]:
        heard = np.isfinite(z)
        self._short = toward(self._short, gain(steps, self.fast), z)
        apart = self._short - self._level
        excess = np.maximum(self._wander / self._noise, 1.0) * np.maximum(self._wander - self._noise, 0.0)
        spread = np.sqrt(self._noise + excess * (1 + self._age / (3 * self.slow)))
        q = np.where(heard, np.abs(apart) / (self.sigmas * spread), 0.0)
        over = q / self.limit
        self._off = np.where(heard, over > np.where(self._off, self.back, GATE), self._off)
        self._hot = np.where(heard, over > np.where(self._hot, self.back, 1.0), self._hot)
        self._age = np.where(self._off, self._age + steps[:, None], 0.0)
        taught = gain(steps, self.memory) * (apart**2 - self._wander)
        self._wander = self._wander + np.where(heard & ~self._hot & np.isfinite(self.limit), taught, 0.0)
        self._follow(gain(steps, self.slow) * np.where(self._hot, 0.0, np.where(self._off, HESITANT, 1.0)), z)
        normal = heard & (self._age > self.hold)
        self._middle = np.where(normal, self._short, self._middle)
        self._level = np.where(normal, self._short, self._level)
        self._off, self._hot, self._age = self._off & ~normal, self._hot & ~normal, np.where(normal, 0.0, self._age)
        raw = np.where(self._hot, np.maximum(q / self.back, self.limit), np.minimum(q, 0.999 * self.limit)).max(axis=0)
        return raw, raw**2

    def _start(self, opening: Floats) -> None:
        self._short = opening
        self._middle = self._level = np.broadcast_to(opening, self._noise.shape)

    def _follow(self, weight: Floats, z: Floats) -> None:
        """Move the lagging means by `weight` where the signal is there."""
        self._middle = toward(self._middle, weight, z)
        self._level = self._level + np.where(np.isfinite(z), weight * (self._middle - self._level), 0.0)

    def _passed(self, span: float) -> float:
        """The share of white noise's variance that is left in e - b: the summed squares of its impulse response."""
        row = np.arange(np.ceil(20 * span))
        fast, slow = -np.expm1(-1 / self.fast), -np.expm1(-1 / span)
        return float(((fast * (1 - fast) ** row - slow**2 * (row + 1) * (1 - slow) ** row) ** 2).sum())
