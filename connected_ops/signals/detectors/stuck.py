"""Stuck: has a signal stood still for longer than it ever did while healthy?"""

import numpy as np

from connected_ops.signals.detectors.detector import Floats, OwnLimit, mean


class Stuck(OwnLimit):
    """The time a signal has shown one and the same value, against the longest such time of the fit rows.

    s ← s + steps where |x - last x| ≤ `still` spreads, else 0; each signal has its own limit: `factor` times its
    longest standstill while fitting, at least `floor` rows. Only signals that move more often than not are judged: a
    coarse one, or an idle one, may stand as long as it likes.

    Parameters: `still` in spreads; `floor` in rows.
    Source: the usual flat-line test of oceanographic and meteorological data (QARTOD, test 9: flat line).

    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(1, 200, 2))
    >>> x[0, 150:, 1] = x[0, 149, 1]
    >>> ts, stuck = np.arange(200.0)[None], Stuck()
    >>> stuck.fit(ts[:, :100], x[:, :100])
    >>> scores = [float(stuck.score(ts[:, row], x[:, row])[0]) for row in range(100, 200)]
    >>> max(scores[:50]) < 1 < scores[-1], stuck.shares.tolist()
    (True, [[0.0, 1.0]])
    """

    floor = 30.0

    def __init__(self, still: float = 1e-6, factor: float = 3.0) -> None:
        super().__init__(factor, quantile=1.0)
        self.still = still

    def _learn(self, z: Floats) -> None:
        step = np.abs(np.diff(z, axis=1))
        self._lively = mean(np.where(np.isfinite(step), step > self.still, np.nan)) > 0.5
        self._last = np.full((z.shape[0], z.shape[2]), np.nan)
        self._stood = np.zeros(self._last.shape)

    def _move(self, steps: Floats, z: Floats) -> tuple[Floats, Floats]:
        known = np.isfinite(z)
        same = np.abs(z - self._last) <= self.still
        self._stood = np.where(known, np.where(same, self._stood + steps[:, None], 0.0), self._stood)
        self._last = np.where(known, z, self._last)
        stood = np.where(known & self._lively, self._stood, 0.0)
        return stood, stood
