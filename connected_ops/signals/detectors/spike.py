"""Spike: has a signal jumped from one row to the next further than it did while healthy?"""

import numpy as np

from connected_ops.signals.detectors.detector import Floats, OwnLimit


class Spike(OwnLimit):
    """The distance of a row from the median of the three rows before it, a signal its own limit.

    s = |z - median(last three)|; the limit is `factor` times the `quantile` of s over the fit rows, so a
    signal that jumps while healthy may jump.

    Parameters: as OwnLimit.
    Source: Hampel (1974), The influence curve and its role in robust estimation, JASA 69 (the Hampel filter, causal).

    >>> import numpy as np
    >>> x = np.random.default_rng(1).normal(size=(1, 200, 1))
    >>> x[0, 150] += 12
    >>> ts, spike = np.arange(200.0)[None], Spike()
    >>> spike.fit(ts[:, :100], x[:, :100])
    >>> scores = [float(spike.score(ts[:, row], x[:, row])[0]) for row in range(100, 200)]
    >>> max(scores[:50]) < 1 < scores[50], scores[52] < 1
    (True, True)
    """

    def __init__(self, factor: float = 2.0) -> None:
        super().__init__(factor)

    def _learn(self, z: Floats) -> None:
        self._last = (np.zeros((z.shape[0], z.shape[2])),) * 3

    def _move(self, steps: Floats, z: Floats) -> tuple[Floats, Floats]:
        known, (a, b, c) = np.isfinite(z), self._last
        median = np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))
        jump = np.where(known, np.abs(z - median), 0.0)
        self._last = np.where(known, b, a), np.where(known, c, b), np.where(known, z, c)
        return jump, jump**2
