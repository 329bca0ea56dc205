"""How fast signals rise, from two exponential means of different memory.

Each mean is the exact one of the straight lines between samples (A. Eckner, "Algorithms for unevenly spaced time
series"), so 1 s, 2 s and 60 s spacing agree; on a ramp the two lag by memory x slope, and their difference gives the
slope.
"""

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.masks import every
from connected_ops.machines.mode import INDICATORS

RISING: tuple[int, ...] = tuple(
    dict.fromkeys((catalog.COOLANT, *(row.signal for row in INDICATORS if row.row.kind == "rising")))
)
"""The signals whose rise is followed, as columns of the catalogue; coolant is the first."""
COLUMNS = np.array(RISING)
FAST_S, SLOW_S = 15.0, 60.0
_MEMORY = np.array([FAST_S, SLOW_S])
GAP_S = 600.0  # after a longer gap the trend starts anew


class Trend:
    """Slopes of the rising signals over a fleet."""

    def __init__(self, units: int) -> None:
        self._state = np.full((units, 4, len(RISING)), np.nan)  # fast mean, slow mean, value, time

    def clear(self, units: NDArray[np.int64] | int) -> None:
        """Forget these units."""
        self._state[units] = np.nan

    def rebase(self, unit: int, back_s: float) -> None:
        """A unit's clock was ahead by `back_s` seconds."""
        self._state[unit, 3] -= back_s

    def update(self, unit: NDArray[np.int64], ts: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Take n newer values [n, rising] (NaN keeps the state) and return [n, rising] slopes in units per minute."""
        state = self._state.take(unit, axis=0)
        means, before, dt = state[:, :2], state[:, 2], ts[:, None] - state[:, 3]
        fresh = ~(dt <= GAP_S)
        ratio = np.where(fresh, 1.0, np.maximum(dt, 1e-9))[:, None] / _MEMORY[:, None]
        decay = np.exp(-ratio)
        middle = (1.0 - decay) / ratio
        now = decay * means + (1.0 - middle) * x[:, None] + (middle - decay) * before[:, None]
        after = np.empty_like(state)
        after[:, :2] = np.where(fresh[:, None], x[:, None], now)
        after[:, 2] = x
        after[:, 3] = ts[:, None]
        take = np.isfinite(x)
        after = after if every(take) else np.where(take[:, None], after, state)
        self._state[unit] = after
        return 60.0 * (after[:, 0] - after[:, 1]) / (SLOW_S - FAST_S)
