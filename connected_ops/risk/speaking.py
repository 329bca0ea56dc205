"""Since when each condition indicator of each unit has spoken without a pause."""

import numpy as np
from numpy.typing import NDArray

from connected_ops.signals.indicators import INDICATORS

SPEAKS_FROM = 0.05  # evidence that counts as speaking; it is quiet again when nothing is left that a bar would show
QUIET_BELOW = 0.01


class Speaking:
    """`since` [units, indicators] Unix seconds of event time, 0 while quiet: 100 bytes a unit."""

    def __init__(self, units: int) -> None:
        self.since = np.zeros((units, len(INDICATORS)))
        self._any = np.zeros(units, dtype=bool)

    def clear(self, units: NDArray[np.int64] | int) -> None:
        """Forget these units."""
        self.since[units] = 0.0
        self._any[units] = False

    def update(self, unit: NDArray[np.int64], ts: NDArray[np.float64], evidence: NDArray[np.float64]) -> None:
        """Take [n, indicators] evidence in 0..1 of n units, newer than all before: what was quiet speaks from `ts`."""
        rows = ((evidence >= SPEAKS_FROM).any(axis=1) | self._any.take(unit)).nonzero()[0]
        if not len(rows):  # most machines are well
            return
        unit, evidence = unit[rows], evidence[rows]
        since = self.since[unit]
        begun = np.where((evidence >= SPEAKS_FROM) & (since == 0.0), ts[rows, None], since)
        since = np.where(evidence < QUIET_BELOW, 0.0, begun)
        self.since[unit] = since
        self._any[unit] = since.any(axis=1)
