"""Novelty: has a signal ever done this before, going from there to here?"""

import numpy as np

from connected_ops.signals.detectors.detector import Floats, OwnLimit


class Novelty(OwnLimit):
    """How far the pair (value now, value `lag` rows ago) is from the nearest such pair of the past, a signal by itself.

    d = min over the last `past` rows j of √(((z_t - z_j)² + (z_{t-lag} - z_{j-lag})²) / 2). A level never held, a step
    never taken, a standstill where there never was one: all are far from any earlier pair, while whatever repeats,
    however wild, is near one; no season or model has to be known. Rows count as heard, whatever the time between them.

    Parameters: `lag` and `past` in rows; the rest as OwnLimit. Time and memory are `past` numbers a signal and row.
    Source: left discord of a delay embedding (Keogh, Lin & Fu 2005, HOT SAX; Takens 1981), without z-normalisation.

    >>> import numpy as np
    >>> x = np.sin(np.arange(400) / 5)[None, :, None] + 0.05 * np.random.default_rng(1).normal(size=(1, 400, 1))
    >>> x[0, 350:] = 0.0  # a value seen often, but never twice in a row
    >>> ts, novelty = np.arange(400.0)[None], Novelty(lag=3)
    >>> novelty.fit(ts[:, :300], x[:, :300])
    >>> scores = [float(novelty.score(ts[:, row], x[:, row])[0]) for row in range(300, 400)]
    >>> max(scores[:50]) < 1 < max(scores[50:55])
    True
    """

    def __init__(self, lag: int = 1, past: int = 1500, factor: float = 4 / 3) -> None:
        super().__init__(factor)
        self.lag, self.past = lag, past

    def _learn(self, z: Floats) -> None:
        units, _, signals = z.shape
        self._now, self._then = np.full((2, units, signals, self.past), np.inf)
        self._recent = np.full((self.lag, units, signals), np.nan)
        self._pairs = np.zeros((units, signals), dtype=np.int64)

    def _move(self, steps: Floats, z: Floats) -> tuple[Floats, Floats]:
        known, then = np.isfinite(z), self._recent[-1]
        apart = _squared(self._now, z)
        apart += _squared(self._then, then)
        nearest = np.sqrt(apart.min(axis=2) / 2)
        away = np.where(np.isfinite(nearest), nearest, 0.0)
        whole = known & np.isfinite(then)
        slot = (*np.nonzero(whole), self._pairs[whole] % self.past)
        self._now[slot], self._then[slot] = z[whole], then[whole]
        self._pairs += whole
        self._recent = np.where(known, np.concatenate([z[None], self._recent[:-1]]), self._recent)
        return away, away**2


def _squared(past: Floats, value: Floats) -> Floats:
    """The squared distances [units, signals, past] of a value [units, signals]; in place: it takes most of the time."""
    apart = past - value[..., None]
    apart *= apart
    return apart
