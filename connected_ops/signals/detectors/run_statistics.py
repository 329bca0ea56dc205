"""What is watched of a residual over one run of an engine: its level, its change within the run, its jumps."""

import numpy as np
from numpy.typing import NDArray

from connected_ops.signals.detectors.detector import Floats, gain, toward

KINDS = 5  # level up, level down, change up, change down, jump
_LEAST = np.array([1e-9, 1.0 - np.exp(-1.0), 1e-9])[:, None, None]  # a level younger than its span counts less


class RunStatistics:
    """State [units, signals] of weighted means that forget, bias-free from a run's first row.

    `held` [signals]: a controller holds it, so change is counted from the highest of the fast mean, which leaks away
    over `anchor` steps. Anchors rest while a signal is over its limit. The first `settle` steps of a run enter nothing:
    an engine that was just started runs by a program of its own, and no later row is held against that.
    """

    def __init__(
        self, units: int, held: NDArray[np.bool_], fast: float, span: float, anchor: float, settle: float
    ) -> None:
        self._spans, self._settle, self._held = (fast, span, anchor), settle, held
        shape = (units, len(held))
        self._sums, self._weights = np.zeros((3, *shape)), np.zeros((3, *shape))
        self._highest, self._jump = np.zeros(shape), np.zeros(shape)
        self._opened = np.zeros(shape, dtype=bool)
        self._over = np.zeros(shape, dtype=bool)
        self.age = np.zeros(units)

    def restart(self, units: NDArray[np.bool_]) -> None:
        """A run begins in these units [units]."""
        if units.any():
            self._sums[:, units] = self._weights[:, units] = self._jump[units] = self.age[units] = 0.0
            self._opened[units] = self._over[units] = False

    def move(self, steps: Floats, residual: Floats, weight: Floats, jump: Floats) -> Floats:
        """[units, signals, kinds] after one row: steps [units], the rest [units, signals]; NaN residual leaves all."""
        steps = np.where(self.age > 0, steps, np.minimum(steps, 1.0))  # the silence before a run is no part of it
        self.age = self.age + steps
        known = np.isfinite(residual) & (self.age > self._settle)[:, None]
        taken = np.where(known, weight, 0.0)
        value = np.where(known, weight * residual, 0.0)
        for k, span in enumerate(self._spans):
            g = gain(steps, span) * (known & ~self._over if k == 2 else known)
            self._sums[k] += g * (value - self._sums[k])
            self._weights[k] += g * (taken - self._weights[k])
        near, level, far = self._sums / np.maximum(self._weights, _LEAST)
        leak = gain(steps, self._spans[2]) * ~self._over
        sunk = np.maximum(self._highest * (1.0 - leak) + leak * near, near)
        self._highest = np.where(known, np.where(self._opened, sunk, near), self._highest)
        self._opened |= known
        change = near - np.where(self._held, self._highest, far)
        faded = self._jump * (1.0 - gain(steps, self._spans[1]))
        self._jump = np.where(known, np.maximum(jump, faded), self._jump)
        kinds = np.stack([level, -level, change, -change, self._jump], axis=2)
        return np.where(known[..., None], np.maximum(kinds, 0.0), 0.0)

    def hold(self, over: Floats, known: NDArray[np.bool_], release: float) -> Floats:
        """Shares of the limit [units, signals], kept at 1 at least from there until below `release`."""
        still = np.where(self._over, over >= release, over >= 1.0)
        self._over = np.where(known, still, self._over)
        return np.where(self._over, np.maximum(over, 1.0), over)


class RecentMeans:
    """[units, signals] means over the last `span` steps of a run, bias-free from its first row."""

    def __init__(self, units: int, signals: int, span: float) -> None:
        self._span, self._sum, self._weight = span, np.zeros((units, signals)), np.zeros((units, 1))

    def restart(self, units: NDArray[np.bool_]) -> None:
        """A run begins in these units [units]."""
        self._sum[units] = self._weight[units] = 0.0

    def move(self, steps: Floats, z: Floats, taken: NDArray[np.bool_]) -> Floats:
        """The means after one row: steps [units], z [units, signals]; units not `taken` [units] stay as they are."""
        weight = gain(steps, self._span) * taken[:, None]
        self._sum = toward(self._sum, weight, z)
        self._weight = self._weight + weight * (1.0 - self._weight)
        return self._sum / np.maximum(self._weight, 1e-9)
