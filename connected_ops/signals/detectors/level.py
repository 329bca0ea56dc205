"""Level: how far each signal's short mean is from where it was while fitting."""

import numpy as np

from connected_ops.signals.detectors.detector import Floats, OwnLimit, gain, toward


class Level(OwnLimit):
    """An exponentially weighted moving average a signal, held against the fit rows.

    e ← e + g (z - e), g = 1 - exp(-steps / span); the score is the largest |e| over that signal's own limit.

    Parameters: `span` in rows; the rest as OwnLimit.
    Source: Roberts (1959), Control chart tests based on geometric moving averages, Technometrics 1(3).

    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> ts, x = np.arange(300.0)[None], rng.normal(20, 2, (1, 300, 2))
    >>> level = Level()
    >>> level.fit(ts, x)
    >>> scores = [level.score(np.array([300.0 + k]), np.array([[20.0, 20.0 + (k > 30) * 8]])) for k in range(60)]
    >>> bool(scores[30][0] < 1 < scores[59][0]), level.shares.round(1).tolist()
    (True, [[0.0, 1.0]])
    """

    def __init__(
        self, span: float = 10.0, factor: float = 4 / 3, quantile: float = 0.999, split: float = 2 / 3
    ) -> None:
        super().__init__(factor, quantile, split)
        self.span = span

    def _learn(self, z: Floats) -> None:
        self._mean = np.zeros((z.shape[0], z.shape[2]))

    def _move(self, steps: Floats, z: Floats) -> tuple[Floats, Floats]:
        self._mean = toward(self._mean, gain(steps, self.span), z)
        off = np.where(np.isfinite(z), np.abs(self._mean), 0.0)
        return off, off
