"""Tail: how seldom was a number as large as this one, by its own past?"""

import numpy as np

from connected_ops.signals.detectors.detector import Floats

KEEP, REFRESH, OPENING = 1500, 50, 50  # rows: remembered, between two looks at them, before the first look
SHARE, FEWEST = 0.1, 4  # what counts as the tail: a tenth of the rows, four at least
THINNEST = 0.1  # the tail index at least: rows that were all alike still leave room for another
FLOOR = 0.01  # numbers this small are all alike
MOST = 6.0  # powers of ten: more cannot be told from so few rows


class Tail:
    """The rarity of numbers ≥ 0 among the last 1,500 of their own kind, in powers of ten: 3 is once in a thousand rows.

    The largest tenth of the past follows a Pareto tail, P(larger than v) = 0.1 (v / u)^(-1/ξ), u the 0.9-quantile and
    ξ the mean of log(v / u) above it; rarity = -log10 P, cut to 0 .. 6. A heavy-tailed past so makes a large number
    usual, a quiet one does not. u and ξ are taken anew every 50 rows; before the first 50 all is usual.

    Source: Hill (1975), A simple general approach to inference about the tail of a distribution, Ann. Stat. 3;
    as a streaming limit: Siffer et al. (2017), Anomaly detection in streams with extreme value theory, KDD.

    >>> import numpy as np
    >>> tail = Tail((1, 1))
    >>> for value in np.random.default_rng(1).pareto(3.0, 1000):
    ...     _ = tail.rarity(np.array([[1 + value]]))
    >>> [round(float(tail.rarity(np.array([[value]]))[0, 0]), 1) for value in (1.0, 2.0, 10.0, 1e9)]
    [0.0, 0.9, 2.9, 6.0]
    """

    def __init__(self, shape: tuple[int, int]) -> None:
        self.heard = np.zeros(shape, dtype=np.int64)
        self._past = np.full((*shape, KEEP), -np.inf)
        self._usual, self._index = np.full(shape, np.inf), np.ones(shape)

    def rarity(self, value: Floats) -> Floats:
        """The rarity of value [units, signals], NaN absent, judged before it is learned; 0 where absent."""
        known = np.isfinite(value)
        size = np.log(np.fmax(value, FLOOR))
        rarity = (size - self._usual) / self._index / np.log(10) - np.log10(SHARE)
        rarity = np.where(known & (value > FLOOR), np.clip(rarity, 0.0, MOST), 0.0)
        self._past[(*np.nonzero(known), self.heard[known] % KEEP)] = size[known]
        self.heard += known
        due = known & (self.heard % REFRESH == 0) & (self.heard >= OPENING)
        if due.any():
            self._usual[due], self._index[due] = _tail(self._past[due], np.minimum(self.heard[due], KEEP))
        return rarity


def _tail(past: Floats, count: np.ndarray) -> tuple[Floats, Floats]:
    """Log of the quantile, and the tail index, of past [n, KEEP], logarithms of which `count` [n] are there."""
    ranked = np.sort(past, axis=1)[:, ::-1]
    tail = np.maximum((SHARE * count).astype(np.int64), FEWEST)
    usual = np.take_along_axis(ranked, tail[:, None], axis=1)
    above = np.where(np.arange(ranked.shape[1]) < tail[:, None], ranked - usual, 0.0)
    return usual[:, 0], np.maximum(above.sum(axis=1) / tail, THINNEST)
