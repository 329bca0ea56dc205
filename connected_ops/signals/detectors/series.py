"""Series: a single series of which nothing is known; what it does rarely enough, told once."""

import numpy as np

from connected_ops.signals.detectors.detector import Floats, OwnLimit
from connected_ops.signals.detectors.novelty import Novelty
from connected_ops.signals.detectors.range_so_far import RangeSoFar
from connected_ops.signals.detectors.tail import Tail

RARE, AFTER = 1.5, 1500.0  # powers of ten that are rare, once so many rows have been heard
LEAST = 0.5


class Series(OwnLimit):
    """A committee on how rare a row is: two of its judges ask whether this went so before, one whether it ever was so.

    Each judge's number goes through a Tail of its own, so judges and series of any scale and habit speak one language;
    S = Σ w rarity, the logarithmic pool of the tail probabilities. The limit grows with experience, S* = 1.5 +
    log10(n / 1500) after n rows (as Bonferroni asks: who looks ten times as often must see something ten times as
    rare), so alarms grow with the logarithm of the length of a series and not with its length.

    The score is S / S*; it is 0 where in the last `quiet` rows a score was told that this one does not top by
    `louder`: one alarm an event, and another only when it gets worse.

    Parameters: `quiet` in rows; `louder` as a factor.
    Source: own; pool as in Committee, tails as in Tail, repeats as a re-alarm dead-band (ANSI/ISA-18.2).

    >>> import numpy as np
    >>> x = np.sin(np.arange(1200) / 9)[None, :, None] + 0.1 * np.random.default_rng(1).normal(size=(1, 1200, 1))
    >>> x[0, 1000:1060] += 3  # lasts sixty rows, is told at the first
    >>> ts, series = np.arange(1200.0)[None], Series()
    >>> series.fit(ts[:, :500], x[:, :500])
    >>> scores = [float(series.score(ts[:, row], x[:, row])[0]) for row in range(500, 1200)]
    >>> [row for row, score in enumerate(scores, 500) if score >= 2]
    [1000]
    """

    floor = 1.0

    def __init__(self, quiet: float = 72.0, louder: float = 1.1) -> None:
        super().__init__(factor=0.0)  # S* is the limit, so the own limit is its floor of 1
        self.quiet, self.louder = quiet, louder
        self._judges: tuple[tuple[OwnLimit, float], ...] = (
            (Novelty(lag=1), 0.375),
            (Novelty(lag=3), 0.375),
            (RangeSoFar(), 0.25),
        )

    def _learn(self, z: Floats) -> None:
        shape = (z.shape[0], z.shape[2])
        for judge, _ in self._judges:
            judge._learn(z)
        self._tails = [Tail(shape) for _ in self._judges]
        self._told, self._since = np.zeros(shape), np.zeros(shape)

    def _move(self, steps: Floats, z: Floats) -> tuple[Floats, Floats]:
        heard, pool = np.isfinite(z), np.zeros(z.shape)
        limit = np.maximum(RARE + np.log10(np.maximum(self._tails[0].heard, 1) / AFTER), LEAST)
        for (judge, weight), tail in zip(self._judges, self._tails, strict=True):
            pool += weight * tail.rarity(np.where(heard, judge._move(steps, z)[0], np.nan))
        over = pool / limit
        self._since += steps[:, None]
        self._told = np.where(self._since > self.quiet, 0.0, self._told)
        score = np.where(over > self.louder * self._told, over, 0.0)
        top = heard & np.isfinite(self.limit) & (over >= self._told)
        self._told, self._since = np.where(top, over, self._told), np.where(top, 0.0, self._since)
        return score, score
