"""Dropout: has a signal that used to come stopped coming while the others still do?"""

import numpy as np

from connected_ops.signals.detectors.detector import Floats, OwnLimit


class Dropout(OwnLimit):
    """The time since a signal was last there, counted on rows where another one is.

    a ← 0 where the signal is there, else a + steps; each signal has its own limit: `factor` times its longest absence
    while fitting, at least `floor` rows. A signal that never came while fitting is not missed.

    Parameters: `floor` in rows.
    Source: QARTOD, test 1 (gap), per signal.

    >>> import numpy as np
    >>> x = np.random.default_rng(1).normal(size=(1, 200, 2))
    >>> x[0, 150:, 0] = np.nan
    >>> ts, dropout = np.arange(200.0)[None], Dropout()
    >>> dropout.fit(ts[:, :100], x[:, :100])
    >>> scores = [float(dropout.score(ts[:, row], x[:, row])[0]) for row in range(100, 200)]
    >>> max(scores[:50]) < 1 < scores[-1], dropout.shares.tolist()
    (True, [[1.0, 0.0]])
    """

    floor = 30.0

    def __init__(self, factor: float = 3.0) -> None:
        super().__init__(factor, quantile=1.0)

    def _learn(self, z: Floats) -> None:
        self._expected = np.isfinite(z).any(axis=1)
        self._absent = np.zeros(self._expected.shape)

    def _move(self, steps: Floats, z: Floats) -> tuple[Floats, Floats]:
        missing = ~np.isfinite(z) & self._expected
        self._absent = np.where(missing, self._absent + steps[:, None], np.where(np.isfinite(z), 0.0, self._absent))
        absent = np.where(missing, self._absent, 0.0)
        return absent, absent
