"""How many cycles a machine has left, from machines of its kind that were run to failure."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from connected_ops.risk.forecast import Span
from connected_ops.risk.health_index import LEVEL, Floats, HealthIndex, learn

FOLDS = 5
ALIKE_INDEX, ALIKE_AGE = 0.1, 0.4  # of the library's deviation: moments this far apart count e ** -0.5 as much
ASKED_EVERY = 5  # cycles between the moments of a machine at which the forecast is tried out
NODES, NEAR = 26, 1 / 16  # of the forecast's range; and how near, in parts of `cap`, forecasts share their doubt
LOW, HIGH = 0.1, 0.9


class _Library(NamedTuple):
    """Every moment of the machines learned from: `moments` [m, 2] index and age over their scale, `left` [m] cycles."""

    health: HealthIndex
    scale: Floats
    moments: Floats
    left: Floats

    def expects(self, asked: Floats) -> Floats:
        """Cycles left [k] at `asked` [k, 2] index and age: the mean over the moments, by how alike they are."""
        apart = (((asked / self.scale)[:, None] - self.moments) ** 2).sum(axis=2)
        alike = np.exp(-(apart - apart.min(axis=1, keepdims=True)) / 2)
        return np.clip(alike @ self.left / alike.sum(axis=1), self.left.min(), self.left.max())  # rounding goes beyond


class RemainingLife:
    """Cycles left, with an 80 % interval, by the moments of earlier machines that were most alike.

    A moment is the health index h and the age a in cycles. With every moment i of the library, whose cycles left r_i
    are known (and counted as `cap` at most), the forecast is the mean of r_i weighted by
    exp(-((h - h_i) / .1 s_h)^2 / 2 - ((a - a_i) / .4 s_a)^2 / 2), s being the library's deviations.
    The interval is measured, not assumed: the machines learned from are forecast fifth by fifth by the other four, and
    the 10 % and 90 % quantiles of how far the truth then lay off forecasts near this one (each machine counting the
    same) are added to it. Memory: 24 bytes for each cycle learned from.

    In the product: a fleet's own histories between two overhauls, one row a shift of the indicators per regime, are
    `histories`; once five machines of a class have failed, `span` tells the shifts left beside `forecast.drift`.

    Source: similarity-based prognostics, T. Wang et al., PHM 2008; intervals by cross-conformal prediction, V. Vovk,
    Annals of Mathematics and Artificial Intelligence 74 (2015), made local in the forecast.

    >>> lives = [50, 60, 70, 80, 90, 100]
    >>> worn = [(np.arange(1.0, life + 1) / life)[:, None] ** 4 * [10.0, -3.0] for life in lives]
    >>> model = RemainingLife()
    >>> model.fit(worn, cap=40)
    >>> low, middle, high = model.span(worn[2][:60])
    >>> low <= middle <= high, abs(middle - 10) < 5
    (True, True)
    """

    def fit(self, histories: Sequence[Floats], cap: float = 125.0) -> None:
        """Learn from [cycles, sensors] of each machine from new (or overhauled) to its last cycle before failure, at
        least 5 of them, each longer than cap / 8; NaN is absent. Nothing is expected to show more than `cap` cycles
        before a failure: it is the most that is ever forecast. Raises ValueError."""
        if len(histories) < FOLDS:
            raise ValueError(
                f"Remaining life is learned from at least {FOLDS} machines run to failure: {len(histories)} given."
            )
        shortest = min(len(each) for each in histories)
        if shortest <= round(LEVEL * cap):
            raise ValueError(f"Each history must hold more than {round(LEVEL * cap)} cycles: one holds {shortest}.")
        self._cap = cap
        self._library = _library(histories, cap)
        said, truth, weight = _tried_out(histories, cap)
        self._nodes = np.linspace(0.0, cap, NODES)
        nearness = np.exp(-(((self._nodes[:, None] - said) / (NEAR * cap)) ** 2) / 2) * weight
        off = truth - said
        order = np.argsort(off, kind="stable")
        parts = np.cumsum(nearness[:, order], axis=1)
        at_most = np.array([np.searchsorted(row, np.array([LOW, HIGH]) * row[-1]) for row in parts])
        self._low, self._high = off[order][np.minimum(at_most, len(off) - 1)].T

    def span(self, seen: Floats) -> Span:
        """Low, middle and high of 80 %: cycles left, 0 to `cap`, after the last row of [cycles, sensors], which begins
        where the machine was new. Raises ValueError."""
        if not len(seen):
            raise ValueError("Remaining life needs at least one cycle of the machine: none given.")
        middle = float(self._library.expects(_moments(self._library.health, seen)[-1:])[0])
        low, high = (float(np.interp(middle, self._nodes, edge)) for edge in (self._low, self._high))
        return max(middle + min(low, 0.0), 0.0), middle, min(middle + max(high, 0.0), self._cap)

    def shares(self, seen: Floats) -> Floats:
        """Each sensor's part [sensors] in the wear seen; they add up to 1, or are 0 where nothing speaks for wear."""
        return self._library.health.shares(seen)


def _moments(health: HealthIndex, history: Floats) -> Floats:
    return np.stack([health.path(history), np.arange(1.0, len(history) + 1)], axis=1)


def _left(history: Floats, cap: float) -> Floats:
    return np.minimum(np.arange(len(history))[::-1], cap)


def _library(histories: Sequence[Floats], cap: float) -> _Library:
    """Of all moments but each machine's first few, before its level is known."""
    health, first = learn(histories, cap), round(LEVEL * cap)
    moments = np.concatenate([_moments(health, each)[first:] for each in histories])
    scale = np.maximum(moments.std(axis=0) * (ALIKE_INDEX, ALIKE_AGE), np.finfo(float).tiny)
    return _Library(health, scale, moments / scale, np.concatenate([_left(each, cap)[first:] for each in histories]))


def _tried_out(histories: Sequence[Floats], cap: float) -> tuple[Floats, Floats, Floats]:
    """What was forecast, what was left, and the weight, of moments of each machine by a library without it [m]."""
    said, truth, weight = [], [], []
    for fold in range(FOLDS):
        library = _library([each for at, each in enumerate(histories) if at % FOLDS != fold], cap)
        for each in histories[fold::FOLDS]:
            asked = np.arange(len(each))[round(LEVEL * cap) :: ASKED_EVERY]
            said.append(library.expects(_moments(library.health, each)[asked]))
            truth.append(_left(each, cap)[asked])
            weight.append(np.full(len(asked), 1.0 / len(asked)))
    return np.concatenate(said), np.concatenate(truth), np.concatenate(weight)
