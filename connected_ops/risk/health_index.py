"""One number for a machine's wear, learned from machines that were run to failure.

Each varying sensor is turned so that wear raises it. The index is the sum, with weights >= 0, of each sensor's level
(its mean over a short newest window) and of its rise lately (that level less its mean over a longer window). So a
newest reading that looks more worn never lowers it, and every weight can be read. The weights are those of a ridge
regression, none below 0, of exp(-left / tau) on levels and rises: near failure counts most, far from it little shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVEL, LATELY, TAU = 1 / 8, 5 / 8, 1 / 2  # of `cap`: the two windows, and the time in which the index grows e-fold
RIDGE = 100.0  # rows' worth of doubt about each weight
FARTHEST = 4.0  # deviations: one wild reading moves a level no further
ENOUGH, SWEEPS = 1e-9, 500


@dataclass(frozen=True, slots=True)
class HealthIndex:
    """Wear of a machine from its sensors [cycles, sensors]; `learn` makes one. A cycle is one use: a flight, a shift.

    Source: the sum of oriented sensors follows T. Wang et al., "A similarity-based prognostics approach for remaining
    useful life estimation of engineered systems", PHM 2008; the weights >= 0 are those of Lawson and Hanson (1974).

    >>> worn = [np.linspace(0, 1, 60)[:, None] ** 3 * [5.0, -2.0] + [300.0, 40.0] for _ in range(6)]
    >>> index = learn(worn, cap=40)
    >>> bool(np.all(np.diff(index.path(worn[0])) >= 0)), index.shares(worn[0]).round(1).tolist()
    (True, [0.5, 0.5])
    """

    cap: float
    middle: Floats
    """[sensors]: of all rows learned from."""
    scale: Floats
    """[sensors]: their deviation times the sign that wear has; inf for a sensor that never varied."""
    weights: Floats
    """[2 * sensors]: of the levels, then of the rises; none below 0."""
    healthy: Floats
    """[2 * sensors]: the mean levels and rises at `cap` or more before failure."""

    def path(self, history: Floats) -> Floats:
        """The index [cycles] after each cycle of [cycles, sensors], from that cycle and earlier ones only. NaN is
        absent: a sensor silent for a whole window adds nothing."""
        return self._features(history) @ self.weights

    def shares(self, history: Floats) -> Floats:
        """Each sensor's part [sensors] in how far the index now lies over a healthy machine's: they add up to 1, or
        are 0 where no sensor speaks for wear."""
        over = self.weights * np.maximum(self._features(history)[-1] - self.healthy, 0.0)
        parts = over.reshape(2, -1).sum(axis=0)
        return parts / parts.sum() if parts.sum() > 0.0 else parts

    def _features(self, history: Floats) -> Floats:
        turned = np.clip((history - self.middle) / self.scale, -FARTHEST, FARTHEST)
        level = _newest_mean(turned, round(self.cap * LEVEL))
        return np.concatenate([level, level - _newest_mean(turned, round(self.cap * LATELY))], axis=1)


def learn(histories: Sequence[Floats], cap: float) -> HealthIndex:
    """From [cycles, sensors] of each machine, the last cycle being its last before failure. No wear is expected to show
    more than `cap` cycles before."""
    left = np.concatenate([np.minimum(np.arange(len(each))[::-1], cap) for each in histories])
    rows = np.concatenate(histories)
    rows = np.where(np.isfinite(rows).any(axis=0), rows, 0.0)  # a sensor never heard is one that never varied
    wear = np.exp(-left / (TAU * cap))
    varies = np.nanmax(rows, axis=0) > np.nanmin(rows, axis=0)
    middle = np.nanmean(rows, axis=0)
    scale = np.where(varies, np.nanstd(rows, axis=0), np.inf)
    leaning = np.nan_to_num((rows - middle) / scale).T @ (wear - wear.mean())
    plain = HealthIndex(
        cap, middle, scale * np.where(leaning < 0.0, -1.0, 1.0), np.zeros(2 * len(middle)), np.zeros(2 * len(middle))
    )
    features = np.concatenate([plain._features(each) for each in histories])
    off = features - features.mean(axis=0)
    weights = _not_negative(off.T @ off + RIDGE * np.eye(off.shape[1]), off.T @ (wear - wear.mean()))
    sound = features[left == cap] if (left == cap).any() else features[left == left.max()]
    return HealthIndex(cap, plain.middle, plain.scale, weights, sound.mean(axis=0))


def _newest_mean(x: Floats, window: int) -> Floats:
    """The mean [rows, columns] of the last `window` rows at each row, of fewer at the start; 0 where none is heard."""
    heard = np.isfinite(x)
    ends = np.arange(1, len(x) + 1)
    starts = np.maximum(ends - max(window, 1), 0)
    nought = np.zeros((1, x.shape[1]))
    sums = np.concatenate([nought, np.cumsum(np.where(heard, x, 0.0), axis=0)])
    counts = np.concatenate([nought, np.cumsum(heard, axis=0)])
    return (sums[ends] - sums[starts]) / np.maximum(counts[ends] - counts[starts], 1)


def _not_negative(squares: Floats, towards: Floats) -> Floats:
    """The w >= 0 that makes w'Sw / 2 - w't least: one weight after the other, until none moves."""
    w = np.zeros(len(towards))
    for _ in range(SWEEPS):
        before = w.copy()
        for at in range(len(w)):
            w[at] = max(0.0, w[at] + (towards[at] - squares[at] @ w) / squares[at, at])
        if np.abs(w - before).max() <= ENOUGH * max(w.max(), ENOUGH):
            break
    return w
