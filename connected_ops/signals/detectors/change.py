"""Change: do all signals together move in a way they did not while healthy?"""

import numpy as np

from connected_ops.signals.detectors.detector import Floats, OwnLimit, gain, toward

RIDGE = 0.02  # keeps the covariance invertible where signals are copies of each other


class Change(OwnLimit):
    """Multivariate EWMA of the change of all signals, weighed by how these changes hang together.

    d = short mean (span `fast`) - lagging mean (span `slow`), [signals]; S = covariance of d over the fit rows, 2 % of
    its diagonal added;  T = √(dᵀ S⁻¹ d).  Because the lagging mean follows, slow drift is forgiven and T falls back
    some `slow` rows after a change has ended: it marks onset and end. A signal's part is |d_j (S⁻¹ d)_j|.

    Parameters: `fast`, `slow` in rows; the rest as OwnLimit.
    Source: Lowry, Woodall, Champ & Rigdon (1992), A multivariate EWMA control chart, Technometrics 34(1).

    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> load = rng.normal(size=(400, 1))
    >>> x = (load + 0.1 * rng.normal(size=(400, 2)))[None]
    >>> x[0, 350:, 1] -= 1  # small against the load's own spread, large against what the other signal says
    >>> ts, change = np.arange(400.0)[None], Change()
    >>> change.fit(ts[:, :300], x[:, :300])
    >>> scores = [float(change.score(ts[:, row], x[:, row])[0]) for row in range(300, 400)]
    >>> max(scores[:50]) < 1 < max(scores[50:60])
    True
    """

    def __init__(self, fast: float = 10.0, slow: float = 60.0, factor: float = 4 / 3) -> None:
        super().__init__(factor)
        self.fast, self.slow = fast, slow

    def _learn(self, z: Floats) -> None:
        units, rows, signals = z.shape
        self._restart(units, signals)
        ones, apart = np.ones(units), np.zeros(z.shape)
        for row in range(rows):
            apart[:, row] = self._apart(ones, z[:, row])
        known = np.count_nonzero(np.isfinite(z), axis=2) > 0
        count = np.maximum(np.count_nonzero(known, axis=1), 1).reshape(-1, 1, 1)
        apart = np.where(known[..., None], apart, 0.0)
        covariance = np.swapaxes(apart, 1, 2) @ apart / count
        spread = np.sqrt(np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 1e-6))
        still = np.eye(signals) * (RIDGE * spread**2)[:, None]
        self._inverse = np.linalg.inv((1 - RIDGE) * covariance + still)
        self._restart(units, signals)

    def _move(self, steps: Floats, z: Floats) -> tuple[Floats, Floats]:
        apart = self._apart(steps, z)
        parts = apart * (self._inverse @ apart[..., None])[..., 0]
        return np.sqrt(np.maximum(parts.sum(axis=1, keepdims=True), 0.0)), np.abs(parts)

    def _restart(self, units: int, signals: int) -> None:
        self._short, self._lagging = np.zeros((units, signals)), np.zeros((units, signals))

    def _apart(self, steps: Floats, z: Floats) -> Floats:
        """Move both means by a row; what the short one has moved away [units, signals]."""
        self._short = toward(self._short, gain(steps, self.fast), z)
        self._lagging = toward(self._lagging, gain(steps, self.slow), z)
        return self._short - self._lagging
