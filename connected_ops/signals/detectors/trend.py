"""Trend: does a signal rise or fall more steeply than it ever did while healthy?"""

import numpy as np

from connected_ops.signals.detectors.detector import Floats, OwnLimit, gain, toward


class Trend(OwnLimit):
    """The slope of each signal from two means in a row, against its steepest slope of the fit rows.

    m ← m + g (z - m),  n ← n + g (m - n),  g = 1 - exp(-steps / span);  slope = (m - n) / span spreads a row. Where a
    signal moves steadily m runs `span` rows behind it and n twice that, so their distance is its slope.

    Parameters: `span` in rows; the rest as OwnLimit.
    Source: Brown (1963), Smoothing, Forecasting and Prediction, ch. 9 (double exponential smoothing).

    >>> import numpy as np
    >>> x = np.random.default_rng(1).normal(size=(1, 600, 1))
    >>> x[0, 400:, 0] += 0.02 * np.arange(200)
    >>> ts, trend = np.arange(600.0)[None], Trend()
    >>> trend.fit(ts[:, :300], x[:, :300])
    >>> scores = [float(trend.score(ts[:, row], x[:, row])[0]) for row in range(300, 600)]
    >>> max(scores[:100]) < 1 < scores[-1]
    True
    """

    def __init__(self, span: float = 60.0, factor: float = 4 / 3) -> None:
        super().__init__(factor)
        self.span = span

    def _learn(self, z: Floats) -> None:
        self._near, self._far = np.zeros((z.shape[0], z.shape[2])), np.zeros((z.shape[0], z.shape[2]))

    def _move(self, steps: Floats, z: Floats) -> tuple[Floats, Floats]:
        known, weight = np.isfinite(z), gain(steps, self.span)
        self._near = toward(self._near, weight, z)
        self._far = self._far + np.where(known, weight * (self._near - self._far), 0.0)
        slope = np.where(known, np.abs(self._near - self._far) / self.span, 0.0)
        return slope, slope**2
