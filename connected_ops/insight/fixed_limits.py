"""What plain fixed limits would have raised on the same data: the same limits for every machine, an alarm each time
one is crossed, as the first Connected Ops Lab or a simple product sets them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from connected_ops.machines import catalog
from connected_ops.machines.masks import some
from connected_ops.machines.signal import FixedRow, Signal


@dataclass(frozen=True, slots=True)
class FixedLimit:
    """One limit of the product. `signal` is a column of the catalogue; `side` +1: an alarm at `limit` and above, -1:
    below it. `running`: only while the engine turns."""

    label: str
    signal: int
    side: int
    limit: float
    running: bool = False


def _limit(at: int, signal: Signal, row: FixedRow) -> FixedLimit:
    figure = signal.figure(row.limit, max(signal.decimals - 1, 0))
    words = f"{signal.short} under " + figure if row.below else f"{signal.short} " + figure + " or more"
    label = words + " with the engine running" if row.running else words
    return FixedLimit(label, at, -1 if row.below else +1, row.limit, row.running)


FIXED_LIMITS: tuple[FixedLimit, ...] = tuple(
    _limit(at, signal, row) for at, signal in enumerate(catalog.SIGNALS) for row in signal.fixed
)
_SIGNAL = np.array([row.signal for row in FIXED_LIMITS])
_SIDE = np.array([float(row.side) for row in FIXED_LIMITS])
# "Below" excludes the limit itself: a hair more on the other side.
_LIMIT = np.array([row.limit if row.side > 0 else np.nextafter(-row.limit, np.inf) for row in FIXED_LIMITS])
_RUNNING = np.flatnonzero([row.running for row in FIXED_LIMITS])


class FixedLimits:
    """The alarms of fixed limits over a fleet: rising edges, no hysteresis. An absent value changes nothing.
    `by_limit` [units, limits] counts them."""

    def __init__(self, units: int) -> None:
        self._over = np.zeros((units, len(FIXED_LIMITS)), dtype=bool)
        self.by_limit = np.zeros((units, len(FIXED_LIMITS)), dtype=np.int64)

    def clear(self, unit: NDArray[np.int64] | int) -> None:
        """Forget these units and their alarms."""
        self._over[unit] = False
        self.by_limit[unit] = 0

    def take(self, unit: NDArray[np.int64], values: NDArray[np.floating], rpm: NDArray[np.floating]) -> None:
        """Newer messages of n different units: `unit` [n] places, `values` [n, signals] as they came, NaN for absent,
        `rpm` [n] the engine speed that stands now."""
        x = values.take(_SIGNAL, axis=1)
        x *= _SIDE
        over = x >= _LIMIT
        was = self._over.take(unit, axis=0)
        if not some(over | was):
            return
        over[:, _RUNNING] &= rpm[:, None] > 0.0
        over |= was & np.isnan(x)
        self._over[unit] = over
        rises = over > was
        if some(rises):
            self.by_limit[unit] += rises
